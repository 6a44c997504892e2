"""What an order would cost and whether it would be taken, asked of committed facts: nothing is
journaled or promised.

The facts come from views and SQL rows, never from the engine's live state; the checks are the
engine's own, run on a small state made of those facts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from exchange.accruals import accrued_today
from exchange.cash import Account
from exchange.commands import CreateProduct, PlaceOrder
from exchange.eligibility import check_means, check_new, reserve_needed
from exchange.fee_state import FeeSchedules
from exchange.fees import FeeSchedule, whole_fen
from exchange.halt_state import Halts
from exchange.judging import findings_of_order
from exchange.match_veto import MatchVeto
from exchange.modes.call_state import CallAuction
from exchange.modes.types import BOOK_MODES, MarketMode
from exchange.on_the_way import OnTheWay
from exchange.order_words import order_of
from exchange.price_types import AccruedIncome, PriceFacts
from exchange.profile import Profile
from exchange.refusals import Refusal
from exchange.rules.types import Finding
from exchange.rules_state import RulesState
from exchange.seats import Holder
from exchange.settlement import cost_at_worst, cost_to_reserve, fault_fee, principal
from exchange.slots import Slots
from exchange.state import Order, Party, Product, State
from exchange.turning_view import Turning
from exchange.types import Fen, PartyId, PartyKind, Sequence
from matching import OrderId, ParticipantId, Price, Quantity, Side, TimeInForce
from registry.calendar import Calendar
from registry.lots import Lot
from registry.product import ProductState, Standing
from registry.types import Draw, HolderId, ProductId, TimeNs, Units

SOMEBODY: Final = HolderId(0)
"""Whose units come to the party, it does not matter who that is: no party has this number."""
Level = tuple[int, int]
"""Price and quantity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is committed about a party and a product."""

    kind: PartyKind
    product_id: ProductId
    terms: CreateProduct
    state: ProductState
    mode: MarketMode
    fee_schedule: FeeSchedule
    money_available: Fen
    lots: tuple[Lot, ...]
    """Those of the party in this product."""
    units_coming: int
    """Those of this product that are on their way to the party."""
    orders_open: int
    own_orders: tuple[tuple[Side, int], ...]
    """Side and price of the party's open orders for this product."""
    opposite: tuple[Level, ...]
    """The other side of the book, best first."""
    disclosed: PriceFacts
    """Of the product."""
    profile: Profile
    rules: RulesState
    """With those of the product."""
    calendars: Mapping[str, Calendar]
    halts: Halts
    """Of the venue and all products."""
    turning: Turning | None
    """The party's last trades, where days are to lie between opposite ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the order would mean for its party, at its limit: the worst that can come of it."""

    refusal: Refusal | None
    consideration: Fen
    accrued: AccruedIncome | None
    """What the buyer would pay besides, were it wholly filled today; None: the price is not
    clean."""
    fee_venue: Fen
    fee_trust_company: Fen
    reserve_money: Fen
    """Of a buy: consideration, fees and what accrues at most until its last day, or the product's
    deposit on them."""
    rest_due: Fen
    """Of a buy: what of them is to be paid later, before its transfers go to the trust company."""
    reserve_units: Quantity
    """Of a sell."""
    proceeds: Fen
    """Of a sell, wholly filled at its limit today, after fees."""
    fault_fee: Fen
    """What its party would pay the other, were it wholly filled in one transfer at its limit and at
    fault for that transfer's failure."""
    draws: tuple[Draw, ...] | None
    """Of a sell that would be taken: the lots that it would draw from, first filled first."""
    findings: tuple[Finding, ...]
    """What each rule says of it."""

    @property
    def full(self) -> Fen:
        """Consideration and accrued income, before fees. Cost: O(1)."""
        return Fen(self.consideration + (0 if self.accrued is None else self.accrued.amount))


def preview(
    facts: Facts,
    command: PlaceOrder,
    at_ns: TimeNs,
    *,
    acknowledged: tuple[str, ...] = (),
    in_mode: bool = False,
) -> Preview:
    """The costs of an order and the refusal that it would meet. Cost: O(levels in reach).

    Args:
        acknowledged: the rules whose warnings its party has read.
        in_mode: as what the product's market mode takes, which may be an offer beside the book.
    """
    state, product = small_state(facts, command, at_ns)
    state.rules.acknowledged = acknowledged
    order = order_of(command, Sequence(1), at_ns, product=product)
    mode = facts.mode if in_mode and facts.mode not in BOOK_MODES else None
    refusal = first_refusal(state, product, order, at_ns, mode=mode)
    if refusal is None and mode is None:
        refusal = _check_book(facts.opposite, order)
    consideration = whole_fen(
        command.price * command.quantity, quantity_scale=facts.terms.quantity_scale
    )
    par = principal(product, command.quantity)
    accrued = accrued_today(product, order)
    fees = facts.fee_schedule
    if command.side is Side.BUY:
        venue, trust_company = fees.venue_buyer, fees.trust_company_buyer
        fee_venue, fee_trust_company = venue.on(consideration), trust_company.on(par)
        reserve = cost_to_reserve(
            state, product, order, price=command.price, open_quantity=command.quantity
        )
        worst = cost_at_worst(
            state, product, order, price=command.price, open_quantity=command.quantity
        )
        rest_due = worst - reserve
        units, proceeds = 0, 0
    else:
        venue, trust_company = fees.venue_seller, fees.trust_company_seller
        fee_venue = min(venue.on(consideration), consideration)
        fee_trust_company = min(trust_company.on(par), consideration - fee_venue)
        reserve, rest_due, units = 0, 0, command.quantity
        proceeds = consideration - fee_venue - fee_trust_company
        proceeds += 0 if accrued is None else accrued.amount
    draws = None
    if command.side is Side.SELL and refusal is None:
        holder_id = HolderId(command.actor)
        draws = state.register.reserve(
            facts.product_id, holder_id, Units(command.quantity), order.lots
        )
    return Preview(
        refusal=refusal,
        consideration=consideration,
        accrued=accrued,
        fee_venue=Fen(fee_venue),
        fee_trust_company=Fen(fee_trust_company),
        reserve_money=Fen(reserve),
        rest_due=Fen(rest_due),
        reserve_units=Quantity(units),
        proceeds=Fen(proceeds),
        fault_fee=fault_fee(facts.terms.transfer_terms.fault_fee, consideration),
        draws=draws,
        findings=findings_of_order(state, product, order, at_ns=at_ns),
    )


