"""An order of the naive book, and the rules that concern one pair of orders."""

from __future__ import annotations

from dataclasses import dataclass

from matching.types import (
    CounterpartyMatrix,
    OrderId,
    OrderKind,
    OwnerId,
    ParticipantId,
    Price,
    Quantity,
    RestingOrder,
    Side,
    SizeTerms,
    TimeInForce,
)

PLAIN = SizeTerms()


@dataclass(slots=True, kw_only=True, eq=False)
class ModelOrder:
    """An order, equal to nothing but itself; its place in time is its place in the list."""

    order_id: OrderId
    participant_id: ParticipantId
    owner_id: OwnerId
    side: Side
    kind: OrderKind = OrderKind.LIMIT
    price: Price
    quantity: Quantity
    counterparty_class: int = 0
    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED
    post_only: bool = False
    expires_at_ns: int | None = None
    size_terms: SizeTerms | None = None

    @property
    def terms(self) -> SizeTerms:
        return self.size_terms or PLAIN

    @property
    def is_constrained(self) -> bool:
        return self.terms != PLAIN

    @property
    def must_fill_whole(self) -> bool:
        return self.terms.all_or_none or self.terms.whole_only

    @property
    def smallest_fill(self) -> int:
        """The smallest fill that the resting order accepts."""
        if self.must_fill_whole:
            return self.quantity
        return min(self.terms.minimum_quantity, self.quantity)

    def accepts_price(self, price: int) -> bool:
        if self.kind is not OrderKind.LIMIT:
            return True
        return price <= self.price if self.side is Side.BUY else price >= self.price

    def crosses(self, other: ModelOrder) -> bool:
        """Whether the two limit orders are of opposite sides with a price that both accept."""
        return self.side is not other.side and self.accepts_price(other.price)

    def view(self) -> RestingOrder:
        return RestingOrder(
            order_id=self.order_id,
            participant_id=self.participant_id,
            side=self.side,
            price=self.price,
            quantity=self.quantity,
            post_only=self.post_only,
            expires_at_ns=self.expires_at_ns,
            owner_id=self.owner_id,
            counterparty_class=self.counterparty_class,
            kind=self.kind,
            time_in_force=self.time_in_force,
            size_terms=self.terms if self.is_constrained else None,
        )


def may_trade(matrix: CounterpartyMatrix, one: ModelOrder, other: ModelOrder) -> bool:
    """What the matrix says of two orders of opposite sides."""
    buy, sell = (one, other) if one.side is Side.BUY else (other, one)
    return matrix.rows[buy.counterparty_class][sell.counterparty_class]


def leaves_enough(order: ModelOrder, fill: int, open_quantity: int) -> bool:
    left = open_quantity - fill
    return left == 0 or left >= order.terms.residual_minimum


def is_accepted(candidate: ModelOrder, incoming: ModelOrder, *, left: int, fill: int) -> bool:
    """Whether both accept a fill when `left` of the incoming order is open."""
    sizes = [(candidate, candidate.quantity), (incoming, left)]
    return (
        all(fill >= min(order.terms.minimum_quantity, size) for order, size in sizes)
        and all(fill == size for order, size in sizes if order.terms.whole_only)
        and (fill == candidate.quantity or not candidate.terms.all_or_none)
        and all(leaves_enough(order, fill, size) for order, size in sizes)
    )


def largest_fill(candidate: ModelOrder, incoming: ModelOrder, *, left: int) -> int:
    """The largest fill that both accept, 0 if there is none.

    A fill that is not the most possible is one below which a residual would be too small, so that
    only these sizes have to be tried; a test tries all.
    """
    most = min(candidate.quantity, left)
    sizes = [
        most,
        candidate.quantity - candidate.terms.residual_minimum,
        left - incoming.terms.residual_minimum,
    ]
    accepted = [
        size
        for size in sizes
        if 0 < size <= most and is_accepted(candidate, incoming, left=left, fill=size)
    ]
    return max(accepted, default=0)
