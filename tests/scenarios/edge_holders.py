"""Edge cases of who may hold: head-counts, what they count, and under which law."""

from __future__ import annotations

from typing import Final

from tests.scenarios.edge_settings import (
    FOUR,
    PERSON,
    TWO_MILLION,
    EdgeCase,
    all_of,
    few,
    rich,
)
from tests.scenarios.edge_steps import (
    dies,
    rejects,
    sells,
)
from tests.scenarios.scene import Who

ART_5: Final = "集合办法 Art. 5(3)"
LIMB_4: Final = "38号文, limb 4"
EVER: Final = {"rule_id": "HC-02", "parameter": "count_basis", "value": "EVER"}
FULL: Final = "BLOCK HC-01 NATURAL_HOLDERS_MAX (TAKE_WHOLE_HOLDING)"
CROWDED: Final = "BLOCK HC-02 HOLDERS_MAX (TAKE_WHOLE_HOLDING)"

SMALL_HOLDERS: Final = (
    EdgeCase(
        case="49 natural persons hold less than 3,000,000; a holder of 4,000,000 who sells half "
        "would be the 50th",
        source=ART_5,
        setting=few(49, seller=FOUR),
        tries=sells(TWO_MILLION),
        verdict="PASS",
    ),
    EdgeCase(
        case="50 of them hold; he would be the 51st",
        source=ART_5,
        setting=few(50, seller=FOUR),
        tries=sells(TWO_MILLION),
        verdict=FULL,
    ),
    EdgeCase(
        case="49 of them hold, and one more may come about by a pending transfer",
        source="集合办法 Art. 5(3), pending slots counted",
        setting=few(49, seller=FOUR, first=FOUR),
        before=(sells(TWO_MILLION, by="first"),),
        tries=sells(TWO_MILLION),
        verdict=FULL,
    ),
    EdgeCase(
        case="the trust company rejects that transfer",
        source="集合办法 Art. 5(3), a slot is free again",
        setting=few(49, seller=FOUR, first=FOUR),
        before=(sells(TWO_MILLION, by="first"), rejects),
        tries=sells(TWO_MILLION),
        verdict="PASS",
    ),
    EdgeCase(
        case="50 of them hold; somebody keeps exactly 3,000,000.00, which is not less",
        source=ART_5,
        setting=few(50, seller=Who(units="5000000")),
        tries=sells(TWO_MILLION),
        verdict="PASS",
    ),
    EdgeCase(
        case="50 of them hold; somebody keeps 2,999,900.00",
        source=ART_5,
        setting=few(50, seller=Who(units="4999900")),
        tries=sells(TWO_MILLION),
        verdict=FULL,
    ),
    EdgeCase(
        case="50 of them hold; one sells all that he has to another natural person",
        source="集合办法 Art. 29; a seller who leaves makes room",
        setting=few(49, seller=Who(units="1000000"), buyer=PERSON),
        tries=sells("1000000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="50 of them hold; exactly 3,000,000.00 go to a natural person who held nothing",
        source=ART_5,
        setting=few(50, seller=Who(units="3000000"), buyer=PERSON),
        tries=sells("3000000"),
        verdict="PASS",
    ),
)
ALL_HOLDERS: Final = (
    EdgeCase(
        case="199 hold; somebody would be the 200th",
        source=LIMB_4,
        setting=all_of(198),
        tries=sells(TWO_MILLION),
        verdict="PASS",
    ),
    EdgeCase(
        case="200 hold; somebody would be the 201st",
        source=LIMB_4,
        setting=all_of(199),
        tries=sells(TWO_MILLION),
        verdict=CROWDED,
    ),
    EdgeCase(
        case="200 hold; somebody takes the place of one who leaves",
        source=LIMB_4,
        setting=all_of(199),
        tries=sells("9000000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="198 hold; a buyer holds for two",
        source="37号文, looked through",
        setting=all_of(197, buyer=Who(kind="INSTITUTION", stands_for=2)),
        tries=sells(TWO_MILLION),
        verdict="PASS",
    ),
    EdgeCase(
        case="198 hold; a buyer holds for three",
        source="37号文, looked through",
        setting=all_of(197, buyer=Who(kind="INSTITUTION", stands_for=3)),
        tries=sells(TWO_MILLION),
        verdict=CROWDED,
    ),
    EdgeCase(
        case="200 hold, and who has ever held counts; somebody takes the place of one who leaves",
        source="37号文, 累计",
        setting=all_of(199, EVER),
        tries=sells("9000000"),
        verdict="BLOCK HC-02 HOLDERS_MAX",
    ),
    EdgeCase(
        case="200 hold; one of them dies and has three heirs; somebody would be one more",
        source="38号文, limb 4",
        setting=all_of(198, dead=FOUR, ann=PERSON, ben=PERSON, cai=PERSON),
        before=(dies("dead", ann="2000000", ben="1000000", cai="1000000"),),
        tries=sells(TWO_MILLION),
        verdict=CROWDED,
    ),
    EdgeCase(
        case="202 hold after the inheritance; an heir sells all that he has",
        source="38号文, limb 4",
        setting=all_of(198, dead=FOUR, ann=PERSON, ben=PERSON, cai=PERSON),
        before=(dies("dead", ann="2000000", ben="1000000", cai="1000000"),),
        tries=sells(TWO_MILLION, by="ann"),
        verdict="PASS",
    ),
    EdgeCase(
        case="203 hold when the rules of the venue come; somebody would be one more",
        source=LIMB_4,
        setting=all_of(202),
        tries=sells(TWO_MILLION),
        verdict=CROWDED,
    ),
    EdgeCase(
        case="203 hold when they come; somebody takes the place of one who leaves",
        source=LIMB_4,
        setting=all_of(202),
        tries=sells("9000000"),
        verdict="PASS",
    ),
)
OTHER_LAW: Final = (
    EdgeCase(
        case="200 persons of 3,000,000 each hold; by the law of 2007 none of them counts",
        source=ART_5,
        setting=rich("CN-2007"),
        tries=sells(TWO_MILLION),
        verdict="PASS",
    ),
    EdgeCase(
        case="the same, with the draft of 2025 beside it, which is no law",
        source="资产管理信托管理办法（征求意见稿）Art. 8",
        setting=rich("CN-2007", "CN-AMT-2025D"),
        tries=sells(TWO_MILLION),
        verdict="PASS",
    ),
    EdgeCase(
        case="the same, were the draft in force",
        source="资产管理信托管理办法（征求意见稿）Art. 8",
        setting=rich("CN-2007", drafts=("CN-AMT-2025D",)),
        tries=sells(TWO_MILLION),
        verdict=CROWDED,
    ),
)
