"""Around a distribution of income nobody trades, so that nobody has to ask whose it is: INC-01."""

from typing import Final

import msgspec

from exchange.rules.check import NOT_APPLICABLE, Answer, Aspect, check
from exchange.rules.checks.product import WorkingDays, first_day_before
from exchange.rules.facts import Deal, ProductFacts
from exchange.rules.types import Cure, CureKind
from registry.types import DayNumber

MONTH_DAYS_MAX: Final = 35
"""Between two record days: a plan that pays by the month skips no more than a weekend."""


class Blackout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long before a record day there is no trade."""

    blackout_wd_before_record: WorkingDays = 5
    """Working days of the product's calendar."""
    monthly_wd: WorkingDays = 1
    """Likewise where the last distribution was a month ago: a plan that pays by the month would
    else be traded on two days of three."""


@check(
    *("INC-01", Blackout, "record_on", "payment_on", "blackout_from_on", "trade_from_on"),
    looks_at={Aspect.PARTY},
)
def no_trade_around_a_distribution(deal: Deal, params: Blackout) -> Answer:
    """No trade within N working days before a record day, until the day after the payment. Of days
    that nobody has disclosed nothing is known."""
    income = deal.product.known.next_income
    if income is None:
        return NOT_APPLICABLE
    blackout_from_on = first_day_before(
        deal.product, income.record_on, _working_days(deal.product, income.record_on, params)
    )
    trade_from_on = DayNumber(income.payment_on + 1)
    return Answer(
        not blackout_from_on <= deal.day < trade_from_on,
        {
            "record_on": income.record_on,
            "payment_on": income.payment_on,
            "blackout_from_on": blackout_from_on,
            "trade_from_on": trade_from_on,
        },
        (Cure(CureKind.WAIT_UNTIL, trade_from_on),),
    )


def _working_days(product: ProductFacts, record_on: DayNumber, params: Blackout) -> int:
    last_on = product.known.last_distribution_on
    is_monthly = last_on is not None and record_on - last_on <= MONTH_DAYS_MAX
    return params.monthly_wd if is_monthly else params.blackout_wd_before_record
