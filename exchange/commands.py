"""Commands: orders to the exchange, in the imperative. Each becomes one row of the journal.

A command's first field on the wire is its tag: kind × 100 + version. A released version is never
changed; a new one gets a new tag. Every command but the clock's carries the party that gives it
and the key that its client made for it.
"""

from typing import TypeAlias

from exchange.calendar_commands import CalendarCommand
from exchange.client_commands import ClientCommand
from exchange.command import Command
from exchange.decision_signature import DecisionSignature
from exchange.desk_commands import (
    AppointOfficer,
    Approve,
    DismissOfficer,
    RaiseException,
    ResolveException,
    WithdrawProposal,
)
from exchange.evidence_commands import EvidenceCommand
from exchange.fee_commands import SetFeeSchedule
from exchange.fees import FeeSchedule
from exchange.halt_commands import HaltCommand, LiftHalt
from exchange.market_commands import CallOffMarketMode, MarketCommand, SetMarketMode
from exchange.money_commands import (
    DecideWithdrawal,
    ImportStatement,
    MoneyCommand,
    ResolvePayment,
    VerifyBankAccount,
)
from exchange.negotiation_commands import (
    AcceptOffer,
    AuctionUnits,
    ListUnits,
    MakeOffer,
    NegotiationCommand,
    OfferDeal,
)
from exchange.price_commands import PriceCommand
from exchange.register_commands import (
    CloseProduct,
    EncumbranceCommand,
    OpenProduct,
    PostRegister,
    RegisterCommand,
    ResumeProduct,
    SuspendProduct,
)
from exchange.review_commands import ReviewCommand
from exchange.rules_commands import (
    DecideClearance,
    LoadRulePack,
    RulesCommand,
    SetProductRules,
)
from exchange.transfer_commands import (
    CancelTrade,
    DeclareSellerDefault,
    ReverseTransfer,
    TransferCommand,
)
from exchange.types import Fen, OfficerId, PartyId, PartyKind, RejectionReason, VenueProfile
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.calendar import Calendar
from registry.terms import TransferTerms
from registry.types import LotId, ProductId, TimeNs, TransferId, Units


class OpenVenue(Command, frozen=True, kw_only=True, tag=102):
    """Open an empty venue; the first command of every journal. Gives the operator's party."""

    profile: VenueProfile
    fee_schedule: FeeSchedule
    calendars: tuple[Calendar, ...]
    """Of working days, each named once: products choose among them."""
    four_eyes: bool = False
    """Whether the operator's acts need a second person."""


class OpenLicensedVenue(OpenVenue, frozen=True, kw_only=True, tag=103):
    """As OpenVenue, for a venue that names an approval of its authority."""

    approval_ref: str
    """What the authority calls it. Source: domain A2, limb 5 of 38号."""


class RegisterParty(Command, frozen=True, kw_only=True, tag=201):
    """Admit a party. Its name and papers stay outside the journal. By the operator."""

    kind: PartyKind


class CreateProduct(Command, frozen=True, kw_only=True, tag=303):
    """Admit a product of a trust company for transfer. By the operator."""

    symbol: str
    trust_company_id: PartyId
    name_zh: str
    name_en: str
    product_type: str
    risk_level: int
    """R1 to R5."""
    benchmark_bps: int | None
    """Performance benchmark a year, no promise; None where there is none."""
    maturity_date: str | None
    """YYYY-MM-DD in Asia/Shanghai; None for an open-ended product."""
    units_issued: Units
    par_value: Price
    tick: Price
    lot: Quantity
    quantity_scale: int
    transfer_terms: TransferTerms
    """How its transfers go."""
    ctrc_code: str | None = None
    """Under which the trust registration (中信登) has it; None: under none."""


class RecordDeposit(Command, frozen=True, kw_only=True, tag=501):
    """Money of a party has arrived at the custodian. By the operator."""

    party_id: PartyId
    amount: Fen


class PlaceOrder(Command, frozen=True, kw_only=True, tag=601):
    """List units for transfer (sell) or bid for them (buy). `key` is the client's order id."""

    product_id: ProductId
    side: Side
    price: Price
    quantity: Quantity
    time_in_force: TimeInForce
    post_only: bool
    expires_at_ns: TimeNs | None


class PlaceConstrainedOrder(PlaceOrder, frozen=True, kw_only=True, tag=602):
    """As PlaceOrder, for an order that does not trade at every size (matching.SizeTerms)."""

    minimum_quantity: Quantity
    """Of each fill; 0: any. What is open may be less."""
    all_or_none: bool
    """In one command or not at all, with any number of others."""
    whole_only: bool
    """As a whole with one other order or not at all."""


