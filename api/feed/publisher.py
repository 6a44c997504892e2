"""From what committed commands did to frames: tells each stream in use what concerns it.

One frame shows the market after one command, though a whole batch becomes public at once. The
publisher knows no socket and no clock.
"""

from collections.abc import Sequence

from api.feed.auction import AuctionStream
from api.feed.book import BookStream, SharedBook
from api.feed.candles import CandlesStream
from api.feed.private_streams import PrivateStreams
from api.feed.status import StatusStream
from api.feed.stream import ProductStream, Stream
from api.feed.ticker import TickerStream
from api.feed.trades import TradesStream
from api.quote_access import QuoteAccess
from exchange.candles import MINUTE_NS, Candles, Interval
from exchange.class_view import Viewpoint
from exchange.market_change import MarketChange
from exchange.market_view import MarketView
from exchange.product_view import ProductView
from registry.types import ProductId


class Publisher:
    """All streams that somebody has subscribed to.

    Args:
        view: the committed market. Between two calls of `publish` it must stand where the last
            published change left it.
        candles: of the same moment as the view.
        quotes: who may see them, as of the same moment.
        epoch: within which its sequence numbers compare.
    """

    def __init__(
        self, *, view: MarketView, candles: Candles, quotes: QuoteAccess, epoch: str
    ) -> None:
        self.view = view
        self.quotes = quotes
        self._known_candles = candles
        self.epoch = epoch
        self._by_product: dict[ProductId, dict[str, ProductStream]] = {}
        self.private = PrivateStreams(view=view, quotes=quotes, epoch=epoch)
        self._status: dict[ProductId, StatusStream] = {}
        self._gathering: dict[str, tuple[BookStream, int]] = {}
        self._books: dict[ProductId, SharedBook] = {}
        self._candles: dict[str, CandlesStream] = {}
        self._minute = 0

    def publish(self, changes: Sequence[MarketChange], now_ns: int) -> None:
        """Take what the next commands did. Cost: 1 µs a command and 30 µs a frame, for all."""
        for market in changes:
            for change in market.products:
                product_id = change.product.product_id
                book = self._books.get(product_id)
                if book is not None:
                    book.take(change)
                streams = self._by_product.get(product_id)
                if streams is not None:
                    # A copy: a client that is closed by a frame may be the last of another stream.
                    for stream in tuple(streams.values()):
                        stream.take(change, market, now_ns)
            if self._candles:
                self._end_candles(market, now_ns)
            self.private.publish(market, now_ns)
            if market.status:
                for status in tuple(self._status.values()):
                    status.take(market, now_ns)

    def flush(self, now_ns: int, *, interval_ms: int) -> None:
        """Publish what the streams of this interval have gathered."""
        for stream, stream_interval_ms in tuple(self._gathering.values()):
            if stream_interval_ms == interval_ms:
                stream.flush(now_ns)

    def book(
        self,
        product: ProductView,
        *,
        depth: int | None,
        interval_ms: int,
        viewpoint: Viewpoint | None = None,
    ) -> Stream:
        """The stream of this book, whole or as a class sees it, opened if nobody had it."""
        interval = f"@{interval_ms}" if interval_ms else ""
        view = f".{viewpoint}" if viewpoint is not None else ""
        name = f"book.{depth or 'all'}{view}{interval}:{product.terms.symbol}"
        known = self._known(product, name)
        if known is not None:
            return known
        book = self._books.get(product.product_id)
        if book is None:
            book = self._books[product.product_id] = SharedBook(product)
        stream = BookStream(
            name=name,
            epoch=self.epoch,
            view=self.view,
            product=product,
            book=book.seen(viewpoint),
            depth=depth,
            is_gathering=bool(interval_ms),
        )
        if interval_ms:
            self._gathering[name] = stream, interval_ms
        return self._open(stream)

    def trades(self, product: ProductView) -> Stream:
        """The stream of the product's trades, opened if nobody had it."""
        name = f"trades:{product.terms.symbol}"
        return self._known(product, name) or self._open(
            TradesStream(
                name=name,
                epoch=self.epoch,
                view=self.view,
                last_seq=product.trades_seq,
                product=product,
            )
        )

    def ticker(self, product: ProductView) -> Stream:
        """The stream of the product's ticker, opened if nobody had it."""
        name = f"ticker:{product.terms.symbol}"
        return self._known(product, name) or self._open(
            TickerStream(
                name=name,
                epoch=self.epoch,
                view=self.view,
                last_seq=product.ticker_seq,
                product=product,
            )
        )

    def auction(self, product: ProductView) -> Stream:
        """The stream of the product's call auctions, opened if nobody had it."""
        name = f"auction:{product.terms.symbol}"
        return self._known(product, name) or self._open(
            AuctionStream(
                name=name,
                epoch=self.epoch,
                view=self.view,
                last_seq=product.auction_seq,
                product=product,
            )
        )

    def candles(self, product: ProductView, *, interval: Interval) -> Stream:
        """The stream of the product's candles of this interval, opened if nobody had it."""
        name = f"candles.{interval}:{product.terms.symbol}"
        known = self._known(product, name)
        if known is not None:
            return known
        stream = CandlesStream(
            name=name,
            epoch=self.epoch,
            view=self.view,
            product=product,
            interval=interval,
            known=self._known_candles.of(product.product_id, interval),
        )
        self._candles[name] = stream
        return self._open(stream)

    def status(self, product: ProductView) -> Stream:
        """The stream of whether the product is traded, opened if nobody had it."""
        stream = self._status.get(product.product_id)
        if stream is None:
            stream = StatusStream(
                name=f"status:{product.terms.symbol}",
                epoch=self.epoch,
                view=self.view,
                product=product,
            )
            self._status[product.product_id] = stream
        return stream

    def release(self, stream: Stream) -> None:
        """Close the stream if nobody has it any more: what nobody reads is not made. A private one
        goes on for a while (api/feed/private_streams.py)."""
        if stream.subscribers:
            return
        if isinstance(stream, StatusStream):
            self._status.pop(stream.product_id, None)
        elif isinstance(stream, ProductStream):
            streams = self._by_product.get(stream.product.product_id, {})
            streams.pop(stream.name, None)
            self._gathering.pop(stream.name, None)
            self._candles.pop(stream.name, None)
            if not any(isinstance(other, BookStream) for other in streams.values()):
                self._books.pop(stream.product.product_id, None)
            if not streams:
                self._by_product.pop(stream.product.product_id, None)

    def _known(self, product: ProductView, name: str) -> Stream | None:
        return self._by_product.get(product.product_id, {}).get(name)

    def _open(self, stream: ProductStream) -> Stream:
        self._by_product.setdefault(stream.product.product_id, {})[stream.name] = stream
        return stream

    def _end_candles(self, market: MarketChange, now_ns: int) -> None:
        """Every candle ends with some minute."""
        minute = market.at_ns // MINUTE_NS
        if minute == self._minute:
            return
        self._minute = minute
        for candles in tuple(self._candles.values()):
            candles.pass_time(market, now_ns)
