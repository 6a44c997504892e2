"""The invariants of the book, asserted in full. B1..B6 of docs/invariants.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matching.ladder import Ladder, Level, Order
from matching.types import OrderId, Side


def check(
    *,
    bids: Ladder,
    asks: Ladder,
    orders: Mapping[OrderId, Order],
    expiries: Sequence[tuple[int, OrderId]],
) -> None:
    """Assert every invariant of a book, given its parts. Cost: O(orders + levels).

    Raises:
        AssertionError: the book is broken, and nothing that it says can be trusted.
    """
    if bids.best is not None and asks.best is not None:
        assert bids.best.price < asks.best.price, (bids.best.price, asks.best.price)  # B1
    seen_count = 0
    for ladder, side in ((bids, Side.BUY), (asks, Side.SELL)):
        _check_price_index(ladder)
        for level in ladder.levels.values():
            _check_level(level)
            seen_count += level.order_count
            for order in level.orders():
                assert orders.get(order.order_id) is order, order.order_id  # B5
                assert order.side is side, (order.order_id, side)  # B5
    assert seen_count == len(orders), (seen_count, len(orders))  # B5
    expected = sorted(
        (order.expires_at_ns, order_id)
        for order_id, order in orders.items()
        if order.expires_at_ns is not None
    )
    assert list(expiries) == expected, (list(expiries), expected)  # B6


def _check_price_index(ladder: Ladder) -> None:
    assert list(ladder.keys) == sorted(ladder.levels), list(ladder.keys)  # B2
    best = ladder.levels[ladder.keys[0]] if ladder.keys else None
    assert ladder.best is best, (ladder.best, best)  # B2
    for key, level in ladder.levels.items():
        assert level.key == key, (level.key, key)  # B2
        assert level.price * ladder.sign == key, (level.price, key)  # B2


def _check_level(level: Level) -> None:
    quantity_total = 0
    order_count = 0
    previous: Order | None = None
    for order in level.orders():
        assert order.level is level, order.order_id  # B4
        assert order.previous is previous, order.order_id  # B4
        if previous is not None:
            assert previous.sequence < order.sequence, (previous.order_id, order.order_id)  # B4
        assert order.price == level.price, (order.order_id, order.price)  # B5
        assert order.quantity > 0, (order.order_id, order.quantity)  # B3
        quantity_total += order.quantity
        order_count += 1
        previous = order
    assert level.last is previous, level.price  # B4
    assert order_count > 0, level.price  # B3
    assert quantity_total == level.quantity, (quantity_total, level.quantity)  # B3
    assert order_count == level.order_count, (order_count, level.order_count)  # B3
