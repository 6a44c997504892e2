"""What an amended calendar does to deadlines that were set by the calendar before it.

A deadline moves so that as many working days lie before it as did: it is what it would be if the
calendar had said so from the beginning. What is counted in hours, minutes or calendar days stays
(a cooling-off, a claim, pre-emption). Days counted already, today included, never change, so
neither does a deadline that today ends.
"""

from typing import NamedTuple

from registry.calendar import Calendar
from registry.transfer import EITHER, Transfer, TransferState
from registry.types import DayNumber, TimeNs


class Ends(NamedTuple):
    """The moments of a transfer that follow from a calendar."""

    mature_ns: TimeNs | None
    due_ns: TimeNs | None
    decision_ns: TimeNs | None
    notice_ns: TimeNs | None
    overlay_ns: TimeNs | None
    rescind_until_ns: TimeNs | None
    registration_due_ns: TimeNs | None


class CalendarChange(NamedTuple):
    """A calendar before and after it was amended."""

    before: Calendar
    after: Calendar
    at_ns: TimeNs
    """When; both say the same of every day until then."""

    def moved_end(self, ends_ns: TimeNs) -> TimeNs:
        """The end of a day, for as many working days from now on. Cost: O(days)."""
        days = self.before.remaining(from_ns=self.at_ns, until_ns=ends_ns)
        return ends_ns if days == 0 else self.after.after(self.at_ns, days)

    def moved_start(self, starts_ns: TimeNs) -> TimeNs:
        """Likewise the first moment of a working day; where a pause has left another moment, as an
        end. Cost: O(days)."""
        day_ns = self.before.day_ns
        if self.before.is_working(self.before.day_of(starts_ns)):
            return TimeNs(self.moved_end(TimeNs(starts_ns + day_ns)) - day_ns)
        return self.moved_end(starts_ns)

    def tomorrow_ns(self) -> TimeNs:
        """The first moment of the day after. Cost: O(1)."""
        tomorrow = DayNumber(self.before.day_of(self.at_ns) + 1)
        return self.before.moment(tomorrow, 0)


def ends_of(transfer: Transfer) -> Ends:
    """The transfer's moments as they are. Cost: O(1)."""
    return Ends(*(getattr(transfer, name) for name in Ends._fields))


def set_ends(transfer: Transfer, ends: Ends) -> None:
    """Give the transfer these moments. Cost: O(1)."""
    for name, ends_ns in zip(Ends._fields, ends, strict=True):
        setattr(transfer, name, ends_ns)


def moved_ends(transfer: Transfer, change: CalendarChange, *, mature_ns: TimeNs | None) -> Ends:
    """The transfer's moments by the amended calendar. What is paused is moved likewise: the days
    that it keeps are counted when it goes on. Cost: O(days until they end).

    Args:
        mature_ns: by the amended calendar. It ends no transfer on the day of the amendment.
    """

    def end(ends_ns: TimeNs | None) -> TimeNs | None:
        return None if ends_ns is None else change.moved_end(ends_ns)

    if mature_ns is not None and mature_ns != transfer.mature_ns:
        mature_ns = max(mature_ns, change.tomorrow_ns())
    return Ends(
        mature_ns=mature_ns,
        due_ns=_due_ns(transfer, change),
        decision_ns=end(transfer.decision_ns),
        notice_ns=end(transfer.notice_ns),
        overlay_ns=end(transfer.overlay_ns),
        rescind_until_ns=end(transfer.rescind_until_ns),
        registration_due_ns=end(transfer.registration_due_ns),
    )


def _due_ns(transfer: Transfer, change: CalendarChange) -> TimeNs | None:
    due_ns = transfer.due_ns
    if due_ns is None:
        return None
    match transfer.state:
        case TransferState.PREEMPTION_OPEN:
            return due_ns
        case TransferState.AGREEMENT_PENDING if (
            transfer.signed == EITHER and not transfer.documents_overdue
        ):
            return due_ns  # the cooling-off
        case TransferState.CONFIRMED:
            return change.moved_start(due_ns)
        case _:
            return change.moved_end(due_ns)
