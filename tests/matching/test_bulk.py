"""Many commands in one call do what the same commands do one by one, and say less of it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from matching import (
    BookEvent,
    BookRules,
    Cancelled,
    CancelReason,
    Command,
    CounterpartyMatrix,
    Expired,
    OrderBook,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    Rested,
    SelfTradePrevention,
    Side,
    SizeTerms,
    TimeInForce,
)

CLASSES = CounterpartyMatrix(((True, True, False), (False, True, True)))
QUIET = (CancelReason.BY_OWNER, CancelReason.IMMEDIATE_OR_CANCEL)


def one_by_one(book: OrderBook, command: Command) -> list[BookEvent]:
    match command:
        case (order_id,):
            return book.cancel(OrderId(order_id))
        case (order_id, quantity):
            return book.reduce(OrderId(order_id), Quantity(quantity))
        case (order_id, price, quantity):
            return book.replace(OrderId(order_id), Price(price), Quantity(quantity))
        case (order_id, participant_id, side, price, quantity, in_force, counterparty_class):
            return book.place(
                OrderId(order_id),
                ParticipantId(participant_id),
                Side(side),
                Price(price),
                Quantity(quantity),
                TimeInForce(in_force),
                counterparty_class=counterparty_class,
            )
    raise AssertionError(command)


def is_told(event: BookEvent) -> bool:
    if isinstance(event, Cancelled):
        return event.reason not in QUIET
    return not isinstance(event, Rested)


def drawn(draw: random.Random) -> Command:
    order_id, price, quantity = draw.randint(1, 60), draw.randint(0, 12), draw.randint(0, 20)
    match draw.randrange(8):
        case 0:
            return (order_id,)
        case 1:
            return (order_id, quantity)
        case 2:
            return (order_id, price, quantity)
        case _:
            side, in_force = draw.randint(1, 2), draw.choice((1, 1, 1, 2, 3, 4))
            row = (order_id, draw.randint(1, 5), side, price, quantity, in_force)
            return (*row, draw.choice((0, 0, 1, 2)))


@pytest.mark.parametrize(
    "rules",
    [
        BookRules(),
        BookRules(matrix=CLASSES),
        BookRules(self_trade=SelfTradePrevention.CANCEL_OLDEST),
        BookRules(candidates_examined_max=1),
    ],
)
@pytest.mark.parametrize("sized_every", [0, 7])
def test_a_run_is_its_commands_one_by_one(rules: BookRules, sized_every: int) -> None:
    draw = random.Random(1)
    single, bulk = OrderBook(rules), OrderBook(rules)
    for step in range(150):
        if sized_every and step % sized_every == 0:
            terms = SizeTerms(all_or_none=step % 2 == 0, minimum_quantity=draw.randint(0, 5))
            order = (OrderId(100 + step), ParticipantId(1), draw.choice(list(Side)))
            for book in (single, bulk):
                book.place(*order, Price(6), Quantity(5), size_terms=terms)
        commands = [drawn(draw) for _ in range(20)]
        expected = [event for each in commands for event in one_by_one(single, each)]
        assert bulk.run(commands) == [event for event in expected if is_told(event)]
        assert list(single.orders_by_age()) == list(bulk.orders_by_age())
        bulk.check()


def test_levels_that_were_given_up_do_not_pile_up() -> None:
    # A price that was used is kept for its next order, but not every price that ever was.
    book = OrderBook()
    ladder = book._state.buy_lanes[0].plain
    one = (ParticipantId(1), Side.BUY)
    for price in range(1, 2_001):
        book.place(OrderId(price), *one, Price(price), Quantity(1))
        if price > 10:
            book.cancel(OrderId(price - 10))
    book.check()
    assert len(ladder.levels) < 300
    assert book.depth(Side.BUY, 20) == [(price, 1, 1) for price in range(2_000, 1_990, -1)]
    assert book.best(Side.BUY) == (2_000, 1)


@pytest.mark.parametrize(("cancelled", "levels"), [(range(2, 11), 40), (range(2, 26), 17)])
def test_many_empty_levels_in_a_row_are_given_up_when_they_are_passed(
    cancelled: range, levels: int
) -> None:
    book = OrderBook()
    ladder = book._state.buy_lanes[0].plain
    for price in range(1, 41):
        book.place(OrderId(price), ParticipantId(1), Side.BUY, Price(price), Quantity(1))
    for price in cancelled:
        book.cancel(OrderId(price))
    assert len(ladder.levels) == 40
    book.place(OrderId(41), ParticipantId(1), Side.BUY, Price(2), Quantity(1))
    assert len(ladder.levels) == levels
    assert [price for price, _, _ in book.depth(Side.BUY, 40)][-3:] == [cancelled[-1] + 1, 2, 1]
    book.check()


def in_order_of_age(book: OrderBook) -> list[OrderId]:
    return [order.order_id for order in book.orders_by_age()]


LEAVE_ALL: list[Callable[[OrderBook], list[BookEvent]]] = [
    lambda book: book.cancel_all(),
    lambda book: book.cancel_participant(ParticipantId(1)),
    lambda book: book.end_day(),
]


@pytest.mark.parametrize("leave_all", LEAVE_ALL)
def test_orders_leave_together_in_the_order_of_their_age(
    leave_all: Callable[[OrderBook], list[BookEvent]],
) -> None:
    book = OrderBook()
    for number, side, price in ((3, Side.BUY, 5), (1, Side.SELL, 9), (2, Side.BUY, 7)):
        placed = (OrderId(number), ParticipantId(1), side, Price(price), Quantity(1))
        book.place(*placed, TimeInForce.DAY)
    book.replace(OrderId(3), Price(6), Quantity(1))
    assert in_order_of_age(book) == [1, 2, 3]
    restored = OrderBook.restore(book.orders_by_age())
    expected = leave_all(book)
    left = [each.order_id for each in expected if isinstance(each, Cancelled | Expired)]
    assert left == [1, 2, 3]
    assert leave_all(restored) == expected
    assert len(book) == 0
