"""Working days: which they are, and when so many of them have passed."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.calendars import day_number, load
from registry.calendar import DAY_NS, HOUR_NS, Calendar, day_of_date, months_after
from registry.types import DayNumber, TimeNs

CHINA: Final = timezone(timedelta(hours=8))
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
WORKING: Final = load("CN_WORKING")
EVERY_DAY: Final = load("EVERY_DAY")


def moment(text: str) -> TimeNs:
    """2026-10-10 16:00 in China."""
    at = datetime.fromisoformat(text).replace(tzinfo=CHINA) - EPOCH
    return TimeNs((at.days * 86_400 + at.seconds) * 1_000_000_000)


def calendar(
    *,
    weekdays: int = 0b0011111,
    exceptions: dict[DayNumber, bool] | None = None,
    zone_offset_ns: int = 0,
    day_ns: int = DAY_NS,
    covered_until: int = 10**6,
    calendar_id: str = "TEST",
) -> Calendar:
    return Calendar(
        calendar_id=calendar_id,
        zone_offset_ns=zone_offset_ns,
        day_ns=day_ns,
        working_weekdays=weekdays,
        exceptions={} if exceptions is None else exceptions,
        covered_until=DayNumber(covered_until),
    )


@pytest.mark.parametrize(
    ("begins", "working_days", "ends"),
    [
        ("2026-11-18 09:00", 1, "2026-11-20 00:00"),  # a Wednesday: Thursday is worked to its end
        ("2026-11-18 00:00", 1, "2026-11-20 00:00"),
        ("2026-11-18 23:59", 1, "2026-11-20 00:00"),
        ("2026-11-20 15:00", 1, "2026-11-24 00:00"),  # a Friday: Monday
        ("2026-11-20 15:00", 2, "2026-11-25 00:00"),
        ("2026-11-21 15:00", 1, "2026-11-24 00:00"),  # a Saturday: Monday
        ("2026-09-30 10:00", 2, "2026-10-10 00:00"),  # the golden week lies in between
        ("2026-09-30 10:00", 3, "2026-10-11 00:00"),  # and Saturday the 10th is worked for it
        ("2026-10-09 10:00", 2, "2026-10-13 00:00"),  # that Saturday, then Monday
        ("2026-09-18 10:00", 1, "2026-09-21 00:00"),  # a Friday: Sunday the 20th is worked
        ("2026-12-31 10:00", 1, "2027-01-02 00:00"),  # 2027 is not known: Friday is worked
        ("2027-09-30 10:00", 3, "2027-10-06 00:00"),  # nor is its golden week
    ],
)
def test_a_deadline_is_the_end_of_a_working_day(begins: str, working_days: int, ends: str) -> None:
    deadline_ns = WORKING.after(moment(begins), working_days)
    assert deadline_ns == moment(ends)
    assert WORKING.remaining(from_ns=moment(begins), until_ns=deadline_ns) == working_days


@pytest.mark.parametrize(
    ("begins", "days", "ends"),
    [
        ("2026-11-18 00:00", 1, "2026-11-20 00:00"),
        ("2026-11-18 23:59", 3, "2026-11-22 00:00"),  # a Saturday
        ("2026-09-30 10:00", 7, "2026-10-08 00:00"),  # all in the golden week
    ],
)
def test_calendar_days_are_counted_whether_they_are_worked_or_not(
    begins: str, days: int, ends: str
) -> None:
    assert WORKING.after_days(moment(begins), days) == moment(ends)


def naive_is_working(day: date) -> bool:
    """A weekday, and no exception of the State Council's lists."""
    exception = WORKING.exceptions.get(day_number(day.isoformat()))
    return day.weekday() < 5 if exception is None else exception


def test_every_deadline_of_ten_years_is_that_of_a_walk_from_day_to_day() -> None:
    day, end = date(2024, 1, 1), date(2034, 1, 1)
    while day < end:
        assert WORKING.is_working(day_number(day.isoformat())) == naive_is_working(day), day
        walked, worked = day, 0
        while worked < 10:
            walked += timedelta(days=1)
            worked += naive_is_working(walked)
            if naive_is_working(walked) and worked in {1, 3, 10}:
                begins = moment(f"{day} 11:30")
                assert WORKING.after(begins, worked) == moment(f"{walked + timedelta(days=1)}")
        day += timedelta(days=1)


def test_a_make_up_saturday_is_worked_and_a_holiday_is_not() -> None:
    assert WORKING.is_working(day_number("2026-10-10"))
    assert not WORKING.is_working(day_number("2026-10-17"))
    assert not WORKING.is_working(day_number("2026-10-01"))
    assert EVERY_DAY.is_working(day_number("2026-10-01"))


def test_a_day_begins_at_midnight_of_its_zone() -> None:
    assert WORKING.day_of(moment("2026-10-10 00:00")) == day_number("2026-10-10")
    assert WORKING.day_of(TimeNs(moment("2026-10-10 00:00") - 1)) == day_number("2026-10-09")
    assert calendar().day_of(TimeNs(-1)) == -1


def test_a_demo_has_days_of_seconds() -> None:
    demo = calendar(weekdays=0b1111111, day_ns=10_000_000_000)
    assert demo.after(TimeNs(1_000), 1) == 20_000_000_000
    assert demo.after(TimeNs(9_999_999_999), 10) == 110_000_000_000


def test_a_deadline_needs_a_day_at_least() -> None:
    with pytest.raises(AssertionError):
        WORKING.after(moment("2026-11-18 09:00"), 0)


