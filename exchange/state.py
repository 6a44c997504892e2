"""The one state of the venue: parties, products with their books, orders, money, register, keys.

Deterministic and in memory: the journal's commands applied in order give this state, whoever
applies them. Terminal orders and transfers leave it; SQL keeps them.

What there are millions of is a Struct with gc=False: it forms no cycles, and a garbage collector
that looked at each again and again would hold the writer up for 60 ms at a time.
"""

from typing import TYPE_CHECKING, Final

import msgspec

from exchange.calendar_state import CalendarState, clocks_of
from exchange.cash import Cash
from exchange.claim_events import MarketClaimRaised
from exchange.client_state import ClientImage, ClientState
from exchange.commands import CreateProduct
from exchange.desk_state import DeskState
from exchange.evidence_state import EvidenceState
from exchange.fee_state import DatedFees, FeeSchedules
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.halt_state import Halts
from exchange.halt_types import Halt, HaltId
from exchange.keys import Keys
from exchange.limits import (
    CANDIDATES_MAX,
    RETRIED_FILLS_MAX,
    TRANSFER_IDS_PER_COMMAND,
)
from exchange.modes.call_state import CallAuction
from exchange.modes.notice_state import ComingModes
from exchange.modes.types import MarketMode, ModeTerms
from exchange.money_state import Money, MoneyTouched
from exchange.negotiation_state import Negotiations
from exchange.price_state import first_facts
from exchange.price_types import AccruedIncome, Disclosure, PriceFacts
from exchange.profile import EMPTY_PROFILE, Profile
from exchange.register_state import RegisterFiles
from exchange.reserve_events import MeansMissing
from exchange.rules_state import RulesState
from exchange.slots import Slots
from exchange.transfer_state import Reversal
from exchange.types import (
    OPERATOR_ID,
    Fen,
    OrderStatus,
    PartyId,
    PartyKind,
    Sequence,
    VenueProfile,
)
from matching import (
    BUY,
    BookRules,
    OrderBook,
    OrderId,
    Phase,
    Price,
    Quantity,
    RestingOrder,
    Side,
    SizeTerms,
    TimeInForce,
)
from registry.calendar import Calendar
from registry.clocks import Clocks
from registry.product import Standing, first_standing
from registry.register import Register
from registry.transfer import Transfer, TransferState, Who
from registry.types import Draw, LotId, ProductId, TimeNs, TransferId

if TYPE_CHECKING:
    from exchange.match_veto import MatchVeto

BOOK_RULES: Final = BookRules(
    candidates_examined_max=CANDIDATES_MAX, retried_fills_max=RETRIED_FILLS_MAX
)
"""Everybody may trade with everybody, and own orders are kept apart before the book sees them."""


class Party:
    """Who may act, what is known of it, and how many orders, transfers and withdrawals it has."""

    __slots__ = ("kind", "orders_open", "party_id", "profile", "transfers_open", "withdrawals_open")

    def __init__(self, party_id: PartyId, kind: PartyKind) -> None:
        self.party_id = party_id
        self.kind = kind
        self.orders_open = 0
        self.transfers_open = 0
        self.withdrawals_open = 0
        self.profile: Profile = EMPTY_PROFILE


