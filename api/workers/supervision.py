"""The worker that watches: it reads the journal as it is committed, has the detectors look at it,
and keeps what they find in `edge.sqlite3`.

    journal (venue.sqlite3)  →  exchange/supervision  →  alerts (edge.sqlite3)
      what is committed          in memory                 kept at once
                                                         watch (edge.sqlite3)
                                                           where it stands, now and then

Whatever dies when: it goes on from where it was kept last, and what it finds again is there
already, by its digest. With detectors of another version it reads everything anew.

SQL and detectors are in a thread of its own.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, TypeVar

import msgspec
from sqlalchemy import Connection

from api.store import alerts as store
from api.store.alerts import WatchRecord
from api.store.edge import EdgeStore
from api.waiting import is_set_within
from exchange.errors import Fault
from exchange.store.database import open_reader
from exchange.store.queries import calendars_of_venue, head_sequence, journal_after
from exchange.supervision.alerts import Alert, AlertKind
from exchange.supervision.known import Moment
from exchange.supervision.parameters import Parameters
from exchange.supervision.watch import WATCH_VERSION, Watch
from exchange.types import Sequence
from registry.types import TimeNs

PARAMETERS: Final = "supervision.toml"
"""In the venue's folder; where there is none, the defaults hold."""
ROWS_PER_TURN_MAX: Final = 1_000
"""Some 10 ms of the worker's thread."""
KEPT_EVERY_ROWS: Final = 20_000
"""What is read again after a crash: some second's work. It is kept at a stop too."""
TURN_S: Final = 0.05
"""Between two turns at least: 20,000 commands a second are watched."""
TICK_S: Final = 1.0
"""How late an alert may be when nothing else is to be done."""
AFTER_FAULT_S: Final = 5.0
REPORT_CALENDAR: Final = "CN_WORKING"
"""By whose working days reports are due. Source: AML-01."""

Result = TypeVar("Result")

logger = logging.getLogger("trustex.supervision")


class ParametersUnusable(Fault):
    """The file of parameters says something that cannot be."""


@dataclass(slots=True)
class Stand:
    """Where the watch stands."""

    watch: Watch
    sequence: Sequence
    kept: Sequence
    """Where it stood when that was written down."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the watch has come."""

    sequence: Sequence
    head: Sequence
    """The last command of the journal."""


def read_parameters(directory: Path) -> Parameters:
    """What the venue's folder says that detectors go by.

    Raises:
        ParametersUnusable: the file cannot be read, or says what cannot be.
    """
    path = directory / PARAMETERS
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Parameters)
    except FileNotFoundError:
        return Parameters()
    except OSError as error:
        raise ParametersUnusable(f"{path} cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ParametersUnusable(f"{path}: {error}") from error


class SupervisionWorker:
    """Watches until it is closed."""

    def __init__(self, database: Path, *, edge: EdgeStore, parameters: Parameters) -> None:
        """A worker that has not begun.

        Args:
            database: the venue's, which it only reads.
        """
        self._reader = open_reader(database)
        self._edge = edge
        self._parameters = parameters
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="supervision")
        self._stand: Stand | None = None
        """None: to be taken up from where it was kept."""
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def begin(cls, database: Path, *, edge: EdgeStore, parameters: Parameters) -> Self:
        """A worker that works on the running loop."""
        worker = cls(database, edge=edge, parameters=parameters)
        worker._task = asyncio.create_task(worker._run())
        return worker

    async def close(self) -> None:
        """Write down where the watch stands, and let go of everything."""
        self._stopping.set()
        if self._task is not None:
            await self._task
        try:
            await self._in_thread(self._keep)
        except Exception:
            logger.exception("where the watch stands is not kept: it is read again")
        self._thread.shutdown()
        self._reader.dispose()

    async def step(self) -> bool:
        """One turn: look at what was committed, a bounded number of commands.

        Returns:
            Whether there is more.
        """
        return await self._in_thread(self._watch_page)

    def progress(self) -> Progress:
        """How far the watch has come. Blocks."""
        with self._reader.connect() as venue:
            head = head_sequence(venue)
        stand = self._stand
        return Progress(Sequence(0) if stand is None else stand.sequence, head)

    def _watch_page(self) -> bool:
        try:
            return self._watch_on()
        except BaseException:
            # A detector may have seen half of a page: it goes on from where it was kept.
            self._stand = None
            raise

    def _watch_on(self) -> bool:
        stand = self._stand = self._stand or self._take_up()
        with self._reader.connect() as venue:
            rows = journal_after(venue, after=stand.sequence, limit=ROWS_PER_TURN_MAX)
            alerts = [
                alert
                for row in rows
                for alert in stand.watch.observe(row.events, Moment(row.sequence, row.at_ns))
            ]
            due_ns = self._due(venue, alerts) if alerts else []
        if alerts:
            with self._edge.transaction() as connection:
                store.insert_alerts(connection, alerts, due_ns)
        if rows:
            stand.sequence = rows[-1].sequence
        if stand.sequence - stand.kept >= KEPT_EVERY_ROWS:
            self._keep()
        return len(rows) == ROWS_PER_TURN_MAX

    def _take_up(self) -> Stand:
        with self._edge.transaction() as connection:
            record = store.watch_record(connection)
        if record is None or record.version != WATCH_VERSION:
            return Stand(Watch(self._parameters), Sequence(0), Sequence(0))
        watch = Watch(self._parameters, record.memory)
        return Stand(watch, record.sequence, record.sequence)

    def _keep(self) -> None:
        stand = self._stand
        if stand is None or stand.sequence == stand.kept:
            return
        record = WatchRecord(
            version=WATCH_VERSION, sequence=stand.sequence, memory=stand.watch.memory
        )
        with self._edge.transaction() as connection:
            store.keep_watch(connection, record)
        stand.kept = stand.sequence

    def _due(self, venue: Connection, alerts: list[Alert]) -> list[TimeNs | None]:
        """When the report of each is due, if one is."""
        calendar = calendars_of_venue(venue)[REPORT_CALENDAR]
        days = self._parameters.large_amounts.report_working_days
        return [
            calendar.after(alert.at_ns, days) if alert.kind is AlertKind.LARGE_AMOUNT else None
            for alert in alerts
        ]

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                is_more = await self.step()
            except Exception:
                # Whatever it is: the venue goes on. What is not looked at yet is in the journal.
                logger.exception("supervision waits")
                await is_set_within(self._stopping, AFTER_FAULT_S)
            else:
                await is_set_within(self._stopping, TURN_S if is_more else TICK_S)

    async def _in_thread(self, do: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, do)
