"""The channel `ticker`: a product at a glance."""

from api.feed.messages import TickerSnapshot, TickerUpdate, encode, format_time
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import ProductStream
from api.schemas.decimals import format_price
from exchange.book_view import BookLevel
from exchange.market_change import MarketChange
from exchange.touched_product import ProductChange


class TickerStream(ProductStream):
    """A product at a glance; only the newest counts."""

    conflatable = True
    has_snapshot = True

    def take(self, change: ProductChange, market: MarketChange, now_ns: int) -> None:
        """Publish the ticker if the command changed it."""
        ticker = change.ticker
        if ticker is None:
            return
        update = TickerUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=change.ticker_seq,
            eseq=market.sequence,
            time=format_time(market.at_ns),
            sent=format_time(now_ns),
            bid=self._best(ticker.bid),
            ask=self._best(ticker.ask),
            last=None if ticker.last_price is None else format_price(ticker.last_price),
            last_time=None if ticker.last_at_ns is None else format_time(ticker.last_at_ns),
            volume_24h=self._quantity(ticker.volume_24h),
        )
        self._publish(update, now_ns)

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        ticker = self.product.ticker
        snapshot = TickerSnapshot(
            s=self.name,
            epoch=self.epoch,
            seq=self.last_seq,
            eseq=self._view.eseq,
            time=format_time(self._view.at_ns),
            sent=format_time(now_ns),
            reason=reason,
            bid=self._best(ticker.bid),
            ask=self._best(ticker.ask),
            last=None if ticker.last_price is None else format_price(ticker.last_price),
            last_time=None if ticker.last_at_ns is None else format_time(ticker.last_at_ns),
            volume_24h=self._quantity(ticker.volume_24h),
        )
        return [encode(snapshot).decode("utf-8")]

    def _best(self, level: BookLevel | None) -> tuple[str, str] | None:
        if level is None:
            return None
        return format_price(level.price), self._quantity(level.quantity)
