"""A command's whole journey but the network's part: sequencer, engine, journal, register rows,
commit.

    python -m benchmarks.journey --json FILE [--quick]

Three rounds, each a window at saturation, a window at a steady 1,000 commands a second, and the
bare driver's rows a second between them; figures are medians of the three. Beside them, all the
time, a process appends a page to a file of the same folder and syncs it. What the figures leave out
is said in benchmarks/README.md.
"""

import argparse
import asyncio
import gc
import multiprocessing
import os
import resource
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import uvloop

from api.server import tune_process
from benchmarks import disk
from benchmarks.generator import Fill, Pace, Report, Saturate, Stop, generate
from benchmarks.measures import Window, figures_of
from benchmarks.report import Figure, print_table, write_json
from benchmarks.venue import Desk, TimedStore, found_venue, open_exchange
from exchange.sequencer import BATCH_COMMANDS_MAX
from exchange.service import Exchange

SECOND_NS: Final = 1_000_000_000
IN_FLIGHT_MAX: Final = 1_024
"""Four full batches: one commits, one is applied, the others gather or are on their way."""
RATE_PER_S: Final = 1_000
SAMPLE_ROWS_MAX: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured."""

    rounds: int = 3
    window_s: float = 60.0
    warm_up_s: float = 5.0
    raw_window_s: float = 5.0
    traders: int = 1_000
    products: int = 24
    orders_open: int = 20_000
    makes_snapshots: bool = False
    seed: int = 1


QUICK: Final = Plan(window_s=4.0, warm_up_s=1.0, raw_window_s=0.5)


class Journey:
    """One run: a venue, the generator, the probe, and what was measured."""

    def __init__(self, plan: Plan, directory: Path) -> None:
        self._plan = plan
        self._directory = directory
        self._windows: list[Window] = []

    async def run(self) -> list[Figure]:
        """Measure everything."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = socket.socketpair()
        generator = context.Process(target=generate, args=(theirs,), daemon=True)
        stop, (samples, results) = context.Event(), context.Pipe(duplex=False)
        probe = context.Process(
            target=disk.probe, args=(self._directory / "probe", stop, results), daemon=True
        )
        generator.start()
        probe.start()
        theirs.close()
        samples.recv()  # the probe is at work
        exchange, store = open_exchange(
            self._directory / "venue.sqlite3", makes_snapshots=self._plan.makes_snapshots
        )
        desk = Desk(exchange)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(lambda: desk, sock=ours)
        await self._measure(exchange, store, desk)
        desk.say(Stop())
        stop.set()
        probe_samples: list[tuple[int, int]] = samples.recv()
        generator.join()
        probe.join()
        transport.close()
        await exchange.stop()
        return figures_of(self._windows, probe_samples)

    async def _measure(self, exchange: Exchange, store: TimedStore, desk: Desk) -> None:
        plan = self._plan
        facts = await found_venue(
            exchange,
            seed=plan.seed,
            traders=plan.traders,
            products=plan.products,
            orders_open=plan.orders_open,
        )
        desk.say(facts)
        before = await desk.do(Fill(plan.orders_open, IN_FLIGHT_MAX))
        tune_process()
        saturate = Saturate(_after(plan.warm_up_s), IN_FLIGHT_MAX)
        before = await desk.do(saturate)
        for _ in range(plan.rounds):
            before = await self._window(desk, store, before, rate_per_s=None)
            before = await self._window(desk, store, before, rate_per_s=RATE_PER_S)

    async def _window(
        self, desk: Desk, store: TimedStore, before: Report, *, rate_per_s: int | None
    ) -> Report:
        raw_before = self._raw_rows_per_s(BATCH_COMMANDS_MAX) if rate_per_s is None else 0.0
        store.forget()
        collector = _CollectorWatch()
        rss_before, cpu_before_s = rss_bytes(), time.process_time()
        writer_cpu_before_s = cpu_s_of(store.pid)
        from_ns = time.monotonic_ns()
        until_ns = from_ns + int(self._plan.window_s * SECOND_NS)
        if rate_per_s is None:
            after = await desk.do(Saturate(until_ns, IN_FLIGHT_MAX))
        else:
            after = await desk.do(Pace(from_ns, until_ns, rate_per_s))
        cpu_s = time.process_time() - cpu_before_s
        writer_cpu_s = cpu_s_of(store.pid) - writer_cpu_before_s
        window = Window(
            rate_per_s=rate_per_s,
            from_ns=from_ns,
            until_ns=until_ns,
            scheduled=desk.scheduled[:],
            resolved=desk.resolved[:],
            commits=store.commits[:],
            commands_in_batches=store.commands_in_batches[:],
            cpu_s=cpu_s,
            writer_cpu_s=writer_cpu_s,
            rss_before=rss_before,
            rss_after=rss_bytes(),
            before=before,
            after=after,
            collector_pauses_ns=collector.stop(),
        )
        if rate_per_s is None:
            # Before and after: what the machine can do changes from minute to minute.
            raw_after = self._raw_rows_per_s(round(window.mean_batch))
            window = replace(window, raw_rows_per_s=(raw_before + raw_after) / 2)
        self._windows.append(window)
        print(window.summary, flush=True)
        return after

    def _raw_rows_per_s(self, batch_rows: int) -> float:
        sample = disk.journal_sample(self._directory / "venue.sqlite3", SAMPLE_ROWS_MAX)
        return disk.raw_rows_per_s(
            self._directory / "raw.sqlite3",
            sample,
            batch_rows=batch_rows,
            window_s=self._plan.raw_window_s,
        )


