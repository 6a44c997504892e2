"""What one command does to one product of the market view: gathered while it is folded, and
concluded as absolute values with the counters raised. `exchange/market_view.py` alone uses it."""

import msgspec

from exchange.auction_view import AuctionView
from exchange.book_view import BookLevel
from exchange.class_events import BookClassed
from exchange.class_view import ClassLevel, classed_book
from exchange.product_view import ProductView, Ticker, Trade
from matching import BUY, OrderId, Price, Quantity, Side


class ProductChange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one command did to one product, as absolute values.

    The counters are those after the command; `product` may already be further when this is read.
    """

    product: ProductView
    bids: tuple[BookLevel, ...]
    """Each changed level once; empty when the side did not change."""
    asks: tuple[BookLevel, ...]
    trades: tuple[Trade, ...]
    """New ones, and those whose state changed."""
    ticker: Ticker | None
    """None when it did not change."""
    book_seq: int
    trades_seq: int
    ticker_seq: int
    auction: AuctionView | None
    """None when nothing was told of the product's auctions."""
    auction_seq: int
    by_class: tuple[ClassLevel, ...] = ()
    """Of a product whose rules keep classes apart: each level of a class that changed, once."""
    reclassed: BookClassed | None = None
    """Where they keep others apart now: the book before the changes of `by_class`."""

    @property
    def has_book_news(self) -> bool:
        """Whether anything of the book has changed, for whichever class."""
        return bool(self.bids or self.asks or self.by_class) or self.reclassed is not None


_Levels = dict[Price, tuple[BookLevel, BookLevel]]
"""How a price was before the command under way, and how it is."""


class TouchedProduct(msgspec.Struct, eq=False, gc=False):
    """A product that the command under way has touched, and how its levels were before."""

    product: ProductView
    bids: _Levels = {}
    asks: _Levels = {}
    trades: dict[int, Trade] = {}
    has_auction_news: bool = False
    by_class: dict[tuple[Side, int, Price], tuple[ClassLevel, ClassLevel]] = {}
    reclassed: BookClassed | None = None

    def change(
        self, order_id: OrderId, side: Side, price: Price, *, quantity: int, orders: int
    ) -> None:
        """Add so much of the order, or with negative numbers take it away, and remember what stood
        there."""
        book = self.product.book
        before = book.level(side, price)
        quantity_after = Quantity(before.quantity + quantity)
        after = BookLevel(price, quantity_after, before.order_count + orders)
        book.set_level(side, after)
        levels = self.bids if side is BUY else self.asks
        first = levels.get(price)
        levels[price] = (before if first is None else first[0], after)
        classed = self.product.classed
        if classed is not None:
            was, now = classed.change(order_id, side, price, quantity=quantity, orders=orders)
            key = side, now.counterparty_class, price
            first_of_class = self.by_class.get(key)
            self.by_class[key] = (was if first_of_class is None else first_of_class[0], now)

    def class_anew(self, image: BookClassed) -> None:
        """Keep the book by these classes from now on. Cost: O(orders that rest)."""
        self.product.classed = classed_book(image)
        self.reclassed = image
        self.by_class.clear()

    def may_change_ticker(self) -> bool:
        """Whether more than levels behind the best was touched: most commands touch no more."""
        product, ticker = self.product, self.product.ticker
        return (
            product.book.best_bid is not ticker.bid
            or product.book.best_ask is not ticker.ask
            or product.volume_24h != ticker.volume_24h
            or bool(self.trades)
        )


def conclude(touched: TouchedProduct) -> ProductChange | None:
    """What the command did to the product, its counters raised; None if nothing anybody sees."""
    product = touched.product
    bids = _changed(touched.bids) if touched.bids else ()
    asks = _changed(touched.asks) if touched.asks else ()
    ticker = product.ticker
    if touched.may_change_ticker():
        ticker = product.current_ticker()
    ticker_changed = ticker != product.ticker
    by_class = _changed_of_classes(touched) if touched.by_class else ()
    if bids or asks or by_class or touched.reclassed is not None:
        product.book_seq += 1
    elif not touched.trades and not ticker_changed and not touched.has_auction_news:
        return None
    if touched.trades:
        product.trades_seq += 1
    if touched.has_auction_news:
        product.auction_seq += 1
    if ticker_changed:
        product.ticker = ticker
        product.ticker_seq += 1
    return ProductChange(
        product=product,
        bids=bids,
        asks=asks,
        trades=tuple(touched.trades.values()),
        ticker=ticker if ticker_changed else None,
        book_seq=product.book_seq,
        trades_seq=product.trades_seq,
        ticker_seq=product.ticker_seq,
        auction=product.auction if touched.has_auction_news else None,
        auction_seq=product.auction_seq,
        by_class=by_class,
        reclassed=touched.reclassed,
    )


def _changed(levels: _Levels) -> tuple[BookLevel, ...]:
    return tuple([after for before, after in levels.values() if after != before])


def _changed_of_classes(touched: TouchedProduct) -> tuple[ClassLevel, ...]:
    return tuple([after for before, after in touched.by_class.values() if after != before])
