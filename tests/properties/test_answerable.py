"""What a party is told that it may answer is exactly what the engine takes: every answer on a small
grid is really given, on a copy of the state, to words that stand in each mode."""

from __future__ import annotations

from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.answerable import Answerable, answerable, slots_decide
from exchange.answerable_words import Word, words_for
from exchange.commands import Acknowledge
from exchange.engine import apply
from exchange.events import CommandRefused
from exchange.market_commands import SetMarketMode
from exchange.modes.negotiation import Acceptance, NegotiationState
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import (
    AcceptOffer,
    AuctionUnits,
    ListUnits,
    MakeOffer,
    OfferDeal,
    RequestQuotes,
)
from exchange.negotiation_state import Negotiation
from exchange.negotiation_view import NegotiationView, OfferView, bidding_seen
from exchange.pair_preview import Counterparty, Others, Sold
from exchange.product_view import SlotsView
from exchange.refusals import Refusal
from exchange.rules.check import CHECKS, Aspect
from exchange.rules.solve import MEETING_SOLVERS
from exchange.rules.types import Verdict
from exchange.slots import NO_CAPS, Caps, Count, Counts
from exchange.snapshot import decode_state, encode_state
from exchange.state import State
from exchange.types import OPERATOR_ID, NegotiationId, OfferId, PartyId, Sequence
from matching import OrderId, Price, Quantity, Side
from registry.types import HolderId, TimeNs
from tests.exchange.dealing import Dealing
from tests.exchange.pairs import SPLIT, inherits, rule_pairs
from tests.exchange.rules.market import RuledMarket
from tests.exchange.test_preview import facts_of
from tests.exchange.venue import HOUR_NS, TERMS, Venue
from tests.properties.test_feasible import LOT, TICK, has, ruled_market

MODES: Final = (
    *(MarketMode.LISTED_PRICE, MarketMode.LISTED_PRICE, MarketMode.LISTED_PRICE),
    *(MarketMode.NEGOTIATED, MarketMode.RFQ, MarketMode.ENGLISH_AUCTION),
)
WARNED: Final = ("PRC-01", "PRD-05")
SAME_FOR_ALL: Final = {"CN-SPLIT-02", "PTY-01"}
"""Rules of two that say the same of every quantity."""
OF_CAPS: Final = (Refusal.HOLDER_SLOTS, Refusal.TURNAROUND)
"""What is only seen as a deal is made."""
NEVER_OF_TWO: Final = {"ORD-02"}
"""Of a listing that nobody has taken."""


def view_of(negotiation: Negotiation) -> NegotiationView:
    """As people may see it, who may see all."""
    offers = tuple(
        OfferView(
            each.offer_id,
            each.party_id,
            each.price,
            each.quantity,
            each.lapses_ns,
            each.made_at_ns,
            each.changed_at_ns,
            each.state,
        )
        for each in negotiation.offers.values()
    )
    terms = negotiation.bidding
    return NegotiationView(
        negotiation_id=negotiation.negotiation_id,
        product_id=negotiation.product_id,
        mode=negotiation.mode,
        opener_id=negotiation.opener_id,
        side=negotiation.side,
        price=negotiation.price,
        quantity=negotiation.quantity,
        open_quantity=negotiation.open_quantity,
        parts=negotiation.parts,
        acceptance=negotiation.acceptance,
        is_open_to_all=not negotiation.named,
        named=negotiation.named,
        lapses_ns=negotiation.lapses_ns,
        opened_at_ns=negotiation.opened_at_ns,
        changed_at_ns=negotiation.changed_at_ns,
        state=negotiation.state,
        version=negotiation.version,
        transfer_id=negotiation.transfer_id,
        offers=offers,
        bidding=None if terms is None else bidding_seen(terms, negotiation.state, offers),
    )


