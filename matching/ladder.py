"""Price levels, best first, and in each a queue of orders, oldest first.

A level is found by its *key*: the price on the sell side, minus the price on the buy side, so that
on both sides the best level has the smallest key and one piece of code serves both.

Orders are linked through themselves, so that any order leaves its queue in O(1). An order that has
left keeps no link: dead orders never form cycles, and the garbage collector has nothing to find.

The levels that have orders are linked too, best first, so that the next best is one step away
however far the prices lie apart. A level that has lost its last order leaves that chain but stays
for a while, because a price that was used is used again, and finding a place among the sorted
prices costs more than all else that an order does.

An order says its price and side through its level, and what else it may say through `Terms`, which
equal orders share: a resting order is small (benchmarks/matching.py weighs it).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from sortedcontainers import SortedList

from matching.smallest_fills import SmallestFills
from matching.types import (
    BUY,
    GOOD_TILL_CANCELLED,
    LIMIT,
    OrderId,
    OrderKind,
    OwnerId,
    ParticipantId,
    Price,
    Quantity,
    RestingOrder,
    Side,
    SizeTerms,
    TimeInForce,
)

EMPTY_LEVELS_MAX: Final = 64
# A level's place in the chain is near the best, or else found by the sorted prices.
STEPS_FROM_BEST_MAX: Final = 8
# More empty levels than that in a row are given up when they are passed.
EMPTY_LEVELS_PASSED_MAX: Final = 8


@final
class Terms:
    """What an order says beyond price and quantity. Never changed: orders may share it."""

    __slots__ = (
        "counterparty_class",
        "expires_at_ns",
        "is_noted",
        "kind",
        "owner_id",
        "post_only",
        "size_terms",
        "time_in_force",
    )

    def __init__(
        self,
        *,
        time_in_force: TimeInForce = GOOD_TILL_CANCELLED,
        post_only: bool = False,
        expires_at_ns: int | None = None,
        owner_id: OwnerId | None = None,
        counterparty_class: int = 0,
        kind: OrderKind = LIMIT,
        size_terms: SizeTerms | None = None,
    ) -> None:
        self.time_in_force: Final = time_in_force
        self.post_only: Final = post_only
        self.expires_at_ns: Final = expires_at_ns
        self.owner_id: Final = owner_id
        self.counterparty_class: Final = counterparty_class
        self.kind: Final = kind
        self.size_terms: Final = size_terms
        # Whether the book keeps a timer or a count of such an order.
        self.is_noted: Final = expires_at_ns is not None or size_terms is not None

    def owner_of(self, participant_id: ParticipantId) -> OwnerId:
        """Who must not trade with himself: the owner that was named, else the participant."""
        return OwnerId(participant_id) if self.owner_id is None else self.owner_id

    def view(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        price: Price,
        quantity: Quantity,
    ) -> RestingOrder:
        """What the caller may see of an order with these terms."""
        return RestingOrder(
            order_id=order_id,
            participant_id=participant_id,
            side=side,
            price=price,
            quantity=quantity,
            post_only=self.post_only,
            expires_at_ns=self.expires_at_ns,
            owner_id=self.owner_of(participant_id),
            counterparty_class=self.counterparty_class,
            kind=self.kind,
            time_in_force=self.time_in_force,
            size_terms=self.size_terms,
        )


def as_limit(terms: Terms) -> Terms:
    """The terms of what is left of a market-to-limit order."""
    return Terms(owner_id=terms.owner_id, counterparty_class=terms.counterparty_class)


@final
class Order:
    """An order in the book. Its quantity, place and links are the book's to change."""

    __slots__ = (
        "level",
        "next",
        "order_id",
        "participant_id",
        "previous",
        "quantity",
        "sequence",
        "terms",
    )

    def __init__(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        quantity: Quantity,
        sequence: int,
        terms: Terms,
        level: Level | None = None,
        previous: Order | None = None,
    ) -> None:
        self.order_id = order_id
        self.participant_id = participant_id
        self.quantity = quantity
        self.sequence = sequence  # when it came to rest; only the order of these numbers matters
        self.terms = terms
        self.level = level
        self.previous = previous
        self.next: Order | None = None

    @property
    def owner(self) -> OwnerId:
        """Who must not trade with himself."""
        return self.terms.owner_of(self.participant_id)

    def accepts_quantity(self, quantity: Quantity) -> bool:
        """Whether its owner may change what is open of it to `quantity`."""
        size_terms = self.terms.size_terms
        if size_terms is None:
            return True
        if size_terms.whole_only and quantity < self.quantity:
            return False
        return quantity >= size_terms.residual_minimum

    def view(self) -> RestingOrder:
        """What the caller may see of this order, as it is now."""
        level = self.level
        assert level is not None, self.order_id
        side, price = level.ladder.side, level.price
        return self.terms.view(self.order_id, self.participant_id, side, price, self.quantity)


