"""What the order book does a second, in a latency and in bytes, beside other books for Python.

    python -m benchmarks.matching --json FILE [--quick]

Every figure is measured in a process of its own (matching_worker.py), by turns, on streams that
all books of a row share (matching_streams.py); medians over the rounds. The fills of all are
compared first: a book that matches otherwise is named and not timed, and ours stops the benchmark.

`make compile` and `sh scripts/extra.sh bench` make what is run beside plain Python.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.matching_peers import PEERS
from benchmarks.matching_plot import write_plot
from benchmarks.matching_streams import FRONT_ORDERS, LEVELS, Market, write_stream
from benchmarks.report import Figure, median, print_table, write_json

ROOT: Final = Path(__file__).resolve().parents[1]
COMPILED_COPY: Final = ROOT / "build" / "compiled"
PEERS_PYTHON: Final = ROOT / "build" / "bench" / "bin" / "python"

PLAIN: Final = "plain"
COMPILED: Final = "compiled"
BULK: Final = "compiled-bulk"
OURS: Final = (PLAIN, COMPILED, BULK)
SECOND_NS: Final = 1_000_000_000
MICROSECOND_NS: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a figure should reach: its value, or its ratio to its baseline."""

    name: str
    at_least: float | None = None
    at_most: float | None = None
    is_ratio: bool = False

    def verdict(self, figure: Figure) -> str:
        """One line for a person."""
        reached = figure.ratio if self.is_ratio else figure.value
        assert reached is not None, figure
        met = (self.at_least is None or reached >= self.at_least) and (
            self.at_most is None or reached <= self.at_most
        )
        sign, bound = ("≥", self.at_least) if self.at_most is None else ("≤", self.at_most)
        what = f"{self.name}{' (ratio)' if self.is_ratio else ''}"
        return f"{'met   ' if met else 'MISSED'} {what:54} {reached:>14,.2f} {sign} {bound:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured."""

    commands: int = 1_000_000
    scaling_commands: int = 200_000
    rounds: int = 3
    scaling_rounds: int = 3
    latency_rounds: int = 5
    resting: int = 10_000
    resting_deep: int = 500_000
    products: int = 1_000
    front: int = FRONT_ORDERS
    sizes: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    levels: tuple[int, ...] = (10, 100, 1_000, 10_000)
    levels_resting: int = 100_000

    def markets(self) -> dict[str, Market]:
        """The markets whose figures have a name of their own, the plain one first."""
        plain = Market(name="main", commands=self.commands, resting=self.resting)
        deep = replace(plain, name="deep", resting=self.resting_deep)
        made = [
            plain,
            deep,
            replace(deep, name="products", products=self.products),
            replace(plain, name="crowd", resting=self.resting + self.front),
            replace(plain, name="restricted", restricted=True),
            replace(plain, name="restricted_front", restricted=True, front=self.front),
            replace(plain, name="sized", sized=True),
            replace(plain, name="sized_front", sized=True, front=self.front),
        ]
        return {market.name: market for market in made}

    def scaling(self) -> list[Market]:
        """The markets that differ by one number alone."""
        plain = Market(name="main", commands=self.scaling_commands, resting=self.levels_resting)
        return [
            *(replace(plain, name=f"resting_{size}", resting=size) for size in self.sizes),
            *(replace(plain, name=f"levels_{levels}", levels=levels) for levels in self.levels),
        ]


# A look: that all of it runs, in less time than it takes to read what it says.
QUICK: Final = Plan(
    commands=30_000,
    scaling_commands=20_000,
    rounds=1,
    scaling_rounds=1,
    latency_rounds=1,
    resting_deep=50_000,
    products=100,
    front=20_000,
    sizes=(1_000, 50_000),
    levels=(10, 1_000),
    levels_resting=10_000,
)


def aims(plan: Plan) -> list[Aim]:
    """What the order book is to reach, on one core, all in one run."""
    return [
        Aim(name="matching.plain.commands_per_s", at_least=1_000_000),
        Aim(name="matching.plain.commands_per_s", at_least=2.7, is_ratio=True),
        Aim(name="matching.compiled.commands_per_s", at_least=2_500_000),
        Aim(name="matching.compiled.commands_per_s", at_least=6.5, is_ratio=True),
        Aim(name="matching.bulk.commands_per_s", at_least=4_000_000),
        *(
            Aim(name=f"{prefix}.{market}.ratio", at_most=bound)
            for prefix in ("matching", "matching.plain")
            for market, bound in (("restricted", 1.5), ("restricted_front", 1.5), ("sized", 2.5))
        ),
        Aim(name="matching.bytes_per_order", at_most=180),
        Aim(name="matching.compiled.p999_us", at_most=10),
        Aim(name="matching.restricted.compiled.p999_us", at_most=10),
        *(
            Aim(name=f"matching.{build}.{last}.ns_per_command", at_most=2, is_ratio=True)
            for build in (PLAIN, COMPILED)
            for last in (f"resting_{plan.sizes[-1]}", f"levels_{plan.levels[-1]}")
        ),
    ]


