"""What has happened to the calendars of the venue. Tags are kind × 10 + version."""

from typing import TypeAlias

from exchange.event import Event
from registry.calendar import DayChange
from registry.types import DayNumber


class CalendarAmended(Event, frozen=True, kw_only=True, tag=7451):
    """These days are other ones now, and what follows from them is reckoned anew: deadlines of
    transfers are told by TransferAdvanced, of auctions by AuctionScheduled."""

    calendar_id: str
    days: tuple[DayChange, ...]
    covered_until: DayNumber


CalendarEvent: TypeAlias = CalendarAmended
