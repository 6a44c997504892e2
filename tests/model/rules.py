"""Who may do what, and when not: each rule with its refusal; the smallest that applies counts."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import assert_never

from exchange import commands as given
from exchange.client_commands import ClientCommand
from exchange.desk_commands import (
    AppointOfficer,
    Approve,
    DismissOfficer,
    RaiseException,
    ResolveException,
)
from exchange.evidence_commands import EvidenceCommand
from exchange.fees import FeeLine
from exchange.money_commands import MoneyCommand
from exchange.refusals import Refusal
from exchange.register_commands import EncumbranceCommand, RegisterCommand
from exchange.review_commands import ReviewCommand
from exchange.transfer_commands import TransferCommand
from exchange.types import PartyId, PartyKind
from matching import (
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    RefusalReason,
    Refused,
    Side,
    SizeTerms,
    TimeInForce,
)
from registry.calendar import Calendar
from registry.terms import TransferTerms
from registry.types import ProductId
from tests.model import posting
from tests.model.bank_rules import bank_rules
from tests.model.clients import Clients, rules_for_client
from tests.model.deals import Deals
from tests.model.desk import (
    Applies,
    AtDesk,
    rules_for_matters,
    rules_for_staffing,
    rules_for_two,
    wants_two_persons,
)
from tests.model.evidence import Papers, rules_of_evidence
from tests.model.ledger import OPERATOR, Ledger, ModelOrder, ModelProduct
from tests.model.liens import rules_for_encumbrance
from tests.model.matters import Matters
from tests.model.register import cut, join
from tests.model.review import Decides, rules_for_review
from tests.model.steps import rules_for_step
from tests.model.transfer import OPEN

DAY_NS = 24 * 60 * 60 * 10**9
FEE_LINES = ("venue_buyer", "venue_seller", "trust_company_buyer", "trust_company_seller")
TRADERS = (PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION)

InMarket = (
    given.OpenVenue
    | given.RegisterParty
    | given.CreateProduct
    | given.RecordDeposit
    | given.PlaceOrder
    | given.CancelOrder
    | given.ReplaceOrder
    | given.ConfirmTransfer
    | given.RejectTransfer
    | given.AdvanceTime
    | TransferCommand
    | ReviewCommand
    | MoneyCommand
    | EvidenceCommand
)
ByOperator = given.RegisterParty | given.CreateProduct | given.RecordDeposit


def refusal_of(ledger: Deals, command: given.AnyCommand) -> Refusal | None:
    """Why the command changes nothing, or None."""
    if wants_two_persons(ledger, command):
        return Refusal.FOUR_EYES_REQUIRED
    return _smallest(_rules(ledger, command))


def _smallest(rules: Applies) -> Refusal | None:
    return min((why for why, applies in rules if applies), default=None)


def _rules(ledger: Deals, command: given.AnyCommand) -> Applies:
    if isinstance(command, EncumbranceCommand):
        return rules_for_encumbrance(ledger, command)
    if isinstance(command, RegisterCommand):
        return posting.rules(ledger, command)
    if isinstance(command, ClientCommand):
        assert isinstance(ledger, Clients), ledger
        return rules_for_client(ledger, command)
    if isinstance(command, AtDesk):
        return _rules_at_desk(ledger, command)
    return _rules_of_market(ledger, command)


def _rules_of_market(ledger: Deals, command: InMarket) -> Applies:
    match command:
        case given.OpenVenue():
            lines = [getattr(command.fee_schedule, name) for name in FEE_LINES]
            return [
                (Refusal.VENUE_ALREADY_OPEN, ledger.opened is not None),
                (Refusal.TERMS_OUT_OF_RANGE, not all(_is_fee(line) for line in lines)),
                (Refusal.CALENDAR_OUT_OF_RANGE, not _are_calendars(command.calendars)),
            ]
        case given.PlaceOrder():
            return _rules_for_new_order(ledger, command)
        case given.CancelOrder():
            return [(Refusal.UNKNOWN_ORDER, _own_open_order(ledger, command) is None)]
        case given.ReplaceOrder():
            order = _own_open_order(ledger, command)
            if order is None:
                return [(Refusal.UNKNOWN_ORDER, True)]
            terms = size_terms(order.placed)
            shrinks = command.quantity < order.open_quantity
            return [
                (
                    Refusal.SIZE_TERMS_CONFLICT,
                    terms is not None and terms.whole_only and shrinks,
                ),
                *_rules_for_order(ledger, order, command.price, open_quantity=command.quantity),
                *_rules_of_book(order, command),
            ]
        case _ if isinstance(command, Decides | ReviewCommand):
            assert isinstance(ledger, Papers)
            return rules_for_review(ledger, command)
        case given.AdvanceTime():
            return []
        case step if isinstance(step, TransferCommand):
            return rules_for_step(ledger, step)
        case _ if isinstance(command, MoneyCommand):
            accounts = ledger.accounts()
            return bank_rules(
                ledger.bank,
                ledger.kinds,
                command,
                available={party_id: amounts[1] for party_id, amounts in accounts.items()},
                at_ns=ledger.at_ns,
            )
        case _ if isinstance(command, EvidenceCommand):
            assert isinstance(ledger, Papers)
            return rules_of_evidence(ledger, command)
        case _:
            is_operator = ledger.opened is not None and command.actor == OPERATOR
            not_operator = (Refusal.NOT_PERMITTED, not is_operator)
            return [not_operator, *_rules_for_operator(ledger, command)]


def _rules_at_desk(ledger: Deals, command: AtDesk) -> Applies:
    """Of what is approved the act's own rules come last."""
    if isinstance(command, AppointOfficer | DismissOfficer):
        return rules_for_staffing(ledger, command)
    if isinstance(command, RaiseException | ResolveException):
        assert isinstance(ledger, Matters)
        return rules_for_matters(ledger, command)
    rules = rules_for_two(ledger, command)
    if isinstance(command, Approve) and _smallest(rules) is None:
        rules = _rules(ledger, ledger.proposals[command.proposal_id].proposed.act)
    return rules


