"""What has happened in the book: one class an event, built by the book alone and never changed.

The depth of the book can be kept from the events alone, without the book:

    event         at a price level
    Rested        + quantity, one order more
    Filled        - quantity at the maker's level, one order fewer when maker_remaining is 0
                  (at an uncross both orders rested: the same at the taker's level)
    Retried       - quantity, one order fewer (its fills follow)
    Reduced       - quantity_removed
    Replaced      - old_quantity at old_price, one order fewer (its fills and Rested follow)
    Cancelled     - quantity, one order fewer, if was_resting
    Expired       - quantity, one order fewer
    Refused, Vetoed, PhaseEntered, Uncrossed    nothing

An order that rests without a price, while an auction gathers, rests at price 0, which is no level.
What a fill takes of an order is taken where that order stands, which need not be the fill's price.

The classes are plain (slots, Final, positional) because a frozen dataclass takes five times as long
to build, and building events is a large part of a command (benchmarks/matching.py).
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar, Final, TypeAlias, final

from matching.types import OrderId, ParticipantId, Phase, Price, Quantity, Side


class RefusalReason(Enum):
    """Why the book refused a command; where several apply, the first in this order is reported."""

    INVALID_PRICE = 1  # not within 1..PRICE_MAX
    INVALID_QUANTITY = 2  # not within 1..QUANTITY_MAX
    INVALID_EXPIRY = 3  # not within 1..EXPIRES_AT_NS_MAX, or none where one is needed
    INVALID_CLASS = 10  # the matrix of the book has no such class on this side
    INVALID_SIZE_TERMS = 11  # they contradict each other or the quantity
    CONTRADICTS_TIME_IN_FORCE = 4  # an expiry or post-only on an order that can have none
    NOT_IN_THIS_PHASE = 12  # the book does not take this command now
    AUCTION_PLAIN_ONLY = 13  # an auction gathers no order with such terms
    DUPLICATE_ORDER_ID = 5  # an order with this id rests in the book
    UNKNOWN_ORDER = 6  # no order with this id rests in the book
    NOT_A_REDUCTION = 7  # the new quantity is not smaller than the open one
    SELF_TRADE = 14  # it would trade with an order of its own owner
    POST_ONLY_WOULD_CROSS = 8  # it would trade at once instead of resting
    FILL_OR_KILL_UNFILLABLE = 9  # not all of its quantity can trade at its price or better
    PHASE_MAY_NOT_FOLLOW = 15  # the table of phases has no such step
    ORDERS_CROSS = 16  # orders that may trade cross: only an auction may open this book


class CancelReason(Enum):
    """Why an order, or what was left of it, was cancelled."""

    BY_OWNER = 1  # the order rested and a cancel command took it out
    IMMEDIATE_OR_CANCEL = 2  # the remainder of an order that may not rest
    SELF_TRADE = 3  # it met an order of its own owner
    SEARCH_LIMIT = 4  # too many orders were in its way that it may not trade with
    MASS_CANCEL = 5  # all orders, or all of a participant, were taken out
    NO_PRICE = 6  # a market-to-limit order found no price to rest at
    AUCTION_ENDED = 7  # a market order was not filled in its auction


class _Event:
    """Equality, hash and text by the fields, which each event lists in `__match_args__`."""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__match_args__)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Event):
            return NotImplemented
        return type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._values()))

    def __repr__(self) -> str:
        shown = (value.name if isinstance(value, Enum) else value for value in self._values())
        fields = zip(self.__match_args__, shown, strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in fields)})"


@final
class Rested(_Event):
    """`quantity` of the order now stands in the book, last in the queue at its price."""

    __slots__ = ("order_id", "participant_id", "price", "quantity", "side")
    __match_args__: ClassVar[tuple[str, ...]] = (
        "order_id",
        "participant_id",
        "side",
        "price",
        "quantity",
    )

    order_id: Final[OrderId]
    participant_id: Final[ParticipantId]
    side: Final[Side]
    price: Final[Price]
    quantity: Final[Quantity]

    def __init__(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        price: Price,
        quantity: Quantity,
    ) -> None:
        self.order_id = order_id
        self.participant_id = participant_id
        self.side = side
        self.price = price
        self.quantity = quantity


@final
class Filled(_Event):
    """The taker traded `quantity` with the maker, at the maker's price."""

    __slots__ = (
        "maker_order_id",
        "maker_participant_id",
        "maker_remaining",
        "price",
        "quantity",
        "taker_order_id",
        "taker_participant_id",
        "taker_remaining",
        "taker_side",
    )
    __match_args__: ClassVar[tuple[str, ...]] = (
        "maker_order_id",
        "taker_order_id",
        "price",
        "quantity",
        "maker_remaining",
        "taker_remaining",
        "taker_side",
        "maker_participant_id",
        "taker_participant_id",
    )

    maker_order_id: Final[OrderId]
    taker_order_id: Final[OrderId]
    price: Final[Price]
    quantity: Final[Quantity]
    maker_remaining: Final[Quantity]  # 0: the maker has left the book
    taker_remaining: Final[Quantity]  # to be filled by what follows, rest or be cancelled
    taker_side: Final[Side]
    maker_participant_id: Final[ParticipantId]
    taker_participant_id: Final[ParticipantId]

    def __init__(
        self,
        maker_order_id: OrderId,
        taker_order_id: OrderId,
        price: Price,
        quantity: Quantity,
        maker_remaining: Quantity,
        taker_remaining: Quantity,
        taker_side: Side,
        maker_participant_id: ParticipantId,
        taker_participant_id: ParticipantId,
    ) -> None:
        self.maker_order_id = maker_order_id
        self.taker_order_id = taker_order_id
        self.price = price
        self.quantity = quantity
        self.maker_remaining = maker_remaining
        self.taker_remaining = taker_remaining
        self.taker_side = taker_side
        self.maker_participant_id = maker_participant_id
        self.taker_participant_id = taker_participant_id