class Product:
    """A product with its terms, its standing, its book, the number of its last trade, its
    transfers' way and what is known of its price."""

    __slots__ = (
        "aside",
        "auction",
        "book",
        "closed_at_ns",
        "facts",
        "last_price",
        "mode",
        "mode_terms",
        "mode_version",
        "product_id",
        "standing",
        "steps",
        "terms",
        "trades",
        "veto",
    )

    def __init__(self, product_id: ProductId, terms: CreateProduct, *, trades: int = 0) -> None:
        self.product_id = product_id
        self.terms = terms
        self.trades = trades
        self.standing: Standing = first_standing(onboarding=terms.transfer_terms.onboarding)
        self.closed_at_ns: TimeNs | None = None
        """From then on the orders that rest are withdrawn."""
        self.steps = terms.transfer_terms.steps()
        self.book = OrderBook(BOOK_RULES)
        self.veto: MatchVeto | None = None
        """What keeps orders apart that agree on the price, of a product that has rules."""
        self.mode = MarketMode.CONTINUOUS
        self.mode_terms: ModeTerms | None = None
        self.mode_version = 0
        """How often the mode was set."""
        self.last_price: Price | None = None
        """Of its last trade."""
        self.auction: CallAuction | None = None
        """In the mode CALL_AUCTION."""
        self.aside: dict[OrderId, Order] = {}
        """Open orders that stand outside the book, because the mode does not match by itself; in
        the order in which they came."""
        self.facts: PriceFacts = first_facts(terms)

    def set_mode(self, mode: MarketMode, terms: ModeTerms | None) -> None:
        """Make deals in this mode from now on; nothing is open in the present one. Cost: O(1)."""
        assert len(self.book) == 0, self.product_id
        assert not self.aside, self.product_id
        self.mode, self.mode_terms = mode, terms
        self.mode_version += 1
        self.auction = None
        phase = Phase.AUCTION if mode is MarketMode.CALL_AUCTION else Phase.CONTINUOUS
        if self.book.phase is not phase:
            self.book.enter_phase(phase)

    def restore_book(self, orders: list[RestingOrder], phase: Phase) -> None:
        """Let these orders rest in a new book, under the product's veto. Cost: O(orders × log
        orders)."""
        if self.veto is None:
            self.book = OrderBook.restore(orders, BOOK_RULES, phase=phase)
        else:
            self.book = self.veto.book_of(orders, BOOK_RULES, phase)

    @property
    def next_due_ns(self) -> int | None:
        """When the next of its orders expires, or is withdrawn by the venue, or something happens
        in its auction. Cost: O(1)."""
        if self.closed_at_ns is not None:
            return self.closed_at_ns if len(self.book) > 0 else None
        expiry_ns = self.book.next_expiry_ns
        if self.auction is None:
            return expiry_ns
        due_ns = self.auction.next_due_ns
        return due_ns if expiry_ns is None else min(due_ns, expiry_ns)


class Order(msgspec.Struct, kw_only=True, eq=False, gc=False):
    """An open order as the exchange sees it: whose it is, what is reserved and charged for it."""

    order_id: OrderId
    party_id: PartyId
    product_id: ProductId
    client_order_id: str
    side: Side
    price: Price
    quantity: Quantity
    time_in_force: TimeInForce
    post_only: bool
    expires_at_ns: TimeNs | None
    placed_at_ns: TimeNs
    changed_at_ns: TimeNs
    open_quantity: int
    filled_quantity: int = 0
    filled_value: int = 0
    """Sum of price × quantity over the fills, of a buy only: nothing bounds the price that a sell
    gets, and the sum would not stay within 64 bits."""
    consideration: int = 0
    """Fen, of all fills."""
    accrued: int = 0
    """Fen, of all fills: the income that was paid for besides a clean price."""
    accrued_rest: int = 0
    """Of a buy: what of that income is less than a fen (exchange/accruals.py)."""
    fee_venue: int = 0
    """Fen, charged on all fills."""
    fee_trust_company: int = 0
    reserved: int = 0
    """Fen of a buy, units of a sell."""
    status: OrderStatus = OrderStatus.OPEN
    version: int = 1
    keys: tuple[bytes, ...] = ()
    """Those of its commands. A tuple, which the garbage collector looks at once, not a list."""
    size_terms: SizeTerms | None = None
    """None: it trades at every size."""
    lots: tuple[LotId, ...] = ()
    """Of a sell: the lots from which alone it draws; none: from any."""
    draws: tuple[Draw, ...] = ()
    """Of a sell: from which lots the open units come, first filled first."""
    counterparty_class: int = 0
    """With whom it may trade (exchange/order_class.py)."""

    @property
    def charged(self) -> int:
        """Fen: what all fills of a buy cost, fees included. Cost: O(1)."""
        return self.consideration + self.accrued + self.fee_venue + self.fee_trust_company


