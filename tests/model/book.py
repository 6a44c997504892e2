"""The rulebook of the order book as a plain list: slow, obvious, the specification.

It shares with the real book only the words: types and events. Every question is answered by looking
at the whole list, so there is no index that could be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from matching.events import (
    BookEvent,
    Cancelled,
    CancelReason,
    Expired,
    Filled,
    Reduced,
    RefusalReason,
    Refused,
    Replaced,
    Rested,
)
from matching.types import (
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    RestingOrder,
    Side,
    TimeInForce,
)

NUMBER_MAX = 2**62


@dataclass(slots=True, kw_only=True)
class ModelOrder:
    """An order; its place in time is its place in the model's list."""

    order_id: OrderId
    participant_id: ParticipantId
    side: Side
    price: Price
    quantity: Quantity
    post_only: bool
    expires_at_ns: int | None

    def would_trade_with(self, other: ModelOrder) -> bool:
        if self.side is other.side:
            return False
        buy, sell = (self, other) if self.side is Side.BUY else (other, self)
        return buy.price >= sell.price

    def view(self) -> RestingOrder:
        return RestingOrder(
            order_id=self.order_id,
            participant_id=self.participant_id,
            side=self.side,
            price=self.price,
            quantity=self.quantity,
            post_only=self.post_only,
            expires_at_ns=self.expires_at_ns,
        )