def _are_calendars(calendars: tuple[Calendar, ...]) -> bool:
    names = [calendar.calendar_id for calendar in calendars]
    return len(names) == len(set(names)) <= 16 and all(
        0 < calendar.working_weekdays < 128 for calendar in calendars
    )


def _is_known(ledger: Ledger, command: given.CreateProduct) -> bool:
    assert ledger.opened is not None
    known = [calendar.calendar_id for calendar in ledger.opened.calendars]
    return command.transfer_terms.calendar_id in known


def _is_fee(line: FeeLine) -> bool:
    return 0 <= line.rate_bps <= 10_000 and 0 <= line.minimum <= line.maximum <= 10**12


def _rules_for_operator(ledger: Ledger, command: ByOperator) -> Applies:
    match command:
        case given.RegisterParty():
            return [(Refusal.NOT_PERMITTED, command.kind is PartyKind.OPERATOR)]
        case given.CreateProduct():
            kind = ledger.kinds.get(command.trust_company_id)
            symbols = [product.terms.symbol for product in ledger.products.values()]
            return [
                (Refusal.UNKNOWN_PARTY, kind is not PartyKind.TRUST_COMPANY),
                (Refusal.UNKNOWN_PARTY, not _may_all_buy(ledger, command.transfer_terms)),
                (Refusal.UNKNOWN_CALENDAR, not _is_known(ledger, command)),
                (Refusal.TERMS_OUT_OF_RANGE, not all(_terms_in_range(command))),
                (Refusal.SYMBOL_TAKEN, command.symbol in symbols),
            ]
        case given.RecordDeposit():
            total = ledger.deposited(command.party_id) + command.amount
            return [
                (Refusal.UNKNOWN_PARTY, ledger.kinds.get(command.party_id) not in TRADERS),
                (Refusal.AMOUNT_OUT_OF_RANGE, not 1 <= command.amount <= 10**14),
                (Refusal.ACCOUNT_FULL, total > 10**17),
            ]
        case _:
            assert_never(command)


