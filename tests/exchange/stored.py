"""A small venue in a real SQLite file, for tests of what is stored of it.

It is the venue of the simulation; its database is made once a process and copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from exchange.clock import Timekeeper
from exchange.commands import AnyCommand
from exchange.ports import Head
from exchange.recovery import Recovered, recover, snapshot_of
from exchange.sequencer import OUTBOX_IDS_PER_COMMAND, Batch, Outcome, Sequencer
from exchange.store.commit import SqlStore
from exchange.store.database import open_reader, open_writer
from tests.exchange.desk import HandClock
from tests.simulation.story import founded_venue
from tests.simulation.traffic import SECOND_NS, START_NS, Traffic

SNAPSHOT_SEQUENCE: Final = 100
LAST_SEQUENCE: Final = 150
"""Of the database that `traded` gives."""


def open_store(path: Path) -> SqlStore:
    """The store of a database file, as the service opens it."""
    return SqlStore(open_writer(path), open_reader(path))


@contextmanager
def writing_here() -> Iterator[None]:
    """What is opened meanwhile has this store, and no process for it, which takes half a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("exchange.service.WriterProcess", open_store)
        yield


class StoredVenue:
    """One process of the venue, step by step."""

    def __init__(self, path: Path, *, keeps_outbox: bool = False) -> None:
        is_new = not path.exists()
        if is_new:
            path.write_bytes(founded_venue())
        self.store = open_store(path)
        try:
            self.head: Head = self.store.take_over()
            self.recovered: Recovered = recover(self.store.read, self.head)
        except BaseException:
            self.store.close()
            raise
        self.view = self.recovered.view
        # Not the time of the founding: a restart states its downtime, and here there is none.
        self.clock = HandClock(max(START_NS, self.recovered.state.at_ns))
        self.timekeeper = Timekeeper(self.clock, journaled_ns=self.recovered.state.at_ns)
        self.timekeeper.take_gap()
        self.sequencer = Sequencer(
            self.recovered.state,
            head=self.head,
            view=self.view,
            timekeeper=self.timekeeper,
            keeps_outbox=keeps_outbox,
        )
        if is_new and keeps_outbox:
            # Nobody waits for what has founded it: the first batch drops that.
            self.sequencer.outbox_taken((self.head.sequence + 1) * OUTBOX_IDS_PER_COMMAND - 1)

    def form(self, *commands: AnyCommand) -> tuple[Batch, list[Outcome]]:
        """A batch of these commands, neither written nor committed, and where answers will be."""
        outcomes: list[Outcome] = []
        for command in commands:
            self.sequencer.offer(command, outcomes.append)
        batch = self.sequencer.form()
        assert batch is not None
        return batch, outcomes

    def commit(self, batch: Batch) -> None:
        """Make a batch durable and publish it."""
        self.store.write(batch.changes)
        self.store.commit()
        self.sequencer.publish(batch, self.store.read.journal_row)

    def give(self, *commands: AnyCommand) -> list[Outcome]:
        """One batch of these commands."""
        batch, outcomes = self.form(*commands)
        self.commit(batch)
        return outcomes

    def trade(self, *, until: int, seed: int = 0) -> None:
        """Commit drawn commands, one a second and the last few at once, until this sequence."""
        traffic = Traffic(Random(seed), key_prefix=f"{seed}-{self.sequencer.head.sequence}")
        while self.sequencer.head.sequence < until:
            if self.sequencer.head.sequence < until - 10:
                self.clock.shows_ns += SECOND_NS
            batch, _ = self.form(traffic.draw(self.sequencer.state))
            self.commit(batch)

    def save_snapshot(self) -> None:
        """Keep a snapshot of now."""
        self.store.save_snapshot(snapshot_of(self.sequencer.state, self.view, self.sequencer.head))

    def close(self) -> None:
        """End in order."""
        self.store.close()


@cache
def _traded() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "venue.sqlite3"
        venue = StoredVenue(path)
        venue.trade(until=SNAPSHOT_SEQUENCE)
        venue.save_snapshot()
        venue.trade(until=LAST_SEQUENCE, seed=5)
        assert venue.sequencer.head.sequence == LAST_SEQUENCE
        assert venue.sequencer.state.orders
        assert venue.sequencer.state.register.transfers
        assert venue.sequencer.state.register.unregistered
        venue.close()
        return path.read_bytes()


def traded(folder: Path) -> Path:
    """A database of 150 commands with a snapshot at 100, closed in order: orders rest, transfers
    are pending, and settled ones are not registered."""
    path = folder / "venue.sqlite3"
    path.write_bytes(_traded())
    return path
