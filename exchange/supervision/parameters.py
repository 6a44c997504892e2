"""What detectors go by. The defaults are those of domain D1 where it names one; the others were
chosen on simulated days (docs/supervision.md)."""

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from exchange.types import Fen

Count: TypeAlias = Annotated[int, Meta(ge=2, le=1_000)]
DayCount: TypeAlias = Annotated[int, Meta(ge=1, le=366)]
Money: TypeAlias = Annotated[Fen, Meta(ge=1, le=10**17)]
Share: TypeAlias = Annotated[int, Meta(ge=1, le=10_000)]
"""In 1/10000."""
Deviation: TypeAlias = Annotated[int, Meta(ge=1, le=1_000_000)]
"""In 1/10000 of a reference, which a price may exceed a hundredfold."""


class LargeAmountTerms(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False
):
    """From where on a day's money is reported. Source: AML-01."""

    natural_person_fen: Money = Fen(50_000_000)
    institution_fen: Money = Fen(200_000_000)
    report_working_days: DayCount = 5


class RingTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """When units count as having come back. Source: AML-02."""

    days: DayCount = 10
    units_differ_bps: Annotated[int, Meta(ge=0, le=10_000)] = 500
    """By how much the deals' units may differ from those of the last."""
    amount_min_fen: Money = Fen(10_000_000)
    """What is worth less is not looked at."""
    deals_max: Annotated[int, Meta(ge=2, le=6)] = 4
    """Of one circle."""


class ValueTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """When a price is far from fair value. Source: AML-02."""

    deviation_bps: Deviation = 2_000
    nav_days: DayCount = 92
    """How long a net asset value counts after its day; then the last deals do."""
    deals: Annotated[int, Meta(ge=3, le=1_000)] = 9
    """Whose middle price stands in for a net asset value."""


class BelowTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """When amounts look as if they were kept below what is reported. Source: AML-02."""

    margin_bps: Share = 1_000
    """How far below still is just below."""
    amounts: Count = 3
    days: DayCount = 10


class Parameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Those of all detectors."""

    large_amounts: LargeAmountTerms = LargeAmountTerms()
    rings: RingTerms = RingTerms()
    value: ValueTerms = ValueTerms()
    below: BelowTerms = BelowTerms()


DEFAULTS = Parameters()