def _terms_in_range(terms: given.CreateProduct) -> list[bool]:
    texts = [terms.name_zh, terms.name_en, terms.product_type]
    return [
        re.fullmatch("[A-Z0-9][A-Z0-9.-]*", terms.symbol) is not None,
        2 <= len(terms.symbol) <= 32,
        *(1 <= len(text) <= 120 for text in texts),
        terms.risk_level in range(1, 6),
        terms.benchmark_bps is None or terms.benchmark_bps in range(10_001),
        terms.maturity_date is None or is_date(terms.maturity_date),
        1 <= terms.units_issued <= 10**15,
        1 <= terms.par_value <= 10**9,
        1 <= terms.tick <= 10**9,
        1 <= terms.lot <= 10**15,
        terms.quantity_scale in range(5),
        ModelProduct(product_id=ProductId(0), terms=terms).par(terms.units_issued) <= 10**18
        if terms.quantity_scale in range(5)
        else False,
        *_transfer_terms_in_range(terms.transfer_terms),
    ]


def _transfer_terms_in_range(terms: TransferTerms) -> list[bool]:
    notices = [terms.acknowledge_days, terms.remind_days, terms.escalate_days]
    days = [*notices, terms.decide_days, terms.settling_days, terms.funding_days]
    days += [terms.signing_days, terms.returning_days, terms.overlay_days, terms.rescission_days]
    return [
        0 <= terms.cooling_off_hours <= (240 if terms.agreement else 0),
        0 <= terms.deposit_bps <= 1_000,
        0 <= terms.returns_max <= 10,
        0 <= terms.fault_fee.rate_bps <= 10_000,
        0 <= terms.fault_fee.maximum <= 20_000_00,
        *(1 <= each <= 250 for each in days),
        0 <= terms.maturity_days <= 250,
        0 <= terms.preemption_days <= 366,
        bool(terms.right_holders) is (terms.preemption_days > 0),
        len(set(terms.right_holders)) == len(terms.right_holders) <= 200,
        notices == sorted(notices),
        terms.escalate_days <= terms.decide_days,
        terms.cut_off_minute is None or terms.cut_off_minute in range(1440),
    ]


def _may_all_buy(ledger: Ledger, terms: TransferTerms) -> bool:
    """Whether everybody who has a right of pre-emption can make use of it."""
    return all(ledger.kinds.get(PartyId(each)) in TRADERS for each in terms.right_holders)


def is_date(text: str) -> bool:
    """YYYY-MM-DD; whether the calendar has such a day, the edge asks."""
    parts = text.split("-")
    digits = all(digit in "0123456789" for part in parts for digit in part)
    return digits and [len(part) for part in parts] == [4, 2, 2]


def _rules_for_new_order(ledger: Ledger, command: given.PlaceOrder) -> Applies:
    product = ledger.products.get(command.product_id)
    is_trader = ledger.kinds.get(command.actor) in TRADERS
    if product is None or not is_trader:
        return [
            (Refusal.NOT_PERMITTED, not is_trader),
            (Refusal.UNKNOWN_PRODUCT, product is None),
        ]
    expires = command.expires_at_ns is not None
    waits_ns = (command.expires_at_ns or 0) - ledger.at_ns
    conflict = {
        TimeInForce.GOOD_TILL_CANCELLED: False,
        TimeInForce.GOOD_TILL_DATE: not expires,
        TimeInForce.IMMEDIATE_OR_CANCEL: command.post_only or expires,
        TimeInForce.FILL_OR_KILL: command.post_only or expires,
        TimeInForce.DAY: True,  # there are no sessions yet
    }[command.time_in_force]
    own = [order for order in ledger.open_orders() if order.party_id == command.actor]
    order = new_order(ledger, command, product)
    limits = ledger.limits
    return [
        (Refusal.EXPIRY_OUT_OF_RANGE, expires and not 1 <= waits_ns <= 30 * DAY_NS),
        (Refusal.TIME_IN_FORCE_CONFLICT, conflict),
        *_rules_for_size_terms(command, product),
        (Refusal.LOTS_CONFLICT, _names_wrong_lots(ledger, order)),
        (Refusal.ORDERS_OPEN_MAX, len(own) >= limits.orders_open_per_party_max),
        (Refusal.BOOK_FULL, len(product.book.resting) >= limits.orders_open_per_product_max),
        *_rules_for_order(ledger, order, command.price, open_quantity=command.quantity),
        *_rules_of_book(order, command),
    ]


