"""The frames of the channel `negotiations`."""

from msgspec import UNSET, Struct, UnsetType

from api.feed.snapshot_reason import SnapshotReason


class OfferItem(Struct, frozen=True, kw_only=True):
    """What one party would trade at, or would have."""

    offer_id: str
    party_id: str
    price: str
    quantity: str
    state: str
    """`STANDING`, `PICKED`, or what became of it: told once."""
    lapses_at: str


class NegotiationItem(Struct, frozen=True, kw_only=True):
    """A deal in the making of which the party may hear, or what became of it."""

    negotiation_id: str
    symbol: str
    market_mode: str
    opener_id: str
    side: str
    """The opener's."""
    price: str | None
    """null: quotes are asked for."""
    quantity: str
    open_quantity: str
    parts: bool
    acceptance: str | None
    open_to_all: bool
    state: str
    lapses_at: str
    transfer_id: str | None
    """Of the last deal; to its opener, or between two."""
    offers: list[OfferItem]
    """All to the opener, and to the other of two; else the party's own."""


class NegotiationsSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """All open negotiations of which the party may hear, oldest first."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    negotiations: list[NegotiationItem]
    part: int | UnsetType = UNSET
    parts: int | UnsetType = UNSET


class NegotiationsUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """Those that one command opened or changed for the party; one that has ended is not sent again.
    `seq` is `eseq`."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    negotiations: list[NegotiationItem]
