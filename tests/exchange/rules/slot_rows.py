"""The rows of the rules of holder slots: HC-01, HC-02, VEN-03."""

from __future__ import annotations

from typing import Final

import msgspec

from exchange.rules.facts import SlotChange
from exchange.rules.types import Cure, CureKind, Stage
from exchange.types import PartyKind
from registry.calendar import day_of_date
from tests.exchange.rules.deals import BUYER, TODAY, bid, meeting, party
from tests.exchange.rules.row import BLOCK, NOT_APPLICABLE, PASS, Row, Turn

FIFTY: Final = {"natural_holders_max": 50, "threshold_fen": 300_000_000}
TWO_HUNDRED: Final = {"holders_max": 200}
EVER: Final = {"holders_max": 200, "count_basis": "EVER"}
FIVE: Final = {"turnaround_days": 5}
WHOLE: Final = Cure(CureKind.TAKE_WHOLE_HOLDING)
TODAYS: Final = day_of_date(TODAY)


def _to(after: int, *, before: int | None = None) -> SlotChange:
    return SlotChange(after - 1 if before is None else before, after)


SLOT_ROWS: Final = (
    Row("HC-01", "the fiftieth", meeting(natural_small=_to(50)), PASS, FIFTY),
    Row(
        "HC-01",
        "the fifty-first may buy 3,000,000, or ask for all that one has",
        meeting(natural_small=_to(51)),
        BLOCK,
        FIFTY,
        (Cure(CureKind.BUY_AT_LEAST, 3_000_000), WHOLE),
    ),
    Row(
        "HC-01",
        "who holds 2,000,000 already is missing one",
        meeting(buyer=party(BUYER), natural_small=_to(52)),
        BLOCK,
        FIFTY,
        (Cure(CureKind.BUY_AT_LEAST, 1_000_000), WHOLE),
    ),
    Row(
        "HC-01",
        "a person sells part of 4,000,000 to an institution",
        meeting(buyer=party(BUYER, kind=PartyKind.INSTITUTION), natural_small=_to(51)),
        BLOCK,
        FIFTY,
        (WHOLE,),
    ),
    Row(
        "HC-01",
        "above the maximum what raises no count",
        meeting(natural_small=_to(60, before=60)),
        PASS,
        FIFTY,
    ),
    Row("HC-01", "a bid meets nobody yet", bid(), NOT_APPLICABLE, FIFTY),
    Row("HC-02", "the two hundredth", meeting(now=_to(200), ever=_to(300)), PASS, TWO_HUNDRED),
    Row(
        "HC-02",
        "the two hundred and first",
        meeting(now=_to(201), ever=_to(201)),
        BLOCK,
        TWO_HUNDRED,
        (WHOLE,),
    ),
    Row(
        "HC-02",
        "203 after an inheritance, and one goes as one comes",
        meeting(now=_to(203, before=203), ever=_to(204)),
        PASS,
        TWO_HUNDRED,
    ),
    Row(
        "HC-02",
        "where all who ever held count nobody makes room",
        meeting(now=_to(203, before=203), ever=_to(204)),
        BLOCK,
        EVER,
        (),
    ),
    Row("HC-02", "a bid meets nobody yet", bid(), NOT_APPLICABLE, TWO_HUNDRED),
    Row("VEN-03", "nobody has traded", meeting(), NOT_APPLICABLE, FIVE),
    Row("VEN-03", "a product that does not count trades", bid(), NOT_APPLICABLE, FIVE),
    Row("VEN-03", "on the first free day", meeting(seller_free_on=TODAYS), PASS, FIVE),
    Row(
        "VEN-03",
        "the day before",
        meeting(seller_free_on=TODAYS, buyer_free_on=TODAYS + 1),
        BLOCK,
        FIVE,
        (Cure(CureKind.WAIT_UNTIL, TODAYS + 1),),
    ),
    Row(
        "VEN-03",
        "a listing of who has bought yesterday",
        msgspec.structs.replace(meeting(seller_free_on=TODAYS + 6), buyer=None, stage=Stage.LIST),
        BLOCK,
        FIVE,
        (Cure(CureKind.WAIT_UNTIL, TODAYS + 6),),
    ),
)
SLOT_TURNS: Final = (
    Turn(
        "HC-01",
        "another has taken the last slot",
        meeting(natural_small=_to(50)),
        meeting(natural_small=_to(51)),
        FIFTY,
    ),
    Turn(
        "HC-02",
        "the product counts all who ever held",
        meeting(now=_to(200), ever=_to(201)),
        meeting(now=_to(200), ever=_to(201)),
        TWO_HUNDRED,
        {"count_basis": "EVER"},
    ),
    Turn(
        "VEN-03",
        "the party has bought",
        meeting(),
        meeting(seller_free_on=TODAYS + 6),
        FIVE,
    ),
)
