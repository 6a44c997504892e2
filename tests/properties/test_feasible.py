"""What a party is told that it may do is exactly what the engine would take: by brute force over
small grids of quantities and prices, and at the very ends of every range."""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from exchange.book_view import BookLevel
from exchange.commands import PlaceOrder
from exchange.feasible import Feasible, Interval, feasible
from exchange.fees import FeeLine, FeeSchedule
from exchange.market_commands import SetMarketMode
from exchange.modes.types import CallAuctionTerms, MarketMode
from exchange.negotiation_commands import OfferDeal
from exchange.order_words import order_of
from exchange.preview import first_refusal
from exchange.profile import CertificationBasis
from exchange.refusals import Refusal
from exchange.rules.check import CHECKS
from exchange.rules.solve import PRICE_SOLVERS, SOLVERS
from exchange.rules.types import Override, Verdict
from exchange.types import OPERATOR_ID, Fen, PartyId, Sequence
from matching import Price, Quantity, Side
from registry.types import TimeNs
from tests.exchange.pairs import PACK as PAIRS
from tests.exchange.pairs import pack_of
from tests.exchange.rules.market import RuledMarket
from tests.exchange.rules.packs import next_version, of_parties
from tests.exchange.test_preview import facts_of
from tests.exchange.venue import DAY_NS, NO_FEES

LOT: Final = 20_000
TICK: Final = 2_500
QUANTITIES: Final = [count * LOT for count in range(45)] + [LOT + 10, 299_999]
PRICES: Final = [count * TICK for count in range(10)] + [TICK + 1]
LAW: Final = "CN-2007"
VENUE: Final = "CN-VENUE-LICENSED"
OF_NO_QUANTITY: Final = {"PRC-02", "ORD-01", *PRICE_SOLVERS}
"""Rules of the offer that look at its price or its end, and at no quantity."""
OF_TWO: Final = {"ORD-02", "ORD-04", "PTY-01", "VEN-06"}
"""Rules that look at another party, and at other orders than the one that is asked about."""
OF_SLOTS: Final = {"HC-01", "HC-02", "VEN-03"}
"""Rules that look at what becomes of a product's holders, and at when they traded last."""
LENIENT: Final = next_version(of_parties(LAW)).replace(
    "FIXED_INCOME = 30_000_000", "FIXED_INCOME = 150"
)
"""A seller keeps two units at least: the next lot below all that he has is all right."""
FEES: Final = FeeSchedule(
    venue_buyer=FeeLine(5, Fen(0), Fen(10**9)),
    venue_seller=FeeLine(10, Fen(0), Fen(10**9)),
    trust_company_buyer=FeeLine(100, Fen(777), Fen(200_000)),
    trust_company_seller=FeeLine(10, Fen(0), Fen(10**9)),
)


def asked(market: RuledMarket, party_id: PartyId, side: Side, *, price: int) -> Feasible:
    """What the party is told; committed facts have rules of their own."""
    book = market.state.products[market.product_id].book
    facts = facts_of(market.state, market.order(party_id, side, LOT))
    told = feasible(
        facts,
        party_id,
        side,
        price=Price(price),
        opposite=[
            BookLevel(at, Quantity(quantity), orders)
            for at, quantity, orders in book.depth(side.opposite, 99)
        ],
        at_ns=market.at_ns,
    )
    market.state.rules.judged, market.state.rules.acknowledged = None, ()
    return told


def engine_says(
    market: RuledMarket, party_id: PartyId, side: Side, *, quantity: int, price: int
) -> Refusal | None:
    """What the engine's own checks say of an order whose party has read every warning, on its own
    state."""
    state = market.state
    state.rules.acknowledged = ("PRC-01", "PRD-05")
    product = state.products[market.product_id]
    by_book = product.mode in {MarketMode.CONTINUOUS, MarketMode.CALL_AUCTION}
    command = market.order(party_id, side, quantity, price)
    order = order_of(command, Sequence(1), market.at_ns, product=product)
    refusal = first_refusal(
        state, product, order, market.at_ns, mode=None if by_book else product.mode
    )
    state.rules.judged, state.rules.acknowledged = None, ()
    return refusal


