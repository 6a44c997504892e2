"""What happens to a deal in the making, step by step: an offer is made, picked, ended, dealt; the
negotiation ends. Nothing is asked here, but whether who is next in line may have the units:
exchange/negotiations.py has asked before.

Every step does in money and units, through orders that stand beside the book, what it says of the
negotiation, sets the timer, and tells of it.
"""

from typing import Final

from exchange.eligibility import reserve_needed
from exchange.events import OrderAccepted
from exchange.limits import PICK_VALIDITY_NS, TRANSFER_IDS_PER_COMMAND
from exchange.modes.negotiation import BACKED, Move, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_checks import may_have
from exchange.negotiation_events import (
    NegotiationAdvanced,
    NegotiationOpened,
    OfferEnded,
    OfferMade,
    OfferPicked,
)
from exchange.negotiation_state import Negotiation
from exchange.offer import Offer
from exchange.orders import close_order, fill_orders, reserve_more
from exchange.settlement import Emit
from exchange.state import Order, State
from exchange.types import CloseReason
from matching import OrderId, Price, Quantity
from registry.types import TimeNs, TransferId

CLOSED_FOR: Final = {
    OfferState.WITHDRAWN: CloseReason.CANCELLED,
    OfferState.LAPSED: CloseReason.EXPIRED,
    OfferState.WITHDRAWN_BY_VENUE: CloseReason.WITHDRAWN_BY_VENUE,
}
"""Why the order behind an offer is closed; for any other reason it is NOT_DEALT."""
ENDED_BY: Final = {
    Move.DEAL: OfferState.ACCEPTED,
    Move.DECLINE: OfferState.DECLINED,
    Move.WITHDRAW: OfferState.WITHDRAWN,
    Move.LAPSE: OfferState.LAPSED,
    Move.CLOSE: OfferState.WITHDRAWN_BY_VENUE,
    Move.KNOCK_DOWN: OfferState.ACCEPTED,
    Move.RELEASE: OfferState.ACCEPTED,
}
"""What becomes of the word that stood when a negotiation ends."""
LISTS_UNITS: Final = frozenset({MarketMode.LISTED_PRICE, MarketMode.ENGLISH_AUCTION})
"""In which what the opener lists is reserved by an order of his own."""


def open_negotiation(state: State, negotiation: Negotiation, emit: Emit) -> None:
    """Take a new negotiation among the open ones. Cost: O(log n)."""
    due_ns = negotiation.next_lapse_ns
    state.negotiations.add(negotiation, due_ns=due_ns)
    state.negotiations.touched[negotiation.negotiation_id] = negotiation
    state.negotiations.touched_named[negotiation.negotiation_id] = negotiation
    state.note_due(due_ns)
    emit(
        NegotiationOpened(
            negotiation_id=negotiation.negotiation_id,
            product_id=negotiation.product_id,
            mode=negotiation.mode,
            opener_id=negotiation.opener_id,
            side=negotiation.side,
            price=negotiation.price,
            quantity=negotiation.quantity,
            parts=negotiation.parts,
            acceptance=negotiation.acceptance,
            named=negotiation.named,
            lapses_ns=negotiation.lapses_ns,
        )
    )


def reserve(state: State, order: Order, emit: Emit) -> None:
    """Take an order among the open ones, with all that it needs. Cost: O(lots)."""
    product = state.products[order.product_id]
    needed = reserve_needed(
        state, product, order, price=order.price, open_quantity=order.open_quantity
    )
    state.add_order(order)
    reserve_more(state, order, needed)
    state.touched.orders[order.order_id] = order
    emit(
        OrderAccepted(
            order_id=order.order_id,
            party_id=order.party_id,
            product_id=order.product_id,
            side=order.side,
            price=order.price,
            quantity=order.quantity,
            time_in_force=order.time_in_force,
            reserved=order.reserved,
            expires_at_ns=order.expires_at_ns,
        )
    )


def stand_for(state: State, negotiation: Negotiation, order: Order, emit: Emit) -> None:
    """Let an order reserve, beside the book, for what is offered or listed. Cost: O(lots)."""
    reserve(state, order, emit)
    state.products[order.product_id].aside[order.order_id] = order
    state.negotiations.by_order[order.order_id] = negotiation


def make(state: State, negotiation: Negotiation, offer: Offer, emit: Emit) -> None:
    """Let an offer stand, the last of the negotiation's. Cost: O(1)."""
    negotiation.offers[offer.offer_id] = offer
    state.negotiations.touched_offers[offer.offer_id] = offer
    emit(
        OfferMade(
            negotiation_id=negotiation.negotiation_id,
            offer_id=offer.offer_id,
            party_id=offer.party_id,
            made_to=negotiation.made_to(offer.party_id),
            price=offer.price,
            quantity=offer.quantity,
            lapses_ns=offer.lapses_ns,
        )
    )


