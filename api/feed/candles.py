"""The channel `candles`: what was traded of a product by minute, hour or day.

`seq` is the number of the command. A candle is told as over when the journal's time has passed its
end, whether anybody trades or not.
"""

from collections.abc import Iterable
from typing import Final

from api.feed.candle_messages import CandleItem, CandlesSnapshot, CandlesUpdate
from api.feed.messages import encode, format_time
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import ProductStream
from api.schemas.decimals import format_price
from exchange.candles import Candle, CandleSeries, Interval, end_of
from exchange.market_change import MarketChange
from exchange.market_view import MarketView
from exchange.product_view import ProductView, Trade
from exchange.touched_product import ProductChange
from registry.types import TimeNs

SNAPSHOT_CANDLES_MAX: Final = 500


class CandlesStream(ProductStream):
    """The candles of a product; of each only the newest state counts."""

    conflatable = True
    has_snapshot = True

    def __init__(
        self,
        *,
        name: str,
        epoch: str,
        view: MarketView,
        product: ProductView,
        interval: Interval,
        known: CandleSeries,
    ) -> None:
        super().__init__(name=name, epoch=epoch, view=view, last_seq=view.eseq, product=product)
        self._interval = interval
        # Its own, for what is known is ahead of a command that is told: a batch comes as a whole.
        self._series = known.copy(kept_max=SNAPSHOT_CANDLES_MAX)
        self._number = product.trade_number
        self._at_ns = view.at_ns

    def take(self, change: ProductChange, market: MarketChange, now_ns: int) -> None:
        """Publish the candles that count what the command has matched."""
        matched = [trade for trade in change.trades if trade.trade_number > self._number]
        self._follow(matched, market, now_ns)

    def pass_time(self, market: MarketChange, now_ns: int) -> None:
        """Publish that a candle is over, if one is since the last command that was told."""
        self._follow((), market, now_ns)

    def _follow(self, matched: Iterable[Trade], market: MarketChange, now_ns: int) -> None:
        changed: dict[TimeNs, Candle] = {}
        last = self._series.last
        if last is not None and self._at_ns < end_of(self._interval, last) <= market.at_ns:
            changed[last.start_ns] = last
        for trade in matched:
            candle = self._series.add(trade.price, trade.quantity, trade.matched_at_ns)
            changed[candle.start_ns] = candle
            self._number = trade.trade_number
        self._at_ns = market.at_ns
        if not changed:
            return
        update = CandlesUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=market.sequence,
            eseq=market.sequence,
            time=format_time(market.at_ns),
            sent=format_time(now_ns),
            candles=self._items(changed.values()),
        )
        self._publish(update, now_ns)

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        snapshot = CandlesSnapshot(
            s=self.name,
            epoch=self.epoch,
            seq=self.last_seq,
            eseq=self._view.eseq,
            time=format_time(self._view.at_ns),
            sent=format_time(now_ns),
            reason=reason,
            candles=self._items(self._series.newest(SNAPSHOT_CANDLES_MAX)),
        )
        return [encode(snapshot).decode("utf-8")]

    def _items(self, candles: Iterable[Candle]) -> list[CandleItem]:
        return [
            CandleItem(
                start=format_time(candle.start_ns),
                open=format_price(candle.open),
                high=format_price(candle.high),
                low=format_price(candle.low),
                close=format_price(candle.close),
                volume=self._quantity(candle.volume),
                count=candle.trades,
                closed=end_of(self._interval, candle) <= self._at_ns,
            )
            for candle in candles
        ]
