"""The register under load: settlements, a batch of decisions, its history, its memory.

    python -m benchmarks.register --json FILE [--quick] [--only PART]

What the figures leave out is said in benchmarks/README.md.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import uvloop

from benchmarks.decisions import Deciding, measure_decisions
from benchmarks.history import History, measure_history
from benchmarks.report import Figure, print_table, write_json
from benchmarks.settlements import Settling, measure_settlements


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured of each."""

    settling: Settling
    deciding: Deciding
    history: History


FULL: Final = Plan(
    settling=Settling(rounds=10, settlements=30_000, raw_window_s=2.0),
    deciding=Deciding(rounds=5, decisions=10_000, orders_alone_s=10.0, raw_window_s=2.0),
    history=History(changes=1_000_000, questions=2_000, lots_in_memory=200_000),
)
QUICK: Final = Plan(
    settling=Settling(rounds=1, settlements=5_000, raw_window_s=0.5),
    deciding=Deciding(rounds=1, decisions=10_000, orders_alone_s=2.0, raw_window_s=0.5),
    history=History(changes=50_000, questions=500, lots_in_memory=20_000),
)


PARTS: Final[dict[str, Callable[[Plan, Path], list[Figure]]]] = {
    # The venue is served first, by a process that has not grown yet.
    "decisions": lambda plan, directory: _run(measure_decisions(plan.deciding, directory)),
    "settlements": lambda plan, directory: _run(measure_settlements(plan.settling, directory)),
    "history": lambda plan, directory: measure_history(plan.history, directory),
}
"""What is measured, in this order; each by itself where nothing else is wanted."""


def measure(plan: Plan, parent: Path, parts: Iterable[str] = PARTS) -> list[Figure]:
    """Run these parts of the plan in a folder of its own below `parent`, whose disk is the one
    measured."""
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix="register-") as name:
        return [figure for part in parts for figure in PARTS[part](plan, Path(name))]


def _run(measuring: Coroutine[Any, Any, list[Figure]]) -> list[Figure]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measuring)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--json", type=Path, required=True, help="where to write the figures")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter: under 40 s in all")
    parser.add_argument("--only", choices=PARTS, help="measure this part alone")
    parser.add_argument("--directory", type=Path, default=Path("build"), help="on which disk")
    options = parser.parse_args()
    parts = PARTS if options.only is None else (options.only,)
    figures = measure(QUICK if options.quick else FULL, options.directory, parts)
    write_json(figures, options.json)
    print_table(figures)


if __name__ == "__main__":
    main()
