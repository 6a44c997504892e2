"""The frames of the channel `confirmations`."""

from msgspec import UNSET, Struct, UnsetType

from api.feed.snapshot_reason import SnapshotReason
from api.feed.transfer_messages import TransferItem


class ConfirmationItem(Struct, frozen=True, kw_only=True):
    """A transfer that waits for the trust company's decision, or no longer does."""

    change: str
    """`added`; `claimed` by an officer or `released`; `changed` otherwise; `gone`: decided, lapsed,
    returned or cancelled. In a snapshot `added`."""
    claimed_until: str | UnsetType = UNSET
    """While an officer has it."""
    transfer: TransferItem
    """As on `transfers`; its `deadline` is when silence ends it."""


class ConfirmationsSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """All that wait, oldest first."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    confirmations: list[ConfirmationItem]
    part: int | UnsetType = UNSET
    parts: int | UnsetType = UNSET


class ConfirmationsUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """What one command did to the queue."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    confirmations: list[ConfirmationItem]
