"""Fees and considerations for any amount and any split: what the fee rules promise holds for all.

Some properties are asked of the formulas, some of whole venues: one order met by many, at any
scale of units, up to the greatest order that the venue takes.
"""

from __future__ import annotations

from fractions import Fraction

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from exchange.events import OrderAccepted, OrderClosed, TransferOpened
from exchange.fees import FeeLine, FeeSchedule, whole_fen
from exchange.limits import ORDER_VALUE_MAX, PRICE_MAX, PRINCIPAL_MAX, QUANTITY_MAX
from exchange.settlement import cost_to_reserve
from exchange.types import Fen, PartyKind
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.types import Units
from tests.exchange.venue import TERMS, Venue, the
from tests.model.tariff import fee_on, half_up

AMOUNT_MAX = ORDER_VALUE_MAX
INT64_MAX = 2**63 - 1

amounts = st.one_of(st.integers(0, 1_000), st.integers(0, AMOUNT_MAX))


@st.composite
def fee_lines(draw: st.DrawFn) -> FeeLine:
    """Any tariff that a schedule may have."""
    minimum = draw(st.one_of(st.just(0), st.integers(0, 30_000)))
    return FeeLine(
        rate_bps=draw(st.one_of(st.integers(0, 30), st.integers(0, 10_000))),
        minimum=Fen(minimum),
        maximum=Fen(draw(st.integers(minimum, 10**9))),
    )


schedules = st.builds(FeeSchedule, fee_lines(), fee_lines(), fee_lines(), fee_lines())


@given(line=fee_lines(), amount=amounts)
def test_a_fee_is_what_the_schedule_says(line: FeeLine, amount: int) -> None:
    assert line.on(amount) == fee_on(amount, line)


@given(line=fee_lines(), parts=st.lists(amounts, max_size=8))
def test_splitting_an_order_never_lowers_the_fee(line: FeeLine, parts: list[int]) -> None:
    assert sum(line.on(part) for part in parts) >= line.on(sum(parts))


@given(line=fee_lines(), smaller=amounts, more=amounts)
def test_a_greater_amount_never_costs_less(line: FeeLine, smaller: int, more: int) -> None:
    assert line.on(smaller + more) >= line.on(smaller)


@given(value=st.integers(0, 10**18), scale=st.integers(0, 4))
def test_a_consideration_is_the_nearest_fen(value: int, scale: int) -> None:
    exact = Fraction(value, 100 * 10**scale)
    fen = whole_fen(value, quantity_scale=scale)
    assert fen == half_up(exact)
    assert abs(fen - exact) <= Fraction(1, 2)


