"""The channel `auction`: when a product's next call auction is, what it would do, and what the last
one did."""

from typing import TypedDict

from api.feed.auction_messages import AuctionSnapshot, AuctionUpdate
from api.feed.messages import encode, format_time
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import ProductStream
from api.schemas.decimals import format_price, format_signed
from exchange.auction_view import AuctionView
from exchange.market_change import MarketChange
from exchange.touched_product import ProductChange
from registry.types import TimeNs


class _Members(TypedDict):
    opens_at: str | None
    latest_at: str | None
    extended: bool
    price: str | None
    volume: str
    surplus: str
    last_price: str | None
    last_volume: str
    last_time: str | None


class AuctionStream(ProductStream):
    """A product's call auctions; only the newest counts."""

    conflatable = True
    has_snapshot = True

    def take(self, change: ProductChange, market: MarketChange, now_ns: int) -> None:
        """Publish what was told of the auctions."""
        if change.auction is None:
            return
        update = AuctionUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=change.auction_seq,
            eseq=market.sequence,
            time=format_time(market.at_ns),
            sent=format_time(now_ns),
            **self._members(change.auction),
        )
        self._publish(update, now_ns)

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        snapshot = AuctionSnapshot(
            s=self.name,
            epoch=self.epoch,
            seq=self.last_seq,
            eseq=self._view.eseq,
            time=format_time(self._view.at_ns),
            sent=format_time(now_ns),
            reason=reason,
            **self._members(self.product.auction),
        )
        return [encode(snapshot).decode("utf-8")]

    def _members(self, auction: AuctionView) -> _Members:
        scale = self.product.terms.quantity_scale
        return {
            "opens_at": _time(auction.opens_ns),
            "latest_at": _time(auction.latest_ns),
            "extended": auction.extended,
            "price": None if auction.price is None else format_price(auction.price),
            "volume": self._quantity(auction.volume),
            "surplus": format_signed(auction.surplus, scale=scale),
            "last_price": None if auction.last_price is None else format_price(auction.last_price),
            "last_volume": self._quantity(auction.last_volume),
            "last_time": _time(auction.last_at_ns),
        }


def _time(at_ns: TimeNs | None) -> str | None:
    return None if at_ns is None else format_time(at_ns)
