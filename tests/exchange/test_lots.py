"""An order and the lots that it draws from, through matches, replacements and settlement."""

from __future__ import annotations

import msgspec
import pytest

from exchange.events import OrderAccepted, OrderConstrained, TransferOpened
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.limits import LOTS_PER_HOLDING_MAX, LOTS_PER_ORDER_MAX, PRINCIPAL_MAX
from exchange.ports import Row
from exchange.refusals import Refusal
from exchange.store.rows import take_rows
from matching import OrderId, Price, Side
from registry.calendar import day_in_shanghai
from registry.store.tables import transfers
from registry.types import Draw, LotId, TimeNs, TransferId, Units
from tests.exchange.venue import DAY_NS, TERMS, Venue, the

BUY, SELL = Side.BUY, Side.SELL


@pytest.fixture
def venue() -> Venue:
    """The seller has three contracts, of 100,000, of 300 and of 200 units."""
    venue = Venue()
    venue.records(venue.seller, 300)
    venue.records(venue.seller, 200)
    return venue


def numbers(venue: Venue) -> list[LotId]:
    """The seller's lots."""
    return list(venue.lots(venue.seller))


def sells_from(venue: Venue, quantity: int, *lots: LotId, price: int = 10_000) -> OrderId:
    """An order of the seller from these of his lots."""
    venue.does(venue.from_lots(venue.order(venue.seller, SELL, quantity, price), *lots))
    return OrderId(venue.state.sequence)


def draws(venue: Venue, order_id: OrderId) -> list[Draw]:
    return list(venue.open_order(order_id).draws)


def sources(venue: Venue, transfer_id: TransferId) -> list[Draw]:
    return list(venue.state.register.transfers[transfer_id].sources)


def test_an_order_draws_from_the_oldest_contract_on(venue: Venue) -> None:
    first, second, third = numbers(venue)
    order_id = venue.sells(100_310)
    assert draws(venue, order_id) == [(first, 100_000), (second, 300), (third, 10)]
    assert venue.open_order(order_id).lots == ()


def test_fills_take_from_the_front_and_a_release_gives_back_from_the_end(venue: Venue) -> None:
    _, second, third = numbers(venue)
    order_id = sells_from(venue, 400, third, second)
    venue.buys(250)
    (transfer_id,) = venue.pending()
    assert sources(venue, transfer_id) == [(third, 200), (second, 50)]
    assert draws(venue, order_id) == [(second, 150)]
    venue.does(venue.replacement(order_id, 100, by=venue.seller))
    assert draws(venue, order_id) == [(second, 100)]
    venue.does(venue.cancellation(order_id, by=venue.seller))
    assert venue.lots(venue.seller)[second].reserved == 0
    assert venue.lots(venue.seller)[second].locked == 50
    venue.does(venue.rejection(transfer_id))
    assert venue.holding(venue.seller) == (100_500, 0, 0)


def test_a_replacement_draws_more_from_the_named_lots_alone(venue: Venue) -> None:
    _, second, third = numbers(venue)
    order_id = sells_from(venue, 100, second, third)
    venue.does(venue.replacement(order_id, 450, by=venue.seller))
    assert draws(venue, order_id) == [(second, 300), (third, 150)]
    assert venue.refuses(venue.replacement(order_id, 510, by=venue.seller)) is (
        Refusal.UNITS_NOT_AVAILABLE
    )
    venue.does(venue.replacement(order_id, 500, by=venue.seller))


def test_a_replacement_goes_on_although_a_named_lot_is_sold(venue: Venue) -> None:
    _, second, third = numbers(venue)
    order_id = sells_from(venue, 400, third, second)
    venue.buys(200)
    venue.does(venue.confirmation(venue.pending()[0]))
    assert third not in venue.lots(venue.seller)
    venue.does(venue.replacement(order_id, 300, by=venue.seller))
    assert draws(venue, order_id) == [(second, 300)]
    replacement = venue.replacement(order_id, 310, by=venue.seller)
    assert venue.refuses(replacement) is Refusal.UNITS_NOT_AVAILABLE


