"""What the state knows of its calendars beside their days: what an amendment has still to move, and
of whose end the operator was warned."""

from collections import deque
from collections.abc import Mapping

import msgspec

from exchange.commands import CreateProduct
from exchange.rules_state import AT_ONCE
from registry.calendar import Calendar
from registry.calendar_change import CalendarChange
from registry.clocks import Clocks
from registry.types import TimeNs, TransferId


class CalendarImage(msgspec.Struct, frozen=True, array_like=True):
    """Calendars as a snapshot keeps them."""

    calendars: list[Calendar]
    before: Calendar | None
    amended_at_ns: TimeNs
    waiting: list[TransferId]
    warned: list[str]


class CalendarState:
    """Transfers that wait for their deadlines to be set anew, and the warnings given."""

    __slots__ = ("change", "touched", "waiting", "warned")

    def __init__(self) -> None:
        self.change: CalendarChange | None = None
        """The last amendment; forgotten by a snapshot when no transfer waits for it."""
        self.waiting: deque[TransferId] = deque()
        """The transfers whose deadlines it has yet to move, before anything else happens."""
        self.warned: set[str] = set()
        """Calendars whose end the operator was warned of, since it was last put off."""
        self.touched: dict[str, Calendar] = {}

    def next_due_ns(self) -> TimeNs | None:
        """When the deadline of a transfer is to be set anew. Cost: O(1)."""
        return AT_ONCE if self.waiting else None

    def image(self, calendars: Mapping[str, Calendar]) -> CalendarImage:
        """For a snapshot."""
        change = self.change if self.waiting else None
        return CalendarImage(
            calendars=[calendars[calendar_id] for calendar_id in sorted(calendars)],
            before=None if change is None else change.before,
            amended_at_ns=TimeNs(0) if change is None else change.at_ns,
            waiting=list(self.waiting),
            warned=sorted(self.warned),
        )

    def restore(self, image: CalendarImage) -> dict[str, Calendar]:
        """Take what a snapshot has kept. Returns: the calendars."""
        calendars = {calendar.calendar_id: calendar for calendar in image.calendars}
        if image.before is not None:
            after = calendars[image.before.calendar_id]
            self.change = CalendarChange(image.before, after, image.amended_at_ns)
        self.waiting.extend(image.waiting)
        self.warned.update(image.warned)
        return calendars


def clocks_of(terms: CreateProduct, calendars: Mapping[str, Calendar]) -> Clocks:
    """The clocks of a product's transfers, by the calendar that it names. Cost: O(its days before
    maturity)."""
    own = terms.transfer_terms
    return Clocks(own, calendars[own.calendar_id], maturity_date=terms.maturity_date)
