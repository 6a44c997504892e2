"""The rows that attack each rule: one that passes, one that blocks, one that turns from pass to
block by time or by another trade; and what else is worth a row.

The titles are in docs/reference/rules.md.
"""

from __future__ import annotations

from typing import Final

from exchange.profile import CertificationBasis
from exchange.rules.types import Cure, CureKind
from exchange.types import PartyKind
from registry.calendar import day_of_date
from tests.exchange.rules.age_rows import AGE_ROWS, AGE_TURNS
from tests.exchange.rules.buyer_rows import BUYER_ROWS, BUYER_TURNS
from tests.exchange.rules.deals import (
    BUYER,
    SELLER,
    bid,
    listing,
    party,
    product,
    profile,
    riskier_than,
)
from tests.exchange.rules.income_rows import INCOME_ROWS, INCOME_TURNS
from tests.exchange.rules.pair_rows import MILLION, PAIR_ROWS, PAIR_TURNS
from tests.exchange.rules.paper_rows import PAPER_ROWS, PAPER_TURNS
from tests.exchange.rules.price_rows import PRICE_ROWS, PRICE_TURNS
from tests.exchange.rules.row import BLOCK, HOLD, NOT_APPLICABLE, PASS, Row, Turn
from tests.exchange.rules.slot_rows import SLOT_ROWS, SLOT_TURNS
from tests.exchange.rules.viewer_rows import VIEWER_ROWS, VIEWER_TURNS

INSTITUTION: Final = PartyKind.INSTITUTION
LEGAL_PERSON: Final = CertificationBasis.LEGAL_PERSON
NOBODY_KNOWS: Final = profile(certified_until=None, level=None, cleared_until=None)

