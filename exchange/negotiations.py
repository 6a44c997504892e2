"""Deals between named parties: what each command about one may do, and does.

Whoever's word stands has what it takes reserved, by an order of his own that stands beside the
book. Where both sides have said yes, the two orders are filled as any others are: what comes after
the match knows no mode. What may follow on what is a table in exchange/modes. All checks come
first, in the order of the refusals' numbers.
"""

from typing import Final

from exchange.command import Command
from exchange.handler import Handler
from exchange.limits import QUOTE_VALIDITY_NS
from exchange.modes.negotiation import Acceptance, Act, Move, OfferState, Role
from exchange.modes.types import MarketMode
from exchange.negotiation_checks import (
    check_acceptance,
    check_counterparty,
    check_offers,
    check_once,
    check_request,
    check_reserve,
    check_room,
    check_terms,
    check_turn,
    check_word,
    find_open,
    first_of,
)
from exchange.negotiation_commands import (
    AcceptOffer,
    DeclineOffer,
    ListUnits,
    MakeOffer,
    OfferDeal,
    RequestQuotes,
    WithdrawOffer,
)
from exchange.negotiation_state import Negotiation
from exchange.negotiation_steps import (
    advance,
    deal,
    drop,
    end,
    end_offer,
    make,
    open_negotiation,
    pick,
    stand_for,
)
from exchange.offer import Offer
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import Order, State
from exchange.types import NegotiationId, OfferId, PartyId, Sequence
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.product import LIVE
from registry.types import LotId, ProductId, TimeNs