def smallest_fill(size_terms: SizeTerms | None, open_quantity: int) -> int:
    """No order with these terms and so much open accepts a fill of less."""
    if size_terms is None:
        return 1
    if size_terms.all_or_none or size_terms.whole_only:
        return open_quantity
    return max(1, min(size_terms.minimum_quantity, open_quantity))


def empty_levels_max(level_count: int) -> int:
    """How many of so many levels may be empty: past that, all that are go at once."""
    return EMPTY_LEVELS_MAX + level_count * 3 // 4


@final
class Level:
    """The orders that rest at one price, first in, first out."""

    __slots__ = (
        "better",
        "first",
        "key",
        "ladder",
        "last",
        "order_count",
        "price",
        "quantity",
        "worse",
    )

    def __init__(self, ladder: Ladder, key: int, price: Price) -> None:
        self.ladder = ladder
        self.key = key
        self.price = price
        self.quantity = 0  # of all its orders
        self.order_count = 0
        self.first: Order | None = None
        self.last: Order | None = None
        # The nearest levels that have orders, while this one has.
        self.better: Level | None = None
        self.worse: Level | None = None

    def orders(self) -> Iterator[Order]:
        """The orders of this level, oldest first."""
        order = self.first
        while order is not None:
            yield order
            order = order.next


