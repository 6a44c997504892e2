"""Resting all-or-none orders are tried again when what they can trade with may have grown.

After a command that lets an order rest, or reduces one: first the orders of the other side, then
those of its own, each side by price and then by sequence. One that fills whole trades as a taker.
"""

from __future__ import annotations

from matching.continuous import carry_out, plan_of
from matching.events import BookEvent, Retried
from matching.ladder import Ladder, Order
from matching.search import Cursor, Incoming
from matching.state import BookState, Route
from matching.types import BUY, SELL, Quantity, Side


def retry_all_or_none(state: BookState, side: Side, events: list[BookEvent]) -> None:
    """Try them again after a command for an order of `side`.

    Cost: O(lanes), where no all-or-none order crosses the best price of the other side; else also
    O(sized orders that do and might fill, by log sized orders), and that of `retried_max` searches.
    """
    retried_left = state.rules.retried_max
    fills_left = state.rules.retried_fills_max
    for tried_side in (SELL if side is BUY else BUY, side):
        # Nearly always the answer is no, and it has to be quick.
        routes = state.buy_routes_by_lane if tried_side is BUY else state.sell_routes_by_lane
        if not _any_crosses(routes, state.quantity_rested):
            continue
        for order in _worth_a_look(state, tried_side):
            if order.level is None or _facing(state, order) < order.quantity:
                continue
            if retried_left == 0:
                return
            retried_left -= 1
            fills_left -= _attempt(state, order, fills_max=fills_left, events=events)


def _any_crosses(routes: list[Route], quantity_rested: int) -> bool:
    for route in routes:
        ladder = route.own_sized
        level = ladder.best
        if level is not None and quantity_rested >= ladder.futile_until:
            # A key of one side is minus the key of the same price on the other.
            limit_key = -level.key
            for other in route.ladders:
                best = other.best
                if best is not None and best.key <= limit_key:
                    return True
    return False


def _attempt(state: BookState, order: Order, *, fills_max: int, events: list[BookEvent]) -> int:
    # The fills of the order, if it fills whole; else 0, and nothing has happened.
    level = order.level
    assert level is not None, order.order_id
    side, price = level.ladder.side, level.price
    incoming = Incoming(
        order.order_id, order.participant_id, side, price, order.quantity, order.terms
    )
    plan = plan_of(state, incoming, is_retry=True)
    if plan.left > 0 or plan.fill_count > fills_max:
        return 0
    state.remove(order)
    events.append(Retried(order.order_id, side, price, order.quantity))
    carry_out(state, incoming, plan, events)
    return plan.fill_count


def _worth_a_look(state: BookState, side: Side) -> list[Order]:
    # The all-or-none orders of `side` that might fill, best first.
    found: list[tuple[int, int, Order]] = []
    for route in state.routes_by_lane(side):
        ladder = route.own_sized
        best = ladder.best
        bests = [each.best.key for each in route.ladders if each.best is not None]
        if best is None or not bests:
            continue
        reach_key = -min(bests)
        # What a whole ladder faces at its best price bounds what each of its orders faces.
        facing = _quantity_facing(route, -best.key)
        if facing >= ladder.least_fill:
            _gather(ladder, reach_key, facing, found)
        else:
            ladder.futile_until = state.quantity_rested + ladder.least_fill - facing
    found.sort(key=lambda each: each[:2])
    return [order for _, _, order in found]


def _gather(
    ladder: Ladder, reach_key: int, facing: Quantity, found: list[tuple[int, int, Order]]
) -> None:
    # Adds the all-or-none orders of `ladder` up to `reach_key` that want no more than `facing`.
    cursor = Cursor(ladder)
    cursor.advance(facing, limit_key=reach_key)
    while (order := cursor.order) is not None:
        size_terms = order.terms.size_terms
        assert size_terms is not None, order.order_id
        if size_terms.all_or_none and not order.terms.post_only:
            found.append((cursor.key, order.sequence, order))
        cursor.advance(facing, limit_key=reach_key)


def _facing(state: BookState, order: Order) -> int:
    level = order.level
    assert level is not None, order.order_id
    route = state.routes(level.ladder.side)[order.terms.counterparty_class]
    return _quantity_facing(route, -level.key)


def _quantity_facing(route: Route, limit_key: int) -> Quantity:
    # What stands opposite at `limit_key` or better, whatever its own terms.
    return Quantity(sum([ladder.quantity_up_to(limit_key) for ladder in route.ladders]))
