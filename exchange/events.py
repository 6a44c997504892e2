"""Events: what has happened, in the past tense. Journaled with their command, and the source of
every view and feed frame.

A tag is kind × 100 + version, like a command's. The engine alone emits them. Each says by itself
what became true, so that a view can be built from events without the commands.
"""

from typing import TypeAlias

from exchange.calendar_events import CalendarEvent
from exchange.claim_events import MarketClaimRaised
from exchange.class_events import ClassEvent
from exchange.client_events import ClientEvent
from exchange.commands import CreateProduct
from exchange.desk_events import DeskEvent
from exchange.event import Event
from exchange.evidence_events import EvidenceEvent
from exchange.fee_events import FeeScheduleSet
from exchange.fees import FeeSchedule
from exchange.halt_events import HaltEvent
from exchange.market_events import MarketEvent
from exchange.money_events import MoneyEvent
from exchange.negotiation_events import NegotiationEvent
from exchange.price_events import PriceEvent
from exchange.price_types import AccruedIncome
from exchange.refusals import Refusal
from exchange.register_events import RegisterEvent
from exchange.reserve_events import ReserveEvent
from exchange.review_events import ApprovalsLapsed, Review
from exchange.rules_events import RulesEvent
from exchange.slot_events import SlotEvent
from exchange.types import (
    CloseReason,
    Fen,
    OfficerId,
    PartyId,
    PartyKind,
    RejectionReason,
    ReturnReason,
    VenueProfile,
)
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.calendar import Calendar
from registry.transfer import Overlay, TransferEvent, TransferState, Who
from registry.types import HolderId, LotId, ProductId, TimeNs, TransferId, Units


class CommandRefused(Event, frozen=True, kw_only=True, tag=101):
    """The command changed nothing, for this reason."""

    refusal: Refusal


class VenueOpened(Event, frozen=True, kw_only=True, tag=202):
    """The venue exists; its operator is party 1."""

    operator_id: PartyId
    profile: VenueProfile
    fee_schedule: FeeSchedule
    calendars: tuple[Calendar, ...]
    four_eyes: bool


class PartyRegistered(Event, frozen=True, kw_only=True, tag=301):
    """The party may act; its account is empty."""

    party_id: PartyId
    kind: PartyKind


class ProductCreated(Event, frozen=True, kw_only=True, tag=402):
    """The product has these terms; it may be traded unless they ask for a sign-off."""

    product_id: ProductId
    terms: CreateProduct


class OrderAccepted(Event, frozen=True, kw_only=True, tag=701):
    """The order was checked and its cost reserved: money of a buyer, units of a seller. Nothing
    rests yet."""

    order_id: OrderId
    party_id: PartyId
    product_id: ProductId
    side: Side
    price: Price
    quantity: Quantity
    time_in_force: TimeInForce
    reserved: int
    """Fen for a buy (limit value, accrued income and all fees), units for a sell."""
    expires_at_ns: TimeNs | None = None
    """When it expires by itself: until then income accrues of a bid at a clean price."""


class OrderConstrained(Event, frozen=True, kw_only=True, tag=1801):
    """The order that was just accepted does not trade at every size."""

    order_id: OrderId
    minimum_quantity: Quantity
    all_or_none: bool
    whole_only: bool


class OrderRetried(Event, frozen=True, kw_only=True, tag=1901):
    """A resting all-or-none order left its level, for what has gathered on the other side fills all
    of it; its fills follow, as the taker."""

    order_id: OrderId
    product_id: ProductId
    side: Side
    price: Price
    quantity: Quantity


class OrderRested(Event, frozen=True, kw_only=True, tag=801):
    """What is left of the order stands in the book, last in its price level."""

    order_id: OrderId
    product_id: ProductId
    side: Side
    price: Price
    quantity: Quantity


