"""The frames of the channels `orders`, `holdings` and `cash`."""

from msgspec import UNSET, Struct, UnsetType

from api.feed.snapshot_reason import SnapshotReason


class OrderItem(Struct, frozen=True, kw_only=True):
    """An order of the party as a commit has left it, whole: as `/v1/orders` has it."""

    order_id: str
    client_order_id: str
    symbol: str
    side: str
    """`BUY` or `SELL`."""
    price: str
    quantity: str
    open_quantity: str
    filled_quantity: str
    reserved_money: str | None
    """Of a buy, with the fees."""
    reserved_units: str | None
    """Of a sell."""
    consideration: str
    """Of all fills, like the next two."""
    accrued: str
    fees: str
    time_in_force: str
    post_only: bool
    expires_at: str | None
    minimum_quantity: str | None
    all_or_none: bool
    whole_only: bool
    status: str
    """It is open while it is `OPEN` or `PARTIALLY_MATCHED`; one that is not is not sent again."""
    version: int
    placed_at: str
    changed_at: str


class FindingItem(Struct, frozen=True, kw_only=True):
    """What a rule said of an order that may stand no longer; its words: `/v1/orders/{order_id}`."""

    rule_id: str
    version: str
    pack: str
    pack_version: str
    verdict: str
    reason_code: str
    source: str


class OrderEvent(Struct, frozen=True, kw_only=True):
    """Something that has happened to an order."""

    order_id: str
    event: str
    """`accepted`, `rested`, `retried` (all-or-none: it left the book to be filled), `filled`,
    `reduced`, `replaced`, `reserved` (another amount stands behind it) or `closed`."""
    price: str | UnsetType = UNSET
    """Of the order, or of the fill."""
    quantity: str | UnsetType = UNSET
    """That rests, was filled, or was withdrawn; of `accepted`, `reduced` and `replaced` all that is
    open after it."""
    open_quantity: str | UnsetType = UNSET
    """Of `filled`: what is left."""
    role: str | UnsetType = UNSET
    """Of `filled`: `maker` or `taker`."""
    trade_id: str | UnsetType = UNSET
    """Of `filled`, like the next five: as on `trades`."""
    transfer_id: str | UnsetType = UNSET
    """As on `transfers`."""
    consideration: str | UnsetType = UNSET
    accrued: str | UnsetType = UNSET
    """Income besides a clean price; left out where the price is not clean."""
    venue_fee: str | UnsetType = UNSET
    """This party's own, like the next."""
    trust_company_fee: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    """Of `closed`: `CANCELLED` by its owner, `EXPIRED`, `IMMEDIATE_OR_CANCEL`, `SEARCH_LIMIT`,
    `WITHDRAWN_BY_VENUE` or `NOT_DEALT`."""
    findings: list[FindingItem] | UnsetType = UNSET
    """Of one that was withdrawn because the rules let it stand no longer."""
    money_needed: str | UnsetType = UNSET
    """Of a bid that was withdrawn because income changed and money did not suffice."""
    money_available: str | UnsetType = UNSET


class OrdersSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """All open orders of the party, oldest first."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    orders: list[OrderItem]
    part: int | UnsetType = UNSET
    parts: int | UnsetType = UNSET


class OrdersUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """What one command did to the party's orders."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    events: list[OrderEvent]
    """In their order."""
    orders: list[OrderItem]
    """Of those that no later command of the same commit has touched again: there they are."""


class HoldingItem(Struct, frozen=True, kw_only=True):
    """What the party has of one product; a total of 0: nothing any more."""

    symbol: str
    total: str
    available: str
    reserved: str
    """Behind open sell orders."""
    locked: str
    """Behind pending transfers."""
    pledged: str
    frozen: str


class HoldingsSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """All that the party holds."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    holdings: list[HoldingItem]
    part: int | UnsetType = UNSET
    parts: int | UnsetType = UNSET


class HoldingsUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """The holdings that a commit has changed, whole. `eseq` is the last command of the commit."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    holdings: list[HoldingItem]


class CashItem(Struct, frozen=True, kw_only=True):
    """The party's money at the custodian; of the operator and trust companies, their fees."""

    currency: str
    total: str
    available: str
    reserved: str
    """Behind open buy orders, fees included."""
    escrow: str
    """Behind pending transfers, fees included."""
    frozen: str
    """On its way to the party's bank."""
    deposited: str
    withdrawn: str


class CashSnapshot(Struct, frozen=True, kw_only=True, tag="snapshot"):
    """The party's money."""

    s: str
    epoch: str
    seq: int
    eseq: int
    time: str
    sent: str
    reason: SnapshotReason
    cash: CashItem


class CashUpdate(Struct, frozen=True, kw_only=True, tag="update"):
    """The party's money after a commit that has changed it. `eseq` is its last command."""

    s: str
    epoch: str
    prev: int
    seq: int
    eseq: int
    time: str
    sent: str
    cash: CashItem
