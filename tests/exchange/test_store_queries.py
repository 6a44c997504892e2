"""Which command a moment means, asked of a journal in SQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, insert

from exchange.store.queries import head_sequence, moments_of, sequence_at
from exchange.store.tables import journal, stream
from registry.store.tables import metadata


def fill(connection: Connection, moments: list[int]) -> None:
    connection.execute(journal.delete())
    connection.execute(stream.delete())
    head = {"id": 1, "term": 1, "last_hash": b"", "epoch": "e1", "last_sequence": len(moments)}
    connection.execute(insert(stream), [head])
    for sequence, at_ns in enumerate(moments, start=1):
        row = {"sequence": sequence, "at_ns": at_ns, "command": b"", "events": b"", "hash": b""}
        connection.execute(insert(journal), [row])


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine, tables=[journal, stream])
    with engine.connect() as made:
        yield made
    engine.dispose()


@given(moments=st.lists(st.integers(0, 9), max_size=12), at_ns=st.integers(-1, 10))
def test_a_moment_means_the_last_command_by_then(
    connection: Connection, moments: list[int], at_ns: int
) -> None:
    fill(connection, sorted(moments))
    assert head_sequence(connection) == len(moments)
    assert sequence_at(connection, at_ns) == sum(each <= at_ns for each in moments)


def test_the_moments_of_commands_are_told_of_those_that_there_are(connection: Connection) -> None:
    fill(connection, [3, 3, 8])
    assert moments_of(connection, [3, 1, 3, 0, 7]) == {1: 3, 3: 8}
    assert moments_of(connection, []) == {}


def test_a_database_without_a_head_has_no_command(connection: Connection) -> None:
    connection.execute(stream.delete())
    assert head_sequence(connection) == 0
    assert sequence_at(connection, 10) == 0
