"""The preview says of an order what the engine then says: the same refusal, cost and proceeds."""

from __future__ import annotations

from random import Random

import pytest
from msgspec import structs

from exchange.commands import PlaceOrder
from exchange.engine import apply
from exchange.events import CommandRefused, OrderAccepted
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.preview import Facts, preview
from exchange.refusals import Refusal
from exchange.rules.types import Verdict
from exchange.state import State
from exchange.turning_view import Turning
from exchange.types import Fen, PartyKind, Sequence
from matching import Side, TimeInForce
from registry.terms import FaultFee
from registry.types import HolderId
from tests.exchange.rules.market import RuledMarket, findings_in
from tests.exchange.steps import DAYS, terms
from tests.exchange.venue import TERMS, Venue
from tests.model.limits import Limits
from tests.properties.exchange_pair import ExchangePair
from tests.properties.random_commands import RandomCommands
from tests.properties.random_fees import FEE_SCHEDULES

BUY, SELL = Side.BUY, Side.SELL


def facts_of(state: State, order: PlaceOrder, turning: Turning | None = None) -> Facts:
    """What views and rows would say to the party that asks."""
    product = state.products[order.product_id]
    own = state.own_orders.get((order.actor, order.product_id), {})
    holding = state.register.holdings.get((order.product_id, HolderId(order.actor)))
    return Facts(
        kind=state.parties[order.actor].kind,
        product_id=order.product_id,
        terms=product.terms,
        state=product.standing.state,
        mode=product.mode,
        fee_schedule=state.fees.opening,
        money_available=Fen(state.cash.accounts[order.actor].available),
        lots=() if holding is None else tuple(holding.lots.values()),
        units_coming=product.veto.on_the_way.coming.get(HolderId(order.actor), 0)
        if product.veto is not None
        else 0,
        orders_open=state.parties[order.actor].orders_open,
        own_orders=tuple((each.side, each.price) for each in own.values()),
        disclosed=product.facts,
        profile=state.parties[order.actor].profile,
        rules=state.rules,
        calendars=state.calendars,
        halts=state.halts,
        turning=turning,
        opposite=tuple(
            (price, quantity) for price, quantity, _ in product.book.depth(order.side.opposite, 99)
        ),
    )


@pytest.mark.parametrize("seed", range(3))
def test_an_order_is_taken_or_refused_as_its_preview_said(seed: int) -> None:
    draw = Random(seed)
    pair = ExchangePair(Limits())
    random = RandomCommands(pair)
    commands = random.founding(FEE_SCHEDULES[seed])
    state, seen = State(), set()
    for number in range(600):
        command = commands[number] if number < len(commands) else random.plain_order(draw)
        if number < len(commands):
            pair.model.apply(command, sequence=number + 1, at_ns=pair.at_ns)
        foretold = None
        if isinstance(command, PlaceOrder) and command.product_id in state.products:
            # The edge lets no negative number in, and no stranger.
            if command.actor not in state.parties or min(command.price, command.quantity) < 0:
                continue
            foretold = preview(facts_of(state, command), command, pair.at_ns)
        events = apply(state, command, sequence=Sequence(state.sequence + 1), at_ns=pair.at_ns)
        if foretold is None:
            continue
        first = events[0]
        assert foretold.refusal == (first.refusal if isinstance(first, CommandRefused) else None)
        seen.add(foretold.refusal)
        if isinstance(first, OrderAccepted):
            costs = foretold.reserve_money if first.side is BUY else foretold.reserve_units
            assert costs == first.reserved
    assert len(seen) > 8, seen


def test_a_seller_is_told_what_remains_of_the_proceeds() -> None:
    venue = Venue(DEFAULT_FEE_SCHEDULE)
    order = venue.order(venue.seller, SELL, 100_000)
    foretold = preview(facts_of(venue.state, order), order, venue.at_ns)
    assert (foretold.consideration, foretold.fee_venue) == (100_000_00, 100_00)
    assert (foretold.fee_trust_company, foretold.proceeds) == (200_00, 99_700_00)
    assert (foretold.reserve_money, foretold.reserve_units) == (0, 100_000)
    venue.does(order)
    venue.buys(100_000)
    venue.does(venue.confirmation(venue.pending()[0]))
    assert venue.account(venue.seller) == (99_700_00, 0, 0)


