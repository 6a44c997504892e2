"""The calendars that a venue opens with, from the CSV files beside this one.

Each line is `kind,value,note`. `zone` is what the clocks are ahead of UTC, `weekdays` the worked
ones, Monday 1 to Sunday 7; `off` and `on` are the exceptions, `covered_until` says how far they are
known; `days_of` takes the weekdays and exceptions of another calendar; `source` says where it is
from. The operator amends a calendar when the next year's list is out.
"""

import csv
from datetime import date, time
from importlib.resources import files
from typing import Final

from registry.calendar import DAY_NS, HOUR_NS, Calendar
from registry.types import DayNumber

SEEDS: Final = ("EVERY_DAY", "CN_WORKING", "CN_BANK")
BANK_DAYS: Final = "CN_BANK"
"""The calendar by which money leaves and arrives."""
EPOCH: Final = date(1970, 1, 1)
EVERY_WEEKDAY: Final = 0b1111111
NEVER: Final = DayNumber(2**53)
"""No exception that is not known yet can come."""


def load(calendar_id: str) -> Calendar:
    """The calendar of this name, one of SEEDS.

    Raises:
        ValueError: a line of its file is malformed.
    """
    zone_offset_ns, working_weekdays, covered_until = 0, 0, DayNumber(0)
    exceptions: dict[DayNumber, bool] = {}
    text = files(__name__).joinpath(f"{calendar_id}.csv").read_text(encoding="utf-8")
    for kind, value, _note in csv.reader(text.splitlines()[1:]):
        match kind:
            case "zone":
                ahead = time.fromisoformat(value)
                zone_offset_ns = ahead.hour * HOUR_NS + ahead.minute * HOUR_NS // 60
            case "weekdays":
                working_weekdays = sum(1 << int(weekday) - 1 for weekday in value.split())
            case "covered_until":
                covered_until = day_number(value)
            case "off" | "on":
                exceptions[day_number(value)] = kind == "on"
            case "days_of":
                other = load(value)
                working_weekdays, covered_until = other.working_weekdays, other.covered_until
                exceptions = other.exceptions
            case "source":
                pass
            case _:
                raise ValueError(f"{calendar_id}.csv: {kind}")
    return Calendar(
        calendar_id=calendar_id,
        zone_offset_ns=zone_offset_ns,
        day_ns=DAY_NS,
        working_weekdays=working_weekdays,
        exceptions=exceptions,
        covered_until=covered_until,
    )


def of_short_days(calendar_id: str, *, day_ns: int) -> Calendar:
    """A calendar for a venue whose time runs fast: every day is worked, and as long as is said."""
    return Calendar(
        calendar_id=calendar_id,
        zone_offset_ns=0,
        day_ns=day_ns,
        working_weekdays=EVERY_WEEKDAY,
        exceptions={},
        covered_until=NEVER,
    )


def day_number(day: str) -> DayNumber:
    """The day of a date like 2026-10-10.

    Raises:
        ValueError: it is no date.
    """
    return DayNumber((date.fromisoformat(day) - EPOCH).days)
