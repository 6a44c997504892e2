"""A whole venue is verified from its first command; whatever does not agree is named."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from exchange.codec import CHAIN_START
from exchange.errors import JournalCorrupt, ReplayDiffers, StoreFault
from exchange.snapshot import decode_state, digest, encode_state
from exchange.store.database import migrate, open_reader, open_writer
from exchange.store.read import StoreReader
from exchange.store.row_tables import ROW_TABLES
from exchange.types import Fen
from exchange.verify import ROWS_TAKEN_EVERY_COMMANDS, verify, verify_reader
from matching import Side
from tests.exchange.desk import order
from tests.exchange.stored import (
    LAST_SEQUENCE,
    SNAPSHOT_SEQUENCE,
    StoredVenue,
    open_store,
    traded,
)
from tests.exchange.test_recovery import alter, reseal
from tests.simulation.traffic import TRADERS


def test_a_venue_that_agrees_is_reported_with_its_head_and_digest(tmp_path: Path) -> None:
    venue = StoredVenue(traded(tmp_path))
    head, state_digest = venue.head, digest(venue.sequencer.state)
    rows = sum(
        len(list(venue.store.read.rows(table))) for table in (each.name for each in ROW_TABLES)
    )
    venue.close()
    report = verify(tmp_path / "venue.sqlite3")
    assert (report.commands, report.snapshots, report.rows) == (LAST_SEQUENCE, 1, rows)
    assert (report.hash, report.digest) == (head.hash, state_digest)


def test_a_venue_in_which_nothing_has_happened_agrees(tmp_path: Path) -> None:
    path = tmp_path / "venue.sqlite3"
    writer = open_writer(path)
    migrate(writer)
    writer.dispose()
    store = open_store(path)
    store.take_over()
    store.close()
    report = verify(path)
    assert (report.commands, report.rows, report.hash) == (0, 0, CHAIN_START)


def test_rows_agree_over_many_takings(tmp_path: Path) -> None:
    venue = StoredVenue(tmp_path / "venue.sqlite3")
    venue.trade(until=2 * ROWS_TAKEN_EVERY_COMMANDS + 50)
    venue.close()
    done: list[tuple[int, int]] = []
    verify(
        tmp_path / "venue.sqlite3", progress=lambda commands, total: done.append((commands, total))
    )
    last = 2 * ROWS_TAKEN_EVERY_COMMANDS + 50
    assert done == [
        (ROWS_TAKEN_EVERY_COMMANDS, last),
        (2 * ROWS_TAKEN_EVERY_COMMANDS, last),
        (last, last),
    ]


def test_verifying_changes_nothing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = traded(tmp_path)
    before = path.read_bytes()
    verify(path)
    assert path.read_bytes() == before
    assert {each.name for each in tmp_path.iterdir()} - {
        "venue.sqlite3-shm",
        "venue.sqlite3-wal",
    } == {"venue.sqlite3"}


def test_a_venue_may_go_on_while_it_is_verified(tmp_path: Path) -> None:
    venue = StoredVenue(traded(tmp_path))
    read = StoreReader(open_reader(tmp_path / "venue.sqlite3"))
    read.pin()
    assert read.head().sequence == LAST_SEQUENCE
    venue.give(order("a"))
    venue.save_snapshot()
    assert verify_reader(read).commands == LAST_SEQUENCE
    read.close()
    assert verify(tmp_path / "venue.sqlite3").commands == LAST_SEQUENCE + 1
    venue.close()


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("orders", "UPDATE orders SET filled_quantity = filled_quantity + 10 WHERE status = 3"),
        ("orders", "UPDATE orders SET fees = fees + 1 WHERE status = 4"),
        ("orders", "DELETE FROM orders WHERE status = 3"),
        ("orders", "UPDATE orders SET status = 4 WHERE status = 3"),
        ("transfers", "UPDATE transfers SET officer = 'other' WHERE officer IS NOT NULL"),
        ("transfers", "UPDATE transfers SET reason = 2 WHERE reason IS NOT NULL"),
        ("transfers", "DELETE FROM transfers WHERE decided_at_ns IS NOT NULL"),
        ("accounts", "UPDATE accounts SET deposited = deposited + 1 WHERE party_id = 3"),
        ("lots", "DELETE FROM lots WHERE units = 0"),
        ("lots", "UPDATE lots SET acquired_on = acquired_on + 1 WHERE units = 0"),
        ("lot_claims", "DELETE FROM lot_claims WHERE reserved = 0 AND locked = 0"),
        ("register", "UPDATE register SET cost = cost + 1 WHERE ordinal = 0 AND cause = 4"),
        ("register", "UPDATE register SET cause_id = 1 WHERE sequence < 50"),
        ("register", "DELETE FROM register WHERE ordinal = 0 AND cause = 4"),
        ("transfers", "UPDATE transfers SET cost_moved = cost_moved + 1 WHERE state = 8"),
        ("transfers", "UPDATE transfers SET lot_id = NULL WHERE state = 8"),
        ("transfers", "UPDATE transfers SET decided_sequence = 1 WHERE state = 12"),
        ("parties", "INSERT INTO parties VALUES (99, 3)"),
        ("products", "UPDATE products SET terms = x'00' WHERE product_id = 8"),
    ],
)
def test_a_row_of_anything_ever_is_compared(tmp_path: Path, table: str, statement: str) -> None:
    alter(traded(tmp_path), statement)
    with pytest.raises(JournalCorrupt, match=f"a row of {table} differs") as fault:
        verify(tmp_path / "venue.sqlite3")
    assert fault.value.sequence == LAST_SEQUENCE


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("DELETE FROM journal WHERE sequence = 60", 60),
        ("DELETE FROM journal WHERE sequence >= 130", 130),
        ("DELETE FROM journal", 1),
        ("UPDATE journal SET at_ns = at_ns + 1 WHERE sequence = 60", 60),
        ("UPDATE stream SET last_sequence = 149", LAST_SEQUENCE + 1),
        ("UPDATE stream SET last_hash = zeroblob(32)", LAST_SEQUENCE + 1),
        ("UPDATE snapshots SET digest = zeroblob(32)", SNAPSHOT_SEQUENCE),
        ("UPDATE snapshots SET hash = zeroblob(32)", SNAPSHOT_SEQUENCE),
        ("UPDATE snapshots SET sequence = 99", 99),
        ("UPDATE snapshots SET sequence = 151", 151),
        ("DELETE FROM stream", 1),
    ],
)
def test_what_is_missing_or_altered_is_named(tmp_path: Path, statement: str, named: int) -> None:
    alter(traded(tmp_path), statement)
    with pytest.raises(JournalCorrupt) as fault:
        verify(tmp_path / "venue.sqlite3")
    assert fault.value.sequence == named


TOLD = 3
"""Transfers that `waiting` opens, one after the other: each puts a row into the outbox."""


def waiting(tmp_path: Path) -> Path:
    """A venue whose first row of the outbox was carried on, and whose others wait."""
    path = tmp_path / "venue.sqlite3"
    venue = StoredVenue(path, keeps_outbox=True)
    for number in range(TOLD + 1):
        venue.give(
            order(f"{number}-sell", side=Side.SELL), order(f"{number}-buy", trader=1, price=10_000)
        )
    first_id = next(iter(venue.store.read.rows("outbox")))[0]
    assert isinstance(first_id, int)
    venue.sequencer.outbox_taken(first_id)
    venue.give(order("last", side=Side.SELL, price=20_000))
    venue.close()
    return path


def test_what_waits_in_the_outbox_is_compared(tmp_path: Path) -> None:
    assert verify(waiting(tmp_path)).outbox_rows == TOLD


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outbox SET event = (SELECT max(event) FROM outbox)",
        "UPDATE outbox SET party_id = party_id + 1",
        "UPDATE outbox SET sequence = sequence - 1",
        "UPDATE outbox SET outbox_id = outbox_id + 1",
        "DELETE FROM outbox WHERE outbox_id = (SELECT max(outbox_id) FROM outbox)",
        "INSERT INTO outbox SELECT outbox_id + 1, sequence, party_id, event FROM outbox LIMIT 1",
        "INSERT INTO outbox SELECT 1, 1, party_id, event FROM outbox LIMIT 1",
    ],
)
def test_an_altered_outbox_is_found_before_it_is_told(tmp_path: Path, statement: str) -> None:
    alter(waiting(tmp_path), statement)
    with pytest.raises(ReplayDiffers, match="a row of outbox differs"):
        verify(tmp_path / "venue.sqlite3")


def test_snapshots_of_another_version_are_counted_and_not_compared(tmp_path: Path) -> None:
    path = traded(tmp_path)
    reseal(path, lambda state: msgspec.msgpack.encode([0, *msgspec.msgpack.decode(state)[1:]]))
    report = verify(path)
    assert (report.snapshots, report.snapshots_skipped) == (0, 1)


def test_a_snapshot_must_be_what_the_journal_gives(tmp_path: Path) -> None:
    path = traded(tmp_path)

    def richer(data: bytes) -> bytes:
        state = decode_state(data)
        state.cash.deposit(TRADERS[0], Fen(1))
        return encode_state(state)

    reseal(path, richer)
    connection = sqlite3.connect(path)
    with connection:  # the rows agree with the forged snapshot, so that a start sees nothing
        connection.execute(
            "UPDATE accounts SET deposited = deposited + 1, available = available + 1"
            " WHERE party_id = ?",
            (TRADERS[0],),
        )
    connection.close()
    StoredVenue(path).close()
    with pytest.raises(JournalCorrupt) as fault:
        verify(path)
    assert fault.value.sequence == SNAPSHOT_SEQUENCE


def test_a_file_that_is_not_there_is_a_fault_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreFault):
        verify(tmp_path / "venue.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "venue.sqlite3").write_bytes(msgspec.msgpack.encode(list(range(9_999))))
    with pytest.raises(StoreFault):
        verify(tmp_path / "venue.sqlite3")
