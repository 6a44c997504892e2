"""Deals to be judged: what a test does not say lets every rule of every pack pass.

The product is a fixed-income plan of R3 at one yuan a unit; the parties are natural persons who may
buy it, and have 2,000,000 units each.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from exchange.modes.types import MarketMode
from exchange.price_types import Benchmark, Disclaimer, PriceFacts, QuoteBasis
from exchange.profile import (
    CddRisk,
    Certification,
    CertificationBasis,
    DueDiligence,
    Profile,
    RiskAssessment,
)
from exchange.rules.check import CHECKS
from exchange.rules.checks import CHECKS as ALL_CHECKS
from exchange.rules.facts import (
    AdmissionFacts,
    Deal,
    HoldingFacts,
    OfferFacts,
    PartyFacts,
    ProductFacts,
    SlotFacts,
    TransferFacts,
    ViewerFacts,
)
from exchange.rules.types import Rule, Severity, Stage, When
from exchange.types import PartyId, PartyKind, VenueProfile
from matching import Price, Quantity
from registry.calendar import DAY_NS, HOUR_NS, Calendar, day_of_date, start_in_shanghai
from registry.terms import ChecklistItem
from registry.transfer import EITHER
from registry.types import DayNumber, ProductId, TimeNs, Units

assert CHECKS is ALL_CHECKS
TODAY: Final = "2026-11-23"
"""A Monday."""
WEEKS: Final = Calendar(
    calendar_id="WEEKS",
    zone_offset_ns=8 * HOUR_NS,
    day_ns=DAY_NS,
    working_weekdays=0b0011111,
    exceptions={},
    covered_until=day_of_date("2030-12-31"),
)
PRODUCT: Final = ProductFacts(
    product_id=ProductId(7),
    product_type="FIXED_INCOME",
    risk_level=3,
    par_value=Price(10_000),
    quantity_scale=0,
    tick=Price(10),
    lot=Quantity(100),
    units_issued=Units(10_000_000),
    maturity_on=day_of_date("2028-06-30"),
    calendar=WEEKS,
    trust_company_id=PartyId(2),
    mode=MarketMode.CONTINUOUS,
    known=PriceFacts(
        quote_basis=QuoteBasis.DIRTY,
        risk_level=3,
        benchmark=Benchmark(600, Disclaimer.PERFORMANCE_BENCHMARK),
    ),
)
SELLER: Final = PartyId(11)
BUYER: Final = PartyId(12)


def profile(
    *,
    certified_until: str | DayNumber | None = "2027-06-30",
    basis: CertificationBasis = CertificationBasis.FINANCIAL_ASSETS,
    level: int | None = 3,
    assessed_until: str | DayNumber = "2027-06-30",
    cleared_until: str | DayNumber | None = "2027-06-30",
    risk: CddRisk = CddRisk.LOW,
    **more: Any,
) -> Profile:
    """A profile that lets every rule pass, but for what is said. Each fact was established a year
    before its last day."""
    certification = certified_on = None
    if certified_until is not None:
        certification = Certification(basis, _day(certified_until))
        certified_on = _a_year_before(certification.valid_until)
    assessment = None
    if level is not None:
        until = _day(assessed_until)
        assessment = RiskAssessment(level, _a_year_before(until), until)
    diligence = reviewed_on = None
    if cleared_until is not None:
        diligence = DueDiligence(risk, _day(cleared_until))
        reviewed_on = _a_year_before(diligence.review_by)
    return Profile(
        certification=certification,
        risk=assessment,
        due_diligence=diligence,
        certified_on=certified_on,
        reviewed_on=reviewed_on,
        **more,
    )


def party(
    party_id: PartyId,
    known: Profile | None = None,
    *,
    kind: PartyKind = PartyKind.NATURAL_PERSON,
    units: int = 2_000_000,
    leaving: int = 0,
    orders_open: int = 0,
) -> PartyFacts:
    """A party with so many units at par, some of which its other orders may take away."""
    has = HoldingFacts(units, leaving, units * 100)
    return PartyFacts(party_id, kind, profile() if known is None else known, has, orders_open)


def product(**changes: Any) -> ProductFacts:
    """The product, but for what is said."""
    return msgspec.structs.replace(PRODUCT, **changes)


def disclosed(**facts: Any) -> ProductFacts:
    """The product, with these facts disclosed besides."""
    known: PriceFacts = msgspec.structs.replace(PRODUCT.known, **facts)
    return product(known=known)


def bid(
    buyer: PartyFacts | None = None,
    *,
    of: ProductFacts = PRODUCT,
    on: str = TODAY,
    quantity: int = 1_000_000,
    price: int = 10_000,
    expires_on: str | None = None,
) -> Deal:
    """A buy order."""
    return _deal(Stage.BID, of, on, quantity, price, expires_on, buyer=buyer or party(BUYER))


def riskier_than(*, before: int) -> Deal:
    """Something is disclosed of the product, which is of level 3, while others buy it."""
    deal = _deal(Stage.CONTINUOUS, PRODUCT, TODAY, 1_000_000, 10_000, None)
    return msgspec.structs.replace(deal, offer=None, risk_before=before)


def listing(
    seller: PartyFacts | None = None,
    *,
    of: ProductFacts = PRODUCT,
    on: str = TODAY,
    quantity: int = 1_000_000,
    price: int = 10_000,
    expires_on: str | None = None,
) -> Deal:
    """A sell order."""
    return _deal(Stage.LIST, of, on, quantity, price, expires_on, seller=seller or party(SELLER))


def meeting(
    seller: PartyFacts | None = None, buyer: PartyFacts | None = None, **slots: Any
) -> Deal:
    """Two orders that are about to meet, and what becomes of the product's slots."""
    deal = _deal(Stage.MATCH, PRODUCT, TODAY, 1_000_000, 10_000, None)
    return msgspec.structs.replace(
        deal,
        seller=seller or party(SELLER),
        buyer=buyer or party(BUYER, units=0),
        slots=SlotFacts(day=day_of_date(TODAY), **slots),
    )