class Bench:
    """The streams, the processes, and what they said."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        *,
        compiled: Path = COMPILED_COPY,
        peers_python: Path = PEERS_PYTHON,
    ) -> None:
        self.plan = plan
        self.folder = folder
        self.compiled = compiled
        self.peers_python = peers_python
        self.rates: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.absent: dict[str, str] = {}  # the books that are not timed, and why

    def draw(self, market: Market) -> Path:
        """The file of a market's stream, drawn when it is first asked for."""
        file = self.folder / f"{market.name}.stream"
        if not file.exists():
            write_stream(market, file)
        return file

    def run(self, book: str, market: Market, measure: str) -> dict[str, float]:
        """What one process says of one book.

        Raises:
            subprocess.CalledProcessError: it failed, and said so on standard error.
        """
        path = [str(ROOT)]
        if book.startswith(COMPILED):
            path.insert(0, str(self.compiled))
        python = str(self.peers_python) if book in PEERS else sys.executable
        done = subprocess.run(
            [
                *(python, "-m", "benchmarks.matching_worker"),
                *("--book", book, "--market", json.dumps(asdict(market))),
                *("--stream", str(self.draw(market)), "--measure", measure),
            ],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONSAFEPATH": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if book in PEERS else None,
            text=True,
            check=True,
        )
        report: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return report

    def compare_fills(self, market: Market, books: Iterable[str]) -> list[str]:
        """The books that fill as the plain one does.

        Raises:
            SystemExit: two builds of ours differ, and no figure of them means anything.
        """
        expected = self.run(PLAIN, market, "fills")
        agreeing = []
        for book in books:
            if book in self.absent:
                continue
            try:
                equal = self.run(book, market, "fills") == expected
            except (OSError, subprocess.CalledProcessError) as error:
                if book in OURS:
                    raise
                said: str = getattr(error, "stderr", None) or str(error)
                self.absent[book] = f"could not be run: {said.strip().splitlines()[-1]}"
                continue
            if equal:
                agreeing.append(book)
            elif book in OURS:
                raise SystemExit(f"{book} does not fill as {PLAIN} does in {market.name}")
            else:
                self.absent[book] = "matches otherwise"
        return agreeing

    def time(self, runs: Sequence[tuple[str, Market]], rounds: int) -> None:
        """Commands a second of each, by turns."""
        for number in range(rounds):
            for book, market in runs:
                rate = self.run(book, market, "rate")["commands_per_s"]
                self.rates[market.name, book].append(rate)
                print(
                    f"{number + 1}/{rounds} {market.name:18} {book:22} {rate:>12,.0f}/s",
                    file=sys.stderr,
                    flush=True,
                )

    def rate(self, market: str, book: str) -> float:
        """The median of the rounds."""
        return median(self.rates[market, book])

    def slower(self, market: str, book: str, than: str) -> float:
        """How many times the time of another market a command takes: median of the rounds."""
        pairs = zip(self.rates[than, book], self.rates[market, book], strict=True)
        return median(other / own for other, own in pairs)


def measure(bench: Bench) -> list[Figure]:
    """All figures, in the order in which they are read."""
    plan = bench.plan
    ours = OURS if bench.compiled.is_dir() else (PLAIN,)
    bench.absent |= dict.fromkeys(set(OURS) - set(ours), "is not there: make compile")
    markets = plan.markets()
    runs = [(book, markets["main"]) for book in PEERS]
    runs += [(book, market) for book in ours for market in markets.values() if goes(book, market)]
    agreeing = {
        name: bench.compare_fills(market, [book for book, other in runs if other is market])
        for name, market in markets.items()
    }
    bench.time([run for run in runs if run[0] in agreeing[run[1].name]], plan.rounds)
    scaling = [(book, market) for market in plan.scaling() for book in ours]
    bench.time(scaling, plan.scaling_rounds)
    figures = rate_figures(bench, agreeing["main"])
    for book in ours:
        if book != BULK:
            figures += ratio_figures(bench, book)
            figures += latency_figures(bench, book)
            figures += memory_figures(bench, book)
        figures += scaling_figures(bench, book)
    return figures


def goes(book: str, market: Market) -> bool:
    """Whether the book is timed in the market: bulk is for one product, and without sizes."""
    return book != BULK or market.name in ("main", "deep", "restricted")


def named(book: str) -> str:
    """A book's part of a figure's name."""
    return "bulk" if book == BULK else book


