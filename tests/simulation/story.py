"""The life of one venue on a simulated disk: it works, fails at a drawn moment, recovers, is
examined, and works on. Everything is drawn from one seed.

A machine runs exactly what the product runs: SqlStore, StoreReader, recover, Sequencer, over the
real SQLite. What the simulation adds stands around it: the disk below, the clock beside, the
clients above, and a second opinion, an engine that applies what the journal says.
"""

import itertools
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from exchange.check import check
from exchange.clock import Timekeeper
from exchange.codec import bound_key, decode_command, encode_command, encode_events
from exchange.commands import AdvanceTime
from exchange.engine import apply
from exchange.errors import StoreFault
from exchange.market_view import MarketView
from exchange.ports import Head
from exchange.recovery import Recovered, recover, snapshot_of
from exchange.sequencer import Batch, Committed, Outcome, Sequencer
from exchange.snapshot import encode_state
from exchange.state import State
from exchange.store.commit import SqlStore
from exchange.store.database import migrate, open_reader, open_writer
from exchange.types import Sequence
from exchange.verify import verify_reader
from registry.types import TimeNs
from tests.simulation.disk import Disk, PowerCut
from tests.simulation.driver import Engines, Flaws
from tests.simulation.traffic import Traffic, founding
from tests.simulation.vfs import DiskVfs
from tests.simulation.world import ANSWERS_KEPT_NS, Clients, SimulatedClock

DATABASE: Final = "venue.sqlite3"
LOG: Final = f"{DATABASE}-wal"
CYCLES_PER_STORY: Final = 20
"""The journal grows with each, and with it the cost of a recovery."""
BATCHES_MAX: Final = 10
"""Of one cycle: enough for the log to be written back in most of them."""
CALLS_MAX: Final = 150
"""Changes of the disk in a cycle, about."""
CHECKPOINT_PAGES: Final = (8, 40, 4_000)
WHOLE_VERIFICATIONS_RATE: Final = 0.05
MACHINES: Final = itertools.count()


class Ending(Enum):
    """How a machine's life ends."""

    CUT_AT_CALL = 1  # power fails at some change of the disk, while starting or at work
    CUT_IN_SYNC = 2  # power fails in the sync of a commit
    CUT_BEFORE_WRITE = 3  # power fails with a batch formed and not written
    CUT_BEFORE_COMMIT = 4  # power fails with a batch written and not committed
    CUT_AFTER_COMMIT = 5  # power fails with a batch durable and nobody told
    CUT_AFTER_PUBLISH = 6  # power fails right after the answers
    KILL = 7  # the process dies at a batch's border; the machine keeps unsynced changes
    DISK_FAULT = 8  # some change of the disk fails, and the process stops itself
    SYNC_FAULT = 9  # the sync of a commit fails, and the process stops itself
    STOP = 10  # the process stops in order, with a snapshot; power may fail at any time after


AT_SOME_CALL: Final = {Ending.CUT_AT_CALL, Ending.DISK_FAULT}
FAULTS: Final = {Ending.DISK_FAULT, Ending.SYNC_FAULT}


class Killed(Exception):
    """The process is gone; the machine is not."""


class SimulationFailed(Exception):
    """A promise was broken; the message names the seed that shows it again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When and how a cycle ends."""

    ending: Ending
    batches: int
    call: int
    """For CUT_AT_CALL and DISK_FAULT: the how-manyth change of the disk."""
    checkpoint_pages: int


@dataclass(slots=True)
class Figures:
    """What a story went through."""

    cycles: int = 0
    power_cuts: int = 0
    commands: int = 0
    answers: int = 0
    batches: int = 0
    survived_unanswered: int = 0
    """Batches that were durable although nobody had been told."""
    lost_unanswered: int = 0
    """Batches that were lost, wholly, and nobody had been told."""
    snapshots: int = 0


