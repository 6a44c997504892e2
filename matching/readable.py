"""The questions that can be asked of an order book. Nothing here changes it."""

from __future__ import annotations

from collections.abc import Iterator

from matching import views
from matching.auction import Clearing
from matching.check import check
from matching.gathering import clearing
from matching.state import BookState
from matching.types import AUCTION, OrderId, Phase, Price, RestingOrder, Side, Viewer


class ReadableBook:
    """An order book as far as it can be read."""

    __slots__ = ("_state",)

    def __init__(self, state: BookState) -> None:
        self._state = state

    def best(self, side: Side, *, seen_by: Viewer | None = None) -> tuple[Price, int] | None:
        """The best price of `side` and the quantity that rests there, or None.

        Args:
            seen_by: show the book as this side and class sees it, see `depth`.
        Cost: O(lanes), as seen by a class also O(log levels).

        >>> from matching.book import OrderBook
        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10)
        >>> book.best(Side.BUY), book.best(Side.SELL)
        ((99, 10), None)
        """
        return views.best(self._state, side, seen_by)

    def depth(
        self, side: Side, levels: int = 10, *, seen_by: Viewer | None = None
    ) -> list[tuple[Price, int, int]]:
        """The best `levels` prices of `side` as (price, quantity, order_count).

        Args:
            seen_by: show of the other side only what this class may trade with; and of its own
                side only who may trade with some of that, at prices that are worse than the best of
                it. So this view is never crossed, which the whole book may be.
        Cost: O(levels x lanes).

        >>> from matching.book import OrderBook
        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10), book.place(2, 8, Side.BUY, 98, 5)
        >>> book.depth(Side.BUY)
        [(99, 10, 1), (98, 5, 1)]
        """
        return views.depth(self._state, side, levels, seen_by)

    def order(self, order_id: OrderId) -> RestingOrder | None:
        """The order with this id as it stands now, or None if none rests. O(1).

        >>> from matching.book import OrderBook
        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10)
        >>> book.order(1).quantity, book.order(2)
        (10, None)
        """
        order = self._state.orders.get(order_id)
        return None if order is None else order.view()

    def orders(self, side: Side) -> Iterator[RestingOrder]:
        """The resting orders of `side`: without a price first, then by price, then by age.

        The book may not change while this is read. Cost: O(orders x log lanes).

        >>> from matching.book import OrderBook
        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 98, 10), book.place(2, 8, Side.BUY, 99, 5)
        >>> [order.order_id for order in book.orders(Side.BUY)]
        [2, 1]
        """
        for order in views.in_trading_order(self._state, side):
            yield order.view()

    def orders_by_age(self) -> Iterator[RestingOrder]:
        """The resting orders of both sides as they came to rest: all that `restore` needs.

        The book may not change while this is read. Cost: O(orders).
        """
        for order in self._state.orders.values():
            yield order.view()

    @property
    def sized_count(self) -> int:
        """How many of the resting orders have size terms. O(1)."""
        return self._state.sized_count

    def __len__(self) -> int:
        """How many orders rest, on both sides. O(1)."""
        return len(self._state.orders)

    def __contains__(self, order_id: object) -> bool:
        """Whether an order with this id rests. O(1)."""
        return order_id in self._state.orders

    def check(self) -> None:
        """Assert every invariant of the book, B1..B9. O(orders x log orders).

        >>> from matching.book import OrderBook
        >>> OrderBook().check()
        """
        check(self._state)

    @property
    def next_expiry_ns(self) -> int | None:
        """When the next order expires, or None. O(1).

        >>> from matching.book import OrderBook
        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10, expires_at_ns=5_000)
        >>> book.next_expiry_ns
        5000
        """
        timers = self._state.timers
        return timers[0][0] if timers else None

    @property
    def phase(self) -> Phase:
        """What the book may do now.

        >>> from matching.book import OrderBook
        >>> OrderBook().phase.name
        'CONTINUOUS'
        """
        return self._state.phase

    @property
    def next_uncross_ns(self) -> int | None:
        """When the auction is to be uncrossed, or None."""
        return self._state.next_uncross_ns

    def indicative(
        self, *, reference_price: Price, pressure_limit_percent: int | None = None
    ) -> Clearing | None:
        """What `uncross` would do now, or None if no auction gathers. Cost: as `uncross`.

        >>> from matching.book import OrderBook
        >>> book = OrderBook()
        >>> book.indicative(reference_price=100) is None
        True
        """
        if self._state.phase is not AUCTION:
            return None
        return clearing(
            self._state,
            reference_price=reference_price,
            pressure_limit_percent=pressure_limit_percent,
        )
