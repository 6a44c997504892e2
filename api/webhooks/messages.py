"""What is told: an event of the outbox becomes a message to each party of the transfer and to
those it is offered to, to those who see the pledge or freeze, to the trust company whose exception
it is, to the client of whom something that is known ends, or whose orders may stand no longer, and
to the trust company whose product is halted, to all where the whole venue is, and to a party
that is halted itself; and of deals in the making to who makes an offer, and to whom it is made.

A message says what has happened and in which version the transfer is now; everything else is asked
for at `/v1/transfers/{transfer_id}`, `/v1/preemptions`, `/v1/encumbrances/{encumbrance_id}`,
`/v1/exceptions/{exception_id}`, `/v1/profile`, `/v1/orders/{order_id}`, `/v1/halts/{halt_id}` or
`/v1/negotiations/{negotiation_id}`. So it tells nobody what is not for him, and one that comes
twice, late or in another order than it was sent is harmless.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from api.schemas.decimals import format_day, format_decimal, format_moment
from exchange.client_events import ProfileEnding, ProfileLapsed
from exchange.commands import CreateProduct
from exchange.desk_events import ExceptionRaised, ExceptionResolved
from exchange.events import (
    AnyEvent,
    TransferAdvanced,
    TransferFailed,
    TransferOpened,
    TransferRedeemed,
    TransferReversed,
    TransferSettled,
)
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.halt_types import HaltLevel
from exchange.modes.negotiation import NegotiationState, OfferState
from exchange.negotiation_events import NegotiationOpened, OfferEnded, OfferMade, OfferPicked
from exchange.register_events import EncumbranceReleased, UnitsEncumbered
from exchange.reserve_events import BidUnfunded
from exchange.review_events import ApprovalsLapsed
from exchange.rules_events import ClearanceDecided, OrdersDisqualified
from exchange.store.queries import OutboxRow
from exchange.types import PartyId
from matching import Side
from registry.preemption import asked_of
from registry.transfer import TransferState
from registry.types import HolderId, ProductId

Role = Literal[
    "TRUST_COMPANY", "SELLER", "BUYER", "HOLDER", "RIGHT_HOLDER", "CLIENT", "MAKER", "TAKER"
]
TransferTold: TypeAlias = (
    TransferOpened
    | TransferAdvanced
    | TransferSettled
    | TransferFailed
    | TransferReversed
    | TransferRedeemed
    | ApprovalsLapsed
)
EncumbranceTold: TypeAlias = UnitsEncumbered | EncumbranceReleased
ExceptionTold: TypeAlias = ExceptionRaised | ExceptionResolved
ProfileTold: TypeAlias = ProfileEnding | ProfileLapsed
OrdersTold: TypeAlias = OrdersDisqualified | BidUnfunded
HaltTold: TypeAlias = TradeHalted | HaltLifted
NegotiationTold: TypeAlias = NegotiationOpened | OfferMade | OfferPicked | OfferEnded
Told: TypeAlias = (
    TransferTold
    | EncumbranceTold
    | ExceptionTold
    | ProfileTold
    | OrdersTold
    | ClearanceDecided
    | HaltTold
    | NegotiationTold
)
TermsOf: TypeAlias = Callable[[ProductId], CreateProduct]
TrustCompanies: TypeAlias = Callable[[], Sequence[PartyId]]

TYPES: Final[Mapping[type[AnyEvent], str]] = {
    TransferOpened: "transfer.opened",
    TransferAdvanced: "transfer.advanced",
    TransferSettled: "transfer.settled",
    ApprovalsLapsed: "transfer.approvals_lapsed",
    TransferReversed: "transfer.reversed",
    TransferRedeemed: "transfer.redeemed",
    UnitsEncumbered: "units.encumbered",
    EncumbranceReleased: "units.released",
    ExceptionRaised: "exception.raised",
    ExceptionResolved: "exception.resolved",
    ProfileEnding: "profile.ending",
    ProfileLapsed: "profile.lapsed",
    OrdersDisqualified: "orders.withdrawn",
    ClearanceDecided: "clearance.decided",
    BidUnfunded: "orders.withdrawn",
    TradeHalted: "trade.halted",
    HaltLifted: "halt.lifted",
    NegotiationOpened: "quotes.requested",
    OfferMade: "offer.made",
    OfferPicked: "offer.picked",
    OfferEnded: "offer.ended",
}
"""The type of the message about each event; one about a failure is named by its end."""
OFFERED: Final = "preemption.offered"
"""To those with a right of pre-emption: a transfer is offered to them, or its offer has changed."""


class TransferData(msgspec.Struct, frozen=True, kw_only=True):
    """The transfer, as any of its parties may know it."""

    transfer_id: str
    symbol: str
    trade_number: int
    role: Role
    """The receiver's."""
    seller_id: str
    buyer_id: str
    trust_company_id: str
    units: str
    state: str
    version: int
    """Higher is newer: a message with a lower one than was seen says nothing new."""


