"""SUI-03: what is on its way when its product becomes riskier waits for two working days, within
which its buyer may rescind; then it goes on."""

from __future__ import annotations

from typing import Any, Final

import pytest

from exchange.check import check
from exchange.events import AnyEvent, TransferAdvanced, TransferFailed, TransferSettled
from exchange.limits import FOLLOWED_AT_ONCE_MAX
from exchange.refusals import Refusal
from exchange.rules.types import Override, Stage
from exchange.snapshot import decode_state, digest, encode_state
from matching import BUY, SELL
from registry.transfer import Overlay, TransferEvent, TransferState
from registry.types import TransferId
from tests.exchange.disclosures import disclosure
from tests.exchange.rules.market import RuledMarket
from tests.exchange.rules.test_rejudging import of
from tests.exchange.rules.test_transfer_hold import UNITS, confirmation, held, market_with, said
from tests.exchange.steps import Steps, matched, transfer_of
from tests.exchange.venue import DAY_NS, the

VENUE: Final = "CN-VENUE-LICENSED"
WAITS: Final = (TransferState.SUBMITTED, Overlay.RISK_RAISED)


def raised(*packs: str, to: int = 3, **terms: Any) -> tuple[RuledMarket, TransferId]:
    """A transfer that is with the trust company when its product becomes riskier than 2."""
    market = market_with(*(packs or (VENUE,)), **terms)
    transfer_id = matched(market, UNITS)
    market.does(disclosure(market, risk_level=to))
    return market, transfer_id


def until_over(market: RuledMarket, transfer_id: TransferId) -> tuple[AnyEvent, ...]:
    """What happens at the end of the time in which the buyer may rescind."""
    until_ns = transfer_of(market, transfer_id).rescind_until_ns
    assert until_ns is not None
    market.waits(until_ns - 1 - market.at_ns)
    assert held(market, transfer_id)[1] & Overlay.RISK_RAISED
    return market.waits(1)


def test_it_waits_and_its_buyer_may_rescind_with_everything_back() -> None:
    market = market_with(VENUE)
    transfer_id = matched(market, UNITS)
    before = market.account(market.buyer)

    told = the(TransferAdvanced, market.does(disclosure(market, risk_level=3)))

    assert (told.event, told.overlays) == (TransferEvent.SET_OVERLAY, Overlay.RISK_RAISED)
    days = (told.rescind_until_ns or 0) - market.at_ns
    assert DAY_NS < days <= 3 * DAY_NS, "to the end of the second working day"
    assert held(market, transfer_id) == WAITS
    assert market.refuses(confirmation(market, transfer_id)) is Refusal.TRANSFER_HELD
    back = the(TransferFailed, market.does(Steps(market, transfer_id).rescind()))
    assert (back.state, back.refund) == (TransferState.CANCELLED, UNITS * 100)
    assert sum(market.account(market.buyer)) == sum(before)


def test_nobody_lifts_it_and_it_goes_on_by_itself() -> None:
    market, transfer_id = raised()
    steps = Steps(market, transfer_id)
    assert market.refuses(steps.let_go(Overlay.RISK_RAISED)) is Refusal.NOT_PERMITTED
    told = the(TransferAdvanced, until_over(market, transfer_id))
    assert (told.event, told.overlays) == (TransferEvent.LIFT_OVERLAY, Overlay(0))
    assert market.refuses(steps.rescind()) is Refusal.NOT_RESCINDABLE
    the(TransferSettled, market.does(confirmation(market, transfer_id)))


def test_what_goes_on_is_asked_again_whether_it_suits_the_buyer() -> None:
    """Who may bear 3 does not buy 4."""
    market, transfer_id = raised("CN-2007", VENUE, to=4)
    told = until_over(market, transfer_id)
    assert said(told) == [(market.buyer, Stage.SUBMIT, {"SUI-01"})]
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay.HELD)


@pytest.mark.parametrize("level", [1, 2])
def test_what_is_no_riskier_goes_on(level: int) -> None:
    market, transfer_id = raised(to=level)
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay(0))


def test_a_product_without_the_rule_goes_on() -> None:
    market, transfer_id = raised("CN-2007")
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay(0))


def test_what_is_confirmed_does_not_wait() -> None:
    market = market_with(VENUE, cut_off_minute=0, settling_days=1)
    transfer_id = matched(market, UNITS)
    market.does(confirmation(market, transfer_id))
    market.does(disclosure(market, risk_level=3))
    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay(0))


def test_a_second_rise_gives_the_time_anew_by_the_product_s_own_days() -> None:
    market, transfer_id = raised()
    first_ns = transfer_of(market, transfer_id).rescind_until_ns
    market.rules(VENUE, overrides=[Override("SUI-03", "rescind_wd", 5)])
    market.sleeps(1)
    told = the(TransferAdvanced, market.does(disclosure(market, risk_level=4)))
    assert (told.event, told.overlays) == (None, Overlay.RISK_RAISED)
    assert told.rescind_until_ns is not None
    assert first_ns is not None
    assert told.rescind_until_ns > first_ns + 3 * DAY_NS
    check(market.state)


@pytest.mark.parametrize("other", [Overlay.HELD, Overlay.CORPORATE_EVENT])
def test_other_overlays_come_and_go_beside_it(other: Overlay) -> None:
    market, transfer_id = raised()
    steps = Steps(market, transfer_id)
    market.does(steps.hold(other))
    check(market.state)
    market.state = decode_state(encode_state(market.state))
    until_over(market, transfer_id)
    assert held(market, transfer_id) == (TransferState.SUBMITTED, other)
    market.does(steps.let_go(other))
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay(0))
    check(market.state)


def test_it_comes_over_another_overlay_too() -> None:
    market = market_with(VENUE)
    transfer_id = matched(market, UNITS)
    steps = Steps(market, transfer_id)
    market.does(steps.hold())
    market.does(disclosure(market, risk_level=3))
    assert held(market, transfer_id)[1] == Overlay.HELD | Overlay.RISK_RAISED
    market.does(steps.let_go())
    assert held(market, transfer_id) == WAITS
    until_over(market, transfer_id)
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay(0))


def test_whose_time_ends_while_nobody_could_act_has_a_day_more() -> None:
    market, transfer_id = raised()
    market.waits(10 * DAY_NS, downtime=True)
    assert held(market, transfer_id) == WAITS
    market.does(Steps(market, transfer_id).rescind())


def test_many_wait_before_anything_else_happens() -> None:
    market = market_with(VENUE)
    number = FOLLOWED_AT_ONCE_MAX + 5
    for _ in range(number):
        market.does_all(
            [market.order(market.seller, SELL, 10), market.order(market.buyer, BUY, 10)]
        )
    market.does(disclosure(market, risk_level=3))
    assert len(market.state.rules.raised) == 5
    assert market.state.next_due_ns() == 0
    copy = decode_state(encode_state(market.state))
    assert digest(copy) == digest(market.state)
    market.state = copy
    told = of(TransferAdvanced, market.waits(1))
    assert len(told) == 5
    assert {held(market, each) for each in market.pending()} == {WAITS}
