"""The words of the order book: sides, time in force, ids, and the numbers with their bounds.

A price counts ticks and a quantity counts units; what a tick or a unit is worth, the caller knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, NewType

OrderId = NewType("OrderId", int)
ParticipantId = NewType("ParticipantId", int)
Price = NewType("Price", int)
Quantity = NewType("Quantity", int)

# Half of what a signed 64-bit integer holds, so that the sum of two fits a caller's column or wire.
PRICE_MAX: Final = 2**62
QUANTITY_MAX: Final = 2**62
EXPIRES_AT_NS_MAX: Final = 2**62  # the year 2116


class Side(Enum):
    """Which way an order trades."""

    BUY = 1  # wants units, up to its price
    SELL = 2  # gives units, down to its price

    @property
    def opposite(self) -> Side:
        """The side that this side trades with."""
        return Side.SELL if self is Side.BUY else Side.BUY


class TimeInForce(Enum):
    """What becomes of the part of an order that cannot trade at once."""

    GOOD_TILL_CANCELLED = 1  # it rests until it is filled, cancelled or expired
    IMMEDIATE_OR_CANCEL = 2  # it is cancelled
    FILL_OR_KILL = 3  # the whole order is refused unless all of it can trade


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingOrder:
    """What is known of an order that rests in the book, and all that is needed to restore it."""

    order_id: OrderId
    participant_id: ParticipantId
    side: Side
    price: Price
    quantity: Quantity  # still open
    post_only: bool = False
    expires_at_ns: int | None = None
