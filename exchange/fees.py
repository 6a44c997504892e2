"""Fees and prices as whole fen: what an order can cost at most, and what each fill of it really
costs.

Everything telescopes over one order: the charge of a fill is the charge of everything so far less
what was charged before, so that splitting an order never changes its total by a fen. Fees are
rounded up (a split order can never pay less than the whole one), a consideration half-up, and
buyer and seller are booked the same figure.
"""

from typing import Final, NamedTuple

import msgspec

from exchange.limits import FEE_MAX
from exchange.types import Fen

BASIS_POINTS: Final = 10_000
PRICE_UNITS_PER_FEN: Final = 100  # a price is in 1/10000 yuan
VALUE_UNITS_PER_FEN: Final = tuple([PRICE_UNITS_PER_FEN * 10**scale for scale in range(5)])
"""By the decimals of a product's unit: how much of price × quantity is a fen."""


class FeeLine(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One fee: a rate on an amount, with a minimum and a maximum for the whole order."""

    rate_bps: int
    minimum: Fen
    maximum: Fen

    def on(self, amount: int) -> int:
        """The fee in fen on a cumulative `amount` of fen, rounded up. Nothing costs nothing."""
        if amount == 0:
            return 0
        fee = -(-amount * self.rate_bps // BASIS_POINTS)
        if fee < self.minimum:
            return self.minimum
        if fee > self.maximum:
            return self.maximum
        return fee

    def is_in_range(self) -> bool:
        """Whether the fee can only grow with the amount and never exceeds FEE_MAX."""
        return 0 <= self.rate_bps <= BASIS_POINTS and 0 <= self.minimum <= self.maximum <= FEE_MAX


class FeeSchedule(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a settled transfer costs each side. Source: domain D5, FEE-01.

    The venue's fee is on the consideration, the trust company's on the principal (units at par).
    """

    venue_buyer: FeeLine
    venue_seller: FeeLine
    trust_company_buyer: FeeLine
    trust_company_seller: FeeLine

    def is_in_range(self) -> bool:
        """Whether every line is."""
        lines = (self.venue_buyer, self.venue_seller)
        trust_company_lines = (self.trust_company_buyer, self.trust_company_seller)
        return all(line.is_in_range() for line in (*lines, *trust_company_lines))


class LowerLine(NamedTuple):
    """The lower of two fees, of which each can only grow with the amount."""

    one: FeeLine
    other: FeeLine

    def on(self, amount: int) -> int:
        """The fee in fen on a cumulative `amount` of fen."""
        return min(self.one.on(amount), self.other.on(amount))


class LowerSchedule(NamedTuple):
    """Line by line the lower of two schedules: what an order pays that came under one and is
    matched under another. Source: FEE-01, shown before commitment."""

    venue_buyer: LowerLine
    venue_seller: LowerLine
    trust_company_buyer: LowerLine
    trust_company_seller: LowerLine


def lower_of(*, shown: FeeSchedule, present: FeeSchedule) -> FeeSchedule | LowerSchedule:
    """What an order pays by that was shown the one and is matched under the other. Cost: O(1)."""
    if shown is present:
        return shown
    return LowerSchedule(
        LowerLine(shown.venue_buyer, present.venue_buyer),
        LowerLine(shown.venue_seller, present.venue_seller),
        LowerLine(shown.trust_company_buyer, present.trust_company_buyer),
        LowerLine(shown.trust_company_seller, present.trust_company_seller),
    )


DEFAULT_FEE_SCHEDULE: Final = FeeSchedule(
    venue_buyer=FeeLine(5, Fen(0), Fen(10**9)),
    venue_seller=FeeLine(10, Fen(0), Fen(10**9)),
    trust_company_buyer=FeeLine(10, Fen(200_00), Fen(20_000_00)),
    trust_company_seller=FeeLine(10, Fen(200_00), Fen(20_000_00)),
)
"""Domain D5: 0.05 % and 0.10 % to the venue, 0.10 % of principal from each side to the trust
company, ¥200 to ¥20,000."""


def whole_fen(value: int, *, quantity_scale: int) -> Fen:
    """`value` = price × quantity in whole fen, half-up. Cost: O(1).

    Args:
        value: price in 1/10000 yuan times quantity in the product's smallest unit.
        quantity_scale: decimals of the product's unit, 0 to 4.
    """
    divisor = VALUE_UNITS_PER_FEN[quantity_scale]
    return Fen((value + divisor // 2) // divisor)
