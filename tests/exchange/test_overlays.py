"""What stops the clocks of a transfer, by whom and for how long, and the buyer's way out."""

from __future__ import annotations

import pytest
from msgspec import structs

from exchange.events import TransferAdvanced, TransferSettled
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID
from registry.transfer import OVERLAY_MOVERS, Overlay, TransferEvent, TransferState, Who
from tests.exchange.steps import (
    DAY_NS,
    DAYS,
    Steps,
    end_of_day,
    failed,
    happened,
    matched,
    steps,
    terms,
    told,
    trading,
    transfer_of,
)
from tests.exchange.venue import NOBODY, START_NS, TERMS, Venue, the

E, S = TransferEvent, TransferState
MONEY = 100_000_000
COST = 100_00
HELD, DISPUTED, HALTED = Overlay.HELD, Overlay.DISPUTED, Overlay.HALTED


def test_each_overlay_is_set_and_lifted_by_those_whom_the_rulebook_names() -> None:
    on = steps()
    venue = on.venue
    roles = {
        venue.buyer: Who.BUYER,
        venue.seller: Who.SELLER,
        venue.trust_company: Who.TRUST_COMPANY,
        OPERATOR_ID: Who.OPERATOR,
    }
    for overlay, movers in OVERLAY_MOVERS.items():
        for party_id, role in roles.items():
            if role in movers:
                venue.does(on.hold(overlay, by=party_id))
                venue.does(on.let_go(overlay, by=party_id))
            else:
                assert venue.refuses(on.hold(overlay, by=party_id)) is Refusal.NOT_PERMITTED
                assert venue.refuses(on.let_go(overlay, by=party_id)) is Refusal.NOT_PERMITTED
        for stranger in (venue.other, NOBODY):
            assert venue.refuses(on.hold(overlay, by=stranger)) is Refusal.UNKNOWN_TRANSFER


@pytest.mark.parametrize("overlay", [HELD | HALTED, Overlay(0), Overlay(128)])
def test_what_is_no_single_overlay_is_nobodys_to_set(overlay: Overlay) -> None:
    on = steps()
    for party_id in (on.venue.trust_company, OPERATOR_ID):
        assert on.venue.refuses(on.hold(overlay, by=party_id)) is Refusal.NOT_PERMITTED
        assert on.venue.refuses(on.let_go(overlay, by=party_id)) is Refusal.NOT_PERMITTED


def test_an_overlay_stands_once_and_is_lifted_once() -> None:
    on = steps()
    on.venue.does(on.hold())
    assert on.venue.refuses(on.hold()) is Refusal.ALREADY_DONE
    on.venue.does(on.hold(HALTED))
    on.venue.does(on.let_go())
    # Something else stands, whatever it is: that nothing of this kind does is not said.
    assert on.venue.refuses(on.let_go()) is Refusal.TRANSFER_HELD
    on.venue.does(on.let_go(HALTED))
    assert on.venue.refuses(on.let_go()) is Refusal.ALREADY_DONE


def test_a_dispute_is_ended_by_who_raised_it_or_by_the_trust_company() -> None:
    on = steps()
    buyer, seller, company = on.venue.buyer, on.venue.seller, on.venue.trust_company
    on.venue.does(on.hold(DISPUTED, by=buyer))
    assert on.venue.refuses(on.let_go(DISPUTED, by=seller)) is Refusal.NOT_PERMITTED
    on.venue.does(on.let_go(DISPUTED, by=buyer))
    on.venue.does(on.hold(DISPUTED, by=company))
    for party_id in (buyer, seller):
        assert on.venue.refuses(on.let_go(DISPUTED, by=party_id)) is Refusal.NOT_PERMITTED
    on.venue.does(on.let_go(DISPUTED, by=company))
    on.venue.does(on.hold(DISPUTED, by=seller))
    on.venue.does(on.let_go(DISPUTED, by=company))


