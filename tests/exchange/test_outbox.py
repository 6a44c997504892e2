"""The outbox: what has to be told stays, through every restart, until it is safe elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from exchange.events import TransferOpened
from exchange.sequencer import OUTBOX_IDS_PER_COMMAND
from exchange.store.database import open_reader
from exchange.store.queries import OutboxRow, outbox_after, product_terms
from matching import Side
from registry.types import ProductId
from tests.exchange.desk import order
from tests.exchange.stored import StoredVenue
from tests.simulation.traffic import PRODUCTS

ALL: Final = 1_000


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "venue.sqlite3"


def match(venue: StoredVenue, key: str) -> int:
    """Two orders that meet: the sequence of the second, which opens the transfer."""
    _, opened = venue.give(order(f"{key}-sell", side=Side.SELL), order(f"{key}-buy", trader=1))
    assert opened.sequence is not None
    return opened.sequence


def rows(database: Path, *, after: int = 0, limit: int = ALL) -> list[OutboxRow]:
    reader = open_reader(database)
    try:
        with reader.connect() as connection:
            return outbox_after(connection, after=after, limit=limit)
    finally:
        reader.dispose()


def sequences(database: Path) -> list[int]:
    return [row.sequence for row in rows(database)]


def test_rows_stay_until_somebody_has_taken_them(database: Path) -> None:
    venue = StoredVenue(database, keeps_outbox=True)
    opened = [match(venue, "a"), match(venue, "b"), match(venue, "c")]
    assert sequences(database) == opened
    venue.sequencer.outbox_taken(rows(database)[1].outbox_id)
    assert sequences(database) == opened, "they go with the next batch"
    opened.append(match(venue, "d"))
    assert sequences(database) == opened[2:]
    venue.close()


def test_rows_that_nobody_took_are_found_after_a_restart(database: Path) -> None:
    venue = StoredVenue(database, keeps_outbox=True)
    opened = [match(venue, "a"), match(venue, "b")]
    venue.close()
    again = StoredVenue(database, keeps_outbox=True)
    opened.append(match(again, "c"))
    assert sequences(database) == opened
    again.sequencer.outbox_taken(rows(database)[0].outbox_id)
    again.give(order("d", side=Side.SELL))
    assert sequences(database) == opened[1:]
    again.close()


def test_what_was_taken_first_is_not_forgotten_by_a_smaller_number(database: Path) -> None:
    venue = StoredVenue(database, keeps_outbox=True)
    match(venue, "a")
    last = match(venue, "b")
    first_row, last_row = rows(database)
    venue.sequencer.outbox_taken(last_row.outbox_id)
    venue.sequencer.outbox_taken(first_row.outbox_id)
    venue.give(order("c", side=Side.SELL))
    assert last not in sequences(database)
    venue.close()


def test_nobody_can_have_taken_what_was_never_written(database: Path) -> None:
    venue = StoredVenue(database, keeps_outbox=True)
    with pytest.raises(AssertionError):
        venue.sequencer.outbox_taken((venue.head.sequence + 1) * OUTBOX_IDS_PER_COMMAND)
    venue.close()


def test_without_a_reader_nothing_can_be_taken(database: Path) -> None:
    venue = StoredVenue(database)
    with pytest.raises(AssertionError):
        venue.sequencer.outbox_taken(1)
    venue.close()


def test_a_row_says_what_happened_and_when(database: Path) -> None:
    venue = StoredVenue(database, keeps_outbox=True)
    sequence = match(venue, "a")
    (row,) = rows(database)
    assert isinstance(row.event, TransferOpened)
    assert row.sequence == sequence
    assert row.outbox_id // OUTBOX_IDS_PER_COMMAND == sequence
    assert row.at_ns == venue.store.read.journal_row(row.sequence).at_ns
    venue.close()


def test_rows_are_read_page_by_page(database: Path) -> None:
    venue = StoredVenue(database, keeps_outbox=True)
    for key in "abcde":
        match(venue, key)
    whole = rows(database)
    assert len(whole) == 5
    paged: list[OutboxRow] = []
    while page := rows(database, after=paged[-1].outbox_id if paged else 0, limit=2):
        paged += page
    assert paged == whole
    venue.close()


def test_the_terms_of_a_product_are_those_of_its_creation(database: Path) -> None:
    venue = StoredVenue(database)
    reader = open_reader(database)
    with reader.connect() as connection:
        terms = product_terms(connection, ProductId(PRODUCTS[0]))
    reader.dispose()
    assert terms == venue.sequencer.state.products[ProductId(PRODUCTS[0])].terms
    venue.close()
