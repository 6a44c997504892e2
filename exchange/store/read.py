"""Reading the journaled database: committed rows only, through a connection that cannot write."""

from collections.abc import Iterator
from dataclasses import astuple
from typing import Any, Final

from sqlalchemy import Engine, Select, and_, exists, not_, or_, select

from exchange.errors import JournalCorrupt
from exchange.evidence_types import EvidenceStatus, EvidenceSubject
from exchange.ports import Head, JournalRow, Row, Snapshot
from exchange.store.clearance_tables import LIVE as LIVE_CLEARANCES
from exchange.store.client_tables import LIVE as LIVE_CLIENTS
from exchange.store.database import faults_stop
from exchange.store.desk_tables import cases, exceptions, officers, proposals
from exchange.store.evidence_tables import evidence_links
from exchange.store.halt_tables import LIVE as LIVE_HALTS
from exchange.store.money_tables import LIVE as LIVE_MONEY
from exchange.store.negotiation_tables import LIVE as LIVE_NEGOTIATIONS
from exchange.store.row_tables import ROW_TABLES
from exchange.store.tables import journal, orders, outbox, snapshots, stream
from exchange.types import OrderStatus, Sequence
from registry.store.as_of import SEQUENCE_MAX, holders_as_of
from registry.store.tables import (
    ENCUMBRANCE_STANDS,
    LOT_LIVES,
    lot_claims,
    reversals,
    transfers,
)
from registry.transfer import TERMINAL_STATES, TransferState
from registry.types import ProductId

FETCH_ROWS: Final = 5_000

TRANSFER_LIVES: Final = transfers.c.state.not_in([state.value for state in TERMINAL_STATES])
TRANSFER_WAITS: Final = and_(
    transfers.c.state == TransferState.SETTLED.value,
    transfers.c.registration_due_ns.is_not(None),
    not_(exists().where(reversals.c.transfer_id == transfers.c.transfer_id)),
)
"""For its registration."""
TABLES: Final = {table.name: table for table in (*ROW_TABLES, outbox)}
LIVE: Final = {
    "orders": orders.c.status.in_([OrderStatus.OPEN.value, OrderStatus.PARTIALLY_MATCHED.value]),
    "transfers": or_(TRANSFER_LIVES, TRANSFER_WAITS),
    "lots": LOT_LIVES,
    "encumbrances": ENCUMBRANCE_STANDS,
    "officers": officers.c.dismissed_at_ns.is_(None),
    "proposals": proposals.c.outcome.is_(None),
    "cases": exists().where(transfers.c.transfer_id == cases.c.transfer_id, TRANSFER_LIVES),
    "exceptions": exceptions.c.resolved_at_ns.is_(None),
    "lot_claims": or_(lot_claims.c.reserved != 0, lot_claims.c.locked != 0),
    **LIVE_MONEY,
    **LIVE_CLIENTS,
    **LIVE_NEGOTIATIONS,
    **LIVE_HALTS,
    **LIVE_CLEARANCES,
    "evidence_links": and_(
        evidence_links.c.status == EvidenceStatus.VALID.value,
        or_(
            evidence_links.c.subject != EvidenceSubject.TRANSFER.value,
            exists().where(transfers.c.transfer_id == evidence_links.c.subject_id, TRANSFER_LIVES),
        ),
    ),
}
"""Which rows of a table are of things that the state still holds; of other tables, all are."""


class StoreReader:
    """What is committed, read through one connection of its own."""

    def __init__(self, reader: Engine) -> None:
        """Connect.

        Raises:
            StoreFault: the database cannot be opened. So does every reading that fails.
        """
        self._engine = reader
        with faults_stop(reader):
            self._connection = reader.connect()

    def pin(self) -> None:
        """From now on read one and the same committed state, however far the writer goes on."""
        with faults_stop(self._engine):
            self._connection.exec_driver_sql("BEGIN")

    def head(self) -> Head:
        """Where the journal ends.

        Raises:
            JournalCorrupt: there is no head: no venue was ever opened here.
        """
        columns = (stream.c.term, stream.c.last_sequence, stream.c.last_hash)
        with faults_stop(self._engine):
            row = self._connection.execute(select(*columns)).one_or_none()
        if row is None:
            raise JournalCorrupt(1, "there is no stream head")
        return Head(*row)

    def epoch(self) -> str:
        """Of the feed's counters: it changes when their continuity is lost."""
        with faults_stop(self._engine):
            epoch: str = self._connection.execute(select(stream.c.epoch)).scalar_one()
        return epoch

    def journal(self, *, after: Sequence) -> Iterator[JournalRow]:
        """The journal's rows after a sequence, in order."""
        query = select(journal).where(journal.c.sequence > after).order_by(journal.c.sequence)
        for row in self._stream(query, FETCH_ROWS):
            yield JournalRow(*row)

    def journal_row(self, sequence: Sequence) -> JournalRow:
        """One committed row. May be asked while a commit is under way."""
        query = select(journal).where(journal.c.sequence == sequence)
        with faults_stop(self._engine):
            return JournalRow(*self._connection.execute(query).one())

    def snapshots(self) -> Iterator[Snapshot]:
        """The snapshots kept, newest first."""
        query = select(snapshots).order_by(snapshots.c.sequence.desc())
        for row in self._stream(query, 1):
            yield Snapshot(*row)

    def snapshot_sequences(self) -> list[Sequence]:
        """Which snapshots are kept, newest first."""
        query = select(snapshots.c.sequence).order_by(snapshots.c.sequence.desc())
        with faults_stop(self._engine):
            return [Sequence(row[0]) for row in self._connection.execute(query)]

    def rows(self, table: str, *, live_only: bool = False) -> Iterator[Row]:
        """The rows of a table, in column order; of those that end, perhaps only the live."""
        query = select(TABLES[table])
        if live_only and table in LIVE:
            query = query.where(LIVE[table])
        for row in self._stream(query, FETCH_ROWS):
            yield tuple(row)

    def holders(self, product_id: ProductId) -> list[Row]:
        """Who has title of a product's units, as the last entries of its register say: holder,
        units, principal, pledged, frozen, number of lots."""
        with faults_stop(self._engine):
            found = holders_as_of(self._connection, product_id, sequence=SEQUENCE_MAX)
        return [astuple(holder) for holder in found]

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
        self._engine.dispose()

    def _stream(self, query: Select[*tuple[Any, ...]], fetch_rows: int) -> Iterator[Any]:
        with faults_stop(self._engine):
            yield from self._connection.execute(query).yield_per(fetch_rows)