class MoneyLeg(msgspec.Struct, kw_only=True, eq=False, gc=False):
    """The money side of an open transfer, and how it ended for the row that SQL keeps."""

    trade_number: int
    buy_order_id: OrderId | None
    """That has made it; None: its buyer took another one's place by a right of pre-emption."""
    sell_order_id: OrderId
    trust_company_id: PartyId
    price: Price
    consideration: Fen
    buyer_fee_venue: Fen
    buyer_fee_trust_company: Fen
    seller_fee_venue: Fen
    seller_fee_trust_company: Fen
    paid: Fen
    """Of `cost`, what the buyer has put in escrow so far."""
    matched_at_ns: TimeNs
    submitted_at_ns: TimeNs | None = None
    """When the trust company first had it."""
    answered_at_ns: TimeNs | None = None
    """When the trust company confirmed or rejected it."""
    decided_at_ns: TimeNs | None = None
    decided_sequence: Sequence | None = None
    officer: str | None = None
    reason: int | None = None
    return_reason: int | None = None
    """Of the last return."""
    fault: Who = Who(0)
    """Whose fault the failure is."""
    fault_fee: Fen = Fen(0)
    """What he has paid to the other party for it."""
    fault_fee_owed: Fen = Fen(0)
    """What he had not."""
    forfeited: Fen = Fen(0)
    """Of `paid`, what has gone to the seller because the rest did not come."""
    cost_moved: int | None = None
    """Fen: what the settled units had cost the seller."""
    registered_at_ns: TimeNs | None = None
    accrued: AccruedIncome | None = None
    """Besides a clean price."""

    def order_of(self, side: Side) -> OrderId | None:
        """The order of this side that has made the transfer; None: of this side none has. Cost:
        O(1)."""
        return self.buy_order_id if side is BUY else self.sell_order_id

    @property
    def due_to_seller(self) -> Fen:
        """What the buyer pays for the units and their income, without fees. Cost: O(1)."""
        accrued = self.accrued
        return self.consideration if accrued is None else Fen(self.consideration + accrued.amount)

    @property
    def cost(self) -> Fen:
        """All that the buyer pays for the units, his fees included. Cost: O(1)."""
        return Fen(self.due_to_seller + self.buyer_fee_venue + self.buyer_fee_trust_company)

    @property
    def rest_due(self) -> Fen:
        """What of it is not yet in escrow. Cost: O(1)."""
        return Fen(self.cost - self.paid)


class Touched:
    """Objects whose SQL rows no longer say what the state says."""

    __slots__ = (
        *("claims", "disclosures", "fees", "halts", "money", "orders", "parties", "products"),
        *("reversals", "transfers"),
    )

    def __init__(self) -> None:
        self.orders: dict[OrderId, Order] = {}
        self.transfers: dict[TransferId, tuple[Transfer, MoneyLeg]] = {}
        self.parties: dict[PartyId, Party] = {}
        self.products: dict[ProductId, Product] = {}
        self.reversals: list[Reversal] = []
        self.disclosures: list[Disclosure] = []
        self.claims: list[MarketClaimRaised] = []
        self.fees: list[DatedFees] = []
        self.halts: dict[HaltId, Halt] = {}
        self.money = MoneyTouched()


