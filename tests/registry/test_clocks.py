"""The clocks of a transfer: which of them run, when each ends, and what happens then."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import cast

import pytest
from msgspec import structs

from api.calendars import load
from registry.clocks import Clocks, first_event
from registry.terms import SANDBOX, TransferTerms
from registry.transfer import (
    ClockEffect,
    Overlay,
    Row,
    Step,
    Transfer,
    TransferEvent,
    TransferState,
    Who,
    find_row,
)
from registry.types import HolderId, ProductId, TimeNs, TransferId, Units

CHINA = timezone(timedelta(hours=8))
WORKING = structs.replace(SANDBOX, calendar_id="CN_WORKING")


def moment(text: str) -> TimeNs:
    """2026-10-10 16:00 in China."""
    return TimeNs(int(datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp()) * 10**9)


NOON = moment("2026-11-18 12:00")


def clocks(terms: TransferTerms = WORKING, *, maturity_date: str | None = None) -> Clocks:
    return Clocks(terms, load("CN_WORKING"), maturity_date=maturity_date)


def transfer_in(state: TransferState = TransferState.MATCHED, **fields: TimeNs) -> Transfer:
    return Transfer(
        transfer_id=TransferId(7_000),
        product_id=ProductId(6),
        seller_id=HolderId(3),
        buyer_id=HolderId(4),
        units=Units(10),
        state=state,
        **fields,  # type: ignore[arg-type]  # the clocks alone are named
    )


def happens(on: Clocks, transfer: Transfer, event: TransferEvent, at: str) -> Row:
    row = transfer.advance(event, steps=frozenset())
    on.follow(transfer, row, at_ns=moment(at))
    return row


def submitted(on: Clocks, at: str) -> Transfer:
    transfer = transfer_in()
    transfer.mature_ns = on.mature_ns
    happens(on, transfer, TransferEvent.BEGIN, at)
    return transfer


def test_the_trust_company_has_ten_working_days_and_is_reminded() -> None:
    on = clocks()
    transfer = submitted(on, "2026-11-18 15:00")  # a Wednesday
    assert transfer.decision_ns == transfer.deadline_ns == moment("2026-12-03 00:00")
    notices = []
    while transfer.notice_ns is not None:
        notices.append(transfer.notice_ns)
        assert transfer.timer_ns == transfer.notice_ns
        assert first_event(transfer) is TransferEvent.NOTICE
        happens(on, transfer, TransferEvent.NOTICE, "2026-11-30 00:00")  # whenever it is told
    assert notices == [
        moment("2026-11-20 00:00"),
        moment("2026-11-24 00:00"),  # over the weekend
        moment("2026-11-26 00:00"),
    ]
    assert transfer.notices == 3
    assert first_event(transfer) is TransferEvent.LAPSE
    assert transfer.timer_ns == transfer.decision_ns


def test_a_day_is_looked_up_once_and_the_next_one_anew() -> None:
    on = clocks()
    first = submitted(on, "2026-11-18 15:00")
    again = submitted(on, "2026-11-18 23:59")
    next_day = submitted(on, "2026-11-19 00:00")
    assert first.decision_ns == again.decision_ns
    assert next_day.decision_ns == moment("2026-12-04 00:00")


@pytest.mark.parametrize(
    ("confirmed", "settles"),
    [
        ("2026-11-18 15:59", None),
        ("2026-11-18 16:00", "2026-11-19 00:00"),
        ("2026-11-20 16:00", "2026-11-23 00:00"),  # a Friday: Monday
        ("2026-11-21 09:00", "2026-11-23 00:00"),  # a Saturday: Monday
    ],
)
def test_a_cut_off_leaves_what_comes_later_to_the_next_working_day(
    confirmed: str, settles: str | None
) -> None:
    on = clocks(structs.replace(WORKING, cut_off_minute=16 * 60))
    transfer = submitted(on, "2026-11-18 09:00")
    happens(on, transfer, TransferEvent.CONFIRM, confirmed)
    assert transfer.due_ns == (None if settles is None else moment(settles))
    assert (transfer.decision_ns, transfer.notice_ns) == (None, None)
    assert transfer.deadline_ns == transfer.timer_ns == transfer.due_ns
    if settles is not None:
        assert first_event(transfer) is TransferEvent.SETTLE
    happens(on, transfer, TransferEvent.SETTLE, confirmed)
    assert transfer.timer_ns is None


def test_without_a_cut_off_nothing_waits() -> None:
    assert clocks().settles_at_ns(moment("2026-11-21 23:59")) is None


def test_the_plans_end_comes_first_of_one_moment_and_not_after_the_confirmation() -> None:
    on = clocks(maturity_date="2026-11-30")  # a Monday
    assert on.mature_ns == moment("2026-11-25 00:00")
    transfer = submitted(on, "2026-11-18 15:00")
    assert transfer.deadline_ns == on.mature_ns
    assert transfer.timer_ns == transfer.notice_ns
    transfer.notice_ns = on.mature_ns
    assert first_event(transfer) is TransferEvent.MATURE
    happens(on, transfer, TransferEvent.CONFIRM, "2026-11-18 15:00")
    assert transfer.timer_ns is None


def test_the_decision_may_be_put_off_a_working_day() -> None:
    on = clocks()
    transfer = submitted(on, "2026-11-18 15:00")
    on.postpone(transfer, TransferEvent.LAPSE, at_ns=moment("2026-12-11 15:00"))  # a Friday
    assert transfer.decision_ns == moment("2026-12-15 00:00")
    with pytest.raises(AssertionError):
        on.postpone(transfer, TransferEvent.NOTICE, at_ns=moment("2026-12-11 15:00"))


def test_what_ends_has_no_clocks() -> None:
    for event in (TransferEvent.REJECT, TransferEvent.LAPSE):
        on = clocks()
        transfer = submitted(on, "2026-11-18 15:00")
        happens(on, transfer, event, "2026-11-18 16:00")
        assert transfer.timer_ns is None


def test_a_reminder_is_left_out_where_the_transfer_has_lapsed() -> None:
    on = clocks(structs.replace(WORKING, acknowledge_days=1, remind_days=2, escalate_days=2))
    on.terms = structs.replace(on.terms, decide_days=2)
    transfer = submitted(on, "2026-11-18 15:00")
    happens(on, transfer, TransferEvent.NOTICE, "2026-11-20 00:00")
    assert transfer.notice_ns is None


def test_a_calendar_that_the_terms_do_not_name_is_not_theirs() -> None:
    with pytest.raises(AssertionError):
        Clocks(SANDBOX, load("CN_WORKING"), maturity_date=None)


def test_a_claim_lasts_minutes_of_a_day_and_ends_before_the_notice_of_that_moment() -> None:
    on, transfer = clocks(), transfer_in(TransferState.UNDER_REVIEW)
    row = find_row(TransferState.SUBMITTED, TransferEvent.CLAIM, steps=frozenset({Step.REVIEW}))
    assert row is not None
    on.follow(transfer, row, at_ns=TimeNs(7))
    ends_ns = 7 + on.calendar.day_ns // 48
    assert transfer.claim_ns == transfer.timer_ns == ends_ns
    transfer.notice_ns = TimeNs(ends_ns)
    notice = find_row(TransferState.UNDER_REVIEW, TransferEvent.NOTICE, steps=frozenset())
    assert notice is not None
    told: list[tuple[TimeNs | None, int]] = []
    for _ in range(2):
        assert first_event(transfer) is TransferEvent.NOTICE
        on.follow(transfer, notice, at_ns=TimeNs(ends_ns))
        told.append((transfer.claim_ns, transfer.notices))
    assert told == [(None, 0), (None, 1)]


def test_what_no_clock_is_for_is_a_bug() -> None:
    on, transfer = clocks(), transfer_in(TransferState.MATCHED)
    row = find_row(TransferState.MATCHED, TransferEvent.BEGIN, steps=frozenset())
    assert row is not None
    of_no_effect = row._replace(clocks=cast(ClockEffect, None))
    for each in (row, of_no_effect):
        with pytest.raises(AssertionError):
            on.follow(transfer, each, at_ns=TimeNs(0))
    with pytest.raises(AssertionError):
        first_event(transfer)


def first_clock(transfer: Transfer) -> TimeNs | None:
    return transfer.timer_ns


def held(on: Clocks, transfer: Transfer, overlay: Overlay, at: str) -> None:
    transfer.overlays |= overlay
    happens(on, transfer, TransferEvent.SET_OVERLAY, at)


def let_go(on: Clocks, transfer: Transfer, overlay: Overlay, at: str) -> None:
    transfer.overlays &= ~overlay
    happens(on, transfer, TransferEvent.LIFT_OVERLAY, at)


def test_a_pause_over_a_weekend_takes_no_working_day() -> None:
    on = clocks()
    transfer = submitted(on, "2026-11-18 15:00")  # a Wednesday: until the end of 2 December
    held(on, transfer, Overlay.HELD, "2026-11-20 18:00")  # a Friday
    assert transfer.overlay_ns == transfer.timer_ns == moment("2026-11-28 00:00")
    assert transfer.deadline_ns is None
    let_go(on, transfer, Overlay.HELD, "2026-11-21 09:00")
    assert transfer.decision_ns == moment("2026-12-03 00:00")
    assert transfer.overlay_days_left == 5
    # A notice that was due on Friday is due on Monday.
    assert transfer.notice_ns == moment("2026-11-24 00:00")


def test_overlays_share_five_working_days() -> None:
    on = clocks()
    transfer = submitted(on, "2026-11-18 15:00")
    held(on, transfer, Overlay.HELD, "2026-11-18 16:00")
    let_go(on, transfer, Overlay.HELD, "2026-11-23 16:00")  # a Monday: three days are used
    assert transfer.overlay_days_left == 2
    held(on, transfer, Overlay.DISPUTED, "2026-11-23 17:00")
    assert transfer.overlay_ns == moment("2026-11-26 00:00")
    assert first_event(transfer) is TransferEvent.OVERDUE
    happens(on, transfer, TransferEvent.OVERDUE, "2026-11-26 00:00")
    assert transfer.rescindable
    assert transfer.timer_ns is None
    let_go(on, transfer, Overlay.DISPUTED, "2026-11-26 09:00")
    assert (transfer.rescindable, transfer.overlay_days_left) == (False, 0)
    held(on, transfer, Overlay.HALTED, "2026-11-26 10:00")
    assert first_clock(transfer) is None
    assert transfer.rescindable


def test_returned_over_a_weekend_the_trust_company_loses_no_time() -> None:
    on = clocks()
    transfer = submitted(on, "2026-11-18 15:00")
    happens(on, transfer, TransferEvent.RETURN, "2026-11-20 15:00")  # a Friday: eight are left
    assert (transfer.decision_days_left, transfer.decision_ns) == (8, None)
    assert transfer.due_ns == transfer.timer_ns == moment("2026-11-26 00:00")
    assert first_event(transfer) is TransferEvent.LAPSE
    happens(on, transfer, TransferEvent.RESUBMIT, "2026-11-24 15:00")  # a Tuesday
    assert transfer.decision_ns == moment("2026-12-05 00:00")
    assert transfer.notice_ns == moment("2026-11-26 00:00")
    assert transfer.decision_days_left is None
    assert first_clock(transfer) == transfer.notice_ns


def test_two_days_to_sign_and_then_a_day_to_think_better_of_it() -> None:
    on = clocks(structs.replace(WORKING, agreement=True, cooling_off_hours=24))
    transfer, steps = transfer_in(), on.terms.steps()
    on.follow(transfer, transfer.advance(TransferEvent.BEGIN, steps=steps), at_ns=NOON)
    assert transfer.due_ns == moment("2026-11-21 00:00")
    assert first_event(transfer) is TransferEvent.LAPSE
    for signer, due in (
        (Who.SELLER, "2026-11-21 00:00"),
        (Who.BUYER, "2026-11-19 12:00"),
    ):
        transfer.signed |= signer
        on.follow(transfer, transfer.advance(TransferEvent.SIGN, steps=steps), at_ns=NOON)
        assert transfer.due_ns == moment(due)
    assert first_event(transfer) is TransferEvent.AGREED


def test_three_days_for_the_documents_that_are_missing_when_all_have_signed() -> None:
    on = clocks(structs.replace(WORKING, agreement=True, returning_days=3))
    transfer, steps = transfer_in(), on.terms.steps()
    on.follow(transfer, transfer.advance(TransferEvent.BEGIN, steps=steps), at_ns=NOON)
    transfer.signed = Who.BUYER | Who.SELLER
    row = transfer.advance(TransferEvent.OVERDUE_DOCUMENTS, steps=steps)
    on.follow(transfer, row, at_ns=NOON)
    assert transfer.documents_overdue
    assert transfer.due_ns == moment("2026-11-24 00:00")
    assert first_event(transfer) is TransferEvent.LAPSE
    on.follow(transfer, transfer.advance(TransferEvent.AGREED, steps=steps), at_ns=NOON)
    assert not transfer.documents_overdue


def test_a_plan_without_end_has_none() -> None:
    assert clocks().mature_ns is None
    assert clocks(maturity_date=date(2027, 1, 31).isoformat()).mature_ns is not None
