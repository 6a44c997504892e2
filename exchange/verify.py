"""Verify a whole venue from its first command: chain, event bytes, snapshots, every SQL row, and
what waits in the outbox.

Reads one committed state and writes nothing; the venue may go on meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exchange.check import check
from exchange.codec import CHAIN_START
from exchange.errors import JournalCorrupt, ReplayDiffers
from exchange.events import AnyEvent
from exchange.market_view import MarketView
from exchange.ports import Head, Row
from exchange.recovery import (
    execute_again,
    is_of_this_version,
    load_snapshot,
    snapshot_of,
    verified_rows,
)
from exchange.sequencer import OUTBOX_IDS_PER_COMMAND, outbox_rows
from exchange.snapshot import digest
from exchange.state import State
from exchange.store.database import open_reader
from exchange.store.read import StoreReader
from exchange.store.rows import take_rows
from exchange.types import Sequence
from registry.store.tables import metadata

ROWS_TAKEN_EVERY_COMMANDS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What was found to agree."""

    commands: int
    rows: int
    snapshots: int
    snapshots_skipped: int
    """Kept by another version of the program: they say nothing that the journal does not."""
    outbox_rows: int
    """What waits to be told."""
    hash: bytes
    """Of the stream head."""
    digest: bytes
    """Of the state that the journal gives."""


def verify(database: Path, *, progress: Callable[[int, int], None] | None = None) -> VerifyReport:
    """Execute the journal again and compare everything that is stored.

    Args:
        database: the journaled SQLite file.
        progress: called now and then with (commands done, commands in all).

    Raises:
        JournalCorrupt: something does not agree; it names the sequence.
    """
    read = StoreReader(open_reader(database))
    try:
        read.pin()
        return verify_reader(read, progress=progress)
    finally:
        read.close()


def verify_reader(
    read: StoreReader, *, progress: Callable[[int, int], None] | None = None
) -> VerifyReport:
    """The same for a reader that sees one committed state.

    Raises:
        JournalCorrupt: something does not agree; it names the sequence.
    """
    progress = progress or _silent
    head = read.head()
    kept = list(read.snapshots())
    snapshots = {each.sequence: each for each in kept if is_of_this_version(each)}
    outbox = _Outbox(read)
    state, view = State(), MarketView()
    tables: dict[str, dict[Row, Row]] = {name: {} for name in take_rows(state)}
    compared = 0
    last_hash = CHAIN_START
    for row in verified_rows(read):
        outbox.expect(state, row.sequence, execute_again(state, view, row))
        last_hash = row.hash
        snapshot = snapshots.get(row.sequence)
        if snapshot is not None:
            load_snapshot(snapshot)
            made = snapshot_of(state, view, Head(head.term, row.sequence, row.hash))
            if made != snapshot:
                raise ReplayDiffers(row.sequence, "the snapshot is not what the journal gives")
            compared += 1
        if row.sequence % ROWS_TAKEN_EVERY_COMMANDS == 0:
            _merge(tables, take_rows(state))
            progress(row.sequence, head.sequence)
    if (state.sequence, last_hash) != (head.sequence, head.hash):
        raise JournalCorrupt(Sequence(state.sequence + 1), f"the head says {head.sequence}")
    if len(snapshots) > compared:
        raise JournalCorrupt(max(snapshots), "a snapshot is ahead of the head")
    check(state)
    _merge(tables, take_rows(state))
    for name, expected in tables.items():
        _compare(name, expected, set(read.rows(name)), state.sequence)
    outbox.compare(state.sequence)
    progress(head.sequence, head.sequence)
    return VerifyReport(
        commands=head.sequence,
        rows=sum(map(len, tables.values())),
        snapshots=compared,
        snapshots_skipped=len(kept) - len(snapshots),
        outbox_rows=len(outbox.stored),
        hash=head.hash,
        digest=digest(state),
    )


class _Outbox:
    """What waits in the outbox, beside what the journal's events put there.

    What was carried on is gone from it, oldest first: from the first row that still waits on, it
    must hold all. Rows that were taken out before that one cannot be told from those.
    """

    def __init__(self, read: StoreReader) -> None:
        self.stored: set[Row] = set(read.rows("outbox"))
        self._first_id = min(map(_outbox_id, self.stored), default=None)
        self._expected: dict[Row, Row] = {}

    def expect(self, state: State, sequence: Sequence, events: tuple[AnyEvent, ...]) -> None:
        """Take note of what a command's events put there."""
        if self._first_id is None or sequence < self._first_id // OUTBOX_IDS_PER_COMMAND:
            return
        for row in outbox_rows(state, sequence, events):
            if _outbox_id(row) >= self._first_id:
                self._expected[row[:1]] = row

    def compare(self, sequence: Sequence) -> None:
        """Raises:
        ReplayDiffers: it holds something else.
        """
        _compare("outbox", self._expected, self.stored, sequence)


def _outbox_id(row: Row) -> int:
    outbox_id = row[0]
    assert isinstance(outbox_id, int)  # the column is the table's integer key
    return outbox_id


def _merge(tables: dict[str, dict[Row, Row]], rows: dict[str, list[Row]]) -> None:
    for name, changed in rows.items():
        columns = len(metadata.tables[name].primary_key.columns)
        tables[name].update((row[:columns], row) for row in changed)


def _compare(name: str, expected: dict[Row, Row], stored: set[Row], sequence: Sequence) -> None:
    differing = stored.symmetric_difference(expected.values())
    if differing:
        row = min(differing, key=repr)
        raise ReplayDiffers(sequence, f"a row of {name} differs: {row}")


def _silent(*_progress: int) -> None:
    pass
