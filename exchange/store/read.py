"""Reading the journaled database: committed rows only, through a connection that cannot write."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Engine, select

from exchange.errors import JournalCorrupt
from exchange.ports import Head, JournalRow, Row, Snapshot
from exchange.store.tables import journal, orders, snapshots, stream
from exchange.types import OrderStatus, Sequence
from registry.store.tables import metadata, transfers
from registry.transfer import TERMINAL_STATES

FETCH_ROWS: Final = 5_000

LIVE: Final = {
    "orders": orders.c.status.in_([OrderStatus.OPEN.value, OrderStatus.PARTIALLY_MATCHED.value]),
    "transfers": transfers.c.state.not_in([state.value for state in TERMINAL_STATES]),
}
"""Which rows of a table are of things that the state still holds; of other tables, all are."""


class StoreReader:
    """What is committed, read through one connection of its own."""

    def __init__(self, reader: Engine) -> None:
        self._engine = reader
        self._connection = reader.connect()

    def pin(self) -> None:
        """From now on read one and the same committed state, however far the writer goes on."""
        self._connection.exec_driver_sql("BEGIN")

    def head(self) -> Head:
        """Where the journal ends.

        Raises:
            JournalCorrupt: there is no head: no venue was ever opened here.
        """
        columns = (stream.c.term, stream.c.last_sequence, stream.c.last_hash)
        row = self._connection.execute(select(*columns)).one_or_none()
        if row is None:
            raise JournalCorrupt(1, "there is no stream head")
        return Head(*row)

    def epoch(self) -> str:
        """Of the feed's counters: it changes when their continuity is lost."""
        epoch: str = self._connection.execute(select(stream.c.epoch)).scalar_one()
        return epoch

    def journal(self, *, after: Sequence) -> Iterator[JournalRow]:
        """The journal's rows after a sequence, in order."""
        query = select(journal).where(journal.c.sequence > after).order_by(journal.c.sequence)
        for row in self._connection.execute(query).yield_per(FETCH_ROWS):
            yield JournalRow(*row)

    def journal_row(self, sequence: Sequence) -> JournalRow:
        """One committed row. May be asked while a commit is under way."""
        query = select(journal).where(journal.c.sequence == sequence)
        return JournalRow(*self._connection.execute(query).one())

    def snapshots(self) -> Iterator[Snapshot]:
        """The snapshots kept, newest first."""
        query = select(snapshots).order_by(snapshots.c.sequence.desc())
        for row in self._connection.execute(query).yield_per(1):
            yield Snapshot(*row)

    def rows(self, table: str, *, live_only: bool = False) -> Iterator[Row]:
        """The rows of a table, in column order; of those that end, perhaps only the live."""
        query = select(metadata.tables[table])
        if live_only and table in LIVE:
            query = query.where(LIVE[table])
        for row in self._connection.execute(query).yield_per(FETCH_ROWS):
            yield tuple(row)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
        self._engine.dispose()
