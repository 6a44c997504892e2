"""The commands of the book beyond the stories: refusals in order, restoring, looking at it."""

from __future__ import annotations

import random

import pytest

from matching import (
    EXPIRES_AT_NS_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
    BookEvent,
    Expired,
    OrderBook,
    OrderId,
    OwnerId,
    ParticipantId,
    Price,
    Quantity,
    RefusalReason,
    Refused,
    RestingOrder,
    Side,
    TimeInForce,
)

ME = ParticipantId(7)
TOO_MUCH = 2**62 + 1


def place(
    book: OrderBook,
    order_id: int,
    side: Side = Side.BUY,
    price: int = 100,
    quantity: int = 10,
    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED,
    *,
    post_only: bool = False,
    expires_at_ns: int | None = None,
) -> list[BookEvent]:
    return book.place(
        OrderId(order_id),
        ME,
        side,
        Price(price),
        Quantity(quantity),
        time_in_force,
        post_only=post_only,
        expires_at_ns=expires_at_ns,
    )


@pytest.fixture
def two_sided() -> OrderBook:
    """Order 1 buys 10 @ 100, order 2 sells 10 @ 110, order 3 buys 10 @ 90 post-only."""
    book = OrderBook()
    place(book, 1)
    place(book, 2, Side.SELL, 110)
    place(book, 3, price=90, post_only=True)
    return book


def state(book: OrderBook) -> list[RestingOrder]:
    return [*book.orders(Side.BUY), *book.orders(Side.SELL)]


# Each row breaks its own rule and, where an order can, every rule that comes after it.
@pytest.mark.parametrize(
    ("reason", "order_id", "price", "quantity", "time_in_force", "post_only", "expires_at_ns"),
    [
        (RefusalReason.INVALID_PRICE, 1, 0, 0, TimeInForce.FILL_OR_KILL, True, 0),
        (RefusalReason.INVALID_PRICE, 1, -1, 0, TimeInForce.FILL_OR_KILL, True, 0),
        (RefusalReason.INVALID_PRICE, 1, TOO_MUCH, 0, TimeInForce.FILL_OR_KILL, True, 0),
        (RefusalReason.INVALID_QUANTITY, 1, 200, 0, TimeInForce.FILL_OR_KILL, True, 0),
        (RefusalReason.INVALID_QUANTITY, 1, 200, -1, TimeInForce.FILL_OR_KILL, True, 0),
        (RefusalReason.INVALID_QUANTITY, 1, 200, TOO_MUCH, TimeInForce.FILL_OR_KILL, True, 0),
        (RefusalReason.INVALID_EXPIRY, 1, 200, 99, TimeInForce.FILL_OR_KILL, True, 0),
        (RefusalReason.INVALID_EXPIRY, 1, 200, 99, TimeInForce.FILL_OR_KILL, True, TOO_MUCH),
        (RefusalReason.CONTRADICTS_TIME_IN_FORCE, 1, 200, 99, TimeInForce.FILL_OR_KILL, True, 5),
        (RefusalReason.CONTRADICTS_TIME_IN_FORCE, 1, 200, 99, TimeInForce.FILL_OR_KILL, False, 5),
        (
            RefusalReason.CONTRADICTS_TIME_IN_FORCE,
            *(1, 200, 99, TimeInForce.IMMEDIATE_OR_CANCEL, True, None),
        ),
        (RefusalReason.DUPLICATE_ORDER_ID, 1, 200, 99, TimeInForce.FILL_OR_KILL, False, None),
        (
            RefusalReason.DUPLICATE_ORDER_ID,
            *(1, 200, 99, TimeInForce.GOOD_TILL_CANCELLED, True, None),
        ),
        (
            RefusalReason.POST_ONLY_WOULD_CROSS,
            *(4, 110, 99, TimeInForce.GOOD_TILL_CANCELLED, True, 5),
        ),
        (RefusalReason.FILL_OR_KILL_UNFILLABLE, 4, 200, 11, TimeInForce.FILL_OR_KILL, False, None),
    ],
)
def test_place_reports_the_first_reason_that_applies_and_changes_nothing(
    two_sided: OrderBook,
    reason: RefusalReason,
    order_id: int,
    price: int,
    quantity: int,
    time_in_force: TimeInForce,
    *,
    post_only: bool,
    expires_at_ns: int | None,
) -> None:
    before = state(two_sided)
    events = place(
        two_sided,
        order_id,
        Side.BUY,
        price,
        quantity,
        time_in_force,
        post_only=post_only,
        expires_at_ns=expires_at_ns,
    )
    assert events == [Refused(OrderId(order_id), reason)]
    assert before == state(two_sided)


