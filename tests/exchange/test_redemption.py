"""A plan has ended, and a transfer of its units is confirmed: the seller has the price, and the
buyer what his units bring. Source: D6 of the domain; decision 0048."""

from __future__ import annotations

from typing import Any, Final

import pytest

from exchange.check import check
from exchange.events import TransferFailed, TransferRedeemed, TransferSettled
from exchange.refusals import Refusal
from exchange.register_commands import SuspendProduct
from exchange.rules.types import Stage
from exchange.snapshot import decode_state, digest, encode_state
from exchange.transfer_commands import RedeemTransfer
from exchange.types import OPERATOR_ID, Fen
from registry.calendar import day_of_date
from registry.encumbrance import EncumbranceKind
from registry.entries import Cause
from registry.transfer import Overlay, TransferState
from registry.types import DayNumber, HolderId, LotId
from tests.exchange.rules.market import RuledMarket
from tests.exchange.rules.test_rejudging import until_day
from tests.exchange.rules.test_transfer_hold import confirmation, held, market_with, said
from tests.exchange.steps import Steps, matched, terms, trading, transfer_of
from tests.exchange.test_encumbrances import placed
from tests.exchange.venue import NOBODY, Venue, kinds, the

PROCEEDS: Final = Fen(103_00)
LONG: Final = {"acknowledge_days": 90, "remind_days": 90, "escalate_days": 90, "decide_days": 90}


def confirmed(*, ends: bool = True, paid_in: int = 500_00, **changes: Any) -> Steps:
    """A transfer of 100 units for 100 yuan that waits for the cut-off; the plan has ended before
    its day, if it has, and the trust company has paid in."""
    venue = trading(terms(review=False, **{"cut_off_minute": 0, **changes}))
    on = Steps(venue, matched(venue))
    venue.does(venue.confirmation(on.transfer_id))
    if paid_in:
        venue.deposits(venue.trust_company, paid_in)
    if ends:
        suspends(venue)
    return on


def suspends(venue: Venue) -> None:
    venue.does(SuspendProduct(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))


def test_the_seller_has_the_price_and_the_buyer_what_the_units_bring() -> None:
    on = confirmed()
    venue = on.venue
    outstanding = venue.state.register.units_outstanding[venue.product_id]
    of_seller, of_buyer = venue.account(venue.seller)[0], venue.account(venue.buyer)[0]

    events = venue.does(on.redeem(PROCEEDS))

    told = the(TransferRedeemed, events)
    assert kinds(events) == ["TransferSettled", "TransferRedeemed"]
    assert (told.units, told.proceeds, told.officer) == (100, PROCEEDS, "ruan")
    assert told.version == the(TransferSettled, events).version
    assert venue.account(venue.seller) == (of_seller + 100_00, 0, 0)
    assert venue.account(venue.buyer) == (of_buyer + PROCEEDS, 0, 0)
    assert venue.account(venue.trust_company)[0] == 500_00 - PROCEEDS
    assert venue.holding(venue.buyer) == (0, 0, 0)
    assert venue.state.register.units_outstanding[venue.product_id] == outstanding - 100
    check(venue.state)


def test_the_register_says_that_the_units_were_the_buyers_and_are_no_more() -> None:
    on = confirmed()
    venue = on.venue
    venue.does(on.redeem())
    sold, bought, redeemed = venue.state.register.entries[-3:]
    assert [Cause(each.cause) for each in (sold, bought, redeemed)] == [
        *(Cause.TRANSFER, Cause.TRANSFER, Cause.REDEMPTION)
    ]
    bought_lot = HolderId(venue.buyer), LotId(on.transfer_id)
    assert (bought.holder_id, bought.lot_id) == (redeemed.holder_id, redeemed.lot_id) == bought_lot
    assert (bought.units, redeemed.units) == (100, 0)
    assert redeemed.cause_id == venue.state.sequence


def test_the_fees_of_both_are_due_as_at_any_settlement() -> None:
    on = confirmed()
    venue = on.venue
    leg = venue.state.leg_of(transfer_of(venue, on.transfer_id))
    settled = the(TransferSettled, venue.does(on.redeem()))
    assert settled.seller_credit + settled.venue_credit + settled.trust_company_credit == leg.cost


@pytest.mark.parametrize("registration", [False, True])
def test_its_registration_is_waited_for_where_the_product_says_so(*, registration: bool) -> None:
    on = confirmed(registration=registration)
    settled = the(TransferSettled, on.venue.does(on.redeem()))
    assert (settled.registration_due_ns is not None) is registration
    if registration:
        on.venue.does(on.register())
    assert not on.venue.state.register.unregistered


def test_what_is_held_is_redeemed_without_being_let_go() -> None:
    on = confirmed(registration=True)
    venue = on.venue
    venue.does(on.hold(Overlay.HELD))
    venue.does(on.redeem())
    transfer = venue.state.transfer(on.transfer_id)
    assert transfer is not None
    assert (transfer.state, transfer.overlays) == (TransferState.SETTLED, Overlay(0))
    assert (transfer.overlay_ns, transfer.paused_at_ns) == (None, None)
    check(venue.state)