def words_in(market: Venue, party_id: PartyId, side: Side) -> list[Word]:
    """What stands that the party may hear of and could answer."""
    state, has_got, views = market.state, set[NegotiationId](), []
    for key, negotiation in state.negotiations.by_id.items():
        shown = view_of(negotiation).shown_to(party_id)
        if shown is not None:
            views.append(shown)
        if negotiation.state is NegotiationState.BACKED:
            assert negotiation.transfer_id is not None
            buyer_id = state.register.transfers[negotiation.transfer_id].buyer_id
            has_got |= {key} if buyer_id == HolderId(party_id) else set()
    tick = state.products[market.product_id].terms.tick
    return words_for(
        views, party_id, side, tick=tick, has_got=frozenset(has_got), at_ns=market.at_ns
    )


def others_in(state: State, market: Venue, party_ids: set[PartyId]) -> Others:
    """What is committed about them."""
    holdings = state.register.holdings
    return Others(
        parties=tuple(
            Counterparty(
                each,
                state.parties[each].kind,
                state.parties[each].profile,
                tuple(holding.lots.values())
                if (holding := holdings.get((market.product_id, HolderId(each))))
                else (),
            )
            for each in sorted(party_ids)
        ),
        on_the_way=tuple(
            Sold(PartyId(each.seller_id), PartyId(each.buyer_id), each.units)
            for each in state.register.transfers.values()
            if each.product_id == market.product_id
        ),
        kinds={party_id: party.kind for party_id, party in state.parties.items()},
    )


def told(market: Venue, party_id: PartyId, side: Side) -> tuple[tuple[Answerable, ...], bool]:
    """What the party is told, and whether slots may yet decide."""
    image = encode_state(market.state)
    state = decode_state(image)  # what is asked changes no state
    words = words_in(market, party_id, side)
    facts = facts_of(state, market.order(party_id, side, LOT))
    others = others_in(state, market, {word.other_id for word in words})
    slots = state.slots.get(market.product_id)
    view = None if slots is None else SlotsView(slots.caps, slots.counts)
    raised = [word.raises for word in words if word.raises is not None]
    reserved = {each: state.orders[OrderId(each)].reserved for each in raised}
    found = answerable(facts, party_id, side, words, others, reserved=reserved, at_ns=market.at_ns)
    return found, slots_decide(view, facts, party_id, side, others)


def accepting(
    market: Venue, party_id: PartyId, negotiation_id: NegotiationId, offer_id: OfferId
) -> AcceptOffer:
    return AcceptOffer(
        actor=party_id,
        key=market.key(),
        negotiation_id=negotiation_id,
        offer_id=offer_id,
        lots=(),
    )


def answer_to(
    market: Venue, party_id: PartyId, word: Word, *, price: int, quantity: int
) -> AcceptOffer | MakeOffer:
    if word.offer_id is not None:
        return accepting(market, party_id, word.negotiation_id, word.offer_id)
    return MakeOffer(
        actor=party_id,
        key=market.key(),
        negotiation_id=word.negotiation_id,
        offer_id=OfferId(word.negotiation_id),
        price=Price(price),
        quantity=Quantity(quantity),
        lapses_ns=None,
        lots=(),
    )


def engine_says(
    market: Venue, image: bytes, party_id: PartyId, word: Word, *, price: int, quantity: int
) -> Refusal | None:
    """What becomes of the answer, of a party that has read every warning: really given."""
    command = answer_to(market, party_id, word, price=price, quantity=quantity)
    state = decode_state(image)
    sequence = Sequence(state.sequence + 1)
    read = Acknowledge(actor=party_id, key=command.key, rules=WARNED, offer=command)
    first, *_ = apply(state, read, sequence=sequence, at_ns=market.at_ns)
    return first.refusal if isinstance(first, CommandRefused) else None


