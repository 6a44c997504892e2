"""The price levels of one book as people may see them."""

from collections.abc import Iterator
from itertools import islice
from operator import neg
from typing import NamedTuple

from sortedcontainers import SortedDict

from matching import BUY, Price, Quantity, Side


class BookLevel(NamedTuple):
    """All orders of one side at one price; quantity 0 says that the level is gone."""

    price: Price
    quantity: Quantity
    order_count: int


class BookView:
    """The price levels of one product, both sides."""

    __slots__ = ("_asks", "_bids", "best_ask", "best_bid")

    def __init__(self) -> None:
        self._bids: SortedDict[Price, BookLevel] = SortedDict(neg)
        self._asks: SortedDict[Price, BookLevel] = SortedDict()
        # Kept, for every command asks for them, and the sorted levels take their time to answer.
        self.best_bid: BookLevel | None = None
        self.best_ask: BookLevel | None = None

    def __len__(self) -> int:
        """Levels of both sides. Cost: O(1)."""
        return len(self._bids) + len(self._asks)

    def bids(self, depth: int | None = None) -> list[BookLevel]:
        """The best `depth` levels, or all, highest price first. Cost: O(depth)."""
        return list(islice(self._bids.values(), depth))

    def asks(self, depth: int | None = None) -> list[BookLevel]:
        """The best `depth` levels, or all, lowest price first. Cost: O(depth)."""
        return list(islice(self._asks.values(), depth))

    def best_first(self, side: Side) -> Iterator[BookLevel]:
        """The levels of `side` as they trade. Cost: O(1) a level."""
        return iter(self._side(side).values())

    def best(self, side: Side) -> BookLevel | None:
        """The level that trades first on `side`. Cost: O(1)."""
        return self.best_bid if side is BUY else self.best_ask

    def is_crossed(self) -> bool:
        """Whether the best bid is not below the best ask: orders that do not trade at every size
        may stand so. Cost: O(1)."""
        bid, ask = self.best_bid, self.best_ask
        return bid is not None and ask is not None and bid.price >= ask.price

    def level(self, side: Side, price: Price) -> BookLevel:
        """The level at `price`, of quantity 0 if nobody is there. Cost: O(1)."""
        return self._side(side).get(price) or BookLevel(price, Quantity(0), 0)

    def copy(self) -> "BookView":
        """Another book with the same levels. Cost: O(levels)."""
        other = BookView()
        other._bids.update(self._bids)
        other._asks.update(self._asks)
        other.best_bid, other.best_ask = self.best_bid, self.best_ask
        return other

    def set_level(self, side: Side, level: BookLevel) -> None:
        """Put `level` in place of what stood at its price.

        Cost: O(1), and O(log levels) where a price is new or emptied.
        """
        # A level without orders that has quantity, or the reverse, is a book that lost count.
        assert (level.quantity > 0) is (level.order_count > 0), (side, level)
        assert level.quantity >= 0, (side, level)
        levels = self._side(side)
        if level.quantity:
            levels[level.price] = level
        else:
            levels.pop(level.price, None)
        best = self.best(side)
        if best is not None:
            is_behind = level.price < best.price if side is BUY else level.price > best.price
            if is_behind:
                return
        best = level
        if not level.quantity:
            best = levels.peekitem(0)[1] if levels else None
        if side is BUY:
            self.best_bid = best
        else:
            self.best_ask = best

    def _side(self, side: Side) -> "SortedDict[Price, BookLevel]":
        return self._bids if side is BUY else self._asks