ROWS: Final = (
    Row("PRD-02", "a deed that permits transfers", listing(), PASS),
    Row("PRD-02", "a deed that forbids them", listing(), BLOCK, {"transfer_allowed": False}),
    Row("PRD-03", "no lock-up", listing(), NOT_APPLICABLE),
    Row(
        "PRD-03",
        "the day after 90 days from the establishment",
        listing(on="2026-11-23"),
        PASS,
        {"lockup_days": 90, "established_on": "2026-08-25"},
    ),
    Row(
        "PRD-03",
        "the last of 90 days",
        listing(on="2026-11-22"),
        BLOCK,
        {"lockup_days": 90, "established_on": "2026-08-25"},
        (Cure(CureKind.WAIT_UNTIL, day_of_date("2026-11-23")),),
    ),
    Row("PRD-03", "from an unknown day it never ends", listing(), BLOCK, {"lockup_days": 1}),
    Row("PRD-04", "no maturity", listing(of=product(maturity_on=None)), NOT_APPLICABLE),
    Row("PRD-04", "two years before maturity", listing(), PASS),
    Row("PRD-04", "on the day of maturity", listing(on="2028-06-30"), BLOCK),
    Row("PRD-04", "after it", listing(on="2029-01-05"), BLOCK),
    Row("QI-06", "anybody may buy", bid(), PASS),
    Row(
        "QI-06",
        "a person buys what is for institutions",
        bid(),
        BLOCK,
        {"natural_person_allowed": False},
    ),
    Row(
        "QI-06",
        "an institution buys what is for institutions",
        bid(party(BUYER, kind=INSTITUTION)),
        PASS,
        {"natural_person_allowed": False},
    ),
    Row("QI-06", "a listing has no buyer yet", listing(), NOT_APPLICABLE),
    Row("QI-01", "certified by financial assets", bid(), PASS),
    Row(
        "QI-01",
        "never certified",
        bid(party(BUYER, NOBODY_KNOWS)),
        BLOCK,
        cures=(Cure(CureKind.GET_CERTIFIED),),
    ),
    Row(
        "QI-01",
        "a person certified as a legal person",
        bid(party(BUYER, profile(basis=LEGAL_PERSON))),
        BLOCK,
    ),
    Row(
        "QI-01",
        "a legal person with net assets",
        bid(party(BUYER, profile(basis=LEGAL_PERSON), kind=INSTITUTION)),
        PASS,
    ),
    Row("QI-01", "a listing has no buyer yet", listing(), NOT_APPLICABLE),
    Row("QI-02", "on the last day of the certification", bid(on="2027-06-30"), PASS),
    Row("QI-02", "on the day after", bid(on="2027-07-01"), BLOCK),
    Row(
        "QI-02",
        "never certified is QI-01's business",
        bid(party(BUYER, NOBODY_KNOWS)),
        NOT_APPLICABLE,
    ),
    Row("SUI-01", "C3 buys R3", bid(), PASS),
    Row(
        "SUI-01",
        "C2 buys R4",
        bid(party(BUYER, profile(level=2)), of=product(risk_level=4)),
        BLOCK,
        cures=(),
    ),
    Row(
        "SUI-01",
        "who was never assessed buys R1",
        bid(party(BUYER, NOBODY_KNOWS), of=product(risk_level=1)),
        BLOCK,
        cures=(Cure(CureKind.TAKE_RISK_TEST),),
    ),
    Row(
        "SUI-01",
        "a professional investor buys R5",
        bid(party(BUYER, profile(level=1, professional=True)), of=product(risk_level=5)),
        NOT_APPLICABLE,
    ),
    Row("SUI-02", "on the last day of the assessment", bid(on="2027-06-30"), PASS),
    Row("SUI-02", "on the day after", bid(on="2027-07-01"), BLOCK),
    Row(
        "SUI-02",
        "an institution",
        bid(party(BUYER, kind=INSTITUTION), on="2027-07-01"),
        NOT_APPLICABLE,
    ),
    Row("PTY-04", "a buyer whom the venue knows", bid(), PASS),
    Row("PTY-04", "a seller whom the venue knows", listing(), PASS),
    Row("PTY-04", "a buyer who is listed", bid(party(BUYER, profile(listed=True))), BLOCK),
    Row("PTY-04", "a seller who is listed", listing(party(SELLER, profile(listed=True))), BLOCK),
    Row("PTY-04", "a party that was never looked at", bid(party(BUYER, NOBODY_KNOWS)), BLOCK),
    Row("QI-04", "exactly the minimum, bought at once", bid(party(BUYER, units=0)), PASS, MILLION),
    Row(
        "QI-04",
        "a lot less than the minimum",
        bid(party(BUYER, units=0), quantity=999_900),
        BLOCK,
        MILLION,
        (Cure(CureKind.BUY_AT_LEAST, 1_000_000),),
    ),
    Row(
        "QI-04", "what he has counts", bid(party(BUYER, units=999_900), quantity=100), PASS, MILLION
    ),
    Row(
        "QI-04",
        "fixed income has a lower minimum",
        bid(party(BUYER, units=0), quantity=300_000),
        PASS,
        MILLION | {"by_product_type": {"FIXED_INCOME": 30_000_000}},
    ),
    Row("QI-04", "a listing has no buyer yet", listing(), NOT_APPLICABLE, MILLION),
    Row("QI-05", "he keeps exactly the minimum", listing(), PASS, MILLION),
    Row("QI-05", "he keeps nothing", listing(quantity=2_000_000), PASS, MILLION),
    Row(
        "QI-05",
        "he keeps a lot less than the minimum",
        listing(quantity=1_000_100),
        BLOCK,
        MILLION,
        (Cure(CureKind.SELL_AT_MOST, 1_000_000), Cure(CureKind.SELL_EXACTLY, 2_000_000)),
    ),
    Row(
        "QI-05",
        "who has less than the minimum sells all or nothing",
        listing(party(SELLER, units=500_000), quantity=100_000),
        BLOCK,
        MILLION,
        (Cure(CureKind.SELL_EXACTLY, 500_000),),
    ),
    Row("QI-05", "a bid has no seller yet", bid(), NOT_APPLICABLE, MILLION),
    Row("SUI-03", "nothing is disclosed", bid(), NOT_APPLICABLE),
    Row("SUI-03", "the level is what it was", riskier_than(before=3), PASS),
    Row("SUI-03", "the level is lower", riskier_than(before=4), PASS),
    Row("SUI-03", "the level is higher", riskier_than(before=2), HOLD),
    Row("PRC-02", "on the tick", bid(price=9_990), PASS),
    Row(
        "PRC-02", "between two ticks", bid(price=9_995), BLOCK, cures=(Cure(CureKind.USE_TICK, 10),)
    ),
    Row("ORD-01", "an order without an end", bid(), NOT_APPLICABLE),
    Row("ORD-01", "it ends within 30 days", bid(expires_on="2026-12-23"), PASS),
    Row(
        "ORD-01",
        "it ends after 30 days",
        bid(expires_on="2026-12-24"),
        BLOCK,
        cures=(Cure(CureKind.END_BY, day_of_date("2026-12-23")),),
    ),
    *AGE_ROWS,
    *SLOT_ROWS,
    *PAIR_ROWS,
    *INCOME_ROWS,
    *PAPER_ROWS,
    *PRICE_ROWS,
    *BUYER_ROWS,
    *VIEWER_ROWS,
)

