"""Orders that do not trade at every size: what they reserve, whom they meet, and how they end.

Who may meet whom is the book's rule (tests/matching); here it is what becomes of units and money.
"""

from __future__ import annotations

import pytest

from exchange.codec import decode_command, encode_command
from exchange.commands import PlaceConstrainedOrder, PlaceOrder
from exchange.events import (
    AnyEvent,
    OrderAccepted,
    OrderClosed,
    OrderConstrained,
    OrderFilled,
    OrderRested,
    OrderRetried,
    TransferOpened,
)
from exchange.limits import CANDIDATES_MAX
from exchange.refusals import Refusal
from exchange.snapshot import decode_state, encode_state
from exchange.store.rows import take_rows
from exchange.types import CloseReason, OrderStatus, PartyKind
from matching import OrderId, Quantity, Side, TimeInForce
from tests.exchange.venue import DAY_NS, START_NS, Venue

BUY, SELL = Side.BUY, Side.SELL


@pytest.fixture
def venue() -> Venue:
    return Venue()


def kinds(events: tuple[AnyEvent, ...]) -> list[type]:
    return [type(event) for event in events]


def test_the_terms_are_told_right_after_the_order_is_accepted(venue: Venue) -> None:
    order = venue.constrained(venue.order(venue.seller, SELL, 100), minimum_quantity=50)
    accepted, constrained, rested = venue.does(order)
    assert isinstance(accepted, OrderAccepted)
    assert isinstance(rested, OrderRested)
    assert constrained == OrderConstrained(
        order_id=accepted.order_id,
        minimum_quantity=Quantity(50),
        all_or_none=False,
        whole_only=False,
    )


def test_a_listing_for_one_buyer_waits_for_who_takes_it_whole(venue: Venue) -> None:
    listing = venue.constrained(venue.order(venue.seller, SELL, 100), whole_only=True)
    venue.does(listing)
    assert OrderFilled not in kinds(venue.does(venue.order(venue.buyer, BUY, 90)))
    assert venue.state.products[venue.product_id].book.best(BUY) == (10_000, 90)
    events = venue.does(venue.order(venue.other, BUY, 120))
    (opened,) = [event for event in events if isinstance(event, TransferOpened)]
    assert (opened.buyer_id, opened.units) == (venue.other, 100)
    assert isinstance(events[-1], OrderRested)
    assert events[-1].quantity == 20


def test_no_match_is_smaller_than_the_minimum_but_the_last(venue: Venue) -> None:
    venue.does(venue.constrained(venue.order(venue.seller, SELL, 100), minimum_quantity=60))
    assert OrderFilled not in kinds(venue.does(venue.order(venue.buyer, BUY, 50)))
    assert OrderFilled in kinds(venue.does(venue.order(venue.other, BUY, 60)))
    assert OrderFilled in kinds(venue.does(venue.order(venue.other, BUY, 40)))


def test_an_all_or_none_bid_is_tried_again_when_enough_is_on_offer(venue: Venue) -> None:
    bid = venue.constrained(venue.order(venue.buyer, BUY, 100), all_or_none=True)
    bid_id = OrderId(venue.state.sequence + 1)
    venue.does(bid)
    reserved = venue.state.orders[bid_id].reserved
    assert reserved == venue.state.cash.accounts[venue.buyer].reserved == 10_000
    first_id = OrderId(venue.state.sequence + 1)
    assert OrderFilled not in kinds(venue.does(venue.order(venue.seller, SELL, 60, 9_990)))
    events = venue.does(venue.order(venue.seller, SELL, 50, 10_000))
    second_id = OrderId(venue.state.sequence)
    assert kinds(events) == [
        *(OrderAccepted, OrderRested, OrderRetried),
        *(OrderFilled, TransferOpened, OrderFilled, TransferOpened),
    ]
    fills = [event for event in events if isinstance(event, OrderFilled)]
    assert [fill.taker_order_id for fill in fills] == [bid_id, bid_id]
    assert [(fill.maker_order_id, fill.price, fill.quantity) for fill in fills] == [
        (first_id, 9_990, 60),
        (second_id, 10_000, 40),
    ]
    assert bid_id not in venue.state.orders
    assert venue.state.orders[second_id].open_quantity == 10
    account = venue.state.cash.accounts[venue.buyer]
    assert (account.reserved, account.escrow) == (0, 5_994 + 4_000)


def test_what_an_all_or_none_order_gets_settles_like_any_other(venue: Venue) -> None:
    venue.does(venue.constrained(venue.order(venue.buyer, BUY, 100), all_or_none=True))
    events = venue.does(venue.order(venue.seller, SELL, 100))
    (opened,) = [event for event in events if isinstance(event, TransferOpened)]
    venue.does(venue.confirmation(opened.transfer_id))
    assert venue.holding(venue.buyer)[0] == 100


