"""What is read out of a browser's trace, and the benchmark of the pages, so short that what it says
means nothing."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.pages import Plan, measure
from benchmarks.tracing import Span, cpu_ms_by_window, drawing_of

PAGE, OTHER = 1, 2


def event(name: str, at_us: int, wall_us: int, cpu_us: int, thread: int = PAGE) -> dict[str, Any]:
    return {
        "ph": "X",
        "name": name,
        "pid": 7,
        "tid": thread,
        "ts": at_us,
        "dur": wall_us,
        "tdur": cpu_us,
    }


def test_a_task_is_as_long_as_its_thread_worked_and_a_script_in_a_script_counts_once() -> None:
    drawing = drawing_of(
        [
            event("FunctionCall", 110, 40, 30),
            event("RunTask", 100, 90_000, 300),
            event("EventDispatch", 105, 60, 50),
            event("FunctionCall", 200, 10, 10),
            event("RunTask", 0, 900_000, 900_000, thread=OTHER),
            {"ph": "M", "name": "thread_name", "pid": 7, "tid": PAGE, "ts": 0},
        ]
    )

    assert drawing.tasks == [Span(begin_us=100, wall_us=90_000, cpu_us=300)]
    assert [script.cpu_us for script in drawing.scripts] == [50, 10]


def test_scripts_count_to_the_update_before_them() -> None:
    scripts = [
        Span(begin_us=at_us, wall_us=9_000, cpu_us=cpu_us)
        for at_us, cpu_us in ((50, 4_000), (100, 1_000), (150, 2_000), (300, 500))
    ]

    assert cpu_ms_by_window(scripts, [100, 200, 250]) == [3.0, 0.0, 0.5]


def test_a_trace_without_scripts_measures_nothing() -> None:
    with pytest.raises(AssertionError, match="no script"):
        drawing_of([event("RunTask", 0, 10, 10)])


def test_a_book_is_watched_and_every_page_is_weighed(tmp_path: Path) -> None:
    figures = {figure.name: figure.value for figure in measure(Plan(window_s=2), tmp_path)}

    book = "pages.live_book."
    assert {name for name in figures if name.startswith(book)} == {
        f"{book}updates_per_s",
        f"{book}long_tasks_over_50_ms",
        f"{book}longest_task_ms",
        f"{book}scripting_p50_ms",
        f"{book}scripting_p95_ms",
    }
    assert figures[f"{book}updates_per_s"] > 0
    # Of a machine that is busy with others, most frames may come to nothing.
    assert figures[f"{book}scripting_p50_ms"] <= figures[f"{book}scripting_p95_ms"] > 0
    assert 0 < figures["pages.first_load.market.ProductPage.gzip_kb"] <= 300