@pytest.mark.parametrize("hold", [Overlay.AML_HOLD, Overlay.OPERATOR_HOLD])
def test_each_hold_of_the_operator_is_told_to_everybody_else_as_held(hold: Overlay) -> None:
    assert hold.told is HELD
    assert (hold | HELD).told is HELD
    assert (hold | DISPUTED).told == HELD | DISPUTED
    assert (Overlay.AML_HOLD | Overlay.OPERATOR_HOLD).told is HELD
    assert DISPUTED.told is DISPUTED
    assert not Overlay(0).told


def test_all_clocks_stand_still_and_go_on_with_the_working_days_that_were_left() -> None:
    on = steps()
    transfer = transfer_of(on.venue, on.transfer_id)
    assert transfer.decision_ns == end_of_day(10)
    on.venue.waits(4 * DAY_NS)  # two notices; escalation would come after the fifth day
    said = told(on, on.hold())
    assert (said.deadline_ns, said.overlay_ns) == (None, end_of_day(4 + 5))
    assert happened(on.venue.waits(3 * DAY_NS)) == []
    said = told(on, on.let_go())
    # On the fourth day six were left for the decision, and one for the escalation.
    assert (said.deadline_ns, said.overlay_ns) == (end_of_day(7 + 6), None)
    assert transfer.notice_ns == end_of_day(7 + 1)
    assert happened(on.venue.waits(20 * DAY_NS)) == [E.NOTICE, E.LAPSE]


def test_a_deadline_that_would_have_ended_today_has_a_working_day_after_the_pause() -> None:
    on = steps()
    on.venue.waits(10 * DAY_NS)
    on.venue.does(on.hold())
    said = told(on, on.let_go())
    assert said.deadline_ns == end_of_day(10 + 1)


def test_a_second_overlay_pauses_nothing_anew_and_the_last_one_lifted_lets_all_go_on() -> None:
    on = steps()
    first = told(on, on.hold())
    on.venue.waits(DAY_NS)
    assert told(on, on.hold(HALTED)).overlay_ns == first.overlay_ns
    assert told(on, on.let_go()).deadline_ns is None
    assert told(on, on.let_go(HALTED)).deadline_ns == end_of_day(1 + 10)


def test_overlays_set_in_turn_share_one_longest_time() -> None:
    on = steps()
    on.venue.does(on.hold())
    on.venue.waits(3 * DAY_NS)
    on.venue.does(on.let_go())
    on.venue.waits(DAY_NS)
    said = told(on, on.hold(DISPUTED))
    assert said.overlay_ns == end_of_day(4 + 2)
    assert on.venue.refuses(on.rescind()) is Refusal.NOT_RESCINDABLE
    assert happened(on.venue.waits(3 * DAY_NS)) == [E.OVERDUE]
    on.venue.does(on.let_go(DISPUTED))
    assert on.venue.refuses(on.rescind()) is Refusal.NOT_RESCINDABLE
    # Their time is used up: the next one lets him go at once.
    assert told(on, on.hold(HALTED)).rescindable
    assert happened(on.venue.does(on.rescind())) == [E.RESCIND]


def test_a_buyer_who_has_waited_long_enough_has_everything_back() -> None:
    venue = Venue(
        DEFAULT_FEE_SCHEDULE,
        terms=structs.replace(TERMS, transfer_terms=terms()),
        calendars=(DAYS,),
    )
    on = Steps(venue, matched(venue))
    assert venue.account(venue.buyer)[2] > COST
    venue.does(on.hold())
    assert venue.refuses(on.rescind()) is Refusal.NOT_RESCINDABLE
    (overdue, _) = venue.waits(6 * DAY_NS)
    assert isinstance(overdue, TransferAdvanced)
    assert (overdue.event, overdue.rescindable, overdue.overlay_ns) == (E.OVERDUE, True, None)
    for other in (venue.seller, venue.trust_company, OPERATOR_ID):
        assert venue.refuses(on.rescind(by=other)) is Refusal.NOT_PERMITTED
    ended = failed(venue.does(on.rescind()))
    assert (ended.event, ended.state) == (E.RESCIND, S.CANCELLED)
    assert venue.account(venue.buyer) == (MONEY, 0, 0)
    assert venue.holding(venue.seller) == (100_000, 0, 0)
    assert venue.pending() == []


