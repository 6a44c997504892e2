"""Edge cases of prices: what they are compared with, how old that is, and income."""

from __future__ import annotations

from typing import Final

from tests.scenarios.edge_settings import (
    INSTITUTION,
    TWO_MILLION,
    EdgeCase,
    all_of,
    in_the_book,
    two,
)
from tests.scenarios.edge_steps import (
    On,
    discloses,
    enters,
    is_cleared,
    is_left,
    is_quoted,
    offers,
    sells,
    stands,
)
from tests.scenarios.scene import Setting, Who

TOO_LOW: Final = "PRC-01 PRICE_FAR_FROM_REFERENCE"
PRICE_RULE: Final = "design default: the last NAV, or par and accrued income"
OLD: Final = "PRD-05 DISCLOSURE_OLD"
AGE_RULE: Final = "design default: disclosure of net values"
VALUED: Final = discloses(nav={"value": "1.0000", "on": "2026-11-20"})
OPEN_ENDED: Final = two("CN-VENUE-38", buyer=INSTITUTION, maturity_date=None)
YEAR_END: Final = discloses(next_income={"record_on": "2026-11-26", "payment_on": "2026-11-30"})
BLACKOUT: Final = "design default: renga's blackout before a record date"
AT_SIX_PERCENT: Final = (
    discloses(last_distribution_on="2026-11-02"),
    is_quoted("CLEAN"),
    enters("SELL", "3000000", by="seller"),
)
ACCRUED: Final = "design default: what a unit has earned is paid besides a clean price"


def clean(money: str) -> Setting:
    """A plan at 6 % a year in the book, and a buyer who has so much."""
    return in_the_book(
        seller=Who(units="3000000"),
        buyer=Who(kind="INSTITUTION", money=money),
        benchmark_bps=600,
    )


PRICES: Final = (
    EdgeCase(
        case="somebody offers 20 % below what a unit is worth",
        source=PRICE_RULE,
        setting=all_of(0),
        tries=offers(TWO_MILLION, price="0.8000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="somebody offers 21 % below it",
        source=PRICE_RULE,
        setting=all_of(0),
        tries=offers(TWO_MILLION, price="0.7900"),
        verdict=f"WARN {TOO_LOW}",
    ),
    EdgeCase(
        case="both have read the warning and want it",
        source=PRICE_RULE,
        setting=all_of(0),
        tries=sells(TWO_MILLION, price="0.7900", knowing=("PRC-01",)),
        verdict="PASS",
    ),
    EdgeCase(
        case="somebody offers 51 % below it",
        source=PRICE_RULE,
        setting=all_of(0),
        tries=offers(TWO_MILLION, price="0.4900"),
        verdict=f"HOLD {TOO_LOW}",
    ),
    EdgeCase(
        case="compliance has let it pass",
        source=PRICE_RULE,
        setting=all_of(0),
        before=(is_cleared(TWO_MILLION, "0.4900"),),
        tries=offers(TWO_MILLION, price="0.4900"),
        verdict="PASS",
    ),
    EdgeCase(
        case="it is offered once more",
        source="design default: what was cleared passes once",
        setting=all_of(0),
        before=(is_cleared(TWO_MILLION, "0.4900"), offers(TWO_MILLION, price="0.4900")),
        tries=offers(TWO_MILLION, price="0.4900"),
        verdict=f"HOLD {TOO_LOW}",
    ),
    EdgeCase(
        case="an open-ended plan was valued on 20 November; a holder offers on 25 December",
        source=AGE_RULE,
        setting=OPEN_ENDED,
        before=(VALUED, On(12, 25)),
        tries=offers("5000000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="he offers on 26 December, 36 days after",
        source=AGE_RULE,
        setting=OPEN_ENDED,
        before=(VALUED, On(12, 26)),
        tries=offers("5000000"),
        verdict=f"WARN {OLD}",
    ),
    EdgeCase(
        case="he offers on 30 January, 71 days after",
        source=AGE_RULE,
        setting=OPEN_ENDED,
        before=(VALUED, On(1, 30, 2027)),
        tries=offers("5000000"),
        verdict=f"HOLD {OLD}",
    ),
)
INCOME: Final = (
    EdgeCase(
        case="on Monday 23 November the record day is in three working days, on the 26th, and "
        "income is paid on the 30th; a holder offers",
        source=BLACKOUT,
        setting=all_of(0),
        before=(On(11, 23), YEAR_END),
        tries=offers(TWO_MILLION),
        verdict="BLOCK INC-01 INCOME_BLACKOUT (WAIT_UNTIL 2026-12-01)",
    ),
    EdgeCase(
        case="he offers on 1 December",
        source=BLACKOUT,
        setting=all_of(0),
        before=(On(11, 23), YEAR_END, On(12, 1)),
        tries=offers(TWO_MILLION),
        verdict="PASS",
    ),
    EdgeCase(
        case="his offer stands when the record day is made known",
        source=BLACKOUT,
        setting=all_of(0),
        before=(On(11, 23), offers(TWO_MILLION), YEAR_END),
        tries=stands,
        verdict="WITHDRAWN_BY_VENUE: BLOCK INC-01 INCOME_BLACKOUT (WAIT_UNTIL 2026-12-01)",
    ),
    EdgeCase(
        case="3,000,000 of a plan at 6 % are listed at par, clean, 20 days after its income was "
        "paid; a buyer has 3,004,500.00, which is their price and all fees",
        source=ACCRUED,
        setting=clean("3004500.00"),
        before=AT_SIX_PERCENT,
        tries=enters("BUY", "3000000", by="buyer", time_in_force="FILL_OR_KILL"),
        verdict="REFUSED money_not_available (9863.01 missing)",
    ),
    EdgeCase(
        case="he has 3,014,363.01",
        source=ACCRUED,
        setting=clean("3014363.01"),
        before=AT_SIX_PERCENT,
        tries=enters("BUY", "3000000", by="buyer", time_in_force="FILL_OR_KILL"),
        verdict="MATCHED",
    ),
    EdgeCase(
        case="a bid that stood would have reserved the income of 30 days more, 14,794.52; it is "
        "met at once",
        source=ACCRUED,
        setting=clean("3029157.53"),
        before=(*AT_SIX_PERCENT, enters("BUY", "3000000", by="buyer")),
        tries=is_left("buyer"),
        verdict="MATCHED, 14794.52 available",
    ),
)
