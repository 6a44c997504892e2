"""A new order, whatever it says: checked in the order of the reasons, then traded or gathered.

`OrderBook.place` has a short way for the order that asks for nothing; everything else comes here.
"""

from __future__ import annotations

from typing import Final

from matching.continuous import enter, plan_of, refusal_of
from matching.events import BookEvent, RefusalReason, Refused, Rested
from matching.ladder import Order, Terms
from matching.retry import retry_all_or_none
from matching.search import Incoming
from matching.state import BookState
from matching.types import (
    AUCTION,
    CONTINUOUS,
    EXPIRES_AT_NS_MAX,
    FILL_OR_KILL,
    IMMEDIATE_OR_CANCEL,
    LIMIT,
    PRICE_MAX,
    QUANTITY_MAX,
    Price,
    Quantity,
    Side,
    TimeInForce,
)

DAY: Final = TimeInForce.DAY
GOOD_TILL_DATE: Final = TimeInForce.GOOD_TILL_DATE


def place_any(state: BookState, incoming: Incoming) -> list[BookEvent]:
    """What a new order does."""
    reason = _refusal(state, incoming)
    if reason is not None:
        return [Refused(incoming.order_id, reason)]
    if state.phase is AUCTION:
        return [gather(state, incoming)]
    plan = plan_of(state, incoming)
    reason = refusal_of(incoming, plan)
    if reason is not None:
        return [Refused(incoming.order_id, reason)]
    events: list[BookEvent] = []
    if enter(state, incoming, plan, events) and state.all_or_none_count:
        retry_all_or_none(state, incoming.side, events)
    return events


def gather(state: BookState, incoming: Incoming) -> Rested:
    """The order waits for the auction."""
    order = Order(incoming.order_id, incoming.participant_id, incoming.quantity, 0, incoming.terms)
    state.rest(order, incoming.side, incoming.price)
    return Rested(
        incoming.order_id,
        incoming.participant_id,
        incoming.side,
        incoming.price,
        incoming.quantity,
    )


def invalid_numbers(price: Price, quantity: Quantity) -> RefusalReason | None:
    """Why no order can have these numbers, or None."""
    if not 1 <= price <= PRICE_MAX:
        return RefusalReason.INVALID_PRICE
    if not 1 <= quantity <= QUANTITY_MAX:
        return RefusalReason.INVALID_QUANTITY
    return None


def has_class(state: BookState, side: Side, counterparty_class: int) -> bool:
    """Whether the matrix knows this class of `side`."""
    return 0 <= counterparty_class < len(state.routes(side))


def phase_refusal(state: BookState, terms: Terms) -> RefusalReason | None:
    """Why an order with these terms may not come in now, whatever it is for, or None."""
    if state.phase is CONTINUOUS:
        return None
    if state.phase is not AUCTION:
        return RefusalReason.NOT_IN_THIS_PHASE
    is_plain = (
        terms.size_terms is None
        and not terms.post_only
        and terms.time_in_force is not IMMEDIATE_OR_CANCEL
        and terms.time_in_force is not FILL_OR_KILL
    )
    return None if is_plain else RefusalReason.AUCTION_PLAIN_ONLY


def _refusal(state: BookState, incoming: Incoming) -> RefusalReason | None:
    # What can be said before the order looks at any other.
    terms, quantity = incoming.terms, incoming.quantity
    is_limit = terms.kind is LIMIT
    # Only an order that gathers without a price has the price 0.
    price = incoming.price if is_limit or incoming.price != 0 else Price(1)
    reason = invalid_numbers(price, quantity)
    if reason is not None:
        return reason
    expires_at_ns = terms.expires_at_ns
    if expires_at_ns is None:
        if terms.time_in_force is GOOD_TILL_DATE:
            return RefusalReason.INVALID_EXPIRY
    elif not 1 <= expires_at_ns <= EXPIRES_AT_NS_MAX:
        return RefusalReason.INVALID_EXPIRY
    if not has_class(state, incoming.side, terms.counterparty_class):
        return RefusalReason.INVALID_CLASS
    if terms.size_terms is not None and not terms.size_terms.is_valid(quantity):
        return RefusalReason.INVALID_SIZE_TERMS
    if _contradicts_time_in_force(terms):
        return RefusalReason.CONTRADICTS_TIME_IN_FORCE
    reason = phase_refusal(state, terms)
    if reason is not None:
        return reason
    if state.phase is AUCTION and not is_limit and incoming.price != 0:
        return RefusalReason.AUCTION_PLAIN_ONLY
    if incoming.order_id in state.orders:
        return RefusalReason.DUPLICATE_ORDER_ID
    return None


def _contradicts_time_in_force(terms: Terms) -> bool:
    time_in_force = terms.time_in_force
    never_rests = time_in_force is IMMEDIATE_OR_CANCEL or time_in_force is FILL_OR_KILL
    if terms.expires_at_ns is not None and (never_rests or time_in_force is DAY):
        return True
    return terms.post_only and never_rests
