"""One side of the book: price levels, best first, and in each a queue of orders, oldest first.

A level is found by its *key*: the price on the sell side, minus the price on the buy side, so that
on both sides the best level has the smallest key and one piece of code serves both.

Orders are linked through themselves, so that any order leaves its queue in O(1). An order that has
left keeps no link: dead orders never form cycles, and the garbage collector has nothing to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, final

from sortedcontainers import SortedList

from matching.types import OrderId, ParticipantId, Price, Quantity, RestingOrder, Side

if TYPE_CHECKING:
    PriceIndex = SortedList[int]
else:
    PriceIndex = SortedList


@final
class Order:
    """An order in the book. Its price, quantity, place and links are the book's to change."""

    __slots__ = (
        "expires_at_ns",
        "level",
        "next",
        "order_id",
        "participant_id",
        "post_only",
        "previous",
        "price",
        "quantity",
        "sequence",
        "side",
    )

    def __init__(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        price: Price,
        quantity: Quantity,
    ) -> None:
        self.order_id = order_id
        self.participant_id = participant_id
        self.side = side
        self.price = price
        self.quantity = quantity
        self.post_only = False
        self.expires_at_ns: int | None = None
        self.sequence = 0  # given by the book when the order comes to rest; only its order matters
        self.level: Level | None = None
        self.previous: Order | None = None
        self.next: Order | None = None

    def view(self) -> RestingOrder:
        """What the caller may see of this order, as it is now."""
        return RestingOrder(
            order_id=self.order_id,
            participant_id=self.participant_id,
            side=self.side,
            price=self.price,
            quantity=self.quantity,
            post_only=self.post_only,
            expires_at_ns=self.expires_at_ns,
        )


@final
class Level:
    """The orders that rest at one price, first in, first out."""

    __slots__ = ("first", "key", "last", "order_count", "price", "quantity")

    def __init__(self, key: int, price: Price) -> None:
        self.key = key
        self.price = price
        self.quantity = 0  # of all its orders
        self.order_count = 0
        self.first: Order | None = None
        self.last: Order | None = None

    def orders(self) -> Iterator[Order]:
        """The orders of this level, oldest first."""
        order = self.first
        while order is not None:
            yield order
            order = order.next


@final
class Ladder:
    """The price levels of one side; `best` is the level that trades first, or None."""

    __slots__ = ("best", "keys", "levels", "sign")

    def __init__(self, side: Side) -> None:
        self.sign = -1 if side is Side.BUY else 1
        self.levels: dict[int, Level] = {}
        self.keys: PriceIndex = SortedList()  # touched only when a level comes or goes
        self.best: Level | None = None

    def append(self, order: Order) -> None:
        """Put `order` last in the queue at its price. O(1), or O(log levels) for a new price."""
        key = self.sign * order.price
        level = self.levels.get(key)
        if level is None:
            level = Level(key, order.price)
            self.levels[key] = level
            self.keys.add(key)
            if self.best is None or key < self.best.key:
                self.best = level
        last = level.last
        if last is None:
            level.first = order
        else:
            last.next = order
            order.previous = last
        level.last = order
        level.quantity += order.quantity
        level.order_count += 1
        order.level = level

    def remove(self, order: Order) -> None:
        """Take `order` out of its queue. O(1), or O(log levels) for the last order of a price."""
        level = order.level
        assert level is not None, order.order_id
        before, after = order.previous, order.next
        if before is None:
            level.first = after
        else:
            before.next = after
        if after is None:
            level.last = before
        else:
            after.previous = before
        order.level = order.previous = order.next = None
        level.quantity -= order.quantity
        level.order_count -= 1
        if level.first is None:
            self._drop(level)

    def holds(self, quantity: int, *, limit_key: int) -> bool:
        """Whether `quantity` rests at `limit_key` or better. O(levels needed to tell)."""
        for level in self.best_first():
            if level.key > limit_key:
                return False
            quantity -= level.quantity
            if quantity <= 0:
                return True
        return False

    def best_first(self) -> Iterator[Level]:
        """The levels of this side, best price first."""
        return map(self.levels.__getitem__, self.keys)

    def _drop(self, level: Level) -> None:
        del self.levels[level.key]
        if level is self.best:
            # The smallest key is the first of the list: no search, unlike discard().
            del self.keys[0]
            self.best = self.levels[self.keys[0]] if self.keys else None
        else:
            self.keys.remove(level.key)
