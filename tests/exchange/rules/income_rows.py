"""The rows that attack INC-01."""

from __future__ import annotations

from typing import Final

from exchange.price_types import IncomeDays
from exchange.rules.facts import ProductFacts
from exchange.rules.types import Cure, CureKind
from registry.calendar import day_of_date
from tests.exchange.rules.deals import bid, disclosed, listing
from tests.exchange.rules.row import BLOCK, NOT_APPLICABLE, PASS, Row, Turn


def paying(record_on: str, payment_on: str, *, before: str | None = None) -> ProductFacts:
    """A product whose next distribution was disclosed, and maybe the one before."""
    return disclosed(
        next_income=IncomeDays(day_of_date(record_on), day_of_date(payment_on)),
        last_distribution_on=None if before is None else day_of_date(before),
    )


YEAR_END: Final = paying("2026-12-21", "2026-12-28")
"""Both are Mondays."""
MONTHLY: Final = paying("2026-12-21", "2026-12-28", before="2026-11-20")

INCOME_ROWS: Final = (
    Row("INC-01", "nothing is disclosed", listing(), NOT_APPLICABLE),
    Row("INC-01", "the last day before it", listing(of=YEAR_END, on="2026-12-13"), PASS),
    Row(
        "INC-01",
        "five working days before the record day",
        listing(of=YEAR_END, on="2026-12-14"),
        BLOCK,
        cures=(Cure(CureKind.WAIT_UNTIL, day_of_date("2026-12-29")),),
    ),
    Row("INC-01", "a bid is none either", bid(of=YEAR_END, on="2026-12-18"), BLOCK),
    Row("INC-01", "between record and payment", bid(of=YEAR_END, on="2026-12-24"), BLOCK),
    Row("INC-01", "on the day of the payment", listing(of=YEAR_END, on="2026-12-28"), BLOCK),
    Row("INC-01", "on the day after", listing(of=YEAR_END, on="2026-12-29"), PASS),
    Row("INC-01", "by the month: the Thursday before", bid(of=MONTHLY, on="2026-12-17"), PASS),
    Row("INC-01", "by the month: the working day before", bid(of=MONTHLY, on="2026-12-18"), BLOCK),
    Row(
        "INC-01",
        "35 days are a month, 36 are none",
        bid(of=paying("2026-12-21", "2026-12-28", before="2026-11-15"), on="2026-12-14"),
        BLOCK,
    ),
    Row(
        "INC-01",
        "35 days are a month",
        bid(of=paying("2026-12-21", "2026-12-28", before="2026-11-16"), on="2026-12-14"),
        PASS,
    ),
    Row(
        "INC-01",
        "a product that wants ten",
        listing(of=YEAR_END, on="2026-12-07"),
        BLOCK,
        {"blackout_wd_before_record": 10},
    ),
)
INCOME_TURNS: Final = (
    Turn(
        "INC-01",
        "time: the blackout begins",
        listing(of=YEAR_END, on="2026-12-13"),
        listing(of=YEAR_END, on="2026-12-14"),
    ),
    Turn(
        "INC-01",
        "a record day is disclosed",
        listing(on="2026-12-14"),
        listing(of=YEAR_END, on="2026-12-14"),
    ),
)
