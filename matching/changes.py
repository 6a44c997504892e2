"""What is done to orders that rest: reduced, replaced, expired, cancelled all at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from matching.continuous import enter, plan_of, refusal_of
from matching.entry import gather, invalid_numbers, phase_refusal
from matching.events import (
    BookEvent,
    Cancelled,
    CancelReason,
    Expired,
    Reduced,
    RefusalReason,
    Refused,
    Replaced,
)
from matching.ladder import Order
from matching.retry import retry_all_or_none
from matching.search import Incoming
from matching.state import BookState
from matching.types import AUCTION, CONTINUOUS, LIMIT, QUANTITY_MAX, OrderId, Price, Quantity

BY_MASS_CANCEL: Final = CancelReason.MASS_CANCEL


def reduce(state: BookState, order_id: OrderId, quantity: Quantity) -> list[BookEvent]:
    """What a resting order does of which less is to stay open."""
    reason: RefusalReason | None = None
    order = state.orders.get(order_id)
    if not 1 <= quantity <= QUANTITY_MAX:
        reason = RefusalReason.INVALID_QUANTITY
    elif order is None:
        reason = RefusalReason.UNKNOWN_ORDER
    elif not order.accepts_quantity(quantity):
        reason = RefusalReason.INVALID_QUANTITY
    elif quantity >= order.quantity:
        reason = RefusalReason.NOT_A_REDUCTION
    else:
        return _reduce(state, order, quantity)
    return [Refused(order_id, reason)]


def replace(
    state: BookState, order_id: OrderId, *, price: Price, quantity: Quantity
) -> list[BookEvent]:
    """What a resting order does that is given another price or quantity."""
    reason = invalid_numbers(price, quantity)
    if reason is not None:
        return [Refused(order_id, reason)]
    order = state.orders.get(order_id)
    if order is None:
        closed = state.phase is not CONTINUOUS and state.phase is not AUCTION
        reason = RefusalReason.NOT_IN_THIS_PHASE if closed else RefusalReason.UNKNOWN_ORDER
        return [Refused(order_id, reason)]
    reason = _refusal(state, order, price=price, quantity=quantity)
    if reason is not None:
        return [Refused(order_id, reason)]
    level = order.level
    assert level is not None, order_id
    if price == level.price and quantity <= order.quantity:
        return _reduce(state, order, quantity) if quantity < order.quantity else []

    side = level.ladder.side
    incoming = Incoming(order_id, order.participant_id, side, price, quantity, order.terms)
    events: list[BookEvent] = [
        Replaced(order_id, side, level.price, order.quantity, price, quantity)
    ]
    if state.phase is AUCTION:
        state.remove(order)
        events.append(gather(state, incoming))
        return events
    plan = plan_of(state, incoming)
    reason = refusal_of(incoming, plan)
    if reason is not None:
        return [Refused(order_id, reason)]
    state.remove(order)
    if enter(state, incoming, plan, events) and state.all_or_none_count:
        retry_all_or_none(state, side, events)
    return events


def expire(state: BookState, order: Order) -> Expired:
    """The order's time has come."""
    level = order.level
    assert level is not None, order.order_id
    state.remove(order)
    return Expired(order.order_id, level.ladder.side, level.price, order.quantity)


def cancel_all(state: BookState, orders: Iterable[Order]) -> list[BookEvent]:
    """These orders leave the book."""
    events: list[BookEvent] = []
    for order in orders:
        level = order.level
        assert level is not None, order.order_id
        state.remove(order)
        events.append(
            Cancelled(
                order.order_id, level.ladder.side, level.price, order.quantity, BY_MASS_CANCEL
            )
        )
    return events


def _refusal(
    state: BookState, order: Order, *, price: Price, quantity: Quantity
) -> RefusalReason | None:
    level = order.level
    assert level is not None, order.order_id
    if not order.accepts_quantity(quantity):
        return RefusalReason.INVALID_QUANTITY
    terms = order.terms
    if terms.kind is not LIMIT:
        return RefusalReason.AUCTION_PLAIN_ONLY
    keeps_place = price == level.price and quantity <= order.quantity
    reason = phase_refusal(state, terms)
    # What an order keeps its place with is no new order to gather.
    if keeps_place and reason is RefusalReason.AUCTION_PLAIN_ONLY:
        return None
    return reason


def _reduce(state: BookState, order: Order, quantity: Quantity) -> list[BookEvent]:
    """Leave `quantity` open, less than now; the caller has checked that it may be so little."""
    level = order.level
    assert level is not None, order.order_id
    ladder = level.ladder
    removed = Quantity(order.quantity - quantity)
    ladder.shrink(order, quantity)
    events: list[BookEvent] = [Reduced(order.order_id, ladder.side, level.price, removed, quantity)]
    if state.all_or_none_count and state.phase is CONTINUOUS:
        retry_all_or_none(state, ladder.side, events)
    return events
