"""Which days are working days, and when so many of them will have passed.

A calendar is data: the weekdays that are worked, the exceptions (holidays, and make-up days on a
weekend), and how far the exceptions are known; past that, weekdays alone decide. A day has the
length that the calendar says, so that a demo's may last seconds.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import msgspec

from registry.types import DayNumber, TimeNs

WEEKDAYS: Final = 7
THURSDAY: Final = 3  # 1970-01-01 was one; Monday is 0
HOUR_NS: Final = 3_600_000_000_000
DAY_HOURS: Final = 24
DAY_NS: Final = DAY_HOURS * HOUR_NS
SHANGHAI_OFFSET_NS: Final = 8 * HOUR_NS
"""Of Asia/Shanghai, ahead of UTC: a plan's dates, a lot's and a document's are days there."""
MINUTES: Final = 1_440
"""Of a day, whatever its length."""
MONTHS: Final = 12
DAYS_IN_400_YEARS: Final = 146_097
DAYS_BEFORE_1970: Final = 719_468  # from 1 March of the year 0
ZONE_OFFSET_MAX_NS: Final = 14 * HOUR_NS
CALENDAR_ID_LETTERS_MAX: Final = 32
EXCEPTIONS_MAX: Final = 2_000
"""At some thirty a year enough for six decades."""
DATES_KEPT_MAX: Final = 4_096
"""A decade of days, each so many months later."""


