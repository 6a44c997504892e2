"""The band of a call auction on paper.

In the words of the rulebook: an auction's price may be a tenth of what a unit is worth away from
that, and no more. If it would be, there is no auction, and five minutes later another one; if that
one's would be too, nobody trades for five minutes, and the auction after that is the usual next.
Whoever wants to trade further away is not let in, but who stands there by then may stay.

Source: PRC-01 and D7 of the domain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from matching import Price, Quantity, Side
from matching.types import CounterpartyMatrix
from tests.model.auction import clear
from tests.model.book_order import ModelOrder

EVERYBODY = CounterpartyMatrix(((True,),))
FIVE_MINUTES_NS = 5 * 60 * 10**9


class Became(Enum):
    """What an auction comes to at its moment."""

    HELD = "it takes place"
    PUT_OFF = "it comes again five minutes later"
    HALTED = "nobody trades for five minutes"
    NONE = "nobody trades now, and so it is left out"


@dataclass(kw_only=True, eq=False)
class BandedAuction:
    """A product's book, what a unit is worth, and what has become of its last auction."""

    worth: int
    last_price: int
    """Or par, before anything has traded."""
    orders: list[ModelOrder] = field(default_factory=list)
    was_put_off: bool = False
    halted_until_ns: int = 0

    def is_beyond(self, price: int) -> bool:
        return abs(price - self.worth) * 10 > self.worth

    def is_halted(self, now_ns: int) -> bool:
        return now_ns < self.halted_until_ns

    def comes(self, now_ns: int) -> tuple[Became, int | None, int]:
        """What becomes of the auction, at which price, and how much trades."""
        was_put_off, self.was_put_off = self.was_put_off, False
        if self.is_halted(now_ns):
            return Became.NONE, None, 0
        clearing = clear(self.orders, matrix=EVERYBODY, reference_price=self.last_price)
        if clearing is None:
            return Became.HELD, None, 0
        if self.is_beyond(clearing.price):
            if was_put_off:
                self.halted_until_ns = now_ns + FIVE_MINUTES_NS
                return Became.HALTED, None, 0
            self.was_put_off = True
            return Became.PUT_OFF, clearing.price, 0
        for buy_id, sell_id, quantity in clearing.fills:
            for order in self.orders:
                if order.order_id in (buy_id, sell_id):
                    order.quantity = Quantity(order.quantity - quantity)
        self.orders = [order for order in self.orders if order.quantity]
        self.last_price = clearing.price
        return Became.HELD, clearing.price, clearing.volume

    def standing(self) -> list[tuple[int, Side, Price, Quantity]]:
        """Every order, the oldest first."""
        return [
            (order.order_id, order.side, order.price, order.quantity)
            for order in sorted(self.orders, key=lambda each: each.order_id)
        ]
