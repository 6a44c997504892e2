"""What becomes of an order, in units and in money: reserved, matched, withdrawn, given back."""

from __future__ import annotations

import pytest

from exchange.events import (
    OrderAccepted,
    OrderClosed,
    OrderFilled,
    OrderReduced,
    OrderReplaced,
    OrderRested,
    TransferOpened,
)
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.limits import TRANSFER_IDS_PER_COMMAND
from exchange.order_words import order_of
from exchange.orders import _follow
from exchange.refusals import Refusal
from exchange.types import CloseReason, OrderStatus, Sequence
from matching import Expired, OrderId, Quantity, Side, TimeInForce
from registry.types import TimeNs
from tests.exchange.venue import HOUR_NS, START_NS, Venue, kinds, the

BUY, SELL = Side.BUY, Side.SELL
IOC, FOK = TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL


@pytest.fixture
def venue() -> Venue:
    return Venue()


def test_an_order_reserves_its_cost_and_rests(venue: Venue) -> None:
    events = venue.does(venue.order(venue.buyer, BUY, 100, 9_990))
    assert kinds(events) == ["OrderAccepted", "OrderRested"]
    assert the(OrderAccepted, events).reserved == 9_990
    assert the(OrderRested, events).quantity == 100
    assert venue.account(venue.buyer) == (100_000_000 - 9_990, 9_990, 0)
    events = venue.does(venue.order(venue.seller, SELL, 100, 10_000))
    assert the(OrderAccepted, events).reserved == 100
    assert venue.holding(venue.seller) == (99_900, 100, 0)
    order = venue.open_order(OrderId(venue.state.sequence))
    assert (order.status, order.version, order.open_quantity) == (OrderStatus.OPEN, 1, 100)


def test_a_buy_reserves_its_fees_too() -> None:
    venue = Venue(DEFAULT_FEE_SCHEDULE)
    events = venue.does(venue.order(venue.buyer, BUY, 100_000, 10_000))
    # 100,000 yuan, 0.05 % of them to the venue, and the trust company's 200 yuan at least.
    assert the(OrderAccepted, events).reserved == 100_000_00 + 50_00 + 200_00


def test_two_orders_meet_at_the_makers_price_and_the_rest_is_freed(venue: Venue) -> None:
    offer = venue.sells(60, 9_900)
    events = venue.does(venue.order(venue.buyer, BUY, 100, 10_000))
    bid = OrderId(venue.state.sequence)
    assert kinds(events) == ["OrderAccepted", "OrderFilled", "TransferOpened", "OrderRested"]
    filled = the(OrderFilled, events)
    assert (filled.maker_order_id, filled.taker_order_id, filled.taker_side) == (offer, bid, BUY)
    assert (filled.price, filled.quantity) == (9_900, 60)
    assert (filled.maker_remaining, filled.taker_remaining) == (0, 40)
    assert filled.transfer_id == bid * TRANSFER_IDS_PER_COMMAND
    # 59.40 yuan in escrow, 40.00 behind what rests: the better price has freed 0.60.
    assert venue.account(venue.buyer) == (100_000_000 - 9_940, 4_000, 5_940)
    assert venue.holding(venue.seller) == (99_940, 0, 60)
    assert offer not in venue.state.orders
    order = venue.open_order(bid)
    assert (order.status, order.version) == (OrderStatus.PARTIALLY_MATCHED, 2)
    assert (order.quantity, order.filled_quantity, order.open_quantity) == (100, 60, 40)


def test_the_fills_of_one_order_are_transfers_of_their_own(venue: Venue) -> None:
    for price in (10_020, 10_000, 10_010):
        venue.sells(10, price)
    events = venue.does(venue.order(venue.buyer, BUY, 30, 10_020))
    first = venue.state.sequence * TRANSFER_IDS_PER_COMMAND
    assert venue.pending() == [first, first + 1, first + 2]
    opened = [event for event in events if isinstance(event, TransferOpened)]
    assert [event.price for event in opened] == [10_000, 10_010, 10_020]
    assert [event.trade_number for event in opened] == [1, 2, 3]
    assert venue.account(venue.buyer)[1:] == (0, 3_003)