class PlaceOrderFromLots(PlaceConstrainedOrder, frozen=True, kw_only=True, tag=603):
    """As PlaceConstrainedOrder, for a seller who says which of his contracts he sells. Size terms
    that say nothing count as none."""

    lots: tuple[LotId, ...]
    """Units are drawn from these alone, in this order."""


class CancelOrder(Command, frozen=True, kw_only=True, tag=701):
    """Withdraw what is still open of an order."""

    order_id: OrderId


class ReplaceOrder(Command, frozen=True, kw_only=True, tag=801):
    """Give an open order a new price and open quantity; it keeps its place only at the same price
    and no greater quantity."""

    order_id: OrderId
    price: Price
    quantity: Quantity


Offering: TypeAlias = (
    PlaceOrder
    | PlaceConstrainedOrder
    | PlaceOrderFromLots
    | ReplaceOrder
    | OfferDeal
    | ListUnits
    | AuctionUnits
    | MakeOffer
    | AcceptOffer
)
"""By what a party makes an offer that rules judge."""


class Acknowledge(Command, frozen=True, kw_only=True, tag=7201):
    """Make an offer, having read what these rules warn of. Actor and key are the offer's."""

    rules: tuple[str, ...]
    """Ids of the rules; of those that do not warn nothing comes."""
    offer: Offering


class ConfirmTransfer(Command, frozen=True, kw_only=True, tag=902):
    """Confirm title: the transfer settles at once. By the product's trust company, where the
    product has review by a checker, who is not the maker."""

    transfer_id: TransferId
    version: int | None
    """Of the transfer as it was read; None: the criteria alone say so."""
    officer: str
    """The id of the officer's key."""
    officer_id: OfficerId | None = None
    """Whose key it is; None: nobody's in person."""
    criteria: bytes | None = None
    """Of the transfer as it was read (exchange/criteria.py); None: the version alone says so."""
    signature: DecisionSignature | None = None
    """Over what he decides and the criteria; required where the product asks for it."""


class RejectTransfer(Command, frozen=True, kw_only=True, tag=1002):
    """Refuse the transfer of title: units and money go back. By whoever may confirm it."""

    transfer_id: TransferId
    version: int | None
    officer: str
    reason: RejectionReason
    officer_id: OfficerId | None = None
    criteria: bytes | None = None
    signature: DecisionSignature | None = None


class AdvanceTime(Command, frozen=True, kw_only=True, tag=1101):
    """Time has come to the moment at which this is journaled: due timers fire, a bounded number of
    them. By the clock.

    `downtime_from_ns` states a gap in which nobody could act: a stop, or a clock jump that the
    operator accepted.
    """

    downtime_from_ns: TimeNs | None


AnyAct: TypeAlias = (
    CreateProduct
    | PostRegister
    | EncumbranceCommand
    | OpenProduct
    | SuspendProduct
    | ResumeProduct
    | CloseProduct
    | RecordDeposit
    | VerifyBankAccount
    | ImportStatement
    | ResolvePayment
    | DecideWithdrawal
    | CancelTrade
    | DeclareSellerDefault
    | ReverseTransfer
    | AppointOfficer
    | DismissOfficer
    | SetMarketMode
    | CallOffMarketMode
    | PriceCommand
    | SetFeeSchedule
    | LoadRulePack
    | SetProductRules
    | DecideClearance
    | LiftHalt
    | CalendarCommand
)
"""What an operator under four eyes does by a proposal (ACTS of exchange/four_eyes.py)."""


class Propose(Command, frozen=True, kw_only=True, tag=3601):
    """Propose an act: nothing of it is done before another person approves it. By an officer of
    the operator, the maker."""

    officer_id: OfficerId
    act: AnyAct


AnyCommand: TypeAlias = (
    OpenVenue
    | OpenLicensedVenue
    | RegisterParty
    | CreateProduct
    | RecordDeposit
    | PlaceOrder
    | PlaceConstrainedOrder
    | PlaceOrderFromLots
    | CancelOrder
    | ReplaceOrder
    | Acknowledge
    | ConfirmTransfer
    | RejectTransfer
    | TransferCommand
    | ReviewCommand
    | RegisterCommand
    | EncumbranceCommand
    | AdvanceTime
    | AppointOfficer
    | DismissOfficer
    | Propose
    | Approve
    | WithdrawProposal
    | RaiseException
    | ResolveException
    | MoneyCommand
    | EvidenceCommand
    | ClientCommand
    | MarketCommand
    | NegotiationCommand
    | PriceCommand
    | SetFeeSchedule
    | RulesCommand
    | HaltCommand
    | CalendarCommand
)
"""The union that the codec decodes."""
