"""Everything that has happened at a venue, in lists, and the sums that answer every question.

Nothing is kept that can be counted: a balance is summed from all deposits, open orders and
transfers whenever it is asked for. Terminal orders and transfers stay, as they do in SQL.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exchange.commands import (
    OpenVenue,
    PlaceOrder,
    PlaceOrderFromLots,
    RecordDeposit,
)
from exchange.fees import DEFAULT_FEE_SCHEDULE, FeeSchedule
from exchange.transfer_commands import ReverseTransfer
from exchange.types import (
    CloseReason,
    OfficerId,
    OrderStatus,
    PartyId,
    PartyKind,
    ProposalId,
    RejectionReason,
    ReturnReason,
)
from matching import OrderId, Price, Side
from registry.calendar import Calendar
from registry.transfer import TransferState
from registry.types import (
    DayNumber,
    Draw,
    HolderId,
    HoldingKey,
    LotId,
    ProductId,
    TimeNs,
    TransferId,
    Units,
)
from tests.model.accrual import Income, at_worst
from tests.model.bank import ModelBank
from tests.model.cases import ModelCase
from tests.model.days import DAY_NS
from tests.model.encumbrance import ModelClaim
from tests.model.fees import SaidFees, schedules
from tests.model.limits import Limits
from tests.model.offices import Key, ModelOfficer, ModelProposal
from tests.model.product import ModelProduct
from tests.model.register import ModelLot, ModelRegister
from tests.model.tariff import Tariff
from tests.model.transfer import OPEN

if TYPE_CHECKING:
    from tests.model.halt import ModelHalt
    from tests.model.negotiation import ModelNegotiation

OPERATOR = PartyId(1)


@dataclass(kw_only=True, eq=False)
class ModelOrder:
    """An order with everything that came of it."""

    order_id: OrderId
    product: ModelProduct
    placed: PlaceOrder
    placed_at_ns: TimeNs
    price: Price
    changed_at_ns: TimeNs
    version: int = 1
    transfers: list[ModelTransfer] = field(default_factory=list)
    closed: CloseReason | None = None
    withdrawn: int = 0
    draws: list[Draw] = field(default_factory=list)
    """Of a sell: the lots of its open units, first filled first."""
    keys: list[Key] = field(default_factory=list)
    is_aside: bool = False
    """It stands for what a party has said, and in no book."""
    negotiation: ModelNegotiation | None = None
    """In which it stands for that."""

    @property
    def party_id(self) -> PartyId:
        return self.placed.actor

    @property
    def side(self) -> Side:
        return self.placed.side

    @property
    def named(self) -> tuple[LotId, ...]:
        """The lots from which alone it may draw, if it names any."""
        return self.placed.lots if isinstance(self.placed, PlaceOrderFromLots) else ()

    @property
    def open_quantity(self) -> int:
        if self.is_aside:
            return 0 if self.closed is not None else self.placed.quantity - self.filled_quantity
        resting = self.product.book.find(self.order_id)
        return resting.quantity if resting else 0

    @property
    def filled_quantity(self) -> int:
        return sum(transfer.units for transfer in self.transfers)

    @property
    def value_bought(self) -> int:
        """Price × quantity of all fills of a buy; what a sell has brought binds it to nothing."""
        if self.side is Side.SELL:
            return 0
        return sum(transfer.price * transfer.units for transfer in self.transfers)

    @property
    def status(self) -> OrderStatus:
        if self.closed is CloseReason.EXPIRED:
            return OrderStatus.EXPIRED
        if self.closed is CloseReason.WITHDRAWN_BY_VENUE:
            return OrderStatus.WITHDRAWN_BY_VENUE
        if self.closed is not None:
            return OrderStatus.CANCELLED
        if self.open_quantity == 0:
            return OrderStatus.MATCHED
        return OrderStatus.PARTIALLY_MATCHED if self.transfers else OrderStatus.OPEN


@dataclass(kw_only=True, eq=False)
class ModelTransfer:
    """A fill: both orders, what it costs whom, and what the trust company made of it."""

    transfer_id: TransferId
    trade_number: int
    buy: ModelOrder
    sell: ModelOrder
    price: Price
    units: Units
    consideration: int
    buyer_fee_venue: int
    buyer_fee_trust_company: int
    seller_fee_venue: int
    seller_fee_trust_company: int
    matched_at_ns: TimeNs
    sources: list[Draw]
    state: TransferState = TransferState.MATCHED
    version: int = 1
    matures_ns: TimeNs | None = None
    lapses_ns: TimeNs | None = None
    agrees_ns: TimeNs | None = None
    settles_ns: TimeNs | None = None
    alarms_ns: list[TimeNs] = field(default_factory=list)
    registration_due_ns: TimeNs | None = None
    registered_at_ns: TimeNs | None = None
    reminders_ns: list[TimeNs] = field(default_factory=list)
    notices: int = 0
    case: ModelCase | None = None
    claim_ns: TimeNs | None = None
    submitted_at_ns: TimeNs | None = None
    answered_at_ns: TimeNs | None = None
    overlays: set[str] = field(default_factory=set)
    stopped_ns: TimeNs | None = None
    """Since when the clocks stand still."""
    overdue_ns: TimeNs | None = None
    """When overlays will have stood for their longest time."""
    overlay_days_left: int | None = None
    is_overdue: bool = False
    rescind_until_ns: TimeNs | None = None
    disputed_by: str = ""
    signed: set[str] = field(default_factory=set)
    consented: set[str] = field(default_factory=set)
    funded: bool = False
    """The buyer has paid the rest."""
    waits_for_papers: bool = False
    """Everybody has agreed, and what is still to come is paper: when it is late, it is over."""
    returns: int = 0
    returned_to: set[str] = field(default_factory=set)
    return_reason: ReturnReason | None = None
    decision_days_left: int = 0
    fault: set[str] = field(default_factory=set)
    fault_fee: int = 0
    fault_fee_owed: int = 0
    decided_at_ns: TimeNs | None = None
    decided_sequence: int | None = None
    officer: str | None = None
    reason: RejectionReason | None = None
    reversal: ReverseTransfer | None = None
    redeemed_for: int = 0
    """What its units brought the buyer, of a plan that had ended."""
    waives_ns: TimeNs | None = None
    waived: list[HolderId] = field(default_factory=list)
    preempts: TransferId | None = None
    """Whose buyer this one's has replaced."""
    income: Income | None = None
    """At a clean price."""

    @property
    def product(self) -> ModelProduct:
        return self.buy.product

    @property
    def sold(self) -> tuple[ProductId, HolderId]:
        return self.product.product_id, HolderId(self.sell.party_id)

    @property
    def deadline_ns(self) -> TimeNs | None:
        """When the state ends if nobody does anything."""
        clocks = (self.lapses_ns, self.agrees_ns, self.settles_ns, self.waives_ns)
        ends = [each for each in clocks if each is not None]
        if self.stopped_ns is not None:
            return None
        if ends and self.matures_ns is not None and self.state.name != "CONFIRMED":
            ends.append(self.matures_ns)
        return min(ends, default=None)

    @property
    def accrued(self) -> int:
        return 0 if self.income is None else self.income.amount

    @property
    def cost(self) -> int:
        """All that the buyer pays."""
        fees = self.buyer_fee_venue + self.buyer_fee_trust_company
        return self.consideration + self.accrued + fees

    @property
    def paid(self) -> int:
        """What the buyer has put in escrow: his deposit, until he pays the rest."""
        if self.funded:
            return self.cost
        number = self.buy.transfers.index(self)
        before = sum(each.cost for each in self.buy.transfers[:number])
        set_aside = self.product.set_aside
        return set_aside(before + self.cost) - set_aside(before)

    @property
    def forfeited(self) -> int:
        """What of it the seller has, to whom the buyer had promised the rest."""
        broken = self.state.name == "BUYER_DEFAULT" and self.signed == {"BUYER", "SELLER"}
        return self.paid if broken else 0

    @property
    def seller_credit(self) -> int:
        fees = self.seller_fee_venue + self.seller_fee_trust_company
        return self.consideration + self.accrued - fees

    @property
    def venue_credit(self) -> int:
        return self.buyer_fee_venue + self.seller_fee_venue

    @property
    def trust_company_credit(self) -> int:
        return self.buyer_fee_trust_company + self.seller_fee_trust_company


