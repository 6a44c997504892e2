"""A venue on the event loop over a store that can be watched, held and made to fail; the SQLite
below it is real."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from exchange.commands import PlaceOrder
from exchange.errors import StoreFault
from exchange.ports import Changes, Head
from exchange.service import Exchange
from exchange.store.commit import SqlStore
from exchange.store.database import open_reader, open_writer
from tests.exchange.desk import FOUNDING_COMMANDS, HandClock, order
from tests.simulation.story import founded_venue
from tests.simulation.traffic import PAR

FIRST: Final = FOUNDING_COMMANDS + 2
"""The first sequence that a test submits: a start states its downtime before it."""


class WatchedStore(SqlStore):
    """A store that counts its commits, can hold them, and can fail."""

    def __init__(self, path: Path) -> None:
        super().__init__(open_writer(path), open_reader(path))
        self.commits = 0
        self.may_commit = threading.Event()
        self.may_commit.set()
        self.committing = asyncio.Event()
        self.fails_in: str | None = None
        self._loop = asyncio.get_running_loop()

    def take_over(self) -> Head:
        # The first commit is that of the term, before anybody is there.
        head = super().take_over()
        self.commits = 0
        return head

    def write(self, changes: Changes) -> None:
        if self.fails_in == "write":
            raise StoreFault("the disk is full")
        super().write(changes)

    def commit(self) -> None:
        self.commits += 1
        self._loop.call_soon_threadsafe(self.committing.set)
        self.may_commit.wait()
        if self.fails_in == "commit":
            raise StoreFault("the disk is full")
        super().commit()
        if self.fails_in == "reply to commit":
            raise StoreFault("the sync has failed")

    def hold(self) -> None:
        """Let the next commit wait."""
        self.committing.clear()
        self.may_commit.clear()


def on_loop(story: Callable[[Path], Coroutine[Any, Any, None]]) -> Callable[[Path], None]:
    """Run an asynchronous test."""

    def test(tmp_path: Path) -> None:
        asyncio.run(story(tmp_path))

    test.__name__ = story.__name__
    return test


def founded(folder: Path) -> Path:
    """The database of a founded venue."""
    path = folder / "venue.sqlite3"
    if not path.exists():
        path.write_bytes(founded_venue())
    return path


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[tuple[Exchange, WatchedStore]]:
    """A venue over a watched store."""
    store = WatchedStore(founded(folder))
    exchange = Exchange(store, HandClock())
    await exchange.submit(order("warm-up", price=PAR - 1_000))
    try:
        yield exchange, store
    finally:
        store.may_commit.set()
        await exchange.stop()


@asynccontextmanager
async def opened(
    folder: Path, clock: HandClock | None = None, *, accepts_clock_jumps: bool = False
) -> AsyncIterator[Exchange]:
    """A venue as it is opened in production, but for the clock."""
    exchange = Exchange.open(
        founded(folder), clock=clock or HandClock(), accepts_clock_jumps=accepts_clock_jumps
    )
    try:
        yield exchange
    finally:
        await exchange.stop()


def files_in(folder: Path) -> list[str]:
    """The names of the files."""
    return [path.name for path in folder.iterdir()]


def resting(key: str, trader: int = 0) -> PlaceOrder:
    """An order that meets nobody."""
    return order(key, trader=trader, price=PAR - 1_000)