def offer_deal(
    state: State, command: OfferDeal, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Offer a deal to a named party; what is offered is reserved."""
    order = _order(
        command,
        sequence,
        at_ns,
        product_id=command.product_id,
        side=command.side,
        price=command.price,
        quantity=command.quantity,
        lapses_ns=command.lapses_ns,
        lots=command.lots,
    )
    counterparty_id = command.counterparty_id
    refusal = check_word(
        state,
        order,
        MarketMode.NEGOTIATED,
        at_ns,
        check_counterparty(state, actor=command.actor, counterparty_id=counterparty_id),
    ) or _check_opening(state, order, at_ns)
    if refusal is not None:
        return refusal
    negotiation = _negotiation_of(
        order, MarketMode.NEGOTIATED, lapses_ns=command.lapses_ns, named=(counterparty_id,)
    )
    open_negotiation(state, negotiation, emit)
    stand_for(state, negotiation, order, emit)
    make(state, negotiation, _offer_of(order, negotiation, lapses_ns=command.lapses_ns), emit)
    return None


def list_units(
    state: State, command: ListUnits, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """List units at a price; they are reserved."""
    order = _order(
        command,
        sequence,
        at_ns,
        product_id=command.product_id,
        side=Side.SELL,
        price=command.price,
        quantity=command.quantity,
        lapses_ns=command.lapses_ns,
        lots=command.lots,
    )
    refusal = check_word(
        state,
        order,
        MarketMode.LISTED_PRICE,
        at_ns,
        check_acceptance(state, command),
    ) or _check_opening(state, order, at_ns)
    if refusal is not None:
        return refusal
    negotiation = _negotiation_of(order, MarketMode.LISTED_PRICE, lapses_ns=command.lapses_ns)
    negotiation.parts, negotiation.acceptance = command.parts, command.acceptance
    open_negotiation(state, negotiation, emit)
    stand_for(state, negotiation, order, emit)
    return None


def request_quotes(
    state: State, command: RequestQuotes, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Ask for quotes; nothing is reserved."""
    refusal = check_request(state, command, at_ns)
    if refusal is not None:
        return refusal
    negotiation = Negotiation(
        negotiation_id=NegotiationId(sequence),
        product_id=command.product_id,
        mode=MarketMode.RFQ,
        opener_id=command.actor,
        side=command.side,
        price=None,
        quantity=command.quantity,
        open_quantity=command.quantity,
        named=command.named,
        lapses_ns=command.lapses_ns,
        opened_at_ns=at_ns,
        changed_at_ns=at_ns,
    )
    open_negotiation(state, negotiation, emit)
    return None


def make_offer(
    state: State, command: MakeOffer, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Answer with terms: a counter-offer, a wish to take listed units, a quote; where a listing is
    firm, its acceptance."""
    negotiation = find_open(state, command)
    if isinstance(negotiation, Refusal):
        return negotiation
    lapses_ns = _lapse_of(negotiation, command, at_ns)
    is_deal = negotiation.acceptance is Acceptance.FIRST_PASSING
    order = _order(
        command,
        sequence,
        at_ns,
        product_id=negotiation.product_id,
        side=negotiation.side_of(command.actor),
        price=command.price,
        quantity=command.quantity,
        lapses_ns=None if is_deal else lapses_ns,
        lots=command.lots,
    )
    refusal = check_word(
        state,
        order,
        negotiation.mode,
        at_ns,
        check_terms(negotiation, command),
        check_turn(negotiation, command, Act.OFFER),
        check_once(negotiation, command.actor),
    )
    is_wish = negotiation.acceptance is Acceptance.SELLER_CONFIRMS
    if refusal is None and not is_wish:  # who asks reserves nothing
        stood_id = negotiation.listing_id if is_deal else None
        product = state.products[order.product_id]
        refusal = check_reserve(state, product, order, at_ns, stood_id=stood_id)
    refusal = refusal or check_offers(negotiation)
    if refusal is not None:
        return refusal
    if is_deal:
        maker_id = negotiation.listing_id
        deal(
            state,
            negotiation,
            maker_id=maker_id,
            taker=order,
            accepted=None,
            at_ns=at_ns,
            emit=emit,
        )
        return None
    _answer(state, negotiation, order, lapses_ns=lapses_ns, at_ns=at_ns, emit=emit)
    return None


def accept_offer(
    state: State, command: AcceptOffer, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Say yes. A seller's yes to who has asked offers him the units; any other makes the deal."""
    negotiation = find_open(state, command)
    if isinstance(negotiation, Refusal):
        return negotiation
    offer = negotiation.offers.get(command.offer_id)
    if offer is None:
        return Refusal.OFFER_NOT_STANDING
    if _is_picking(negotiation, command.actor):
        refusal = _refuse_pick(state, negotiation, command)
        if refusal is None:
            pick(state, negotiation, offer, at_ns=at_ns, emit=emit)
            advance(state, negotiation, Move.PICK, at_ns=at_ns, emit=emit)
        return refusal
    order = _order(
        command,
        sequence,
        at_ns,
        product_id=negotiation.product_id,
        side=negotiation.side_of(command.actor),
        price=offer.price,
        quantity=offer.quantity,
        lapses_ns=None,
        lots=command.lots,
    )
    is_listed = negotiation.acceptance is not None
    is_his = offer.party_id == command.actor and offer.state is OfferState.PICKED
    refusal = check_word(
        state,
        order,
        negotiation.mode,
        at_ns,
        Refusal.OFFER_NOT_STANDING if is_listed and not is_his else None,
        check_turn(negotiation, command, Act.ACCEPT),
    )
    maker_id = negotiation.listing_id if is_listed else offer.order_id
    if refusal is None:
        product = state.products[order.product_id]
        refusal = check_reserve(state, product, order, at_ns, stood_id=maker_id)
    if refusal is not None:
        return refusal
    deal(state, negotiation, maker_id=maker_id, taker=order, accepted=offer, at_ns=at_ns, emit=emit)
    return None


def decline_offer(
    state: State, command: DeclineOffer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Say no to an offer of another's: a negotiated deal ends, of several offers the one."""
    negotiation = find_open(state, command)
    if isinstance(negotiation, Refusal):
        return negotiation
    offer = negotiation.offers.get(command.offer_id)
    if offer is None:
        return Refusal.OFFER_NOT_STANDING
    refusal = check_turn(negotiation, command, Act.DECLINE)
    if refusal is not None:
        return refusal
    if negotiation.mode is MarketMode.NEGOTIATED:
        end(state, negotiation, Move.DECLINE, at_ns=at_ns, emit=emit)
    else:
        drop(state, negotiation, offer, OfferState.DECLINED, at_ns=at_ns, emit=emit)
    return None


def withdraw_offer(
    state: State, command: WithdrawOffer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Take one's own word back: what stands, or one's wish to take listed units."""
    negotiation = find_open(state, command)
    if isinstance(negotiation, Refusal):
        return negotiation
    refusal = check_turn(negotiation, command, Act.WITHDRAW)
    if refusal is not None:
        return refusal
    if negotiation.role_of(command.actor) is Role.MAKER:
        end(state, negotiation, Move.WITHDRAW, at_ns=at_ns, emit=emit)
        return None
    offer = negotiation.offer_of(command.actor)
    if offer is None:
        return Refusal.OFFER_NOT_STANDING
    drop(state, negotiation, offer, OfferState.WITHDRAWN, at_ns=at_ns, emit=emit)
    return None


HANDLERS: Final[dict[type, Handler]] = {
    OfferDeal: offer_deal,
    ListUnits: list_units,
    RequestQuotes: request_quotes,
    MakeOffer: make_offer,
    AcceptOffer: accept_offer,
    DeclineOffer: decline_offer,
    WithdrawOffer: withdraw_offer,
}
"""One function a command."""


def _check_opening(state: State, order: Order, at_ns: TimeNs) -> Refusal | None:
    return first_of(
        check_reserve(state, state.products[order.product_id], order, at_ns),
        check_room(state, order.party_id, order.product_id),
    )


def _is_picking(negotiation: Negotiation, actor: PartyId) -> bool:
    confirms = negotiation.acceptance is Acceptance.SELLER_CONFIRMS
    return confirms and actor == negotiation.opener_id


def _refuse_pick(state: State, negotiation: Negotiation, command: AcceptOffer) -> Refusal | None:
    if command.lots:  # he has named them when he listed
        return Refusal.LOTS_CONFLICT
    if state.products[negotiation.product_id].standing.state is not LIVE:
        return Refusal.PRODUCT_NOT_LIVE
    return first_of(
        check_turn(negotiation, command, Act.ACCEPT), state.halts.check(negotiation.product_id)
    )


def _answer(
    state: State,
    negotiation: Negotiation,
    order: Order,
    *,
    lapses_ns: TimeNs,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Let the answer to what stands be one of the negotiation's offers: to a negotiated one it is
    the only one."""
    move = Move.QUOTE
    if negotiation.mode is MarketMode.NEGOTIATED:
        move, countered = Move.COUNTER, negotiation.standing
        end_offer(state, negotiation, countered, OfferState.COUNTERED, at_ns=at_ns, emit=emit)
        negotiation.price, negotiation.quantity = order.price, order.quantity
        negotiation.open_quantity, negotiation.lapses_ns = order.quantity, lapses_ns
    elif negotiation.mode is MarketMode.LISTED_PRICE:
        move = Move.ASK
    if move is not Move.ASK:
        stand_for(state, negotiation, order, emit)
    make(state, negotiation, _offer_of(order, negotiation, lapses_ns=lapses_ns), emit)
    advance(state, negotiation, move, at_ns=at_ns, emit=emit)


def _lapse_of(negotiation: Negotiation, command: MakeOffer, at_ns: TimeNs) -> TimeNs:
    if command.lapses_ns is not None:
        return command.lapses_ns
    if negotiation.mode is MarketMode.RFQ:
        return TimeNs(min(at_ns + QUOTE_VALIDITY_NS, negotiation.lapses_ns))
    return negotiation.lapses_ns


def _order(
    command: Command,
    sequence: Sequence,
    at_ns: TimeNs,
    *,
    product_id: ProductId,
    side: Side,
    price: Price,
    quantity: Quantity,
    lapses_ns: TimeNs | None,
    lots: tuple[LotId, ...],
) -> Order:
    """The order that reserves for a party's word; without a lapse, it is filled at once."""
    is_filled = lapses_ns is None
    return Order(
        order_id=OrderId(sequence),
        party_id=command.actor,
        product_id=product_id,
        client_order_id=command.key,
        side=side,
        price=price,
        quantity=quantity,
        time_in_force=TimeInForce.FILL_OR_KILL if is_filled else TimeInForce.GOOD_TILL_DATE,
        post_only=False,
        expires_at_ns=lapses_ns,
        placed_at_ns=at_ns,
        changed_at_ns=at_ns,
        open_quantity=quantity,
        lots=lots,
    )


def _negotiation_of(
    order: Order, mode: MarketMode, *, lapses_ns: TimeNs, named: tuple[PartyId, ...] = ()
) -> Negotiation:
    return Negotiation(
        negotiation_id=NegotiationId(order.order_id),
        product_id=order.product_id,
        mode=mode,
        opener_id=order.party_id,
        side=order.side,
        price=order.price,
        quantity=order.quantity,
        open_quantity=order.quantity,
        named=named,
        lapses_ns=lapses_ns,
        opened_at_ns=order.placed_at_ns,
        changed_at_ns=order.placed_at_ns,
    )


def _offer_of(order: Order, negotiation: Negotiation, *, lapses_ns: TimeNs) -> Offer:
    return Offer(
        offer_id=OfferId(order.order_id),
        negotiation_id=negotiation.negotiation_id,
        party_id=order.party_id,
        price=order.price,
        quantity=order.quantity,
        lapses_ns=lapses_ns,
        made_at_ns=order.placed_at_ns,
        changed_at_ns=order.placed_at_ns,
    )