def test_the_owner_cancels_and_has_everything_back(venue: Venue) -> None:
    bid = venue.buys(100, 9_990)
    events = venue.does(venue.cancellation(bid, by=venue.buyer))
    closed = the(OrderClosed, events)
    assert (closed.quantity, closed.released, closed.was_resting) == (100, 9_990, True)
    assert closed.reason is CloseReason.CANCELLED
    assert venue.account(venue.buyer) == (100_000_000, 0, 0)
    again = venue.cancellation(bid, by=venue.buyer)
    assert venue.refuses(again) is Refusal.UNKNOWN_ORDER


def test_a_cancelled_rest_leaves_the_fills_alone(venue: Venue) -> None:
    bid = venue.buys(100)
    venue.sells(30)
    events = venue.does(venue.cancellation(bid, by=venue.buyer))
    assert the(OrderClosed, events).released == 7_000
    assert venue.account(venue.buyer) == (100_000_000 - 3_000, 0, 3_000)
    assert len(venue.pending()) == 1


def test_what_an_immediate_or_cancel_order_cannot_trade_is_given_back(venue: Venue) -> None:
    venue.sells(30)
    events = venue.does(venue.order(venue.buyer, BUY, 100, time_in_force=IOC))
    assert kinds(events) == ["OrderAccepted", "OrderFilled", "TransferOpened", "OrderClosed"]
    closed = the(OrderClosed, events)
    assert (closed.quantity, closed.released, closed.was_resting) == (70, 7_000, False)
    assert closed.reason is CloseReason.IMMEDIATE_OR_CANCEL
    assert venue.account(venue.buyer) == (100_000_000 - 3_000, 0, 3_000)
    assert venue.depth(BUY) == []


def test_an_immediate_or_cancel_order_that_meets_nobody_is_closed_at_once(venue: Venue) -> None:
    events = venue.does(venue.order(venue.seller, SELL, 100, time_in_force=IOC))
    assert kinds(events) == ["OrderAccepted", "OrderClosed"]
    assert the(OrderClosed, events).released == 100
    assert venue.holding(venue.seller) == (100_000, 0, 0)
    order = venue.state.touched.orders[OrderId(venue.state.sequence)]
    assert order.status is OrderStatus.CANCELLED


def test_a_fill_or_kill_order_trades_wholly_or_not_at_all(venue: Venue) -> None:
    venue.sells(30, 9_990)
    venue.sells(30, 10_000)
    refusal = venue.refuses(venue.order(venue.buyer, BUY, 70, time_in_force=FOK))
    assert refusal is Refusal.FILL_OR_KILL_UNFILLABLE
    assert venue.account(venue.buyer) == (100_000_000, 0, 0)
    venue.does(venue.order(venue.buyer, BUY, 60, time_in_force=FOK))
    assert venue.account(venue.buyer)[1:] == (0, 5_997)


def test_a_post_only_order_never_takes(venue: Venue) -> None:
    venue.sells(30)
    refusal = venue.refuses(venue.order(venue.buyer, BUY, 10, post_only=True))
    assert refusal is Refusal.POST_ONLY_WOULD_CROSS
    events = venue.does(venue.order(venue.buyer, BUY, 10, 9_990, post_only=True))
    assert kinds(events) == ["OrderAccepted", "OrderRested"]
    passive = OrderId(venue.state.sequence)
    refusal = venue.refuses(venue.replacement(passive, 10, 10_000, by=venue.buyer))
    assert refusal is Refusal.POST_ONLY_WOULD_CROSS
    assert venue.open_order(passive).reserved == 999


def test_an_order_of_less_at_the_same_price_keeps_its_place(venue: Venue) -> None:
    first, second = venue.buys(100), venue.buys(100, by=venue.other)
    events = venue.does(venue.replacement(first, 40, by=venue.buyer))
    reduced = the(OrderReduced, events)
    assert (reduced.quantity_removed, reduced.quantity, reduced.reserved) == (60, 40, 4_000)
    assert venue.account(venue.buyer) == (100_000_000 - 4_000, 4_000, 0)
    book = venue.state.products[venue.product_id].book
    assert [order.order_id for order in book.orders(BUY)] == [first, second]
    assert (venue.open_order(first).quantity, venue.open_order(first).version) == (40, 2)


