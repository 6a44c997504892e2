"""What lies on the disk gives the state again, or the start is refused, naming the sequence."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from exchange.check import check
from exchange.codec import CHAIN_START, chain, decode_command, encode_command
from exchange.commands import AnyCommand, RecordDeposit
from exchange.errors import JournalCorrupt, StoreFault
from exchange.snapshot import SNAPSHOT_VERSION, encode_state
from exchange.types import OPERATOR_ID, Fen
from exchange.verify import verify
from tests.exchange.stored import LAST_SEQUENCE, SNAPSHOT_SEQUENCE, StoredVenue, traded
from tests.simulation.traffic import TRADERS

EARLY, LATE = 60, 130
"""One sequence before the snapshot, one after it."""


def alter(path: Path, statement: str, *parameters: int) -> None:
    """Do to the database what no program of ours would do."""
    connection = sqlite3.connect(path)
    with connection:
        assert connection.execute(statement, parameters).rowcount > 0, statement
    connection.close()


def refused(path: Path) -> JournalCorrupt:
    """The fault with which the start is refused."""
    with pytest.raises(JournalCorrupt) as fault:
        StoredVenue(path)
    assert str(fault.value.sequence) in str(fault.value)
    return fault.value


def rechain(
    path: Path,
    sequence: int,
    *,
    command: bytes | None = None,
    events: bytes | None = None,
    at_ns: int = 0,
) -> None:
    """Alter one journal row and compute every hash anew, as somebody would who knows how."""
    connection = sqlite3.connect(path)
    previous = CHAIN_START
    query = "SELECT sequence, at_ns, command, events FROM journal ORDER BY sequence"
    for number, time_ns, old_command, old_events in connection.execute(query).fetchall():
        new_command, new_events, new_ns = old_command, old_events, time_ns
        if number == sequence:
            new_command, new_ns = command or old_command, at_ns or time_ns
            new_events = events or old_events
        previous = chain(
            previous, sequence=number, at_ns=new_ns, command=new_command, events=new_events
        )
        connection.execute(
            "UPDATE journal SET command = ?, events = ?, at_ns = ?, hash = ? WHERE sequence = ?",
            (new_command, new_events, new_ns, previous, number),
        )
        connection.execute("UPDATE snapshots SET hash = ? WHERE sequence = ?", (previous, number))
    connection.execute("UPDATE stream SET last_hash = ?", (previous,))
    connection.commit()
    connection.close()


def reseal(path: Path, change: Callable[[bytes], bytes], *, column: str = "state") -> None:
    """Alter the snapshot and compute its digest anew."""
    connection = sqlite3.connect(path)
    parts = dict(
        zip(
            ("state", "view"),
            connection.execute("SELECT state, view FROM snapshots").fetchone(),
            strict=True,
        )
    )
    parts[column] = change(parts[column])
    digest = sha256(parts["state"] + parts["view"]).digest()
    connection.execute(
        "UPDATE snapshots SET state = ?, view = ?, digest = ?",
        (parts["state"], parts["view"], digest),
    )
    connection.commit()
    connection.close()


def first_of(path: Path, kind: type[AnyCommand], *, after: int = 0) -> tuple[int, AnyCommand]:
    """The first command of this kind in the journal."""
    connection = sqlite3.connect(path)
    query = "SELECT sequence, command FROM journal WHERE sequence > ? ORDER BY sequence"
    rows = connection.execute(query, (after,)).fetchall()
    connection.close()
    for sequence, data in rows:
        command = decode_command(data)
        if isinstance(command, kind):
            return sequence, command
    raise AssertionError(kind)


# What is whole


def test_a_restart_gives_the_state_the_view_and_the_head_again(tmp_path: Path) -> None:
    path = tmp_path / "venue.sqlite3"
    before = StoredVenue(path)
    before.trade(until=80)
    before.close()
    after = StoredVenue(path)
    assert encode_state(after.sequencer.state) == encode_state(before.sequencer.state)
    assert after.view.to_state() == before.view.to_state()
    assert (after.head.sequence, after.head.hash) == (80, before.sequencer.head.hash)
    assert after.head.term == before.head.term + 1
    check(after.sequencer.state)
    after.close()


def test_a_restart_executes_only_the_commands_after_the_snapshot(tmp_path: Path) -> None:
    venue = StoredVenue(traded(tmp_path))
    assert venue.recovered.replayed == LAST_SEQUENCE - SNAPSHOT_SEQUENCE
    venue.save_snapshot()
    venue.close()
    venue = StoredVenue(tmp_path / "venue.sqlite3")
    assert venue.recovered.replayed == 0
    venue.close()


def test_without_its_snapshot_the_venue_is_the_same(tmp_path: Path) -> None:
    venue = StoredVenue(traded(tmp_path))
    with_snapshot = encode_state(venue.sequencer.state), venue.view.to_state()
    venue.close()
    alter(tmp_path / "venue.sqlite3", "DELETE FROM snapshots")
    venue = StoredVenue(tmp_path / "venue.sqlite3")
    assert venue.recovered.replayed == LAST_SEQUENCE
    assert (encode_state(venue.sequencer.state), venue.view.to_state()) == with_snapshot
    venue.close()


def test_a_recovered_venue_writes_rows_only_of_what_changes(tmp_path: Path) -> None:
    venue = StoredVenue(traded(tmp_path))
    deposit = RecordDeposit(actor=OPERATOR_ID, key="d", party_id=TRADERS[0], amount=Fen(1))
    batch, _ = venue.form(deposit)
    written = {table: len(rows) for table, rows in batch.changes.rows.items() if rows}
    assert written == {"accounts": 1}
    venue.close()


# What is not


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("DELETE FROM journal WHERE sequence = ?", LAST_SEQUENCE),
        ("DELETE FROM journal WHERE sequence >= ?", LATE),
        ("DELETE FROM journal WHERE sequence >= ?", SNAPSHOT_SEQUENCE + 1),
        ("DELETE FROM journal WHERE sequence >= ?", SNAPSHOT_SEQUENCE),
        ("DELETE FROM journal WHERE sequence >= ?", EARLY),
        ("DELETE FROM journal WHERE sequence >= ?", 1),
        ("DELETE FROM journal WHERE sequence = ?", 1),
        ("DELETE FROM journal WHERE sequence = ?", EARLY),
        ("DELETE FROM journal WHERE sequence = ?", LATE),
    ],
)
def test_a_truncated_journal_refuses_the_start(tmp_path: Path, statement: str, named: int) -> None:
    alter(traded(tmp_path), statement, named)
    assert refused(tmp_path / "venue.sqlite3").sequence == named


@pytest.mark.parametrize("sequence", [1, EARLY, SNAPSHOT_SEQUENCE, LATE, LAST_SEQUENCE])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET command = CAST(command || x'00' AS BLOB) WHERE sequence = ?",
        "UPDATE journal SET events = CAST(events || x'00' AS BLOB) WHERE sequence = ?",
        "UPDATE journal SET command = CAST(command AS TEXT) WHERE sequence = ?",
        "UPDATE journal SET command = 'text' WHERE sequence = ?",
        "UPDATE journal SET events = 5 WHERE sequence = ?",
        "UPDATE journal SET at_ns = 'text' WHERE sequence = ?",
        "UPDATE journal SET at_ns = 1.5 WHERE sequence = ?",
        "UPDATE journal SET hash = zeroblob(32) WHERE sequence = ?",
        "UPDATE journal SET at_ns = 1 WHERE sequence = ?",
    ],
)
def test_an_altered_journal_row_refuses_the_start(
    tmp_path: Path, statement: str, sequence: int
) -> None:
    alter(traded(tmp_path), statement, sequence)
    assert refused(tmp_path / "venue.sqlite3").sequence == sequence


@pytest.mark.parametrize("sequence", [EARLY, SNAPSHOT_SEQUENCE, LATE])
def test_swapped_journal_rows_refuse_the_start(tmp_path: Path, sequence: int) -> None:
    path = traded(tmp_path)
    move = "UPDATE journal SET sequence = ? WHERE sequence = ?"
    alter(path, move, -1, sequence)
    alter(path, move, sequence, sequence + 1)
    alter(path, move, sequence + 1, -1)
    assert refused(path).sequence == sequence


@pytest.mark.parametrize(
    ("statement", "parameters", "named"),
    [
        ("UPDATE stream SET last_sequence = ?", [LATE], LAST_SEQUENCE + 1),
        ("UPDATE stream SET last_sequence = ?", [LAST_SEQUENCE + 7], LAST_SEQUENCE + 1),
        ("UPDATE stream SET last_hash = zeroblob(32)", [], LAST_SEQUENCE),
        ("DELETE FROM stream", [], LAST_SEQUENCE + 1),
    ],
)
def test_an_altered_stream_head_refuses_the_start(
    tmp_path: Path, statement: str, parameters: list[int], named: int
) -> None:
    alter(traded(tmp_path), statement, *parameters)
    assert refused(tmp_path / "venue.sqlite3").sequence == named


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parties SET kind = 4 WHERE party_id = 3",
        "UPDATE products SET units_outstanding = units_outstanding + 1 WHERE product_id = 8",
        "UPDATE products SET symbol = 'OTHER' WHERE product_id = 8",
        "UPDATE accounts SET available = available + 1 WHERE party_id = 3",
        "UPDATE accounts SET escrow = escrow + 1, available = available - 1 WHERE party_id = 3",
        "UPDATE lots SET units = units - 1 WHERE holder_id = 3 AND product_id = 8",
        "UPDATE lots SET principal = principal + 1 WHERE units > 0",
        "UPDATE lots SET acquired_on = acquired_on + 1 WHERE units > 0",
        "UPDATE lots SET holder_id = 4 WHERE holder_id = 3",
        "UPDATE lots SET units = 0 WHERE holder_id = 3",
        "UPDATE lot_claims SET reserved = reserved - 1, locked = locked + 1 WHERE reserved > 0",
        "UPDATE lot_claims SET locked = 0 WHERE locked > 0",
        "UPDATE orders SET open_quantity = open_quantity + 10 WHERE status = 1",
        "UPDATE orders SET price = price + 100 WHERE status IN (1, 2)",
        "UPDATE orders SET status = 4 WHERE status IN (1, 2)",
        "UPDATE transfers SET units = units + 10 WHERE decided_at_ns IS NULL",
        "UPDATE transfers SET buyer_id = 7, seller_id = 3 WHERE decided_at_ns IS NULL",
        "UPDATE transfers SET version = version + 1 WHERE decided_at_ns IS NULL",
        "UPDATE transfers SET version = version + 1 WHERE state = 8",
        "UPDATE transfers SET registration_due_ns = NULL WHERE state = 8",
        "UPDATE transfers SET state = 10 WHERE state = 8",
        "UPDATE accounts SET available = 'text' WHERE party_id = 3",
        "UPDATE orders SET client_order_id = CAST(x'ff00' AS TEXT) WHERE status IN (1, 2)",
        "DELETE FROM parties WHERE party_id = 7",
        "DELETE FROM products WHERE product_id = 9",
        "DELETE FROM accounts WHERE party_id = 3",
        "DELETE FROM lots WHERE holder_id = 3",
        "DELETE FROM lot_claims",
        "DELETE FROM orders WHERE status IN (1, 2)",
        "DELETE FROM transfers WHERE decided_at_ns IS NULL",
        "INSERT INTO lots VALUES (7, 8, 99, NULL, 20000, 1000, 1000, 1000, 0, 0)",
        "INSERT INTO lot_claims VALUES (7, 1, 0)",
        "UPDATE transfers SET sources = x'90' WHERE decided_at_ns IS NULL",
        "DELETE FROM register WHERE holder_id = 3",
        "DELETE FROM register WHERE sequence = (SELECT max(sequence) FROM register)",
        "UPDATE register SET holding_units = holding_units + 1",
        "UPDATE register SET holding_principal = holding_principal + 1 WHERE holder_id = 3",
        "UPDATE register SET holding_lots = 7 WHERE holder_id = 3",
        "UPDATE register SET holder_id = 99 WHERE holder_id = 3",
        "INSERT INTO accounts VALUES (99, 1000, 1000, 0, 0, 0, 0)",
    ],
)
def test_an_altered_row_of_something_live_refuses_the_start(tmp_path: Path, statement: str) -> None:
    alter(traded(tmp_path), statement)
    fault = refused(tmp_path / "venue.sqlite3")
    assert fault.sequence == LAST_SEQUENCE
    table = next(word for word in statement.split() if word.islower())
    assert table in fault.what


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE snapshots SET state = CAST(state || x'00' AS BLOB)", SNAPSHOT_SEQUENCE),
        ("UPDATE snapshots SET state = 'text'", SNAPSHOT_SEQUENCE),
        ("UPDATE snapshots SET state = CAST(x'ff00' AS TEXT)", LAST_SEQUENCE),
        ("UPDATE snapshots SET view = CAST(view || x'00' AS BLOB)", SNAPSHOT_SEQUENCE),
        ("UPDATE snapshots SET view = 'text'", SNAPSHOT_SEQUENCE),
        ("UPDATE snapshots SET view = CAST(x'ff00' AS TEXT)", LAST_SEQUENCE),
        ("UPDATE snapshots SET digest = zeroblob(32)", SNAPSHOT_SEQUENCE),
        ("UPDATE snapshots SET hash = zeroblob(32)", SNAPSHOT_SEQUENCE),
        ("UPDATE snapshots SET sequence = 99", 99),
        ("UPDATE snapshots SET sequence = 151", 151),
    ],
)
def test_an_altered_snapshot_refuses_the_start(tmp_path: Path, statement: str, named: int) -> None:
    alter(traded(tmp_path), statement)
    assert refused(tmp_path / "venue.sqlite3").sequence == named


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("state", lambda state: state[:-3]),
        ("state", lambda state: state.replace(b"XT2026-00", b"XT2026-0\xff")),
        ("state", lambda _state: msgspec.msgpack.encode([SNAPSHOT_VERSION, 100, 0])),
        ("state", lambda _state: b"\xc0"),
        ("view", lambda view: view[:-3]),
        ("view", lambda _view: b"\xc0"),
    ],
)
def test_a_snapshot_that_is_none_refuses_the_start_although_its_digest_is_right(
    tmp_path: Path, column: str, change: Callable[[bytes], bytes]
) -> None:
    path = traded(tmp_path)
    reseal(path, change, column=column)
    assert refused(path).sequence == SNAPSHOT_SEQUENCE


def test_an_altered_command_is_found_although_every_hash_was_computed_anew(
    tmp_path: Path,
) -> None:
    path = traded(tmp_path)
    sequence, deposit = first_of(path, RecordDeposit, after=SNAPSHOT_SEQUENCE)
    assert isinstance(deposit, RecordDeposit)
    more = msgspec.structs.replace(deposit, amount=Fen(deposit.amount + 1))
    rechain(path, sequence, command=encode_command(more))
    assert refused(path).sequence == sequence


@pytest.mark.parametrize(
    "command",
    [
        b"\xc0",
        b"",
        b"\x93\x01\x02\x03",
        encode_command(
            RecordDeposit(actor=OPERATOR_ID, key="same", party_id=TRADERS[0], amount=Fen(1))
        )[:-1],
    ],
)
def test_what_is_no_command_is_found_although_every_hash_was_computed_anew(
    tmp_path: Path, command: bytes
) -> None:
    path = traded(tmp_path)
    alter(path, "DELETE FROM snapshots")
    rechain(path, LATE, command=command or b"\x00")
    assert refused(path).sequence == LATE


def test_time_that_goes_back_is_found_although_every_hash_was_computed_anew(
    tmp_path: Path,
) -> None:
    path = traded(tmp_path)
    rechain(path, LATE, at_ns=1)
    assert refused(path).sequence == LATE


def test_a_history_that_was_forged_before_the_snapshot_is_found_by_verify(tmp_path: Path) -> None:
    path = traded(tmp_path)
    sequence, deposit = first_of(path, RecordDeposit)
    assert isinstance(deposit, RecordDeposit)
    more = msgspec.structs.replace(deposit, amount=Fen(deposit.amount + 1))
    rechain(path, sequence, command=encode_command(more))
    StoredVenue(path).close()  # a start executes only what comes after the snapshot
    with pytest.raises(JournalCorrupt) as fault:
        verify(path)
    assert fault.value.sequence == sequence


@pytest.mark.parametrize("kept", [0.9, 0.5, 0.2])
def test_a_file_that_was_cut_off_refuses_the_start(tmp_path: Path, kept: float) -> None:
    path = traded(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises((JournalCorrupt, StoreFault)):
        StoredVenue(path)


def test_a_journal_that_cannot_be_read_names_the_sequence_where_reading_ended(
    tmp_path: Path,
) -> None:
    path = traded(tmp_path)
    connection = sqlite3.connect(path)
    query = "SELECT hash FROM journal WHERE sequence = ?"
    (only_there,) = connection.execute(query, (LATE,)).fetchone()
    connection.close()
    data = bytearray(path.read_bytes())
    page = data.index(only_there) // 4_096 * 4_096
    data[page : page + 4_096] = b"\xff" * 4_096
    path.write_bytes(data)
    fault = refused(path)
    assert EARLY < fault.sequence <= LATE, "the page has some rows before this one"
