"""Every frame of the feed as a model; `docs/reference/feed.md` is checked against them.

A client frame is decoded leniently: members that it does not know are ignored, for older and newer
ends must understand each other. A server frame is encoded with its members in the order below.
"""

from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from api.feed.account_messages import (
    CashSnapshot,
    CashUpdate,
    HoldingsSnapshot,
    HoldingsUpdate,
    OrdersSnapshot,
    OrdersUpdate,
)
from api.feed.auction_messages import AuctionSnapshot, AuctionUpdate
from api.feed.candle_messages import CandlesSnapshot, CandlesUpdate
from api.feed.confirmation_messages import ConfirmationsSnapshot, ConfirmationsUpdate
from api.feed.limits import KEY_LENGTH_MAX, REQUEST_ID_LENGTH_MAX
from api.feed.negotiation_messages import NegotiationsSnapshot, NegotiationsUpdate
from api.feed.snapshot_reason import SnapshotReason
from api.feed.status_messages import StatusSnapshot, StatusUpdate
from api.feed.transfer_messages import TransfersSnapshot, TransfersUpdate

NS_PER_S: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Level = tuple[str, str, int]
"""Price, quantity, number of orders. Quantity 0 at the product's scale removes the level."""
Head = tuple[str, int]
"""Epoch and seq."""


class CloseCode(IntEnum):
    """Why the server ends a connection. A public contract."""

    GOING_AWAY = 1001  # the server stops
    INTERNAL_ERROR = 1011  # a bug of the server
    BAD_FRAME = 4000  # no JSON object in a text frame of at most 64 KiB
    AUTH_FAILED = 4001  # the key or ticket is unknown, was withdrawn or used, or the session ended
    IDLE = 4002  # no subscription within the time that `welcome` tells
    SLOW_CONSUMER = 4008  # frames that may not be merged waited too long
    LIMIT = 4009  # too many connections, or a flood of frames


class ErrorCode(StrEnum):
    """What is wrong with a request, or with the connection. A public contract."""

    BAD_FRAME = "bad_frame"  # not a JSON object in a text frame of at most 64 KiB
    BAD_REQUEST = "bad_request"  # a member is missing or has a value it cannot have
    UNSUPPORTED = "unsupported"  # this venue's feed does not do that, or not yet
    UNKNOWN_SYMBOL = "unknown_symbol"  # no product has it
    NOT_SUBSCRIBED = "not_subscribed"  # this connection does not have the stream
    ALREADY_SUBSCRIBED = "already_subscribed"  # it has it; `resync` gives a new snapshot
    AUTH_REQUIRED = "auth_required"  # sign in first
    AUTH_FAILED = "auth_failed"  # the key or ticket is unknown, or no longer valid
    FORBIDDEN = "forbidden"  # this party has no such stream
    QUOTES_WITHHELD = "quotes_withheld"  # the product's rules do not show this party its quotes
    ACCESS_CHANGED = "access_changed"  # this party may see more or less: subscribe anew
    LIMIT = "limit"  # a bound told in `welcome`
    IDLE = "idle"  # no subscription in time
    SLOW_CONSUMER = "slow_consumer"  # frames that may not be merged waited too long


class OnSlow(StrEnum):
    """What happens to a stream of a client that does not keep up."""

    CONFLATE = "conflate"  # waiting updates become one
    DISCONNECT = "disconnect"  # the connection ends: nothing of it may be merged


# --- what a client sends ---

RequestId = Annotated[str, Meta(min_length=1, max_length=REQUEST_ID_LENGTH_MAX)]
StreamText = Annotated[str, Meta(max_length=100)]


class Envelope(Struct):
    """What is looked at first: which frame it is, and whom to answer."""

    type: Annotated[str, Meta(max_length=32)]
    req: RequestId


class Resume(Struct):
    """The last frame that a client has of a stream."""

    epoch: Annotated[str, Meta(max_length=64)]
    seq: Annotated[int, Meta(ge=0, le=2**63 - 1)]


class StreamRequest(Struct):
    """One stream to be subscribed to."""

    channel: Annotated[str, Meta(max_length=32)]
    symbol: Annotated[str, Meta(max_length=32)] | None = None
    depth: int | Annotated[str, Meta(max_length=8)] | None = None
    interval_ms: int = 0
    interval: Annotated[str, Meta(max_length=8)] | None = None
    view: Annotated[str, Meta(max_length=32)] | None = None
    on_slow: OnSlow | None = None
    resume: Resume | None = msgspec.field(default=None, name="from")


