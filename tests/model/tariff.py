"""What an order costs, in fractions: rounded once at the end of each sum, as the fee rules say."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from exchange.fees import FeeLine, FeeSchedule


def half_up(amount: Fraction) -> int:
    """The nearest whole fen; of two equally near ones the greater."""
    return floor(amount + Fraction(1, 2))


def fee_on(amount: int, line: FeeLine) -> int:
    """Basis points of the amount, up to the next fen, within minimum and maximum."""
    if amount == 0:
        return 0
    fee = ceil(Fraction(amount * line.rate_bps, 10_000))
    at_least = max(fee, line.minimum)
    return min(at_least, line.maximum)


@dataclass(frozen=True)
class Tariff:
    """Both sides' fees on a consideration and on a principal: of several schedules the lowest."""

    schedules: tuple[FeeSchedule, ...]

    def buyer_venue(self, consideration: int) -> int:
        return min(fee_on(consideration, each.venue_buyer) for each in self.schedules)

    def buyer_trust_company(self, principal: int) -> int:
        return min(fee_on(principal, each.trust_company_buyer) for each in self.schedules)

    def seller_venue(self, consideration: int) -> int:
        return min(fee_on(consideration, each.venue_seller) for each in self.schedules)

    def seller_trust_company(self, principal: int) -> int:
        return min(fee_on(principal, each.trust_company_seller) for each in self.schedules)

    def buyer_total(self, consideration: int, *, principal: int) -> int:
        """All that buying costs."""
        venue = self.buyer_venue(consideration)
        return consideration + venue + self.buyer_trust_company(principal)
