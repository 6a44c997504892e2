"""The frames of the channel `status`."""

from msgspec import UNSET, Struct, UnsetType

from api.feed.snapshot_reason import SnapshotReason


class HaltItem(Struct, frozen=True, kw_only=True):
    """A halt that stops trade in the product."""

    halt_id: str
    level: str
    """`PRODUCT`, or `VENUE`: every product is halted."""
    reason: str
    """As in `/v1/halts`."""
    since: str
    review_at: str
    """When it is to be looked at again; nothing happens by itself then."""


class ComingModeItem(Struct, frozen=True, kw_only=True):
    """The market mode that was announced. If something of the present mode is open when its day
    begins, the product keeps that one."""

    mode: str
    effective_on: str
    """The first day in it, by the product's calendar."""


class StatusSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """Whether a product is traded: it is while its state is `LIVE` and no halt stands. And how."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    state: str
    """Of the product, as in `/v1/products`."""
    halts: list[HaltItem]
    """Those that stand, the oldest first."""
    mode: str
    """How deals in it are made, as in `/v1/products/{symbol}/market-mode`."""
    coming_mode: ComingModeItem | None
    """How they will be, if a change was announced."""


class StatusUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """The same after a change of it, whole."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    state: str
    halts: list[HaltItem]
    mode: str
    coming_mode: ComingModeItem | None
    conflated: int | UnsetType = UNSET