def test_an_all_or_none_order_that_is_not_to_rest_is_withdrawn_whole(venue: Venue) -> None:
    venue.does(venue.order(venue.seller, SELL, 60))
    now = TimeInForce.IMMEDIATE_OR_CANCEL
    order = venue.order(venue.buyer, BUY, 100, time_in_force=now)
    events = venue.does(venue.constrained(order, all_or_none=True))
    closed = events[-1]
    assert isinstance(closed, OrderClosed)
    assert (closed.quantity, closed.reason) == (100, CloseReason.IMMEDIATE_OR_CANCEL)
    assert OrderFilled not in kinds(events)
    assert venue.state.cash.accounts[venue.buyer].reserved == 0


def test_who_asks_too_many_in_vain_is_not_left_crossed(venue: Venue) -> None:
    sellers = [venue.registers(PartyKind.INSTITUTION) for _ in range(3)]
    for seller in sellers:
        venue.records(seller, units=30_000)
    venue.does_all(
        venue.order(sellers[number % 3], SELL, 20) for number in range(CANDIDATES_MAX + 1)
    )
    order = venue.constrained(venue.order(venue.other, BUY, 100), minimum_quantity=30)
    closed = venue.does(order)[-1]
    assert isinstance(closed, OrderClosed)
    assert (closed.reason, closed.was_resting) == (CloseReason.SEARCH_LIMIT, False)


@pytest.mark.parametrize("minimum_quantity", [110, 15, -10])
def test_a_minimum_is_no_more_than_the_order_and_in_lots(
    venue: Venue, minimum_quantity: int
) -> None:
    order = venue.order(venue.seller, SELL, 100)
    order = venue.constrained(order, minimum_quantity=minimum_quantity)
    assert venue.refuses(order) is Refusal.SIZE_TERMS_CONFLICT


def test_one_order_waits_for_one_other_or_for_any_number_of_them(venue: Venue) -> None:
    order = venue.order(venue.seller, SELL, 100)
    order = venue.constrained(order, all_or_none=True, whole_only=True)
    assert venue.refuses(order) is Refusal.SIZE_TERMS_CONFLICT


def test_an_order_that_only_makes_cannot_wait_for_all_of_it(venue: Venue) -> None:
    def order() -> PlaceOrder:
        return venue.order(venue.seller, SELL, 100, post_only=True)

    waiting = venue.constrained(order(), all_or_none=True)
    assert venue.refuses(waiting) is Refusal.SIZE_TERMS_CONFLICT
    venue.does(venue.constrained(order(), whole_only=True))


def test_a_listing_for_one_buyer_does_not_shrink(venue: Venue) -> None:
    venue.does(venue.constrained(venue.order(venue.seller, SELL, 100), whole_only=True))
    order_id = OrderId(venue.state.sequence)
    smaller = venue.replacement(order_id, 90, by=venue.seller)
    assert venue.refuses(smaller) is Refusal.SIZE_TERMS_CONFLICT
    venue.does(venue.replacement(order_id, 120, by=venue.seller))


def test_good_till_date_names_the_date(venue: Venue) -> None:
    until_date = TimeInForce.GOOD_TILL_DATE
    order = venue.order(venue.seller, SELL, 100, time_in_force=until_date)
    assert venue.refuses(order) is Refusal.TIME_IN_FORCE_CONFLICT
    day = TimeInForce.DAY  # there are no sessions yet
    assert (
        venue.refuses(venue.order(venue.seller, SELL, 100, time_in_force=day))
        is Refusal.TIME_IN_FORCE_CONFLICT
    )
    venue.does(
        venue.order(
            venue.seller, SELL, 100, time_in_force=until_date, expires_at_ns=START_NS + DAY_NS
        )
    )


def test_a_snapshot_keeps_the_terms(venue: Venue) -> None:
    venue.does(venue.constrained(venue.order(venue.buyer, BUY, 100), all_or_none=True))
    bid_id = OrderId(venue.state.sequence)
    venue.does(venue.order(venue.seller, SELL, 60))
    encoded = encode_state(venue.state)
    venue.state = decode_state(encoded)
    assert encode_state(venue.state) == encoded
    assert OrderRetried in kinds(venue.does(venue.order(venue.seller, SELL, 40)))
    assert bid_id not in venue.state.orders


def test_the_row_says_the_terms_and_the_end(venue: Venue) -> None:
    venue.does(venue.constrained(venue.order(venue.buyer, BUY, 100), all_or_none=True))
    bid_id = OrderId(venue.state.sequence)
    venue.does(venue.order(venue.seller, SELL, 100))
    rows = {row[0]: row for row in take_rows(venue.state)["orders"]}
    assert rows[bid_id][14:17] == (0, 1, 0)
    assert OrderStatus.MATCHED in rows[bid_id]


def test_a_plain_order_keeps_its_old_bytes(venue: Venue) -> None:
    order = venue.order(venue.buyer, BUY, 100)
    constrained = venue.constrained(order, all_or_none=True)
    assert encode_command(order) != encode_command(constrained)
    assert type(decode_command(encode_command(order))) is PlaceOrder
    assert type(decode_command(encode_command(constrained))) is PlaceConstrainedOrder
