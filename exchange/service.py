"""The asyncio shell around the sequencer: callers wait here until their command is durable.

One task forms batches; a process of its own writes their rows and commits, and a thread waits for
it. While a commit is under way requests gather; when a whole batch has gathered, it is applied
meanwhile.

Any fault or bug stops everything: the state may be ahead of the disk, so nobody may read or write
it any more.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from collections.abc import Sequence as SequenceOf
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from exchange.clock import Clock, SystemClock, Timekeeper
from exchange.commands import AnyCommand
from exchange.errors import OutcomeUnknown
from exchange.market_change import MarketChange
from exchange.market_view import MarketView
from exchange.ports import Snapshot, Store
from exchange.recovery import recover, snapshot_of
from exchange.sequencer import BATCH_COMMANDS_MAX, Batch, Outcome, Sequencer
from exchange.snapshotter import make_snapshot_elsewhere
from exchange.store.process import WriterProcess

TICK_S: Final = 0.2
"""How late a due timer may fire when nothing else happens."""
SNAPSHOT_COMMANDS: Final = 200_000
"""While the venue runs, a child process makes a snapshot after so many commands: a crash then costs
some seconds of replay."""
SNAPSHOT_COMMANDS_MIN: Final = 1_000
"""A stop after fewer commands than this leaves them to the journal."""

Listener = Callable[[SequenceOf[MarketChange]], None]
SnapshotMaker = Callable[[], Coroutine[None, None, Snapshot | None]]


class Exchange:
    """A venue at work: submit commands, listen to what is committed.

    Open it with `Exchange.open`, inside the event loop that it is to live on.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        accepts_clock_jumps: bool = False,
        keeps_outbox: bool = False,
        make_snapshot: SnapshotMaker | None = None,
        snapshot_commands: int = SNAPSHOT_COMMANDS,
    ) -> None:
        self._store = store
        self._make_snapshot = make_snapshot
        self._snapshot_commands = snapshot_commands
        self._accepts_clock_jumps = accepts_clock_jumps
        head = store.take_over()
        self.epoch = store.read.epoch()
        recovered = recover(store.read, head)
        self.replayed = recovered.replayed
        self.view: MarketView = recovered.view
        self._timekeeper = Timekeeper(clock, journaled_ns=recovered.state.at_ns)
        self._sequencer = Sequencer(
            recovered.state,
            head=head,
            view=self.view,
            timekeeper=self._timekeeper,
            keeps_outbox=keeps_outbox,
        )
        self._snapshot_sequence = head.sequence - recovered.replayed
        self._committer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="commit")
        self._wake = asyncio.Event()
        self._stopping = False
        # Kept, because to ask for the running loop costs a system call each time.
        self._loop = asyncio.get_running_loop()
        self._futures: set[asyncio.Future[Outcome]] = set()
        self._listeners: list[Listener] = []
        self._durable_listeners: list[Callable[[Batch], None]] = []
        self._outbox_listeners: list[Callable[[], None]] = []
        self.stopped: asyncio.Future[None] = self._loop.create_future()
        """Done when the venue has stopped; its exception is the fault, if one stopped it."""
        self._snapshot_task: asyncio.Task[Snapshot | None] | None = None
        self._task = asyncio.create_task(self._run())

    @classmethod
    def open(
        cls,
        database: Path,
        *,
        clock: Clock | None = None,
        accepts_clock_jumps: bool = False,
        keeps_outbox: bool = False,
        snapshot_commands: int = SNAPSHOT_COMMANDS,
    ) -> "Exchange":
        """Recover the venue of a database file, which is made if need be, and go to work.

        Args:
            accepts_clock_jumps: a demo states its own downtime; a real venue waits for the
                operator.
            keeps_outbox: somebody reads the outbox, and says by `outbox_taken` how far.
            snapshot_commands: how many commands after a snapshot the next one is made.

        Raises:
            JournalCorrupt: what is stored contradicts itself.
            StoreFault: the database cannot be opened durably.
        """
        with contextlib.ExitStack() as to_close:
            store = WriterProcess(database)
            to_close.callback(store.close)
            exchange = cls(
                store,
                clock or SystemClock(),
                accepts_clock_jumps=accepts_clock_jumps,
                keeps_outbox=keeps_outbox,
                make_snapshot=partial(make_snapshot_elsewhere, database),
                snapshot_commands=snapshot_commands,
            )
            to_close.pop_all()
        return exchange

    @property
    def readiness(self) -> str | None:
        """None when commands are taken and time goes on, else why not.

        `stopped`; `clock_jump`: the operator has to accept what the clock says; `clock_behind`: the
        clock says a time long past.
        """
        if self.stopped.done() or self._stopping:
            return "stopped"
        if self._timekeeper.waits:
            return "clock_jump"
        return "clock_behind" if self._timekeeper.is_behind else None

    @property
    def waiting(self) -> int:
        """Requests in the queue."""
        return self._sequencer.waiting

    def on_committed(self, listener: Listener) -> None:
        """Have `listener` called on the loop with what each batch did to the market, after its
        commit, in order."""
        self._listeners.append(listener)

    def on_durable(self, listener: Callable[[Batch], None]) -> None:
        """Have `listener` called on the loop with each batch after its commit, in order, once those
        of `on_committed` have been: with its commands, their events, and the rows it changed."""
        self._durable_listeners.append(listener)

    def on_outbox(self, listener: Callable[[], None]) -> None:
        """Have `listener` called on the loop after the commit of a batch that has put something
        into the outbox."""
        self._outbox_listeners.append(listener)

    async def submit(self, command: AnyCommand) -> Outcome:
        """Have a command sequenced, applied and made durable, and get what it caused.

        Raises:
            Busy: a queue is full; nothing was journaled.
            OutcomeUnknown: the venue stopped; ask again with the same key.
        """
        return await self.request(command)

    def request(self, command: AnyCommand) -> asyncio.Future[Outcome]:
        """As `submit`, for callers that give many commands at a time: it costs no task for each.

        Raises:
            Busy: at once; a queue is full, nothing was journaled.
            OutcomeUnknown: at once if the venue has stopped, else by the future.
        """
        if self.stopped.done() or self._stopping:
            raise OutcomeUnknown
        future: asyncio.Future[Outcome] = self._loop.create_future()

        def reply(outcome: Outcome) -> None:
            self._futures.discard(future)
            if not future.done():
                future.set_result(outcome)

        self._sequencer.offer(command, reply)
        self._futures.add(future)
        self._wake.set()
        return future

    def outbox_taken(self, outbox_id: int) -> None:
        """The committed rows of the outbox up to this id are safe elsewhere, and go with a next
        batch."""
        self._sequencer.outbox_taken(outbox_id)

    def accept_clock(self) -> None:
        """The operator says that the clock is right after a jump: time goes on, and the gap is
        journaled."""
        self._timekeeper.accept()
        self._wake.set()

    async def stop(self) -> None:
        """Finish what is queued, take a snapshot, close the database. After a fault: only close.

        A second call does nothing.

        Raises:
            StoreFault: the snapshot could not be saved. Everything is in the journal all the same.
        """
        if self._stopping:
            return
        self._stopping = True
        self._wake.set()
        await self._task
        if self._snapshot_task is not None:
            self._snapshot_task.cancel()
            await asyncio.wait([self._snapshot_task])
        self._committer.shutdown()
        try:
            if not self.stopped.done():
                self._save_snapshot()
        finally:
            self._store.close()
            if not self.stopped.done():
                self.stopped.set_result(None)

    async def _run(self) -> None:
        try:
            await self._work()
        except Exception as fault:  # noqa: BLE001  whatever it is, nothing may go on after it
            # Fail-stop: whoever waits asks again with the same key, after the restart.
            self.stopped.set_exception(fault)
            self.stopped.exception()  # it may be that nobody but /readyz ever looks
            for future in self._futures:
                if not future.done():
                    future.set_exception(OutcomeUnknown())
            self._futures.clear()

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        formed: Batch | None = None
        durable: Batch | None = None
        while True:
            if self._timekeeper.waits and self._accepts_clock_jumps:
                self._timekeeper.accept()
            if formed is None:
                if durable is not None:
                    await self._publish(durable)
                    durable = None
                formed = self._sequencer.form()
            if formed is None:
                if self._stopping:
                    return
                else:
                    await self._sleep()
                continue
            batch, formed = formed, None
            self._store.write(batch.changes)
            commit = loop.run_in_executor(self._committer, self._store.commit)
            commit.add_done_callback(lambda _: self._wake.set())
            if durable is not None:
                # Only now, so that the disk has something to do meanwhile.
                await self._publish(durable)
            while not commit.done():
                if formed is None and self._sequencer.waiting >= BATCH_COMMANDS_MAX:
                    formed = self._sequencer.form()
                else:
                    self._wake.clear()
                    await self._wake.wait()
            commit.result()
            durable = batch

    async def _publish(self, durable: Batch) -> None:
        changes = self._sequencer.publish(durable, self._store.read.journal_row)
        for listener in self._listeners:
            listener(changes)
        for took in self._durable_listeners:
            took(durable)
        if durable.changes.outbox:
            for told in self._outbox_listeners:
                told()
        await self._keep_snapshots()

    async def _sleep(self) -> None:
        # A bare timer: wait_for would make a task, for every command that comes alone.
        self._wake.clear()
        tick = self._loop.call_later(TICK_S, self._wake.set)
        await self._wake.wait()
        tick.cancel()

    async def _keep_snapshots(self) -> None:
        """Have the next snapshot made when it is time, and keep it when it has been made."""
        task = self._snapshot_task
        if task is None:
            due_sequence = self._snapshot_sequence + self._snapshot_commands
            if self._make_snapshot is not None and self._sequencer.head.sequence >= due_sequence:
                self._snapshot_task = asyncio.create_task(self._make_snapshot())
        elif task.done():
            self._snapshot_task = None
            snapshot = task.result()
            if snapshot is None:
                self._snapshot_sequence = self._sequencer.head.sequence
            else:
                save = self._store.save_snapshot
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._committer, save, snapshot)
                self._snapshot_sequence = snapshot.sequence

    def _save_snapshot(self) -> None:
        head = self._sequencer.head
        if head.sequence - self._snapshot_sequence >= SNAPSHOT_COMMANDS_MIN:
            snapshot = snapshot_of(self._sequencer.state, self.view, head)
            self._store.save_snapshot(snapshot)
