"""What the core needs of the world, as protocols: a store that is durable when it says so. The
clock is in clock.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from exchange.types import Sequence
from registry.types import ProductId, TimeNs

Row = tuple[object, ...]
"""Numbers, text, bytes, truth values and None, in column order."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the stream: how far the journal goes, and who may write it."""

    term: int
    sequence: Sequence
    hash: bytes


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One command with what it caused, as stored."""

    sequence: Sequence
    at_ns: TimeNs
    command: bytes
    events: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state and the market view as of a sequence, as stored."""

    sequence: Sequence
    hash: bytes
    digest: bytes
    state: bytes
    view: bytes


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that one transaction makes true: the journal and, by table name, the rows that it
    changes."""

    before: Head
    after: Head
    journal: list[Row]
    rows: dict[str, list[Row]]
    outbox: list[Row]
    outbox_taken: int
    """Outbox rows with ids up to this are no longer needed here and go."""


class Reader(Protocol):
    """What is committed."""

    def epoch(self) -> str:
        """Of the feed's counters: it changes when their continuity is lost."""

    def journal(self, *, after: Sequence) -> Iterator[JournalRow]:
        """The journal's rows after a sequence, in order."""

    def journal_row(self, sequence: Sequence) -> JournalRow:
        """One committed row. May be asked while a commit is under way."""

    def snapshots(self) -> Iterator[Snapshot]:
        """The snapshots kept, newest first."""

    def holders(self, product_id: ProductId) -> list[Row]:
        """Who has title of a product's units, as the last entries of its register say: holder,
        units, principal, pledged, frozen, number of lots."""

    def rows(self, table: str, *, live_only: bool = False) -> Iterator[Row]:
        """The rows of a table, in column order; of those that end, perhaps only the live."""


class Store(Protocol):
    """The journaled database, written by one process."""

    @property
    def read(self) -> Reader:
        """What is committed."""

    def take_over(self) -> Head:
        """Raise the term by one, so that any other writer is fenced, and return the head."""

    def write(self, changes: Changes) -> None:
        """Begin the transaction of these changes.

        Raises, here or in `commit`: StoreFault, Fenced.
        """

    def commit(self) -> None:
        """Make what `write` began durable. May be called in a thread."""

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot, in a transaction of its own, and drop all but the last few."""

    def close(self) -> None:
        """Let go of the database."""
