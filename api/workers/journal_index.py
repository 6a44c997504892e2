"""The worker that indexes the journal as it is committed, so that what has happened to a transfer,
an order or a party is found without reading all that ever happened.

    journal (venue.sqlite3)  →  api/journal_subjects.py  →  index.sqlite3

Whatever dies when: it goes on from where the file says, and a file that does not belong to this
journal (a back-up was restored) is made anew. SQL is in a thread of its own.
"""

import asyncio
import logging
from pathlib import Path
from typing import Final, Self

from sqlalchemy import Connection, Engine

from api.journal_subjects import subjects_of
from api.store.journal_index import (
    IndexedEvent,
    IndexStand,
    Sought,
    add_events,
    begin_anew,
    found_at,
    index_stand,
    open_index,
    place_of,
    places_of,
)
from api.waiting import is_set_within
from exchange.codec import decode_command, decode_events
from exchange.commands import AnyCommand
from exchange.events import AnyEvent
from exchange.ports import JournalRow
from exchange.store.database import open_reader
from exchange.store.queries import journal_rows_after, journal_rows_of
from exchange.types import Sequence
from registry.types import TimeNs

ROWS_PER_TURN_MAX: Final = 500
"""Some 30 ms of the worker's thread."""
TURNS_AWAITED_MAX: Final = 10
"""By who looks for something; if the index is further behind, he is told how far it has come."""
TURN_S: Final = 0.05
TICK_S: Final = 1.0
AFTER_FAULT_S: Final = 5.0

logger = logging.getLogger("trustex.index")


class Journaled:
    """An event of the journal, with the command that has caused it."""

    __slots__ = ("at_ns", "command", "event", "hash", "ordinal", "sequence")

    def __init__(self, row: JournalRow, command: AnyCommand, event: AnyEvent, ordinal: int) -> None:
        self.sequence = row.sequence
        self.ordinal = ordinal
        self.at_ns: TimeNs = TimeNs(row.at_ns)
        self.hash = row.hash
        """The chain's, with the command."""
        self.command = command
        self.event = event

    @property
    def place(self) -> int:
        """In the order of the journal."""
        return place_of(self.sequence, ordinal=self.ordinal)


class JournalIndex:
    """Indexes until it is closed, and finds."""

    def __init__(self, database: Path, index: Path) -> None:
        """An index that nobody writes yet.

        Args:
            database: the venue's, which it only reads.
            index: its own file.
        """
        self._reader = open_reader(database)
        self._engine: Engine = open_index(index)
        self._turn = asyncio.Lock()
        self._is_checked = False
        """Whether the file is known to be of this journal."""
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def begin(cls, database: Path, *, index: Path) -> Self:
        """An index that is written from now on, on the running loop."""
        made = cls(database, index)
        made._task = asyncio.create_task(made._run())
        return made

    async def close(self) -> None:
        """Let go of everything."""
        self._stopping.set()
        if self._task is not None:
            await self._task
        self._reader.dispose()
        self._engine.dispose()

    async def step(self) -> bool:
        """One turn: index what was committed, a bounded number of commands.

        Returns:
            Whether there is more.
        """
        async with self._turn:
            return await asyncio.to_thread(self._index_page)

    async def catch_up(self) -> bool:
        """Index what was committed before this call.

        Returns:
            Whether all of it is; an index that is far behind takes its time.
        """
        for _ in range(TURNS_AWAITED_MAX):
            if not await self.step():
                return True
        return False

    def indexed_up_to(self) -> Sequence:
        """The last command that is indexed. Blocks."""
        with self._engine.connect() as connection:
            return index_stand(connection).sequence

    def find(self, sought: Sought) -> list[Journaled]:
        """The events, in order. Blocks. Cost: O(found) rows of the journal."""
        with self._engine.connect() as connection:
            places = list(map(found_at, places_of(connection, sought)))
        with self._reader.connect() as venue:
            rows = journal_rows_of(venue, (sequence for sequence, _ in places))
        decoded: dict[int, tuple[AnyCommand, tuple[AnyEvent, ...]]] = {
            sequence: (decode_command(row.command), decode_events(row.events))
            for sequence, row in rows.items()
        }
        found = []
        for sequence, ordinal in places:
            command, events = decoded[sequence]
            found.append(Journaled(rows[sequence], command, events[ordinal], ordinal))
        return found

    def _index_page(self) -> bool:
        with self._engine.begin() as connection, self._reader.connect() as venue:
            if not self._is_checked:
                self._check(connection, venue=venue)
            stand = index_stand(connection)
            rows = journal_rows_after(venue, after=stand.sequence, limit=ROWS_PER_TURN_MAX)
            if rows:
                upto = IndexStand(sequence=rows[-1].sequence, hash=rows[-1].hash)
                add_events(connection, (each for row in rows for each in _indexed(row)), upto)
        return len(rows) == ROWS_PER_TURN_MAX

    def _check(self, connection: Connection, *, venue: Connection) -> None:
        """Begin anew if the file is not of this journal."""
        stand = index_stand(connection)
        known = journal_rows_of(venue, [stand.sequence]).get(stand.sequence)
        if stand.sequence and (known is None or known.hash != stand.hash):
            logger.warning("the index is of another journal: it is made anew")
            begin_anew(connection)
        self._is_checked = True

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                is_more = await self.step()
            except Exception:
                # Whatever it is: the venue goes on. What is not indexed yet is in the journal.
                logger.exception("the index of the journal waits")
                await is_set_within(self._stopping, AFTER_FAULT_S)
            else:
                await is_set_within(self._stopping, TURN_S if is_more else TICK_S)


def _indexed(row: JournalRow) -> list[IndexedEvent]:
    command = decode_command(row.command)
    return [
        IndexedEvent(
            place=place_of(row.sequence, ordinal=ordinal),
            tag=tag_of(type(event)),
            subjects=subjects_of(event, command),
        )
        for ordinal, event in enumerate(decode_events(row.events))
    ]


def tag_of(event_type: type[AnyEvent]) -> int:
    """The number by which events of this type are stored."""
    tag = event_type.__struct_config__.tag
    assert isinstance(tag, int), event_type
    return tag
