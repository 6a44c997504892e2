"""How an incoming order trades as it comes: best price first, then oldest first.

Two ways through, the same rules:

    take     the order asks for nothing: it trades as it goes
    enter    everything else: a plan (`matching.search`), the deed, then rest or cancel

`take` goes by `take_from` where one ladder is in reach, by `take_merged` where several lanes of
classes are, and by `take_past_sized` from the first order with size terms on.
"""

from __future__ import annotations

from typing import Final

from matching.events import (
    BookEvent,
    Cancelled,
    CancelReason,
    Filled,
    RefusalReason,
    Rested,
    Vetoed,
)
from matching.ladder import Ladder, Level, Order, as_limit
from matching.search import (
    CANCEL,
    FILL,
    OWN_ORDER_CANCELS,
    OWN_ORDER_REFUSES,
    SEARCH_LIMIT,
    Cursor,
    Incoming,
    Plan,
    Search,
    best_cursor,
    cursors_at,
    fill_between,
)
from matching.state import BookState, Route
from matching.types import (
    BUY,
    FILL_OR_KILL,
    IMMEDIATE_OR_CANCEL,
    MARKET_TO_LIMIT,
    SELL,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
)

BY_SEARCH_LIMIT: Final = CancelReason.SEARCH_LIMIT
BY_SELF_TRADE: Final = CancelReason.SELF_TRADE
BY_IMMEDIATE_OR_CANCEL: Final = CancelReason.IMMEDIATE_OR_CANCEL
BY_NO_PRICE: Final = CancelReason.NO_PRICE
NOTHING: Final = Quantity(0)


def take(
    state: BookState,
    route: Route,
    limit_key: int,
    order_id: OrderId,
    participant_id: ParticipantId,
    quantity: Quantity,
    events: list[BookEvent],
) -> Quantity:
    """What is left of an order that asks for nothing after its candidates up to `limit_key`.

    Cost: O(fills), levels that are given up apart; with orders in reach that have size terms
    O((fills + candidates passed over) x log sized orders).
    """
    ladder = route.only
    # What is better than the first sized order that might trade goes as if there were none.
    plain_limit_key = limit_key
    if state.sized_count and route.reaches_sized(limit_key, quantity):
        for cursor in cursors_at(route.sized, limit_key, quantity):
            plain_limit_key = min(plain_limit_key, cursor.key - 1)
    if ladder is None:
        quantity = take_merged(
            state, route.plain, plain_limit_key, order_id, participant_id, quantity, events
        )
    else:
        quantity = take_from(
            state, ladder, plain_limit_key, order_id, participant_id, quantity, events
        )
    if plain_limit_key == limit_key or quantity == 0:
        return quantity
    cursors = cursors_at(route.ladders, limit_key, quantity)
    return take_past_sized(state, cursors, limit_key, order_id, participant_id, quantity, events)


def take_from(
    state: BookState,
    ladder: Ladder,
    limit_key: int,
    order_id: OrderId,
    participant_id: ParticipantId,
    quantity: Quantity,
    events: list[BookEvent],
) -> Quantity:
    """What is left of an incoming order after a plain `ladder`, up to `limit_key`.

    Cost: O(fills), levels that are given up apart.
    """
    orders = state.orders
    side = SELL if ladder.side is BUY else BUY
    level = ladder.best
    while level is not None and level.key <= limit_key:
        price = level.price
        maker = level.first
        while maker is not None:
            available = maker.quantity
            maker_id = maker.order_id
            maker_participant = maker.participant_id
            if available > quantity:
                left = Quantity(available - quantity)
                maker.quantity = left
                level.quantity -= quantity
                events.append(
                    Filled(
                        maker_id, order_id, price, quantity, left, NOTHING, side,
                        maker_participant, participant_id,
                    )
                )  # fmt: skip
                return NOTHING
            quantity = Quantity(quantity - available)
            after = maker.next
            del orders[maker_id]
            if maker.terms.is_noted:
                state.forget(maker)
            # As Ladder.remove, of the first order of the best level.
            maker.level = maker.next = None
            level.first = after
            level.quantity -= available
            level.order_count -= 1
            events.append(
                Filled(
                    maker_id, order_id, price, available, NOTHING, quantity, side,
                    maker_participant, participant_id,
                )
            )  # fmt: skip
            maker = after
            if maker is None:
                level.last = None
                ladder.note_empty(level)
            else:
                maker.previous = None
            if quantity == 0:
                return NOTHING
        level = ladder.best
    return quantity


