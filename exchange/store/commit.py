"""The one transaction of a batch, and the other few things that a process does with the journaled
database.

Statements are built and compiled by SQLAlchemy and handed to the driver, which saves two thirds of
their cost. The writer's connection is in autocommit mode: BEGIN and COMMIT are said here and
nowhere else.
"""

from functools import cache
from typing import Any, Final

from sqlalchemy import Engine, Insert, Table, delete, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement, bindparam

from exchange.codec import CHAIN_START
from exchange.errors import Fenced
from exchange.ports import Changes, Head, Snapshot
from exchange.store.clearance_tables import FIXED as FIXED_OF_CLEARANCES
from exchange.store.client_tables import FIXED as FIXED_OF_CLIENTS
from exchange.store.database import faults_stop
from exchange.store.desk_tables import (
    exceptions,
    officers,
    proposals,
)
from exchange.store.evidence_tables import evidence_links
from exchange.store.halt_tables import FIXED as FIXED_OF_HALTS
from exchange.store.money_tables import (
    bank_accounts,
    payments,
    withdrawals,
)
from exchange.store.negotiation_tables import negotiations, offers
from exchange.store.read import StoreReader
from exchange.store.row_tables import INSERTED, ROW_TABLES
from exchange.store.tables import (
    journal,
    orders,
    outbox,
    snapshots,
    stream,
)
from exchange.types import Sequence
from registry.store.tables import encumbrances, lots, transfers

STREAM_ID: Final = 1
FIRST_EPOCH: Final = "e1"
SNAPSHOTS_KEPT: Final = 2
"""The newest, and the one before it: an operator who deletes the newest need not replay it all."""

FIXED: Final = {
    orders: frozenset(
        {
            *("party_id", "client_order_id", "product_id", "side", "time_in_force"),
            *("post_only", "expires_at_ns", "placed_at_ns"),
            *("minimum_quantity", "all_or_none", "whole_only"),
        }
    ),
    transfers: frozenset(
        {
            *("product_id", "trade_number", "seller_id", "buyer_id", "trust_company_id", "units"),
            *("price", "consideration", "buyer_fee_venue", "buyer_fee_trust_company"),
            *("seller_fee_venue", "seller_fee_trust_company", "matched_at_ns"),
            *("sources", "preempts", "accrued", "accrued_days", "priced_on"),
            *("buy_order_id", "sell_order_id"),
        }
    ),
    lots: frozenset({"product_id", "holder_id", "contract", "acquired_on"}),
    encumbrances: frozenset(encumbrances.columns.keys())
    - {"held", "draws", "released_at_ns", "release_authority"},
    officers: frozenset(column.name for column in officers.columns) - {"dismissed_at_ns"},
    proposals: frozenset(
        {"proposal_id", "officer_id", "act", "digest", "proposed_at_ns", "person"}
    ),
    exceptions: frozenset({"kind", "subject_id", "trust_company_id", "raised_at_ns"}),
    bank_accounts: frozenset({"party_id", "account_digest", "tail", "registered_at_ns"}),
    payments: frozenset(
        {
            *("bank_ref", "amount", "booked_on", "account_digest", "party_ref", "withdrawal_ref"),
            "reason",
        }
    ),
    withdrawals: frozenset(
        {
            *("party_id", "payment_id", "bank_account_id", "account_digest", "amount"),
            "requested_at_ns",
        }
    ),
    evidence_links: frozenset(evidence_links.columns.keys()) - {"status", "ended_at_ns"},
    **FIXED_OF_CLIENTS,
    **FIXED_OF_HALTS,
    **FIXED_OF_CLEARANCES,
    negotiations: frozenset(
        {
            *("product_id", "mode", "opener_id", "side", "parts", "acceptance"),
            *("is_open_to_all", "opened_at_ns"),
            *("increment", "reserve_price", "starts_ns", "latest_ns"),
        }
    ),
    offers: frozenset(offers.columns.keys()) - {"lapses_ns", "changed_at_ns", "state"},
}
"""Columns that keep their first value. An upsert leaves them alone: SQLite would write their index
entries anew, which cost a sixth of all SQL (benchmarks/RESULTS.md)."""

DIALECT: Final = sqlite.dialect(paramstyle="qmark")