class Story:
    """One venue under one seed. `run` it, or run it cycle by cycle."""

    def __init__(
        self, seed: int, folder: Path, *, flaws: Flaws | None = None, disk_seed: int | None = None
    ) -> None:
        """Args: `disk_seed` lets the same story meet another disk."""
        self.seed = seed
        self._disk_seed = disk_seed
        self.figures = Figures()
        self._flaws = flaws or Flaws()
        self._random = Random(seed)
        self._folder = folder
        disk_random = self._random if disk_seed is None else Random(disk_seed)
        self._disk = Disk(disk_random, {DATABASE: founded_venue()})
        self._disk.obeys_sync = not self._flaws.disk_ignores_sync
        self._engines = Engines(DATABASE)
        self._clock = SimulatedClock(self._random)
        self._clients = Clients(self._random, Traffic(self._random))
        self._second = SecondOpinion()
        self._published: Head | None = None
        """The last batch that anybody was told of."""
        self._written: Head | None = None
        """The batch under way, whose outcome nobody knows."""
        self._sync_failed = False

    def run(self, cycles: int) -> Figures:
        """Live this many cycles.

        Raises:
            SimulationFailed: a promise of the exchange was broken.
        """
        for _ in range(cycles):
            self.cycle(self._plan())
        return self.figures

    def cycle(self, plan: Plan) -> bool:
        """Start, be examined, work until the plan's ending, and fail.

        Returns:
            Whether the disk came to the call of the plan.

        Raises:
            SimulationFailed: a promise of the exchange was broken.
        """
        calls_before = self._disk.calls
        try:
            self._cycle(plan)
        except Exception as error:
            disk = "" if self._disk_seed is None else f", disk {self._disk_seed}"
            where = f"seed {self.seed}{disk}, cycle {self.figures.cycles}, {plan}"
            raise SimulationFailed(f"{where}: {error!r}") from error
        self.figures.cycles += 1
        self.figures.answers = self._clients.answered
        return self._disk.calls > calls_before + plan.call

    def _plan(self) -> Plan:
        random = self._random
        endings = list(Ending)
        if self._disk.has_hole(LOG):
            # One fault at a time: should power fail before the log with a hole is written back,
            # the start is refused and the backup needed.
            endings = [each for each in endings if each not in AT_SOME_CALL]
        return Plan(
            ending=random.choice(endings),
            batches=random.randint(1, BATCHES_MAX),
            call=random.randrange(random.choice((20, CALLS_MAX))),
            checkpoint_pages=random.choice(CHECKPOINT_PAGES),
        )

    def _cycle(self, plan: Plan) -> None:
        disk, random = self._disk, self._random
        if plan.ending is Ending.CUT_AT_CALL:
            disk.cut_at_call(disk.calls + plan.call)
        elif plan.ending is Ending.DISK_FAULT:
            disk.fail_at_call(disk.calls + plan.call)
        machine = self._boot(plan)
        try:
            self._live(machine, plan)
            power_was_lost = random.random() < 0.7
        except PowerCut:
            power_was_lost = True
        except Killed:
            power_was_lost = False
        except StoreFault:
            if plan.ending not in FAULTS:
                raise
            power_was_lost = random.random() < 0.5
            if not power_was_lost and random.random() < 0.5:
                machine.close()  # as the service does; otherwise it is killed
        finally:
            machine.abandon()
        disk.boot(power_was_lost=power_was_lost)
        self.figures.power_cuts += power_was_lost
        self._clock.be_down()

    def _boot(self, plan: Plan) -> "Machine":
        vfs = DiskVfs(f"simulated-{next(MACHINES)}", self._disk, self._folder / "locks")
        self._engines.use(vfs.name, checkpoint_pages=plan.checkpoint_pages, flaws=self._flaws)
        return Machine(vfs, self._disk, self._engines)

    def _live(self, machine: "Machine", plan: Plan) -> None:
        self._start(machine)
        for number in range(plan.batches):
            is_last = number == plan.batches - 1
            self._work(machine, plan.ending if is_last else None)
        if plan.ending is Ending.KILL:
            raise Killed
        self._finish(machine)

    def _start(self, machine: "Machine") -> None:
        """Recover, be examined, and hear from the clients."""
        head, recovered = machine.start(self._clock)
        self._examine(machine.store, head, recovered)
        self._published, self._written = head, None
        before_ns = TimeNs(self._clock.now_ns() - ANSWERS_KEPT_NS)
        self._clients.forget(before_ns, self._second.journaled)
        self._clients.ask_again(machine.sequencer)

    def _work(self, machine: "Machine", ending: Ending | None) -> None:
        """One batch, during whose commit the next one may be formed."""
        batch = self._form(machine)
        self._cut_if(ending is Ending.CUT_BEFORE_WRITE)
        machine.store.write(batch.changes)
        self._written = batch.changes.after
        self._cut_if(ending is Ending.CUT_BEFORE_COMMIT)
        if self._random.random() < 0.4:
            self._clients.act(machine.sequencer)
            machine.formed = machine.sequencer.form()
        early = self._flaws.publishes_before_commit and not batch.repeated
        if early:
            self._publish(machine, batch)
        if ending is Ending.CUT_IN_SYNC:
            self._disk.cut_at_next_sync()
        elif ending is Ending.SYNC_FAULT:
            self._disk.fail_at_next_sync()
        machine.store.commit()
        self._cut_if(ending is Ending.CUT_AFTER_COMMIT)
        if not early:
            self._publish(machine, batch)
        self._cut_if(ending is Ending.CUT_AFTER_PUBLISH)
        if machine.formed is None and self._random.random() < 0.05:
            self._save_snapshot(machine)

    def _form(self, machine: "Machine") -> Batch:
        """The next batch: the one that was formed during the last commit, or what comes now."""
        formed, machine.formed = machine.formed, None
        while formed is None:
            self._clock.run()
            self._clients.act(machine.sequencer)
            if machine.timekeeper.waits and self._random.random() < 0.5:
                machine.timekeeper.accept()
            formed = machine.sequencer.form()
        return formed

    def _finish(self, machine: "Machine") -> None:
        """Stop in order: what is formed and queued is committed, a snapshot taken, all closed."""
        while (batch := machine.formed or machine.sequencer.form()) is not None:
            machine.formed = None
            machine.store.write(batch.changes)
            self._written = batch.changes.after
            machine.store.commit()
            self._publish(machine, batch)
        self._save_snapshot(machine)
        machine.close()

    def _publish(self, machine: "Machine", batch: Batch) -> None:
        machine.publish(batch)
        self._published, self._written = batch.changes.after, None
        self.figures.batches += 1
        self.figures.commands += len(batch.committed)

    def _save_snapshot(self, machine: "Machine") -> None:
        head = machine.sequencer.head
        machine.store.save_snapshot(snapshot_of(machine.sequencer.state, machine.view, head))
        self.figures.snapshots += 1

    def _cut_if(self, now: bool) -> None:
        if now:
            self._disk.cut()

    def _examine(self, store: SqlStore, head: Head, recovered: Recovered) -> None:
        """What was promised to anybody is kept, and nothing is there by halves."""
        found = (head.sequence, head.hash)
        expected = [(each.sequence, each.hash) for each in self._heads()]
        assert found in expected, f"recovered to {found[0]}, not to one of {expected}"
        if self._written is not None and self._published is not None:
            survived = found == (self._written.sequence, self._written.hash)
            self.figures.survived_unanswered += survived
            self.figures.lost_unanswered += not survived
        second = self._second
        second.read_on(store)
        for answer in self._clients.unchecked:
            journaled = second.rows[answer.sequence]
            assert journaled == (encode_command(answer.command), answer.events), answer
        self._clients.unchecked.clear()
        check(recovered.state)
        assert encode_state(second.state) == encode_state(recovered.state)
        assert second.view.to_state() == recovered.view.to_state()
        if self._random.random() < WHOLE_VERIFICATIONS_RATE:
            verify_reader(store.read)

    def _heads(self) -> list[Head]:
        """Where the journal may end: at what was published, or at the batch under way then."""
        heads = [each for each in (self._published, self._written) if each is not None]
        return heads or [founded_head()]