class _CollectorWatch:
    """How long the garbage collector held everything up."""

    def __init__(self) -> None:
        self._begin_ns = 0
        self._pauses_ns: list[int] = []
        gc.callbacks.append(self._note)

    def stop(self) -> list[int]:
        """The pauses so far, in nanoseconds."""
        gc.callbacks.remove(self._note)
        return self._pauses_ns

    def _note(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._begin_ns = time.monotonic_ns()
        else:
            self._pauses_ns.append(time.monotonic_ns() - self._begin_ns)


def rss_bytes() -> int:
    """The memory of this process that is in RAM; where the system does not say, its peak."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def cpu_s_of(pid: int) -> float:
    """The processor time that another process has used; 0 where the system does not say."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    # After the name, which is in brackets and may hold anything: fields 14 and 15 of the whole.
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(plan: Plan, parent: Path) -> list[Figure]:
    """Run the plan in a folder of its own below `parent`, whose disk is the one measured."""
    parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=parent, prefix="journey-") as directory,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        return runner.run(Journey(plan, Path(directory)).run())


def _after(seconds: float) -> int:
    return time.monotonic_ns() + int(seconds * SECOND_NS)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--json", type=Path, required=True, help="where to write the figures")
    parser.add_argument("--quick", action="store_true", help="short windows: under 40 s in all")
    parser.add_argument("--directory", type=Path, default=Path("build"), help="on which disk")
    parser.add_argument("--window", type=float, metavar="SECONDS", help="of each measurement")
    parser.add_argument("--rounds", type=int, help="of which the median is taken")
    parser.add_argument("--traders", type=int, help="parties that trade; an even number")
    parser.add_argument("--products", type=int)
    parser.add_argument("--orders-open", type=int, help="held constant over the run")
    parser.add_argument(
        "--snapshots", action="store_true", help="make them too, as a venue does as it runs"
    )
    options = parser.parse_args()
    asked = {
        "window_s": options.window,
        "rounds": options.rounds,
        "traders": options.traders,
        "products": options.products,
        "orders_open": options.orders_open,
    }
    plan = QUICK if options.quick else Plan()
    plan = replace(plan, **{name: value for name, value in asked.items() if value is not None})
    plan = replace(plan, makes_snapshots=options.snapshots)
    figures = measure(plan, options.directory)
    write_json(figures, options.json)
    print_table(figures)


if __name__ == "__main__":
    main()
