"""The clocks of the transfers of one product: when each starts, and what happens when it ends.

A moment is computed when a clock starts, from the product's calendar, and then stands. What a row
of the table does to the clocks is in its column `clocks`; which numbers of the terms they last, in
CLOCKS of registry/terms.py.
"""

from typing import Final

from registry.calendar import DAY_HOURS, MINUTES, Calendar, day_of_date, start_in_shanghai
from registry.terms import TransferTerms
from registry.transfer import (
    EITHER,
    UNCONFIRMED_STATES,
    ClockEffect,
    Row,
    Transfer,
    TransferEvent,
    TransferState,
)
from registry.types import DayNumber, TimeNs

DUE: Final = {
    TransferState.FUNDS_PENDING: TransferEvent.DEFAULT,
    TransferState.RETURNED: TransferEvent.LAPSE,
    TransferState.PREEMPTION_OPEN: TransferEvent.WAIVE,
    TransferState.CONFIRMED: TransferEvent.SETTLE,
    TransferState.SETTLED: TransferEvent.ALARM,
}
"""What the end of a state's own clock causes; in AGREEMENT_PENDING it depends on who has signed."""


class Clocks:
    """The deadlines of a product's transfers, by its terms and its calendar."""

    __slots__ = ("_ends", "_today", "calendar", "mature_ns", "terms")

    def __init__(
        self, terms: TransferTerms, calendar: Calendar, *, maturity_date: str | None
    ) -> None:
        """Args:
        maturity_date: of the plan, YYYY-MM-DD in Asia/Shanghai; None: it has no end.
        """
        assert terms.calendar_id == calendar.calendar_id, (terms.calendar_id, calendar.calendar_id)
        self.terms = terms
        self.calendar = calendar
        self.mature_ns: TimeNs | None = None
        if maturity_date is not None:
            ends_ns = start_in_shanghai(day_of_date(maturity_date))
            self.mature_ns = calendar.start_before(ends_ns, terms.maturity_days)
        # A day's deadlines end together: each is looked for in the calendar once a day.
        self._today = DayNumber(-1)
        self._ends: dict[int, TimeNs] = {}

    def after(self, at_ns: TimeNs, working_days: int) -> TimeNs:
        """As the calendar's `after`. Cost: O(1), but for the first of a day."""
        today = self.calendar.day_of(at_ns)
        if today != self._today:
            self._today = today
            self._ends.clear()
        end_ns = self._ends.get(working_days)
        if end_ns is None:
            end_ns = self._ends[working_days] = self.calendar.after(at_ns, working_days)
        return end_ns

    def follow(self, transfer: Transfer, row: Row, *, at_ns: TimeNs) -> None:
        """Do with the transfer's clocks what the row says, after it has led to the next state.
        Cost: O(1)."""
        match row.clocks:  # the most common first
            case ClockEffect.ENTER:
                self._stop(transfer)
                self._enter(transfer, at_ns)
            case ClockEffect.KEEP:
                pass
            case ClockEffect.COOL_OFF:
                self._cool_off(transfer, at_ns)
            case ClockEffect.RETURN:
                self._return(transfer, at_ns)
            case ClockEffect.RESUBMIT:
                self._resubmit(transfer, at_ns)
            case ClockEffect.CLAIM | ClockEffect.RELEASE:
                claims = row.clocks is ClockEffect.CLAIM
                transfer.claim_ns = self.claimed_until_ns(at_ns) if claims else None
            case ClockEffect.NOTIFY:
                self._next_notice(transfer)
            case ClockEffect.PAUSE:
                self._pause(transfer, at_ns)
            case ClockEffect.RESUME:
                self._resume(transfer, at_ns)
            case ClockEffect.EXPIRE:
                transfer.overlay_ns = None
                transfer.rescindable = True
            case ClockEffect.STOP:
                self._stop(transfer)
                transfer.overlay_ns = transfer.paused_at_ns = transfer.rescind_until_ns = None
                transfer.rescindable = False
            case _:
                raise AssertionError(row)

    def postpone(self, transfer: Transfer, event: TransferEvent, *, at_ns: TimeNs) -> None:
        """Give the clock that has ended with this event a working day more. Cost: O(1)."""
        later_ns = self.after(at_ns, 1)
        match event, transfer.state:
            case TransferEvent.OVERDUE, _:
                transfer.overlay_ns = later_ns
            case TransferEvent.LIFT_OVERLAY, _:
                transfer.rescind_until_ns = later_ns
            case TransferEvent.LAPSE, TransferState.SUBMITTED | TransferState.UNDER_REVIEW:
                transfer.decision_ns = later_ns
            case (
                (TransferEvent.LAPSE | TransferEvent.AGREED, TransferState.AGREEMENT_PENDING)
                | (
                    TransferEvent.LAPSE,
                    TransferState.RETURNED,
                )
                | (TransferEvent.DEFAULT, TransferState.FUNDS_PENDING)
                | (TransferEvent.WAIVE, _)
            ):
                transfer.due_ns = later_ns
            case _:
                raise AssertionError((event, transfer.state))

    def cools_off_until_ns(self, at_ns: TimeNs) -> TimeNs:
        """When the buyer's cooling-off is over, if it begins now. Cost: O(1)."""
        hours_ns = self.terms.cooling_off_hours * self.calendar.day_ns // DAY_HOURS
        return TimeNs(at_ns + hours_ns)

    def claimed_until_ns(self, at_ns: TimeNs) -> TimeNs:
        """Until when a transfer that is claimed now is its claimant's, in minutes of the calendar's
        day. Cost: O(1)."""
        minutes_ns = self.terms.claim_minutes * self.calendar.day_ns // MINUTES
        return TimeNs(at_ns + minutes_ns)

    def let_rescind(self, transfer: Transfer, *, days: int | None = None, at_ns: TimeNs) -> None:
        """For some days the buyer may rescind, whatever stands; what he may already, he keeps.

        Args:
            days: working days; None: those of the terms, after a corporate event.

        Cost: O(1).
        """
        until_ns = self.after(at_ns, self.terms.rescission_days if days is None else days)
        before_ns = transfer.rescind_until_ns
        transfer.rescind_until_ns = until_ns if before_ns is None else max(before_ns, until_ns)

    def settles_at_ns(self, at_ns: TimeNs) -> TimeNs | None:
        """When what is confirmed at this moment settles; None: at once. Cost: O(1)."""
        cut_off_minute, calendar = self.terms.cut_off_minute, self.calendar
        if cut_off_minute is None:
            return None
        if calendar.is_working(calendar.day_of(at_ns)) and (
            calendar.minute_of(at_ns) < cut_off_minute
        ):
            return None
        return calendar.start_after(at_ns, self.terms.settling_days)

    def _enter(self, transfer: Transfer, at_ns: TimeNs) -> None:
        terms = self.terms
        match transfer.state:  # the most common first
            case TransferState.SUBMITTED:
                transfer.decision_ns = self.after(at_ns, terms.decide_days)
                self._first_notice(transfer, at_ns)
            case TransferState.AGREEMENT_PENDING:
                transfer.due_ns = self.after(at_ns, terms.signing_days)
            case TransferState.FUNDS_PENDING:
                transfer.due_ns = self.after(at_ns, terms.funding_days)
            case TransferState.PREEMPTION_OPEN:
                transfer.due_ns = self.calendar.after_days(at_ns, terms.preemption_days)
            case TransferState.CONFIRMED:
                transfer.due_ns = self.settles_at_ns(at_ns)
                transfer.rescind_until_ns = None
            case TransferState.SETTLED:
                # What held one that is redeemed does so no longer.
                transfer.overlay_ns = transfer.paused_at_ns = None
                transfer.rescindable = False
                if terms.registration:
                    transfer.due_ns = self.after(at_ns, terms.registration_alarm_days)
                    transfer.registration_due_ns = self.after(at_ns, terms.registration_days)
            case _:
                raise AssertionError(transfer.state)

    def _cool_off(self, transfer: Transfer, at_ns: TimeNs) -> None:
        if transfer.signed == EITHER:
            transfer.due_ns = self.cools_off_until_ns(at_ns)

    def _return(self, transfer: Transfer, at_ns: TimeNs) -> None:
        # The trust company's time waits; what is counted down is the time to complete.
        decision_ns = transfer.decision_ns
        if decision_ns is not None:
            transfer.decision_days_left = self._days_left(decision_ns, at_ns=at_ns)
        self._stop(transfer)
        transfer.due_ns = self.after(at_ns, self.terms.returning_days)
        transfer.documents_overdue = transfer.state is TransferState.AGREEMENT_PENDING

    def _resubmit(self, transfer: Transfer, at_ns: TimeNs) -> None:
        days_left = transfer.decision_days_left
        assert days_left is not None, transfer.transfer_id
        self._stop(transfer)
        transfer.decision_days_left = None
        transfer.decision_ns = self.after(at_ns, days_left)
        self._first_notice(transfer, at_ns)

    def _pause(self, transfer: Transfer, at_ns: TimeNs) -> None:
        # Overlays that are set in turn share one longest time, so that they hold nobody for ever.
        if transfer.paused_at_ns is not None:
            return
        transfer.paused_at_ns = at_ns
        days_left = transfer.overlay_days_left
        if days_left is None:
            days_left = self.terms.overlay_days
        if days_left > 0:
            transfer.overlay_ns = self.after(at_ns, days_left)
        else:
            transfer.rescindable = True

    def _resume(self, transfer: Transfer, at_ns: TimeNs) -> None:
        paused_at_ns, overlay_ns = transfer.paused_at_ns, transfer.overlay_ns
        assert paused_at_ns is not None, transfer.transfer_id
        if transfer.overlays:
            return
        remaining = self.calendar.remaining
        transfer.overlay_days_left = (
            0 if overlay_ns is None else remaining(from_ns=at_ns, until_ns=overlay_ns)
        )
        transfer.overlay_ns = transfer.paused_at_ns = None
        transfer.rescindable = False

        def resumed(ends_ns: TimeNs | None) -> TimeNs | None:
            if ends_ns is None:
                return None
            return self.after(at_ns, self._days_left(ends_ns, at_ns=paused_at_ns))

        transfer.due_ns = resumed(transfer.due_ns)
        transfer.decision_ns = resumed(transfer.decision_ns)
        transfer.notice_ns = resumed(transfer.notice_ns)
        if transfer.claim_ns is not None:
            # It is shorter than a working day: it begins anew.
            transfer.claim_ns = self.claimed_until_ns(at_ns)
        _leave_out_late_notice(transfer)

    def _days_left(self, ends_ns: TimeNs, *, at_ns: TimeNs) -> int:
        # What waits goes on with a working day at least.
        return max(1, self.calendar.remaining(from_ns=at_ns, until_ns=ends_ns))

    def _first_notice(self, transfer: Transfer, at_ns: TimeNs) -> None:
        transfer.notice_ns = self.after(at_ns, self.terms.acknowledge_days)
        transfer.notices = 0
        _leave_out_late_notice(transfer)

    def _next_notice(self, transfer: Transfer) -> None:
        if transfer.state is TransferState.SETTLED:
            _next_alarm(transfer)
            return
        terms, notice_ns, claim_ns = self.terms, transfer.notice_ns, transfer.claim_ns
        if claim_ns is not None and (notice_ns is None or claim_ns <= notice_ns):
            transfer.claim_ns = None
            return
        assert notice_ns is not None, transfer.transfer_id
        days = terms.acknowledge_days, terms.remind_days, terms.escalate_days
        transfer.notices += 1
        if transfer.notices == len(days):
            transfer.notice_ns = None
            return
        more = days[transfer.notices] - days[transfer.notices - 1]
        if more > 0:
            # A deadline's moment is the first of the day after: it ended the day before.
            transfer.notice_ns = self.calendar.after(TimeNs(notice_ns - 1), more)
        _leave_out_late_notice(transfer)

    def _stop(self, transfer: Transfer) -> None:
        transfer.due_ns = transfer.decision_ns = transfer.notice_ns = transfer.claim_ns = None
        transfer.documents_overdue = False