@pytest.mark.parametrize(("quantity", "price"), [(110, 10_000), (100, 10_010), (40, 9_990)])
def test_an_order_of_more_or_at_another_price_comes_in_anew(
    venue: Venue, quantity: int, price: int
) -> None:
    first, second = venue.buys(100), venue.buys(100, 10_000, by=venue.other)
    venue.buys(10, price, by=venue.other)
    events = venue.does(venue.replacement(first, quantity, price, by=venue.buyer))
    assert kinds(events) == ["OrderReplaced", "OrderRested"]
    replaced = the(OrderReplaced, events)
    assert (replaced.old_price, replaced.old_quantity) == (10_000, 100)
    assert (replaced.price, replaced.quantity) == (price, quantity)
    assert replaced.reserved == quantity * price // 100
    assert venue.account(venue.buyer)[1] == replaced.reserved
    book = venue.state.products[venue.product_id].book
    at_price = [order.order_id for order in book.orders(BUY) if order.price == price]
    assert at_price[-1] == first
    assert second in {order.order_id for order in book.orders(BUY)}


def test_a_replaced_order_that_crosses_trades_as_a_taker(venue: Venue) -> None:
    venue.sells(60, 10_050)
    bid = venue.buys(100, 10_000)
    events = venue.does(venue.replacement(bid, 100, 10_100, by=venue.buyer))
    assert kinds(events) == ["OrderReplaced", "OrderFilled", "TransferOpened", "OrderRested"]
    assert venue.account(venue.buyer)[1:] == (4_040, 6_030)
    events = venue.does(venue.order(venue.seller, SELL, 40, 10_100))
    assert bid not in venue.state.orders
    assert venue.account(venue.buyer)[1:] == (0, 6_030 + 4_040)


def test_a_replaced_sell_reserves_and_frees_units(venue: Venue) -> None:
    offer = venue.sells(100, 10_100)
    venue.does(venue.replacement(offer, 300, 10_100, by=venue.seller))
    assert venue.holding(venue.seller) == (99_700, 300, 0)
    venue.does(venue.replacement(offer, 50, 10_200, by=venue.seller))
    assert venue.holding(venue.seller) == (99_950, 50, 0)


def test_a_replacement_that_changes_nothing_says_nothing(venue: Venue) -> None:
    bid = venue.buys(100)
    assert venue.does(venue.replacement(bid, 100, by=venue.buyer)) == ()
    assert venue.account(venue.buyer)[1] == 10_000


def test_a_partly_filled_order_is_replaced_in_its_open_part(venue: Venue) -> None:
    bid = venue.buys(100)
    venue.sells(30)
    venue.does(venue.replacement(bid, 20, by=venue.buyer))
    order = venue.open_order(bid)
    assert (order.quantity, order.filled_quantity, order.open_quantity) == (50, 30, 20)
    assert order.status is OrderStatus.PARTIALLY_MATCHED
    assert venue.account(venue.buyer)[1:] == (2_000, 3_000)


def test_an_order_expires_at_its_time_and_not_before(venue: Venue) -> None:
    bid = venue.buys(100, expires_at_ns=START_NS + HOUR_NS)
    venue.sells(30)
    assert kinds(venue.waits(HOUR_NS - 1)) == ["TimeAdvanced"]
    closed = the(OrderClosed, venue.waits(1))
    assert (closed.order_id, closed.reason) == (bid, CloseReason.EXPIRED)
    assert (closed.quantity, closed.released) == (70, 7_000)
    row = venue.state.touched.orders[bid]
    assert (row.status, row.changed_at_ns) == (OrderStatus.EXPIRED, START_NS + HOUR_NS)


def test_an_orders_id_is_the_sequence_of_its_command(venue: Venue) -> None:
    command = venue.order(venue.buyer, BUY, 10)
    order = order_of(command, Sequence(77), TimeNs(5), product=None)
    assert (order.order_id, order.placed_at_ns, order.client_order_id) == (77, 5, command.key)


def test_what_the_book_never_says_is_a_bug(venue: Venue) -> None:
    order = venue.open_order(venue.buys(10, 9_000))
    product = venue.state.products[venue.product_id]
    unexpected = Expired(order.order_id, BUY, order.price, Quantity(10))
    with pytest.raises(AssertionError):
        _follow(venue.state, product, order, [unexpected], Sequence(99), START_NS, lambda _: None)
