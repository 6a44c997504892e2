"""Officers decide within the deadlines of their transfers, whatever a working day is."""

from collections import Counter

import pytest

from api.calendars import of_short_days
from api.cli.demo.chance import chance
from api.cli.demo.officers import (
    CONFIRMATION_WORKING_DAYS,
    PACES,
    REASONS,
    decide,
    working_day_ns,
)
from registry.terms import SANDBOX
from registry.types import TimeNs

DRAWS = 4_000


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("window_s", [1.0, 30.0, 864_000.0])
def test_a_decision_comes_before_the_deadline(pace: str, window_s: float) -> None:
    drawn = chance(1, pace)
    for _ in range(DRAWS):
        decision = decide(drawn, PACES[pace], window_s=window_s)
        if decision is not None:
            assert 0 < decision.after_s <= 0.9 * window_s


@pytest.mark.parametrize(
    ("speed", "day_ns"),
    [(1, 86_400 * 10**9), (2, 43_200 * 10**9), (28_800, 3 * 10**9), (10**9, 10**8)],
)
def test_speed_divides_the_working_day(speed: float, day_ns: int) -> None:
    calendar = of_short_days("DEMO", day_ns=working_day_ns(speed))
    assert calendar.faults() == []
    assert calendar.day_ns == day_ns
    opened_ns = TimeNs(1_795_320_000 * 10**9 + 1)
    window_ns = calendar.after(opened_ns, CONFIRMATION_WORKING_DAYS) - opened_ns
    assert CONFIRMATION_WORKING_DAYS < window_ns / day_ns <= CONFIRMATION_WORKING_DAYS + 1
    assert SANDBOX.decide_days == CONFIRMATION_WORKING_DAYS


def test_the_same_draw_takes_the_same_share_of_any_time() -> None:
    slowly = decide(chance(1, "x"), PACES["usual"], window_s=864_000)
    quickly = decide(chance(1, "x"), PACES["usual"], window_s=30)
    assert slowly is not None
    assert quickly is not None
    assert slowly.after_s / 864_000 == pytest.approx(quickly.after_s / 30)


def test_the_fast_take_a_day_and_the_slow_nine() -> None:
    fast = [decide(chance(seed, "fast"), PACES["fast"], window_s=10.0) for seed in range(DRAWS)]
    slow = [decide(chance(seed, "slow"), PACES["slow"], window_s=10.0) for seed in range(DRAWS)]
    assert all(decision is not None and decision.after_s <= 1 for decision in fast)
    days = sorted(decision.after_s for decision in slow if decision is not None)
    assert 6 <= days[0] < 6.2
    assert 8.8 < days[-1] <= 9


def test_some_of_the_slow_ones_transfers_lapse_and_nobody_elses() -> None:
    for pace in PACES:
        drawn = chance(2, pace)
        late = sum(decide(drawn, PACES[pace], window_s=1.0) is None for _ in range(DRAWS))
        if pace == "slow":
            assert 0.03 * DRAWS < late < 0.07 * DRAWS
        else:
            assert late == 0


def test_three_to_five_percent_are_rejected_with_every_reason() -> None:
    drawn = chance(3, "rejections")
    reasons: Counter[str | None] = Counter()
    for _ in range(DRAWS):
        decision = decide(drawn, PACES["usual"], window_s=1.0)
        assert decision is not None
        reasons[decision.rejection_reason] += 1
    rejected = DRAWS - reasons.pop(None)
    assert 0.03 * DRAWS < rejected < 0.05 * DRAWS
    assert set(reasons) == set(REASONS)
