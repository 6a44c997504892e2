"""The streams: what each publishes of a command, and its snapshot. Text is made once for everybody.

A stream is shared by all its subscribers and exists while it has one; its sequence numbers belong
to the market view and go on without it. `last_seq` is the seq of the last frame published: a
newcomer's snapshot carries it, so that the next shared frame links to it.

Channel     Counter      A frame when
book        book_seq     a visible level changes, or a level comes into view or leaves it
trades      trades_seq   orders met, or a trade's transfer settled or failed
ticker      ticker_seq   best bid, best ask, last price or volume changes
transfers   party_seq    a transfer of the party is opened or decided
negotiations eseq        what the party may see of a deal in the making has changed
candles     eseq         a candle counts another trade, or is over
status      eseq         the product's state or market mode changes, a mode is announced, or a halt
                         stops it or no longer does
confirmations eseq       what waits for the trust company's decision has changed
orders      eseq         something has happened to an order of the party
holdings    eseq         a commit has changed what the party holds
cash        eseq         a commit has changed the party's money
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar, Protocol, TypeVar

from msgspec import UNSET, UnsetType

from api.feed.limits import SNAPSHOT_ITEMS_MAX
from api.feed.messages import Update, encode
from api.feed.snapshot_reason import SnapshotReason
from api.schemas.decimals import format_decimal
from exchange.market_change import MarketChange
from exchange.market_view import MarketView
from exchange.product_view import ProductView
from exchange.touched_product import ProductChange


class Frame:
    """One frame of a stream, as all its subscribers get it."""

    __slots__ = ("size", "text", "update")

    def __init__(self, update: Update | None, encoded: bytes) -> None:
        self.update = update
        """The link of the chain; None for a frame that is no link and may be left out."""
        self.text = encoded.decode("utf-8")
        self.size = len(encoded)


class Subscriber(Protocol):
    """Who gets a stream's frames, in order."""

    def publish(self, frame: Frame, now_ns: int) -> None:
        """Take the next frame."""

    def wake(self) -> None:
        """The stream is ready now."""


class Stream(ABC):
    """One stream: its last number, its subscribers, its snapshot."""

    conflatable: ClassVar[bool]
    """Whether waiting updates may be merged for a slow client."""
    has_snapshot: ClassVar[bool]
    """Whether a newcomer needs one."""

    def __init__(self, *, name: str, epoch: str, view: MarketView, last_seq: int) -> None:
        self.name = name
        self.epoch = epoch
        self.last_seq = last_seq
        self.is_ready = True
        """Whether its snapshot can be made: not while what it begins with is still read."""
        self.subscribers: dict[Subscriber, None] = {}
        self._view = view
        self._snapshot_texts: dict[SnapshotReason, list[str]] = {}

    def snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]:
        """The state as of `last_seq`, in one frame or, if it is large, several."""
        texts = self._snapshot_texts.get(reason)
        if texts is None:
            texts = self._make_snapshot(reason, now_ns)
            self._snapshot_texts[reason] = texts
        return texts

    def missed_since(self, seq: int) -> Sequence[Frame] | None:
        """The frames after this one of an unchanged epoch; None: not all of them are kept."""
        return () if seq == self.last_seq else None

    @abstractmethod
    def _make_snapshot(self, reason: SnapshotReason, now_ns: int) -> list[str]: ...

    def _publish(self, update: Update, now_ns: int) -> None:
        assert update.prev == self.last_seq, (self.name, update.prev, self.last_seq)
        assert update.seq > update.prev, (self.name, update.prev, update.seq)
        self.last_seq = update.seq
        self._send(Frame(update, encode(update)), now_ns)

    def _send(self, frame: Frame, now_ns: int) -> None:
        self._snapshot_texts.clear()
        # A copy: a subscriber that cannot take the frame leaves while it is handed out.
        for subscriber in tuple(self.subscribers):
            subscriber.publish(frame, now_ns)


class ProductStream(Stream):
    """A stream about one product."""

    def __init__(
        self, *, name: str, epoch: str, view: MarketView, last_seq: int, product: ProductView
    ) -> None:
        super().__init__(name=name, epoch=epoch, view=view, last_seq=last_seq)
        self.product = product

    @abstractmethod
    def take(self, change: ProductChange, market: MarketChange, now_ns: int) -> None:
        """Publish what the command did to this stream, if anything."""

    def _quantity(self, quantity: int) -> str:
        return format_decimal(quantity, scale=self.product.terms.quantity_scale)


Item = TypeVar("Item")


def part_count(items: int) -> int:
    """How many frames a snapshot of so many items takes."""
    return -(-items // SNAPSHOT_ITEMS_MAX)


def part_of(items: Sequence[Item], part: int) -> list[Item]:
    """The items of the frame `part`, counted from 0."""
    return list(items[part * SNAPSHOT_ITEMS_MAX : (part + 1) * SNAPSHOT_ITEMS_MAX])


def in_parts(
    items: Sequence[Item],
) -> Iterator[tuple[list[Item], int | UnsetType, int | UnsetType]]:
    """The items of each frame of a snapshot, with its `part` and `parts`, if there are several."""
    parts = max(1, part_count(len(items)))
    for part in range(parts):
        if parts == 1:
            yield part_of(items, part), UNSET, UNSET
        else:
            yield part_of(items, part), part + 1, parts