def best_of(ladders: list[Ladder], limit_key: int) -> Level | None:
    """The level whose first order trades first, up to `limit_key`, or None. O(ladders)."""
    best: Level | None = None
    for ladder in ladders:
        level = ladder.best
        if level is None or level.key > limit_key:
            continue
        if best is None or level.key < best.key:
            best = level
        elif level.key == best.key:
            first, other = level.first, best.first
            assert first is not None, level.price
            assert other is not None, best.price
            if first.sequence < other.sequence:
                best = level
    return best


def take_merged(
    state: BookState,
    ladders: list[Ladder],
    limit_key: int,
    order_id: OrderId,
    participant_id: ParticipantId,
    quantity: Quantity,
    events: list[BookEvent],
) -> Quantity:
    """What is left of an incoming order after `ladders`, plain ones, up to `limit_key`.

    Cost: O(fills x ladders), levels that are given up apart.
    """
    while quantity > 0:
        level = best_of(ladders, limit_key)
        if level is None:
            return quantity
        maker = level.first
        assert maker is not None, level.price
        side = SELL if level.ladder.side is BUY else BUY
        traded = min(quantity, maker.quantity)
        quantity = Quantity(quantity - traded)
        maker_left = state.trade(maker, traded)
        events.append(
            Filled(
                maker.order_id, order_id, level.price, traded, maker_left, quantity, side,
                maker.participant_id, participant_id,
            )
        )  # fmt: skip
    return NOTHING


def take_past_sized(
    state: BookState,
    cursors: list[Cursor],
    limit_key: int,
    order_id: OrderId,
    participant_id: ParticipantId,
    quantity: Quantity,
    events: list[BookEvent],
) -> Quantity:
    """What is left of an order that asks for nothing after the candidates of `cursors`.

    Past the search limit what is left is cancelled here, and nothing is left to rest.

    Cost: O((fills + candidates passed over) x (cursors + log sized orders)), levels that are given
    up apart.
    """
    passed_left = state.rules.candidates_examined_max
    while quantity > 0:
        cursor = best_cursor(cursors, limit_key)
        if cursor is None:
            return quantity
        maker = cursor.order
        assert maker is not None, order_id
        level = maker.level
        assert level is not None, maker.order_id
        side = SELL if level.ladder.side is BUY else BUY
        traded = min(quantity, maker.quantity)
        if cursor.is_sized:
            if cursor.is_hopeless(quantity):
                cursor.advance(quantity, limit_key=limit_key)
                continue
            traded = Quantity(
                fill_between(
                    candidate_terms=maker.terms.size_terms,
                    candidate_open=maker.quantity,
                    incoming_terms=None,
                    incoming_open=quantity,
                )
            )
        if passed_left == 0:
            price, reason = Price(abs(limit_key)), BY_SEARCH_LIMIT
            events.append(Cancelled(order_id, side, price, quantity, reason, was_resting=False))
            return NOTHING
        quantity = Quantity(quantity - traded)
        # First on, then the deed: an order that has left its level leads nowhere.
        cursor.advance(quantity, limit_key=limit_key)
        if traded == 0:
            passed_left -= 1
            continue
        maker_left = state.trade(maker, traded)
        events.append(
            Filled(
                maker.order_id, order_id, level.price, traded, maker_left, quantity, side,
                maker.participant_id, participant_id,
            )
        )  # fmt: skip
    return NOTHING


