"""The order book of one product: price, then time. Pure: no account, cash, clock or disk.

Start with `OrderBook`; its commands answer with the events of `matching.events`.
"""

from matching.book import EXPIRED_MAX, OrderBook
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
    EXPIRES_AT_NS_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    RestingOrder,
    Side,
    TimeInForce,
)

if not __debug__:
    raise RuntimeError("matching asserts its invariants in production: do not run python with -O")

__all__ = [
    "EXPIRED_MAX",
    "EXPIRES_AT_NS_MAX",
    "PRICE_MAX",
    "QUANTITY_MAX",
    "BookEvent",
    "CancelReason",
    "Cancelled",
    "Expired",
    "Filled",
    "OrderBook",
    "OrderId",
    "ParticipantId",
    "Price",
    "Quantity",
    "Reduced",
    "RefusalReason",
    "Refused",
    "Replaced",
    "Rested",
    "RestingOrder",
    "Side",
    "TimeInForce",
]
