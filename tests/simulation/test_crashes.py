"""A venue that crashes a thousand times keeps every promise; one that is built wrong is found out.

Every failure names a seed: `python -m tests.simulation --seed N` runs it again.
"""

import os
from pathlib import Path
from typing import Final

import pytest

from tests.simulation.driver import Flaws
from tests.simulation.story import (
    CYCLES_PER_STORY,
    Ending,
    Figures,
    Plan,
    SimulationFailed,
    Story,
)

CYCLES: Final = int(os.environ.get("TRUSTEX_SIMULATION_CYCLES", "1200"))
SEEDS: Final = range(-(-CYCLES // CYCLES_PER_STORY))
WHOLE_LIVES: Final = range(2 if CYCLES > 1_200 else 1)
"""Of which every change of the disk is tried as the last: some four hundred lives each."""


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_crashes_nothing_acknowledged_is_lost(tmp_path: Path, seed: int) -> None:
    figures = Story(seed, tmp_path).run(CYCLES_PER_STORY)
    assert figures.cycles == CYCLES_PER_STORY
    assert figures.answers > 0


@pytest.mark.parametrize("seed", WHOLE_LIVES)
@pytest.mark.parametrize("checkpoint_pages", [8, 4_000])
@pytest.mark.parametrize("ending", [Ending.CUT_AT_CALL, Ending.DISK_FAULT])
def test_every_single_change_of_the_disk_may_be_the_last(
    tmp_path: Path, ending: Ending, checkpoint_pages: int, seed: int
) -> None:
    check_up = Plan(Ending.STOP, batches=1, call=0, checkpoint_pages=checkpoint_pages)
    came, call = True, 0
    while came:
        story = Story(seed, tmp_path, disk_seed=call)
        plan = Plan(ending, batches=6, call=call, checkpoint_pages=checkpoint_pages)
        came = story.cycle(plan)
        story.cycle(check_up)
        call += 1
    assert call > 80  # take-over, six commits, a snapshot, closing


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("ending", list(Ending))
def test_every_ending_leaves_a_venue_that_goes_on(
    tmp_path: Path, ending: Ending, seed: int
) -> None:
    story = Story(seed, tmp_path)
    for call in range(4):
        story.cycle(Plan(ending, batches=2, call=call * 20, checkpoint_pages=40))
    assert story.figures.answers > 0


def test_a_batch_under_way_is_found_whole_or_not_at_all_and_both_occur(tmp_path: Path) -> None:
    total = Figures()
    for seed in range(4):
        figures = Story(seed, tmp_path).run(CYCLES_PER_STORY)
        total.survived_unanswered += figures.survived_unanswered
        total.lost_unanswered += figures.lost_unanswered
    assert total.survived_unanswered > 0
    assert total.lost_unanswered > 0


def test_a_story_is_its_seed(tmp_path: Path) -> None:
    once = Story(7, tmp_path).run(CYCLES_PER_STORY)
    again = Story(7, tmp_path).run(CYCLES_PER_STORY)
    other = Story(8, tmp_path).run(CYCLES_PER_STORY)
    assert once == again
    assert once != other


def after_a_failed_sync(folder: Path, seed: int, flaws: Flaws) -> None:
    """A sync fails, the process is killed, the next one works, and power fails."""
    story = Story(seed, folder, flaws=flaws)
    for ending in (Ending.SYNC_FAULT, Ending.CUT_AFTER_PUBLISH, Ending.STOP):
        story.cycle(Plan(ending, batches=2, call=0, checkpoint_pages=4_000))


def test_what_a_failed_sync_left_in_memory_is_not_built_upon(tmp_path: Path) -> None:
    for seed in range(20):
        after_a_failed_sync(tmp_path, seed, Flaws())


def test_what_a_failed_sync_left_in_memory_would_be_lost_if_it_were(tmp_path: Path) -> None:
    broken = 0
    for seed in range(20):
        try:
            after_a_failed_sync(tmp_path, seed, Flaws(skips_checkpoint_at_start=True))
        except SimulationFailed:
            broken += 1
    assert broken >= 3


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "flaws",
    [
        pytest.param(Flaws(disk_ignores_sync=True), id="a disk that ignores sync"),
        pytest.param(Flaws(synchronous=1), id="synchronous=NORMAL"),
        pytest.param(Flaws(synchronous=0), id="synchronous=OFF"),
        pytest.param(Flaws(publishes_before_commit=True), id="answers before the commit"),
        pytest.param(Flaws(splits_the_transaction=True), id="two transactions a batch"),
    ],
)
def test_what_is_built_wrong_is_found_out(tmp_path: Path, flaws: Flaws, seed: int) -> None:
    with pytest.raises(SimulationFailed, match=f"seed {seed}, cycle"):
        Story(seed, tmp_path, flaws=flaws).run(10 * CYCLES_PER_STORY)