@pytest.mark.parametrize(
    ("reason", "order_id", "price", "quantity"),
    [
        (RefusalReason.INVALID_PRICE, 9, 0, 0),
        (RefusalReason.INVALID_PRICE, 9, TOO_MUCH, 0),
        (RefusalReason.INVALID_QUANTITY, 9, 200, 0),
        (RefusalReason.INVALID_QUANTITY, 9, 200, TOO_MUCH),
        (RefusalReason.UNKNOWN_ORDER, 9, 200, 1),
        (RefusalReason.POST_ONLY_WOULD_CROSS, 3, 110, 1),
    ],
)
def test_replace_reports_the_first_reason_that_applies_and_changes_nothing(
    two_sided: OrderBook, reason: RefusalReason, order_id: int, price: int, quantity: int
) -> None:
    before = state(two_sided)
    events = two_sided.replace(OrderId(order_id), Price(price), Quantity(quantity))
    assert events == [Refused(OrderId(order_id), reason)]
    assert before == state(two_sided)


@pytest.mark.parametrize(
    ("reason", "order_id", "quantity"),
    [
        (RefusalReason.INVALID_QUANTITY, 9, 0),
        (RefusalReason.INVALID_QUANTITY, 9, TOO_MUCH),
        (RefusalReason.UNKNOWN_ORDER, 9, 5),
        (RefusalReason.NOT_A_REDUCTION, 1, 10),
        (RefusalReason.NOT_A_REDUCTION, 1, 11),
    ],
)
def test_reduce_reports_the_first_reason_that_applies_and_changes_nothing(
    two_sided: OrderBook, reason: RefusalReason, order_id: int, quantity: int
) -> None:
    before = state(two_sided)
    events = two_sided.reduce(OrderId(order_id), Quantity(quantity))
    assert events == [Refused(OrderId(order_id), reason)]
    assert before == state(two_sided)


def test_the_largest_numbers_are_accepted() -> None:
    book = OrderBook()
    place(book, 1, Side.SELL, PRICE_MAX, QUANTITY_MAX, expires_at_ns=EXPIRES_AT_NS_MAX)
    place(book, 2, Side.SELL, PRICE_MAX, QUANTITY_MAX)
    place(book, 3, Side.BUY, 1, 1, expires_at_ns=1)
    assert book.best(Side.SELL) == (PRICE_MAX, 2 * QUANTITY_MAX)
    assert book.best(Side.BUY) == (1, 1)
    assert len(place(book, 4, Side.BUY, PRICE_MAX, QUANTITY_MAX)) == 1
    book.check()


def test_the_largest_and_smallest_numbers_are_accepted_in_changes() -> None:
    book = OrderBook()
    place(book, 1, Side.SELL, 5, 5)
    book.replace(OrderId(1), Price(PRICE_MAX), Quantity(QUANTITY_MAX))
    assert book.best(Side.SELL) == (PRICE_MAX, QUANTITY_MAX)
    book.replace(OrderId(1), Price(1), Quantity(3))
    book.reduce(OrderId(1), Quantity(1))
    assert book.best(Side.SELL) == (1, 1)
    assert book.reduce(OrderId(1), Quantity(QUANTITY_MAX)) == [
        Refused(OrderId(1), RefusalReason.NOT_A_REDUCTION)
    ]