class Ledger:
    """What has happened, and what follows from it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sequence = 0
        self.at_ns = TimeNs(0)
        self.opened: OpenVenue | None = None
        self.kinds: dict[PartyId, PartyKind] = {}
        self.deposits: list[RecordDeposit] = []
        self.bank = ModelBank(limits=limits.bank)
        self.register = ModelRegister()
        self.fees: list[SaidFees] = []
        self.files: list[bytes] = []
        self.claims: list[ModelClaim] = []
        self.marking: dict[HoldingKey, None] = {}
        """Holdings of which it is to be seen which transfers have their units."""
        self.products: dict[ProductId, ModelProduct] = {}
        self.orders: dict[OrderId, ModelOrder] = {}
        self.transfers: dict[TransferId, ModelTransfer] = {}
        self.officers: dict[OfficerId, ModelOfficer] = {}
        self.proposals: dict[ProposalId, ModelProposal] = {}
        self.negotiations: list[ModelNegotiation] = []
        self.halts: list[ModelHalt] = []
        self.decided: list[ModelTransfer] = []  # in the command under way
        self.unbacked: list[ModelOrder] = []
        """Those that the venue has withdrawn from under a negotiation, in the command under way."""
        self.retired: list[tuple[int, Key]] = []

    def retire(self, keys: list[Key]) -> None:
        """What they were for has ended: they are kept for seven days more."""
        self.retired += [(self.at_ns + 7 * DAY_NS, key) for key in keys]
        keys.clear()

    @property
    def first_fees(self) -> FeeSchedule:
        return self.opened.fee_schedule if self.opened else DEFAULT_FEE_SCHEDULE

    def open_orders(self) -> list[ModelOrder]:
        """Every order that rests or stands aside, oldest id first."""
        resting = [
            order.order_id for product in self.products.values() for order in product.book.resting
        ]
        resting += [
            order.order_id
            for order in self.orders.values()
            if order.is_aside and order.open_quantity > 0
        ]
        return [self.orders[order_id] for order_id in sorted(resting)]

    def pending_transfers(self) -> list[ModelTransfer]:
        return [transfer for transfer in self.transfers.values() if transfer.state.name in OPEN]

    def settled_transfers(self) -> list[ModelTransfer]:
        """All that took effect, registered or not."""
        return [
            transfer
            for transfer in self.transfers.values()
            if transfer.state.name in {"SETTLED", "REGISTERED"}
        ]

    def unregistered_transfers(self) -> list[ModelTransfer]:
        """Those that took effect and are not registered, though they are to be."""
        return [
            transfer
            for transfer in self.transfers.values()
            if transfer.state.name == "SETTLED"
            and transfer.reversal is None
            and "REGISTRATION" in transfer.product.uses
        ]

    def reserved(self, order: ModelOrder) -> int:
        """What stands behind the order as it rests: fen of a buy, units of a sell."""
        if order.open_quantity == 0:
            return 0
        return self.reserve_for(order, order.price, open_quantity=order.open_quantity)

    def reserve_for(self, order: ModelOrder, price: int, *, open_quantity: int) -> int:
        """What has to stand behind it, were it open at this price: the worst that is still due."""
        if order.side is Side.SELL:
            return open_quantity
        if open_quantity == 0:
            return 0
        filled, value = order.filled_quantity, order.value_bought
        worst_value = value + price * open_quantity
        shown, _ = schedules(self, order, self.at_ns)
        dearest = Tariff((shown,)).buyer_total(
            order.product.fen(worst_value), principal=order.product.par(filled + open_quantity)
        )
        so_far = sum(transfer.cost for transfer in order.transfers)
        set_aside = order.product.set_aside
        return set_aside(dearest + at_worst(order, open_quantity)) - set_aside(so_far)

    def calendar_for(self, product: ModelProduct) -> Calendar:
        """The product's, which the venue opened with."""
        assert self.opened is not None
        wanted = product.terms.transfer_terms.calendar_id
        (found,) = [each for each in self.opened.calendars if each.calendar_id == wanted]
        return found

    def recorded(self, party_id: PartyId) -> int:
        """What of the party's was recorded by hand."""
        return sum(deposit.amount for deposit in self.deposits if deposit.party_id == party_id)

    def deposited(self, party_id: PartyId) -> int:
        return self.recorded(party_id) + self.bank.deposited(party_id)

    def accounts(self) -> dict[PartyId, tuple[int, int, int, int, int, int]]:
        """Deposited, available, reserved, in escrow, frozen and withdrawn, of every party."""
        reserved = dict.fromkeys(self.kinds, 0)
        escrow = dict.fromkeys(self.kinds, 0)
        moved = dict.fromkeys(self.kinds, 0)
        for order in self.open_orders():
            if order.side is Side.BUY:
                reserved[order.party_id] += self.reserved(order)
        for transfer in self.pending_transfers():
            escrow[transfer.buy.party_id] += transfer.paid
        for transfer in self.settled_transfers():
            moved[transfer.buy.party_id] -= transfer.cost
            moved[transfer.sell.party_id] += transfer.seller_credit
            moved[OPERATOR] += transfer.venue_credit
            moved[transfer.product.terms.trust_company_id] += transfer.trust_company_credit
        for transfer in self.transfers.values():
            moved[transfer.buy.party_id] -= transfer.forfeited
            moved[transfer.sell.party_id] += transfer.forfeited
            if len(transfer.fault) == 1:
                by_buyer = (
                    transfer.fault_fee if transfer.fault == {"BUYER"} else -transfer.fault_fee
                )
                moved[transfer.buy.party_id] -= by_buyer
                moved[transfer.sell.party_id] += by_buyer
            moved[transfer.product.terms.trust_company_id] -= transfer.redeemed_for
            moved[transfer.buy.party_id] += transfer.redeemed_for
            if transfer.reversal is not None:
                moved[transfer.reversal.payer_id] -= transfer.reversal.amount
                moved[transfer.buy.party_id] += transfer.reversal.amount
        return {
            party_id: (
                self.deposited(party_id),
                self.recorded(party_id)
                + self.bank.at(("available", party_id))
                + moved[party_id]
                - reserved[party_id]
                - escrow[party_id],
                reserved[party_id],
                escrow[party_id],
                self.bank.frozen(party_id),
                self.bank.withdrawn(party_id),
            )
            for party_id in self.kinds
        }

    def money_available(self, party_id: PartyId) -> int:
        return self.accounts()[party_id][1]

    def standing_claims(self, key: HoldingKey | None = None) -> list[ModelClaim]:
        """The pledges and freezes that stand, all or those of a holding."""
        return [
            each for each in self.claims if each.ended_at_ns is None and key in (None, each.key)
        ]

    def lots(self) -> dict[LotId, tuple[int, int, int, int, int, int, int]]:
        """Units, principal, cost, and what pledges, freezes, open orders and pending transfers hold
        of it, of every lot that ever was."""
        pledged, frozen = Counter[int](), Counter[int]()
        for claim in self.standing_claims():
            (frozen if claim.is_freeze else pledged).update(claim.has)
        reserved, locked = Counter[LotId](), Counter[LotId]()
        for order in self.open_orders():
            for lot_id, units in order.draws:
                reserved[lot_id] += units
        for transfer in self.pending_transfers():
            for lot_id, units in transfer.sources:
                locked[lot_id] += units
        return {
            lot_id: (*amounts, pledged[lot_id], frozen[lot_id], reserved[lot_id], locked[lot_id])
            for lot_id, amounts in self.register.amounts(self.sequence).items()
        }

    def outstanding(self, product_id: ProductId) -> tuple[int, int]:
        """Units and principal of the product that came, less those that went."""
        facts = [fact for fact in self.register.facts if fact.lot.product_id == product_id]
        return sum(each.units for each in facts), sum(each.principal for each in facts)

    def lot(
        self,
        number: int,
        product_id: ProductId,
        holder_id: int,
        *,
        acquired_on: DayNumber,
        contract: str | None = None,
    ) -> ModelLot:
        """A new lot, not yet of anybody's."""
        return ModelLot(
            lot_id=LotId(number),
            product_id=product_id,
            holder_id=HolderId(holder_id),
            contract=contract,
            acquired_on=acquired_on,
        )

    def held_lots(self, order: ModelOrder) -> dict[LotId, int]:
        """The units of each lot that the order's party has of its product."""
        key = order.product.product_id, HolderId(order.party_id)
        lots = self.register.lots_of(*key, as_of=self.sequence)
        return {lot_id: units for lot_id, (units, _, _) in lots.items()}

    def free_lots(self, order: ModelOrder) -> list[Draw]:
        """What a sell order could still draw, in the order in which it would: from the lots that
        it names, else from the smallest number on."""
        lots = self.lots()
        chosen = order.named or tuple(self.held_lots(order))
        free = []
        for lot_id in chosen:
            units, _, _, *claims = lots[lot_id]
            if units > sum(claims):
                free.append((lot_id, units - sum(claims)))
        return free
