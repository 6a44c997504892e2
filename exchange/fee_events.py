"""The event about what a settled transfer costs from a day on."""

from exchange.event import Event
from exchange.fee_state import DatedFees


class FeeScheduleSet(Event, frozen=True, kw_only=True, tag=9431):
    """Matches from its day on are charged by this schedule; an order that came before pays the
    lower of it and what it was shown."""

    fees: DatedFees
