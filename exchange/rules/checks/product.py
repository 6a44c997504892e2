"""Whether the product may be transferred at all now: PRD-02, PRD-03, PRD-04, QI-06; and whether it
is still as it was bought: SUI-03."""

from typing import Annotated, Final

import msgspec

from exchange.rules.check import NOT_APPLICABLE, ON_THE_WAY, Answer, Aspect, check
from exchange.rules.facts import Deal, ProductFacts
from exchange.rules.types import Cure, CureKind
from exchange.types import PartyKind
from registry.calendar import day_in_shanghai, day_of_date, start_in_shanghai
from registry.types import DayNumber

DATE_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
Date = Annotated[str, msgspec.Meta(pattern=DATE_PATTERN)]
Days = Annotated[int, msgspec.Meta(ge=0, le=3_660)]
WorkingDays = Annotated[int, msgspec.Meta(ge=0, le=250)]


class Transferable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the trust document permits transfers."""

    transfer_allowed: bool = True


@check("PRD-02", Transferable, looks_at={Aspect.PARTY})
def deed_permits_transfer(_deal: Deal, params: Transferable) -> Answer:
    """The trust document permits transfer. Source: 信托法 Art. 48."""
    return Answer(params.transfer_allowed, {})


class LockUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days after its establishment a product is not transferred."""

    lockup_days: Days = 0
    established_on: Date | None = None
    """YYYY-MM-DD in Asia/Shanghai; a lock-up needs it."""


@check("PRD-03", LockUp, "unlocked_on", looks_at={Aspect.PARTY})
def lock_up_is_over(deal: Deal, params: LockUp) -> Answer:
    """No transfer before establishment + N days. A lock-up from an unknown day never ends."""
    if params.lockup_days == 0:
        return NOT_APPLICABLE
    if params.established_on is None:
        return Answer(passes=False, inputs={}, cures=(Cure(CureKind.ASK_THE_VENUE),))
    unlocked_on = DayNumber(day_of_date(params.established_on) + params.lockup_days)
    return Answer(
        deal.day >= unlocked_on,
        {"unlocked_on": unlocked_on},
        (Cure(CureKind.WAIT_UNTIL, unlocked_on),),
    )


MATURITY_RULE: Final = "PRD-04"
"""What nobody asks who redeems the units: its plan has ended."""


class BeforeMaturity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long before its maturity a product is listed for the last time."""

    final_list_wd: WorkingDays = 20
    """Working days of the product's calendar."""
    final_settle_wd: WorkingDays = 3
    """Likewise, of a transfer on its way."""


@check(
    *(MATURITY_RULE, BeforeMaturity, "maturity_on", "last_listing_on", "last_settlement_on"),
    looks_at={Aspect.PARTY},
)
def maturity_is_far(deal: Deal, params: BeforeMaturity) -> Answer:
    """Not within the last N working days before maturity, nor after it. What has matched has other
    N."""
    maturity_on = deal.product.maturity_on
    if maturity_on is None:
        return NOT_APPLICABLE
    closes_on = first_day_before(deal.product, maturity_on, params.final_list_wd)
    settled_by = first_day_before(deal.product, maturity_on, params.final_settle_wd)
    last_listing_on, last_settlement_on = DayNumber(closes_on - 1), DayNumber(settled_by - 1)
    last_on = last_settlement_on if deal.stage in ON_THE_WAY else last_listing_on
    return Answer(
        deal.day <= last_on,
        {
            "maturity_on": maturity_on,
            "last_listing_on": last_listing_on,
            "last_settlement_on": last_settlement_on,
        },
    )


def first_day_before(product: ProductFacts, day: DayNumber, working_days: int) -> DayNumber:
    """The so-manieth working day before `day`, in Asia/Shanghai. A calendar's days may begin at
    another hour: the day on which it closes is closed as a whole. Cost: O(days in between)."""
    closes_ns = product.calendar.start_before(start_in_shanghai(day), working_days)
    return day_in_shanghai(closes_ns)


class WhoMayBuy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether natural persons may buy the product."""

    natural_person_allowed: bool = True


@check("QI-06", WhoMayBuy, "buyer_kind", looks_at={Aspect.PARTY})
def natural_persons_may_buy(deal: Deal, params: WhoMayBuy) -> Answer:
    """A product for institutions alone is bought by no natural person."""
    if deal.buyer is None:
        return NOT_APPLICABLE
    is_natural = deal.buyer.kind is PartyKind.NATURAL_PERSON
    return Answer(
        params.natural_person_allowed or not is_natural, {"buyer_kind": deal.buyer.kind.name}
    )


class Rescission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long the buyer of what has become riskier may rescind."""

    rescind_wd: Annotated[int, msgspec.Meta(ge=1, le=250)] = 2
    """Working days of the product's calendar."""


@check("SUI-03", Rescission, "risk_level", "risk_before", looks_at={Aspect.CHANGE})
def risk_is_not_raised(deal: Deal, _params: Rescission) -> Answer:
    """The product is no riskier than when the buyer agreed. Source: design default; 适当性办法 on
    what investors are told."""
    if deal.risk_before is None:
        return NOT_APPLICABLE
    levels = {"risk_level": deal.product.risk_level, "risk_before": deal.risk_before}
    return Answer(deal.product.risk_level <= deal.risk_before, levels)