class OrderFilled(Event, frozen=True, kw_only=True, tag=901):
    """Two orders met at the maker's price; the transfer of the same id was opened."""

    transfer_id: TransferId
    product_id: ProductId
    trade_number: int
    """Of the product, from 1, without gaps."""
    maker_order_id: OrderId
    taker_order_id: OrderId
    taker_side: Side
    price: Price
    quantity: Quantity
    maker_remaining: Quantity
    taker_remaining: Quantity
    buyer_id: PartyId
    seller_id: PartyId


class OrderReduced(Event, frozen=True, kw_only=True, tag=1001):
    """The order lost open quantity at its owner's wish and kept its place."""

    order_id: OrderId
    party_id: PartyId
    product_id: ProductId
    side: Side
    price: Price
    quantity_removed: Quantity
    quantity: Quantity
    reserved: int


class OrderReplaced(Event, frozen=True, kw_only=True, tag=1101):
    """The order left its old level and is now a newcomer at the new price; fills and OrderRested
    may follow."""

    order_id: OrderId
    party_id: PartyId
    product_id: ProductId
    side: Side
    old_price: Price
    old_quantity: Quantity
    price: Price
    quantity: Quantity
    reserved: int


class OrderClosed(Event, frozen=True, kw_only=True, tag=1201):
    """The order's open quantity was withdrawn and what was reserved for it freed."""

    order_id: OrderId
    party_id: PartyId
    product_id: ProductId
    side: Side
    price: Price
    quantity: Quantity
    was_resting: bool
    released: int
    """Fen of a buy, units of a sell, that are available again."""
    reason: CloseReason


class TransferOpened(Event, frozen=True, kw_only=True, tag=1302):
    """A transfer is pending: units locked, money in escrow, the first state of its way begun."""

    transfer_id: TransferId
    product_id: ProductId
    trade_number: int
    seller_id: PartyId
    buyer_id: PartyId
    trust_company_id: PartyId
    units: Units
    price: Price
    consideration: Fen
    buyer_fee_venue: Fen
    buyer_fee_trust_company: Fen
    seller_fee_venue: Fen
    seller_fee_trust_company: Fen
    paid: Fen
    """In escrow of what the buyer pays: all, or his deposit."""
    state: TransferState
    deadline_ns: TimeNs | None
    """When the state ends by itself."""
    version: int
    preempts: TransferId | None = None
    """The transfer whose buyer this one's has replaced, with a right of pre-emption."""
    accrued: AccruedIncome | None = None
    """What the buyer pays besides a clean price."""


class TransferAdvanced(Event, frozen=True, kw_only=True, tag=2001):
    """Something has happened to a transfer that is open, or whose registration is waited for, and
    moved no title."""

    transfer_id: TransferId
    product_id: ProductId
    trade_number: int
    seller_id: PartyId
    buyer_id: PartyId
    trust_company_id: PartyId
    units: Units
    paid: Fen
    """What the buyer has put in escrow so far."""
    event: TransferEvent | None
    """None: a deadline passed while nobody could act, and is set anew."""
    state: TransferState
    deadline_ns: TimeNs | None
    """When the state ends by itself."""
    notices: int
    """To the trust company since it got the pack: 1 unacknowledged, 2 reminded, 3 escalated."""
    officer: str | None
    """The key of the officer who caused it."""
    overlays: Overlay
    """For the operator: everybody else is told `overlays.told`."""
    overlay_ns: TimeNs | None
    """When they have stood for their longest time."""
    rescindable: bool
    rescind_until_ns: TimeNs | None
    """Until when the buyer may rescind whatever stands, before CONFIRMED."""
    signed: Who
    consented: Who
    """Who has agreed to cancel."""
    documents_overdue: bool
    """Only documents keep the agreement from being made: it lapses at the deadline."""
    returns: int
    returned_to: Who
    return_reason: ReturnReason | None
    version: int
    review: Review | None = None
    """None: nobody has claimed it yet."""
    waived: tuple[HolderId, ...] = ()
    """Who makes no use of his right of pre-emption."""