def test_an_expiry_stops_at_its_bound_and_goes_on_with_the_next_call() -> None:
    book = OrderBook()
    for order_id in (3, 1, 2):
        place(book, order_id, expires_at_ns=5)
    first = book.expire(9, expired_max=2)
    assert [event.order_id for event in first if isinstance(event, Expired)] == [1, 2]
    assert book.next_expiry_ns == 5
    assert len(book.expire(9)) == 1
    assert book.next_expiry_ns is None


def test_a_view_of_an_order_does_not_change_with_the_book(two_sided: OrderBook) -> None:
    view = two_sided.order(OrderId(3))
    two_sided.cancel(OrderId(3))
    assert view == RestingOrder(
        order_id=OrderId(3),
        participant_id=ME,
        side=Side.BUY,
        price=Price(90),
        quantity=Quantity(10),
        post_only=True,
        owner_id=OwnerId(ME),
    )
    assert two_sided.order(OrderId(3)) is None
    assert OrderId(3) not in two_sided
    assert len(two_sided) == 2


def test_depth_shows_as_many_levels_as_asked_for(two_sided: OrderBook) -> None:
    assert two_sided.depth(Side.BUY, 0) == []
    assert two_sided.depth(Side.BUY, 1) == [(100, 10, 1)]
    assert two_sided.depth(Side.BUY) == [(100, 10, 1), (90, 10, 1)]


def test_the_sides_are_opposite() -> None:
    assert Side.BUY.opposite is Side.SELL
    assert Side.SELL.opposite is Side.BUY


def test_a_restored_book_goes_on_as_the_old_one_would() -> None:
    def command(book: OrderBook, draw: random.Random) -> list[BookEvent]:
        order_id = OrderId(draw.randrange(60))
        price = draw.randint(95, 105)
        quantity = draw.randint(1, 20)
        match draw.randrange(5):
            case 0:
                return book.cancel(order_id)
            case 1:
                return book.replace(order_id, Price(price), Quantity(quantity))
            case 2:
                return book.expire(draw.randrange(40))
            case _:
                side = draw.choice(list(Side))
                return place(
                    book, order_id, side, price, quantity, expires_at_ns=draw.randint(1, 99)
                )

    old = OrderBook()
    draw = random.Random(1)
    for _ in range(500):
        command(old, draw)
    new = OrderBook.restore(state(old))
    assert len(old) > 10
    one, other = random.Random(2), random.Random(2)
    for _ in range(500):
        assert command(old, one) == command(new, other)
        assert state(old) == state(new)


@pytest.mark.parametrize(
    "orders",
    [
        [(1, Side.BUY, 100, 10, None), (1, Side.BUY, 100, 10, None)],
        [(1, Side.BUY, 100, 10, None), (2, Side.SELL, 100, 10, None)],
        [(1, Side.BUY, 0, 10, None)],
        [(1, Side.BUY, TOO_MUCH, 10, None)],
        [(1, Side.BUY, 100, 0, None)],
        [(1, Side.BUY, 100, TOO_MUCH, None)],
        [(1, Side.BUY, 100, 10, 0)],
        [(1, Side.BUY, 100, 10, TOO_MUCH)],
    ],
)
def test_orders_that_no_book_can_hold_are_not_restored(
    orders: list[tuple[int, Side, int, int, int | None]],
) -> None:
    views = [
        RestingOrder(
            order_id=OrderId(order_id),
            participant_id=ME,
            side=side,
            price=Price(price),
            quantity=Quantity(quantity),
            expires_at_ns=expires_at_ns,
        )
        for order_id, side, price, quantity, expires_at_ns in orders
    ]
    with pytest.raises(AssertionError):
        OrderBook.restore(views)
