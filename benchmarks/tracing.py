"""What a browser's trace says of the thread that draws a page: its long tasks, and for how long
scripts ran. Pure: events in, figures out.

All times are of the thread's own CPU, so that a neighbour who takes the processor away is not
mistaken for the page's work.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

CATEGORIES: Final = ("toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8")
TASKS: Final = frozenset({"RunTask", "ThreadControllerImpl::RunTask"})
SCRIPTS: Final = frozenset(
    {
        "EvaluateScript",
        "EventDispatch",
        "FireAnimationFrame",
        "FireIdleCallback",
        "FunctionCall",
        "RunMicrotasks",
        "TimerFire",
        "v8.callFunction",
        "v8.run",
    }
)
COMPLETE: Final = "X"

Event = dict[str, Any]
Thread = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that a thread did: when it began, and for how long by the wall and of its own."""

    begin_us: int
    wall_us: int
    cpu_us: int

    @property
    def end_us(self) -> int:
        """When it was over."""
        return self.begin_us + self.wall_us

    @property
    def cpu_ms(self) -> float:
        """Of its own, in milliseconds."""
        return self.cpu_us / 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What the thread that draws the page did."""

    tasks: Sequence[Span]
    scripts: Sequence[Span]
    """None within another."""


def drawing_of(events: Iterable[Event]) -> Drawing:
    """Of the thread on which most scripts ran, which is that of the only page. O(n log n)."""
    spans = [event for event in events if event.get("ph") == COMPLETE]
    ran = Counter(_thread(event) for event in spans if event["name"] in SCRIPTS)
    assert ran, "the trace has no script"
    [(thread, _)] = ran.most_common(1)
    own = [event for event in spans if _thread(event) == thread]
    return Drawing(
        tasks=_outermost(event for event in own if event["name"] in TASKS),
        scripts=_outermost(event for event in own if event["name"] in SCRIPTS),
    )


def cpu_ms_by_window(spans: Sequence[Span], begins_us: Sequence[int]) -> list[float]:
    """How long these took from each of the moments, in ascending order, to the next one; those
    after the last moment count to it. In milliseconds. O(n)."""
    windows = [0.0] * len(begins_us)
    at = -1
    for span in spans:
        while at + 1 < len(begins_us) and begins_us[at + 1] <= span.begin_us:
            at += 1
        if at >= 0:
            windows[at] += span.cpu_ms
    return windows


def _thread(event: Event) -> Thread:
    return event["pid"], event["tid"]


def _outermost(events: Iterable[Event]) -> list[Span]:
    """Those that lie within no other, in the order of time."""
    spans: list[Span] = []
    for event in sorted(events, key=lambda event: (event["ts"], -event.get("dur", 0))):
        wall_us: int = event.get("dur", 0)
        if not spans or spans[-1].end_us <= event["ts"]:
            cpu_us: int = event.get("tdur", wall_us)
            spans.append(Span(begin_us=event["ts"], wall_us=wall_us, cpu_us=cpu_us))
    return spans
