"""Who may do what, and when not: each rule with its refusal; the smallest that applies counts."""

from __future__ import annotations

from copy import deepcopy

from exchange import commands as given
from exchange.calendar_commands import CalendarCommand
from exchange.client_commands import ClientCommand
from exchange.desk_commands import (
    AppointOfficer,
    Approve,
    DismissOfficer,
    RaiseException,
    ResolveException,
)
from exchange.evidence_commands import EvidenceCommand
from exchange.fee_commands import SetFeeSchedule
from exchange.halt_commands import HaltCommand
from exchange.market_commands import MarketCommand
from exchange.money_commands import MoneyCommand
from exchange.negotiation_commands import NegotiationCommand
from exchange.price_commands import PriceCommand
from exchange.refusals import Refusal
from exchange.register_commands import EncumbranceCommand, RegisterCommand
from exchange.review_commands import ReviewCommand
from exchange.rules_commands import RulesCommand
from exchange.transfer_commands import TransferCommand
from exchange.types import PartyId
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
from tests.model import fees, halts, market, negotiation_rules, posting
from tests.model.accrual import with_end
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
from tests.model.halt import is_halted, is_suspended
from tests.model.ledger import OPERATOR, Ledger, ModelOrder
from tests.model.liens import rules_for_encumbrance
from tests.model.matters import Matters
from tests.model.operator_rules import (
    FEE_LINES,
    TRADERS,
    are_calendars,
    is_fee,
    is_licence,
    rules_for_operator,
)
from tests.model.prices import rules_for_prices
from tests.model.product import ModelProduct
from tests.model.register import cut, join
from tests.model.review import Decides, Reviews, rules_for_review
from tests.model.steps import rules_for_step
from tests.model.transfer import OPEN

DAY_NS = 24 * 60 * 60 * 10**9

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
    if isinstance(command, NegotiationCommand):
        return negotiation_rules.rules(ledger, command, _rules_for_new_order)
    if isinstance(command, MarketCommand):
        return market.rules(ledger, command)
    if isinstance(command, PriceCommand):
        assert isinstance(ledger, Papers)
        return rules_for_prices(ledger, command)
    if isinstance(command, SetFeeSchedule):
        lines = [getattr(command.schedule, name) for name in FEE_LINES]
        return fees.rules(ledger, command, are_fees=all(map(is_fee, lines)))
    if isinstance(command, HaltCommand):
        return halts.rules(ledger, command)
    # Judged elsewhere: tests/properties/test_rules.py, tests/exchange/test_calendars.py.
    assert not isinstance(command, RulesCommand | CalendarCommand | given.Acknowledge), command
    return _rules_of_market(ledger, command)


def _rules_of_market(ledger: Deals, command: InMarket) -> Applies:
    match command:
        case given.OpenVenue():
            lines = [getattr(command.fee_schedule, name) for name in FEE_LINES]
            return [
                (Refusal.VENUE_ALREADY_OPEN, ledger.opened is not None),
                (Refusal.TERMS_OUT_OF_RANGE, not all(is_fee(line) for line in lines)),
                (Refusal.CALENDAR_OUT_OF_RANGE, not are_calendars(command.calendars)),
                (Refusal.LICENCE_OUT_OF_RANGE, not is_licence(command)),
            ]
        case given.PlaceOrder():
            return _rules_for_new_order(ledger, command)
        case given.CancelOrder():
            order = _own_open_order(ledger, command)
            return [
                (Refusal.UNKNOWN_ORDER, order is None),
                (Refusal.WRONG_MARKET_MODE, order is not None and order.is_aside),
                (Refusal.AUCTION_UNDER_WAY, order is not None and _is_uncrossing(order.product)),
            ]
        case given.ReplaceOrder():
            order = _own_open_order(ledger, command)
            if order is None:
                return [(Refusal.UNKNOWN_ORDER, True)]
            if order.is_aside:
                return [(Refusal.WRONG_MARKET_MODE, True)]
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
            assert isinstance(ledger, Reviews)
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
            return [not_operator, *rules_for_operator(ledger, command)]


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


