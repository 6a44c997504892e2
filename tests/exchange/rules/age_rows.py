"""The rows that attack how old facts of a party may be, and how many of its orders may stand:
QI-02, SUI-02, PTY-04, ORD-04."""

from __future__ import annotations

from typing import Final

from exchange.profile import CddRisk, Profile
from exchange.rules.types import Cure, CureKind
from exchange.types import PartyKind
from registry.calendar import day_of_date
from tests.exchange.rules.deals import BUYER, SELLER, bid, listing, party, profile
from tests.exchange.rules.row import BLOCK, NOT_APPLICABLE, PASS, Row, Turn

HALF_A_YEAR: Final = {"qi_valid_months": 6}
TESTED_FOR_HALF_A_YEAR: Final = {"assessment_valid_months": 6}
SHORT: Final = {
    "cdd_review_months_low": 6,
    "cdd_review_months_medium": 4,
    "cdd_review_months_high": 2,
}
MIDNIGHT: Final = "2027-01-01"
"""On 2026-07-01 everything was established that holds until 2027-06-30."""
DAY_BEFORE: Final = "2026-12-31"


def tested(*on: str) -> Profile:
    """A profile of somebody who has answered the questionnaire on these days."""
    return profile(assessments=tuple(day_of_date(day) for day in on))


ONCE: Final = tested("2026-07-01")
TWICE: Final = tested("2026-07-01", "2026-07-01")
THRICE: Final = tested("2025-12-01", "2026-03-01", "2026-07-01")

AGE_ROWS: Final = (
    Row(
        "QI-02",
        "on the last day of six months, where no more count",
        bid(on=DAY_BEFORE),
        PASS,
        HALF_A_YEAR,
    ),
    Row(
        "QI-02",
        "on the date of the certification, six months later",
        bid(on=MIDNIGHT),
        BLOCK,
        HALF_A_YEAR,
        (Cure(CureKind.GET_CERTIFIED),),
    ),
    Row(
        "QI-02",
        "it ended before, whatever the months",
        bid(party(BUYER, profile(certified_until="2026-11-22")), on="2026-11-23"),
        BLOCK,
        {"qi_valid_months": 12},
    ),
    Row(
        "SUI-02",
        "on the last day of six months, where no more count",
        bid(on=DAY_BEFORE),
        PASS,
        TESTED_FOR_HALF_A_YEAR,
    ),
    Row(
        "SUI-02",
        "on the date of the assessment, six months later",
        bid(on=MIDNIGHT),
        BLOCK,
        TESTED_FOR_HALF_A_YEAR,
        (Cure(CureKind.TAKE_RISK_TEST),),
    ),
    Row(
        "SUI-02",
        "one test a day, and he took one",
        bid(party(BUYER, ONCE)),
        PASS,
        {"tests_per_day_max": 1},
    ),
    Row(
        "SUI-02",
        "one test a day, and the level is that of the second",
        bid(party(BUYER, TWICE)),
        BLOCK,
        {"tests_per_day_max": 1},
        (Cure(CureKind.TAKE_RISK_TEST),),
    ),
    Row(
        "SUI-02",
        "three tests a year, and he took three",
        bid(party(BUYER, THRICE)),
        PASS,
        {"tests_per_year_max": 3},
    ),
    Row(
        "SUI-02",
        "two tests a year, and he took three: a fourth today would be no better",
        bid(party(BUYER, THRICE)),
        BLOCK,
        {"tests_per_year_max": 2},
        (),
    ),
    Row(
        "SUI-02",
        "where a pack has no number, that of the venue counts, which he has kept",
        bid(party(BUYER, THRICE)),
        PASS,
    ),
    Row("PTY-04", "of low risk, on the last day of six months", bid(on=DAY_BEFORE), PASS, SHORT),
    Row("PTY-04", "of low risk, with the date", bid(on=MIDNIGHT), BLOCK, SHORT),
    Row(
        "PTY-04",
        "of medium risk, with the date four months later",
        listing(party(SELLER, profile(risk=CddRisk.MEDIUM)), on="2026-11-01"),
        BLOCK,
        SHORT,
    ),
    Row(
        "PTY-04",
        "of medium risk, the day before",
        listing(party(SELLER, profile(risk=CddRisk.MEDIUM)), on="2026-10-31"),
        PASS,
        SHORT,
    ),
    Row(
        "PTY-04",
        "of high risk, with the date two months later",
        bid(party(BUYER, profile(risk=CddRisk.HIGH)), on="2026-09-01"),
        BLOCK,
        SHORT,
    ),
    Row(
        "PTY-04",
        "of high risk, the day before",
        bid(party(BUYER, profile(risk=CddRisk.HIGH)), on="2026-08-31"),
        PASS,
        SHORT,
    ),
    Row("ORD-04", "the two hundredth order", bid(party(BUYER, orders_open=199)), PASS),
    Row("ORD-04", "one more", listing(party(SELLER, orders_open=200)), BLOCK, cures=()),
    Row(
        "ORD-04",
        "an institution's third, where two may stand",
        bid(party(BUYER, kind=PartyKind.INSTITUTION, orders_open=2)),
        BLOCK,
        {"orders_open_max": 2},
    ),
    Row(
        "SUI-02",
        "an institution may answer as often as it likes",
        bid(party(BUYER, TWICE, kind=PartyKind.INSTITUTION)),
        NOT_APPLICABLE,
        {"tests_per_day_max": 1},
    ),
)

AGE_TURNS: Final = (
    Turn(
        "QI-02",
        "the pack lets a certification be half as old",
        bid(on=MIDNIGHT),
        bid(on=MIDNIGHT),
        {"qi_valid_months": 12},
        HALF_A_YEAR,
    ),
    Turn(
        "QI-02",
        "time: six months are over",
        bid(on=DAY_BEFORE),
        bid(on=MIDNIGHT),
        HALF_A_YEAR,
    ),
    Turn(
        "SUI-02",
        "time: six months are over",
        bid(on=DAY_BEFORE),
        bid(on=MIDNIGHT),
        TESTED_FOR_HALF_A_YEAR,
    ),
    Turn(
        "SUI-02",
        "he answers once more on the same day",
        bid(party(BUYER, ONCE)),
        bid(party(BUYER, TWICE)),
        {"tests_per_day_max": 1},
    ),
    Turn("PTY-04", "time: six months are over", bid(on=DAY_BEFORE), bid(on=MIDNIGHT), SHORT),
    Turn(
        "PTY-04",
        "the party is found to be of a higher risk",
        bid(),
        bid(party(BUYER, profile(risk=CddRisk.MEDIUM))),
        SHORT,
    ),
    Turn(
        "ORD-04",
        "trade: another order of the party stands",
        bid(party(BUYER, orders_open=199)),
        bid(party(BUYER, orders_open=200)),
    ),
)