def rate_figures(bench: Bench, timed: Sequence[str]) -> list[Figure]:
    """Commands a second: ours by the fastest of the others, theirs by ours uncompiled."""
    peers = {book: bench.rate("main", book) for book in timed if book in PEERS}
    fastest = max(peers.values(), default=None)
    plain = bench.rate("main", PLAIN)
    figures = [
        Figure(
            name=f"matching.{named(book)}{suffix}.commands_per_s",
            value=bench.rate(market, book),
            unit="1/s",
            baseline=fastest if market == "main" else bench.rate("main", book),
        )
        for market, suffix in (("main", ""), ("deep", ".deep"), ("products", ".products"))
        for book in OURS
        if (market, book) in bench.rates
    ]
    figures += [
        Figure(name=f"matching.peer.{book}.commands_per_s", value=rate, unit="1/s", baseline=plain)
        for book, rate in peers.items()
    ]
    return figures


def ratio_figures(bench: Bench, book: str) -> list[Figure]:
    """How many times the time of a plain command others take, at as many resting orders."""
    prefix = "matching" if book == COMPILED else f"matching.{book}"
    figures = []
    for market, plain in (
        ("restricted", "main"),
        ("restricted_front", "crowd"),
        ("sized", "main"),
        ("sized_front", "crowd"),
    ):
        ratio = bench.slower(market, book, plain)
        rate = bench.rate(market, book)
        figures += [
            Figure(name=f"{prefix}.{market}.ratio", value=ratio, unit="1"),
            Figure(
                name=f"matching.{market}.{book}.commands_per_s",
                value=rate,
                unit="1/s",
                baseline=bench.rate(plain, book),
            ),
        ]
    return figures


def latency_figures(bench: Bench, book: str) -> list[Figure]:
    """Percentiles of one command, of the best of the rounds, by those of an empty call."""
    figures = []
    for market, prefix in (("main", "matching"), ("restricted", "matching.restricted")):
        runs = [
            bench.run(book, bench.plan.markets()[market], "latency")
            for _ in range(bench.plan.latency_rounds)
        ]
        for digits in ("p50", "p99", "p999"):
            best = min(runs, key=lambda run: run[f"command_{digits}_ns"])
            figures.append(
                Figure(
                    name=f"{prefix}.{book}.{digits}_us",
                    value=best[f"command_{digits}_ns"] / MICROSECOND_NS,
                    unit="µs",
                    baseline=best[f"empty_{digits}_ns"] / MICROSECOND_NS,
                )
            )
    return figures


def memory_figures(bench: Bench, book: str) -> list[Figure]:
    """Bytes of a resting order beyond its command."""
    taken = bench.run(book, bench.plan.markets()["deep"], "memory")["bytes_per_order"]
    prefix = "matching" if book == COMPILED else f"matching.{book}"
    return [Figure(name=f"{prefix}.bytes_per_order", value=taken, unit="B")]


def scaling_figures(bench: Bench, book: str) -> list[Figure]:
    """Nanoseconds a command by the size of the book, the smallest being the baseline."""
    plan = bench.plan
    figures = []
    for word, numbers in (("resting", plan.sizes), ("levels", plan.levels)):
        costs = {n: SECOND_NS / bench.rate(f"{word}_{n}", book) for n in numbers}
        figures += [
            Figure(
                name=f"matching.{named(book)}.{word}_{number}.ns_per_command",
                value=cost,
                unit="ns",
                baseline=costs[numbers[0]],
            )
            for number, cost in costs.items()
        ]
    return figures


def plot(bench: Bench, file: Path) -> None:
    """The cost of a command by the number of resting orders."""
    lines = {
        named(book): [
            (float(size), SECOND_NS / bench.rate(f"resting_{size}", book))
            for size in bench.plan.sizes
        ]
        for book in OURS
        if book not in bench.absent
    }
    write_plot(
        lines,
        file,
        title="What a command costs",
        across=f"resting orders, at {LEVELS} prices a side",
        up="nanoseconds a command",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the order book and others for Python.")
    parser.add_argument("--json", type=Path, required=True, help="where to write the figures")
    parser.add_argument("--plot", type=Path, help="where to draw the cost by size; beside the JSON")
    parser.add_argument("--quick", action="store_true", help="a look: small books, one round")
    parser.add_argument("--commands", type=int, help="commands of a stream")
    options = parser.parse_args()
    plan = QUICK if options.quick else Plan()
    if options.commands:
        plan = replace(plan, commands=options.commands, scaling_commands=options.commands)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(plan, Path(folder))
        figures = measure(bench)
    write_json(figures, options.json)
    plot(bench, options.plot or options.json.with_suffix(".svg"))
    print_table(figures)
    for book, reason in bench.absent.items():
        print(f"{book} {reason}")
    by_name = {figure.name: figure for figure in figures}
    for aim in aims(plan):
        if aim.name in by_name and (not aim.is_ratio or by_name[aim.name].ratio is not None):
            print(aim.verdict(by_name[aim.name]))


if __name__ == "__main__":
    main()