class Machine:
    """One process of the venue, from its start to whatever ends it."""

    def __init__(self, vfs: DiskVfs, disk: Disk, engines: Engines) -> None:
        self._vfs = vfs
        self._disk = disk
        self._engines = engines
        self.formed: Batch | None = None
        self._has_store = False

    def start(self, clock: SimulatedClock) -> tuple[Head, Recovered]:
        """Take over and recover, as the service does."""
        self.store = SqlStore(self._engines.writer, self._engines.reader)
        self._has_store = True
        head = self.store.take_over()
        recovered = recover(self.store.read, head)
        self.view = recovered.view
        self.timekeeper = Timekeeper(clock, journaled_ns=recovered.state.at_ns)
        self.sequencer = Sequencer(
            recovered.state, head=head, view=recovered.view, timekeeper=self.timekeeper
        )
        return head, recovered

    def publish(self, batch: Batch) -> None:
        """Tell everybody."""
        self.sequencer.publish(batch, self.store.read.journal_row)

    def close(self) -> None:
        """Close the database in order, if it was opened, which writes the log back."""
        if self._has_store:
            self.store.close()

    def abandon(self) -> None:
        """End the process without a further change of the disk."""
        self._disk.is_on = False
        self._engines.abandon()
        self._vfs.unregister()


class SecondOpinion:
    """An engine of its own that applies what it reads in the journal."""

    def __init__(self) -> None:
        self.state = State()
        self.view = MarketView()
        self.rows: dict[Sequence, tuple[bytes, bytes]] = {}
        """Command and event bytes by sequence."""
        self.journaled: dict[bytes, TimeNs] = {}
        """When the command of a key was journaled last."""

    def read_on(self, store: SqlStore) -> None:
        """Apply the journal's new rows; each must cause what is stored of it."""
        for row in store.read.journal(after=self.state.sequence):
            command = decode_command(row.command)
            events = apply(self.state, command, sequence=row.sequence, at_ns=row.at_ns)
            assert encode_events(events) == row.events, row
            self.view.apply(Committed(row.sequence, row.at_ns, events))
            self.rows[row.sequence] = (row.command, row.events)
            if not isinstance(command, AdvanceTime):
                self.journaled[bound_key(command)] = row.at_ns


@cache
def _founded() -> tuple[bytes, Head]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / DATABASE
        writer = open_writer(path)
        migrate(writer)
        store = SqlStore(writer, open_reader(path))
        head = store.take_over()
        timekeeper = Timekeeper(SimulatedClock(Random(0)), journaled_ns=TimeNs(0))
        sequencer = Sequencer(State(), head=head, view=MarketView(), timekeeper=timekeeper)
        for command in founding():
            sequencer.offer(command, _accepted)
        batch = sequencer.form()
        assert batch is not None
        store.write(batch.changes)
        store.commit()
        sequencer.publish(batch, store.read.journal_row)
        store.close()
        return path.read_bytes(), sequencer.head


def founded_venue() -> bytes:
    """A database file with a small venue in it, closed in order."""
    return _founded()[0]


def founded_head() -> Head:
    """Where its journal ends."""
    return _founded()[1]


def _accepted(outcome: Outcome) -> None:
    assert outcome.refusal is None, outcome
