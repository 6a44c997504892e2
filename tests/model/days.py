"""Working days, walked one by one."""

from __future__ import annotations

from datetime import date

from registry.calendar import Calendar
from registry.types import TimeNs

DAY_NS = 24 * 60 * 60 * 10**9


def works(calendar: Calendar, day: int) -> bool:
    """Whether the day, counted from Thursday 1970-01-01, is worked."""
    for known, worked in calendar.exceptions.items():
        if known == day:
            return worked
    weekday = (3 + day) % 7  # Monday is 0
    return f"{calendar.working_weekdays:07b}"[6 - weekday] == "1"


def day(calendar: Calendar, at_ns: int) -> int:
    """In which day of the calendar the moment lies."""
    return (at_ns + calendar.zone_offset_ns) // calendar.day_ns


def start_of(calendar: Calendar, number: int) -> TimeNs:
    """The first moment of a day."""
    return TimeNs(number * calendar.day_ns - calendar.zone_offset_ns)


def working_day_after(calendar: Calendar, at_ns: int, count: int) -> int:
    """The so-manieth working day after today."""
    found: list[int] = []
    number = day(calendar, at_ns)
    while len(found) < count:
        number += 1
        if works(calendar, number):
            found.append(number)
    return found[-1]


def end_after(calendar: Calendar, at_ns: int, count: int) -> TimeNs:
    """When the so-manieth working day after today is over."""
    return start_of(calendar, working_day_after(calendar, at_ns, count) + 1)


def end_of_days(calendar: Calendar, at_ns: int, count: int) -> TimeNs:
    """When the so-manieth day after today is over, worked or not."""
    return start_of(calendar, day(calendar, at_ns) + count + 1)


def days_left(calendar: Calendar, at_ns: int, ends_ns: int) -> int:
    """How many working days after today are over when the deadline is; never less than none."""
    first, last = day(calendar, at_ns) + 1, day(calendar, ends_ns) - 1
    return len([number for number in range(first, last + 1) if works(calendar, number)])


def matures_ns(calendar: Calendar, maturity_date: str | None, days_before: int) -> TimeNs | None:
    """The beginning of the day, so many working days before the plan's maturity in Shanghai."""
    if maturity_date is None:
        return None
    since_1970 = date.fromisoformat(maturity_date) - date(1970, 1, 1)
    number = day(calendar, since_1970.days * DAY_NS - DAY_NS // 3)
    while days_before > 0:
        number -= 1
        days_before -= works(calendar, number)
    return start_of(calendar, number)


def settles_ns(calendar: Calendar, cut_off_minute: int | None, at_ns: int) -> TimeNs | None:
    """When what is confirmed now settles, if not at once: on the next working day."""
    today = day(calendar, at_ns)
    passed_ns = at_ns - start_of(calendar, today)
    if cut_off_minute is None:
        return None
    if works(calendar, today) and passed_ns * 1440 < cut_off_minute * calendar.day_ns:
        return None
    return start_of(calendar, working_day_after(calendar, at_ns, 1))
