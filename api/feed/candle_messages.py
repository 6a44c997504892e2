"""The frames of the channel `candles`."""

from msgspec import UNSET, Struct, UnsetType

from api.feed.snapshot_reason import SnapshotReason


class CandleItem(Struct, frozen=True, kw_only=True):
    """What was matched in one interval, whatever became of the transfers."""

    start: str
    """Its first moment; of a day in Asia/Shanghai."""
    open: str
    high: str
    low: str
    close: str
    volume: str
    count: int
    """Trades."""
    closed: bool
    """Whether the interval is over: nothing of it changes any more."""


class CandlesSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """The newest 500 candles, oldest first; none of times in which nothing was matched."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    candles: list[CandleItem]


class CandlesUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """The candles that have changed, whole, oldest first: one is over, or counts another trade."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    candles: list[CandleItem]
    conflated: int | UnsetType = UNSET
