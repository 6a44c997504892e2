"""The channel `status`: whether and how a product is traded, which halts stop it, and which market
mode was announced.

A halt of the venue is told on the stream of every product. `seq` is the number of the command, so
that a halt costs nothing for the products that nobody follows.
"""

from api.feed.messages import encode, format_time
from api.feed.snapshot_reason import SnapshotReason
from api.feed.status_messages import ComingModeItem, HaltItem, StatusSnapshot, StatusUpdate
from api.feed.stream import Stream
from api.schemas.decimals import format_day
from exchange.halt_events import HaltLifted, TradeHalted, halt_of
from exchange.halt_types import Halt, HaltId
from exchange.market_change import MarketChange, StatusEvent
from exchange.market_events import (
    MarketModeAnnounced,
    MarketModeCalledOff,
    MarketModeLapsed,
    MarketModeSet,
    ModeEvent,
)
from exchange.market_view import MarketView
from exchange.modes.notice_state import ComingMode
from exchange.modes.types import MarketMode
from exchange.product_view import ProductView
from exchange.register_events import ProductAdvanced
from registry.product import ProductState
from registry.types import ProductId, TimeNs


class StatusStream(Stream):
    """Whether and how one product is traded; only the newest counts."""

    conflatable = True
    has_snapshot = True

    def __init__(self, *, name: str, epoch: str, view: MarketView, product: ProductView) -> None:
        super().__init__(name=name, epoch=epoch, view=view, last_seq=view.eseq)
        self.product_id: ProductId = product.product_id
        # Its own, for the view is ahead of a command that is told: a batch is folded as a whole.
        self._state = product.state
        self._mode = product.mode
        self._coming_mode: ComingMode | None = product.coming_mode
        self._halts: dict[HaltId, Halt] = {
            halt.halt_id: halt for halt in view.halts.stopping(product.product_id)
        }

    def take(self, market: MarketChange, now_ns: int) -> None:
        """Publish what has become of the product, if anything."""
        before = self._known()
        for event in market.status:
            self._follow(event, market.at_ns)
        if before == self._known():
            return
        update = StatusUpdate(
            s=self.name,
            epoch=self.epoch,
            prev=self.last_seq,
            seq=market.sequence,
            eseq=market.sequence,
            time=format_time(market.at_ns),
            sent=format_time(now_ns),
            state=self._state.name,
            halts=self._items(),
            mode=self._mode.name,
            coming_mode=self._coming_item(),
        )
        self._publish(update, now_ns)

    def _follow(self, event: StatusEvent, at_ns: TimeNs) -> None:
        if isinstance(event, ProductAdvanced):
            if event.product_id == self.product_id:
                self._state = event.state
        elif isinstance(event, TradeHalted):
            halt = halt_of(event, given_at_ns=at_ns)
            if halt.stops(self.product_id):
                self._halts[halt.halt_id] = halt
        elif isinstance(event, HaltLifted):
            self._halts.pop(event.halt_id, None)
        elif event.product_id == self.product_id:
            self._follow_mode(event)

    def _follow_mode(self, event: ModeEvent) -> None:
        match event:
            case MarketModeAnnounced():
                self._coming_mode = event.coming
            case MarketModeSet():
                self._mode, self._coming_mode = event.mode, None
            case MarketModeLapsed() | MarketModeCalledOff():
                self._coming_mode = None

    def _known(
        self,
    ) -> tuple[ProductState, tuple[HaltId, ...], MarketMode, ComingModeItem | None]:
        return self._state, tuple(self._halts), self._mode, self._coming_item()

    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        snapshot = StatusSnapshot(
            s=self.name,
            epoch=self.epoch,
            seq=self.last_seq,
            eseq=self._view.eseq,
            time=format_time(self._view.at_ns),
            sent=format_time(now_ns),
            reason=reason,
            state=self._state.name,
            halts=self._items(),
            mode=self._mode.name,
            coming_mode=self._coming_item(),
        )
        return [encode(snapshot).decode("utf-8")]

    def _coming_item(self) -> ComingModeItem | None:
        coming = self._coming_mode
        if coming is None:
            return None
        return ComingModeItem(mode=coming.mode.name, effective_on=format_day(coming.effective_on))

    def _items(self) -> list[HaltItem]:
        return [
            HaltItem(
                halt_id=str(halt.halt_id),
                level=halt.level.name,
                reason=halt.reason.name,
                since=format_time(halt.given_at_ns),
                review_at=format_time(halt.review_ns),
            )
            for halt in self._halts.values()
        ]