def has(interval: Interval | None, number: int) -> bool:
    return (
        interval is not None
        and interval.least <= number <= interval.most
        and number % interval.step == 0
    )


def compare(market: RuledMarket, party_id: PartyId, side: Side) -> None:
    """Everything on the grids, and what is just beyond each end."""
    anywhere, prices = set(), asked(market, party_id, side, price=TICK).prices
    for price in PRICES[1:]:
        told = asked(market, party_id, side, price=price)
        assert told.prices == prices
        says = {
            quantity: engine_says(market, party_id, side, quantity=quantity, price=price)
            for quantity in QUANTITIES
        }
        for quantity, refusal in says.items():
            inside = any(has(each, quantity) for each in told.quantities)
            assert inside is (refusal is None), (side, price, quantity, refusal, told)
        assert (told.refusal is None) is bool(told.quantities), told
        if told.quantities:
            assert has(told.prices, price), told
            anywhere.add(price)
        for each in told.quantities:
            compare_ends(market, party_id, told, each)
    assert {price for price in PRICES[1:] if has(prices, price)} == anywhere
    if prices is not None:
        compare_prices(market, party_id, side, prices)


def compare_ends(
    market: RuledMarket, party_id: PartyId, told: Feasible, interval: Interval
) -> None:
    for inside, beyond, limit in (
        (interval.least, interval.least - interval.step, interval.least_by),
        (interval.most, interval.most + interval.step, interval.most_by),
    ):
        side, price = told.side, told.price
        assert engine_says(market, party_id, side, quantity=inside, price=price) is None
        refusal = engine_says(market, party_id, side, quantity=beyond, price=price)
        assert refusal is limit.refusal, (beyond, told)
        by_rule = refusal in {Refusal.RULE_BLOCKS, Refusal.RULE_HOLDS}
        assert (limit.finding is not None) is by_rule
        if limit.finding is not None:
            assert limit.finding.verdict > Verdict.PASS
            assert limit.finding.cures or refusal is Refusal.RULE_HOLDS


def compare_prices(market: RuledMarket, party_id: PartyId, side: Side, prices: Interval) -> None:
    smallest = asked(market, party_id, side, price=prices.least).quantities[0].least
    for inside, beyond, limit in (
        (prices.least, prices.least - prices.step, prices.least_by),
        (prices.most, prices.most + prices.step, prices.most_by),
    ):
        assert asked(market, party_id, side, price=inside).quantities
        if beyond > 0:
            assert asked(market, party_id, side, price=beyond).quantities == ()
        refusal = engine_says(market, party_id, side, quantity=smallest, price=beyond)
        assert refusal is limit.refusal, (beyond, prices)


def offer_of(order: PlaceOrder, counterparty_id: PartyId, market: RuledMarket) -> OfferDeal:
    """The same, as an offer to one party."""
    return OfferDeal(
        actor=order.actor,
        key=order.key,
        product_id=order.product_id,
        side=order.side,
        price=order.price,
        quantity=order.quantity,
        counterparty_id=counterparty_id,
        lapses_ns=TimeNs(market.at_ns + DAY_NS),
        lots=(),
    )


