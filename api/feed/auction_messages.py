"""The frames of the channel `auction`."""

from msgspec import UNSET, Struct, UnsetType

from api.feed.snapshot_reason import SnapshotReason


class AuctionSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """The call auctions of a product; all null while it is in another market mode."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    opens_at: str | None
    """From when on the next auction may come."""
    latest_at: str | None
    """And until when; the moment itself is told by the auction."""
    extended: bool
    """Whether it was put off because its price was beyond its band; the next time it halts."""
    price: str | None
    """At which what has gathered would trade; null: nothing would."""
    volume: str
    surplus: str
    """What would be left of the larger side: of buyers above 0, of sellers below."""
    last_price: str | None
    """Of the last auction; null: nothing traded in it, or there was none."""
    last_volume: str
    last_time: str | None


class AuctionUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """The same after a change of it, told at most once a second while orders gather."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    opens_at: str | None
    latest_at: str | None
    extended: bool
    price: str | None
    volume: str
    surplus: str
    last_price: str | None
    last_volume: str
    last_time: str | None
    conflated: int | UnsetType = UNSET
