"""What can be asked of the naive book, each time of the whole list."""

from __future__ import annotations

from collections.abc import Sequence

from matching.types import (
    BookRules,
    OrderId,
    OrderKind,
    Phase,
    Price,
    RestingOrder,
    SelfTradePrevention,
    Side,
    Veto,
    Viewer,
)
from tests.model.auction import ModelClearing, clear, may_meet, priority, takes_part
from tests.model.book_order import ModelOrder, may_trade


class ModelViews:
    """All resting orders in one list, the longest waiting first."""

    def __init__(self, rules: BookRules | None = None, *, veto: Veto | None = None) -> None:
        self.rules = rules or BookRules()
        self.veto = veto
        self.phase = Phase.CONTINUOUS
        self.next_uncross_ns: int | None = None
        self.resting: list[ModelOrder] = []

    def find(self, order_id: OrderId) -> ModelOrder | None:
        return next((order for order in self.resting if order.order_id == order_id), None)

    @property
    def next_expiry_ns(self) -> int | None:
        times = [order.expires_at_ns for order in self.resting if order.expires_at_ns is not None]
        return min(times, default=None)

    def in_priority(self, side: Side) -> list[ModelOrder]:
        """The orders of `side` in the order in which they would trade."""
        # A stable sort: among equals the list's order, which is time, stays.
        return sorted((order for order in self.resting if order.side is side), key=priority)

    def orders(self, side: Side) -> list[RestingOrder]:
        return [order.view() for order in self.in_priority(side)]

    def depth(self, side: Side, *, seen_by: Viewer | None = None) -> list[tuple[Price, int, int]]:
        """Every price level of `side` as (price, quantity, order_count), best first."""
        orders = [order for order in self.in_priority(side) if order.kind is OrderKind.LIMIT]
        if seen_by is not None:
            orders = self.seen(orders, seen_by)
        prices = list(dict.fromkeys(order.price for order in orders))
        return [
            (
                price,
                sum(order.quantity for order in orders if order.price == price),
                sum(1 for order in orders if order.price == price),
            )
            for price in prices
        ]

    def seen(self, orders: Sequence[ModelOrder], viewer: Viewer) -> list[ModelOrder]:
        """Those of `orders`, all of one side, that the viewer sees."""
        viewer_side, viewer_class = viewer
        rows = self.rules.matrix.rows
        columns = rows if viewer_side is Side.BUY else list(zip(*rows, strict=True))
        trades_with = {number for number, may in enumerate(columns[viewer_class]) if may}
        rivals = {
            number
            for number, row in enumerate(columns)
            if any(may and other in trades_with for other, may in enumerate(row))
        }
        opposite = [
            order
            for order in self.in_priority(viewer_side.opposite)
            if order.kind is OrderKind.LIMIT and order.counterparty_class in trades_with
        ]
        shown: list[ModelOrder] = []
        for order in orders:
            if order.side is not viewer_side:
                if order in opposite:
                    shown.append(order)
            elif order.counterparty_class in rivals and not (
                opposite and order.crosses(opposite[0])
            ):
                shown.append(order)
        return shown

    def facing(self, order: ModelOrder) -> int:
        """All that rests opposite of what the order may trade with, at its price or better."""
        return sum(
            other.quantity
            for other in self.resting
            if order.crosses(other) and may_trade(self.rules.matrix, order, other)
        )

    def auction_would_trade(self) -> bool:
        """Whether two orders that take part in an auction, and may trade, meet in price."""
        taking_part = [order for order in self.resting if takes_part(order)]
        return any(
            may_meet(self.rules.matrix, one, other)
            for place, one in enumerate(taking_part)
            for other in taking_part[:place]
        )

    def has_trade_undone(self) -> bool:
        """Whether continuous trading would begin with a trade that should have come before it."""
        if self.phase is Phase.AUCTION:
            return self.auction_would_trade()
        pairs = [
            (bid, ask)
            for bid in self.in_priority(Side.BUY)
            for ask in self.in_priority(Side.SELL)
            if takes_part(bid) and takes_part(ask) and may_meet(self.rules.matrix, bid, ask)
        ]
        asked = pairs[: self.rules.candidates_examined_max]
        return not all(self.is_kept_apart(*pair) for pair in asked) or len(asked) < len(pairs)

    def is_kept_apart(self, bid: ModelOrder, ask: ModelOrder) -> bool:
        """Whether the book itself, or the caller, lets the two stand crossed."""
        is_own = bid.owner_id == ask.owner_id
        if is_own and self.rules.self_trade is SelfTradePrevention.SKIP:
            return True
        elder, later = sorted((bid, ask), key=self.resting.index)
        quantity = min(bid.quantity, ask.quantity)
        return self.veto is not None and self.veto(elder.view(), later.view(), quantity)

    def clearing(
        self, *, reference_price: Price, pressure_limit_percent: int | None = None
    ) -> ModelClearing | None:
        """What an uncross would come to now; None if nothing can trade."""
        return clear(
            self.resting,
            matrix=self.rules.matrix,
            reference_price=reference_price,
            pressure_limit_percent=pressure_limit_percent,
        )