def ruled_market(draw: Random) -> RuledMarket:
    """Two natural persons and an institution, with units, and rules of one day."""
    fees = draw.choice([NO_FEES, FEES])
    market = RuledMarket(LAW, VENUE, units=draw.choice([310_000, 540_000, 604_321]), fees=fees)
    product = market.state.products[market.product_id]
    product.terms = msgspec.structs.replace(
        product.terms,
        lot=Quantity(LOT),
        tick=Price(TICK),
        par_value=Price(draw.choice([9_990, 10_000])),
    )
    if draw.random() < 0.2:
        market.loads(LENIENT)
    market.loads(pack_of("VEN-06"))
    packs = draw.choice([(), (LAW,), (VENUE,), (LAW, VENUE), (LAW, VENUE), (LAW, PAIRS)])
    overrides = []
    if LAW in packs and draw.random() < 0.4:
        least = draw.choice([1, 40_000_000, 45_000_050])
        rule_id = draw.choice(["QI-04", "QI-05"])
        overrides = [Override(rule_id, "contract_minimum_fen", least)]
    if LAW in packs and draw.random() < 0.4:
        overrides.append(Override("CN-SPLIT-03", "inst_split_to_inst", "BLOCK"))
    market.rules(*packs, overrides=overrides)
    if draw.random() < 0.5:
        market.records(market.buyer, units=draw.choice([10, 123_456, 300_000]))
    if draw.random() < 0.5:
        market.knows(market.other, basis=CertificationBasis.DEEMED)
        market.records(market.other, units=draw.choice([10, 60_000, 80_001]))
    return market


def random_market(draw: Random) -> RuledMarket:
    """These, with money, who have traded a little."""
    market = ruled_market(draw)
    mode = draw.choice(
        [MarketMode.CONTINUOUS] * 4 + [MarketMode.CALL_AUCTION, MarketMode.NEGOTIATED]
    )
    terms = None
    if mode is MarketMode.CALL_AUCTION:
        terms = CallAuctionTerms(uncross_minutes=(600,), window_minutes=5)
    if mode is not MarketMode.CONTINUOUS:
        market.does(
            SetMarketMode(
                actor=OPERATOR_ID,
                key=market.key(),
                product_id=market.product_id,
                mode=mode,
                terms=terms,
            )
        )
    for _ in range(draw.randrange(6)):
        party_id = draw.choice([market.seller, market.buyer, market.other])
        side = draw.choice([Side.BUY, Side.SELL])
        quantity, price = LOT * draw.randrange(1, 25), TICK * draw.randrange(1, 8)
        order = market.order(party_id, side, quantity, price)
        by_name = mode is MarketMode.NEGOTIATED
        counterparty_id = draw.choice([market.seller, market.buyer])
        # Taken or not.
        market.submit(offer_of(order, counterparty_id, market) if by_name else order)
    account = market.state.cash.accounts[market.buyer]
    account.available = draw.choice([0, 5_000_000, 31_000_000, 40_123_456, 10**10])
    if draw.random() < 0.2:
        market.knows(draw.choice([market.seller, market.buyer]), certified_until=None)
    return market


@given(seed=st.integers(0, 2**32))
def test_what_may_be_done_is_what_the_engine_would_take(seed: int) -> None:
    draw = Random(seed)
    market = random_market(draw)
    for party_id in (market.seller, market.buyer, market.other):
        compare(market, party_id, draw.choice([Side.BUY, Side.SELL]))


def test_the_value_of_an_order_is_bounded_to_the_fen() -> None:
    market = RuledMarket()
    product = market.state.products[market.product_id]
    product.terms = msgspec.structs.replace(
        product.terms, lot=Quantity(1), tick=Price(1), par_value=Price(1)
    )
    market.state.cash.accounts[market.buyer].available = 10**16
    told = asked(market, market.buyer, Side.BUY, price=1)
    (interval,) = told.quantities
    assert interval.most_by.refusal is Refusal.ORDER_VALUE_OUT_OF_RANGE
    compare_ends(market, market.buyer, told, interval)


def test_of_every_rule_of_an_offer_it_is_known_what_it_leaves() -> None:
    of_offer = {rule_id for rule_id, check in CHECKS.items() if check.is_of_offer}
    assert of_offer == SOLVERS.keys() | OF_NO_QUANTITY | OF_TWO | OF_SLOTS