def size_terms(command: given.PlaceOrder) -> SizeTerms | None:
    """What the book is told."""
    if isinstance(command, given.PlaceConstrainedOrder) and (
        command.minimum_quantity != 0 or command.all_or_none or command.whole_only
    ):
        return SizeTerms(
            minimum_quantity=command.minimum_quantity,
            all_or_none=command.all_or_none,
            whole_only=command.whole_only,
        )
    return None


def _rules_for_size_terms(command: given.PlaceOrder, product: ModelProduct) -> Applies:
    if not isinstance(command, given.PlaceConstrainedOrder):
        return []
    never_takes = command.post_only and command.all_or_none
    return [
        (Refusal.SIZE_TERMS_CONFLICT, command.minimum_quantity % product.terms.lot != 0),
        (Refusal.SIZE_TERMS_CONFLICT, command.all_or_none and command.whole_only),
        (Refusal.SIZE_TERMS_CONFLICT, never_takes),
        (
            Refusal.SIZE_TERMS_CONFLICT,
            not 0 <= command.minimum_quantity <= command.quantity,
        ),
    ]


def _rules_for_order(
    ledger: Ledger, order: ModelOrder, price: Price, *, open_quantity: Quantity
) -> Applies:
    product, buys = order.product, order.side is Side.BUY
    quantity = order.filled_quantity + open_quantity
    value = product.fen(order.value_bought + price * open_quantity)
    needed = ledger.reserve_for(order, price, open_quantity=open_quantity) - ledger.reserved(order)
    money = ledger.money_available(order.party_id)
    fills = _fills_at_most(order, price, open_quantity)
    post_only = order.placed.post_only
    return [
        (Refusal.PRICE_OUT_OF_RANGE, not 1 <= price <= 10**9),
        (Refusal.PRICE_OFF_TICK, price % product.terms.tick != 0),
        (Refusal.QUANTITY_OUT_OF_RANGE, open_quantity < 1 or quantity > 10**15),
        (Refusal.QUANTITY_OFF_LOT, open_quantity % product.terms.lot != 0),
        (Refusal.ORDER_VALUE_OUT_OF_RANGE, max(value, product.par(quantity)) > 10**12),
        (Refusal.PRODUCT_NOT_LIVE, product.standing != "LIVE"),
        (Refusal.SELF_TRADE, _meets_own(ledger, order, price)),
        *([] if buys else _rules_for_lots(ledger, order, needed)),
        (
            Refusal.LOTS_MAX,
            buys and _lots_to_come(ledger, order) >= ledger.limits.lots_per_holding_max,
        ),
        (Refusal.MONEY_NOT_AVAILABLE, buys and needed > money),
        (
            Refusal.TRANSFERS_OPEN_MAX,
            pending_transfers(ledger, order.party_id) >= ledger.limits.transfers_open_per_party_max,
        ),
        (Refusal.FILLS_MAX, not post_only and fills > ledger.limits.fills_per_command_max),
    ]


def _names_wrong_lots(ledger: Ledger, order: ModelOrder) -> bool:
    """A buyer names none; a seller his own, each once, not more than an order draws from, and with
    enough units, whatever stands behind them."""
    held = ledger.held_lots(order)
    named = order.named
    return bool(named) and (
        order.side is Side.BUY
        or len(named) > ledger.limits.lots_per_order_max
        or sorted(set(named)) != sorted(named)
        or not all(lot_id in held for lot_id in named)
        or sum(held[lot_id] for lot_id in named) < order.placed.quantity
    )


