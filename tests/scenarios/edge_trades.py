"""Edge cases of trade: who turns round, who may buy, what may be sold, and where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from tests.scenarios.edge_settings import (
    INSTITUTION,
    ORDINARY,
    PERSON,
    REVIEWED,
    TWO_MILLION,
    EdgeCase,
    all_of,
    two,
)
from tests.scenarios.edge_steps import (
    On,
    asks_for_mode,
    bids,
    confirms,
    is_certified_anew,
    is_claimed,
    is_frozen,
    is_halted,
    is_pledged,
    is_registered,
    is_signed_off,
    is_suspended,
    lists_firmly,
    of_transfer,
    offers,
    opens,
    rescinds,
    sells,
    stands,
    tells_of_default,
)
from tests.scenarios.scene import Setting, Who

LIMB_3: Final = "38号文, limb 3"

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
    EdgeCase(
        case="a company that belongs to the plan's trust company bids",
        source="资管新规 Art. 19",
        setting=two(buyer=Who(kind="INSTITUTION", of_trustee=True)),
        tries=bids("5000000"),
        verdict="HOLD PTY-02 BUYER_IS_AFFILIATE",
    ),
    EdgeCase(
        case="an asset management product bids that invests on through one layer",
        source="资管新规 Art. 22",
        setting=two(buyer=Who(kind="INSTITUTION", layers=1)),
        tries=bids("5000000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="one bids that invests on through two",
        source="资管新规 Art. 22",
        setting=two(buyer=Who(kind="INSTITUTION", layers=2)),
        tries=bids("5000000"),
        verdict="HOLD QI-07 NESTED_TOO_DEEP",
    ),
    EdgeCase(
        case="the operator has halted whatever a holder would trade; he offers",
        source="design default: a party may be halted",
        setting=two(),
        before=(is_suspended("seller"),),
        tries=offers("5000000"),
        verdict="REFUSED party_suspended",
    ),
    EdgeCase(
        case="a buyer has not declared that the money is his own",
        source="资管新规 Art. 5; asked before the trust company gets the transfer",
        setting=two(only=("QI-03",)),
        before=(sells("5000000"),),
        tries=of_transfer,
        verdict="SUBMITTED HELD: BLOCK QI-03 OWN_FUNDS_NOT_DECLARED (HAND_IN OWN_FUNDS)",
    ),
)
ONBOARDED: Final[dict[str, Any]] = {
    "transfer_terms": {"calendar_id": "CN_WORKING", "onboarding": True}
}
NOT_YET_OPEN: Final = Setting(
    packs=("CN-2007",), only=("PRD-01",), terms=ONBOARDED, people={"seller": PERSON}
)
PRODUCTS: Final = (
    EdgeCase(
        case="a plan has no code of the trust registration; its trust company stands by it, and "
        "the operator opens it",
        source="信托登记管理办法",
        setting=NOT_YET_OPEN,
        before=(is_signed_off, is_registered("seller", "5000000")),
        tries=opens,
        verdict="BLOCK PRD-01 NOT_SIGNED_OFF",
    ),
    EdgeCase(
        case="a plan has its code",
        source="信托登记管理办法",
        setting=replace(NOT_YET_OPEN, terms=ONBOARDED | {"ctrc_code": "DEMO-ZXD-2026-000123"}),
        before=(is_signed_off, is_registered("seller", "5000000")),
        tries=opens,
        verdict="PASS",
    ),
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
        verdict="REFUSED units_not_available (1000000 missing)",
    ),
    EdgeCase(
        case="1,000,000 of 5,000,000 secure a loan; their holder offers all",
        source="民法典 Art. 443",
        setting=two(),
        before=(is_pledged("1000000"),),
        tries=offers("5000000"),
        verdict="REFUSED units_not_available (1000000 missing)",
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
        tries=asks_for_mode("CONTINUOUS", effective_on="2026-11-24"),
        verdict="REFUSED mode_not_licensed",
    ),
    EdgeCase(
        case="it would hold call auctions",
        source="37号文",
        setting=Setting(licence=ORDINARY),
        tries=asks_for_mode(
            "CALL_AUCTION", call_auction={"uncross_minutes": [720]}, effective_on="2026-11-24"
        ),
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