class State:
    """Everything that the journal's commands have made true so far."""

    def __init__(self) -> None:
        self.sequence = Sequence(0)
        self.at_ns = TimeNs(0)
        self.profile: VenueProfile | None = None
        self.approval_ref: str | None = None
        """Of the venue's authority, if its licence asks for one."""
        self.fees = FeeSchedules(DEFAULT_FEE_SCHEDULE)
        self.calendars: dict[str, Calendar] = {}
        self.days = CalendarState()
        self.four_eyes = False
        self.parties: dict[PartyId, Party] = {}
        self.products: dict[ProductId, Product] = {}
        self.clocks: dict[ProductId, Clocks] = {}
        self.symbols: dict[str, ProductId] = {}
        self.orders: dict[OrderId, Order] = {}
        self.own_orders: dict[tuple[PartyId, ProductId], dict[OrderId, Order]] = {}
        self.money_legs: dict[TransferId, MoneyLeg] = {}
        """Of the open transfers."""
        self.settled_legs: dict[TransferId, MoneyLeg] = {}
        """Of the settled ones whose registration is waited for."""
        self.cash = Cash()
        self.money = Money()
        self.register = Register()
        self.slots: dict[ProductId, Slots] = {}
        """Of the products whose holders are capped."""
        self.slots_touched: dict[ProductId, Slots] = {}
        """By the command under way."""
        self.desk = DeskState()
        self.evidence = EvidenceState()
        self.clients = ClientState()
        self.rules = RulesState()
        self.register_files = RegisterFiles()
        self.negotiations = Negotiations()
        self.halts = Halts()
        self.coming_modes = ComingModes()
        self.keys = Keys()
        self.touched = Touched()
        self.missing: MeansMissing | None = None
        """What the command under way is refused for, if that is means."""
        self.gap: tuple[TimeNs, TimeNs] | None = None
        """The last time in which nobody could act, from and until."""
        self.earliest_due_ns: TimeNs | None = None
        """No timer is due before this moment; the next one may be later."""
        self._transfers_of = Sequence(0)
        self._transfers_taken = 0

    def is_operator(self, party_id: PartyId) -> bool:
        """Whether the party is the operator of an open venue. Cost: O(1)."""
        return party_id == OPERATOR_ID and party_id in self.parties

    def add_product(self, product: Product) -> None:
        """Take a product among those of the venue, with the calendar that it names."""
        product_id, terms = product.product_id, product.terms
        self.products[product_id] = product
        self.symbols[terms.symbol] = product_id
        self.clocks[product_id] = clocks_of(terms, self.calendars)

    def next_due_ns(self) -> TimeNs | None:
        """When the earliest timer fires: an order's or a document's expiry, a closed product's
        withdrawals, a negotiation's lapse, a transfer's clock, the end of a freeze or a proposal's,
        a look at a case of which documents changed, a notice to a client, a judgement of orders
        that stand, a deadline of an amended calendar's, what follows from a halt of a party, the
        end of one that ends by itself, a market mode that was announced. Cost: O(products +
        proposals)."""
        dues = [
            due for product in self.products.values() if (due := product.next_due_ns) is not None
        ]
        expiry = self.evidence.next_expiry()
        if expiry is not None:
            dues.append(expiry[0])
        deadline_ns = self.register.next_deadline_ns()
        if deadline_ns is not None:
            dues.append(deadline_ns)
        freeze_ns = self.register.encumbrances.next_due_ns()
        if freeze_ns is not None:
            dues.append(freeze_ns)
        of_desk = self.desk.next_due_ns(), self.desk.approvals.next_look_ns()
        of_parties = self.clients.next_due_ns(), self.negotiations.next_due_ns()
        at_once = self.rules.next_due_ns(), self.days.next_due_ns(), self.halts.next_due_ns()
        others = *of_desk, *of_parties, *at_once, self.coming_modes.next_due_ns()
        dues.extend(due_ns for due_ns in others if due_ns is not None)
        self.earliest_due_ns = TimeNs(min(dues)) if dues else None
        return self.earliest_due_ns

    def note_due(self, due_ns: TimeNs) -> None:
        """A timer was set for this moment."""
        if self.earliest_due_ns is None or due_ns < self.earliest_due_ns:
            self.earliest_due_ns = due_ns

    def take_transfer_id(self) -> TransferId:
        """The id of the next transfer that the command under way opens; a command that opens any
        takes the ids of all from here. Cost: O(1)."""
        sequence = Sequence(self.register.sequence)
        if self._transfers_of != sequence:
            self._transfers_of, self._transfers_taken = sequence, 0
        transfer_id = sequence * TRANSFER_IDS_PER_COMMAND + self._transfers_taken
        self._transfers_taken += 1
        assert self._transfers_taken <= TRANSFER_IDS_PER_COMMAND, sequence
        return TransferId(transfer_id)

    def transfer(self, transfer_id: TransferId) -> Transfer | None:
        """The transfer, if it is open or its registration is waited for. Cost: O(1)."""
        register = self.register
        return register.transfers.get(transfer_id) or register.unregistered.get(transfer_id)

    def leg_of(self, transfer: Transfer) -> MoneyLeg:
        """The money side of a transfer that is open or not registered. Cost: O(1)."""
        leg = self.money_legs.get(transfer.transfer_id)
        return self.settled_legs[transfer.transfer_id] if leg is None else leg

    def keep_until_registered(self, transfer: Transfer, leg: MoneyLeg) -> None:
        """A transfer whose registration is or was waited for stays as long as it is. Cost: O(1)."""
        transfer_id, unregistered = transfer.transfer_id, self.register.unregistered
        if transfer.state is TransferState.SETTLED:
            unregistered[transfer_id], self.settled_legs[transfer_id] = transfer, leg
        else:
            self.forget_settled(transfer_id)

    def forget_settled(self, transfer_id: TransferId) -> None:
        """The registration of a settled transfer is waited for no longer. Cost: O(1)."""
        del self.register.unregistered[transfer_id], self.settled_legs[transfer_id]

    def restore_clients(self, image: ClientImage) -> None:
        """Take what a snapshot has kept of clients. Cost: O(those)."""
        self.clients.restore(image)
        for party_id, client in self.clients.clients.items():
            self.parties[party_id].profile = client.profile

    def count_transfer(self, transfer: Transfer, change: int) -> None:
        """A transfer of these parties was opened (1) or has ended (-1)."""
        self.parties[PartyId(transfer.seller_id)].transfers_open += change
        self.parties[PartyId(transfer.buyer_id)].transfers_open += change

    def add_order(self, order: Order) -> None:
        """Take an order among the open ones. Cost: O(1)."""
        self.orders[order.order_id] = order
        own = self.own_orders.setdefault((order.party_id, order.product_id), {})
        own[order.order_id] = order
        self.parties[order.party_id].orders_open += 1

    def remove_order(self, order: Order) -> None:
        """The order is terminal: only its row remains. Cost: O(1)."""
        del self.orders[order.order_id]
        key = order.party_id, order.product_id
        own = self.own_orders[key]
        del own[order.order_id]
        if not own:
            del self.own_orders[key]
        self.parties[order.party_id].orders_open -= 1
