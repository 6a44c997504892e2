"""The invariants of the book, asserted in full. B1..B9 of docs/invariants.md."""

from __future__ import annotations

from matching.ladder import Ladder, Level, Order, empty_levels_max, smallest_fill
from matching.state import BookState, Lane
from matching.types import OrderKind, Phase, SelfTradePrevention, Side


def check(state: BookState) -> None:
    """Assert every invariant of a book. Cost: O(orders x log orders).

    Raises:
        AssertionError: the book is broken, and nothing that it says can be trusted.
    """
    if state.phase is Phase.CONTINUOUS and state.veto is None:
        _check_uncrossed(state)
    seen_count = 0
    for side in (Side.BUY, Side.SELL):
        for lane in state.lanes(side):
            _check_lane(lane, state)
            for ladder in (lane.plain, lane.sized, lane.gathered):
                assert ladder.side is side, side  # B5
                seen_count += _check_ladder(ladder, state)
    assert seen_count == len(state.orders), (seen_count, len(state.orders))  # B5
    _check_time(state)
    _check_counts(state)


def _check_uncrossed(state: BookState) -> None:
    # An order with size terms, or one that skips its owner's, may stand crossed.
    skips = state.rules.self_trade is SelfTradePrevention.SKIP
    for route in state.buy_routes:
        for lane in route.opposite:
            bids, asks = route.own.plain, lane.plain
            if bids.best is None or asks.best is None or bids.best.price < asks.best.price:
                continue
            assert skips, (bids.best.price, asks.best.price)  # B1
            _check_same_owners(bids=bids, asks=asks)


def _check_same_owners(*, bids: Ladder, asks: Ladder) -> None:
    for bid_level in bids.best_first():
        for ask_level in asks.best_first():
            if bid_level.price < ask_level.price:
                break
            for bid in bid_level.orders():
                for ask in ask_level.orders():
                    assert bid.owner == ask.owner, (bid.order_id, ask.order_id)  # B1


def _check_lane(lane: Lane, state: BookState) -> None:
    has_gathered = lane.gathered.best is not None
    assert not has_gathered or state.phase is Phase.AUCTION, state.phase  # B7
    for ladder in (lane.plain, lane.sized, lane.gathered):
        for level in ladder.levels.values():
            for order in level.orders():
                terms = order.terms
                route = state.routes(ladder.side)[terms.counterparty_class]
                assert route.own is lane, order.order_id  # B7
                assert lane.ladder_for(terms) is ladder, order.order_id  # B7
                assert (terms.kind is OrderKind.LIMIT) == (level.price > 0), order.order_id  # B7


def _check_ladder(ladder: Ladder, state: BookState) -> int:
    # How many orders there are on it.
    _check_price_index(ladder)
    seen_count = 0
    for level in ladder.levels.values():
        assert level.ladder is ladder, level.price  # B5
        _check_level(level)
        seen_count += level.order_count
        for order in level.orders():
            assert state.orders.get(order.order_id) is order, order.order_id  # B5
    _check_smallest_fills(ladder)
    return seen_count


def _check_smallest_fills(ladder: Ladder) -> None:
    fills = ladder.smallest_fills
    if fills is None:
        assert ladder.least_fill == 0, ladder.least_fill  # B8
        return
    nodes = list(fills.nodes_in_order())
    orders = [order for level in ladder.best_first() for order in level.orders()]
    assert [node.order for node in nodes] == orders, orders  # B8
    assert {node.order.order_id: node for node in nodes} == fills.nodes, fills.nodes  # B8
    for node in nodes:
        order = node.order
        assert node.fill == smallest_fill(order.terms.size_terms, order.quantity), node.fill  # B8
        told = (node.height, node.least)
        assert -1 <= node.sum_up() <= 1, order.order_id  # B8
        assert told == (node.height, node.least), (order.order_id, told)  # B8
        for child in (node.better, node.worse):
            assert child is None or child.parent is node, order.order_id  # B8
    assert fills.root is None or fills.root.parent is None, fills.root  # B8
    least = min([node.fill for node in nodes], default=0)
    assert fills.least == ladder.least_fill == least, (fills.least, ladder.least_fill)  # B8


def _check_price_index(ladder: Ladder) -> None:
    assert list(ladder.keys) == sorted(ladder.levels), list(ladder.keys)  # B2
    better: Level | None = None
    empty_count = 0
    for key in ladder.keys:
        level = ladder.levels[key]
        if level.first is None:
            empty_count += 1
            assert level.better is level.worse is None, key  # B2
        else:
            assert level is (ladder.best if better is None else better.worse), key  # B2
            assert level.better is better, key  # B2
            better = level
    assert (ladder.best if better is None else better.worse) is None, ladder.best  # B2
    assert ladder.empty_count == empty_count, (ladder.empty_count, empty_count)  # B2
    assert empty_count <= empty_levels_max(len(ladder.levels)), empty_count  # B2
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
        assert order.quantity > 0, (order.order_id, order.quantity)  # B3
        quantity_total += order.quantity
        order_count += 1
        previous = order
    assert level.last is previous, level.price  # B4
    assert quantity_total == level.quantity, (quantity_total, level.quantity)  # B3
    assert order_count == level.order_count, (order_count, level.order_count)  # B3


def _check_time(state: BookState) -> None:
    expected = sorted(
        (order.terms.expires_at_ns, order_id)
        for order_id, order in state.orders.items()
        if order.terms.expires_at_ns is not None
    )
    assert list(state.timers) == expected, (list(state.timers), expected)  # B6
    sequences = [order.sequence for order in state.orders.values()]
    assert sequences == sorted(sequences), sequences  # B9
    assert state.sequence >= max(sequences, default=0), state.sequence  # B9
    is_auction = state.phase is Phase.AUCTION
    assert state.next_uncross_ns is None or is_auction, state.next_uncross_ns  # B6


def _check_counts(state: BookState) -> None:
    terms = [order.terms.size_terms for order in state.orders.values()]
    sized = [each for each in terms if each is not None]
    assert state.sized_count == len(sized), state.sized_count  # B8
    all_or_none_count = sum([each.all_or_none for each in sized])
    assert state.all_or_none_count == all_or_none_count, state.all_or_none_count  # B8
