"""The frames of the channel `transfers`, of those in api/feed/messages.py."""

from msgspec import UNSET, Struct, UnsetType

from api.feed.snapshot_reason import SnapshotReason


class TransferItem(Struct, frozen=True, kw_only=True):
    """One transfer of title, for one of its parties."""

    transfer_id: str
    symbol: str
    trade_id: str
    role: str
    """Of this party: `seller`, `buyer` or `trust_company`."""
    state: str
    """In a sandbox `SUBMITTED`, then `SETTLED`, `REJECTED` or `LAPSED`; all: docs/states.md."""
    version: int
    seller_id: str
    buyer_id: str
    trust_company_id: str
    units: str
    price: str
    consideration: str
    accrued: str | UnsetType = UNSET
    """Income paid besides a clean price; left out where the price is not clean."""
    venue_fee: str | UnsetType = UNSET
    """This party's own; a trust company is not told it."""
    trust_company_fee: str
    """This party's own; to a trust company both together."""
    opened_at: str
    deadline: str | None
    """When the state ends by itself."""
    notices: int
    """To the trust company: 1 not acknowledged, 2 reminded, 3 escalated."""
    overlays: list[str]
    """What stops the clocks; `HELD` may stand for anything."""
    rescindable: bool
    """Whether overlays have stood for their longest time: the buyer may rescind."""
    decided_at: str | None
    rejection_reason: str | None
    claimed_by: str | UnsetType = UNSET
    """The trust company's officer who works on it; like the next three told to it alone, and left
    out where there is nothing to tell."""
    made_by: str | UnsetType = UNSET
    """Whose proposal waits for a checker, or was approved."""
    checked_by: str | UnsetType = UNSET
    approvals_lapsed: str | UnsetType = UNSET
    """Why the last proposal lapsed, if none was made since: `RESET` or `RETURN`."""


class PreemptionItem(Struct, frozen=True, kw_only=True):
    """A transfer whose buyer's place this party may take, by a right of pre-emption."""

    transfer_id: str
    symbol: str
    units: str
    price: str
    consideration: str
    accrued: str | UnsetType = UNSET
    """Income paid besides a clean price; left out where the price is not clean."""
    venue_fee: str
    """What this party would pay beside the consideration, like the next."""
    trust_company_fee: str
    deadline: str | None
    """When silence waives."""
    version: int
    """Which an answer names."""
    waived: bool
    """Whether this party has let it go, and it is not over yet."""
    offered: bool
    """False: it is over, whoever has the units then."""


class TransfersSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """All pending transfers of the party, oldest first, then what is offered to it."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    transfers: list[TransferItem]
    offers: list[PreemptionItem] | UnsetType = UNSET
    """Left out where there is none."""
    part: int | UnsetType = UNSET
    parts: int | UnsetType = UNSET


class TransfersUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """The party's transfers that one command opened or decided; a decided one is not sent again."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    transfers: list[TransferItem]
    offers: list[PreemptionItem] | UnsetType = UNSET
    """Those that the command made, changed or ended; left out where it did not."""
