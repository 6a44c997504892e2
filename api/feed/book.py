"""The channel `book`: price levels to a depth, with a checksum a client can compare; of the whole
book, or of what one class of buyers or sellers sees of it (exchange/class_view.py).

A view of 10 or 50 levels is complete in itself: levels that come into view are added and levels
that leave are removed, so that a client never has to cut off anything.
"""

from collections.abc import Iterable

from msgspec import UNSET

from api.feed.checksum import book_checksum
from api.feed.limits import (
    CHECKPOINT_LEVELS_MAX,
    CHECKPOINT_UPDATES_MAX,
    CHECKSUM_LEVELS_MAX,
)
from api.feed.messages import BookSnapshot, BookUpdate, Checkpoint, Level, encode, format_time
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import Frame, ProductStream, part_count, part_of
from api.schemas.decimals import format_decimal, format_price
from exchange.book_view import BookLevel
from exchange.class_view import VIEWERS, Viewpoint, classed_book, levels_seen
from exchange.market_change import MarketChange
from exchange.market_view import MarketView
from exchange.product_view import ProductView
from exchange.touched_product import ProductChange
from matching import Price, Quantity, Side


class SharedBook:
    """One product's book after the command that is being published.

    The view's own book is already at the end of the batch. Shared by the product's book streams.
    """

    def __init__(self, product: ProductView) -> None:
        self.seq = product.book_seq
        self.levels = product.book.copy()
        self.classes = None if product.classed is None else product.classed.levels.copy()
        """Its levels by class, where rules keep classes apart."""
        self.quantity_scale = product.terms.quantity_scale
        self._seen: dict[Viewpoint | None, SeenBook] = {}

    def take(self, change: ProductChange) -> None:
        """Follow the command. Cost: O(levels changed), of new classes O(orders that rest)."""
        self.seq = change.book_seq
        for level in change.bids:
            self.levels.set_level(Side.BUY, level)
        for level in change.asks:
            self.levels.set_level(Side.SELL, level)
        if change.reclassed is not None:
            classed = classed_book(change.reclassed)
            self.classes = None if classed is None else classed.levels
        if self.classes is not None:
            for each in change.by_class:
                self.classes.set_level(each)

    def seen(self, viewpoint: Viewpoint | None) -> "SeenBook":
        """The book as this class sees it; None: the whole book. Cost: O(1)."""
        return self._seen.setdefault(viewpoint, SeenBook(self, viewpoint))


class SeenBook:
    """A shared book, whole or as one class sees it, and the checksum of that."""

    def __init__(self, book: SharedBook, viewpoint: Viewpoint | None) -> None:
        self._book = book
        self._viewer = None if viewpoint is None else VIEWERS[viewpoint]
        self._crc = 0
        self._crc_seq = -1
        self._top: tuple[list[BookLevel], list[BookLevel]] | None = None

    @property
    def seq(self) -> int:
        """Of the product's book, whoever looks."""
        return self._book.seq

    def __len__(self) -> int:
        """Levels of the whole book. Cost: O(1)."""
        return len(self._book.levels)

    def levels(self, side: Side, depth: int | None) -> list[BookLevel]:
        """The best levels of `side`; None: all of the whole book. Cost: O(depth), and of a class
        O(depth × classes)."""
        if self._viewer is None:
            book = self._book.levels
            return book.bids(depth) if side is Side.BUY else book.asks(depth)
        assert depth is not None, self._viewer
        whole, classes = self._book.levels, self._book.classes
        return levels_seen(self._viewer, side, depth, whole=whole, classes=classes)

    def level(self, side: Side, price: Price) -> BookLevel:
        """What stands at a price of the whole book. Cost: O(1)."""
        assert self._viewer is None, self._viewer
        return self._book.levels.level(side, price)

    def is_crossed(self) -> bool:
        """Whether it stands crossed, which no class sees. Cost: O(1)."""
        return self._viewer is None and self._book.levels.is_crossed()

    def crc(self) -> int:
        """The checksum of the best levels. Cost: 20 µs where they changed, else 2."""
        if self._crc_seq != self.seq:
            self._crc_seq = self.seq
            top = (
                self.levels(Side.BUY, CHECKSUM_LEVELS_MAX),
                self.levels(Side.SELL, CHECKSUM_LEVELS_MAX),
            )
            if top != self._top:
                self._top = top
                bids, asks = top
                self._crc = book_checksum(
                    bids=level_texts(bids, self._book.quantity_scale),
                    asks=level_texts(asks, self._book.quantity_scale),
                )
        return self._crc