def compare(market: Venue, party_id: PartyId, side: Side) -> list[Answerable]:
    """Every word that stands, with every answer to it on a grid and beyond its ends."""
    image, (found, may_decide) = encode_state(market.state), told(market, party_id, side)
    for each in found:
        word = each.word
        is_plain = each.refusal is None
        assert bool(each.quantities) is is_plain, each
        assert (each.prices is not None) is (is_plain and word.price is None), each
        if word.price is None:
            compare_prices(market, image, party_id, each)
        else:
            compare_quantities(market, image, party_id, each, may_decide=may_decide)
    return list(found)


def compare_quantities(
    market: Venue, image: bytes, party_id: PartyId, each: Answerable, *, may_decide: bool
) -> None:
    word, lot = each.word, market.state.products[market.product_id].terms.lot
    assert word.price is not None
    grid: list[int] = [word.quantity]
    if word.offer_id is None:
        grid = [0, lot + 1, *range(lot, word.quantity + 2 * lot, lot)]
    says = {
        quantity: engine_says(market, image, party_id, word, price=word.price, quantity=quantity)
        for quantity in grid
    }
    for quantity, said in says.items():
        refusal = None if said in OF_CAPS else said
        assert said not in OF_CAPS or may_decide, each
        is_told = any(has(interval, quantity) for interval in each.quantities)
        if refusal is None and not is_told:  # parts that would tell what the seller keeps
            by = each.finding or each.quantities[-1].least_by.finding
            assert word.parts, each
            assert by is not None, each
            assert by.rule_id == "QI-05", each
        else:
            assert is_told is (refusal is None), (quantity, refusal, each)
    if each.refusal is not None:
        assert each.refusal in says.values(), (each, says)
        compare_finding(each)
    for interval in each.quantities if word.offer_id is None else ():
        for beyond, limit in (
            (interval.least - interval.step, interval.least_by),
            (interval.most + interval.step, interval.most_by),
        ):
            assert says[beyond] is limit.refusal, (beyond, says[beyond], limit, each)


def compare_finding(each: Answerable) -> None:
    by_rule = each.refusal in (Refusal.RULE_BLOCKS, Refusal.RULE_HOLDS)
    assert (each.finding is not None) is by_rule, each
    if each.finding is not None:
        least = Verdict.BLOCK if each.refusal is Refusal.RULE_BLOCKS else Verdict.HOLD
        assert each.finding.verdict is least, each


def compare_prices(market: Venue, image: bytes, party_id: PartyId, each: Answerable) -> None:
    word, prices = each.word, each.prices
    grid = {*range(TICK, 12 * TICK, TICK), TICK + 1, 0}
    if prices is not None:
        for end in (prices.least, prices.most):
            grid |= {end - prices.step, end, end + prices.step}
    says = {
        price: engine_says(market, image, party_id, word, price=price, quantity=word.quantity)
        for price in grid
    }
    for price, refusal in says.items():
        on_grid = prices is not None and (price - prices.least) % prices.step == 0
        is_told = prices is not None and on_grid and prices.least <= price <= prices.most
        assert is_told is (refusal is None), (price, refusal, each)
    if prices is None:
        assert each.refusal in says.values(), (each, says)
        compare_finding(each)
        return
    assert says[prices.least - prices.step] is prices.least_by.refusal, each
    assert says[prices.most + prices.step] is prices.most_by.refusal, each
    for beyond in (-1, 1):
        quantity = word.quantity + beyond * LOT
        assert engine_says(
            market, image, party_id, word, price=prices.least, quantity=quantity
        ) in (Refusal.OFFER_OUT_OF_RANGE, Refusal.QUANTITY_OUT_OF_RANGE)


