"""Many commands in one call: what a recovery, a simulation or a what-if spends its time on.

Rows of integers come in, and only what the rows set off goes out: most of what single calls cost is
the telling. The rules are the same code; the short way of `OrderBook.place` is repeated here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from matching.changes import reduce, replace
from matching.continuous import BY_IMMEDIATE_OR_CANCEL, take
from matching.entry import place_any
from matching.events import BookEvent, Cancelled, CancelReason, RefusalReason, Refused, Rested
from matching.ladder import Terms
from matching.retry import retry_all_or_none
from matching.search import Incoming
from matching.state import BookState
from matching.types import (
    BUY,
    PRICE_MAX,
    QUANTITY_MAX,
    SELL,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    TimeInForce,
)

Command: TypeAlias = tuple[int, ...]
"""(order_id) cancels, (order_id, quantity) reduces, (order_id, price, quantity) replaces, and
(order_id, participant_id, side, price, quantity, time_in_force, counterparty_class) places."""

BUY_NUMBER: Final = 1
SELL_NUMBER: Final = 2
GOOD_TILL_CANCELLED_NUMBER: Final = 1
IMMEDIATE_OR_CANCEL_NUMBER: Final = 2
UNKNOWN_ORDER: Final = RefusalReason.UNKNOWN_ORDER


def run(state: BookState, commands: Iterable[Command]) -> list[BookEvent]:
    """Do all commands in order; the events that they set off."""
    events: list[BookEvent] = []
    orders = state.orders
    for command in commands:
        length = len(command)
        if length == 7:
            _place(state, command, events)
        elif length == 1:
            order = orders.pop(OrderId(command[0]), None)
            if order is None:
                events.append(Refused(OrderId(command[0]), UNKNOWN_ORDER))
            else:
                level = order.level
                assert level is not None, command
                level.ladder.remove(order)
                if order.terms.is_noted:
                    state.forget(order)
        elif length == 3:
            order_id, price, quantity = command
            changed = replace(
                state, OrderId(order_id), price=Price(price), quantity=Quantity(quantity)
            )
            events.extend(filter(is_told, changed))
        else:
            assert length == 2, command
            order_id, quantity = command
            events.extend(reduce(state, OrderId(order_id), Quantity(quantity)))
    return events


def is_told(event: BookEvent) -> bool:
    """Whether the event is more than that a command did as it said."""
    if isinstance(event, Cancelled):
        reason = event.reason
        return reason is not CancelReason.BY_OWNER and reason is not BY_IMMEDIATE_OR_CANCEL
    return not isinstance(event, Rested)


def _place(state: BookState, command: Command, events: list[BookEvent]) -> None:
    order_number, participant_number, side_number, price, quantity, in_force, class_number = command
    order_id, participant_id = OrderId(order_number), ParticipantId(participant_number)
    routes, limit_key, key = state.buy_routes, price, -price
    if side_number == SELL_NUMBER:
        routes, limit_key, key = state.sell_routes, key, limit_key
    else:
        assert side_number == BUY_NUMBER, command
    if not (
        state.is_unhindered
        and 1 <= in_force <= IMMEDIATE_OR_CANCEL_NUMBER
        and 1 <= price <= PRICE_MAX
        and 1 <= quantity <= QUANTITY_MAX
        and 0 <= class_number < len(routes)
        and order_id not in state.orders
    ):
        side = SELL if side_number == SELL_NUMBER else BUY
        terms = Terms(time_in_force=TimeInForce(in_force), counterparty_class=class_number)
        incoming = Incoming(order_id, participant_id, side, Price(price), Quantity(quantity), terms)
        events.extend(filter(is_told, place_any(state, incoming)))
        return
    route = routes[class_number]
    left = Quantity(quantity)
    ladder = route.only
    best = None if ladder is None else ladder.best
    if (
        ladder is None
        or (best is not None and best.key <= limit_key)
        or (state.sized_count and route.reaches_sized(limit_key, left))
    ):
        left = take(state, route, limit_key, order_id, participant_id, left, events)
    if left > 0 and in_force == GOOD_TILL_CANCELLED_NUMBER:
        state.rest_plain(order_id, participant_id, route, key, Price(price), left)
        if state.all_or_none_count:
            retry_all_or_none(state, SELL if side_number == SELL_NUMBER else BUY, events)
