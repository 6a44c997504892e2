"""One stream as one connection has it: what was queued of it last, and what waits to be merged.

State        What is queued                            A new frame of the stream
live         its frames, in order                      is queued
merging      one place holder for a merged update      is merged into it
snapshot     one place holder for a snapshot           is covered by it

A place holder becomes text when its turn to be sent comes, so it is never older than the market.
"""

from collections.abc import Callable

import msgspec

from api.feed.auction_messages import AuctionUpdate
from api.feed.candle_messages import CandleItem, CandlesUpdate
from api.feed.limits import MERGED_LEVELS_MAX
from api.feed.messages import BookUpdate, Level, OnSlow, TickerUpdate, Update, encode, format_time
from api.feed.snapshot_reason import SnapshotReason
from api.feed.status_messages import StatusUpdate
from api.feed.stream import Frame, Stream


class Merged:
    """Updates of one stream that wait for a slow client, as one."""

    __slots__ = ("_asks", "_bids", "_candles", "_count", "_last", "_prev")

    def __init__(self, first: Update) -> None:
        self._prev = first.prev
        self._count = 0
        self._bids: dict[str, Level] = {}
        self._asks: dict[str, Level] = {}
        self._candles: dict[str, CandleItem] = {}
        self._last = first
        self._take(first)

    def __len__(self) -> int:
        """Levels that wait, or candles."""
        return len(self._bids) + len(self._asks) + len(self._candles)

    def add(self, update: Update) -> None:
        """Take the next update: the newest of each level, and of each candle, counts."""
        assert update.prev == self._last.seq, (update.s, update.prev, self._last.seq)
        self._take(update)

    def encode(self, now_ns: int) -> str:
        """The one update, linked to the last frame really sent."""
        last = self._last
        # What is frequent is put together by hand: replacing goes through keywords.
        if isinstance(last, BookUpdate):
            update: BookUpdate | TickerUpdate | AuctionUpdate | StatusUpdate | CandlesUpdate = (
                BookUpdate(
                    s=last.s,
                    epoch=last.epoch,
                    prev=self._prev,
                    seq=last.seq,
                    eseq=last.eseq,
                    time=last.time,
                    sent=format_time(now_ns),
                    bids=list(self._bids.values()),
                    asks=list(self._asks.values()),
                    crc=last.crc,
                    crossed=last.crossed,
                    conflated=self._count,
                )
            )
        elif isinstance(last, CandlesUpdate):
            update = msgspec.structs.replace(
                last,
                prev=self._prev,
                sent=format_time(now_ns),
                candles=list(self._candles.values()),
                conflated=self._count,
            )
        elif isinstance(last, AuctionUpdate | StatusUpdate):
            update = msgspec.structs.replace(
                last, prev=self._prev, sent=format_time(now_ns), conflated=self._count
            )
        else:
            assert isinstance(last, TickerUpdate), last
            update = TickerUpdate(
                s=last.s,
                epoch=last.epoch,
                prev=self._prev,
                seq=last.seq,
                eseq=last.eseq,
                time=last.time,
                sent=format_time(now_ns),
                bid=last.bid,
                ask=last.ask,
                last=last.last,
                last_time=last.last_time,
                volume_24h=last.volume_24h,
                conflated=self._count,
            )
        return encode(update).decode("utf-8")

    def _take(self, update: Update) -> None:
        self._count += 1
        self._last = update
        if isinstance(update, BookUpdate):
            self._bids.update((level[0], level) for level in update.bids)
            self._asks.update((level[0], level) for level in update.asks)
        elif isinstance(update, CandlesUpdate):
            self._candles.update((candle.start, candle) for candle in update.candles)


class Subscription:
    """One stream of one connection."""

    __slots__ = (
        "_deliver",
        "_wake",
        "merged",
        "on_slow",
        "queued_seq",
        "sent_seq",
        "snapshot_due",
        "stream",
        "told_seq",
    )

    def __init__(
        self,
        stream: Stream,
        on_slow: OnSlow,
        deliver: Callable[["Subscription", Frame, int], None],
        wake: Callable[[], None],
    ) -> None:
        self.stream = stream
        self.on_slow = on_slow
        self._deliver = deliver
        self._wake = wake
        self.queued_seq = stream.last_seq
        """The last number queued or sent."""
        self.sent_seq = stream.last_seq
        """The last number handed to the socket."""
        self.told_seq: int | None = None
        """The head that a heartbeat told last."""
        self.merged: Merged | None = None
        self.snapshot_due: SnapshotReason | None = None

    def publish(self, frame: Frame, now_ns: int) -> None:
        """Hand the stream's next frame to the connection."""
        self._deliver(self, frame, now_ns)

    def wake(self) -> None:
        """Let the connection ask for the snapshot."""
        self._wake()

    def resume_from(self, seq: int) -> None:
        """The client has this frame: the next one follows it."""
        self.queued_seq = self.sent_seq = seq

    @property
    def has_state(self) -> bool:
        """Whether the client knows the state that `sent_seq` numbers: not while it waits for a
        snapshot because it has none, or does not trust what it has."""
        return self.snapshot_due in {None, SnapshotReason.SLOW_CONSUMER}

    @property
    def is_held(self) -> bool:
        """Whether it waits for a snapshot that cannot be made yet."""
        return self.snapshot_due is not None and not self.stream.is_ready

    @property
    def is_waiting(self) -> bool:
        """Whether a place holder stands in the queue for this stream."""
        return self.merged is not None or self.snapshot_due is not None

    def start_merging(self, update: Update) -> None:
        """Updates from this one on wait as one."""
        assert not self.is_waiting
        self.merged = Merged(update)

    def absorb(self, frame: Frame) -> None:
        """Take a frame behind the place holder."""
        assert self.is_waiting
        if self.snapshot_due is not None or frame.update is None:
            return
        assert self.merged is not None
        self.merged.add(frame.update)
        if len(self.merged) > MERGED_LEVELS_MAX:
            self.merged = None
            self.snapshot_due = SnapshotReason.SLOW_CONSUMER

    def take_waiting(self, now_ns: int) -> list[str]:
        """The text of the place holder: the subscription is live again after it."""
        if self.snapshot_due is not None:
            # Still due while it is made: a gathering stream may publish to us meanwhile.
            texts = self.stream.snapshot(self.snapshot_due, now_ns)
            self.snapshot_due = None
        else:
            assert self.merged is not None
            texts = [self.merged.encode(now_ns)]
            self.merged = None
        self.queued_seq = self.stream.last_seq
        self.sent_seq = self.stream.last_seq
        return texts
