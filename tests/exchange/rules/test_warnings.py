"""What a rule warns of has to be read: the party names the rule, and its order says so for ever."""

from __future__ import annotations

import msgspec
import pytest

from exchange.commands import Acknowledge, Offering
from exchange.events import CommandRefused
from exchange.market_commands import SetMarketMode
from exchange.modes.negotiation import Acceptance
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import AcceptOffer, ListUnits, MakeOffer, OfferDeal
from exchange.refusals import Refusal
from exchange.reserve_events import MeansMissing
from exchange.rules.types import Verdict
from exchange.rules_events import OrderJudged, WarningsAcknowledged
from exchange.snapshot import decode_state, encode_state
from exchange.types import OPERATOR_ID, NegotiationId, OfferId
from matching import OrderId, Price, Quantity, Side
from registry.types import TimeNs
from tests.exchange.rules.market import RuledMarket, findings_in
from tests.exchange.venue import DAY_NS, the

CHINA = ("CN-2007", "CN-VENUE-LICENSED")
DEAR = 13_000
"""30 % above par."""


def acknowledging(offer: Offering, *rules: str) -> Acknowledge:
    """The offer of a party that has read what these rules warn of."""
    return Acknowledge(actor=offer.actor, key=offer.key, rules=rules, offer=offer)


def in_mode(mode: MarketMode) -> RuledMarket:
    """The market, where deals are made in another way."""
    market = RuledMarket(*CHINA)
    change = SetMarketMode(
        actor=OPERATOR_ID,
        key=market.key(),
        product_id=market.product_id,
        mode=mode,
        terms=None,
    )
    market.does(change)
    return market


def test_what_a_rule_warns_of_is_refused_until_it_is_acknowledged() -> None:
    market = RuledMarket(*CHINA)
    order = market.order(market.buyer, Side.BUY, 300_000, DEAR)
    refused, judged = market.submit(order)
    assert refused == CommandRefused(refusal=Refusal.WARNING_NOT_ACKNOWLEDGED)
    assert isinstance(judged, OrderJudged)
    warned = [each.rule_id for each in judged.findings if each.verdict is Verdict.WARN]
    assert warned == ["PRC-01"]
    assert not market.state.orders

    again = msgspec.structs.replace(order, key=market.key())
    told = the(WarningsAcknowledged, market.does(acknowledging(again, "PRC-01")))
    assert told.order_id in market.state.orders
    assert (told.party_id, told.product_id) == (market.buyer, market.product_id)
    assert [(each.rule_id, each.verdict) for each in told.findings] == [("PRC-01", Verdict.WARN)]


def test_who_has_read_another_rule_has_not_read_this_one() -> None:
    market = RuledMarket(*CHINA)
    order = market.order(market.buyer, Side.BUY, 300_000, DEAR)
    refused, _ = market.submit(acknowledging(order, "PRD-05", "NO-99"))
    assert refused == CommandRefused(refusal=Refusal.WARNING_NOT_ACKNOWLEDGED)


def test_what_a_rule_blocks_or_holds_nobody_acknowledges() -> None:
    market = RuledMarket(*CHINA)
    too_little = market.order(market.buyer, Side.BUY, 100, DEAR)
    assert market.submit(acknowledging(too_little, "QI-04", "PRC-01"))[0] == CommandRefused(
        refusal=Refusal.RULE_BLOCKS
    )
    too_dear = market.order(market.buyer, Side.BUY, 300_000, 16_000)
    assert market.submit(acknowledging(too_dear, "PRC-01"))[0] == CommandRefused(
        refusal=Refusal.RULE_HOLDS
    )


def test_what_nobody_warns_of_needs_no_acknowledgement_and_none_is_told() -> None:
    market = RuledMarket(*CHINA)
    events = market.does(acknowledging(market.order(market.buyer, Side.BUY, 300_000), "PRC-01"))
    assert WarningsAcknowledged not in map(type, events)
    plain = RuledMarket()
    events = plain.does(acknowledging(plain.order(plain.buyer, Side.BUY, 10, DEAR), "PRC-01"))
    assert WarningsAcknowledged not in map(type, events)


