"""What is told: an event of the outbox becomes a message to each party of the transfer and to
those it is offered to, to those who see the pledge or freeze, to the trust company whose exception
it is, to the client of whom something that is known ends, whose orders may stand no longer, whose
money has come or gone, or whose application is decided; of a halt to the trust company of the
product and to those who have something in it (`product_halted`), to all trust companies where the
whole venue is halted, and to a party that is halted itself; and of deals in the making to who makes
an offer, and to whom it is made.

A message says what has happened and in which version the transfer is now; everything else is asked
for at `/v1/transfers/{transfer_id}`, `/v1/preemptions`, `/v1/encumbrances/{encumbrance_id}`,
`/v1/exceptions/{exception_id}`, `/v1/profile`, `/v1/orders/{order_id}`, `/v1/halts/{halt_id}`,
`/v1/negotiations/{negotiation_id}`, `/v1/cash/entries`, `/v1/withdrawals/{withdrawal_id}`,
`/v1/applications/{application_id}` or `/v1/bank-accounts`. So it tells nobody what is not for him,
and one that comes twice, late or in another order than it was sent is harmless.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from api.schemas.cash import CURRENCY
from api.schemas.decimals import (
    MONEY_SCALE,
    format_day,
    format_decimal,
    format_moment,
    format_money,
    format_signed,
)
from api.webhooks.message_data import (
    ApplicationData,
    BankAccountData,
    ClearanceData,
    Data,
    EncumbranceData,
    ExceptionData,
    HaltData,
    MoneyData,
    NegotiationData,
    OfferData,
    OrdersData,
    PartyHaltData,
    ProfileData,
    Role,
    TransferData,
    WithdrawalData,
)
from exchange.client_events import ApplicationAdvanced, ProfileEnding, ProfileLapsed
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
from exchange.money_events import (
    BankAccountVerified,
    DepositRecorded,
    PaymentResolved,
    WithdrawalAdvanced,
)
from exchange.money_types import BankAccountState
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
MoneyTold: TypeAlias = DepositRecorded | PaymentResolved | WithdrawalAdvanced
ClientTold: TypeAlias = ApplicationAdvanced | BankAccountVerified
Told: TypeAlias = (
    TransferTold
    | EncumbranceTold
    | ExceptionTold
    | ProfileTold
    | OrdersTold
    | ClearanceDecided
    | HaltTold
    | NegotiationTold
    | MoneyTold
    | ClientTold
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
    DepositRecorded: "money.credited",
    PaymentResolved: "money.credited",
    BankAccountVerified: "bank_account.verified",
}
"""The type of the message about each event, but for those that are named by its end."""
BY_END: Final[Mapping[type[AnyEvent], str]] = {
    TransferFailed: "transfer",
    WithdrawalAdvanced: "withdrawal",
    ApplicationAdvanced: "application",
}
"""What has come to the end that the rest of the message's type names."""
OFFERED: Final = "preemption.offered"
"""To those with a right of pre-emption: a transfer is offered to them, or its offer has changed."""
DEBITED: Final = "money.debited"
"""A payment out that was nobody's is the receiver's: he has less."""


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
    if isinstance(event, TransferFailed | WithdrawalAdvanced | ApplicationAdvanced):
        return f"{BY_END[type(event)]}.{event.state.name.lower()}"
    if isinstance(event, PaymentResolved) and event.amount < 0:
        return DEBITED
    return TYPES[type(event)]


def product_halted(event: Told) -> ProductId | None:
    """The product whose halt, or its end, the event is; None: it is no such event.

    It is told to all who have something in the product, too: many, whom `receivers` does not name.
    """
    if isinstance(event, HaltTold) and event.level is HaltLevel.PRODUCT:
        return ProductId(event.subject_id)
    return None


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
    if isinstance(event, ProfileTold | OrdersTold | ClearanceDecided | MoneyTold | ClientTold):
        assert event.party_id is not None, event
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
    return Message(
        type=type_of(event, role),
        timestamp=format_moment(row.at_ns),
        sequence=str(row.sequence),
        data=_data(event, role, terms_of),
    )


def encode(said: Message) -> bytes:
    """The bytes that are sent and signed, the same at every attempt."""
    return msgspec.json.encode(said)


def _data(event: Told, role: Role, terms_of: TermsOf) -> Data:
    match event:
        case ExceptionRaised() | ExceptionResolved():
            return _exception(event)
        case ProfileEnding() | ProfileLapsed():
            return _profile(event)
        case DepositRecorded() | PaymentResolved() | WithdrawalAdvanced():
            return _money(event)
        case ApplicationAdvanced() | BankAccountVerified():
            return _client(event)
        case OrdersDisqualified() | BidUnfunded():
            return _orders(event, terms_of(event.product_id))
        case ClearanceDecided():
            return _clearance(event, terms_of(event.product_id))
        case TradeHalted() | HaltLifted():
            return _halt(event, terms_of)
        case NegotiationOpened() | OfferMade() | OfferPicked() | OfferEnded():
            return _negotiation(event, role)
        case UnitsEncumbered() | EncumbranceReleased():
            return _encumbrance(event, role, terms_of(event.product_id))
        case _ if role == "RIGHT_HOLDER":
            return _offer(event, role, terms_of(event.product_id))
        case _:
            return _transfer(event, role, terms_of(event.product_id))


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


def _money(event: MoneyTold) -> MoneyData | WithdrawalData:
    if isinstance(event, WithdrawalAdvanced):
        return WithdrawalData(
            withdrawal_id=str(event.withdrawal_id),
            currency=CURRENCY,
            amount=format_money(event.amount),
            state=event.state.name,
        )
    return MoneyData(
        currency=CURRENCY,
        total=format_signed(event.amount, scale=MONEY_SCALE),
        bank_ref=event.bank_ref if isinstance(event, DepositRecorded) else None,
    )


def _client(event: ClientTold) -> ApplicationData | BankAccountData:
    if isinstance(event, ApplicationAdvanced):
        return ApplicationData(application_id=str(event.application_id), state=event.state.name)
    return BankAccountData(
        bank_account_id=str(event.bank_account_id), state=BankAccountState.VERIFIED.name
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
