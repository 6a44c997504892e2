"""Halts: what is halted, why, and one halt with its end."""

from enum import IntEnum
from typing import Final, NewType

import msgspec

from exchange.types import PartyId
from registry.types import ProductId, TimeNs

HaltId = NewType("HaltId", int)
"""A halt: made of its command's sequence."""
VENUE: Final = 0
"""What a halt of the whole venue names as its subject."""


class HaltLevel(IntEnum):
    """How much a halt stops. The numbers are stored: never reuse one. Source: HALT-01."""

    VENUE = 1  # trade in every product
    PRODUCT = 2  # trade in one product
    PARTY = 3  # all trade of one party; its transfers wait


class HaltReason(IntEnum):
    """Why trade is halted. The numbers are stored: never reuse one. Source: domain D7, HALT-02."""

    MATERIAL_EVENT = 1  # default, extension, another trustee or risk level, litigation
    NEWS_PENDING = 2  # something is to be disclosed first
    DISORDERLY_TRADING = 3  # prices that nobody can explain
    TECHNICAL_FAULT = 4  # of the venue, or of what it depends on
    OFFICIAL_ORDER = 5  # a court or an authority wants it
    UNDER_REVIEW = 6  # of a party: somebody looks at it; the one reason that it is told
    PRICE_BAND = 7  # a call auction's price was twice beyond its band; never given by hand
    OTHER = 9  # stated in the note


TIMED: Final = frozenset({HaltReason.PRICE_BAND})
"""Reasons for which the venue alone halts trade, for a stated time: such a halt ends by itself."""


class Halt(msgspec.Struct, array_like=True, kw_only=True, eq=False):
    """One halt, from the moment at which it was given."""

    halt_id: HaltId
    level: HaltLevel
    subject_id: int
    """The product's or the party's id, or VENUE."""
    given_by: PartyId
    reason: HaltReason
    note: str
    review_ns: TimeNs
    """When whoever gave it means to look at it again: nothing happens by itself then, but that one
    ends whose reason is TIMED."""
    officer: str
    """The id of the key by which it was given."""
    given_at_ns: TimeNs
    lifted_at_ns: TimeNs | None = None
    lifted_note: str | None = None
    lifted_officer: str | None = None

    @property
    def ends_ns(self) -> TimeNs | None:
        """When it ends by itself; None: when somebody lifts it. Cost: O(1)."""
        return self.review_ns if self.reason in TIMED else None

    def stops(self, product_id: ProductId) -> bool:
        """Whether it halts the product, alone or with all the others. Cost: O(1)."""
        if self.level is HaltLevel.PRODUCT:
            return self.subject_id == product_id
        return self.level is HaltLevel.VENUE
