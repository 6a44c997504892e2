"""The operator amends the calendars of the venue. Tags are kind × 10 + version."""

from typing import TypeAlias

from exchange.command import Command
from registry.calendar import DayChange
from registry.types import DayNumber


class AmendCalendar(Command, frozen=True, kw_only=True, tag=7451):
    """Say of days to come whether they are worked, or how far that is known. By the operator."""

    calendar_id: str
    days: tuple[DayChange, ...]
    """From tomorrow on, each once, in their order."""
    covered_until: DayNumber | None
    """The last day for which the exceptions are known, never an earlier one than before; None: as
    before."""


CalendarCommand: TypeAlias = AmendCalendar