def admission(*, of: ProductFacts = PRODUCT, **changes: Any) -> Deal:
    """A product of an approved venue that asks for admission, signed off and with its code."""
    facts = AdmissionFacts(
        licence=VenueProfile.CN_VENUE_LICENSED,
        is_approved=True,
        mode=MarketMode.CONTINUOUS,
        names=("安澜一号集合资金信托计划", "Anlan No. 1"),
        ctrc_code="DEMO-ZXD-2026-000123",
        is_signed_off=True,
        quote_basis=QuoteBasis.DIRTY,
        can_be_quoted=True,
        disclaimer=Disclaimer.PERFORMANCE_BENCHMARK,
    )
    deal = _deal(Stage.PRODUCT, of, TODAY, 1, 10_000, None)
    facts = msgspec.structs.replace(facts, **changes)
    return msgspec.structs.replace(deal, offer=None, admission=facts)


def on_the_way(
    *documents: ChecklistItem,
    seller: PartyFacts | None = None,
    buyer: PartyFacts | None = None,
    **changes: Any,
) -> Deal:
    """A transfer with these papers, of which the seller is asked or else the buyer, a natural
    person: both have signed, and a day has passed."""
    facts = TransferFacts(
        documents=documents, signed=EITHER, cooling_off_hours=24, has_own_account=True
    )
    deal = _deal(Stage.SUBMIT, PRODUCT, TODAY, 1, 10_000, None)
    asked = {"seller": seller} if seller is not None else {"buyer": buyer or party(BUYER)}
    facts = msgspec.structs.replace(facts, **changes)
    return msgspec.structs.replace(deal, offer=None, transfer=facts, **asked)


def viewing(
    kind: PartyKind | None = PartyKind.NATURAL_PERSON,
    *,
    certified_until: str | None = "2027-06-30",
    on: str = TODAY,
) -> Deal:
    """Somebody wants to be shown the product's quotes.

    Args:
        kind: None: he has not signed in.
    """
    known = profile(certified_until=certified_until).certification
    deal = _deal(Stage.VIEW, PRODUCT, on, 1, 10_000, None)
    viewer = ViewerFacts(kind, None if kind is None else known)
    return msgspec.structs.replace(deal, offer=None, viewer=viewer)


def rule(rule_id: str, *, severity: Severity = Severity.BLOCK, **params: Any) -> Rule:
    """A rule of no pack, with these parameters."""
    return Rule(
        rule_id=rule_id,
        version="1",
        pack="TEST",
        pack_version="1",
        stages=frozenset(Stage),
        severity=severity,
        when=When(),
        params=msgspec.convert(params, CHECKS[rule_id].params),
        reason_code="BROKEN",
        source="a test",
        text_zh="规则",
        text_en="A rule.",
        effective_from=day_of_date("2000-01-01"),
        effective_to=None,
    )


def _a_year_before(last_day: DayNumber) -> DayNumber:
    """The day on which a fact was established that counts for 365."""
    return DayNumber(last_day - 364)


def _day(day: str | DayNumber) -> DayNumber:
    return day_of_date(day) if isinstance(day, str) else day


def _deal(
    stage: Stage,
    of: ProductFacts,
    on: str,
    quantity: int,
    price: int,
    expires_on: str | None,
    *,
    seller: PartyFacts | None = None,
    buyer: PartyFacts | None = None,
) -> Deal:
    day = day_of_date(on)
    ends = None if expires_on is None else start_in_shanghai(day_of_date(expires_on))
    return Deal(
        stage=stage,
        at_ns=TimeNs(start_in_shanghai(day) + 10 * HOUR_NS),
        day=day,
        product=of,
        seller=seller,
        buyer=buyer,
        offer=OfferFacts(Quantity(quantity), Price(price), ends),
    )