@st.composite
def fills(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    """Decimals of a unit; then prices and quantities of orders on one side, lowest price first."""
    scale = draw(st.integers(0, 4))
    prices = st.one_of(st.integers(1, 200), st.integers(9_900, 10_100), st.integers(1, PRICE_MAX))
    quantities = st.one_of(st.integers(1, 50), st.integers(1, 10**7))
    orders = draw(st.lists(st.tuples(prices, quantities), min_size=1, max_size=7))
    return scale, sorted(orders)


def market(schedule: FeeSchedule, scale: int, par: int) -> Venue:
    """A venue in which nobody lacks money or units."""
    units = min(QUANTITY_MAX, PRINCIPAL_MAX * 100 * 10**scale // par)
    terms = msgspec.structs.replace(
        TERMS,
        quantity_scale=scale,
        tick=Price(1),
        lot=Quantity(1),
        par_value=Price(par),
        units_issued=Units(units),
    )
    venue = Venue(schedule, terms=terms, units=units - 1)
    venue.records(venue.other, 1)
    for party_id in (venue.buyer, venue.other):
        venue.does_all(venue.deposit(party_id, 10**14) for _ in range(8))
    return venue


@given(
    schedule=schedules,
    drawn=fills(),
    par=st.one_of(st.just(10_000), st.integers(1, PRICE_MAX)),
    limit_above=st.integers(0, 500),
    extra=st.integers(0, 1_000),
)
def test_what_a_buyer_is_charged_telescopes_and_never_exceeds_the_reserve(
    schedule: FeeSchedule,
    drawn: tuple[int, list[tuple[int, int]]],
    par: int,
    limit_above: int,
    extra: int,
) -> None:
    scale, offers = drawn
    venue = market(schedule, scale, par)
    limit = min(offers[-1][0] + limit_above, PRICE_MAX)
    quantity = sum(offered for _, offered in offers) + extra
    assume(whole_fen(max(limit, par) * quantity, quantity_scale=scale) <= ORDER_VALUE_MAX)
    for price, offered in offers:
        venue.sells(offered, price)
    before = venue.account(venue.buyer)
    order = venue.order(venue.buyer, Side.BUY, quantity, limit)
    events = venue.does(order)
    reserved = the(OrderAccepted, events).reserved
    opened = [event for event in events if isinstance(event, TransferOpened)]
    bought = sum(offered for _, offered in offers)
    value = sum(price * offered for price, offered in offers)
    consideration = whole_fen(value, quantity_scale=scale)
    venue_fee = sum(event.buyer_fee_venue for event in opened)
    trust_company_fee = sum(event.buyer_fee_trust_company for event in opened)
    assert [event.units for event in opened] == [offered for _, offered in offers]
    assert sum(event.consideration for event in opened) == consideration
    assert venue_fee == schedule.venue_buyer.on(consideration)
    par_bought = whole_fen(par * bought, quantity_scale=scale)
    assert trust_company_fee == schedule.trust_company_buyer.on(par_bought)
    charged = consideration + venue_fee + trust_company_fee
    assert charged <= reserved <= INT64_MAX
    available, still_reserved, escrow = venue.account(venue.buyer)
    assert escrow == charged
    assert (available + still_reserved + escrow) == sum(before)
    if extra:
        venue.does(venue.cancellation(OrderId(venue.state.sequence), by=venue.buyer))
    assert venue.account(venue.buyer) == (sum(before) - charged, 0, charged)


@given(
    schedule=schedules,
    drawn=fills(),
    par=st.one_of(st.just(10_000), st.integers(1, PRICE_MAX)),
)
def test_a_seller_is_never_charged_more_than_a_fill_brings(
    schedule: FeeSchedule, drawn: tuple[int, list[tuple[int, int]]], par: int
) -> None:
    scale, bids = drawn
    venue = market(schedule, scale, par)
    total = sum(quantity for _, quantity in bids)
    assume(whole_fen(par * total, quantity_scale=scale) <= ORDER_VALUE_MAX)
    value_max = max(price * quantity for price, quantity in bids)
    assume(whole_fen(value_max, quantity_scale=scale) <= ORDER_VALUE_MAX // 8)
    for price, quantity in bids:
        buyer = venue.registers(PartyKind.INSTITUTION)
        venue.does_all(venue.deposit(buyer, 10**14) for _ in range(4))
        venue.buys(quantity, price, by=buyer)
    events = venue.does(venue.order(venue.seller, Side.SELL, total, bids[0][0]))
    opened = [event for event in events if isinstance(event, TransferOpened)]
    assert len(opened) == len(bids)
    earned = venue_fees = trust_company_fees = sold = 0
    for event in opened:
        fees = event.seller_fee_venue + event.seller_fee_trust_company
        assert event.seller_fee_venue >= 0
        assert event.seller_fee_trust_company >= 0
        assert fees <= event.consideration
        earned += event.consideration
        sold += event.units
        venue_fees += event.seller_fee_venue
        trust_company_fees += event.seller_fee_trust_company
        par_sold = whole_fen(par * sold, quantity_scale=scale)
        assert venue_fees <= schedule.venue_seller.on(earned)
        assert trust_company_fees <= schedule.trust_company_seller.on(par_sold)
    for transfer_id in venue.pending():
        venue.does(venue.confirmation(transfer_id))
    assert venue.account(venue.seller) == (earned - venue_fees - trust_company_fees, 0, 0)


@given(schedule=schedules, drawn=fills(), in_one=st.booleans())
def test_a_maker_pays_the_same_however_it_was_met(
    schedule: FeeSchedule, drawn: tuple[int, list[tuple[int, int]]], in_one: bool
) -> None:
    scale, orders = drawn
    price, total = orders[0][0], sum(quantity for _, quantity in orders)
    assume(whole_fen(max(price, 10_000) * total, quantity_scale=scale) <= ORDER_VALUE_MAX)
    venue = market(schedule, scale, 10_000)
    venue.buys(total, price)
    for part in [total] if in_one else [quantity for _, quantity in orders]:
        venue.sells(part, price, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL)
    consideration = whole_fen(price * total, quantity_scale=scale)
    par = whole_fen(10_000 * total, quantity_scale=scale)
    fees = schedule.venue_buyer.on(consideration) + schedule.trust_company_buyer.on(par)
    assert venue.account(venue.buyer)[1:] == (0, consideration + fees)


@given(
    schedule=schedules,
    price=st.integers(1, PRICE_MAX),
    par=st.integers(1, PRICE_MAX),
    quantity=st.integers(1, QUANTITY_MAX),
    scale=st.integers(0, 4),
)
def test_the_greatest_order_still_counts_in_64_bits(
    schedule: FeeSchedule, price: int, par: int, quantity: int, scale: int
) -> None:
    quantity = min(quantity, 10**14 * 10**scale // max(price, par))
    assume(quantity > 0)
    assert whole_fen(max(price, par) * quantity, quantity_scale=scale) <= ORDER_VALUE_MAX
    assert max(price, par) * quantity <= INT64_MAX
    venue = market(schedule, scale, par)
    venue.does_all(venue.deposit(venue.buyer, 10**14) for _ in range(2))
    order_id = venue.buys(quantity, price)
    order = venue.open_order(order_id)
    product = venue.state.products[venue.product_id]
    needed = cost_to_reserve(venue.state, product, order, price=price, open_quantity=quantity)
    assert order.reserved == needed <= 3 * ORDER_VALUE_MAX
    closed = the(OrderClosed, venue.does(venue.cancellation(order_id, by=venue.buyer)))
    assert closed.released == needed