@final
class Cancelled(_Event):
    """`quantity` of the order was still open and will not be filled."""

    __slots__ = ("order_id", "price", "quantity", "reason", "side", "was_resting")
    __match_args__: ClassVar[tuple[str, ...]] = ("order_id", "side", "price", "quantity", "reason")

    order_id: Final[OrderId]
    side: Final[Side]
    price: Final[Price]
    quantity: Final[Quantity]
    reason: Final[CancelReason]
    # Whether the quantity left the book, rather than never having come to rest in it. Follows from
    # the events before, so that it is no part of equality.
    was_resting: Final[bool]

    def __init__(
        self,
        order_id: OrderId,
        side: Side,
        price: Price,
        quantity: Quantity,
        reason: CancelReason,
        *,
        was_resting: bool = True,
    ) -> None:
        self.order_id = order_id
        self.side = side
        self.price = price
        self.quantity = quantity
        self.reason = reason
        self.was_resting = was_resting


@final
class Reduced(_Event):
    """`quantity_removed` was taken off the resting order, which keeps its place with `quantity`."""

    __slots__ = ("order_id", "price", "quantity", "quantity_removed", "side")
    __match_args__: ClassVar[tuple[str, ...]] = (
        "order_id",
        "side",
        "price",
        "quantity_removed",
        "quantity",
    )

    order_id: Final[OrderId]
    side: Final[Side]
    price: Final[Price]
    quantity_removed: Final[Quantity]
    quantity: Final[Quantity]  # still open

    def __init__(
        self,
        order_id: OrderId,
        side: Side,
        price: Price,
        quantity_removed: Quantity,
        quantity: Quantity,
    ) -> None:
        self.order_id = order_id
        self.side = side
        self.price = price
        self.quantity_removed = quantity_removed
        self.quantity = quantity


