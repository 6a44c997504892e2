"""Calendars and terms under which a test's transfers lapse when the test says."""

from typing import Final

import msgspec

from registry.calendar import Calendar
from registry.terms import SANDBOX, TransferTerms
from registry.types import DayNumber

EVERY_WEEKDAY: Final = 0b1111111


def calendar(calendar_id: str, *, day_ns: int, a_day_begins_ns: int = 0) -> Calendar:
    """Days of any length, all of them worked, one of which begins at the given moment."""
    return Calendar(
        calendar_id=calendar_id,
        zone_offset_ns=-a_day_begins_ns % day_ns,
        day_ns=day_ns,
        working_weekdays=EVERY_WEEKDAY,
        exceptions={},
        covered_until=DayNumber(2**53),
    )


def decides_in(calendar_id: str, days: int) -> TransferTerms:
    """Terms on which a transfer lapses after so many working days, and nobody is reminded."""
    return msgspec.structs.replace(
        SANDBOX,
        calendar_id=calendar_id,
        acknowledge_days=days,
        remind_days=days,
        escalate_days=days,
        decide_days=days,
    )