def test_lots_that_the_order_may_not_draw_from_are_a_conflict(venue: Venue) -> None:
    _, second, third = numbers(venue)
    seller, order = venue.seller, venue.order
    venue.records(venue.other, 100)
    (of_another,) = venue.lots(venue.other)
    many = [LotId(number) for number in range(LOTS_PER_ORDER_MAX + 1)]
    for placed, lots in (
        (order(seller, SELL, 100), [second, second]),
        (order(seller, SELL, 100), [of_another]),
        (order(seller, SELL, 100), [second, of_another]),
        (order(seller, SELL, 100), [LotId(1)]),
        (order(seller, SELL, 100), [LotId(-1)]),
        (order(seller, SELL, 510), [second, third]),
        (order(seller, BUY, 100, 9_000), [second]),
        (order(venue.buyer, SELL, 100), [second]),
        (order(seller, SELL, 100), many),
    ):
        assert venue.refuses(venue.from_lots(placed, *lots)) is Refusal.LOTS_CONFLICT, lots


def test_units_of_a_named_lot_behind_another_order_are_not_available(venue: Venue) -> None:
    _, second, third = numbers(venue)
    sells_from(venue, 250, second)
    order = venue.order(venue.seller, SELL, 60)
    assert venue.refuses(venue.from_lots(order, second)) is Refusal.UNITS_NOT_AVAILABLE
    assert draws(venue, sells_from(venue, 60, second, third)) == [(second, 50), (third, 10)]


def test_size_terms_that_say_nothing_count_as_none(venue: Venue) -> None:
    _, second, _ = numbers(venue)
    order = venue.order(venue.seller, SELL, 100)
    events = venue.does(venue.from_lots(order, second))
    assert the(OrderAccepted, events).reserved == 100
    assert not [event for event in events if isinstance(event, OrderConstrained)]
    assert venue.open_order(OrderId(venue.state.sequence)).size_terms is None
    whole = msgspec.structs.replace(venue.from_lots(order, second), key="w", whole_only=True)
    assert the(OrderConstrained, venue.does(whole)).whole_only


