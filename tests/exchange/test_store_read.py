"""Reading what is committed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.errors import JournalCorrupt, StoreFault
from exchange.store.database import migrate, open_reader, open_writer
from exchange.store.read import StoreReader
from exchange.types import OrderStatus, Sequence
from registry.store.tables import transfers
from tests.exchange.desk import order
from tests.exchange.stored import LAST_SEQUENCE, SNAPSHOT_SEQUENCE, StoredVenue, traded


@pytest.fixture
def read(tmp_path: Path) -> Iterator[StoreReader]:
    reader = StoreReader(open_reader(traded(tmp_path)))
    yield reader
    reader.close()


@pytest.mark.parametrize("after", [0, 1, SNAPSHOT_SEQUENCE, LAST_SEQUENCE - 1, LAST_SEQUENCE])
def test_the_journal_is_read_in_order_after_a_sequence(read: StoreReader, after: int) -> None:
    sequences = [row.sequence for row in read.journal(after=Sequence(after))]
    assert sequences == list(range(after + 1, LAST_SEQUENCE + 1))


def test_one_row_is_the_same_as_in_the_whole_journal(read: StoreReader) -> None:
    for row in read.journal(after=Sequence(0)):
        assert read.journal_row(row.sequence) == row


def test_a_row_that_is_not_there_is_a_fault(read: StoreReader) -> None:
    with pytest.raises(StoreFault):
        read.journal_row(Sequence(LAST_SEQUENCE + 1))


def test_the_head_is_the_last_row(read: StoreReader) -> None:
    head = read.head()
    last = read.journal_row(Sequence(LAST_SEQUENCE))
    assert (head.sequence, head.hash) == (last.sequence, last.hash)


def test_where_no_venue_was_ever_opened_there_is_no_head(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "venue.sqlite3")
    migrate(writer)
    read = StoreReader(open_reader(tmp_path / "venue.sqlite3"))
    with pytest.raises(JournalCorrupt, match="no stream head"):
        read.head()
    read.close()
    writer.dispose()


def test_snapshots_are_read_newest_first(tmp_path: Path) -> None:
    venue = StoredVenue(traded(tmp_path))
    venue.save_snapshot()
    sequences = [snapshot.sequence for snapshot in venue.store.read.snapshots()]
    assert sequences == [LAST_SEQUENCE, SNAPSHOT_SEQUENCE]
    venue.close()


def test_of_orders_and_transfers_the_live_ones_can_be_had(read: StoreReader) -> None:
    for table in ("orders", "transfers"):
        live, rows = set(read.rows(table, live_only=True)), set(read.rows(table))
        assert live < rows
    assert {row[18] for row in read.rows("orders", live_only=True)} == {
        OrderStatus.OPEN.value,
        OrderStatus.PARTIALLY_MATCHED.value,
    }
    decided = transfers.columns.keys().index("decided_at_ns")
    due = transfers.columns.keys().index("registration_due_ns")
    for row in read.rows("transfers", live_only=True):
        assert row[decided] is None or row[due] is not None, row  # it waits for its registration
    assert 0 not in {row[5] for row in read.rows("lots", live_only=True)}
    assert (0, 0) not in {row[1:] for row in read.rows("lot_claims", live_only=True)}
    for table in ("lots", "lot_claims"):
        assert set(read.rows(table, live_only=True)) < set(read.rows(table))
    for table in ("parties", "products", "accounts", "register"):
        assert list(read.rows(table, live_only=True)) == list(read.rows(table))


def test_a_pinned_reader_sees_one_state_however_far_the_writer_goes(tmp_path: Path) -> None:
    venue = StoredVenue(traded(tmp_path))
    pinned = StoreReader(open_reader(tmp_path / "venue.sqlite3"))
    pinned.pin()
    before = pinned.head()
    venue.give(order("a"))
    assert pinned.head() == before
    assert len(list(pinned.journal(after=Sequence(0)))) == LAST_SEQUENCE
    assert venue.store.read.head() == venue.sequencer.head
    pinned.close()
    venue.close()


def test_a_row_is_read_while_a_commit_is_under_way(tmp_path: Path) -> None:
    venue = StoredVenue(traded(tmp_path))
    batch, _ = venue.form(order("a"))
    venue.store.write(batch.changes)
    assert venue.store.read.journal_row(Sequence(LAST_SEQUENCE)).sequence == LAST_SEQUENCE
    venue.store.commit()
    venue.close()


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="unable to open"):
        StoreReader(open_reader(tmp_path / "venue.sqlite3"))