def _rules_for_new_order(
    ledger: Ledger, command: given.PlaceOrder, mode: str | None = None
) -> Applies:
    """`mode`: in which parties deal by name, of what they say; None: of an order for the book."""
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
    rests = command.time_in_force in (
        TimeInForce.GOOD_TILL_CANCELLED,
        TimeInForce.GOOD_TILL_DATE,
    )
    is_plain = rests and not command.post_only and size_terms(command) is None
    return [
        (Refusal.EXPIRY_OUT_OF_RANGE, expires and not 1 <= waits_ns <= 30 * DAY_NS),
        (Refusal.TIME_IN_FORCE_CONFLICT, conflict),
        *_rules_for_size_terms(command, product),
        (Refusal.LOTS_CONFLICT, _names_wrong_lots(ledger, order)),
        (
            Refusal.AUCTION_PLAIN_ONLY,
            mode is None and product.mode == "CALL_AUCTION" and not is_plain,
        ),
        (Refusal.ORDERS_OPEN_MAX, len(own) >= limits.orders_open_per_party_max),
        (Refusal.BOOK_FULL, len(product.book.resting) >= limits.orders_open_per_product_max),
        *_rules_for_order(ledger, order, command.price, open_quantity=command.quantity, mode=mode),
        *([] if mode else _rules_of_book(order, command)),
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
    ledger: Ledger,
    order: ModelOrder,
    price: Price,
    *,
    open_quantity: Quantity,
    mode: str | None = None,
) -> Applies:
    product, buys = order.product, order.side is Side.BUY
    quantity = order.filled_quantity + open_quantity
    value = product.fen(order.value_bought + price * open_quantity)
    needed = ledger.reserve_for(order, price, open_quantity=open_quantity) - ledger.reserved(order)
    money = ledger.money_available(order.party_id)
    fills = _fills_at_most(order, price, open_quantity) if product.auction is None else 0
    post_only = order.placed.post_only
    return [
        (Refusal.PRICE_OUT_OF_RANGE, not 1 <= price <= 10**9),
        (Refusal.PRICE_OFF_TICK, price % product.terms.tick != 0),
        (Refusal.QUANTITY_OUT_OF_RANGE, open_quantity < 1 or quantity > 10**15),
        (Refusal.QUANTITY_OFF_LOT, open_quantity % product.terms.lot != 0),
        (Refusal.ORDER_VALUE_OUT_OF_RANGE, max(value, product.par(quantity)) > 10**12),
        (Refusal.PRODUCT_NOT_LIVE, product.standing != "LIVE"),
        (
            Refusal.WRONG_MARKET_MODE,
            product.mode not in ((mode,) if mode else ("CONTINUOUS", "CALL_AUCTION")),
        ),
        (Refusal.AUCTION_UNDER_WAY, _is_uncrossing(product)),
        (Refusal.TRADE_HALTED, is_halted(ledger, product)),
        (Refusal.PARTY_SUSPENDED, is_suspended(ledger, order.party_id)),
        (Refusal.SELF_TRADE, mode is None and _meets_own(ledger, order, price)),
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
        placed=with_end(product, command, ledger.at_ns),
        placed_at_ns=ledger.at_ns,
        price=command.price,
        changed_at_ns=ledger.at_ns,
    )


def _is_uncrossing(product: ModelProduct) -> bool:
    """Nobody changes anything while an auction's fills are carried out."""
    return product.auction is not None and bool(product.auction.fills)


def _own_open_order(
    ledger: Ledger, command: given.CancelOrder | given.ReplaceOrder
) -> ModelOrder | None:
    orders = [order for order in ledger.open_orders() if order.party_id == command.actor]
    return next((order for order in orders if order.order_id == command.order_id), None)