class ModelBook:
    """All resting orders in one list, the longest waiting first."""

    def __init__(self) -> None:
        self.resting: list[ModelOrder] = []

    def place(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        price: Price,
        quantity: Quantity,
        time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED,
        *,
        post_only: bool = False,
        expires_at_ns: int | None = None,
    ) -> list[BookEvent]:
        taker = ModelOrder(
            order_id=order_id,
            participant_id=participant_id,
            side=side,
            price=price,
            quantity=quantity,
            post_only=post_only,
            expires_at_ns=expires_at_ns,
        )
        reason = self.why_not_place(taker, time_in_force)
        if reason is not None:
            return [Refused(order_id, reason)]
        return self.enter(taker, time_in_force)

    def why_not_place(self, taker: ModelOrder, time_in_force: TimeInForce) -> RefusalReason | None:
        rests = time_in_force is TimeInForce.GOOD_TILL_CANCELLED
        tradable = sum(maker.quantity for maker in self.makers_for(taker))
        kills = time_in_force is TimeInForce.FILL_OR_KILL and tradable < taker.quantity
        expiry = taker.expires_at_ns
        rules = [
            (RefusalReason.INVALID_PRICE, not 0 < taker.price <= NUMBER_MAX),
            (RefusalReason.INVALID_QUANTITY, not 0 < taker.quantity <= NUMBER_MAX),
            (RefusalReason.INVALID_EXPIRY, expiry is not None and not 0 < expiry <= NUMBER_MAX),
            (
                RefusalReason.CONTRADICTS_TIME_IN_FORCE,
                not rests and (taker.post_only or expiry is not None),
            ),
            (RefusalReason.DUPLICATE_ORDER_ID, self.find(taker.order_id) is not None),
            (RefusalReason.POST_ONLY_WOULD_CROSS, taker.post_only and tradable > 0),
            (RefusalReason.FILL_OR_KILL_UNFILLABLE, kills),
        ]
        return next((reason for reason, applies in rules if applies), None)

    def enter(self, taker: ModelOrder, time_in_force: TimeInForce) -> list[BookEvent]:
        events: list[BookEvent] = []
        for maker in self.makers_for(taker):
            traded = Quantity(min(maker.quantity, taker.quantity))
            if traded == 0:
                break
            maker.quantity = Quantity(maker.quantity - traded)
            taker.quantity = Quantity(taker.quantity - traded)
            if maker.quantity == 0:
                self.resting.remove(maker)
            events.append(
                Filled(
                    maker.order_id,
                    taker.order_id,
                    maker.price,
                    traded,
                    maker.quantity,
                    taker.quantity,
                    taker.side,
                    maker.participant_id,
                    taker.participant_id,
                )
            )
        if taker.quantity == 0:
            return events
        if time_in_force is TimeInForce.GOOD_TILL_CANCELLED:
            self.resting.append(taker)
            event: BookEvent = Rested(
                taker.order_id, taker.participant_id, taker.side, taker.price, taker.quantity
            )
        else:
            reason = CancelReason.IMMEDIATE_OR_CANCEL
            event = Cancelled(taker.order_id, taker.side, taker.price, taker.quantity, reason)
        return [*events, event]

    def cancel(self, order_id: OrderId) -> list[BookEvent]:
        order = self.find(order_id)
        if order is None:
            return [Refused(order_id, RefusalReason.UNKNOWN_ORDER)]
        self.resting.remove(order)
        reason = CancelReason.BY_OWNER
        return [Cancelled(order_id, order.side, order.price, order.quantity, reason)]

    def reduce(self, order_id: OrderId, quantity: Quantity) -> list[BookEvent]:
        if not 0 < quantity <= NUMBER_MAX:
            return [Refused(order_id, RefusalReason.INVALID_QUANTITY)]
        order = self.find(order_id)
        if order is None:
            return [Refused(order_id, RefusalReason.UNKNOWN_ORDER)]
        if quantity >= order.quantity:
            return [Refused(order_id, RefusalReason.NOT_A_REDUCTION)]
        removed = Quantity(order.quantity - quantity)
        order.quantity = quantity
        return [Reduced(order_id, order.side, order.price, removed, quantity)]

    def replace(self, order_id: OrderId, price: Price, quantity: Quantity) -> list[BookEvent]:
        if not 0 < price <= NUMBER_MAX:
            return [Refused(order_id, RefusalReason.INVALID_PRICE)]
        if not 0 < quantity <= NUMBER_MAX:
            return [Refused(order_id, RefusalReason.INVALID_QUANTITY)]
        old = self.find(order_id)
        if old is None:
            return [Refused(order_id, RefusalReason.UNKNOWN_ORDER)]
        if price == old.price and quantity == old.quantity:
            return []
        if price == old.price and quantity < old.quantity:
            return self.reduce(order_id, quantity)
        new = ModelOrder(
            order_id=order_id,
            participant_id=old.participant_id,
            side=old.side,
            price=price,
            quantity=quantity,
            post_only=old.post_only,
            expires_at_ns=old.expires_at_ns,
        )
        if new.post_only and self.makers_for(new):
            return [Refused(order_id, RefusalReason.POST_ONLY_WOULD_CROSS)]
        self.resting.remove(old)
        replaced = Replaced(order_id, old.side, old.price, old.quantity, price, quantity)
        return [replaced, *self.enter(new, TimeInForce.GOOD_TILL_CANCELLED)]

    def expire(self, now_ns: int, *, expired_max: int) -> list[BookEvent]:
        due = [
            (order.expires_at_ns, order.order_id, order)
            for order in self.resting
            if order.expires_at_ns is not None and order.expires_at_ns <= now_ns
        ]
        due.sort(key=lambda entry: entry[:2])
        events: list[BookEvent] = []
        for _, order_id, order in due[:expired_max]:
            self.resting.remove(order)
            events.append(Expired(order_id, order.side, order.price, order.quantity))
        return events

    @property
    def next_expiry_ns(self) -> int | None:
        times = [order.expires_at_ns for order in self.resting if order.expires_at_ns is not None]
        return min(times, default=None)

    def find(self, order_id: OrderId) -> ModelOrder | None:
        return next((order for order in self.resting if order.order_id == order_id), None)

    def makers_for(self, taker: ModelOrder) -> list[ModelOrder]:
        """Who would trade with `taker`, in the order in which they would."""
        makers = [order for order in self.resting if taker.would_trade_with(order)]
        # A stable sort: among equal prices the list's order, which is time, stays.
        return sorted(makers, key=lambda maker: maker.price, reverse=taker.side is Side.SELL)

    def orders(self, side: Side) -> list[RestingOrder]:
        """The orders of `side` in the order in which they would trade."""
        orders = [order for order in self.resting if order.side is side]
        orders.sort(key=lambda order: order.price, reverse=side is Side.BUY)
        return [order.view() for order in orders]

    def depth(self, side: Side) -> list[tuple[Price, int, int]]:
        """Every price level of `side` as (price, quantity, order_count), best first."""
        orders = self.orders(side)
        prices = list(dict.fromkeys(order.price for order in orders))
        return [
            (
                price,
                sum(order.quantity for order in orders if order.price == price),
                sum(1 for order in orders if order.price == price),
            )
            for price in prices
        ]