@final
class Replaced(_Event):
    """The order left its place and comes in anew: its fills and what rests of it follow."""

    __slots__ = ("old_price", "old_quantity", "order_id", "price", "quantity", "side")
    __match_args__: ClassVar[tuple[str, ...]] = (
        "order_id",
        "side",
        "old_price",
        "old_quantity",
        "price",
        "quantity",
    )

    order_id: Final[OrderId]
    side: Final[Side]
    old_price: Final[Price]
    old_quantity: Final[Quantity]  # open until now
    price: Final[Price]
    quantity: Final[Quantity]  # open from now on

    def __init__(
        self,
        order_id: OrderId,
        side: Side,
        old_price: Price,
        old_quantity: Quantity,
        price: Price,
        quantity: Quantity,
    ) -> None:
        self.order_id = order_id
        self.side = side
        self.old_price = old_price
        self.old_quantity = old_quantity
        self.price = price
        self.quantity = quantity


@final
class Retried(_Event):
    """The resting all-or-none order found all that it wants and leaves: its fills follow."""

    __slots__ = ("order_id", "price", "quantity", "side")
    __match_args__: ClassVar[tuple[str, ...]] = ("order_id", "side", "price", "quantity")

    order_id: Final[OrderId]
    side: Final[Side]
    price: Final[Price]
    quantity: Final[Quantity]

    def __init__(self, order_id: OrderId, side: Side, price: Price, quantity: Quantity) -> None:
        self.order_id = order_id
        self.side = side
        self.price = price
        self.quantity = quantity


@final
class Expired(_Event):
    """The order's time came and its open `quantity` left the book."""

    __slots__ = ("order_id", "price", "quantity", "side")
    __match_args__: ClassVar[tuple[str, ...]] = ("order_id", "side", "price", "quantity")

    order_id: Final[OrderId]
    side: Final[Side]
    price: Final[Price]
    quantity: Final[Quantity]

    def __init__(self, order_id: OrderId, side: Side, price: Price, quantity: Quantity) -> None:
        self.order_id = order_id
        self.side = side
        self.price = price
        self.quantity = quantity


@final
class Refused(_Event):
    """The command was refused, and the book is as it was before."""

    __slots__ = ("order_id", "reason")
    __match_args__: ClassVar[tuple[str, ...]] = ("order_id", "reason")

    order_id: Final[OrderId | None]  # None: the command was not about an order
    reason: Final[RefusalReason]

    def __init__(self, order_id: OrderId | None, reason: RefusalReason) -> None:
        self.order_id = order_id
        self.reason = reason


@final
class Vetoed(_Event):
    """These two would have traded `quantity`, but the caller of the book said no."""

    __slots__ = ("maker_order_id", "quantity", "taker_order_id")
    __match_args__: ClassVar[tuple[str, ...]] = ("maker_order_id", "taker_order_id", "quantity")

    maker_order_id: Final[OrderId]
    taker_order_id: Final[OrderId]
    quantity: Final[Quantity]

    def __init__(
        self, maker_order_id: OrderId, taker_order_id: OrderId, quantity: Quantity
    ) -> None:
        self.maker_order_id = maker_order_id
        self.taker_order_id = taker_order_id
        self.quantity = quantity


@final
class PhaseEntered(_Event):
    """The book is now in this phase."""

    __slots__ = ("phase",)
    __match_args__: ClassVar[tuple[str, ...]] = ("phase",)

    phase: Final[Phase]

    def __init__(self, phase: Phase) -> None:
        self.phase = phase


@final
class Uncrossed(_Event):
    """The auction trades `volume` at one price; its fills follow."""

    __slots__ = ("price", "surplus", "volume")
    __match_args__: ClassVar[tuple[str, ...]] = ("price", "volume", "surplus")

    price: Final[Price]
    volume: Final[int]
    surplus: Final[int]  # what the larger side could not trade; positive for buyers

    def __init__(self, price: Price, volume: int, surplus: int) -> None:
        self.price = price
        self.volume = volume
        self.surplus = surplus


BookEvent: TypeAlias = (
    Rested
    | Filled
    | Cancelled
    | Reduced
    | Replaced
    | Retried
    | Expired
    | Refused
    | Vetoed
    | PhaseEntered
    | Uncrossed
)
