"""How the book looks: as a whole, or as one class of buyers or sellers sees it."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge

from matching.ladder import Ladder, Level, Order
from matching.state import BookState, Lane, Route
from matching.types import BUY, Price, Side, Viewer

DepthRow = tuple[Price, int, int]
"""A price, the quantity that rests there, and the number of orders."""


def best(state: BookState, side: Side, seen_by: Viewer | None) -> tuple[Price, int] | None:
    """The best price of `side` and what rests there. O(lanes); as seen by a class O(levels)."""
    if seen_by is not None:
        rows = depth(state, side, 1, seen_by)
        return (rows[0][0], rows[0][1]) if rows else None
    found: Level | None = None
    quantity = 0
    for lane in state.lanes(side):
        for ladder in (lane.plain, lane.sized):
            level = ladder.best
            if level is None:
                continue
            if found is None or level.key < found.key:
                found, quantity = level, level.quantity
            elif level.key == found.key:
                quantity += level.quantity
    return None if found is None else (found.price, quantity)


def depth(state: BookState, side: Side, levels: int, seen_by: Viewer | None) -> list[DepthRow]:
    """The best `levels` prices of `side`. O(levels x lanes), and those that a class may not see."""
    assert levels >= 0, levels
    if seen_by is None:
        return _rows(state.priced_ladders(side), levels, beyond_key=None)
    viewer_side, viewer_class = seen_by
    routes = state.routes(viewer_side)
    assert 0 <= viewer_class < len(routes), seen_by
    opposite = routes[viewer_class].opposite
    if side is not viewer_side:
        return _rows(_priced(opposite), levels, beyond_key=None)
    # Whoever may trade with one of those whom the viewer sees opposite competes with him.
    own = [
        lane
        for lane in state.lanes(side)
        if any(route.own is lane and _meets(route, opposite) for route in routes)
    ]
    best_opposite = _rows(_priced(opposite), 1, beyond_key=None)
    sign = -1 if side is BUY else 1
    beyond_key = best_opposite[0][0] * sign if best_opposite else None
    return _rows(_priced(own), levels, beyond_key=beyond_key)


def in_trading_order(state: BookState, side: Side) -> Iterator[Order]:
    """The orders of `side`, those without a price first, then by price, then by sequence."""
    lanes = state.lanes(side)
    for ladders in ([lane.gathered for lane in lanes], state.priced_ladders(side)):
        by_time = [_keyed_orders(ladder) for ladder in ladders]
        for _, _, order in merge(*by_time):
            yield order


def _keyed_orders(ladder: Ladder) -> Iterator[tuple[int, int, Order]]:
    # Sequences are unique, so that two orders are never compared.
    for level in ladder.best_first():
        for order in level.orders():
            yield level.key, order.sequence, order


def _priced(lanes: list[Lane]) -> list[Ladder]:
    return [lane.plain for lane in lanes] + [lane.sized for lane in lanes]


def _meets(route: Route, lanes: list[Lane]) -> bool:
    return any(lane is other for lane in route.opposite for other in lanes)


def _rows(ladders: list[Ladder], levels: int, *, beyond_key: int | None) -> list[DepthRow]:
    # The first `levels` prices, all ladders together; those worse than `beyond_key` only.
    rows: list[DepthRow] = []
    if levels == 0:
        return rows
    for key in merge(*[_keys(ladder, beyond_key) for ladder in ladders]):
        price = Price(abs(key))
        if rows and rows[-1][0] == price:
            continue
        here = [ladder.levels[key] for ladder in ladders if key in ladder.levels]
        quantity = sum([level.quantity for level in here])
        rows.append((price, quantity, sum([level.order_count for level in here])))
        if len(rows) == levels:
            break
    return rows


def _keys(ladder: Ladder, beyond_key: int | None) -> Iterator[int]:
    for level in ladder.best_first():
        if beyond_key is None or level.key > beyond_key:
            yield level.key