calendars = st.builds(
    calendar,
    weekdays=st.integers(1, 127),
    zone_offset_ns=st.integers(-14, 14).map(lambda hours: hours * HOUR_NS),
    day_ns=st.sampled_from((DAY_NS, HOUR_NS, 10_000_000_000)),
    exceptions=st.dictionaries(st.integers(0, 60).map(DayNumber), st.booleans()).map(
        lambda known: dict(sorted(known.items()))
    ),
)


@given(calendars, st.integers(0, 40 * DAY_NS).map(TimeNs), st.integers(1, 15))
def test_what_is_left_of_a_new_deadline_is_all_of_it(
    given_calendar: Calendar, at_ns: TimeNs, working_days: int
) -> None:
    assert given_calendar.faults() == []
    until_ns = given_calendar.after(at_ns, working_days)
    assert until_ns > at_ns
    assert given_calendar.remaining(from_ns=at_ns, until_ns=until_ns) == working_days
    assert given_calendar.remaining(from_ns=until_ns, until_ns=at_ns) == 0
    almost = TimeNs(until_ns - 1)
    assert given_calendar.remaining(from_ns=at_ns, until_ns=almost) == working_days - 1


@given(
    calendars,
    st.integers(0, 40 * DAY_NS).map(TimeNs),
    st.integers(1, 15),
    st.lists(st.integers(0, 3 * DAY_NS), max_size=5),
)
def test_a_pause_keeps_the_working_days_and_gives_none_away(
    given_calendar: Calendar, at_ns: TimeNs, working_days: int, pauses: list[int]
) -> None:
    # Paused, and resumed after so long: what was left is left, a working day at least.
    until_ns, left = given_calendar.after(at_ns, working_days), working_days
    for pause_ns in pauses:
        left = max(1, given_calendar.remaining(from_ns=at_ns, until_ns=until_ns))
        at_ns = TimeNs(at_ns + pause_ns)
        until_ns = given_calendar.after(at_ns, left)
    assert left == working_days
    assert given_calendar.remaining(from_ns=at_ns, until_ns=until_ns) == working_days


@pytest.mark.parametrize(
    ("at", "working_days", "begins"),
    [
        ("2026-11-18 09:00", 0, "2026-11-18 00:00"),
        ("2026-11-18 09:00", 1, "2026-11-17 00:00"),
        ("2026-11-23 00:00", 1, "2026-11-20 00:00"),  # a Monday: Friday
        ("2026-11-22 10:00", 0, "2026-11-22 00:00"),
        ("2026-10-10 10:00", 3, "2026-09-30 00:00"),  # the golden week lies in between
    ],
)
def test_so_many_working_days_before(at: str, working_days: int, begins: str) -> None:
    assert WORKING.start_before(moment(at), working_days) == moment(begins)


@given(calendars, st.integers(20 * DAY_NS, 40 * DAY_NS).map(TimeNs), st.integers(1, 15))
def test_a_working_day_begins_a_day_before_it_ends(
    given_calendar: Calendar, at_ns: TimeNs, working_days: int
) -> None:
    begins_ns = given_calendar.start_after(at_ns, working_days)
    assert given_calendar.is_working(given_calendar.day_of(begins_ns))
    assert given_calendar.after(at_ns, working_days) == begins_ns + given_calendar.day_ns
    today_ns = given_calendar.start_before(begins_ns, 0)
    assert today_ns == begins_ns
    assert given_calendar.minute_of(begins_ns) == 0
    last = given_calendar.minute_of(TimeNs(begins_ns - 1))
    assert last == (given_calendar.day_ns - 1) * 1_440 // given_calendar.day_ns


@given(st.dates())
def test_the_day_of_a_date_is_the_gregorian_calendars(day: date) -> None:
    assert day_of_date(day.isoformat()) == (day - EPOCH.date()).days


def test_a_day_that_its_month_lacks_counts_on() -> None:
    assert day_of_date("2027-02-31") == day_of_date("2027-03-03")


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (calendar(calendar_id=""), "calendar_id is too short or too long"),
        (calendar(calendar_id="X" * 33), "calendar_id is too short or too long"),
        (calendar(zone_offset_ns=14 * HOUR_NS + 1), "zone_offset_ns is more than 14 hours"),
        (calendar(zone_offset_ns=-14 * HOUR_NS - 1), "zone_offset_ns is more than 14 hours"),
        (calendar(day_ns=0), "day_ns is not above 0 or more than a day"),
        (calendar(day_ns=DAY_NS + 1), "day_ns is not above 0 or more than a day"),
        (calendar(weekdays=0), "no weekday is worked, or there are more than seven"),
        (calendar(weekdays=128), "no weekday is worked, or there are more than seven"),
        (
            calendar(exceptions={DayNumber(day): True for day in range(2_001)}),
            "there are too many exceptions",
        ),
        (
            calendar(exceptions={DayNumber(2): True, DayNumber(1): False}),
            "exceptions are not in the order of days",
        ),
        (
            calendar(exceptions={DayNumber(8): True}, covered_until=7),
            "an exception is past covered_until",
        ),
    ],
)
def test_a_calendar_that_cannot_be_used_says_why(broken: Calendar, fault: str) -> None:
    assert broken.faults() == [fault]


@given(day=st.dates(date(1900, 1, 1), date(2400, 12, 31)), months=st.integers(0, 500))
def test_the_same_date_comes_again_or_the_last_of_its_month(day: date, months: int) -> None:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    expected = date(year, month, min(day.day, monthrange(year, month)[1]))
    start = DayNumber((day - date(1970, 1, 1)).days)
    assert months_after(start, months) == (expected - date(1970, 1, 1)).days
