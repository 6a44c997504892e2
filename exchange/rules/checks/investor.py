"""Whether the buyer may bear it: qualified, not nested too deep, and suitable for the risk. QI-01,
QI-02, QI-07, QI-TOT-07, SUI-01, SUI-02."""

from typing import Annotated

import msgspec

from exchange.fees import BASIS_POINTS
from exchange.limits import CERTIFICATION_MONTHS_MAX
from exchange.profile import CertificationBasis, counts_until
from exchange.questionnaire import (
    TESTS_PER_DAY_MAX,
    TESTS_PER_YEAR_MAX,
    VALID_MONTHS,
    next_test_on,
)
from exchange.rules.check import NOT_APPLICABLE, Answer, Aspect, NoParams, check
from exchange.rules.facts import Deal
from exchange.rules.types import Cure, CureKind, Value
from exchange.types import PartyKind

GET_CERTIFIED = (Cure(CureKind.GET_CERTIFIED),)
TAKE_RISK_TEST = (Cure(CureKind.TAKE_RISK_TEST),)
NONE = "NONE"


class Qualified(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which bases an investor of each kind counts as qualified (CertificationBasis)."""

    natural_bases: tuple[str, ...] = ("NET_ASSETS", "FINANCIAL_ASSETS", "INCOME", "DEEMED")
    institution_bases: tuple[str, ...] = ("LEGAL_PERSON", "DEEMED")

    def __post_init__(self) -> None:
        known = CertificationBasis.__members__
        unknown = [
            each for each in self.natural_bases + self.institution_bases if each not in known
        ]
        if unknown:
            raise ValueError(f"no basis of a certification: {unknown[0]}")


@check("QI-01", Qualified, "basis", looks_at={Aspect.PARTY})
def buyer_is_qualified(deal: Deal, params: Qualified) -> Answer:
    """The buyer is certified as a qualified investor. Source: 资管新规 Art. 5."""
    if deal.buyer is None:
        return NOT_APPLICABLE
    certification = deal.buyer.profile.certification
    basis = NONE if certification is None else certification.basis.name
    is_natural = deal.buyer.kind is PartyKind.NATURAL_PERSON
    bases = params.natural_bases if is_natural else params.institution_bases
    return Answer(basis in bases, {"basis": basis}, GET_CERTIFIED)


class CertificationAge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How old a certification may be. No number: as old as the venue lets one be."""

    qi_valid_months: Annotated[int, msgspec.Meta(ge=1, le=CERTIFICATION_MONTHS_MAX)] | None = None


@check("QI-02", CertificationAge, "certified_until_on", looks_at={Aspect.PARTY})
def certification_is_current(deal: Deal, params: CertificationAge) -> Answer:
    """The buyer's certification has not ended, and is no older than N months: its last day is the
    last on which it counts."""
    if deal.buyer is None or deal.buyer.profile.certification is None:
        return NOT_APPLICABLE
    known, certification = deal.buyer.profile, deal.buyer.profile.certification
    valid_until = counts_until(
        certification.valid_until,
        since=known.certified_on,
        months=params.qi_valid_months,
    )
    return Answer(deal.day <= valid_until, {"certified_until_on": valid_until}, GET_CERTIFIED)


class Nesting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In how many further layers of products a buyer that is one may invest on."""

    layers_max: Annotated[int, msgspec.Meta(ge=0, le=9)] = 1


@check("QI-07", Nesting, "layers", looks_at={Aspect.PARTY})
def buyer_is_not_nested(deal: Deal, params: Nesting) -> Answer:
    """A buyer that is itself a product has no more layers than one. Source: 资管新规 Art. 22."""
    if deal.buyer is None or deal.buyer.kind is PartyKind.NATURAL_PERSON:
        return NOT_APPLICABLE
    layers = deal.buyer.profile.layers
    return Answer(layers <= params.layers_max, {"layers": layers})


class LookThrough(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of a product another product may hold before it is looked through."""

    tot_lookthrough_bps: Annotated[int, msgspec.Meta(ge=1, le=BASIS_POINTS)] = 2_500
    """Of the units in issue."""


@check("QI-TOT-07", LookThrough, "share_bps", looks_at={Aspect.HOLDING})
def buyer_is_looked_through(deal: Deal, params: LookThrough) -> Answer:
    """A buyer that is itself a product holds no more of this one than a share of it: beyond that a
    person looks through to who is behind it. Of how much of the buyer's own assets that is, the
    venue knows nothing. Source: AMT draft, funds of trusts (TOT)."""
    buyer, offer = deal.buyer, deal.offer
    if buyer is None or offer is None or buyer.profile.layers == 0:
        return NOT_APPLICABLE
    # On its way the transfer's units are not in the buyer's holding yet, as those of a bid.
    held = (buyer.holding.units + offer.quantity) * BASIS_POINTS
    issued = deal.product.units_issued
    passes = held <= params.tot_lookthrough_bps * issued
    return Answer(passes, {"share_bps": -(-held // issued)})


@check("SUI-01", NoParams, "product_risk", "investor_risk", looks_at={Aspect.PARTY})
def risk_is_suitable(deal: Deal, _params: NoParams) -> Answer:
    """R of the product is at most C of the buyer, who is no professional investor. Who was never
    assessed can bear nothing. Source: 适当性办法; 资管新规 Art. 6."""
    if deal.buyer is None or deal.buyer.profile.professional:
        return NOT_APPLICABLE
    assessment = deal.buyer.profile.risk
    level = 0 if assessment is None else assessment.level
    product_risk = deal.product.risk_level
    return Answer(
        product_risk <= level,
        {"product_risk": product_risk, "investor_risk": level},
        TAKE_RISK_TEST if assessment is None else (),
    )


class AssessmentAge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How old an assessment may be, and how often the questionnaire may have been answered for it.
    No number: as the venue lets it be."""

    assessment_valid_months: Annotated[int, msgspec.Meta(ge=1, le=VALID_MONTHS)] | None = None
    tests_per_day_max: Annotated[int, msgspec.Meta(ge=1, le=TESTS_PER_DAY_MAX)] | None = None
    tests_per_year_max: Annotated[int, msgspec.Meta(ge=1, le=TESTS_PER_YEAR_MAX)] | None = None


@check(
    *("SUI-02", AssessmentAge, "assessed_until_on", "tests_of_day", "tests_of_year"),
    looks_at={Aspect.PARTY},
)
def assessment_is_current(deal: Deal, params: AssessmentAge) -> Answer:
    """The risk assessment of a natural buyer has not ended, is no older than N months, and is the
    last of no more tests on its day and in the twelve months before than so many. Source:
    适当性办法."""
    buyer = deal.buyer
    if buyer is None or buyer.kind is not PartyKind.NATURAL_PERSON or buyer.profile.risk is None:
        return NOT_APPLICABLE
    risk, tests = buyer.profile.risk, buyer.profile.assessments
    valid_until = counts_until(
        risk.valid_until, since=risk.assessed_on, months=params.assessment_valid_months
    )
    inputs: dict[str, Value] = {"assessed_until_on": valid_until}
    per_day_max, per_year_max = params.tests_per_day_max, params.tests_per_year_max
    passes = deal.day <= valid_until
    # Of a version that has no such number the finding is what it always was.
    if per_day_max is not None:
        inputs["tests_of_day"] = of_day = tests.count(risk.assessed_on)
        passes = passes and of_day <= per_day_max
    if per_year_max is not None:
        inputs["tests_of_year"] = of_year = len(tests)
        passes = passes and of_year <= per_year_max
    again_on = next_test_on(
        tests,
        deal.day,
        per_day_max=per_day_max or TESTS_PER_DAY_MAX,
        per_year_max=per_year_max or TESTS_PER_YEAR_MAX,
    )
    return Answer(passes, inputs, TAKE_RISK_TEST if again_on <= deal.day else ())
