"""A picture of what a command costs by the number of resting orders: an SVG, both axes by tens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from pathlib import Path
from typing import Final, NamedTuple

WIDTH: Final = 720
HEIGHT: Final = 420
LEFT: Final = 70
RIGHT: Final = 150
TOP: Final = 40
BOTTOM: Final = 50
NAMES_APART: Final = 15
# Told apart by people who see no red or no green, and in grey.
COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9")

Points = Sequence[tuple[float, float]]


class Axis(NamedTuple):
    """A logarithmic axis from one power of ten to another, drawn between two coordinates."""

    first: int
    last: int
    start: float
    end: float

    def at(self, value: float) -> float:
        """The coordinate of a value."""
        return self.start + (log10(value) - self.first) * (self.end - self.start) / (
            self.last - self.first
        )

    def marks(self) -> range:
        """The powers of ten, and where the axis has few of them no others."""
        return range(self.first, self.last + 1)


def axis_of(values: Sequence[float], start: float, end: float) -> Axis:
    """The axis that all values lie on."""
    first, last = floor(log10(min(values))), ceil(log10(max(values)))
    return Axis(first, max(last, first + 1), start, end)


def write_plot(
    lines: Mapping[str, Points], file: Path, *, title: str, across: str, up: str
) -> None:
    """Draw one line a name into the file."""
    points = [point for line in lines.values() for point in line]
    x = axis_of([point[0] for point in points], LEFT, WIDTH - RIGHT)
    y = axis_of([point[1] for point in points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        '<g font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(LEFT, TOP - 18, title, weight="bold"),
        _text((x.start + x.end) / 2, HEIGHT - 12, across, anchor="middle"),
        f'<g transform="translate(18 {(y.start + y.end) / 2:.0f}) rotate(-90)">',
        _text(0, 0, up, anchor="middle"),
        "</g>",
        *_grid(x, y),
    ]
    drawn = {name: [(x.at(a), y.at(b)) for a, b in line] for name, line in lines.items()}
    named_at = _apart({name: line[-1][1] for name, line in drawn.items()})
    for number, (name, line) in enumerate(drawn.items()):
        colour = COLOURS[number % len(COLOURS)]
        parts += _line(line, colour)
        parts.append(_text(line[-1][0] + 10, named_at[name] + 4, name, colour=colour))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([*parts, "</g>", "</svg>", ""]), encoding="utf-8")


def _grid(x: Axis, y: Axis) -> list[str]:
    parts = []
    for power in x.marks():
        at = x.at(10.0**power)
        parts.append(_rule(at, y.start, at, y.end))
        parts.append(_text(at, y.start + 18, f"{10**power:,}", anchor="middle"))
    for power in y.marks():
        for digit in (1, 2, 5) if power < y.last else (1,):
            at = y.at(digit * 10.0**power)
            parts.append(_rule(x.start, at, x.end, at))
            parts.append(_text(x.start - 8, at + 4, f"{digit * 10.0**power:,.0f}", anchor="end"))
    return parts


def _line(points: Points, colour: str) -> list[str]:
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points),
    ]


def _apart(heights: dict[str, float]) -> dict[str, float]:
    # Downwards, each name at its line or under the name before.
    lowest = 0.0
    placed = {}
    for name in sorted(heights, key=heights.__getitem__):
        lowest = placed[name] = max(heights[name], lowest + NAMES_APART)
    return placed


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    weight: str = "normal",
    colour: str = "#222222",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="{colour}">{escape(text)}</text>'
    )