def opening(
    draw: Random, market: RuledMarket, mode: MarketMode
) -> ListUnits | OfferDeal | RequestQuotes | AuctionUnits:
    """A word of somebody's, that may be refused."""
    parties = [market.seller, market.buyer, market.other]
    party_id = draw.choice([market.seller, *parties])
    product_id, held = market.product_id, market.holding(party_id)[0]
    price = TICK * draw.randrange(1, 8)
    quantity = LOT * draw.randrange(1, 16)
    if draw.random() < 0.4 and held >= LOT:
        quantity = held
    key, lapses_ns = market.key(), TimeNs(market.at_ns + draw.choice([1, 30]) * HOUR_NS)
    if mode is MarketMode.LISTED_PRICE:
        return ListUnits(
            actor=party_id,
            key=key,
            product_id=product_id,
            price=Price(price),
            quantity=Quantity(quantity),
            parts=draw.random() < 0.7,
            acceptance=draw.choice(list(Acceptance)),
            lapses_ns=lapses_ns,
            lots=(),
        )
    side = draw.choice(list(Side))
    if mode is MarketMode.NEGOTIATED:
        return OfferDeal(
            actor=party_id,
            key=key,
            product_id=product_id,
            side=side,
            price=Price(price),
            quantity=Quantity(quantity),
            counterparty_id=draw.choice(parties),
            lapses_ns=lapses_ns,
            lots=(),
        )
    if mode is MarketMode.RFQ:
        return RequestQuotes(
            actor=party_id,
            key=key,
            product_id=product_id,
            side=side,
            quantity=Quantity(quantity // LOT * LOT),
            named=(),
            lapses_ns=lapses_ns,
        )
    return AuctionUnits(
        actor=party_id,
        key=key,
        product_id=product_id,
        price=Price(price),
        increment=TICK * draw.choice([1, 2]),
        reserve_price=None,
        quantity=Quantity(quantity),
        starts_ns=TimeNs(market.at_ns + draw.choice([0, 0, 0, HOUR_NS])),
        ends_ns=TimeNs(market.at_ns + 2 * HOUR_NS),
        lapses_ns=TimeNs(market.at_ns + 100 * HOUR_NS),
        lots=(),
    )


def random_market(draw: Random) -> RuledMarket:
    """Some words stand, and some were answered."""
    market = ruled_market(draw)
    mode = draw.choice(MODES)
    market.does(
        SetMarketMode(
            actor=OPERATOR_ID,
            key=market.key(),
            product_id=market.product_id,
            mode=mode,
            terms=None,
        )
    )
    for _ in range(draw.randrange(2, 6)):
        market.submit(opening(draw, market, mode))  # taken or not
    for _ in range(draw.randrange(4)):
        answer_somewhere(draw, market)
    outstanding = market.state.register.units_outstanding[market.product_id]
    if draw.random() < 0.3 and outstanding + LOT <= TERMS.units_issued:
        inherits(market, market.seller, LOT)
    account = market.state.cash.accounts[market.buyer]
    account.available = draw.choice([0, 5_000_000, 31_000_000, 40_123_456, 10**10])
    if draw.random() < 0.15:
        market.knows(draw.choice([market.seller, market.buyer]), certified_until=None)
    return market


def answer_somewhere(draw: Random, market: RuledMarket) -> None:
    """One of those who may, with what they may; or a seller picks one who has asked."""
    waiting = [
        (negotiation, offer)
        for negotiation in market.state.negotiations.by_id.values()
        for offer in negotiation.offers.values()
        if negotiation.acceptance is Acceptance.SELLER_CONFIRMS
    ]
    if waiting and draw.random() < 0.5:
        negotiation, offer = draw.choice(waiting)
        market.submit(
            accepting(market, negotiation.opener_id, offer.negotiation_id, offer.offer_id)
        )
        return
    party_id = draw.choice([market.seller, market.buyer, market.other])
    side = draw.choice(list(Side))
    able = [each for each in told(market, party_id, side)[0] if each.refusal is None]
    if able:
        each = draw.choice(able)
        word, interval = each.word, each.quantities[-1]
        price = each.prices.least if each.prices is not None else word.price
        assert price is not None
        quantity = draw.choice([interval.least, interval.most])
        market.submit(answer_to(market, party_id, word, price=price, quantity=quantity))


@given(seed=st.integers(0, 2**32))
def test_what_may_be_answered_is_what_the_engine_takes(seed: int) -> None:
    draw = Random(seed)
    market = random_market(draw)
    for party_id in (market.seller, market.buyer, market.other):
        compare(market, party_id, draw.choice([Side.BUY, Side.BUY, Side.SELL]))


def listed(*rule_ids: str, listing: int = 100_000) -> Dealing:
    """A firm listing of a natural person's, of which parts may be taken."""
    venue = Dealing(MarketMode.LISTED_PRICE, money=10**10)
    rule_pairs(venue, *rule_ids)
    venue.opens(venue.listing(listing, parts=True, acceptance=Acceptance.FIRST_PASSING))
    return venue


def ranges_of(venue: Venue, party_id: PartyId) -> list[tuple[int, int]]:
    ((each,), _) = told(venue, party_id, Side.BUY)
    return [(interval.least, interval.most) for interval in each.quantities]


def test_a_natural_person_takes_all_that_is_held_or_nothing() -> None:
    assert ranges_of(listed(*SPLIT), listed(*SPLIT).buyer) == [(100_000, 100_000)]
    part = listed(*SPLIT, listing=40_000)
    assert ranges_of(part, part.buyer) == []
    assert ranges_of(part, part.other) == [(10, 40_000)]


def test_a_buyer_is_not_told_how_much_a_seller_would_keep() -> None:
    """To take a part that leaves the seller the minimum would pass: the range would say how much he
    has."""
    whole = listed("QI-05")
    assert ranges_of(whole, whole.other) == [(100_000, 100_000)]
    ((each,), _) = told(whole, whole.other, Side.BUY)
    finding = each.quantities[0].least_by.finding
    assert finding is not None
    assert finding.rule_id == "QI-05"
    assert dict(finding.inputs).keys() <= {"minimum_fen", "contract_minimum_fen"}


def test_a_higher_bid_is_told_by_what_the_first_has_reserved() -> None:
    venue = Dealing(MarketMode.ENGLISH_AUCTION, money=1_000_000)
    auction = venue.opens(venue.auction(100, 10_000, increment=100))
    venue.makes(venue.answer(auction, 100, 10_100, by=venue.buyer))
    assert venue.account(venue.buyer)[0] < 1_000_000
    ((each,), _) = told(venue, venue.buyer, Side.BUY)
    assert each.prices is not None
    told_prices = each.prices.least, each.prices.most, each.prices.step
    assert told_prices == (10_200, 1_000_000, 100)


@pytest.mark.parametrize(
    ("caps", "used", "decides"),
    [
        (NO_CAPS, 9, False),
        (Caps(holders_max=10), 9, False),
        (Caps(holders_max=10), 10, True),
        (Caps(natural_small_max=10), 8, False),
        (Caps(natural_small_max=10), 9, True),
        (Caps(turnaround_days=1), 0, True),
    ],
)
def test_what_caps_may_still_decide_is_said_of_all(caps: Caps, used: int, decides: bool) -> None:
    venue = listed("QI-05")
    facts = facts_of(venue.state, venue.order(venue.buyer, Side.BUY, 10))
    count = Count(used, 0)
    slots = SlotsView(caps, Counts(count, 0, 0, count, count))
    nobody = Others(parties=(), on_the_way=(), kinds={})
    assert slots_decide(slots, facts, venue.buyer, Side.BUY, nobody) is decides
    assert slots_decide(slots, facts, venue.buyer, Side.SELL, nobody)
    assert not slots_decide(None, facts, venue.buyer, Side.SELL, nobody)


def test_of_every_rule_of_two_it_is_known_what_it_leaves() -> None:
    asked = {
        rule_id
        for rule_id, check in CHECKS.items()
        if not check.looks_at.isdisjoint({Aspect.PAIR, Aspect.HOLDING})
    }
    assert asked == MEETING_SOLVERS.keys() | SAME_FOR_ALL | NEVER_OF_TWO
