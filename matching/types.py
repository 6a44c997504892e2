"""The words of the order book: sides, terms of an order, rules of a book, ids, numbers and bounds.

A price counts ticks and a quantity counts units; what a tick or a unit is worth, the caller knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, NewType, TypeAlias, final

OrderId = NewType("OrderId", int)
ParticipantId = NewType("ParticipantId", int)
OwnerId = NewType("OwnerId", int)
Price = NewType("Price", int)
Quantity = NewType("Quantity", int)

# Half of what a signed 64-bit integer holds, so that the sum of two fits a caller's column or wire.
PRICE_MAX: Final = 2**62
QUANTITY_MAX: Final = 2**62
EXPIRES_AT_NS_MAX: Final = 2**62  # the year 2116

# An auction looks at every subset of the classes of a side: 256 of them.
CLASSES_MAX: Final = 8


class Side(Enum):
    """Which way an order trades."""

    BUY = 1  # wants units, up to its price
    SELL = 2  # gives units, down to its price

    @property
    def opposite(self) -> Side:
        """The side that this side trades with."""
        return Side.SELL if self is Side.BUY else Side.BUY


Viewer: TypeAlias = tuple[Side, int]
"""Who looks at the book: a buyer or a seller, and of which counterparty class."""


class TimeInForce(Enum):
    """What becomes of the part of an order that cannot trade at once."""

    GOOD_TILL_CANCELLED = 1  # it rests until it is filled, cancelled or expired
    IMMEDIATE_OR_CANCEL = 2  # it is cancelled
    FILL_OR_KILL = 3  # the whole order is refused unless all of it can trade
    DAY = 4  # it rests until the day is ended
    GOOD_TILL_DATE = 5  # it rests until the time that it must name


class OrderKind(Enum):
    """What an order says of its price; the kinds without one rest only while an auction gathers."""

    LIMIT = 1  # no worse than this price
    MARKET = 2  # at any price
    MARKET_TO_LIMIT = 3  # at any price, and what is left at the price that was found


class SelfTradePrevention(Enum):
    """What happens when an order meets one of its own owner."""

    ALLOW = 1  # they trade
    SKIP = 2  # the incoming order passes the resting one over
    REJECT_INCOMING = 3  # the command is refused
    CANCEL_OLDEST = 4  # the resting order is cancelled, and the incoming one goes on
    CANCEL_BOTH = 5  # the resting order is cancelled, and what is left of the incoming one too


class Phase(Enum):
    """What a book may do."""

    CLOSED = 1  # orders leave, and nothing comes or trades
    AUCTION = 2  # orders gather, and trade together when the auction is uncrossed
    CONTINUOUS = 3  # an order trades as it comes
    HALTED = 4  # as closed, but expected to go on


# Looking a member up on its Enum costs ten times a comparison: once here, not in every command.
BUY: Final = Side.BUY
SELL: Final = Side.SELL
LIMIT: Final = OrderKind.LIMIT
MARKET_TO_LIMIT: Final = OrderKind.MARKET_TO_LIMIT
GOOD_TILL_CANCELLED: Final = TimeInForce.GOOD_TILL_CANCELLED
IMMEDIATE_OR_CANCEL: Final = TimeInForce.IMMEDIATE_OR_CANCEL
FILL_OR_KILL: Final = TimeInForce.FILL_OR_KILL
AUCTION: Final = Phase.AUCTION
CONTINUOUS: Final = Phase.CONTINUOUS

PHASES_AFTER: Final[dict[Phase, frozenset[Phase]]] = {
    Phase.CLOSED: frozenset({Phase.AUCTION, Phase.CONTINUOUS}),
    Phase.AUCTION: frozenset({Phase.CONTINUOUS, Phase.HALTED, Phase.CLOSED}),
    Phase.CONTINUOUS: frozenset({Phase.AUCTION, Phase.HALTED, Phase.CLOSED}),
    Phase.HALTED: frozenset({Phase.AUCTION, Phase.CONTINUOUS, Phase.CLOSED}),
}
"""Which phases may follow a phase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeTerms:
    """Which quantities an order accepts in a fill; without any, every quantity."""

    minimum_quantity: int = 0  # of each fill, as long as so much is open
    all_or_none: bool = False  # it trades whole or not at all; with as many others as it takes
    whole_only: bool = False  # as all_or_none, and with one counterparty
    residual_minimum: int = 0  # what a fill leaves open is nothing or at least this

    def is_valid(self, quantity: Quantity) -> bool:
        """Whether an order for `quantity` may have these terms."""
        if self.all_or_none and self.whole_only:
            return False
        return 0 <= self.minimum_quantity <= quantity and 0 <= self.residual_minimum <= quantity

    @property
    def is_plain(self) -> bool:
        """Whether these terms ask for nothing."""
        return not (
            self.minimum_quantity or self.all_or_none or self.whole_only or self.residual_minimum
        )


