"""The questionnaire of what risk a client can bear: which score is which level, and how often he
may answer it.

The questions and their points are the edge's (api/questionnaires); the bands of each version stay
here for ever, because a replay judges by those of its time.
Source: domain D1, SUI-01 and SUI-02.
"""

from collections.abc import Mapping
from typing import Final

from registry.calendar import months_after
from registry.types import DayNumber

BANDS: Final[Mapping[int, tuple[int, ...]]] = {1: (0, 20, 40, 60, 80)}
"""Of each version, the least score of C1, C2, C3, C4 and C5."""
SCORE_MAX: Final = 100
VALID_MONTHS: Final = 12
TESTS_PER_DAY_MAX: Final = 2
TESTS_PER_YEAR_MAX: Final = 8
YEAR_MONTHS: Final = 12


def level_of(score: int, *, version: int) -> int:
    """C1 to C5 as 1 to 5. Cost: O(1)."""
    assert 0 <= score <= SCORE_MAX, score
    return sum(score >= least for least in BANDS[version])


def of_last_year(tests: tuple[DayNumber, ...], today: DayNumber) -> tuple[DayNumber, ...]:
    """The days of those tests that count today: each does until its date comes again. Cost:
    O(tests)."""
    return tuple(day for day in tests if months_after(day, YEAR_MONTHS) > today)


def next_test_on(
    tests: tuple[DayNumber, ...],
    today: DayNumber,
    *,
    per_day_max: int = TESTS_PER_DAY_MAX,
    per_year_max: int = TESTS_PER_YEAR_MAX,
) -> DayNumber:
    """The first day from today on which one more test may be taken. Cost: O(tests).

    Args:
        tests: the days of those that were taken, none after today, oldest first.
        per_day_max, per_year_max: that count, the new one included.
    """
    day = today
    counted = of_last_year(tests, day)
    if len(counted) >= per_year_max:
        day = months_after(counted[-per_year_max], YEAR_MONTHS)
    if tests.count(day) >= per_day_max:
        day = DayNumber(day + 1)
    return day