class BookStream(ProductStream):
    """The price levels of a product to a depth, at every change or gathered over an interval."""

    conflatable = True
    has_snapshot = True

    def __init__(
        self,
        *,
        name: str,
        epoch: str,
        view: MarketView,
        product: ProductView,
        book: SeenBook,
        depth: int | None,
        is_gathering: bool,
    ) -> None:
        super().__init__(name=name, epoch=epoch, view=view, last_seq=book.seq, product=product)
        self.depth = depth
        """Levels a side; None: all of the whole book."""
        self.is_gathering = is_gathering
        self._book = book
        self._updates = 0
        self._market: MarketChange | None = None  # the last command that changed the book
        self._bids: list[BookLevel] = [] if depth is None else book.levels(Side.BUY, depth)
        self._asks: list[BookLevel] = [] if depth is None else book.levels(Side.SELL, depth)
        # Of a stream of all levels: the prices to be published, as there is no window to compare.
        self._changed_bids: dict[Price, None] = {}
        self._changed_asks: dict[Price, None] = {}

    def take(self, change: ProductChange, market: MarketChange, now_ns: int) -> None:
        """Publish the command's effect on the visible levels, or remember it for `flush`."""
        if not change.has_book_news:
            return
        self._market = market
        if self.depth is None:
            self._changed_bids.update(dict.fromkeys(level.price for level in change.bids))
            self._changed_asks.update(dict.fromkeys(level.price for level in change.asks))
        if not self.is_gathering:
            self.flush(now_ns)

    def snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        """The state as of `last_seq`; a gathering stream publishes what it has before."""
        self.flush(now_ns)
        return super().snapshot(reason, now_ns)

    def flush(self, now_ns: int) -> None:
        """Publish how the visible levels differ from what was published last."""
        if self._market is None:
            return
        market, self._market = self._market, None
        if self.depth is None:
            bids = [self._book.level(Side.BUY, price) for price in self._changed_bids]
            asks = [self._book.level(Side.SELL, price) for price in self._changed_asks]
            self._changed_bids.clear()
            self._changed_asks.clear()
        else:
            before, self._bids = self._bids, self._book.levels(Side.BUY, self.depth)
            bids = _difference(before=before, after=self._bids)
            before, self._asks = self._asks, self._book.levels(Side.SELL, self.depth)
            asks = _difference(before=before, after=self._asks)
        if not bids and not asks:
            return
        scale = self.product.terms.quantity_scale
        update = BookUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=self._book.seq,
            eseq=market.sequence,
            time=format_time(market.at_ns),
            sent=format_time(now_ns),
            bids=level_texts(bids, scale),
            asks=level_texts(asks, scale),
            crc=self._book.crc(),
            crossed=True if self._book.is_crossed() else UNSET,
        )
        self._publish(update, now_ns)
        self._updates += 1
        if self._updates % CHECKPOINT_UPDATES_MAX == 0:
            self._send_checkpoint(now_ns)

    def _levels(self) -> tuple[list[Level], list[Level]]:
        scale = self.product.terms.quantity_scale
        return (
            level_texts(self._book.levels(Side.BUY, self.depth), scale),
            level_texts(self._book.levels(Side.SELL, self.depth), scale),
        )

    def _send_checkpoint(self, now_ns: int) -> None:
        if self.depth is None and len(self._book) > CHECKPOINT_LEVELS_MAX:
            return
        bids, asks = self._levels()
        checkpoint = Checkpoint(
            s=self.name,
            epoch=self.epoch,
            seq=self.last_seq,
            full_crc=book_checksum(bids=bids, asks=asks, levels_max=None),
            levels=len(bids) + len(asks),
        )
        self._send(Frame(None, encode(checkpoint)), now_ns)

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        bids, asks = self._levels()
        parts = max(1, part_count(len(bids)), part_count(len(asks)))
        texts = []
        for part in range(parts):
            snapshot = BookSnapshot(
                s=self.name,
                epoch=self.epoch,
                seq=self.last_seq,
                eseq=self._view.eseq,
                time=format_time(self._view.at_ns),
                sent=format_time(now_ns),
                reason=reason,
                bids=part_of(bids, part),
                asks=part_of(asks, part),
                crc=self._book.crc(),
                crossed=True if self._book.is_crossed() else UNSET,
                part=UNSET if parts == 1 else part + 1,
                parts=UNSET if parts == 1 else parts,
            )
            texts.append(encode(snapshot).decode("utf-8"))
        return texts


def level_texts(levels: Iterable[BookLevel], quantity_scale: int) -> list[Level]:
    """The levels as they are on the wire. Cost: 1 µs a level."""
    return [
        (
            format_price(level.price),
            format_decimal(level.quantity, scale=quantity_scale),
            level.order_count,
        )
        for level in levels
    ]


def _difference(*, before: list[BookLevel], after: list[BookLevel]) -> list[BookLevel]:
    """What to tell somebody who has the window `before`, so that it becomes `after`."""
    if before == after:
        return []
    known = {level.price: level for level in before}
    changed = [level for level in after if known.pop(level.price, None) != level]
    return changed + [BookLevel(price, Quantity(0), 0) for price in known]