@final
class CounterpartyMatrix:
    """Which class of buyers may trade with which class of sellers.

    >>> institution_first = CounterpartyMatrix(((True, True), (False, True)))
    >>> institution_first.may_trade(buy_class=1, sell_class=0)
    False
    """

    __slots__ = ("rows",)

    def __init__(self, rows: tuple[tuple[bool, ...], ...]) -> None:
        """Args: rows: a row for each class of buyers, with a column for each class of sellers."""
        assert 1 <= len(rows) <= CLASSES_MAX, rows
        assert 1 <= len(rows[0]) <= CLASSES_MAX, rows
        assert all(len(row) == len(rows[0]) for row in rows), rows
        self.rows: Final = rows

    @property
    def buy_class_count(self) -> int:
        """Classes of buyers are 0 up to this."""
        return len(self.rows)

    @property
    def sell_class_count(self) -> int:
        """Classes of sellers are 0 up to this."""
        return len(self.rows[0])

    def may_trade(self, *, buy_class: int, sell_class: int) -> bool:
        """Whether a buyer and a seller of these classes may trade with one another."""
        return self.rows[buy_class][sell_class]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CounterpartyMatrix) and self.rows == other.rows

    def __hash__(self) -> int:
        return hash(self.rows)

    def __repr__(self) -> str:
        return f"CounterpartyMatrix({self.rows})"


EVERYBODY: Final = CounterpartyMatrix(((True,),))
"""One class a side, and everybody may trade with everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRules:
    """The rules of one book, which do not change while it lives."""

    matrix: CounterpartyMatrix = EVERYBODY
    self_trade: SelfTradePrevention = SelfTradePrevention.ALLOW
    # Bounds on the work of one command: some 10 ms of it, and some 1 ms each for what it sets off.
    candidates_examined_max: int = 10_000
    retried_max: int = 100
    retried_fills_max: int = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingOrder:
    """What is known of an order that rests in the book, and all that is needed to restore it."""

    order_id: OrderId
    participant_id: ParticipantId
    side: Side
    price: Price  # 0 for an order without one that waits for its auction
    quantity: Quantity  # still open
    post_only: bool = False
    expires_at_ns: int | None = None
    owner_id: OwnerId | None = None  # None: the participant is the owner
    counterparty_class: int = 0
    kind: OrderKind = OrderKind.LIMIT
    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED
    size_terms: SizeTerms | None = None


Veto: TypeAlias = Callable[[RestingOrder, RestingOrder, int], bool]
"""`veto(candidate, incoming, quantity)`: whether these two may not trade this quantity.

The candidate is seen as it was before the command, and the incoming order as it came: the same
object throughout a search.
"""
Told: TypeAlias = Callable[[OrderId, OrderId], None]
"""`told(candidate_id, incoming_id)`: what a veto allowed of these two has happened.

What it allowed in a search that came to nothing is not told, and what the retries of a command ask
comes after what was told of the command.
"""