class Subscribe(Struct):
    """Send me these streams. Each entry is answered for itself."""

    req: RequestId
    streams: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=1_000)]


class Unsubscribe(Struct):
    """Send me no more of these streams, by their name `s`."""

    req: RequestId
    streams: Annotated[list[StreamText], Meta(min_length=1, max_length=1_000)]


class Auth(Struct):
    """This is who I am."""

    req: RequestId
    method: Annotated[str, Meta(max_length=32)]
    key: Annotated[str, Meta(min_length=1, max_length=KEY_LENGTH_MAX)] | None = None
    """With the method `bearer`."""
    ticket: Annotated[str, Meta(min_length=1, max_length=KEY_LENGTH_MAX)] | None = None
    """With the method `ticket`: from `POST /v1/feed/tickets`, for one connection within 30 s."""


class Ping(Struct):
    """Are you there, and what time is it? `t` comes back as it was."""

    req: RequestId
    t: int | Annotated[str, Meta(max_length=64)] | None = None


class Resync(Struct):
    """I have lost the thread of this stream: send me a snapshot."""

    req: RequestId
    s: StreamText
    have: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None


# --- what the server sends ---


class Limits(Struct, frozen=True):
    """The bounds that concern a client."""

    subscriptions: int
    inbound_per_s: int
    connections_per_ip: int
    frame_bytes: int
    queue_bytes: int
    queue_frames: int
    queue_age_ms: int


class Retention(Struct, frozen=True):
    """How far back each kind of stream can be resumed from, as ISO 8601 durations."""

    book: str
    trades: str
    private: str


class Welcome(Struct, frozen=True, tag="welcome"):
    """The first frame."""

    conn: str
    server_time: str
    nonce: str
    heartbeat_s: int
    subscribe_within_s: int
    limits: Limits
    retention: Retention


class Failure(Struct, frozen=True, kw_only=True):
    """What is wrong, with the bound that was met if it is one."""

    code: ErrorCode
    detail: str
    retry_after_ms: int | UnsetType = UNSET
    limit: int | UnsetType = UNSET
    used: int | UnsetType = UNSET
    doc: str | UnsetType = UNSET


class StreamResult(Struct, frozen=True, kw_only=True):
    """The answer to one entry of a request about streams."""

    ok: bool
    s: str | UnsetType = UNSET
    mode: str | UnsetType = UNSET
    """`live`: the next frame follows `head`. `snapshot`: a snapshot comes first. `resumed`: the
    next frame follows the client's `from`, and what it missed, up to `head`, comes at once."""
    epoch: str | UnsetType = UNSET
    head: int | UnsetType = UNSET
    error: Failure | UnsetType = UNSET


class Ack(Struct, frozen=True, kw_only=True, tag="ack"):
    """The one answer to a request that was understood."""

    req: str
    results: list[StreamResult] | UnsetType = UNSET
    party_id: str | UnsetType = UNSET
    """To `auth`: who you are."""


class Error(Struct, frozen=True, kw_only=True, tag="error"):
    """The one answer to a request that was refused, or, without `req`, why the connection ends."""

    req: str | UnsetType = UNSET
    code: ErrorCode
    detail: str
    retry_after_ms: int | UnsetType = UNSET
    limit: int | UnsetType = UNSET
    used: int | UnsetType = UNSET
    resume: dict[str, Head] | UnsetType = UNSET
    """Of `slow_consumer`: the last frame really sent of each stream whose snapshot was sent."""
    doc: str


class Ended(Struct, frozen=True, kw_only=True, tag="ended"):
    """A stream of yours has ended: no frame of it follows, as if you had unsubscribed."""

    s: str
    code: ErrorCode
    detail: str
    doc: str


class Pong(Struct, frozen=True, tag="pong"):
    """The one answer to `ping`."""

    req: str
    t: int | str | None
    server_time: str


class Heartbeat(Struct, frozen=True, tag="heartbeat"):
    """A sign of life, with the seq of the last frame published on each stream that moved."""

    n: int
    time: str
    heads: dict[str, Head]


class SlowConsumerWarning(Struct, frozen=True, tag="notice"):
    """Half of the queue is full."""

    queued: int
    lag_ms: int
    code: str = "slow_consumer_warning"


