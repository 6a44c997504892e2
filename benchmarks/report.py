"""Figures: how they are summed up, compared with their baseline and written down."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number beside its baseline of the same run, if it has one."""

    name: str
    value: float
    unit: str
    baseline: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value in units of its baseline."""
        return self.value / self.baseline if self.baseline else None


def percentile(values: Sequence[float], per_cent: float) -> float:
    """The smallest value that so many per cent of the values do not exceed."""
    assert values
    ordered = sorted(values)
    at = -(-len(ordered) * per_cent // 100) - 1
    return ordered[max(0, int(at))]


def median(values: Iterable[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def write_json(figures: Sequence[Figure], file: Path) -> None:
    """Write name, value, unit, baseline and ratio of each figure."""
    rows = [{**asdict(figure), "ratio": figure.ratio} for figure in figures]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def print_table(figures: Sequence[Figure]) -> None:
    """Show the figures to a person."""
    for figure in figures:
        line = f"{figure.name:42} {figure.value:>14,.3f} {figure.unit:12}"
        if figure.ratio is not None:
            line += f" baseline {figure.baseline:>13,.3f}  ratio {figure.ratio:.4f}"
        print(line.rstrip())
