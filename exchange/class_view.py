"""A product's book as one class of its buyers or sellers sees it, kept from published events.

    viewer      the other side                        the viewer's own side
    a buyer     every ask that it may trade with      the bids of who may trade with any of those,
                                                      below the best of those asks
    a seller    every bid that it may trade with      likewise, above the best of those bids

So a view shows all that a new plain order of its class could meet, and is never crossed: it is
`OrderBook.depth(side, levels, seen_by=viewer)`, told of committed commands alone. Where no classes
are kept apart there is one, and nothing is kept for it: it sees the whole book, but for orders of
its own side that stand crossed. Source: docs/decisions/0007 ("Seen by a class") and 0039.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from heapq import merge
from itertools import dropwhile, groupby, islice
from typing import Final, NamedTuple

from exchange.book_view import BookLevel, BookView
from exchange.class_events import BookClassed
from exchange.events import OrderFilled
from exchange.order_class import BuyClass, SellClass
from exchange.types import PartyKind
from matching import BUY, SELL, CounterpartyMatrix, OrderId, Price, Quantity, Side, Viewer


class Viewpoint(StrEnum):
    """Whose view of a book can be asked for. A plain order is meant: not one of all that its party
    has for one buyer. The names are a public contract."""

    NATURAL = "natural"  # a natural person who buys
    INSTITUTION = "institution"  # anybody else who buys
    NATURAL_SELLER = "natural_seller"  # a natural person who sells a part of what he has
    INSTITUTION_SELLER = "institution_seller"  # anybody else who sells a part


VIEWERS: Final[dict[Viewpoint, Viewer]] = {
    Viewpoint.NATURAL: (BUY, BuyClass.NATURAL_PERSON),
    Viewpoint.INSTITUTION: (BUY, BuyClass.INSTITUTION),
    Viewpoint.NATURAL_SELLER: (SELL, SellClass.PART),
    Viewpoint.INSTITUTION_SELLER: (SELL, SellClass.INSTITUTION_PART),
}


def viewpoint_of(kind: PartyKind | None, side: Side) -> Viewpoint:
    """Whose view a plain order of such a party on this side has. Cost: O(1)."""
    is_natural = kind is PartyKind.NATURAL_PERSON
    if side is BUY:
        return Viewpoint.NATURAL if is_natural else Viewpoint.INSTITUTION
    return Viewpoint.NATURAL_SELLER if is_natural else Viewpoint.INSTITUTION_SELLER


class ClassLevel(NamedTuple):
    """A level of one class alone."""

    side: Side
    counterparty_class: int
    level: BookLevel


class ClassLevels:
    """The price levels of a book, those of each class for themselves."""

    __slots__ = ("_books", "_matrix")

    def __init__(self, matrix: CounterpartyMatrix) -> None:
        self._matrix = matrix
        classes = max(matrix.buy_class_count, matrix.sell_class_count)
        # The bids of a class of buyers, and the asks of the class of sellers of the same number.
        self._books = tuple([BookView() for _ in range(classes)])

    def level(self, side: Side, counterparty_class: int, price: Price) -> BookLevel:
        """The level of the class at `price`, of quantity 0 if nobody is there. Cost: O(1)."""
        return self._books[counterparty_class].level(side, price)

    def set_level(self, changed: ClassLevel) -> None:
        """Put the level in place of what its class had there. Cost: O(log levels)."""
        self._books[changed.counterparty_class].set_level(changed.side, changed.level)

    def copy(self) -> "ClassLevels":
        """Others with the same levels. Cost: O(levels)."""
        other = ClassLevels(self._matrix)
        other._books = tuple([book.copy() for book in self._books])
        return other

    def facing(self, viewer: Viewer) -> list[BookView]:
        """Those of whom the viewer may trade with. Cost: O(classes)."""
        return [self._books[each] for each in self._partners(*viewer)]

    def rivals(self, viewer: Viewer) -> list[BookView]:
        """Those of who may trade with any of these: the viewer's own class and others of its side.
        Cost: O(classes²)."""
        side = viewer[0]
        partners = self._partners(*viewer)
        rivals = {each for other in partners for each in self._partners(side.opposite, other)}
        return [self._books[each] for each in sorted(rivals)]

    def _partners(self, side: Side, counterparty_class: int) -> list[int]:
        rows = self._matrix.rows
        if side is BUY:
            return [number for number, may in enumerate(rows[counterparty_class]) if may]
        return [number for number, row in enumerate(rows) if row[counterparty_class]]


class ClassedBook:
    """The levels of a product by class, and of which class each order is that may rest in them.

    Cost: O(orders that rest).
    """

    __slots__ = ("_classes", "levels")

    def __init__(self, image: BookClassed) -> None:
        self._classes: dict[OrderId, int] = {}
        self.levels = ClassLevels(CounterpartyMatrix(image.matrix))
        for order in image.orders:
            self.enter(order.order_id, order.counterparty_class)
            self.change(order.order_id, order.side, order.price, quantity=order.quantity, orders=1)

    def enter(self, order_id: OrderId, counterparty_class: int) -> None:
        """An order of this class was accepted. Cost: O(1)."""
        self._classes[order_id] = counterparty_class

    def leave(self, order_id: OrderId) -> None:
        """The order has ended, if it was ever in the book. Cost: O(1)."""
        self._classes.pop(order_id, None)

    def follow_fill(self, fill: OrderFilled) -> None:
        """Two orders have met: whichever is filled has ended. Cost: O(1)."""
        if not fill.maker_remaining:
            self.leave(fill.maker_order_id)
        if not fill.taker_remaining:
            self.leave(fill.taker_order_id)

    def change(
        self, order_id: OrderId, side: Side, price: Price, *, quantity: int, orders: int
    ) -> tuple[ClassLevel, ClassLevel]:
        """Add so much to the level of the order's class; how it was, and how it is. Cost: O(log
        levels)."""
        counterparty_class = self._classes[order_id]
        before = self.levels.level(side, counterparty_class, price)
        quantity_after = Quantity(before.quantity + quantity)
        after = BookLevel(price, quantity_after, before.order_count + orders)
        changed = ClassLevel(side, counterparty_class, after)
        self.levels.set_level(changed)
        return ClassLevel(side, counterparty_class, before), changed


def classed_book(image: BookClassed) -> ClassedBook | None:
    """The book by class; None: no classes are kept apart. Cost: O(orders that rest)."""
    return ClassedBook(image) if image.matrix else None


def levels_seen(
    viewer: Viewer, side: Side, depth: int, *, whole: BookView, classes: ClassLevels | None
) -> list[BookLevel]:
    """The best `depth` levels of `side` that the viewer sees. Cost: O(depth × classes)."""
    facing = [whole] if classes is None else classes.facing(viewer)
    if side is not viewer[0]:
        return list(islice(_together(facing, side), depth))
    rivals = [whole] if classes is None else classes.rivals(viewer)
    shown = _together(rivals, side)
    best = next(_together(facing, side.opposite), None)
    if best is not None:
        sign, limit = (1, best.price) if side is BUY else (-1, -best.price)
        shown = dropwhile(lambda level: level.price * sign >= limit, shown)
    return list(islice(shown, depth))


def _together(books: Sequence[BookView], side: Side) -> Iterator[BookLevel]:
    # The levels of all these books as if they were one, best first.
    sign = -1 if side is BUY else 1
    each_best_first = [book.best_first(side) for book in books]
    if len(each_best_first) == 1:
        yield from each_best_first[0]
        return
    in_order = merge(*each_best_first, key=lambda level: level.price * sign)
    for price, levels in groupby(in_order, key=lambda level: level.price):
        here = list(levels)
        quantity = Quantity(sum([level.quantity for level in here]))
        yield BookLevel(price, quantity, sum([level.order_count for level in here]))
