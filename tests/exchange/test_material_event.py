"""HALT-02: that a product is in trouble halts its trade in the command that discloses it, and who
has bought it may rescind; the operator lets trade go on."""

from __future__ import annotations

from exchange.check import check
from exchange.events import TransferAdvanced, TransferFailed
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.halt_types import HaltLevel, HaltReason
from exchange.limits import HALT_REVIEW_MAX_NS
from exchange.refusals import Refusal
from exchange.register_commands import CloseProduct, SuspendProduct
from exchange.snapshot import decode_state, digest, encode_state
from exchange.types import OPERATOR_ID
from matching import Side
from registry.transfer import Overlay, TransferEvent, TransferState
from tests.exchange.disclosures import disclosure
from tests.exchange.rules.test_transfer_hold import UNITS, held, market_with
from tests.exchange.steps import Steps, matched
from tests.exchange.test_halts import halt, lift
from tests.exchange.test_risk_raised import VENUE, until_over
from tests.exchange.venue import Venue, kinds, the


def test_trouble_halts_the_product_until_the_operator_lets_trade_go_on() -> None:
    venue = Venue()
    bid = venue.order(venue.buyer, Side.BUY, 10)

    halted = the(TradeHalted, venue.does(disclosure(venue, distressed=True)))

    assert (halted.level, halted.subject_id) == (HaltLevel.PRODUCT, venue.product_id)
    assert (halted.reason, halted.given_by) == (HaltReason.MATERIAL_EVENT, OPERATOR_ID)
    assert 0 < halted.review_ns - venue.state.at_ns <= HALT_REVIEW_MAX_NS
    assert venue.refuses(bid) is Refusal.TRADE_HALTED
    by_company = lift(venue, halted.halt_id, venue.trust_company)
    assert venue.refuses(by_company) is Refusal.UNKNOWN_HALT
    check(venue.state)
    the(HaltLifted, venue.does(lift(venue, halted.halt_id)))
    venue.does(venue.order(venue.buyer, Side.BUY, 10))


def test_what_is_known_already_halts_nothing_more() -> None:
    venue = Venue()
    halted = the(TradeHalted, venue.does(disclosure(venue, distressed=True)))
    venue.does(lift(venue, halted.halt_id))
    assert kinds(venue.does(disclosure(venue, distressed=True))) == ["FactsPublished"]
    assert kinds(venue.does(disclosure(venue, distressed=False))) == ["FactsPublished"]
    the(TradeHalted, venue.does(disclosure(venue, distressed=True)))


def test_a_product_that_the_operator_has_halted_is_halted_once() -> None:
    venue = Venue()
    venue.does(halt(venue))
    assert kinds(venue.does(disclosure(venue, distressed=True))) == ["FactsPublished"]
    of_company = Venue()
    of_company.does(halt(of_company, of_company.trust_company))
    the(TradeHalted, of_company.does(disclosure(of_company, distressed=True)))


def test_a_closed_product_is_not_halted() -> None:
    venue = Venue()
    for command in (SuspendProduct, CloseProduct):
        venue.does(command(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))
    assert kinds(venue.does(disclosure(venue, distressed=True))) == ["FactsPublished"]


def test_who_has_bought_it_may_rescind_for_two_working_days() -> None:
    market = market_with(VENUE)
    transfer_id = matched(market, UNITS)
    told = the(TransferAdvanced, market.does(disclosure(market, distressed=True)))
    assert (told.event, told.overlays) == (TransferEvent.SET_OVERLAY, Overlay.RISK_RAISED)
    back = the(TransferFailed, market.does(Steps(market, transfer_id).rescind()))
    assert back.state is TransferState.CANCELLED


def test_who_does_not_goes_on_though_trade_is_halted() -> None:
    market = market_with(VENUE)
    transfer_id = matched(market, UNITS)
    market.does(disclosure(market, distressed=True))
    until_over(market, transfer_id)
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay(0))


def test_a_venue_from_a_snapshot_halts_as_the_one_that_went_on() -> None:
    venue = Venue()
    twin = decode_state(encode_state(venue.state))
    command = disclosure(venue, distressed=True)
    venue.does(command)
    venue.state, live = twin, venue.state
    venue.does(command)
    assert digest(venue.state) == digest(live)