def test_an_order_that_fails_otherwise_acknowledges_nothing() -> None:
    market = RuledMarket(*CHINA)
    order = market.order(market.seller, Side.SELL, 600_000, DEAR)
    events = market.submit(acknowledging(order, "PRC-01"))
    assert list(map(type, events)) == [CommandRefused, MeansMissing]
    assert market.state.rules.judged is None


def test_what_was_acknowledged_once_is_asked_again_of_the_next_order() -> None:
    market = RuledMarket(*CHINA)
    order = market.order(market.seller, Side.SELL, 500_000, DEAR)
    market.does(acknowledging(order, "PRC-01"))
    order_id = OrderId(market.state.sequence)
    replacement = market.replacement(order_id, 500_000, DEAR + 10, by=market.seller)
    assert findings_in(market.submit(replacement))
    replacement = msgspec.structs.replace(replacement, key=market.key())
    market.does(acknowledging(replacement, "PRC-01"))
    assert market.open_order(order_id).price == DEAR + 10


@pytest.mark.parametrize("changed", ["actor", "key"])
def test_nobody_acknowledges_for_another(changed: str) -> None:
    market = RuledMarket(*CHINA)
    order = market.order(market.buyer, Side.BUY, 300_000, DEAR)
    command = acknowledging(order, "PRC-01")
    other = {"actor": market.seller, "key": market.key()}[changed]
    command = msgspec.structs.replace(command, **{changed: other})
    assert market.refuses(command) is Refusal.NOT_PERMITTED


def test_the_key_of_an_order_stays_with_it() -> None:
    market = RuledMarket(*CHINA)
    market.does(acknowledging(market.order(market.buyer, Side.BUY, 300_000, DEAR), "PRC-01"))
    order = market.open_order(OrderId(market.state.sequence))
    assert len(order.keys) == 1
    assert encode_state(decode_state(encode_state(market.state))) == encode_state(market.state)


def test_between_two_named_parties_each_acknowledges_his_own_word() -> None:
    market = in_mode(MarketMode.NEGOTIATED)
    offer = OfferDeal(
        actor=market.seller,
        key=market.key(),
        product_id=market.product_id,
        side=Side.SELL,
        price=Price(DEAR),
        quantity=Quantity(500_000),
        counterparty_id=market.buyer,
        lapses_ns=TimeNs(market.at_ns + DAY_NS),
        lots=(),
    )
    assert findings_in(market.submit(offer))
    told = the(
        WarningsAcknowledged,
        market.does(acknowledging(msgspec.structs.replace(offer, key=market.key()), "PRC-01")),
    )
    number = market.state.sequence
    assert (told.party_id, told.order_id) == (market.seller, OrderId(number))
    yes = AcceptOffer(
        actor=market.buyer,
        key=market.key(),
        negotiation_id=NegotiationId(number),
        offer_id=OfferId(number),
        lots=(),
    )
    assert findings_in(market.submit(yes))
    yes = msgspec.structs.replace(yes, key=market.key())
    told = the(WarningsAcknowledged, market.does(acknowledging(yes, "PRC-01")))
    assert told.party_id == market.buyer
    assert len(market.pending()) == 1


def test_a_listing_and_who_takes_it_acknowledge() -> None:
    market = in_mode(MarketMode.LISTED_PRICE)
    listing = ListUnits(
        actor=market.seller,
        key=market.key(),
        product_id=market.product_id,
        price=Price(DEAR),
        quantity=Quantity(500_000),
        parts=False,
        acceptance=Acceptance.FIRST_PASSING,
        lapses_ns=TimeNs(market.at_ns + DAY_NS),
        lots=(),
    )
    assert findings_in(market.submit(listing))
    listing = msgspec.structs.replace(listing, key=market.key())
    the(WarningsAcknowledged, market.does(acknowledging(listing, "PRC-01")))
    number = market.state.sequence
    taking = MakeOffer(
        actor=market.buyer,
        key=market.key(),
        negotiation_id=NegotiationId(number),
        offer_id=OfferId(number),
        price=Price(DEAR),
        quantity=Quantity(500_000),
        lapses_ns=None,
        lots=(),
    )
    assert findings_in(market.submit(taking))
    taking = msgspec.structs.replace(taking, key=market.key())
    the(WarningsAcknowledged, market.does(acknowledging(taking, "PRC-01")))
    assert len(market.pending()) == 1
