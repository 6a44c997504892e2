"""The order book of one product: price, then time. Pure: no account, cash, clock or disk.

Start with `OrderBook`; its commands answer with the events of `matching.events`.
"""

from typing import Final

from matching.auction import AuctionOrder, AuctionRule, Clearing, clear
from matching.book import EXPIRED_MAX, OrderBook
from matching.bulk import Command
from matching.events import (
    BookEvent,
    Cancelled,
    CancelReason,
    Expired,
    Filled,
    PhaseEntered,
    Reduced,
    RefusalReason,
    Refused,
    Replaced,
    Rested,
    Retried,
    Uncrossed,
    Vetoed,
)
from matching.types import (
    BUY,
    CLASSES_MAX,
    EVERYBODY,
    EXPIRES_AT_NS_MAX,
    PHASES_AFTER,
    PRICE_MAX,
    QUANTITY_MAX,
    SELL,
    BookRules,
    CounterpartyMatrix,
    OrderId,
    OrderKind,
    OwnerId,
    ParticipantId,
    Phase,
    Price,
    Quantity,
    RestingOrder,
    SelfTradePrevention,
    Side,
    SizeTerms,
    TimeInForce,
    Told,
    Veto,
    Viewer,
)

if not __debug__:
    raise RuntimeError("matching asserts its invariants in production: do not run python with -O")

# Whether this is the build that mypyc has translated to C, of the same source.
COMPILED: Final = not __file__.endswith(".py")

__all__ = [
    "BUY",
    "CLASSES_MAX",
    "COMPILED",
    "EVERYBODY",
    "EXPIRED_MAX",
    "EXPIRES_AT_NS_MAX",
    "PHASES_AFTER",
    "PRICE_MAX",
    "QUANTITY_MAX",
    "SELL",
    "AuctionOrder",
    "AuctionRule",
    "BookEvent",
    "BookRules",
    "CancelReason",
    "Cancelled",
    "Clearing",
    "Command",
    "CounterpartyMatrix",
    "Expired",
    "Filled",
    "OrderBook",
    "OrderId",
    "OrderKind",
    "OwnerId",
    "ParticipantId",
    "Phase",
    "PhaseEntered",
    "Price",
    "Quantity",
    "Reduced",
    "RefusalReason",
    "Refused",
    "Replaced",
    "Rested",
    "RestingOrder",
    "Retried",
    "SelfTradePrevention",
    "Side",
    "SizeTerms",
    "TimeInForce",
    "Told",
    "Uncrossed",
    "Veto",
    "Vetoed",
    "Viewer",
    "clear",
]
