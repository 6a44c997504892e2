"""The order book: commands in, events out, price first and then time.

Each command is checked to the end before anything changes: a refusal is one `Refused` event and an
untouched book. The book is not safe for threads, asks no clock (expiry is a time given from
outside), and keeps nothing of an order that has left it: an id may not be used again while its
order rests, and remembering ids for longer is the caller's business.

A command on the way through the book:

    check  ->  match against the other side, best price first, oldest first  ->  rest or cancel
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final, final

from sortedcontainers import SortedList

from matching.check import check
from matching.events import (
    BookEvent,
    Cancelled,
    CancelReason,
    Expired,
    Filled,
    Reduced,
    RefusalReason,
    Refused,
    Replaced,
    Rested,
)
from matching.ladder import Ladder, Order
from matching.types import (
    EXPIRES_AT_NS_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    RestingOrder,
    Side,
    TimeInForce,
)

if TYPE_CHECKING:
    ExpiryIndex = SortedList[tuple[int, OrderId]]
else:
    ExpiryIndex = SortedList

# Some 3 ms of work: an expiry of a whole market must not hold up the commands behind it.
EXPIRED_MAX: Final = 1_000

# Looking a member up on its Enum costs as much as a comparison: once here, not in every command.
BUY: Final = Side.BUY
SELL: Final = Side.SELL
GOOD_TILL_CANCELLED: Final = TimeInForce.GOOD_TILL_CANCELLED
IMMEDIATE_OR_CANCEL: Final = TimeInForce.IMMEDIATE_OR_CANCEL
FILL_OR_KILL: Final = TimeInForce.FILL_OR_KILL
NOTHING: Final = Quantity(0)


@final
class OrderBook:
    """The resting orders of one product, and the one place where orders meet.

    >>> book = OrderBook()
    >>> book.place(1, 7, Side.SELL, 101, 10)
    [Rested(order_id=1, participant_id=7, side=SELL, price=101, quantity=10)]
    """

    __slots__ = ("_asks", "_bids", "_expiries", "_orders", "_sequence")

    def __init__(self) -> None:
        self._bids = Ladder(BUY)
        self._asks = Ladder(SELL)
        self._orders: dict[OrderId, Order] = {}
        self._expiries: ExpiryIndex = SortedList()  # only of orders that expire
        self._sequence = 0

    @classmethod
    def restore(cls, orders: Iterable[RestingOrder]) -> OrderBook:
        """A book that behaves exactly as the one whose `orders(side)` are given, both sides.

        Args:
            orders: orders of one side and price oldest first, which is what `orders` yields.
        Raises:
            AssertionError: no book can hold these orders.
        Cost: O(orders x log orders).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.SELL, 101, 10)
        >>> OrderBook.restore(book.orders(Side.SELL)).depth(Side.SELL)
        [(101, 10, 1)]
        """
        book = cls()
        for view in orders:
            assert view.order_id not in book._orders, view
            assert 1 <= view.price <= PRICE_MAX, view
            assert 1 <= view.quantity <= QUANTITY_MAX, view
            assert view.expires_at_ns is None or 1 <= view.expires_at_ns <= EXPIRES_AT_NS_MAX, view
            order = Order(view.order_id, view.participant_id, view.side, view.price, view.quantity)
            order.post_only = view.post_only
            order.expires_at_ns = view.expires_at_ns
            book._rest(order, book._ladders(view.side)[0])
        book.check()
        return book

    def place(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        price: Price,
        quantity: Quantity,
        time_in_force: TimeInForce = GOOD_TILL_CANCELLED,
        *,
        post_only: bool = False,
        expires_at_ns: int | None = None,
    ) -> list[BookEvent]:
        """What a new order does: its fills, then that the rest of it rests or is cancelled.

        Args:
            price: the worst price that the order accepts, 1..PRICE_MAX.
            quantity: 1..QUANTITY_MAX.
            post_only: refuse the order rather than let it trade at once.
            expires_at_ns: `expire` takes the order out from this time on, 1..EXPIRES_AT_NS_MAX.
                An order that never rests has none.
        Refuses: INVALID_PRICE, INVALID_QUANTITY, INVALID_EXPIRY, CONTRADICTS_TIME_IN_FORCE,
            DUPLICATE_ORDER_ID, POST_ONLY_WOULD_CROSS, FILL_OR_KILL_UNFILLABLE.
        Cost: O(fills), O(log levels) for each price level that appears or empties, and for an order
            that expires O(log expiring orders); fill-or-kill also O(levels that it looks at).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.SELL, 101, 10)
        >>> for event in book.place(2, 8, Side.BUY, 102, 10 + 5, TimeInForce.IMMEDIATE_OR_CANCEL):
        ...     print(type(event).__name__, event.price, event.quantity)
        Filled 101 10
        Cancelled 102 5
        """
        if not 1 <= price <= PRICE_MAX:
            return [Refused(order_id, RefusalReason.INVALID_PRICE)]
        if not 1 <= quantity <= QUANTITY_MAX:
            return [Refused(order_id, RefusalReason.INVALID_QUANTITY)]
        if expires_at_ns is not None and not 1 <= expires_at_ns <= EXPIRES_AT_NS_MAX:
            return [Refused(order_id, RefusalReason.INVALID_EXPIRY)]
        may_rest = time_in_force is GOOD_TILL_CANCELLED
        if not may_rest and (post_only or expires_at_ns is not None):
            return [Refused(order_id, RefusalReason.CONTRADICTS_TIME_IN_FORCE)]
        if order_id in self._orders:
            return [Refused(order_id, RefusalReason.DUPLICATE_ORDER_ID)]
        own, opposite = self._ladders(side)
        limit_key = price * opposite.sign
        crosses = opposite.best is not None and opposite.best.key <= limit_key
        if crosses and post_only:
            return [Refused(order_id, RefusalReason.POST_ONLY_WOULD_CROSS)]
        if time_in_force is FILL_OR_KILL and not opposite.holds(quantity, limit_key=limit_key):
            return [Refused(order_id, RefusalReason.FILL_OR_KILL_UNFILLABLE)]

        order = Order(order_id, participant_id, side, price, quantity)
        events: list[BookEvent] = []
        if crosses:
            self._match(order, opposite, limit_key, events)
            if order.quantity == 0:
                return events
        if not may_rest:
            assert time_in_force is IMMEDIATE_OR_CANCEL, time_in_force
            reason = CancelReason.IMMEDIATE_OR_CANCEL
            events.append(Cancelled(order_id, side, price, order.quantity, reason))
            return events
        order.post_only = post_only
        order.expires_at_ns = expires_at_ns
        self._rest(order, own)
        events.append(Rested(order_id, participant_id, side, price, order.quantity))
        return events

    def cancel(self, order_id: OrderId) -> list[BookEvent]:
        """The order leaves the book.

        Refuses: UNKNOWN_ORDER.
        Cost: O(1), O(log levels) for the last order of a price, O(log expiring orders) for one of
            them.

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10)
        >>> book.cancel(1)
        [Cancelled(order_id=1, side=BUY, price=99, quantity=10, reason=BY_OWNER)]
        """
        order = self._orders.get(order_id)
        if order is None:
            return [Refused(order_id, RefusalReason.UNKNOWN_ORDER)]
        self._remove(order)
        reason = CancelReason.BY_OWNER
        return [Cancelled(order_id, order.side, order.price, order.quantity, reason)]

    def reduce(self, order_id: OrderId, quantity: Quantity) -> list[BookEvent]:
        """The order keeps its place with the smaller open quantity `quantity`.

        Args:
            quantity: what is to stay open, at least 1: to take all of it away is to cancel.
        Refuses: INVALID_QUANTITY, UNKNOWN_ORDER, NOT_A_REDUCTION.
        Cost: O(1).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10)
        >>> book.reduce(1, 4)
        [Reduced(order_id=1, side=BUY, price=99, quantity_removed=6, quantity=4)]
        """
        if not 1 <= quantity <= QUANTITY_MAX:
            return [Refused(order_id, RefusalReason.INVALID_QUANTITY)]
        order = self._orders.get(order_id)
        if order is None:
            return [Refused(order_id, RefusalReason.UNKNOWN_ORDER)]
        if quantity >= order.quantity:
            return [Refused(order_id, RefusalReason.NOT_A_REDUCTION)]
        return [self._reduce(order, quantity)]

    def replace(self, order_id: OrderId, price: Price, quantity: Quantity) -> list[BookEvent]:
        """The order stands at `price` with `quantity` still open, whatever was filled before.

        At the same price a smaller quantity keeps its place (`Reduced`) and the same quantity
        changes nothing (no event). A new price or a larger quantity loses the place: the order
        comes in anew (`Replaced`), trades as a taker if it crosses, and what is left rests last in
        the queue. A post-only order stays post-only, and an expiry stays as it was.

        Refuses: INVALID_PRICE, INVALID_QUANTITY, UNKNOWN_ORDER, POST_ONLY_WOULD_CROSS.
        Cost: as `reduce`, or as `cancel` and then `place`.

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10)
        >>> [type(event).__name__ for event in book.replace(1, 100, 10)]
        ['Replaced', 'Rested']
        """
        if not 1 <= price <= PRICE_MAX:
            return [Refused(order_id, RefusalReason.INVALID_PRICE)]
        if not 1 <= quantity <= QUANTITY_MAX:
            return [Refused(order_id, RefusalReason.INVALID_QUANTITY)]
        order = self._orders.get(order_id)
        if order is None:
            return [Refused(order_id, RefusalReason.UNKNOWN_ORDER)]
        if price == order.price and quantity <= order.quantity:
            return [self._reduce(order, quantity)] if quantity < order.quantity else []
        own, opposite = self._ladders(order.side)
        limit_key = price * opposite.sign
        crosses = opposite.best is not None and opposite.best.key <= limit_key
        if crosses and order.post_only:
            return [Refused(order_id, RefusalReason.POST_ONLY_WOULD_CROSS)]

        self._remove(order)
        events: list[BookEvent] = [
            Replaced(order_id, order.side, order.price, order.quantity, price, quantity)
        ]
        order.price = price
        order.quantity = quantity
        if crosses:
            self._match(order, opposite, limit_key, events)
            if order.quantity == 0:
                return events
        self._rest(order, own)
        events.append(Rested(order_id, order.participant_id, order.side, price, order.quantity))
        return events

    def expire(self, now_ns: int, *, expired_max: int = EXPIRED_MAX) -> list[BookEvent]:
        """The orders whose time has come leave the book, the earliest first.

        Of orders with the same time the lower id goes first, which is the older order where ids
        are given in sequence. An order past its time trades until this is called; after
        `expired_max` orders the rest waits for the next call, and `next_expiry_ns` says so.

        Cost: O(expired x log expiring orders).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10, expires_at_ns=5_000)
        >>> book.expire(5_000)
        [Expired(order_id=1, side=BUY, price=99, quantity=10)]
        """
        assert expired_max >= 1, expired_max
        events: list[BookEvent] = []
        expiries = self._expiries
        while expiries and expiries[0][0] <= now_ns and len(events) < expired_max:
            order = self._orders[expiries[0][1]]
            self._remove(order)
            events.append(Expired(order.order_id, order.side, order.price, order.quantity))
        return events

    @property
    def next_expiry_ns(self) -> int | None:
        """When the next order expires, or None. O(1).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10, expires_at_ns=5_000)
        >>> book.next_expiry_ns
        5000
        """
        return self._expiries[0][0] if self._expiries else None

    def best(self, side: Side) -> tuple[Price, int] | None:
        """The best price of `side` and the quantity that rests there, or None. O(1).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10)
        >>> book.best(Side.BUY), book.best(Side.SELL)
        ((99, 10), None)
        """
        level = self._ladders(side)[0].best
        return None if level is None else (level.price, level.quantity)

    def depth(self, side: Side, levels: int = 10) -> list[tuple[Price, int, int]]:
        """The best `levels` prices of `side` as (price, quantity, order_count). O(levels).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10), book.place(2, 8, Side.BUY, 98, 5)
        >>> book.depth(Side.BUY)
        [(99, 10, 1), (98, 5, 1)]
        """
        assert levels >= 0, levels
        return [
            (level.price, level.quantity, level.order_count)
            for level in islice(self._ladders(side)[0].best_first(), levels)
        ]

    def order(self, order_id: OrderId) -> RestingOrder | None:
        """The order with this id as it stands now, or None if none rests. O(1).

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 99, 10)
        >>> book.order(1).quantity, book.order(2)
        (10, None)
        """
        order = self._orders.get(order_id)
        return None if order is None else order.view()

    def orders(self, side: Side) -> Iterator[RestingOrder]:
        """The resting orders of `side` in the order in which they would trade. O(orders).

        The book may not change while this is read.

        >>> book = OrderBook()
        >>> events = book.place(1, 7, Side.BUY, 98, 10), book.place(2, 8, Side.BUY, 99, 5)
        >>> [order.order_id for order in book.orders(Side.BUY)]
        [2, 1]
        """
        for level in self._ladders(side)[0].best_first():
            for order in level.orders():
                yield order.view()

    def __len__(self) -> int:
        """How many orders rest, on both sides. O(1)."""
        return len(self._orders)

    def __contains__(self, order_id: object) -> bool:
        """Whether an order with this id rests. O(1)."""
        return order_id in self._orders

    def check(self) -> None:
        """Assert every invariant of the book, B1..B6. O(orders + levels).

        >>> OrderBook().check()
        """
        check(bids=self._bids, asks=self._asks, orders=self._orders, expiries=self._expiries)

    def _match(
        self, taker: Order, opposite: Ladder, limit_key: int, events: list[BookEvent]
    ) -> None:
        # Leaves in taker.quantity what could not trade. Either the maker or the taker is used up by
        # each fill, so that one of the two new quantities is always 0.
        remaining = taker.quantity
        level = opposite.best
        while remaining > 0 and level is not None and level.key <= limit_key:
            maker = level.first
            assert maker is not None, level.price  # B3
            quantity = maker.quantity
            if quantity > remaining:
                quantity = remaining
                maker_remaining = Quantity(maker.quantity - remaining)
                remaining = NOTHING
                maker.quantity = maker_remaining
                level.quantity -= quantity
            else:
                maker_remaining = NOTHING
                remaining = Quantity(remaining - quantity)
                self._remove(maker)
                level = opposite.best
            events.append(
                Filled(
                    maker.order_id,
                    taker.order_id,
                    maker.price,
                    quantity,
                    maker_remaining,
                    remaining,
                    taker.side,
                    maker.participant_id,
                    taker.participant_id,
                )
            )
        taker.quantity = remaining

    def _reduce(self, order: Order, quantity: Quantity) -> Reduced:
        assert 1 <= quantity < order.quantity, (order.order_id, quantity)
        assert order.level is not None, order.order_id
        removed = Quantity(order.quantity - quantity)
        order.level.quantity -= removed
        order.quantity = quantity
        return Reduced(order.order_id, order.side, order.price, removed, quantity)

    def _rest(self, order: Order, own: Ladder) -> None:
        self._sequence += 1
        order.sequence = self._sequence
        self._orders[order.order_id] = order
        own.append(order)
        if order.expires_at_ns is not None:
            self._expiries.add((order.expires_at_ns, order.order_id))

    def _remove(self, order: Order) -> None:
        del self._orders[order.order_id]
        if order.side is BUY:
            self._bids.remove(order)
        else:
            self._asks.remove(order)
        if order.expires_at_ns is not None:
            self._expiries.remove((order.expires_at_ns, order.order_id))

    def _ladders(self, side: Side) -> tuple[Ladder, Ladder]:
        # The side's own ladder, where its orders rest, and the one that it trades with.
        if side is BUY:
            return self._bids, self._asks
        else:
            assert side is SELL, side
            return self._asks, self._bids