def test_a_corporate_event_lets_the_buyer_rescind_at_once_for_two_working_days() -> None:
    for waited_ns, allowed in ((0, True), (3 * DAY_NS - 1, True), (3 * DAY_NS, False)):
        on = steps()
        said = told(on, on.hold(Overlay.CORPORATE_EVENT))
        assert (said.rescindable, said.rescind_until_ns) == (False, end_of_day(2))
        on.venue.does(on.let_go(Overlay.CORPORATE_EVENT))
        on.venue.waits(waited_ns)
        if allowed:
            assert happened(on.venue.does(on.rescind())) == [E.RESCIND]
        else:
            assert on.venue.refuses(on.rescind()) is Refusal.NOT_RESCINDABLE


def test_the_trust_companys_word_ends_the_right_that_a_corporate_event_gave() -> None:
    on = steps(cut_off_minute=0)
    on.venue.does(on.hold(Overlay.CORPORATE_EVENT))
    on.venue.does(on.let_go(Overlay.CORPORATE_EVENT))
    said = told(on, on.venue.confirmation(on.transfer_id, version=on.version))
    assert (said.state, said.rescind_until_ns) == (S.CONFIRMED, None)
    assert on.venue.refuses(on.rescind()) is Refusal.NOT_RESCINDABLE
    assert told(on, on.hold(Overlay.CORPORATE_EVENT)).rescind_until_ns is None


def test_a_right_that_ended_while_nobody_could_act_has_a_working_day_more() -> None:
    on = steps(acknowledge_days=9, remind_days=9, escalate_days=9)
    on.venue.does(on.hold(Overlay.CORPORATE_EVENT))
    on.venue.does(on.let_go(Overlay.CORPORATE_EVENT))
    on.venue.waits(4 * DAY_NS, downtime=True)
    assert happened(on.venue.does(on.rescind())) == [E.RESCIND]
    late = steps(acknowledge_days=9, remind_days=9, escalate_days=9)
    late.venue.does(late.hold(Overlay.CORPORATE_EVENT))
    late.venue.does(late.let_go(Overlay.CORPORATE_EVENT))
    late.venue.waits(4 * DAY_NS, downtime=True)
    late.venue.waits(2 * DAY_NS)
    assert late.venue.refuses(late.rescind()) is Refusal.NOT_RESCINDABLE


def test_an_overlays_longest_time_does_not_end_while_nobody_can_act() -> None:
    on = steps()
    on.venue.does(on.hold())
    events = on.venue.waits(8 * DAY_NS, downtime=True)
    assert happened(events) == [None]
    assert the(TransferAdvanced, events).overlay_ns == end_of_day(8 + 1)
    assert happened(on.venue.waits(2 * DAY_NS)) == [E.OVERDUE]


def test_a_confirmed_transfer_that_is_held_settles_a_working_day_after_it_is_let_go() -> None:
    on = steps(cut_off_minute=0)
    on.venue.does(on.venue.confirmation(on.transfer_id))
    on.venue.does(on.hold(DISPUTED))
    assert happened(on.venue.waits(3 * DAY_NS)) == []
    assert told(on, on.let_go(DISPUTED)).deadline_ns == end_of_day(3 + 1)
    the(TransferSettled, on.venue.waits(2 * DAY_NS))
    assert on.venue.holding(on.venue.buyer) == (100, 0, 0)


def test_the_plans_end_comes_also_to_what_is_held() -> None:
    venue = trading(terms(), maturity_date="2023-11-16")
    on = Steps(venue, matched(venue))
    venue.does(on.hold())
    ends_ns = transfer_of(venue, on.transfer_id).mature_ns
    assert ends_ns is not None
    events = venue.waits(ends_ns - START_NS)
    assert happened(events) == [E.OVERDUE, E.MATURE]
