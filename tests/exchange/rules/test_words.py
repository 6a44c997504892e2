"""What parties say to each other by name is judged by the rules, as orders are."""

from __future__ import annotations

from exchange.market_commands import SetMarketMode
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import AcceptOffer, OfferDeal
from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID, NegotiationId, OfferId
from matching import Price, Quantity, Side
from registry.types import TimeNs
from tests.exchange.rules.market import RuledMarket, findings_in
from tests.exchange.venue import HOUR_NS

CHINA = ("CN-2007", "CN-VENUE-LICENSED")


def negotiated() -> tuple[RuledMarket, NegotiationId]:
    """The seller offers units to the buyer, who may buy."""
    market = RuledMarket(*CHINA)
    market.does(
        SetMarketMode(
            actor=OPERATOR_ID,
            key=market.key(),
            product_id=market.product_id,
            mode=MarketMode.NEGOTIATED,
            terms=None,
        )
    )
    market.does(
        OfferDeal(
            actor=market.seller,
            key=market.key(),
            product_id=market.product_id,
            side=Side.SELL,
            price=Price(10_000),
            quantity=Quantity(500_000),
            counterparty_id=market.buyer,
            lapses_ns=TimeNs(market.at_ns + HOUR_NS),
            lots=(),
        )
    )
    return market, NegotiationId(market.state.sequence)


def yes(market: RuledMarket, number: NegotiationId, offer_id: int) -> AcceptOffer:
    return AcceptOffer(
        actor=market.buyer,
        key=market.key(),
        negotiation_id=number,
        offer_id=OfferId(offer_id),
        lots=(),
    )


def test_who_may_not_buy_accepts_nothing_and_is_told_why() -> None:
    market, number = negotiated()
    market.knows(market.buyer, certified_until=None, level=None, cleared_until=None)
    told = market.submit(yes(market, number, number))
    assert "QI-01" in [each.rule_id for each in findings_in(told)]


def test_what_comes_before_the_rules_is_said_alone() -> None:
    market, number = negotiated()
    market.knows(market.buyer, certified_until=None, level=None, cleared_until=None)
    own = OfferDeal(
        actor=market.buyer,
        key=market.key(),
        product_id=market.product_id,
        side=Side.BUY,
        price=Price(10_000),
        quantity=Quantity(500_000),
        counterparty_id=market.buyer,
        lapses_ns=TimeNs(market.at_ns + HOUR_NS),
        lots=(),
    )
    assert market.refuses(own) is Refusal.SELF_TRADE
    assert market.state.rules.judged is None
    assert number in market.state.negotiations.by_id
