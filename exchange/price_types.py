"""What is known of a product that its price depends on, and how its price is quoted."""

from enum import IntEnum
from typing import NewType

import msgspec

from exchange.evidence_types import EvidenceLinkId
from exchange.types import Fen, PartyId
from matching import Price
from registry.types import DayNumber, ProductId, TimeNs

Ppm = NewType("Ppm", int)
"""A rate or a share: 1,000,000 is 100 %."""


class QuoteBasis(IntEnum):
    """How people state a product's price. The book ranks by yuan a unit in every case. The numbers
    are stored: never reuse one. Source: PRC-03."""

    CLEAN = 1  # yuan a unit without accrued income, which the buyer pays besides
    DIRTY = 2  # yuan a unit, accrued income included: all that the buyer pays
    NAV = 3  # yuan a unit, beside the last net asset value
    NAV_DISCOUNT = 4  # yuan a unit, shown as a discount to the last net asset value
    YIELD = 5  # yuan a unit, shown as what a year would bring until maturity


class Disclaimer(IntEnum):
    """The words that go with every benchmark; texts are at the edge. The numbers are stored: never
    reuse one. Source: PRD-06."""

    PERFORMANCE_BENCHMARK = 1  # of a plan that names a performance benchmark
    LEGACY_EXPECTED_YIELD = 2  # of an old plan whose papers speak of an expected yield


class Nav(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The net asset value of one unit."""

    value: Price
    on: DayNumber


class IncomeDays(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The next distribution of income: who holds at the end of the one day is paid on the other."""

    record_on: DayNumber
    payment_on: DayNumber


class Benchmark(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A performance benchmark: no promise of return."""

    rate_bps: int
    """A year, on the principal."""
    disclaimer: Disclaimer


class AccruedIncome(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the buyer pays for the income of his units besides a clean price, and how it is counted:
    F·y·d/365."""

    amount: Fen
    days: int
    priced_on: DayNumber
    """The pricing date: until its end the income is the seller's."""


class PriceFacts(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True
):
    """What is known of a product now; days are those of Asia/Shanghai."""

    quote_basis: QuoteBasis
    risk_level: int
    """R1 to R5."""
    benchmark: Benchmark | None
    nav: Nav | None = None
    last_distribution_on: DayNumber | None = None
    """Income is distributed up to the end of this day."""
    next_income: IncomeDays | None = None
    disclosed_at_ns: TimeNs | None = None
    """When the last disclosure came; None: none has come."""
    distressed: bool = False
    """It may not pay what its holders have been led to expect: it is late, extended or in default.
    """

    @property
    def book_basis(self) -> QuoteBasis:
        """What a price in the book is: CLEAN, or all that the buyer pays. Cost: O(1)."""
        return QuoteBasis.CLEAN if self.quote_basis is QuoteBasis.CLEAN else QuoteBasis.DIRTY

    def accrues_from(self, day: DayNumber) -> DayNumber | None:
        """The day with whose end the income began that goes with a unit on `day`: behind a record
        day it is that one, for what was earned until then is paid to who held then. None: nobody
        has said. Source: domain D6, ex-date. Cost: O(1)."""
        income = self.next_income
        if income is not None and income.record_on < day:
            return income.record_on
        return self.last_distribution_on


class Disclosure(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A product's facts from one command on, for the history that SQL keeps."""

    sequence: int
    product_id: ProductId
    at_ns: TimeNs
    published_by: PartyId
    facts: PriceFacts
    documents: tuple[EvidenceLinkId, ...] = ()
    text_zh: str = ""
    text_en: str = ""