def first_refusal(
    state: State,
    product: Product,
    order: Order,
    at_ns: TimeNs,
    *,
    mode: MarketMode | None = None,
) -> Refusal | None:
    """What the engine would refuse a new order for, the book left aside. Cost: some 20 µs.

    Args:
        mode: in which parties deal by name, of what stands beside the book; None: for the book.
    """
    refusal = check_new(state, order, at_ns, mode=mode)
    if refusal is not None:
        return refusal
    price, quantity = order.price, order.quantity
    needed = reserve_needed(state, product, order, price=price, open_quantity=quantity)
    return check_means(state, product, order, price=price, open_quantity=quantity, needed=needed)


def small_state(facts: Facts, command: PlaceOrder, at_ns: TimeNs) -> tuple[State, Product]:
    """The facts as a state of the engine's: this party and this product alone. Cost: O(lots + own
    orders)."""
    state = State()
    state.fees = FeeSchedules(facts.fee_schedule)
    state.calendars, state.rules = dict(facts.calendars), facts.rules
    state.halts = facts.halts
    party = state.parties[command.actor] = Party(command.actor, facts.kind)
    party.profile = facts.profile
    state.cash.accounts[command.actor] = Account(available=facts.money_available)
    product = state.products[facts.product_id] = Product(facts.product_id, facts.terms)
    product.standing = Standing(state=facts.state)
    product.facts = facts.disclosed
    product.mode = facts.mode
    if facts.mode is MarketMode.CALL_AUCTION:
        product.auction = CallAuction(opens_ns=at_ns)
    if facts.turning is not None:
        state.slots[facts.product_id] = _slots_of(facts, facts.turning, command.actor)
    on_the_way = OnTheWay()
    if facts.units_coming:
        on_the_way.open(facts.units_coming, seller_id=SOMEBODY, buyer_id=HolderId(command.actor))
    product.veto = MatchVeto(state, product, slots=None, classes=None, on_the_way=on_the_way)
    for lot in facts.lots:
        state.register.restore_lot(msgspec.structs.replace(lot))
    for index, (side, price) in enumerate(facts.own_orders):
        own = _own_order(command, side, Price(price), OrderId(-index))
        state.own_orders.setdefault((command.actor, facts.product_id), {})[own.order_id] = own
        if facts.mode in BOOK_MODES:
            product.book.place(
                own.order_id, ParticipantId(own.party_id), own.side, own.price, own.quantity
            )
    party.orders_open = facts.orders_open
    return state, product


def _slots_of(facts: Facts, turning: Turning, party_id: PartyId) -> Slots:
    """Slots that know of this party's last trades, and of nothing else."""
    party = Holder(facts.kind is PartyKind.NATURAL_PERSON, facts.profile.lookthrough_count)
    calendar = facts.calendars[facts.terms.transfer_terms.calendar_id]
    slots = Slots(turning.caps, calendar, lambda _: party)
    for trades, at_ns in ((slots.bought, turning.bought_ns), (slots.sold, turning.sold_ns)):
        if at_ns is not None:
            trades[HolderId(party_id)] = calendar.day_of(at_ns)
    return slots


def _own_order(command: PlaceOrder, side: Side, price: Price, order_id: OrderId) -> Order:
    return Order(
        order_id=order_id,
        party_id=command.actor,
        product_id=command.product_id,
        client_order_id="",
        side=side,
        price=price,
        quantity=Quantity(1),
        time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
        post_only=False,
        expires_at_ns=None,
        placed_at_ns=TimeNs(0),
        changed_at_ns=TimeNs(0),
        open_quantity=1,
    )


def _check_book(opposite: Iterable[Level], order: Order) -> Refusal | None:
    """What the book itself would refuse."""
    reachable = 0
    for price, quantity in opposite:
        crosses = price <= order.price if order.side is Side.BUY else price >= order.price
        if not crosses:
            break
        if order.post_only:
            return Refusal.POST_ONLY_WOULD_CROSS
        reachable += quantity
    if order.time_in_force is TimeInForce.FILL_OR_KILL and reachable < order.quantity:
        return Refusal.FILL_OR_KILL_UNFILLABLE
    return None