def test_both_sides_are_told_what_a_failure_by_their_fault_costs() -> None:
    fee = FaultFee(rate_bps=33, maximum=20_000)
    listed = structs.replace(TERMS, transfer_terms=terms(fault_fee=fee))
    venue = Venue(terms=listed, calendars=(DAYS,))
    for side, party_id in ((SELL, venue.seller), (BUY, venue.buyer)):
        small = venue.order(party_id, side, 110)
        assert preview(facts_of(venue.state, small), small, venue.at_ns).fault_fee == 37
        large = venue.order(party_id, side, 100_000)
        assert preview(facts_of(venue.state, large), large, venue.at_ns).fault_fee == 20_000


def test_a_preview_asks_the_book_too() -> None:
    venue = Venue()
    venue.sells(30)

    def says(order: PlaceOrder) -> Refusal | None:
        return preview(facts_of(venue.state, order), order, venue.at_ns).refusal

    assert says(venue.order(venue.buyer, BUY, 10, post_only=True)) is Refusal.POST_ONLY_WOULD_CROSS
    kill = TimeInForce.FILL_OR_KILL
    too_much = venue.order(venue.buyer, BUY, 40, time_in_force=kill)
    assert says(too_much) is Refusal.FILL_OR_KILL_UNFILLABLE
    assert says(venue.order(venue.buyer, BUY, 30, time_in_force=kill)) is None
    assert says(venue.order(venue.buyer, BUY, 10, 9_000, post_only=True)) is None
    assert says(venue.order(venue.seller, BUY, 10)) is Refusal.SELF_TRADE


def test_a_preview_changes_nothing() -> None:
    venue = Venue()
    venue.sells(30)
    order = venue.order(venue.buyer, BUY, 10)
    facts = facts_of(venue.state, order)
    first = preview(facts, order, venue.at_ns)
    assert preview(facts, order, venue.at_ns) == first
    assert facts == facts_of(venue.state, order)
    assert facts.terms.symbol == TERMS.symbol


@pytest.mark.parametrize("quantity", [100_000, 300_000])
@pytest.mark.parametrize("side", [BUY, SELL])
def test_what_rules_say_of_an_order_they_say_in_its_preview(side: Side, quantity: int) -> None:
    market = RuledMarket("CN-2007", "CN-VENUE-LICENSED")
    party = market.buyer if side is BUY else market.seller
    order = market.order(party, side, quantity)
    foretold = preview(facts_of(market.state, order), order, market.at_ns)
    findings = findings_in(market.submit(order))
    if findings:
        assert foretold.refusal is Refusal.RULE_BLOCKS
        assert foretold.findings == findings
    else:
        assert foretold.refusal is None
        assert {each.verdict for each in foretold.findings} <= {
            Verdict.PASS,
            Verdict.NOT_APPLICABLE,
        }
    assert len(foretold.findings) >= 5


def test_an_order_of_a_product_without_packs_is_judged_by_sandbox() -> None:
    venue = Venue()
    order = venue.order(venue.buyer, BUY, 10, 10_005)
    foretold = preview(facts_of(venue.state, order), order, venue.at_ns)
    assert foretold.refusal is Refusal.PRICE_OFF_TICK
    assert [(each.rule_id, each.verdict) for each in foretold.findings] == [
        ("PRC-02", Verdict.BLOCK),
        ("ORD-01", Verdict.NOT_APPLICABLE),
    ]


@pytest.mark.parametrize(
    ("quantity", "whole_only", "coming", "reach"),
    [
        (500_000, True, False, "EVERYBODY"),
        (500_000, False, False, "INSTITUTIONS"),
        (200_000, True, False, "INSTITUTIONS"),
        (500_000, True, True, "INSTITUTIONS"),
    ],
)
def test_a_seller_reads_who_may_take_his_listing(
    quantity: int, whole_only: bool, coming: bool, reach: str
) -> None:
    market = RuledMarket("CN-2007")
    if coming:
        third = market.registers(PartyKind.NATURAL_PERSON)
        market.deposits(market.seller, 10**7)
        market.records(third, 10)
        market.sells(10, by=third)
        market.rules()
        market.buys(10, by=market.seller)
        market.rules("CN-2007")
    order = market.order(market.seller, SELL, quantity)
    listing = market.constrained(order, whole_only=whole_only)
    foretold = preview(facts_of(market.state, listing), listing, market.at_ns)
    assert foretold.refusal is None
    (finding,) = [each for each in foretold.findings if each.rule_id == "ORD-02"]
    assert dict(finding.inputs) == {"reach": reach, "whole_units": 500_000}