def _next_alarm(transfer: Transfer) -> None:
    # The first comes before the registration is late, the second when it is.
    late_ns, rang_ns = transfer.registration_due_ns, transfer.due_ns
    assert late_ns is not None, transfer.transfer_id
    assert rang_ns is not None, transfer.transfer_id
    transfer.due_ns = late_ns if rang_ns < late_ns else None


def _leave_out_late_notice(transfer: Transfer) -> None:
    # When the transfer has lapsed, there is nothing to be reminded of.
    notice_ns, decision_ns = transfer.notice_ns, transfer.decision_ns
    if notice_ns is not None and decision_ns is not None and notice_ns >= decision_ns:
        transfer.notice_ns = None


def first_event(transfer: Transfer) -> TransferEvent:
    """What happens at the transfer's `timer_ns`. Cost: O(1).

    At one moment the plan's end comes first, then that of an overlay's longest time, then that of
    the time in which the buyer may rescind, then the end of a claim and notices, then what ends the
    state.
    """
    timer_ns = transfer.timer_ns
    assert timer_ns is not None, transfer.transfer_id
    if timer_ns == transfer.mature_ns and transfer.state in UNCONFIRMED_STATES:
        return TransferEvent.MATURE
    if timer_ns == transfer.overlay_ns:
        return TransferEvent.OVERDUE
    if timer_ns == transfer.rescission_ns:
        return TransferEvent.LIFT_OVERLAY
    if timer_ns in (transfer.claim_ns, transfer.notice_ns):
        return TransferEvent.NOTICE
    if timer_ns == transfer.decision_ns:
        return TransferEvent.LAPSE
    if transfer.state is TransferState.AGREEMENT_PENDING:
        cools_off = transfer.signed == EITHER and not transfer.documents_overdue
        return TransferEvent.AGREED if cools_off else TransferEvent.LAPSE
    return DUE[transfer.state]
