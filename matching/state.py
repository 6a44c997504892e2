"""What a book holds: every resting order, found by id, by price and by time. It decides nothing.

Orders stand on *lanes*. Classes that may trade with exactly the same classes share one: equal rows
of the matrix are one lane of buyers, equal columns one lane of sellers. A lane has three ladders:

    plain      orders that accept every quantity: nearly all
    sized      orders with size terms
    gathered   orders without a price, while an auction gathers

A *route* is what an order of one class needs to know: its own lane, and the lanes it trades with.
So an order that may not be traded with is on a ladder that is never looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

from sortedcontainers import SortedList

from matching.ladder import Ladder, Order, Terms
from matching.types import (
    BUY,
    CONTINUOUS,
    LIMIT,
    SELL,
    BookRules,
    CounterpartyMatrix,
    OrderId,
    ParticipantId,
    Phase,
    Price,
    Quantity,
    RestingOrder,
    SelfTradePrevention,
    Side,
    Told,
    Veto,
)


@final
class Lane:
    """The orders of one side that may trade with the same classes of the other."""

    __slots__ = ("gathered", "plain", "sized")

    def __init__(self, side: Side) -> None:
        self.plain: Final = Ladder(side)
        self.sized: Final = Ladder(side, is_sized=True)
        self.gathered: Final = Ladder(side, has_prices=False)

    def ladder_for(self, terms: Terms) -> Ladder:
        """Where an order with these terms rests."""
        if terms.kind is not LIMIT:
            return self.gathered
        return self.plain if terms.size_terms is None else self.sized


@final
class Route:
    """For one class of one side: its lane, and the lanes of the other side it may trade with."""

    __slots__ = (
        "ladders",
        "only",
        "opposite",
        "own",
        "own_plain",
        "own_sized",
        "plain",
        "shared_terms",
        "sized",
    )

    def __init__(self, counterparty_class: int, own: Lane, opposite: list[Lane]) -> None:
        self.own: Final = own
        self.own_plain: Final = own.plain
        self.own_sized: Final = own.sized
        self.opposite: Final = opposite
        self.plain: Final = [lane.plain for lane in opposite]
        self.sized: Final = [lane.sized for lane in opposite]
        self.ladders: Final = [*self.plain, *self.sized]
        # With one lane to trade with there is nothing to merge.
        self.only: Final[Ladder | None] = self.plain[0] if len(self.plain) == 1 else None
        # Of the orders that say nothing but their class.
        self.shared_terms: Final = Terms(counterparty_class=counterparty_class)

    def reaches_sized(self, limit_key: int, quantity: Quantity) -> bool:
        """Whether an order with size terms might trade with `quantity` at `limit_key`. O(lanes)."""
        for ladder in self.sized:
            best = ladder.best
            if best is not None and best.key <= limit_key and ladder.least_fill <= quantity:
                return True
        return False


@final
class Layout:
    """The lanes and routes of all classes of buyers and of sellers."""

    __slots__ = ("buy_lanes", "buy_routes", "sell_lanes", "sell_routes")

    def __init__(self, matrix: CounterpartyMatrix) -> None:
        rows = matrix.rows
        columns = list(zip(*rows, strict=True))
        buy_lanes = {row: Lane(BUY) for row in rows}
        sell_lanes = {column: Lane(SELL) for column in columns}
        self.buy_lanes: Final = list(buy_lanes.values())
        self.sell_lanes: Final = list(sell_lanes.values())
        self.buy_routes: Final = [
            Route(number, buy_lanes[row], _lanes_allowed(sell_lanes, columns, row))
            for number, row in enumerate(rows)
        ]
        self.sell_routes: Final = [
            Route(number, sell_lanes[column], _lanes_allowed(buy_lanes, rows, column))
            for number, column in enumerate(columns)
        ]


def _lanes_allowed(
    lanes: dict[tuple[bool, ...], Lane],
    lines: Sequence[tuple[bool, ...]],
    allowed: tuple[bool, ...],
) -> list[Lane]:
    # Each lane once, in the order of its first class.
    lines_allowed = {
        line: True for line, is_allowed in zip(lines, allowed, strict=True) if is_allowed
    }
    return [lanes[line] for line in lines_allowed]


def _one_by_lane(lanes: list[Lane], routes: list[Route]) -> list[Route]:
    return [next(route for route in routes if route.own is lane) for lane in lanes]


@final
class BookState:
    """The resting orders of one product, on their lanes, and the phase that the book is in."""

    __slots__ = (
        "all_or_none_count",
        "buy_lanes",
        "buy_routes",
        "buy_routes_by_lane",
        "is_unhindered",
        "next_uncross_ns",
        "orders",
        "phase",
        "quantity_rested",
        "rules",
        "sell_lanes",
        "sell_routes",
        "sell_routes_by_lane",
        "sequence",
        "sized_count",
        "timers",
        "told",
        "veto",
    )

    def __init__(self, rules: BookRules, veto: Veto | None, told: Told | None) -> None:
        self.rules: Final = rules
        self.veto: Final = veto
        self.told: Final = told
        # In the order in which they came to rest: an order that loses its place is put in anew.
        self.orders: dict[OrderId, Order] = {}
        self.timers: SortedList[tuple[int, OrderId]] = SortedList()  # only of orders that expire
        self.sequence = 0
        self.sized_count = 0
        self.all_or_none_count = 0
        # Ever, and at least while all-or-none orders rest: they need not be tried until it grows.
        self.quantity_rested = 0
        layout = Layout(rules.matrix)
        self.buy_routes: Final = layout.buy_routes
        self.sell_routes: Final = layout.sell_routes
        self.buy_lanes: Final = layout.buy_lanes
        self.sell_lanes: Final = layout.sell_lanes
        self.buy_routes_by_lane: Final = _one_by_lane(layout.buy_lanes, layout.buy_routes)
        self.sell_routes_by_lane: Final = _one_by_lane(layout.sell_lanes, layout.sell_routes)
        self.next_uncross_ns: int | None = None
        self.phase = CONTINUOUS
        self.is_unhindered = False
        self.enter(CONTINUOUS)

    def enter(self, phase: Phase) -> None:
        """Be in `phase`: the one place that changes it."""
        self.phase = phase
        self.next_uncross_ns = None
        # Whether an order that asks for nothing trades with whatever plain order it reaches.
        self.is_unhindered = (
            phase is CONTINUOUS
            and self.veto is None
            and self.rules.self_trade is SelfTradePrevention.ALLOW
        )

    def meets_nobody(self, route: Route, limit_key: int) -> bool:
        """Whether an order of `route` comes in while the book trades and reaches no other up to
        `limit_key`: then nothing that stands between two orders matters to it. Cost: O(lanes)."""
        if self.phase is not CONTINUOUS:
            return False
        for ladder in route.ladders:
            best = ladder.best
            if best is not None and best.key <= limit_key:
                return False
        return True

    def routes(self, side: Side) -> list[Route]:
        """The routes of the orders of `side`, by class."""
        if side is BUY:
            return self.buy_routes
        else:
            assert side is SELL, side
            return self.sell_routes

    def routes_by_lane(self, side: Side) -> list[Route]:
        """One route for each lane of `side`: what its orders may trade with."""
        return self.buy_routes_by_lane if side is BUY else self.sell_routes_by_lane

    def lanes(self, side: Side) -> list[Lane]:
        """The lanes of `side`."""
        return self.buy_lanes if side is BUY else self.sell_lanes

    def priced_ladders(self, side: Side) -> list[Ladder]:
        """The ladders of `side` whose orders have a price."""
        lanes = self.lanes(side)
        return [lane.plain for lane in lanes] + [lane.sized for lane in lanes]

    def rest(self, order: Order, side: Side, price: Price) -> None:
        """Let `order` stand last in its queue."""
        sequence = self.sequence + 1
        self.sequence = sequence
        order.sequence = sequence
        terms = order.terms
        self.orders[order.order_id] = order
        self.quantity_rested += order.quantity
        self.routes(side)[terms.counterparty_class].own.ladder_for(terms).append(order, price)
        if terms.expires_at_ns is not None:
            self.timers.add((terms.expires_at_ns, order.order_id))
        if terms.size_terms is not None:
            self.sized_count += 1
            if terms.size_terms.all_or_none:
                self.all_or_none_count += 1

    def rest_plain(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        route: Route,
        key: int,
        price: Price,
        quantity: Quantity,
    ) -> None:
        """As `rest`, for an order that says nothing but its class: the way of nearly all."""
        ladder = route.own_plain
        level = ladder.levels.get(key)
        if level is None:
            level = ladder.add_level(key, price)
        sequence = self.sequence + 1
        self.sequence = sequence
        # As Ladder.append, which costs a call more.
        last = level.last
        order = Order(order_id, participant_id, quantity, sequence, route.shared_terms, level, last)
        if last is None:
            ladder.note_first(level)
            level.first = order
        else:
            last.next = order
        level.last = order
        level.quantity += quantity
        level.order_count += 1
        self.orders[order_id] = order
        if self.all_or_none_count:
            self.quantity_rested += quantity

    def order_of(self, view: RestingOrder) -> Order:
        """The order that is seen as `view`, not yet at rest."""
        is_own = view.owner_id is None or view.owner_id == int(view.participant_id)
        terms = Terms(
            time_in_force=view.time_in_force,
            post_only=view.post_only,
            expires_at_ns=view.expires_at_ns,
            owner_id=None if is_own else view.owner_id,
            counterparty_class=view.counterparty_class,
            kind=view.kind,
            size_terms=view.size_terms,
        )
        return Order(view.order_id, view.participant_id, view.quantity, 0, terms)

    def remove(self, order: Order) -> None:
        """Take `order` out."""
        del self.orders[order.order_id]
        level = order.level
        assert level is not None, order.order_id
        level.ladder.remove(order)
        self.forget(order)

    def forget(self, order: Order) -> None:
        """Keep no timer and no count of `order`, which has left its ladder."""
        terms = order.terms
        if terms.expires_at_ns is not None:
            self.timers.remove((terms.expires_at_ns, order.order_id))
        if terms.size_terms is not None:
            self.sized_count -= 1
            if terms.size_terms.all_or_none:
                self.all_or_none_count -= 1

    def trade(self, order: Order, quantity: Quantity) -> Quantity:
        """Take `quantity` off `order`, which leaves the book if that is all; what is left of it."""
        left = Quantity(order.quantity - quantity)
        if left == 0:
            self.remove(order)
        else:
            level = order.level
            assert level is not None, order.order_id
            level.ladder.shrink(order, left)
        return left