@final
class Ladder:
    """Some of the orders of one side; `best` is the level that trades first, or None.

    A *sized* ladder holds orders with size terms and finds them by the fills that they accept. A
    ladder without direction (`sign` 0) holds the orders that have no price, in one level.
    """

    __slots__ = (
        "best",
        "empty_count",
        "futile_until",
        "keys",
        "least_fill",
        "levels",
        "side",
        "sign",
        "smallest_fills",
    )

    def __init__(self, side: Side, *, is_sized: bool = False, has_prices: bool = True) -> None:
        self.side = side
        self.sign = (-1 if side is BUY else 1) if has_prices else 0
        self.levels: dict[int, Level] = {}
        self.keys: SortedList[int] = SortedList()  # touched only when a level comes or goes
        self.best: Level | None = None
        self.empty_count = 0  # levels that wait for another order
        self.smallest_fills: Final = SmallestFills() if is_sized else None
        self.least_fill = 0  # of all these, at hand: no order here accepts less
        # Of a sized ladder: no order here can fill until so much has come to rest in the book.
        self.futile_until = 0

    def append(self, order: Order, price: Price) -> None:
        """Put `order` last in the queue at `price`. O(1), or O(log levels) for a new price.

        On a sized ladder O(log orders).
        """
        key = self.sign * price
        level = self.levels.get(key)
        if level is None:
            level = self.add_level(key, price)
        last = level.last
        if last is None:
            self.note_first(level)
            level.first = order
        else:
            last.next = order
            order.previous = last
        level.last = order
        level.quantity += order.quantity
        level.order_count += 1
        order.level = level
        fills = self.smallest_fills
        if fills is not None:
            if last is None and level.better is not None:
                last = level.better.last
            fill = smallest_fill(order.terms.size_terms, order.quantity)
            fills.add(order, fill, after=last)
            self._note_least_fill(fills)

    def add_level(self, key: int, price: Price) -> Level:
        """A new level at `price`, empty. O(log levels)."""
        level = Level(self, key, price)
        self.levels[key] = level
        self.keys.add(key)
        self.empty_count += 1
        return level

    def note_first(self, level: Level) -> None:
        """`level` was empty and gets an order. O(1), or O(log levels) far from the best."""
        self.empty_count -= 1
        key = level.key
        better: Level | None = None
        worse = self.best
        steps = 0
        while worse is not None and worse.key < key:
            if steps == STEPS_FROM_BEST_MAX:
                better = self._next_better(key)
                worse = better.worse
                break
            better = worse
            worse = worse.worse
            steps += 1
        level.better = better
        level.worse = worse
        if better is None:
            self.best = level
        else:
            better.worse = level
        if worse is not None:
            worse.better = level

    def note_empty(self, level: Level) -> None:
        """`level` has lost its last order. O(1), but for the levels that are given up."""
        better, worse = level.better, level.worse
        if better is None:
            self.best = worse
        else:
            better.worse = worse
            level.better = None
        if worse is not None:
            worse.better = better
            level.worse = None
        self.empty_count += 1
        if self.empty_count > EMPTY_LEVELS_MAX:
            self._limit_empty_levels()

    def remove(self, order: Order) -> None:
        """Take `order` out of its queue. O(1), levels that are given up apart."""
        level = order.level
        assert level is not None, order.order_id
        before, after = order.previous, order.next
        if before is None:
            level.first = after
        else:
            before.next = after
            order.previous = None
        if after is None:
            level.last = before
        else:
            after.previous = before
            order.next = None
        order.level = None
        level.quantity -= order.quantity
        level.order_count -= 1
        fills = self.smallest_fills
        if fills is not None:
            fills.discard(order)
            self.least_fill = fills.least
        if level.first is None:
            self.note_empty(level)

    def shrink(self, order: Order, quantity: Quantity) -> None:
        """Leave `quantity` open of `order`, in its place. O(1), O(log orders) if sized."""
        level = order.level
        assert level is not None, order.order_id
        assert 1 <= quantity < order.quantity, (order.order_id, quantity)
        level.quantity -= order.quantity - quantity
        order.quantity = quantity
        fills = self.smallest_fills
        if fills is not None:
            fills.change(order, smallest_fill(order.terms.size_terms, quantity))
            self._note_least_fill(fills)

    def quantity_up_to(self, limit_key: int) -> int:
        """What rests at `limit_key` or better. O(levels there)."""
        quantity = 0
        level = self.best
        while level is not None and level.key <= limit_key:
            quantity += level.quantity
            level = level.worse
        return quantity

    def best_first(self) -> Iterator[Level]:
        """The levels of this ladder that have orders, best price first."""
        level = self.best
        while level is not None:
            yield level
            level = level.worse

    def _next_better(self, key: int) -> Level:
        # The last level with orders before `key`; there is one.
        end = self.keys.bisect_left(key)
        at = end - 1
        while (level := self.levels[self.keys[at]]).first is None:
            at -= 1
        passed_count = end - at - 1
        if passed_count > EMPTY_LEVELS_PASSED_MAX:
            for passed in self.keys[at + 1 : end]:
                del self.levels[passed]
            del self.keys[at + 1 : end]
            self.empty_count -= passed_count
        return level

    def _limit_empty_levels(self) -> None:
        if self.empty_count > empty_levels_max(len(self.levels)):
            empty = [level.key for level in self.levels.values() if level.first is None]
            for key in empty:
                del self.levels[key]
            self.keys = SortedList(self.levels)
            self.empty_count = 0

    def _note_least_fill(self, fills: SmallestFills) -> None:
        # An order has come that accepts what it does, or accepts less than before.
        self.least_fill = fills.least
        self.futile_until = 0