class DayChange(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """What an amended calendar says of one day."""

    day: DayNumber
    is_worked: bool | None
    """None: its weekday decides."""


class Calendar(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """A calendar of working days. One whose `faults` are none always has a next working day."""

    calendar_id: str
    zone_offset_ns: int
    """How far its clocks are ahead of UTC."""
    day_ns: int
    working_weekdays: int
    """Bit 0 is Monday, bit 6 Sunday."""
    exceptions: dict[DayNumber, bool]
    """Whether the day is worked, where its weekday does not say so."""
    covered_until: DayNumber
    """The last day for which the exceptions are known."""

    def day_of(self, at_ns: TimeNs) -> DayNumber:
        """The day of a moment. Cost: O(1)."""
        return DayNumber((at_ns + self.zone_offset_ns) // self.day_ns)

    def is_working(self, day: DayNumber) -> bool:
        """Whether the day is a working day. Cost: O(1)."""
        worked = self.exceptions.get(day)
        if worked is None:
            return bool(self.working_weekdays >> (day + THURSDAY) % WEEKDAYS & 1)
        return worked

    def is_trading(self, day: DayNumber) -> bool:
        """Whether there is trade on the day: a working day, but none that is worked for a holiday.
        Cost: O(1). Source: domain D, calendars."""
        usual = self.working_weekdays >> (day + THURSDAY) % WEEKDAYS & 1
        return bool(usual) and self.exceptions.get(day, True)

    def amended(
        self, changes: Iterable[DayChange], *, covered_until: DayNumber | None
    ) -> "Calendar":
        """The calendar with these days changed.

        Args:
            covered_until: None: as before.

        Cost: O(exceptions). The caller asks it for its `faults`.
        """
        known = dict(self.exceptions)
        for change in changes:
            known.pop(change.day, None)
            if change.is_worked is not None:
                known[change.day] = change.is_worked
        return msgspec.structs.replace(
            self,
            exceptions={day: known[day] for day in sorted(known)},
            covered_until=self.covered_until if covered_until is None else covered_until,
        )

    def moment(self, day: DayNumber, minute: int) -> TimeNs:
        """When so many 1440ths of the day have passed, to the nanosecond above. Cost: O(1)."""
        return TimeNs(day * self.day_ns - self.zone_offset_ns - -minute * self.day_ns // MINUTES)

    def day_after_trading(self, day: DayNumber, trading_days: int) -> DayNumber:
        """The first day that has so many trading days between itself and `day`. Cost: O(days in
        between)."""
        while trading_days:
            day = DayNumber(day + 1)
            trading_days -= self.is_trading(day)
        return DayNumber(day + 1)

    def after(self, at_ns: TimeNs, working_days: int) -> TimeNs:
        """The end of the so-manieth working day after the day of `at_ns`.

        The end of a day is the first moment of the next one: until then it is in time. Cost:
        O(days in between).
        """
        assert working_days >= 1, working_days
        day = self.day_of(at_ns)
        while working_days:
            day = DayNumber(day + 1)
            working_days -= self.is_working(day)
        return TimeNs((day + 1) * self.day_ns - self.zone_offset_ns)

    def after_days(self, at_ns: TimeNs, days: int) -> TimeNs:
        """The end of the so-manieth day after the day of `at_ns`, worked or not. Cost: O(1)."""
        return TimeNs((self.day_of(at_ns) + days + 1) * self.day_ns - self.zone_offset_ns)

    def start_after(self, at_ns: TimeNs, working_days: int) -> TimeNs:
        """The first moment of the so-manieth working day after the day of `at_ns`. Cost: O(days in
        between)."""
        return TimeNs(self.after(at_ns, working_days) - self.day_ns)

    def start_before(self, at_ns: TimeNs, working_days: int) -> TimeNs:
        """The first moment of the so-manieth working day before the day of `at_ns`; 0: of that day.
        Cost: O(days in between)."""
        assert working_days >= 0, working_days
        day = self.day_of(at_ns)
        while working_days:
            day = DayNumber(day - 1)
            working_days -= self.is_working(day)
        return TimeNs(day * self.day_ns - self.zone_offset_ns)

    def minute_of(self, at_ns: TimeNs) -> int:
        """How much of its day has passed, in 1440ths of it. Cost: O(1)."""
        return (at_ns + self.zone_offset_ns) % self.day_ns * MINUTES // self.day_ns

    def remaining(self, *, from_ns: TimeNs, until_ns: TimeNs) -> int:
        """How many working days after the day of `from_ns` have ended by `until_ns`, 0 or more.

        What is left of a deadline: that of `after(at_ns, n)` is n at `at_ns`. Cost: O(days in
        between).
        """
        first, last = self.day_of(from_ns) + 1, self.day_of(until_ns)
        return sum(self.is_working(DayNumber(day)) for day in range(first, last))

    def turnaround_ns(self, *, from_ns: TimeNs, until_ns: TimeNs) -> int:
        """How much of the time in between lies on working days, those left out that are worked
        for a holiday: they count for deadlines alone. Cost: O(days in between).

        Source: domain D, calendars.
        """
        assert from_ns <= until_ns, (from_ns, until_ns)
        passed_ns = 0
        for day in range(self.day_of(from_ns), self.day_of(until_ns) + 1):
            if self.is_trading(DayNumber(day)):
                begins_ns = day * self.day_ns - self.zone_offset_ns
                passed_ns += min(until_ns, begins_ns + self.day_ns) - max(from_ns, begins_ns)
        return passed_ns

    def faults(self) -> list[str]:
        """What is wrong with it, in words; nothing where it can be used."""
        known = self.exceptions
        rules = {
            "calendar_id is too short or too long": not (
                1 <= len(self.calendar_id) <= CALENDAR_ID_LETTERS_MAX
            ),
            "zone_offset_ns is more than 14 hours": abs(self.zone_offset_ns) > ZONE_OFFSET_MAX_NS,
            "day_ns is not above 0 or more than a day": not 0 < self.day_ns <= DAY_NS,
            "no weekday is worked, or there are more than seven": not (
                0 < self.working_weekdays < 1 << WEEKDAYS
            ),
            "there are too many exceptions": len(known) > EXCEPTIONS_MAX,
            "exceptions are not in the order of days": list(known) != sorted(known),
            "an exception is past covered_until": max(known, default=self.covered_until)
            > self.covered_until,
        }
        return [fault for fault, broken in rules.items() if broken]


def day_of_date(date: str) -> DayNumber:
    """The day of a date like 2026-10-10, by the Gregorian calendar; a day that its month lacks
    counts on into the next one. Cost: O(1)."""
    year, month, day = map(int, date.split("-"))
    return _day_of(year, month=month, day=day)


@lru_cache(maxsize=DATES_KEPT_MAX)
def months_after(day: DayNumber, months: int) -> DayNumber:
    """The same date so many months later, or the last of a month that lacks it. Cost: O(1); next to
    nothing of a date that was asked for lately, as rules ask for the same ones again and again."""
    year, month, of_month = _date_of(day)
    years, month = divmod(year * MONTHS + month - 1 + months, MONTHS)
    first = _day_of(years, month=month + 1, day=1)
    following, next_month = divmod(years * MONTHS + month + 1, MONTHS)
    days = _day_of(following, month=next_month + 1, day=1) - first
    return DayNumber(first + min(of_month, days) - 1)


def day_in_shanghai(at_ns: TimeNs) -> DayNumber:
    """The day in Asia/Shanghai. Cost: O(1)."""
    return DayNumber((at_ns + SHANGHAI_OFFSET_NS) // DAY_NS)


def start_in_shanghai(day: DayNumber) -> TimeNs:
    """When a day in Asia/Shanghai begins. Cost: O(1)."""
    return TimeNs(day * DAY_NS - SHANGHAI_OFFSET_NS)


def _day_of(year: int, *, month: int, day: int) -> DayNumber:
    # Counted from 1 March of the year 0, so that a leap day is the last of its year.
    since_march = (month - 3) % MONTHS
    years = year - (month < 3)
    leap_days = years // 4 - years // 100 + years // 400
    days = 365 * years + leap_days + (153 * since_march + 2) // 5 + day - 1
    return DayNumber(days - DAYS_BEFORE_1970)


def _date_of(day: DayNumber) -> tuple[int, int, int]:
    """Year, month and day of the month. The length of the mean year gives the year, counted from
    March, or the one before it."""
    since_0 = day + DAYS_BEFORE_1970
    year = since_0 * 400 // DAYS_IN_400_YEARS
    while since_0 >= _day_of(year + 1, month=3, day=1) + DAYS_BEFORE_1970:
        year += 1
    of_year = day - _day_of(year, month=3, day=1)
    since_march = (5 * of_year + 2) // 153
    month = (since_march + 2) % MONTHS + 1
    return year + (month < 3), month, of_year - (153 * since_march + 2) // 5 + 1
