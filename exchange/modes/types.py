"""The market modes, and what a product has to say of a mode before it can run."""

from enum import IntEnum
from typing import Final

import msgspec

from registry.calendar import MINUTES

UNCROSSES_A_DAY_MAX: Final = 24
"""Auctions of one product a day: more of them would be continuous trade by another name."""


class MarketMode(IntEnum):
    """How deals in a product are made. The numbers are stored: never reuse one."""

    CONTINUOUS = 1  # orders meet in the book as they come
    CALL_AUCTION = 2  # orders gather, and at stated times all trade at one price
    LISTED_PRICE = 3  # a seller states price and block, and a buyer accepts
    ENGLISH_AUCTION = 4  # one lot goes to the highest of open bids
    NEGOTIATED = 5  # two named parties agree
    RFQ = 6  # one asks, several quote, and he picks


BOOK_MODES: Final = (MarketMode.CONTINUOUS, MarketMode.CALL_AUCTION)
"""In the others an order stands beside the book, as one party's word to another."""


class Permission(IntEnum):
    """What a licence says of a mode."""

    BARRED = 1  # not whatever the venue shows
    CONDITIONAL = 2  # with an approval that names it
    ALLOWED = 3  # by the licence alone


class CallAuctionTerms(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    array_like=True,
    forbid_unknown_fields=True,
    tag=MarketMode.CALL_AUCTION.value,
):
    """When a product's call auctions are, on the trading days of its calendar."""

    uncross_minutes: tuple[int, ...]
    """From when on the uncross may come, in 1440ths of the calendar's day; ascending."""
    window_minutes: int
    """How much later it may come: the moment is not known before it is there."""

    def is_in_range(self) -> bool:
        """Whether there are auctions, few enough, each over before the next and before the day's
        end. Cost: O(auctions)."""
        starts = self.uncross_minutes
        if not 1 <= len(starts) <= UNCROSSES_A_DAY_MAX or self.window_minutes < 0 or starts[0] < 0:
            return False
        return all(
            start + self.window_minutes < following
            for start, following in zip(starts, (*starts[1:], MINUTES), strict=True)
        )


ModeTerms = CallAuctionTerms
"""What a product says of its mode; a mode that needs nothing said has none."""
TERMS_OF: Final[dict[MarketMode, type[ModeTerms]]] = {MarketMode.CALL_AUCTION: CallAuctionTerms}
