"""How often somebody may be asked what risk he can bear: the rule in days against the naive one."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exchange.questionnaire import (
    BANDS,
    SCORE_MAX,
    TESTS_PER_DAY_MAX,
    TESTS_PER_YEAR_MAX,
    level_of,
    next_test_on,
    of_last_year,
)
from registry.types import DayNumber
from tests.model.clients import a_year_after, may_be_tested, number

LEAP_DAY = date(2028, 2, 29)


def test_the_levels_are_five_and_every_score_has_one() -> None:
    for version, bands in BANDS.items():
        assert list(bands) == sorted(set(bands))
        levels = [level_of(score, version=version) for score in range(SCORE_MAX + 1)]
        assert levels == sorted(levels)
        assert set(levels) == {1, 2, 3, 4, 5}


@given(
    gaps=st.lists(st.sampled_from((0, 0, 1, 2, 29, 30, 31, 60, 364, 365, 366)), max_size=24),
    first=st.dates(date(2027, 1, 1), date(2028, 3, 2)),
    per_day=st.integers(1, TESTS_PER_DAY_MAX),
    per_year=st.integers(1, TESTS_PER_YEAR_MAX),
)
def test_the_next_test_is_on_the_first_day_on_which_it_may_be(
    gaps: list[int], first: date, per_day: int, per_year: int
) -> None:
    """Somebody comes again and again, and takes each test that the venue lets him; a pack may let
    fewer count."""
    today, taken = first, list[date]()
    for gap in gaps:
        today += timedelta(days=gap)
        days = tuple(DayNumber(number(day)) for day in taken)
        expected = today
        while not may_be_tested(taken, expected):
            expected += timedelta(days=1)
        kept = of_last_year(days, number(today))
        assert next_test_on(kept, number(today)) == number(expected)
        assert next_test_on(days, number(today)) == number(expected)
        later = today
        while not may_be_tested(taken, later, per_day=per_day, per_year=per_year):
            later += timedelta(days=1)
        found = next_test_on(days, number(today), per_day_max=per_day, per_year_max=per_year)
        assert found == number(later)
        if expected == today:
            taken.append(today)


@given(first=st.dates(date(2026, 1, 1), date(2033, 1, 1)))
def test_a_test_counts_until_its_date_comes_again(first: date) -> None:
    day, again = number(first), a_year_after(first)
    assert of_last_year((day,), number(again - timedelta(days=1))) == (day,)
    assert of_last_year((day,), number(again)) == ()


def test_a_leap_day_comes_again_on_the_28th() -> None:
    assert a_year_after(LEAP_DAY) == date(2029, 2, 28)