class GoingAway(Struct, frozen=True, tag="notice"):
    """The server stops at `deadline`; come back after a random time within the bounds."""

    deadline: str
    reconnect_after_ms: tuple[int, int]
    code: str = "going_away"


class BookSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """All visible levels, best first."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    bids: list[Level]
    asks: list[Level]
    crc: int
    crossed: bool | UnsetType = UNSET
    """True: orders that do not trade with each other at every size stand crossed."""
    part: int | UnsetType = UNSET
    """From 1; the book is complete, and `crc` true, with part `parts`."""
    parts: int | UnsetType = UNSET


class BookUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """What one command did to the visible levels, as absolute values."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    bids: list[Level]
    asks: list[Level]
    crc: int
    crossed: bool | UnsetType = UNSET
    """True: orders that do not trade with each other at every size stand crossed."""
    conflated: int | UnsetType = UNSET
    """How many updates this one merges for a slow client."""


class Checkpoint(Struct, frozen=True, kw_only=True, tag="checkpoint"):
    """The whole visible book at `seq`, as a checksum; no change."""

    s: str
    epoch: str
    seq: int
    full_crc: int
    levels: int
    """Of both sides."""


class TradeItem(Struct, frozen=True, kw_only=True):
    """One trade, new or in a new state."""

    trade_id: str
    """+1 per product."""
    price: str
    quantity: str
    aggressor: str
    """`buy` or `sell`: the side that came second."""
    state: str
    """`matched`, then `settled` or `cancelled`."""
    time: str
    """Of the match."""


class TradesSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """The most recent trades, oldest first."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    trades: list[TradeItem]


class TradesUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """The trades that one command made, settled or cancelled."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    trades: list[TradeItem]


class TickerSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """The product at a glance."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    bid: tuple[str, str] | None
    """Price and quantity."""
    ask: tuple[str, str] | None
    last: str | None
    last_time: str | None
    volume_24h: str
    """Units matched in 23:45 to 24:00 hours, whatever became of their transfers."""


class TickerUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """The product at a glance, after a change of it."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    bid: tuple[str, str] | None
    ask: tuple[str, str] | None
    last: str | None
    last_time: str | None
    volume_24h: str
    conflated: int | UnsetType = UNSET


CLIENT_FRAMES: Final = {
    "subscribe": Subscribe,
    "unsubscribe": Unsubscribe,
    "auth": Auth,
    "ping": Ping,
    "resync": Resync,
}
SERVER_FRAMES: Final = (
    Welcome,
    Ack,
    Error,
    Ended,
    Pong,
    Heartbeat,
    SlowConsumerWarning,
    GoingAway,
    BookSnapshot,
    BookUpdate,
    Checkpoint,
    TradesSnapshot,
    TradesUpdate,
    TickerSnapshot,
    TickerUpdate,
    AuctionSnapshot,
    AuctionUpdate,
    CandlesSnapshot,
    CandlesUpdate,
    TransfersSnapshot,
    TransfersUpdate,
    NegotiationsSnapshot,
    NegotiationsUpdate,
    StatusSnapshot,
    StatusUpdate,
    OrdersSnapshot,
    OrdersUpdate,
    HoldingsSnapshot,
    HoldingsUpdate,
    CashSnapshot,
    CashUpdate,
    ConfirmationsSnapshot,
    ConfirmationsUpdate,
)
Update = (
    BookUpdate
    | TradesUpdate
    | TickerUpdate
    | AuctionUpdate
    | CandlesUpdate
    | StatusUpdate
    | TransfersUpdate
    | NegotiationsUpdate
    | OrdersUpdate
    | HoldingsUpdate
    | CashUpdate
    | ConfirmationsUpdate
)
"""A frame that is a link of a stream's chain."""

_ENCODER: Final = msgspec.json.Encoder()


def encode(frame: Struct) -> bytes:
    """The frame as it is on the wire, in UTF-8."""
    return _ENCODER.encode(frame)


def format_time(at_ns: int) -> str:
    """A moment in RFC 3339, UTC, with nine decimals. Not for ordering: that is what seq is for."""
    seconds, nanoseconds = divmod(at_ns, NS_PER_S)
    return f"{_whole_seconds(seconds)}.{nanoseconds:09d}Z"


@lru_cache(maxsize=1_024)
def _whole_seconds(seconds: int) -> str:
    return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}"