def plan_of(state: BookState, incoming: Incoming, *, is_retry: bool = False) -> Plan:
    """What would happen if `incoming` came now, or were tried again; nothing does."""
    route = state.routes(incoming.side)[incoming.terms.counterparty_class]
    cursors = cursors_at(route.ladders, incoming.limit_key, incoming.quantity)
    if not cursors:
        return Plan(incoming.quantity)
    plan = Search(incoming, cursors, state.rules, state.veto, is_retry=is_retry).run()
    if plan.left > 0 and plan.ending is not OWN_ORDER_REFUSES and incoming.wants_all:
        plan.annul()
    return plan


def refusal_of(incoming: Incoming, plan: Plan) -> RefusalReason | None:
    """Why the order is refused once it is known what it would do, or None."""
    if plan.ending is OWN_ORDER_REFUSES:
        return RefusalReason.SELF_TRADE
    if incoming.terms.post_only and plan.fill_count > 0:
        return RefusalReason.POST_ONLY_WOULD_CROSS
    if incoming.terms.time_in_force is FILL_OR_KILL and plan.left > 0:
        return RefusalReason.FILL_OR_KILL_UNFILLABLE
    return None


def enter(state: BookState, incoming: Incoming, plan: Plan, events: list[BookEvent]) -> bool:
    """Do what `plan` says, then let the rest of the order rest or cancel it: whether it rests."""
    carry_out(state, incoming, plan, events)
    left = plan.left
    if left == 0:
        return False
    side, price = incoming.side, incoming.price
    if incoming.terms.kind is MARKET_TO_LIMIT and plan.found_price is not None:
        price = plan.found_price
    reason = _reason_to_cancel(incoming, plan)
    if reason is not None:
        gone = Cancelled(incoming.order_id, side, price, left, reason, was_resting=False)
        events.append(gone)
        return False
    terms = incoming.terms
    if terms.kind is MARKET_TO_LIMIT:
        terms = as_limit(terms)
    order = Order(incoming.order_id, incoming.participant_id, left, 0, terms)
    state.rest(order, side, price)
    events.append(Rested(order.order_id, order.participant_id, side, price, left))
    return True


def carry_out(state: BookState, incoming: Incoming, plan: Plan, events: list[BookEvent]) -> None:
    """Do what the steps of `plan` say. O(steps)."""
    taker_left = incoming.quantity
    for step in plan.steps:
        candidate = step.candidate
        level = candidate.level
        assert level is not None, candidate.order_id
        if step.deed is FILL:
            taker_left = Quantity(taker_left - step.quantity)
            maker_left = state.trade(candidate, step.quantity)
            if state.told is not None:
                state.told(candidate.order_id, incoming.order_id)
            events.append(
                Filled(
                    candidate.order_id, incoming.order_id, level.price, step.quantity, maker_left,
                    taker_left, incoming.side, candidate.participant_id, incoming.participant_id,
                )
            )  # fmt: skip
        elif step.deed is CANCEL:
            state.remove(candidate)
            side = level.ladder.side
            events.append(
                Cancelled(candidate.order_id, side, level.price, step.quantity, BY_SELF_TRADE)
            )
        else:
            events.append(Vetoed(candidate.order_id, incoming.order_id, step.quantity))
    assert taker_left == plan.left, (incoming.order_id, taker_left, plan.left)


def _reason_to_cancel(incoming: Incoming, plan: Plan) -> CancelReason | None:
    if plan.ending is SEARCH_LIMIT:
        return BY_SEARCH_LIMIT
    if plan.ending is OWN_ORDER_CANCELS:
        return BY_SELF_TRADE
    if incoming.terms.time_in_force is IMMEDIATE_OR_CANCEL:
        return BY_IMMEDIATE_OR_CANCEL
    if incoming.terms.kind is MARKET_TO_LIMIT and plan.found_price is None:
        return BY_NO_PRICE
    return None
