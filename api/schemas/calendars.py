"""Calendars on the wire."""

from typing import Annotated, Any, Final

from pydantic import Field

from api.schemas.base import Answer, Body
from api.schemas.decimals import Day, format_day
from api.schemas.evidence import DayText
from exchange.limits import CALENDAR_DAYS_CHANGED_MAX, CALENDAR_WARNING_DAYS
from registry.calendar import WEEKDAYS
from registry.calendar import Calendar as Row
from registry.types import DayNumber

FAR: Final = DayNumber(2_932_896)
"""9999-12-31: a calendar that is covered until then or later has no list to run out."""
ENDS_SOON: Final = (
    f"Fewer than {CALENDAR_WARNING_DAYS} days are left of it: the operator is to amend the list."
)


class DayChangeBody(Body):
    """What is so of one day from now on."""

    day: DayText
    worked: Annotated[bool | None, Field(description="Null: its weekday decides.")]


class AmendCalendarBody(Body):
    """Days to come that are other than was known, or how far days are known."""

    days: Annotated[
        list[DayChangeBody],
        Field(
            max_length=CALENDAR_DAYS_CHANGED_MAX,
            description="From tomorrow on, each once, in their order.",
            default_factory=list,
        ),
    ]
    covered_until: Annotated[
        DayText | None,
        Field(description="Never an earlier day than before; null: as before."),
    ] = None


class CalendarSummary(Answer):
    """Which days are worked, traded, or open at the bank, as products and the venue name it."""

    calendar_id: str
    working_weekdays: Annotated[list[int], Field(description="Monday is 1, Sunday 7.")]
    covered_until: Annotated[
        Day | None,
        Field(description="Past it weekdays alone decide; null: nothing else ever does."),
    ]
    ends_soon: Annotated[bool, Field(description=ENDS_SOON)]


class Calendars(Answer):
    """All calendars of the venue, by their names: there are few."""

    items: list[CalendarSummary]


class CalendarDay(Answer):
    """A day that its weekday says otherwise of."""

    day: Day
    worked: bool
    traded: Annotated[
        bool, Field(description="A day off that is worked for a holiday has no trade.")
    ]


class Calendar(CalendarSummary):
    """A calendar with its exceptions."""

    days: list[CalendarDay]


def summary_of(row: Row, *, ends_soon: bool) -> CalendarSummary:
    """A calendar without its exceptions."""
    return CalendarSummary(**_summary(row, ends_soon=ends_soon))


def calendar_of(row: Row, *, ends_soon: bool) -> Calendar:
    """A calendar as it is."""
    days = [
        CalendarDay(day=format_day(day), worked=worked, traded=row.is_trading(day))
        for day, worked in row.exceptions.items()
    ]
    return Calendar(**_summary(row, ends_soon=ends_soon), days=days)


def _summary(row: Row, *, ends_soon: bool) -> dict[str, Any]:
    worked = [number + 1 for number in range(WEEKDAYS) if row.working_weekdays >> number & 1]
    return {
        "calendar_id": row.calendar_id,
        "working_weekdays": worked,
        "covered_until": None if row.covered_until >= FAR else format_day(row.covered_until),
        "ends_soon": ends_soon,
    }
