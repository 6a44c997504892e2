"""Of a product in trouble nobody of its trustee's makes holders whole: PTY-GUARANTEE-02, of a bid
and of what a bid has led to."""

from __future__ import annotations

import pytest

from exchange.events import CommandRefused
from exchange.refusals import Refusal
from exchange.rules.types import Stage, Verdict
from exchange.rules_events import ClearanceAsked
from exchange.snapshot import decode_state, encode_state
from matching import Side
from registry.transfer import Overlay, TransferState
from tests.exchange.disclosures import disclosure
from tests.exchange.rules.clearing import clears
from tests.exchange.rules.market import RuledMarket, findings_in
from tests.exchange.rules.test_transfer_hold import held, said
from tests.exchange.test_halts import lift
from tests.exchange.test_risk_raised import until_over
from tests.exchange.venue import the

PAR = 10_000
BELOW = 9_990
UNITS = 500_000


@pytest.fixture
def market() -> RuledMarket:
    """The buyer belongs to the trust company."""
    market = RuledMarket("CN-2007", "CN-VENUE-LICENSED")
    until = market.today + 300
    market.knows(
        market.buyer,
        certified_until=until,
        assessed_until=until,
        cleared_until=until,
        affiliate_of=(market.trust_company,),
    )
    return market


def in_trouble(market: RuledMarket) -> None:
    """The product is, and the operator has let its trade go on since."""
    market.does(disclosure(market, distressed=True))
    market.does(lift(market, market.state.sequence))


def failed(market: RuledMarket, price: int) -> set[str]:
    """The rules against the buyer's bid."""
    events = market.submit(market.order(market.buyer, Side.BUY, UNITS, price))
    return {each.rule_id for each in findings_in(events) if each.verdict > Verdict.PASS}


def test_a_bid_of_the_trustees_own_is_a_persons_to_decide_until_the_product_is_in_trouble(
    market: RuledMarket,
) -> None:
    assert failed(market, PAR) == {"PTY-02"}
    in_trouble(market)
    assert failed(market, PAR) == {"PTY-02", "PTY-GUARANTEE-02"}
    assert failed(market, BELOW) == {"PTY-02"}
    market.does(disclosure(market, distressed=False))
    assert failed(market, PAR) == {"PTY-02"}


def test_nobody_else_is_kept_from_paying_par(market: RuledMarket) -> None:
    in_trouble(market)
    market.knows(market.buyer)
    assert failed(market, PAR) == set()


def test_no_person_lets_it_pass(market: RuledMarket) -> None:
    in_trouble(market)
    events = market.submit(market.order(market.buyer, Side.BUY, UNITS, PAR))
    assert events[0] == CommandRefused(refusal=Refusal.RULE_BLOCKS)
    assert not market.state.rules.clearances.by_id


def test_what_a_bid_has_led_to_waits_when_the_product_turns_out_to_be_in_trouble(
    market: RuledMarket,
) -> None:
    bid = market.order(market.buyer, Side.BUY, UNITS, PAR)
    clears(market, the(ClearanceAsked, market.submit(bid)).clearance_id)
    market.sells(UNITS)
    market.does(market.order(market.buyer, Side.BUY, UNITS, PAR))
    (transfer_id,) = market.pending()
    market.does(disclosure(market, distressed=True))
    market.state = decode_state(encode_state(market.state))
    events = until_over(market, transfer_id)
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay.HELD)
    assert said(events) == [(market.buyer, Stage.SUBMIT, {"PTY-02", "PTY-GUARANTEE-02"})]