TURNS: Final = (
    Turn("PRD-02", "the deed is changed", listing(), listing(), then={"transfer_allowed": False}),
    Turn(
        "PRD-03",
        "the product gets a lock-up",
        listing(),
        listing(),
        {"established_on": "2026-11-01"},
        {"lockup_days": 90},
    ),
    Turn(
        "PRD-04",
        "time: 20 working days before maturity",
        listing(on="2028-06-01"),
        listing(on="2028-06-02"),
    ),
    Turn(
        "QI-06",
        "the product is for institutions from now on",
        bid(),
        bid(),
        then={"natural_person_allowed": False},
    ),
    Turn(
        "QI-01",
        "the certification is withdrawn",
        bid(),
        bid(party(BUYER, profile(certified_until=None))),
    ),
    Turn("QI-02", "time: the certification ends", bid(on="2027-06-30"), bid(on="2027-07-01")),
    Turn("SUI-01", "the product's R is raised", bid(), bid(of=product(risk_level=4))),
    Turn("SUI-02", "time: the assessment ends", bid(on="2027-06-30"), bid(on="2027-07-01")),
    Turn(
        "PTY-04",
        "time: the due diligence is to be reviewed",
        bid(on="2027-06-30"),
        bid(on="2027-07-01"),
    ),
    Turn("PTY-04", "the party is listed", bid(), bid(party(BUYER, profile(listed=True)))),
    Turn(
        "QI-04",
        "trade: he has sold what he had",
        bid(party(BUYER, units=900_000), quantity=100_000),
        bid(party(BUYER, units=0), quantity=100_000),
        MILLION,
    ),
    Turn(
        "SUI-03",
        "the product is found to be riskier",
        riskier_than(before=3),
        riskier_than(before=1),
        becomes=HOLD,
    ),
    Turn(
        "QI-05",
        "trade: another order of his offers the rest",
        listing(party(SELLER), quantity=1_000_000),
        listing(party(SELLER, leaving=500_000), quantity=1_000_000),
        MILLION,
    ),
    Turn("PRC-02", "the price is replaced", bid(price=10_000), bid(price=10_001)),
    Turn(
        "ORD-01",
        "the pack gets a shorter time",
        bid(expires_on="2026-12-23"),
        bid(expires_on="2026-12-23"),
        then={"validity_days_max": 10},
    ),
    *AGE_TURNS,
    *SLOT_TURNS,
    *PAIR_TURNS,
    *INCOME_TURNS,
    *PAPER_TURNS,
    *PRICE_TURNS,
    *BUYER_TURNS,
    *VIEWER_TURNS,
)