def _rules_for_lots(ledger: Ledger, order: ModelOrder, needed: int) -> Applies:
    if not all(lot_id in ledger.register.lots for lot_id in order.named):
        return []  # refused already
    free = ledger.free_lots(order)
    draws, _ = cut(free, needed)
    return [
        (Refusal.UNITS_NOT_AVAILABLE, needed > sum(units for _, units in free)),
        (
            Refusal.LOTS_MAX,
            needed > 0 and len(join(order.draws, draws)) > ledger.limits.lots_per_order_max,
        ),
    ]


def _lots_to_come(ledger: Ledger, order: ModelOrder) -> int:
    """The lots that the party has of the product, and those that its purchases will be."""
    purchases = [
        transfer
        for transfer in ledger.pending_transfers()
        if transfer.buy.party_id == order.party_id and transfer.product is order.product
    ]
    return len(ledger.held_lots(order)) + len(purchases)


def _rules_of_book(order: ModelOrder, command: given.PlaceOrder | given.ReplaceOrder) -> Applies:
    """What the book says to it, tried on a copy."""
    book = deepcopy(order.product.book)
    if isinstance(command, given.PlaceOrder):
        happened = book.place(
            order.order_id,
            ParticipantId(order.party_id),
            order.side,
            command.price,
            command.quantity,
            command.time_in_force,
            post_only=command.post_only,
            expires_at_ns=command.expires_at_ns,
            size_terms=size_terms(command),
        )
    else:
        happened = book.replace(order.order_id, command.price, command.quantity)
    reason = happened[0].reason if happened and isinstance(happened[0], Refused) else None
    return [
        (Refusal.POST_ONLY_WOULD_CROSS, reason is RefusalReason.POST_ONLY_WOULD_CROSS),
        (Refusal.FILL_OR_KILL_UNFILLABLE, reason is RefusalReason.FILL_OR_KILL_UNFILLABLE),
    ]


def pending_transfers(ledger: Ledger, party_id: PartyId) -> int:
    """How many transfers the party waits for, on either side."""
    return sum(
        transfer.state.name in OPEN and party_id in (transfer.buy.party_id, transfer.sell.party_id)
        for transfer in ledger.transfers.values()
    )


def _meets_own(ledger: Ledger, order: ModelOrder, price: Price) -> bool:
    own = [
        other.price
        for other in ledger.open_orders()
        if other.party_id == order.party_id
        and other.product is order.product
        and other.side is not order.side
    ]
    if order.side is Side.BUY:
        return any(own_price <= price for own_price in own)
    else:
        return any(own_price >= price for own_price in own)


def _fills_at_most(order: ModelOrder, price: Price, open_quantity: int) -> int:
    """With how many orders on the other side the order may trade, at `price` or better. One that
    does not trade at every size may be among them, and may take nothing off the order."""
    terms = size_terms(order.placed) or SizeTerms()
    if terms.whole_only:
        return 1
    fills = 0
    for other in order.product.book.orders(order.side.opposite):
        beyond = other.price > price if order.side is Side.BUY else other.price < price
        if beyond or open_quantity <= 0:
            break
        if other.size_terms is not None:
            fills += 1
        elif other.quantity >= min(terms.minimum_quantity, open_quantity):
            fills += 1
            open_quantity -= other.quantity
    return fills


def new_order(ledger: Ledger, command: given.PlaceOrder, product: ModelProduct) -> ModelOrder:
    """The order that the command asks for, before anything has come of it."""
    return ModelOrder(
        order_id=OrderId(ledger.sequence),
        product=product,
        placed=command,
        placed_at_ns=ledger.at_ns,
        price=command.price,
        changed_at_ns=ledger.at_ns,
    )


def _own_open_order(
    ledger: Ledger, command: given.CancelOrder | given.ReplaceOrder
) -> ModelOrder | None:
    orders = [order for order in ledger.open_orders() if order.party_id == command.actor]
    return next((order for order in orders if order.order_id == command.order_id), None)
