"""The operator amends a calendar, and what was reckoned by it is reckoned anew.

    What follows from days                        What becomes of it
    rules, validity, turnaround, settlement       asked of the calendar when it is needed
    orders that rest                              judged again (exchange/rejudging.py)
    deadlines of transfers, a plan's end          moved, below
    the next call auction                         scheduled anew
    when a proposal lapses                        reckoned anew from its day

Only days from tomorrow on are amended: nothing that has happened comes to be late. Transfers are
moved in the same command, a bounded number; what is left comes first of all timers, and until it is
done no other command is applied (exchange/sequencer.py).
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

from exchange.calendar_commands import AmendCalendar
from exchange.calendar_events import CalendarAmended
from exchange.calendar_state import clocks_of
from exchange.desk_state import lapses_ns
from exchange.exceptions import end_about, raise_about
from exchange.handler import Handler
from exchange.limits import (
    CALENDAR_DAYS_CHANGED_MAX,
    CALENDAR_WARNING_DAYS,
    DEADLINES_MOVED_AT_ONCE_MAX,
)
from exchange.modes.call_auction import schedule_anew
from exchange.refusals import Refusal
from exchange.rejudging import note_product
from exchange.settlement import Emit
from exchange.state import Product, State
from exchange.transfer_desk import set_anew
from exchange.types import ExceptionKind, Sequence
from registry.calendar import Calendar
from registry.calendar_change import CalendarChange, ends_of, moved_ends, set_ends
from registry.types import TimeNs


def amend_calendar(
    state: State, command: AmendCalendar, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """These days are worked, or not, from now on."""
    if not state.is_operator(command.actor):
        return Refusal.NOT_PERMITTED
    before = state.calendars.get(command.calendar_id)
    if before is None:
        return Refusal.UNKNOWN_CALENDAR
    after = before.amended(command.days, covered_until=command.covered_until)
    if not _says_something(command) or after.covered_until < before.covered_until or after.faults():
        return Refusal.CALENDAR_OUT_OF_RANGE
    if any(change.day <= before.day_of(at_ns) for change in command.days):
        return Refusal.CALENDAR_DAY_PAST
    days = state.days
    assert not days.waiting, command  # the amendment before is carried out first
    state.calendars[after.calendar_id] = days.touched[after.calendar_id] = after
    if after.covered_until > before.covered_until:
        days.warned.discard(after.calendar_id)
        end_about(state, ExceptionKind.CALENDAR_ENDS, _number(state, after), at_ns=at_ns, emit=emit)
    emit(
        CalendarAmended(
            calendar_id=after.calendar_id, days=command.days, covered_until=after.covered_until
        )
    )
    days.change = CalendarChange(before, after, at_ns)
    _follow(state, after, at_ns=at_ns, emit=emit)
    for _ in range(DEADLINES_MOVED_AT_ONCE_MAX):
        if days.waiting:
            move_next(state, emit=emit)
    _note_due(state)
    return None


def move_next(state: State, *, emit: Emit) -> None:
    """Set the deadlines of the next transfer anew, and tell it if any is another. Cost: O(days
    until they end)."""
    days = state.days
    assert days.change is not None
    transfer = state.transfer(days.waiting.popleft())
    assert transfer is not None  # no command comes in between
    mature_ns = state.clocks[transfer.product_id].mature_ns
    ends = moved_ends(transfer, days.change, mature_ns=mature_ns)
    if ends != ends_of(transfer):
        set_anew(state, transfer, partial(set_ends, ends=ends), emit=emit)


def warn_of_ends(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """Tell the operator, once, of a calendar whose exceptions are soon known no more: from then on
    weekdays alone decide. Cost: O(calendars)."""
    for calendar_id, calendar in state.calendars.items():
        if calendar_id not in state.days.warned and ends_soon(calendar, at_ns):
            state.days.warned.add(calendar_id)
            kind, number = ExceptionKind.CALENDAR_ENDS, _number(state, calendar)
            raise_about(state, kind, number, party_id=None, at_ns=at_ns, emit=emit)


def ends_soon(calendar: Calendar, at_ns: TimeNs) -> bool:
    """Whether the days for which the exceptions are known have nearly passed. Cost: O(1)."""
    return calendar.covered_until - calendar.day_of(at_ns) < CALENDAR_WARNING_DAYS


HANDLERS: Final[dict[type, Handler]] = {AmendCalendar: amend_calendar}


def _says_something(command: AmendCalendar) -> bool:
    days = [change.day for change in command.days]
    return (
        bool(days or command.covered_until is not None)
        and days == sorted(set(days))
        and len(days) <= CALENDAR_DAYS_CHANGED_MAX
    )


def _number(state: State, calendar: Calendar) -> int:
    """Of the calendar among the venue's, by their names, from 1: none is ever added."""
    return sorted(state.calendars).index(calendar.calendar_id) + 1


def _follow(state: State, after: Calendar, *, at_ns: TimeNs, emit: Emit) -> None:
    """Everything but the transfers, which are noted: all that comes from this calendar. Cost:
    O(products + open transfers + open proposals)."""
    for product in _products_with(state, after):
        product_id = product.product_id
        state.clocks[product_id] = clocks_of(product.terms, state.calendars)
        slots, rules = state.slots.get(product_id), state.rules.products.get(product_id)
        if slots is not None:
            slots.calendar = after
        if rules is not None:
            rules.ruling = None
            note_product(state, product_id)
        schedule_anew(state, product, at_ns=at_ns, emit=emit)
    for transfers in (state.register.transfers, state.register.unregistered):
        for transfer_id, transfer in transfers.items():
            if state.clocks[transfer.product_id].calendar is after:
                state.days.waiting.append(transfer_id)
    for proposal in state.desk.proposals.values():
        proposal.lapses_ns = lapses_ns(state.calendars.values(), proposal.proposed_at_ns)
        state.desk.touched_proposals[proposal.proposal_id] = proposal
        state.note_due(proposal.lapses_ns)


def _products_with(state: State, calendar: Calendar) -> Iterator[Product]:
    for product in state.products.values():
        if product.terms.transfer_terms.calendar_id == calendar.calendar_id:
            yield product


def _note_due(state: State) -> None:
    due_ns = state.days.next_due_ns()
    if due_ns is not None:
        state.note_due(due_ns)
