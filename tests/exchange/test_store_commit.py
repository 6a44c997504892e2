"""One transaction a batch: all of it or nothing, by the one process that holds the term."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from exchange.errors import Fenced, StoreFault
from exchange.ports import Changes, Head, Snapshot
from exchange.recovery import snapshot_of
from exchange.store.commit import FIRST_EPOCH, SNAPSHOTS_KEPT
from exchange.store.database import migrate, open_writer
from exchange.store.row_tables import ROW_TABLES
from exchange.store.rows import take_rows
from exchange.types import Sequence
from exchange.verify import verify
from matching import Side
from tests.exchange.desk import order
from tests.exchange.stored import LAST_SEQUENCE, StoredVenue, open_store, traded
from tests.simulation.traffic import PAR


@pytest.fixture
def venue(tmp_path: Path) -> StoredVenue:
    return StoredVenue(tmp_path / "venue.sqlite3")


def content(path: Path) -> list[str]:
    """Everything committed, as text."""
    connection = sqlite3.connect(path)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def nothing_but_the_head(head: Head) -> Changes:
    return Changes(before=head, after=head, journal=[], rows={}, outbox=[], outbox_taken=0)


def trade_for_ever(venue: StoredVenue) -> None:
    for number in count():
        venue.give(order(f"a{number}", trader=number % 5, price=PAR - 1_000))


# Terms


def test_a_new_database_starts_in_term_one_before_the_first_sequence(tmp_path: Path) -> None:
    path = tmp_path / "venue.sqlite3"
    writer = open_writer(path)
    migrate(writer)
    writer.dispose()
    store = open_store(path)
    assert store.take_over() == Head(1, Sequence(0), bytes(32))
    assert store.read.epoch() == FIRST_EPOCH
    store.close()
    store = open_store(path)
    assert store.take_over() == Head(2, Sequence(0), bytes(32))
    store.close()
    assert verify(path).commands == 0


def test_who_takes_over_fences_the_one_before(venue: StoredVenue, tmp_path: Path) -> None:
    batch, outcomes = venue.form(order("a"))
    second = StoredVenue(tmp_path / "venue.sqlite3")
    assert second.head.term == venue.head.term + 1
    before = content(tmp_path / "venue.sqlite3")
    with pytest.raises(Fenced) as fault:
        venue.store.write(batch.changes)
    assert isinstance(fault.value, StoreFault)
    venue.close()
    assert content(tmp_path / "venue.sqlite3") == before
    assert outcomes == []
    second.give(order("b"))
    second.close()


@pytest.mark.parametrize(
    "move",
    [
        lambda head: replace(head, term=1),
        lambda head: replace(head, sequence=Sequence(1)),
        lambda head: replace(head, hash=bytes(32)),
    ],
)
def test_a_batch_goes_only_after_the_head_it_was_formed_on(
    venue: StoredVenue, move: Callable[[Head], Head]
) -> None:
    with pytest.raises(Fenced):
        venue.store.write(nothing_but_the_head(move(venue.head)))
    venue.close()


def test_who_takes_over_writes_the_log_back_first(venue: StoredVenue, tmp_path: Path) -> None:
    log = tmp_path / "venue.sqlite3-wal"
    venue.trade(until=100)
    left_behind = log.stat().st_size
    second = StoredVenue(tmp_path / "venue.sqlite3")
    assert log.stat().st_size < left_behind // 10
    assert second.head.sequence == 100
    second.close()
    venue.close()


# Batches


def test_nobody_sees_a_batch_before_its_commit(venue: StoredVenue) -> None:
    batch, _ = venue.form(order("a"), order("b", trader=1))
    before = venue.store.read.head()
    venue.store.write(batch.changes)
    assert venue.store.read.head() == before
    assert not list(venue.store.read.journal(after=before.sequence))
    venue.store.commit()
    assert venue.store.read.head() == batch.changes.after
    rows = [tuple(row) for row in batch.changes.journal]
    read = list(venue.store.read.journal(after=before.sequence))
    assert [(row.sequence, row.at_ns, row.command, row.events, row.hash) for row in read] == rows
    venue.close()


def test_a_batch_that_is_not_committed_leaves_nothing(venue: StoredVenue, tmp_path: Path) -> None:
    before = content(tmp_path / "venue.sqlite3")
    batch, _ = venue.form(order("a"))
    venue.store.write(batch.changes)
    venue.close()
    assert content(tmp_path / "venue.sqlite3") == before


def test_the_rows_are_what_the_state_says_after_every_batch(venue: StoredVenue) -> None:
    read = venue.store.read
    keys = {table.name: len(table.primary_key.columns) for table in ROW_TABLES}
    expected: dict[str, dict[object, object]] = {
        name: {row[:count]: row for row in read.rows(name)} for name, count in keys.items()
    }
    for number in range(20):
        side = Side.SELL if number % 2 else Side.BUY
        batch, _ = venue.form(
            order(f"a{number}", trader=number % 5, side=side, price=PAR + 100 * (number % 3)),
            order(f"b{number}", trader=(number + 1) % 5, lots=3),
        )
        venue.commit(batch)
        for name, rows in batch.changes.rows.items():
            expected[name].update({row[: keys[name]]: row for row in rows})
        for name, by_key in expected.items():
            assert set(read.rows(name)) == set(by_key.values()), name
    assert not any(take_rows(venue.sequencer.state).values())
    venue.close()


def test_outbox_rows_go_when_they_have_been_delivered(venue: StoredVenue) -> None:
    venue.give(order("a", side=Side.SELL), order("b", trader=1))
    assert len(list(venue.store.read.rows("outbox"))) == 1
    venue.give(order("c", side=Side.SELL), order("d", trader=1))
    ((_, sequence, party_id, _),) = venue.store.read.rows("outbox")
    assert sequence == venue.sequencer.head.sequence
    assert party_id == 2
    venue.close()


# Faults


def test_a_full_database_refuses_the_batch_and_keeps_what_was_committed(
    venue: StoredVenue, tmp_path: Path
) -> None:
    (pages,) = venue.store._driver.execute("PRAGMA page_count").fetchone()
    venue.store._driver.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreFault, match="full"):
        trade_for_ever(venue)
    acknowledged = venue.view.eseq
    venue.close()
    assert acknowledged > venue.head.sequence
    venue = StoredVenue(tmp_path / "venue.sqlite3")
    assert venue.head.sequence == acknowledged
    venue.close()
    verify(tmp_path / "venue.sqlite3")


def test_a_commit_without_a_transaction_is_a_fault(venue: StoredVenue) -> None:
    with pytest.raises(StoreFault, match="no transaction is active"):
        venue.store.commit()
    venue.close()


def test_a_journal_row_is_written_once(venue: StoredVenue) -> None:
    batch, _ = venue.form(order("a"))
    twice = replace(batch.changes, journal=batch.changes.journal * 2)
    with pytest.raises(StoreFault, match="UNIQUE"):
        venue.store.write(twice)
    venue.close()


# Snapshots


def test_the_last_two_snapshots_are_kept(venue: StoredVenue) -> None:
    saved = []
    for number in range(4):
        venue.give(order(f"a{number}"))
        venue.save_snapshot()
        saved.append(venue.sequencer.head.sequence)
        kept = [snapshot.sequence for snapshot in venue.store.read.snapshots()]
        assert kept == saved[::-1][:SNAPSHOTS_KEPT]
    venue.close()


def test_a_snapshot_of_the_same_sequence_takes_the_place_of_the_old(venue: StoredVenue) -> None:
    for number in range(2):
        venue.give(order(f"a{number}"))
        venue.save_snapshot()
        venue.save_snapshot()
    assert len(list(venue.store.read.snapshots())) == 2
    venue.close()


def test_a_snapshot_is_read_as_it_was_saved(tmp_path: Path) -> None:
    venue = StoredVenue(traded(tmp_path))
    snapshot: Snapshot = snapshot_of(venue.sequencer.state, venue.view, venue.sequencer.head)
    venue.store.save_snapshot(snapshot)
    assert next(venue.store.read.snapshots()) == snapshot
    assert snapshot.sequence == LAST_SEQUENCE
    venue.close()
    verify(tmp_path / "venue.sqlite3")