def test_an_order_draws_from_so_many_lots_and_no_more(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.eligibility.LOTS_PER_ORDER_MAX", 2)
    assert venue.refuses(venue.order(venue.seller, SELL, 100_310)) is Refusal.LOTS_MAX
    order_id = venue.sells(100_300)
    assert venue.refuses(venue.replacement(order_id, 100_310, by=venue.seller)) is Refusal.LOTS_MAX
    venue.does(venue.replacement(order_id, 100_200, by=venue.seller))
    venue.does(venue.cancellation(order_id, by=venue.seller))
    venue.sells(99_990)
    venue.sells(310)
    venue.sells(200)


def test_a_replacement_counts_what_the_order_draws_from_already(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = numbers(venue)
    monkeypatch.setattr("exchange.eligibility.LOTS_PER_ORDER_MAX", 2)
    before, order_id = venue.sells(99_900), sells_from(venue, 400, second, first, price=11_000)
    assert draws(venue, order_id) == [(second, 300), (first, 100)]
    venue.does(venue.cancellation(before, by=venue.seller))
    # However often it grows: what goes on with the last lot is one draw with it.
    for quantity in (500, 600, 700):
        venue.does(venue.replacement(order_id, quantity, 11_000, by=venue.seller))
    assert draws(venue, order_id) == [(second, 300), (first, 400)]
    other = sells_from(venue, 10, third, first, price=11_000)
    venue.does(venue.replacement(other, 300, 11_000, by=venue.seller))
    assert draws(venue, other) == [(third, 200), (first, 100)]
    bound = venue.sells(10, 11_000)
    venue.does(venue.cancellation(order_id, by=venue.seller))
    venue.does(venue.cancellation(bound, by=venue.seller))
    # Units of a lot that it drew from first are another draw.
    monkeypatch.setattr("exchange.eligibility.LOTS_PER_ORDER_MAX", 3)
    venue.does(venue.cancellation(other, by=venue.seller))
    small = venue.sells(100_200, 11_000)
    assert draws(venue, small) == [(first, 100_000), (second, 200)]
    venue.does(venue.replacement(small, 100_500, 11_000, by=venue.seller))
    assert draws(venue, small) == [(first, 100_000), (second, 300), (third, 200)]


def test_a_party_with_too_many_lots_buys_no_more(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.eligibility.LOTS_PER_HOLDING_MAX", 3)
    venue.sells(1_000)
    venue.records(venue.buyer, 10)
    for _ in range(2):
        venue.buys(10)
    order = venue.order(venue.buyer, BUY, 10)
    assert venue.refuses(order) is Refusal.LOTS_MAX  # one held, two to come
    venue.does(venue.rejection(venue.pending()[0]))
    venue.buys(10)
    for transfer_id in venue.pending():
        venue.does(venue.confirmation(transfer_id))
    assert len(venue.lots(venue.buyer)) == 3
    assert venue.refuses(venue.order(venue.buyer, BUY, 10)) is Refusal.LOTS_MAX
    venue.sells(10, 11_000, by=venue.buyer)
    second = venue.lists(msgspec.structs.replace(TERMS, symbol="BOREAS"))
    venue.does(venue.order(venue.buyer, BUY, 10, 9_000, product_id=second))
    assert LOTS_PER_HOLDING_MAX > LOTS_PER_ORDER_MAX


def effect_of(transfer: Row) -> Row:
    """When a transfer's row was decided, what the units had cost and which lot they became."""
    columns = transfers.columns.keys()
    names = ("decided_sequence", "cost_moved", "lot_id")
    return tuple(transfer[columns.index(name)] for name in names)


def test_the_buyers_lot_costs_what_he_paid_and_the_seller_what_he_had_paid() -> None:
    venue = Venue(DEFAULT_FEE_SCHEDULE)
    venue.sells(1_000, 12_000)
    opened = the(TransferOpened, venue.does(venue.order(venue.buyer, BUY, 1_000, 12_000)))
    take_rows(venue.state)
    venue.does(venue.confirmation(opened.transfer_id))
    (lot,) = venue.lots(venue.buyer).values()
    paid = opened.consideration + opened.buyer_fee_venue + opened.buyer_fee_trust_company
    assert (lot.lot_id, lot.units) == (LotId(opened.transfer_id), 1_000)
    assert (lot.principal, lot.cost) == (100_000, paid)
    assert lot.contract is None
    rows = take_rows(venue.state)
    (transfer,) = rows["transfers"]
    sequence = venue.state.sequence
    assert effect_of(transfer) == (sequence, 100_000, opened.transfer_id)
    assert [row[2:5] for row in rows["register"]] == [
        (sequence, 0, next(iter(venue.lots(venue.seller)))),
        (sequence, 1, opened.transfer_id),
    ]
    # What was bought at 1.20 and is sold at 1.00 has cost what was paid for it.
    venue.deposits(venue.other, 1_000_000)
    venue.does(venue.order(venue.buyer, SELL, 500))
    venue.does(venue.order(venue.other, BUY, 500))
    venue.does(venue.confirmation(venue.pending()[0]))
    (transfer,) = take_rows(venue.state)["transfers"]
    assert effect_of(transfer)[1] == paid // 2


def test_a_failed_transfer_moves_no_cost(venue: Venue) -> None:
    venue.sells(10)
    venue.buys(10)
    take_rows(venue.state)
    venue.does(venue.rejection(venue.pending()[0]))
    rows = take_rows(venue.state)
    (transfer,) = rows["transfers"]
    assert effect_of(transfer) == (venue.state.sequence, None, None)
    assert rows["register"] == rows["lots"] == []
    (claims,) = rows["lot_claims"]
    assert claims[1:] == (0, 0)


@pytest.mark.parametrize(
    ("at_ns", "day"),
    [
        (0, 0),
        (DAY_NS * 2 // 3 - 1, 0),  # 23:59:59.999999999 in Shanghai
        (DAY_NS * 2 // 3, 1),
        (1_795_320_000_000_000_000, 20_779),  # 2026-11-22T12:00 there
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(at_ns: int, day: int) -> None:
    assert day_in_shanghai(TimeNs(at_ns)) == day


def test_a_product_is_worth_no_more_at_par_than_can_be_summed(venue: Venue) -> None:
    largest = msgspec.structs.replace(
        TERMS, symbol="LARGE", par_value=Price(100_000), units_issued=Units(10**15)
    )
    assert largest.par_value * largest.units_issued == 100 * PRINCIPAL_MAX
    venue.lists(largest)
    larger = msgspec.structs.replace(largest, symbol="LARGER", par_value=Price(100_001))
    larger = msgspec.structs.replace(larger, key=venue.key())
    assert venue.refuses(larger) is Refusal.TERMS_OUT_OF_RANGE
    finer = msgspec.structs.replace(larger, quantity_scale=1, key=venue.key())
    venue.does(finer)