class SqlStore:
    """The journaled database through two engines: `read` sees committed rows, the rest writes."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        """Connect, the writer first.

        Raises:
            StoreFault: the database cannot be opened, or not durably.
        """
        self._writer = writer
        with faults_stop(writer):
            self._connection = writer.connect()
        self.read = StoreReader(reader)
        self._driver: Any = self._connection.connection.driver_connection
        self._sql = _statements()

    def take_over(self) -> Head:
        """Raise the term by one, so that any other writer is fenced, and return the head.

        The log is written back to the database first. If the last process ended with a failed
        sync, the system may show log pages that are not on the disk and will never be; what is
        built on them would be lost with them. Written back, they are on the disk.
        """
        with faults_stop(self._writer):
            self._driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._driver.execute("BEGIN IMMEDIATE")
            found = self._driver.execute(self._sql.read_head).fetchone()
            if found is None:
                self._driver.execute(
                    self._sql.first_head, (STREAM_ID, 1, 0, CHAIN_START, FIRST_EPOCH)
                )
                head = Head(1, Sequence(0), CHAIN_START)
            else:
                term, sequence, last_hash = found
                head = Head(term + 1, Sequence(sequence), last_hash)
                self._driver.execute(
                    self._sql.move_head,
                    (head.term, sequence, last_hash, term, sequence, last_hash),
                )
        self.commit()
        return head

    def write(self, changes: Changes) -> None:
        """Open the transaction and put everything into it.

        Raises:
            Fenced: the stream head is not `changes.before`.
            StoreFault: the database refused something.
        """
        before, after = changes.before, changes.after
        driver = self._driver
        with faults_stop(self._writer):
            driver.execute("BEGIN IMMEDIATE")
            moved = driver.execute(
                self._sql.move_head,
                (
                    *(after.term, after.sequence, after.hash),
                    *(before.term, before.sequence, before.hash),
                ),
            )
            if moved.rowcount != 1:
                raise Fenced(f"the stream head is no longer {before.sequence} of {before.term}")
            driver.executemany(self._sql.insert_journal, changes.journal)
            for table in ROW_TABLES:
                rows = changes.rows.get(table.name)
                if rows:
                    driver.executemany(self._sql.put[table.name], rows)
            if changes.outbox_taken:
                driver.execute(self._sql.drop_outbox, (changes.outbox_taken,))
            if changes.outbox:
                driver.executemany(self._sql.insert_outbox, changes.outbox)

    def commit(self) -> None:
        """Make the open transaction durable.

        A failed commit is fatal, not retried: its outcome is unknown, and a second try could apply
        the batch twice. The callers are told so; the restart reads the stream head and knows.

        Raises:
            StoreFault: the outcome is unknown.
        """
        with faults_stop(self._writer):
            self._driver.execute("COMMIT")

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot, in a transaction of its own, and drop all but the last few."""
        sequences = self.read.snapshot_sequences()
        kept = [sequence for sequence in sequences if sequence != snapshot.sequence]
        drop_until = kept[SNAPSHOTS_KEPT - 1] if len(kept) >= SNAPSHOTS_KEPT else 0
        row = (
            snapshot.sequence,
            snapshot.hash,
            snapshot.digest,
            snapshot.state,
            snapshot.view,
        )
        with faults_stop(self._writer):
            self._driver.execute("BEGIN IMMEDIATE")
            self._driver.execute(self._sql.put["snapshots"], row)
            self._driver.execute(self._sql.drop_snapshots, (drop_until,))
        self.commit()

    def close(self) -> None:
        """Let go of the database. The writer's close checkpoints, being the last."""
        self.read.close()
        self._connection.close()
        self._writer.dispose()


class _Statements:
    """The statements of the hot path, compiled, with their parameters in column order."""

    def __init__(self) -> None:
        self.read_head = self._compile(
            select(stream.c.term, stream.c.last_sequence, stream.c.last_hash), ()
        )
        self.first_head = self._insert(stream)
        self.move_head = self._compile(
            update(stream)
            .values(
                term=bindparam("a_term"),
                last_sequence=bindparam("a_sequence"),
                last_hash=bindparam("a_hash"),
            )
            .where(
                stream.c.term == bindparam("b_term"),
                stream.c.last_sequence == bindparam("b_sequence"),
                stream.c.last_hash == bindparam("b_hash"),
            ),
            ("a_term", "a_sequence", "a_hash", "b_term", "b_sequence", "b_hash"),
        )
        self.insert_journal = self._insert(journal)
        self.insert_outbox = self._insert(outbox)
        self.put = {
            table.name: self._insert(table) if table in INSERTED else self._upsert(table)
            for table in (*ROW_TABLES, snapshots)
        }
        self.drop_outbox = self._compile(
            delete(outbox).where(outbox.c.outbox_id <= bindparam("taken")), ("taken",)
        )
        self.drop_snapshots = self._compile(
            delete(snapshots).where(snapshots.c.sequence <= bindparam("sequence")), ("sequence",)
        )

    def _insert(self, table: Table) -> str:
        return self._compile(insert(table), tuple(table.columns.keys()))

    def _upsert(self, table: Table) -> str:
        statement = sqlite.insert(table)
        changed = {
            column.name: statement.excluded[column.name]
            for column in table.columns
            if not column.primary_key and column.name not in FIXED.get(table, ())
        }
        upsert: Insert = statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns), set_=changed
        )
        return self._compile(upsert, tuple(table.columns.keys()))

    def _compile(self, statement: ClauseElement, parameters: tuple[str, ...]) -> str:
        compiled: Any = statement.compile(
            dialect=DIALECT, compile_kwargs={"render_postcompile": True}
        )
        found = tuple(compiled.positiontup or ())
        assert not parameters or found == parameters, (found, parameters)
        return str(compiled)


@cache
def _statements() -> _Statements:
    """Of this process: they know no database."""
    return _Statements()