class OfferData(msgspec.Struct, frozen=True, kw_only=True):
    """The transfer whose buyer's place the receiver may take: not who sells or buys."""

    transfer_id: str
    symbol: str
    role: Role
    trust_company_id: str
    units: str
    version: int
    """As of a transfer; an answer names it."""


class EncumbranceData(msgspec.Struct, frozen=True, kw_only=True):
    """The pledge or freeze, as its holder and his trust company know it."""

    encumbrance_id: str
    symbol: str
    role: Role
    """The receiver's."""
    holder_id: str
    trust_company_id: str
    kind: str
    units: str
    state: Literal["STANDS", "ENDED"]
    """ENDED is the newer, and for good."""


class ExceptionData(msgspec.Struct, frozen=True, kw_only=True):
    """The exception; how it stands, what it is about says."""

    exception_id: str
    kind: str
    subject_id: str


class ProfileData(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the receiver and ends, or has ended."""

    party_id: str
    fact: str
    last_day: str
    days_left: int
    """The last day included; 0: it is over."""


class OrdersData(msgspec.Struct, frozen=True, kw_only=True):
    """Orders of the receiver that the rules let stand no longer; why, each of them says."""

    symbol: str
    side: str
    order_ids: list[str]


class ClearanceData(msgspec.Struct, frozen=True, kw_only=True):
    """What a person has decided that a rule left to him; what passes, and why, it says itself."""

    clearance_id: str
    symbol: str
    rule_id: str
    state: Literal["CLEARED", "REFUSED"]


class PartyHaltData(msgspec.Struct, frozen=True, kw_only=True):
    """A halt of the receiver's own trade; since when, and until when, is at its own address."""

    halt_id: str
    party_id: str
    state: Literal["STANDS", "LIFTED"]
    """LIFTED is the newer, and for good. Trade goes on when no other halt stands."""


class HaltData(msgspec.Struct, frozen=True, kw_only=True):
    """A halt of trade; why, and until when, is at its own address."""

    halt_id: str
    symbol: str | None
    """Of the product; null: the whole venue."""
    state: Literal["STANDS", "LIFTED"]
    """LIFTED is the newer, and for good. Trade goes on when no other halt stands."""


class NegotiationData(msgspec.Struct, frozen=True, kw_only=True):
    """A deal in the making of which the receiver may hear; its terms are at its own address."""

    negotiation_id: str
    offer_id: str | None
    """Of which is told; null: quotes are asked for."""
    role: Role
    """The receiver's: who has made the offer, or to whom it is made."""
    state: str
    """Of the offer; of a request for quotes OPEN."""


Data: TypeAlias = (
    TransferData
    | OfferData
    | EncumbranceData
    | ExceptionData
    | ProfileData
    | OrdersData
    | ClearanceData
    | HaltData
    | PartyHaltData
    | NegotiationData
)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a webhook, as Standard Webhooks recommends it."""

    type: str
    timestamp: str
    """When it happened, not when it was sent."""
    sequence: str
    """Of the command in the venue's journal."""
    data: Data


def told(event: AnyEvent) -> Told:
    """The event of an outbox row."""
    assert isinstance(event, Told), event
    return event


def type_of(event: Told, role: Role) -> str:
    """The type of the message about an event to this role, such as `transfer.lapsed`."""
    if role == "RIGHT_HOLDER":
        return OFFERED
    if isinstance(event, TransferFailed):
        return f"transfer.{event.state.name.lower()}"
    return TYPES[type(event)]


def receivers(
    event: Told, terms_of: TermsOf, trust_companies: TrustCompanies
) -> dict[PartyId, Role]:
    """Who is told of the event, and as what: what officers have approved is their own affair, and
    who has let an offer go hears no more of it.

    Args:
        trust_companies: all that the venue has, asked for when all are told.
    """
    if isinstance(event, HaltTold):
        if event.level is HaltLevel.VENUE:
            return dict.fromkeys(trust_companies(), "TRUST_COMPANY")
        if event.level is HaltLevel.PARTY:
            return {PartyId(event.subject_id): "CLIENT"}
        return {terms_of(ProductId(event.subject_id)).trust_company_id: "TRUST_COMPANY"}
    if isinstance(event, NegotiationTold):
        return _dealers(event)
    if isinstance(event, EncumbranceTold):
        return {event.trust_company_id: "TRUST_COMPANY", event.holder_id: "HOLDER"}
    if isinstance(event, ApprovalsLapsed):
        return {event.trust_company_id: "TRUST_COMPANY"}
    if isinstance(event, ExceptionTold):
        assert event.trust_company_id is not None, event
        return {event.trust_company_id: "TRUST_COMPANY"}
    if isinstance(event, ProfileTold | OrdersTold | ClearanceDecided):
        return {event.party_id: "CLIENT"}
    roles: dict[PartyId, Role] = {
        event.trust_company_id: "TRUST_COMPANY",
        event.seller_id: "SELLER",
        event.buyer_id: "BUYER",
    }
    if isinstance(event, TransferAdvanced) and event.state is TransferState.PREEMPTION_OPEN:
        asked = asked_of(
            terms_of(event.product_id).transfer_terms,
            seller_id=HolderId(event.seller_id),
            buyer_id=HolderId(event.buyer_id),
        )
        for holder_id in asked:
            if holder_id not in event.waived:
                roles.setdefault(PartyId(holder_id), "RIGHT_HOLDER")
    return roles


def message(row: OutboxRow, role: Role, terms_of: TermsOf) -> Message:
    """What a party of this role is told."""
    event = told(row.event)
    data: Data
    if isinstance(event, ExceptionTold):
        data = _exception(event)
    elif isinstance(event, ProfileTold):
        data = _profile(event)
    elif isinstance(event, OrdersTold):
        data = _orders(event, terms_of(event.product_id))
    elif isinstance(event, ClearanceDecided):
        data = _clearance(event, terms_of(event.product_id))
    elif isinstance(event, HaltTold):
        data = _halt(event, terms_of)
    elif isinstance(event, NegotiationTold):
        data = _negotiation(event, role)
    elif isinstance(event, EncumbranceTold):
        data = _encumbrance(event, role, terms_of(event.product_id))
    elif role == "RIGHT_HOLDER":
        data = _offer(event, role, terms_of(event.product_id))
    else:
        data = _transfer(event, role, terms_of(event.product_id))
    return Message(
        type=type_of(event, role),
        timestamp=format_moment(row.at_ns),
        sequence=str(row.sequence),
        data=data,
    )


def encode(said: Message) -> bytes:
    """The bytes that are sent and signed, the same at every attempt."""
    return msgspec.json.encode(said)


def _transfer(event: TransferTold, role: Role, terms: CreateProduct) -> TransferData:
    return TransferData(
        transfer_id=str(event.transfer_id),
        symbol=terms.symbol,
        trade_number=event.trade_number,
        role=role,
        seller_id=str(event.seller_id),
        buyer_id=str(event.buyer_id),
        trust_company_id=str(event.trust_company_id),
        units=format_decimal(event.units, scale=terms.quantity_scale),
        state=_state_of(event).name,
        version=event.version,
    )


def _offer(event: TransferTold, role: Role, terms: CreateProduct) -> OfferData:
    return OfferData(
        transfer_id=str(event.transfer_id),
        symbol=terms.symbol,
        role=role,
        trust_company_id=str(event.trust_company_id),
        units=format_decimal(event.units, scale=terms.quantity_scale),
        version=event.version,
    )


def _encumbrance(event: EncumbranceTold, role: Role, terms: CreateProduct) -> EncumbranceData:
    return EncumbranceData(
        encumbrance_id=str(event.encumbrance_id),
        symbol=terms.symbol,
        role=role,
        holder_id=str(event.holder_id),
        trust_company_id=str(event.trust_company_id),
        kind=event.kind.name,
        units=format_decimal(event.units, scale=terms.quantity_scale),
        state="STANDS" if isinstance(event, UnitsEncumbered) else "ENDED",
    )


def _exception(event: ExceptionTold) -> ExceptionData:
    return ExceptionData(
        exception_id=str(event.exception_id),
        kind=event.kind.name,
        subject_id=str(event.subject_id),
    )


def _profile(event: ProfileTold) -> ProfileData:
    return ProfileData(
        party_id=str(event.party_id),
        fact=event.fact.name,
        last_day=format_day(event.last_day),
        days_left=event.days_left if isinstance(event, ProfileEnding) else 0,
    )


def _orders(event: OrdersTold, terms: CreateProduct) -> OrdersData:
    if isinstance(event, BidUnfunded):
        return OrdersData(symbol=terms.symbol, side=Side.BUY.name, order_ids=[str(event.order_id)])
    return OrdersData(
        symbol=terms.symbol,
        side=event.side.name,
        order_ids=[str(order_id) for order_id in event.order_ids],
    )


def _clearance(event: ClearanceDecided, terms: CreateProduct) -> ClearanceData:
    return ClearanceData(
        clearance_id=str(event.clearance_id),
        symbol=terms.symbol,
        rule_id=event.rule_id,
        state="REFUSED" if event.terms is None else "CLEARED",
    )


def _halt(event: HaltTold, terms_of: TermsOf) -> HaltData | PartyHaltData:
    halt_id = str(event.halt_id)
    state: Literal["STANDS", "LIFTED"] = "STANDS" if isinstance(event, TradeHalted) else "LIFTED"
    if event.level is HaltLevel.PARTY:
        return PartyHaltData(halt_id=halt_id, party_id=str(event.subject_id), state=state)
    is_wide = event.level is HaltLevel.VENUE
    symbol = None if is_wide else terms_of(ProductId(event.subject_id)).symbol
    return HaltData(halt_id=halt_id, symbol=symbol, state=state)


def _dealers(event: NegotiationTold) -> dict[PartyId, Role]:
    """Who hears of a deal in the making: what is offered, to whom it is; that it is over, both."""
    match event:
        case NegotiationOpened():
            return dict.fromkeys(event.named, "TAKER")
        case OfferMade():
            return {event.made_to: "TAKER"}
        case OfferPicked():
            return {event.party_id: "MAKER"}
        case OfferEnded():
            return {event.party_id: "MAKER", event.made_to: "TAKER"}


def _negotiation(event: NegotiationTold, role: Role) -> NegotiationData:
    offer_id = None if isinstance(event, NegotiationOpened) else str(event.offer_id)
    if isinstance(event, OfferEnded):
        state = event.state.name
    elif isinstance(event, NegotiationOpened):
        state = NegotiationState.OPEN.name
    else:
        stands = isinstance(event, OfferMade)
        state = (OfferState.STANDING if stands else OfferState.PICKED).name
    return NegotiationData(
        negotiation_id=str(event.negotiation_id), offer_id=offer_id, role=role, state=state
    )


def _state_of(event: TransferTold) -> TransferState:
    if isinstance(event, TransferSettled | TransferRedeemed):
        return TransferState.SETTLED
    if isinstance(event, TransferReversed):
        return TransferState.REVERSED
    return event.state