@pytest.mark.parametrize("overlay", [Overlay.DISPUTED, Overlay.HALTED, Overlay.CORPORATE_EVENT])
def test_what_anybody_else_has_stopped_is_not_redeemed(overlay: Overlay) -> None:
    on = confirmed()
    on.venue.does(on.hold(overlay))
    assert on.venue.refuses(on.redeem()) is Refusal.TRANSFER_HELD
    on.venue.does(on.hold(Overlay.HELD))
    assert on.venue.refuses(on.redeem()) is Refusal.TRANSFER_HELD
    on.venue.does(on.let_go(overlay))
    on.venue.does(on.redeem())


def test_units_that_a_court_has_frozen_are_not_redeemed() -> None:
    on = confirmed()
    venue = on.venue
    placed(venue, EncumbranceKind.FREEZE, 10**9, holder_id=HolderId(venue.seller))
    assert venue.refuses(on.redeem()) is Refusal.TRANSFER_HELD


def test_what_a_court_waits_for_of_the_buyers_is_not_turned_into_cash() -> None:
    on = confirmed()
    venue = on.venue
    placed(venue, EncumbranceKind.FREEZE, 1, holder_id=HolderId(venue.buyer))
    assert venue.refuses(on.redeem()) is Refusal.UNITS_NOT_AVAILABLE


def test_only_the_products_trust_company_redeems() -> None:
    on = confirmed()
    venue = on.venue
    for by in (venue.buyer, venue.seller, OPERATOR_ID):
        assert venue.refuses(on.redeem(by=by)) is Refusal.NOT_PERMITTED
    for by in (venue.other, NOBODY):
        assert venue.refuses(on.redeem(by=by)) is Refusal.UNKNOWN_TRANSFER


def test_only_what_is_confirmed_is_redeemed() -> None:
    venue = trading(terms(review=False))
    on = Steps(venue, matched(venue))
    suspends(venue)
    assert venue.refuses(on.redeem()) is Refusal.TRANSFER_NOT_IN_STATE


@pytest.mark.parametrize("proceeds", [-1, 0, 10**14 + 1])
def test_the_proceeds_are_an_amount(proceeds: int) -> None:
    on = confirmed()
    assert on.venue.refuses(on.redeem(proceeds)) is Refusal.AMOUNT_OUT_OF_RANGE


def test_the_trust_company_pays_out_what_it_has_paid_in() -> None:
    on = confirmed(paid_in=0)
    venue = on.venue
    assert venue.refuses(on.redeem(PROCEEDS)) is Refusal.MONEY_NOT_AVAILABLE
    venue.deposits(venue.trust_company, PROCEEDS)
    venue.does(on.redeem(PROCEEDS))
    assert venue.account(venue.trust_company) == (0, 0, 0)


def test_a_plan_that_goes_on_redeems_nothing() -> None:
    on = confirmed(ends=False)
    assert on.venue.refuses(on.redeem()) is Refusal.PRODUCT_NOT_IN_STATE


def test_both_may_agree_to_cancel_instead() -> None:
    on = confirmed()
    venue = on.venue
    venue.does(on.cancel(venue.seller))
    failed = the(TransferFailed, venue.does(on.cancel(venue.buyer)))
    assert failed.state is TransferState.CANCELLED
    assert venue.refuses(on.redeem()) is Refusal.UNKNOWN_TRANSFER


def test_what_is_redeemed_is_not_undone_by_title() -> None:
    on = confirmed(registration=True)
    on.venue.does(on.redeem())
    assert on.venue.refuses(on.reverse(0)) is Refusal.LOT_NOT_HELD


def test_a_venue_from_a_snapshot_redeems_as_the_one_that_went_on() -> None:
    on = confirmed()
    venue = on.venue
    twin = decode_state(encode_state(venue.state))
    command = on.redeem()
    venue.does(command)
    venue.state, live = twin, venue.state
    venue.does(command)
    assert digest(venue.state) == digest(live)


def matured(*packs: str) -> tuple[RuledMarket, RedeemTransfer]:
    """A transfer that its rules hold, because it was confirmed two working days before the plan
    matures, and its redemption on that day."""
    market = market_with(*packs, matures_on="2023-12-18", maturity_days=0, **LONG)
    transfer_id = matched(market, 100)
    market.deposits(market.trust_company, 500_00)
    for party_id in (market.seller, market.buyer):
        market.knows(party_id, cleared_until=DayNumber(market.today + 100))
    until_day(market, day_of_date("2023-12-13") - market.today)
    events = market.does(confirmation(market, transfer_id))
    assert {stage for _, stage, _ in said(events)} == {Stage.SETTLE}
    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay.HELD)
    assert market.refuses(Steps(market, transfer_id).redeem()) is Refusal.PRODUCT_NOT_IN_STATE
    until_day(market, day_of_date("2023-12-18") - market.today)
    return market, Steps(market, transfer_id).redeem(PROCEEDS)


def test_what_prd_04_holds_is_redeemed_on_the_day_of_maturity() -> None:
    market, redemption = matured("CN-VENUE-LICENSED")
    events = market.does(redemption)
    assert the(TransferRedeemed, events).proceeds == PROCEEDS
    assert said(events) == []
    check(market.state)


def test_what_another_rule_holds_too_is_not() -> None:
    market, redemption = matured("CN-VENUE-LICENSED")
    market.knows(market.buyer, cleared_until=DayNumber(market.today - 1))
    assert market.refuses(redemption) is Refusal.TRANSFER_HELD
