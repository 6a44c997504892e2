"""How long a trust company takes, against counting by hand and by looking at each half hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.calendars import load
from registry.calendar import HOUR_NS, Calendar
from registry.transfer import TransferState, Who
from registry.turnaround import ESCALATED, Ended, Turnaround, turnaround
from registry.types import DayNumber, ProductId, TimeNs

CHINA: Final = timezone(timedelta(hours=8))
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
WORKING: Final = load("CN_WORKING")
EVERY_DAY: Final = load("EVERY_DAY")
PLAN, DAILY = ProductId(7), ProductId(8)
CALENDARS: Final = {PLAN: WORKING, DAILY: EVERY_DAY}
MINUTES_30_NS: Final = HOUR_NS // 2


def moment(text: str) -> TimeNs:
    """2026-10-10 16:00 in China."""
    at = datetime.fromisoformat(text).replace(tzinfo=CHINA) - EPOCH
    return TimeNs(at // timedelta(microseconds=1) * 1_000)


@pytest.mark.parametrize(
    ("submitted", "answered", "hours"),
    [
        ("2026-11-18 09:00", "2026-11-18 09:00", 0),
        ("2026-11-18 09:00", "2026-11-18 17:00", 8),  # a Wednesday
        ("2026-11-18 09:00", "2026-11-19 09:00", 24),
        ("2026-11-20 18:00", "2026-11-23 06:00", 12),  # from Friday to Monday
        ("2026-11-21 09:00", "2026-11-22 21:00", 0),  # within a weekend
        ("2026-09-30 12:00", "2026-10-08 12:00", 24),  # the golden week
        ("2026-10-09 12:00", "2026-10-12 12:00", 24),  # Saturday the 10th is worked: no turnaround
        ("2026-10-10 09:00", "2026-10-10 15:00", 0),
    ],
)
def test_what_counts_is_the_time_of_working_days(submitted: str, answered: str, hours: int) -> None:
    passed_ns = WORKING.turnaround_ns(from_ns=moment(submitted), until_ns=moment(answered))

    assert passed_ns == hours * HOUR_NS


def test_where_every_day_is_worked_all_time_counts() -> None:
    from_ns, until_ns = TimeNs(5), TimeNs(40 * 24 * HOUR_NS + 17)
    assert EVERY_DAY.turnaround_ns(from_ns=from_ns, until_ns=until_ns) == until_ns - from_ns


@given(
    st.integers(1, 127),
    st.dictionaries(st.integers(0, 30), st.booleans()),
    st.integers(-28, 28),
    st.integers(0, 600),
    st.integers(0, 600),
)
def test_the_time_is_that_of_its_half_hours(
    weekdays: int, known: dict[int, bool], zone: int, begins: int, lasts: int
) -> None:
    calendar = Calendar(
        calendar_id="TEST",
        zone_offset_ns=zone * MINUTES_30_NS,
        day_ns=24 * HOUR_NS,
        working_weekdays=weekdays,
        exceptions={DayNumber(day): known[day] for day in sorted(known)},
        covered_until=DayNumber(30),
    )
    counted = 0
    for half_hour in range(begins, begins + lasts):
        local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * (half_hour + zone))
        day = (local - EPOCH).days
        counted += bool(weekdays >> local.weekday() & 1) and known.get(day) is not False

    passed_ns = calendar.turnaround_ns(
        from_ns=TimeNs(begins * MINUTES_30_NS), until_ns=TimeNs((begins + lasts) * MINUTES_30_NS)
    )

    assert passed_ns == counted * MINUTES_30_NS


def test_no_answer_comes_before_the_question() -> None:
    with pytest.raises(AssertionError):
        WORKING.turnaround_ns(from_ns=TimeNs(2), until_ns=TimeNs(1))


def ended(
    state: str = "SETTLED",
    hours: int | None = 0,
    *,
    notices: int = 0,
    returns: int = 0,
    fault: Who | None = None,
    product_id: ProductId = PLAN,
    submitted: str = "2026-11-16 00:00",
) -> Ended:
    """A transfer answered after so many hours from a Monday on; None: never."""
    submitted_ns = moment(submitted)
    answered_ns = None if hours is None else TimeNs(submitted_ns + hours * HOUR_NS)
    return Ended(
        product_id=product_id,
        state=TransferState[state],
        fault=fault or Who(0),
        notices=notices,
        returns=returns,
        submitted_at_ns=submitted_ns,
        answered_at_ns=answered_ns,
    )


def test_answers_are_counted_by_what_they_were() -> None:
    figures = turnaround(
        [
            ended("SETTLED", 1),
            ended("REGISTERED", 2),
            ended("REVERSED", 3),
            ended("REJECTED", 4, returns=2),
            ended("SELLER_DEFAULT", 5),  # after it was confirmed
            ended("LAPSED", None),
            ended("LAPSED", None, notices=ESCALATED, returns=1),
            ended("LAPSED", None, returns=2, fault=Who.BUYER),  # who did not complete it
            ended("CANCELLED", None),  # nobody waited for an answer any more
        ],
        CALENDARS,
    )

    assert figures == Turnaround(
        confirmed=4,
        rejected=1,
        late=0,
        returned=3,
        lapsed=2,
        median_ns=3 * HOUR_NS,
        percentile_95_ns=5 * HOUR_NS,
    )


def test_late_is_what_was_answered_after_it_was_escalated() -> None:
    given_ = [ended(notices=notices) for notices in range(ESCALATED + 1)]
    figures = turnaround([*given_, ended("REJECTED", notices=ESCALATED)], CALENDARS)

    assert (figures.confirmed, figures.rejected, figures.late) == (4, 1, 2)


def test_each_time_is_by_the_calendar_of_its_product() -> None:
    weekend = "2026-11-21 00:00"
    for product_id, hours in ((PLAN, 0), (DAILY, 30)):
        figures = turnaround([ended(hours=30, product_id=product_id, submitted=weekend)], CALENDARS)
        assert figures.median_ns == figures.percentile_95_ns == hours * HOUR_NS


@pytest.mark.parametrize(
    ("count", "median", "percentile_95"),
    [(1, 1, 1), (2, 1, 2), (3, 2, 3), (20, 10, 19), (21, 11, 20)],
)
def test_the_95th_percentile_is_what_so_many_did_not_exceed(
    count: int, median: int, percentile_95: int
) -> None:
    times = [ended(hours=hours) for hours in range(count, 0, -1)]
    figures = turnaround(times, CALENDARS)

    assert (figures.median_ns, figures.percentile_95_ns) == (
        median * HOUR_NS,
        percentile_95 * HOUR_NS,
    )


def test_nothing_answered_has_no_time() -> None:
    nothing = Turnaround(0, 0, 0, 0, 0, None, None)
    assert turnaround([], CALENDARS) == nothing
    assert turnaround([ended("LAPSED", None)], CALENDARS) == nothing._replace(lapsed=1)
