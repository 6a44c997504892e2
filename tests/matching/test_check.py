"""Every invariant of the book is attacked: a broken book does not pass `check`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matching import OrderBook, OrderId, ParticipantId, Price, Quantity, Side
from matching.ladder import Level, Order


def best(book: OrderBook) -> Level:
    level = book._bids.best
    assert level is not None
    return level


def first(book: OrderBook) -> Order:
    order = best(book).first
    assert order is not None
    return order


def second(book: OrderBook) -> Order:
    order = first(book).next
    assert order is not None
    return order


def empty_level(book: OrderBook) -> None:
    book._bids.levels[-1] = Level(-1, Price(1))
    book._bids.keys.add(-1)


def swap_sequences(book: OrderBook) -> None:
    older, newer = first(book), second(book)
    older.sequence, newer.sequence = newer.sequence, older.sequence


def cut_off(book: OrderBook) -> None:
    best(book).last = first(book)


def wrong_back_link(book: OrderBook) -> None:
    second(book).previous = None


def wrong_level(book: OrderBook) -> None:
    first(book).level = None


def wrong_price(book: OrderBook) -> None:
    first(book).price = Price(50)


def wrong_side(book: OrderBook) -> None:
    first(book).side = Side.SELL


def nothing_open(book: OrderBook) -> None:
    best(book).quantity -= first(book).quantity
    first(book).quantity = Quantity(0)


def wrong_quantity(book: OrderBook) -> None:
    best(book).quantity += 1


def wrong_count(book: OrderBook) -> None:
    best(book).order_count += 1


def wrong_key(book: OrderBook) -> None:
    best(book).key = -50


def wrong_level_price(book: OrderBook) -> None:
    best(book).price = Price(50)


def wrong_best(book: OrderBook) -> None:
    book._bids.best = None


def lost_key(book: OrderBook) -> None:
    book._bids.keys.remove(-90)


def crossed(book: OrderBook) -> None:
    order = Order(OrderId(9), ParticipantId(1), Side.SELL, Price(100), Quantity(1))
    book._rest(order, book._asks)


def lost_order(book: OrderBook) -> None:
    del book._orders[OrderId(1)]


def stray_order(book: OrderBook) -> None:
    stray = Order(OrderId(9), ParticipantId(1), Side.BUY, Price(80), Quantity(1))
    book._orders[OrderId(9)] = stray


def lost_expiry(book: OrderBook) -> None:
    book._expiries.clear()


def stray_expiry(book: OrderBook) -> None:
    book._expiries.add((6, OrderId(2)))


@pytest.mark.parametrize(
    "damage",
    [
        crossed,  # B1
        lost_key,  # B2
        wrong_best,
        wrong_key,
        wrong_level_price,
        empty_level,  # B3
        nothing_open,
        wrong_quantity,
        wrong_count,
        swap_sequences,  # B4
        cut_off,
        wrong_back_link,
        wrong_level,
        wrong_price,  # B5
        wrong_side,
        lost_order,
        stray_order,
        lost_expiry,  # B6
        stray_expiry,
    ],
)
def test_a_broken_book_is_found_out(damage: Callable[[OrderBook], None]) -> None:
    book = OrderBook()
    for order_id, price, expires_at_ns in ((1, 100, 5), (2, 100, None), (3, 90, None)):
        book.place(
            OrderId(order_id),
            ParticipantId(1),
            Side.BUY,
            Price(price),
            Quantity(10),
            expires_at_ns=expires_at_ns,
        )
    book.place(OrderId(4), ParticipantId(1), Side.SELL, Price(110), Quantity(10))
    book.check()
    damage(book)
    with pytest.raises(AssertionError):
        book.check()