def pick(
    state: State, negotiation: Negotiation, offer: Offer, *, at_ns: TimeNs, emit: Emit
) -> None:
    """Offer listed units to who has asked for them, for so long. Cost: O(1)."""
    offer.become(OfferState.PICKED, at_ns=at_ns)
    offer.lapses_ns = TimeNs(min(offer.lapses_ns, at_ns + PICK_VALIDITY_NS))
    state.negotiations.touched_offers[offer.offer_id] = offer
    emit(
        OfferPicked(
            negotiation_id=negotiation.negotiation_id,
            offer_id=offer.offer_id,
            party_id=offer.party_id,
            lapses_ns=offer.lapses_ns,
        )
    )


def end_offer(
    state: State,
    negotiation: Negotiation,
    offer: Offer,
    outcome: OfferState,
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Let an offer stand no longer: what its order has reserved, if it has one, is free. Cost:
    O(lots)."""
    if negotiation.mode is not MarketMode.LISTED_PRICE:  # a wish has none, and may lend its number
        close_behind(state, offer.order_id, outcome, at_ns=at_ns, emit=emit)
    del negotiation.offers[offer.offer_id]
    offer.become(outcome, at_ns=at_ns)
    state.negotiations.touched_offers[offer.offer_id] = offer
    if offer.key:
        state.keys.retire(offer.key, at_ns)
    emit(
        OfferEnded(
            negotiation_id=negotiation.negotiation_id,
            offer_id=offer.offer_id,
            party_id=offer.party_id,
            made_to=negotiation.made_to(offer.party_id),
            state=outcome,
        )
    )


def drop(
    state: State,
    negotiation: Negotiation,
    offer: Offer,
    outcome: OfferState,
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Let one of several offers stand no longer; if the units were offered to who made it, they are
    offered to who has asked next. Nobody stands behind a deal any more with the last of them. Cost:
    O(offers × rules + lots)."""
    was_picked = offer.state is OfferState.PICKED
    end_offer(state, negotiation, offer, outcome, at_ns=at_ns, emit=emit)
    if was_picked:
        is_passed_on = pick_next(state, negotiation, at_ns=at_ns, emit=emit)
        move = Move.PASS_ON if is_passed_on else Move.FALL_BACK
        advance(state, negotiation, move, at_ns=at_ns, emit=emit)
    elif negotiation.state is BACKED and not negotiation.offers:
        run_out(state, negotiation, at_ns=at_ns, emit=emit)
    else:
        advance(state, negotiation, Move.DROP, at_ns=at_ns, emit=emit)


def pick_next(state: State, negotiation: Negotiation, *, at_ns: TimeNs, emit: Emit) -> bool:
    """Offer listed units to the first of those who have asked who may have them; the venue
    withdraws the wishes of those before him. Cost: O(offers × rules).

    Returns:
        Whether there is one.
    """
    for offer in [*negotiation.offers.values()]:
        if may_have(state, negotiation, offer, at_ns):
            pick(state, negotiation, offer, at_ns=at_ns, emit=emit)
            return True
        outcome = OfferState.WITHDRAWN_BY_VENUE
        end_offer(state, negotiation, offer, outcome, at_ns=at_ns, emit=emit)
    return False


def deal(
    state: State,
    negotiation: Negotiation,
    *,
    maker_id: OrderId,
    taker: Order,
    accepted: Offer | None,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Both have said yes: fill the two orders, and open the transfer. Cost: O(offers + lots).

    Args:
        maker_id: of the order that stood.
        taker: the order of who has accepted it.
        accepted: what it was accepted by or in; None: the listing itself was taken.
    """
    maker = state.products[taker.product_id].aside[maker_id]
    reserve(state, taker, emit)
    transfer_id = TransferId(state.register.sequence * TRANSFER_IDS_PER_COMMAND)
    fill(
        state,
        negotiation,
        (maker, taker),
        price=maker.price,
        transfer_id=transfer_id,
        accepted=accepted,
        at_ns=at_ns,
        emit=emit,
    )
    if negotiation.acceptance is not None:  # who waits, waits for what is left or may come back
        left = negotiation.open_quantity or taker.quantity
        free_larger(state, negotiation, left, at_ns=at_ns, emit=emit)
    if negotiation.open_quantity > 0:
        advance(state, negotiation, Move.DEAL_PART, at_ns=at_ns, emit=emit)
    elif negotiation.has_line and negotiation.offers:
        state.negotiations.stand_behind(negotiation)
        move = Move.AWARD if negotiation.bidding is None else Move.MOVE_UP
        advance(state, negotiation, move, at_ns=at_ns, emit=emit)
    else:
        end(state, negotiation, Move.DEAL, at_ns=at_ns, emit=emit)


def free_larger(
    state: State, negotiation: Negotiation, left: int, *, at_ns: TimeNs, emit: Emit
) -> None:
    """Free who has asked for more listed units than there are. Cost: O(offers)."""
    for offer in [*negotiation.offers.values()]:
        if offer.quantity > left:
            end_offer(state, negotiation, offer, OfferState.FREED, at_ns=at_ns, emit=emit)


def fill(
    state: State,
    negotiation: Negotiation,
    orders: tuple[Order, Order],
    *,
    price: Price,
    transfer_id: TransferId,
    accepted: Offer | None,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Fill two orders with all of the second: what comes after the match knows no mode. Cost: that
    of a fill."""
    maker, taker = orders
    product = state.products[taker.product_id]
    quantity = Quantity(taker.open_quantity)
    fill_orders(
        state,
        product,
        maker=maker,
        taker=taker,
        price=price,
        quantity=quantity,
        transfer_id=transfer_id,
        at_ns=at_ns,
        emit=emit,
    )
    for order in orders:
        if order.open_quantity == 0 and order.order_id in product.aside:
            del product.aside[order.order_id], state.negotiations.by_order[order.order_id]
    negotiation.open_quantity -= quantity
    negotiation.transfer_id = transfer_id
    if accepted is not None:
        end_offer(state, negotiation, accepted, OfferState.ACCEPTED, at_ns=at_ns, emit=emit)


def end(state: State, negotiation: Negotiation, move: Move, *, at_ns: TimeNs, emit: Emit) -> None:
    """End a negotiation: nothing is reserved for it any more. Cost: O(offers + lots)."""
    outcome = ENDED_BY[move]
    is_between_two = negotiation.mode is MarketMode.NEGOTIATED
    for offer in [*negotiation.offers.values()]:
        freed = outcome if is_between_two else OfferState.FREED
        end_offer(state, negotiation, offer, freed, at_ns=at_ns, emit=emit)
    if negotiation.mode in LISTS_UNITS:
        close_behind(state, negotiation.listing_id, outcome, at_ns=at_ns, emit=emit)
    advance(state, negotiation, move, at_ns=at_ns, emit=emit)
    state.negotiations.remove(negotiation)
    state.keys.retire(negotiation.key, at_ns)


def run_out(state: State, negotiation: Negotiation, *, at_ns: TimeNs, emit: Emit) -> None:
    """Its time is over, or nobody stands behind the deal any more: if there is a deal, that is the
    end of it, and else nobody has got anything. Cost: O(offers + lots)."""
    move = Move.RELEASE if negotiation.state is BACKED else Move.LAPSE
    end(state, negotiation, move, at_ns=at_ns, emit=emit)


def advance(
    state: State, negotiation: Negotiation, move: Move, *, at_ns: TimeNs, emit: Emit
) -> None:
    """Say what has happened, and set the timer for what time will bring. Cost: O(offers)."""
    negotiation.advance(move, at_ns=at_ns)
    state.negotiations.touched[negotiation.negotiation_id] = negotiation
    if negotiation.is_open:
        closed_at_ns = state.products[negotiation.product_id].closed_at_ns
        due_ns = negotiation.next_lapse_ns if closed_at_ns is None else closed_at_ns
        state.negotiations.wait(negotiation, due_ns=due_ns)
        state.note_due(due_ns)
    emit(
        NegotiationAdvanced(
            negotiation_id=negotiation.negotiation_id,
            move=move,
            state=negotiation.state,
            price=negotiation.price,
            quantity=negotiation.quantity,
            open_quantity=negotiation.open_quantity,
            lapses_ns=negotiation.lapses_ns,
            version=negotiation.version,
            transfer_id=negotiation.transfer_id,
        )
    )


def close_behind(
    state: State, order_id: OrderId, outcome: OfferState, *, at_ns: TimeNs, emit: Emit
) -> None:
    """Free what an order reserves for what stands no longer; one that was filled or withdrawn has
    left before. Cost: O(lots)."""
    if state.negotiations.by_order.pop(order_id, None) is None:
        return
    order = state.orders[order_id]
    del state.products[order.product_id].aside[order_id]
    reason = CLOSED_FOR.get(outcome, CloseReason.NOT_DEALT)
    close_order(state, order, reason, was_resting=False, at_ns=at_ns, emit=emit)
