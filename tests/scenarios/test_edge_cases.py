"""Every row of the table of edge cases, over HTTP at a venue of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from api.founding import SANDBOX
from tests.api.venue import TestVenue
from tests.scenarios.edge_cases import EDGE_CASES
from tests.scenarios.edge_settings import EdgeCase
from tests.scenarios.edge_steps import On
from tests.scenarios.scene import Scene, Setting, persons

PAGE: Final = Path(__file__).parents[2] / "docs" / "edge-cases.md"


class Crowd(NamedTuple):
    """A venue that is stopped, and natural persons whom it knows."""

    venue: TestVenue
    persons: list[str]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    most = max(row.setting.crowd.number for row in EDGE_CASES)
    with TestVenue(tmp_path_factory.mktemp("crowd") / "venue") as venue:
        made = persons(venue, most)
        venue.stop()
        yield Crowd(venue, made)
        venue.start()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, crowd: Crowd) -> Iterator[TestVenue]:
    """Where rows are tried in which no day passes, each with a product of its own."""
    with TestVenue(tmp_path_factory.mktemp("shared") / "venue", like=crowd.venue) as venue:
        yield venue


def comes_to(row: EdgeCase, scene: Scene) -> str:
    """What is tried, after all that was done before."""
    for step in row.before:
        done = step(scene)
        assert not done.startswith(("REFUSED", "WARN", "BLOCK", "HOLD")), done
    return row.tries(scene)


@pytest.mark.parametrize("row", EDGE_CASES, ids=lambda row: row.case)
def test_the_verdict_is_what_the_source_asks_for(
    tmp_path: Path, crowd: Crowd, shared: TestVenue, row: EdgeCase
) -> None:
    licence = row.setting.licence
    if licence is not SANDBOX:
        with TestVenue(tmp_path / "venue", licence=licence) as venue:
            assert comes_to(row, Scene(venue, row.setting)) == row.verdict
    elif any(isinstance(step, On) for step in row.before):
        with TestVenue(tmp_path / "venue", like=crowd.venue) as venue:
            assert comes_to(row, Scene(venue, row.setting, crowd.persons)) == row.verdict
    else:
        assert comes_to(row, Scene(shared, row.setting, crowd.persons)) == row.verdict


def rules_of(setting: Setting) -> str:
    """The packs, and which of their rules alone."""
    packs = ", ".join(setting.packs) or "–"
    return f"{packs}: {', '.join(setting.only)}" if setting.only else packs


def test_the_page_of_edge_cases_is_the_table() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    begin = lines.index("|---|---|---|---|") + 1
    assert lines[begin:] == [
        f"| {row.case} | {rules_of(row.setting)} | {row.source} | {row.verdict} |"
        for row in EDGE_CASES
    ]