class TransferSettled(Event, frozen=True, kw_only=True, tag=1402):
    """The one record of effect: the trust company confirmed, title moved to the buyer and money to
    the seller."""

    transfer_id: TransferId
    product_id: ProductId
    trade_number: int
    seller_id: PartyId
    buyer_id: PartyId
    trust_company_id: PartyId
    units: Units
    seller_credit: Fen
    """Consideration less the seller's fees."""
    venue_credit: Fen
    trust_company_credit: Fen
    officer: str
    registration_due_ns: TimeNs | None
    """When its change registration is to be acknowledged; None: the product waits for none."""
    version: int


class TransferFailed(Event, frozen=True, kw_only=True, tag=1502):
    """The transfer has ended in this state without effect: money with the buyer but for a deposit
    that he has forfeited, units unlocked, or locked for a transfer in its place (PREEMPTED)."""

    transfer_id: TransferId
    product_id: ProductId
    trade_number: int
    seller_id: PartyId
    buyer_id: PartyId
    trust_company_id: PartyId
    units: Units
    event: TransferEvent
    state: TransferState
    refund: Fen
    """What of the buyer's was in escrow and is his again, fees too."""
    forfeited: Fen
    """What of it went to the seller."""
    reason: RejectionReason | None
    officer: str | None
    """The key that decided last: that rejected or cancelled it, or had confirmed it."""
    fault: Who
    """Whose fault it is, if anybody's."""
    fault_fee: Fen
    """What he has paid to the other party."""
    fault_fee_owed: Fen
    """What he should have paid too and had not."""
    version: int


class TransferReversed(Event, frozen=True, kw_only=True, tag=2101):
    """A settled transfer is undone by a record of its own: its units are a new lot of the seller's,
    and the payer has paid the buyer the amount that was stated."""

    transfer_id: TransferId
    product_id: ProductId
    trade_number: int
    seller_id: PartyId
    buyer_id: PartyId
    trust_company_id: PartyId
    units: Units
    lot_id: LotId
    """The seller's new one."""
    payer_id: PartyId
    amount: Fen
    authority: bytes
    """SHA-256 of the document that orders or proves it."""
    confirmed_by: OfficerId
    """The trust company's officer who stands for it."""
    officer: str
    version: int


class TransferRedeemed(Event, frozen=True, kw_only=True, tag=2301):
    """What a transfer moved to the buyer when it settled just now is redeemed: the units exist no
    more, and the trust company has paid him the proceeds."""

    transfer_id: TransferId
    product_id: ProductId
    trade_number: int
    seller_id: PartyId
    buyer_id: PartyId
    trust_company_id: PartyId
    units: Units
    proceeds: Fen
    officer: str
    """The key of the officer who has redeemed it."""
    version: int


class TimeAdvanced(Event, frozen=True, kw_only=True, tag=1701):
    """The clock was journaled; timers that were due precede this event. `downtime_from_ns` states
    a gap."""

    downtime_from_ns: TimeNs | None


AnyEvent: TypeAlias = (
    CommandRefused
    | VenueOpened
    | PartyRegistered
    | ProductCreated
    | OrderAccepted
    | OrderConstrained
    | OrderRested
    | OrderRetried
    | OrderFilled
    | OrderReduced
    | OrderReplaced
    | OrderClosed
    | TransferOpened
    | TransferAdvanced
    | TransferSettled
    | TransferFailed
    | TransferReversed
    | TransferRedeemed
    | RegisterEvent
    | TimeAdvanced
    | DeskEvent
    | ApprovalsLapsed
    | MoneyEvent
    | EvidenceEvent
    | ClientEvent
    | MarketEvent
    | NegotiationEvent
    | PriceEvent
    | ReserveEvent
    | FeeScheduleSet
    | RulesEvent
    | HaltEvent
    | CalendarEvent
    | MarketClaimRaised
    | SlotEvent
    | ClassEvent
)
"""The union that the codec decodes."""
