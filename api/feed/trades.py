"""The channel `trades`: every trade of a product, and later whether its title moved."""

from typing import Final

from api.feed.messages import TradeItem, TradesSnapshot, TradesUpdate, encode, format_time
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import ProductStream
from api.schemas.decimals import format_price
from exchange.market_change import MarketChange
from exchange.product_view import Trade
from exchange.touched_product import ProductChange
from matching import Side

SIDE_NAMES: Final = {Side.BUY: "buy", Side.SELL: "sell"}


class TradesStream(ProductStream):
    """The trades of a product and what becomes of them. Nothing of it is ever merged."""

    conflatable = False
    has_snapshot = False

    def take(self, change: ProductChange, market: MarketChange, now_ns: int) -> None:
        """Publish the trades that the command made or decided."""
        if not change.trades:
            return
        update = TradesUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=change.trades_seq,
            eseq=market.sequence,
            time=format_time(market.at_ns),
            sent=format_time(now_ns),
            trades=[self._item(trade) for trade in change.trades],
        )
        self._publish(update, now_ns)

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        snapshot = TradesSnapshot(
            s=self.name,
            epoch=self.epoch,
            seq=self.last_seq,
            eseq=self._view.eseq,
            time=format_time(self._view.at_ns),
            sent=format_time(now_ns),
            reason=reason,
            trades=[self._item(trade) for trade in self.product.trades.values()],
        )
        return [encode(snapshot).decode("utf-8")]

    def _item(self, trade: Trade) -> TradeItem:
        return TradeItem(
            trade_id=str(trade.trade_number),
            price=format_price(trade.price),
            quantity=self._quantity(trade.quantity),
            aggressor=SIDE_NAMES[trade.aggressor],
            state=trade.state.name.lower(),
            time=format_time(trade.matched_at_ns),
        )
