"""The edge cases that a venue must get right, one row each, typed from the rules' own words.

A row says where something is tried, what was done before, what is tried, and the verdict that the
source asks for. How steps and verdicts are written: edge_steps.py and scene.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from api.main import Licence
from exchange.types import VenueProfile
from tests.scenarios.edge_steps import (
    On,
    asks_for_mode,
    bids,
    confirms,
    dies,
    is_certified_anew,
    is_claimed,
    is_frozen,
    is_halted,
    is_pledged,
    lists_firmly,
    of_transfer,
    offers,
    rejects,
    rescinds,
    sells,
    stands,
    tells_of_default,
)
from tests.scenarios.scene import Crowd, Setting, Step, Who


@dataclass(frozen=True, kw_only=True)
class EdgeCase:
    """One row of the table."""

    case: str
    source: str
    setting: Setting
    before: tuple[Step, ...] = ()
    tries: Step
    verdict: str


PERSON: Final = Who()
INSTITUTION: Final = Who(kind="INSTITUTION")
IN_CHINA: Final[dict[str, Any]] = {"transfer_terms": {"calendar_id": "CN_WORKING"}}
REVIEWED: Final = {"calendar_id": "CN_WORKING", "review": True}
ORDINARY: Final = Licence(profile=VenueProfile.CN_VENUE_38)


def few(crowd: int, **people: Who) -> Setting:
    """A collective trust plan with so many natural persons of 1,000,000 besides these."""
    return Setting(
        packs=("CN-2007",),
        terms=IN_CHINA,
        people={"buyer": INSTITUTION} | people,
        crowd=Crowd(number=crowd),
    )


def all_of(crowd: int, *overrides: dict[str, str], **people: Who) -> Setting:
    """A product of an ordinary venue with so many holders besides these."""
    return Setting(
        packs=("CN-VENUE-38",),
        overrides=overrides,
        terms=IN_CHINA,
        people={"seller": Who(units="9000000"), "buyer": INSTITUTION} | people,
        crowd=Crowd(number=crowd),
    )


def rich(*packs: str, drafts: tuple[str, ...] = ()) -> Setting:
    """200 natural persons of 3,000,000 hold, and somebody who would sell a part."""
    return Setting(
        packs=packs,
        drafts=drafts,
        terms=IN_CHINA,
        people={"seller": Who(units="9000000"), "buyer": INSTITUTION},
        crowd=Crowd(number=199, units="3000000"),
    )


def two(
    pack: str = "CN-2007", *, buyer: Who = PERSON, units: str = "5000000", **terms: Any
) -> Setting:
    """Two natural persons, one of whom holds."""
    return Setting(
        packs=(pack,),
        terms=IN_CHINA | terms,
        people={"seller": Who(units=units), "buyer": buyer},
    )


ART_5: Final = "集合办法 Art. 5(3)"
LIMB_4: Final = "38号文, limb 4"
LIMB_3: Final = "38号文, limb 3"
EVER: Final = {"rule_id": "HC-02", "parameter": "count_basis", "value": "EVER"}
FULL: Final = "BLOCK HC-01 NATURAL_HOLDERS_MAX (TAKE_WHOLE_HOLDING)"
CROWDED: Final = "BLOCK HC-02 HOLDERS_MAX (TAKE_WHOLE_HOLDING)"
FOUR: Final = Who(units="4000000")
TWO_MILLION: Final = "2000000"

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
TURNING_ROUND: Final = (
    EdgeCase(
        case="who bought on Monday 23 November offers on Monday 30 November",
        source=LIMB_3,
        setting=all_of(0),
        before=(On(11, 23), sells(TWO_MILLION), confirms, On(11, 30)),
        tries=offers(TWO_MILLION, by="buyer", to="seller"),
        verdict="BLOCK VEN-03 TURNED_ROUND_TOO_SOON (WAIT_UNTIL 2026-12-01)",
    ),
    EdgeCase(
        case="he offers on Tuesday 1 December, when five trading days lie between",
        source=LIMB_3,
        setting=all_of(0),
        before=(On(11, 23), sells(TWO_MILLION), confirms, On(12, 1)),
        tries=offers(TWO_MILLION, by="buyer", to="seller"),
        verdict="PASS",
    ),
)
INVESTORS: Final = (
    EdgeCase(
        case="an investor of C2 bids for a product of R4",
        source="金融机构产品适当性管理办法",
        setting=two(buyer=Who(level=2), risk_level=4),
        tries=bids("5000000"),
        verdict="BLOCK SUI-01 RISK_TOO_HIGH",
    ),
    EdgeCase(
        case="an investor of C4 does",
        source="金融机构产品适当性管理办法",
        setting=two(buyer=Who(level=4), risk_level=4),
        tries=bids("5000000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="who was certified until 30 November bids on that day",
        source="资管新规 Art. 5",
        setting=two(buyer=Who(certified_until="2026-11-30")),
        before=(On(11, 30),),
        tries=bids("5000000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="he bids on 1 December",
        source="资管新规 Art. 5",
        setting=two(buyer=Who(certified_until="2026-11-30")),
        before=(On(12, 1),),
        tries=bids("5000000"),
        verdict="BLOCK QI-02 CERTIFICATION_ENDED (GET_CERTIFIED)",
    ),
    EdgeCase(
        case="his bid of 30 November stands at midnight",
        source="资管新规 Art. 5; eligibility is asked continuously",
        setting=two(buyer=Who(certified_until="2026-11-30")),
        before=(On(11, 30), bids("5000000"), On(12, 1)),
        tries=stands,
        verdict="WITHDRAWN_BY_VENUE: BLOCK QI-02 CERTIFICATION_ENDED (GET_CERTIFIED)",
    ),
    EdgeCase(
        case="he has bought on 30 November, and the trust company confirms the day after",
        source="资管新规 Art. 5; eligibility is asked at every stage",
        setting=two(buyer=Who(certified_until="2026-11-30")),
        before=(On(11, 30), sells("5000000"), On(12, 1)),
        tries=confirms,
        verdict="CONFIRMED HELD: BLOCK QI-02 CERTIFICATION_ENDED (GET_CERTIFIED)",
    ),
    EdgeCase(
        case="who answered the questionnaire on 22 November 2026 bids a year later, certified anew",
        source="金融机构产品适当性管理办法",
        setting=two(maturity_date=None),
        before=(
            On(11, 1, 2027),
            is_certified_anew("buyer", "2028-10-31"),
            On(11, 22, 2027),
        ),
        tries=bids("5000000"),
        verdict="BLOCK SUI-02 ASSESSMENT_ENDED (TAKE_RISK_TEST)",
    ),
)
PRODUCTS: Final = (
    EdgeCase(
        case="a plan matures in 25 working days, on 25 December; a holder offers",
        source="cases on transfers after the end of a trust",
        setting=two("CN-VENUE-38", maturity_date="2026-12-25"),
        tries=offers("5000000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="he offers on 26 November, the last day",
        source="cases on transfers after the end of a trust",
        setting=two("CN-VENUE-38", maturity_date="2026-12-25"),
        before=(On(11, 26),),
        tries=offers("5000000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="he offers on 27 November, 20 working days before",
        source="cases on transfers after the end of a trust",
        setting=two("CN-VENUE-38", maturity_date="2026-12-25"),
        before=(On(11, 27),),
        tries=offers("5000000"),
        verdict="BLOCK PRD-04 TOO_NEAR_MATURITY",
    ),
    EdgeCase(
        case="his offer of 26 November stands on 27 November",
        source="cases on transfers after the end of a trust",
        setting=two("CN-VENUE-38", maturity_date="2026-12-25"),
        before=(On(11, 26), offers("5000000"), On(11, 27)),
        tries=stands,
        verdict="WITHDRAWN_BY_VENUE: BLOCK PRD-04 TOO_NEAR_MATURITY",
    ),
    EdgeCase(
        case="a plan is in default and extended: its buyer rescinds within two working days",
        source="design default: two working days to rescind",
        setting=two(),
        before=(On(11, 23), sells("5000000"), tells_of_default, On(11, 25)),
        tries=rescinds,
        verdict="CANCELLED CORPORATE_EVENT",
    ),
    EdgeCase(
        case="he wants to after them",
        source="design default: two working days to rescind",
        setting=two(),
        before=(On(11, 23), sells("5000000"), tells_of_default, On(11, 26)),
        tries=rescinds,
        verdict="REFUSED not_rescindable",
    ),
    EdgeCase(
        case="its trust company has halted it; a holder offers",
        source="design default: a material event halts",
        setting=two(),
        before=(is_halted,),
        tries=offers("5000000"),
        verdict="REFUSED trade_halted",
    ),
    EdgeCase(
        case="a fast trust company confirms after one working day",
        source="design default: ten working days to decide",
        setting=two(),
        before=(On(11, 23), sells("5000000"), On(11, 24)),
        tries=confirms,
        verdict="SETTLED",
    ),
    EdgeCase(
        case="a slow one confirms after nine",
        source="design default: ten working days to decide",
        setting=two(),
        before=(On(11, 23), sells("5000000"), On(12, 4)),
        tries=confirms,
        verdict="SETTLED",
    ),
    EdgeCase(
        case="another says nothing for ten",
        source="design default: silence is never a yes",
        setting=two(),
        before=(On(11, 23), sells("5000000"), On(12, 8)),
        tries=of_transfer,
        verdict="LAPSED",
    ),
)
UNITS: Final = (
    EdgeCase(
        case="a court has frozen 1,000,000 of 5,000,000; their holder offers all",
        source="the register: what is free may be sold",
        setting=two(),
        before=(is_frozen("1000000"),),
        tries=offers("5000000"),
        verdict="REFUSED units_not_available",
    ),
    EdgeCase(
        case="1,000,000 of 5,000,000 secure a loan; their holder offers all",
        source="民法典 Art. 443",
        setting=two(),
        before=(is_pledged("1000000"),),
        tries=offers("5000000"),
        verdict="REFUSED units_not_available",
    ),
    EdgeCase(
        case="he sells the others to an institution",
        source="the register: what is free may be sold",
        setting=two(buyer=INSTITUTION),
        before=(is_pledged("1000000"),),
        tries=sells("4000000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="a court freezes what is being reviewed",
        source="enforcement law: a freeze comes before what is not settled",
        setting=two(transfer_terms=REVIEWED),
        before=(sells("5000000"), is_claimed, is_frozen("5000000")),
        tries=of_transfer,
        verdict="UNDER_REVIEW COURT_FREEZE",
    ),
)
VENUES: Final = (
    EdgeCase(
        case="an ordinary venue would match orders continuously",
        source="38号文, limb 2",
        setting=Setting(licence=ORDINARY),
        tries=asks_for_mode("CONTINUOUS"),
        verdict="REFUSED mode_not_licensed",
    ),
    EdgeCase(
        case="it would hold call auctions",
        source="37号文",
        setting=Setting(licence=ORDINARY),
        tries=asks_for_mode("CALL_AUCTION", call_auction={"uncross_minutes": [720]}),
        verdict="REFUSED mode_not_licensed",
    ),
    EdgeCase(
        case="a holder would sell there to whoever comes first",
        source="37号文; the seller confirms a named buyer",
        setting=Setting(
            licence=ORDINARY, mode="LISTED_PRICE", people={"seller": Who(units="5000000")}
        ),
        tries=lists_firmly("5000000"),
        verdict="REFUSED acceptance_not_licensed",
    ),
)
EDGE_CASES: Final = (
    *SMALL_HOLDERS,
    *ALL_HOLDERS,
    *OTHER_LAW,
    *TURNING_ROUND,
    *INVESTORS,
    *PRODUCTS,
    *UNITS,
    *VENUES,
)
