"""What a price is compared with, and how old that is: PRC-01, PRD-05."""

from typing import Annotated, Final

import msgspec

from exchange.fees import BASIS_POINTS
from exchange.modes.types import MarketMode
from exchange.pricing import accrued_income
from exchange.rules.check import NOT_APPLICABLE, Answer, Aspect, check
from exchange.rules.facts import Deal, ProductFacts
from exchange.rules.types import Severity
from registry.calendar import day_in_shanghai
from registry.types import DayNumber

AUCTIONS: Final = (MarketMode.CALL_AUCTION, MarketMode.ENGLISH_AUCTION)
BandBps = Annotated[int, msgspec.Meta(ge=1, le=BASIS_POINTS)]
AgeDays = Annotated[int, msgspec.Meta(ge=1, le=3_660)]


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far from the reference a price may be, in basis points of it."""

    soft_bps: BandBps = 2_000
    """Beyond it the party is warned."""
    hard_bps: BandBps = 5_000
    """Beyond it a person decides."""
    auction_bps: BandBps = 1_000
    """Likewise, in auctions, which warn nobody."""

    def hard_in(self, mode: MarketMode) -> int:
        """Beyond what a person decides in this mode. Cost: O(1)."""
        return self.auction_bps if mode in AUCTIONS else self.hard_bps


@check(
    *("PRC-01", Band, "limit_price", "reference_price", "away_bps", "hard_bps"),
    looks_at={Aspect.PRICE},
)
def price_is_near_the_reference(deal: Deal, params: Band) -> Answer:
    """The price is near the last net asset value, or par and what has accrued on it: far from it
    its party is warned, and further away a person decides."""
    if deal.offer is None:
        return NOT_APPLICABLE
    mode, price = deal.product.mode, deal.offer.price
    reference = reference_price(deal.product, deal.day)
    away, hard_bps = abs(price - reference) * BASIS_POINTS, params.hard_in(mode)
    inputs = {
        "limit_price": price,
        "reference_price": reference,
        "away_bps": -(-away // reference),
        "hard_bps": hard_bps,
    }
    if away > hard_bps * reference:
        return Answer(passes=False, inputs=inputs, gravity=Severity.HOLD)
    warns = mode not in AUCTIONS and away > params.soft_bps * reference
    return Answer(passes=not warns, inputs=inputs, gravity=Severity.WARN)


def reference_price(product: ProductFacts, day: DayNumber) -> int:
    """The last net asset value of a unit; of a product that has disclosed none, par and, where the
    price includes it, the income that has accrued until this day. Source: PRC-01. Cost: O(1)."""
    known = product.known
    return price_of_benchmark(product, day) if known.nav is None else known.nav.value


def price_of_benchmark(product: ProductFacts, day: DayNumber) -> int:
    """Par and, where the price includes it, the income by the benchmark until this day: what a
    holder has who gets all that he was led to expect. Cost: O(1)."""
    known = product.known
    began_on = known.accrues_from(day)
    if known.benchmark is None or began_on is None or known.book_basis is known.quote_basis.CLEAN:
        return product.par_value
    rate_bps, days = known.benchmark.rate_bps, max(day - began_on, 0)
    return product.par_value + accrued_income(product.par_value, rate_bps=rate_bps, days=days)


class Age(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How old what is disclosed may be, in days."""

    open_days: AgeDays = 35
    """Of an open-ended product."""
    closed_days: AgeDays = 100
    """Of one that matures."""


@check(
    *("PRD-05", Age, "disclosed_on", "age_days", "age_days_max"),
    looks_at={Aspect.PARTY, Aspect.DISCLOSURE},
)
def disclosure_is_fresh(deal: Deal, params: Age) -> Answer:
    """The last net asset value, or where there is none the last disclosure, is not older than N
    days: else the party is warned, and when it is twice as old a person decides. What was never
    disclosed has no age."""
    known = deal.product.known
    if known.nav is not None:
        disclosed_on = known.nav.on
    elif known.disclosed_at_ns is not None:
        disclosed_on = day_in_shanghai(known.disclosed_at_ns)
    else:
        return NOT_APPLICABLE
    days_max = params.open_days if deal.product.maturity_on is None else params.closed_days
    age = max(deal.day - disclosed_on, 0)
    return Answer(
        age <= days_max,
        {"disclosed_on": disclosed_on, "age_days": age, "age_days_max": days_max},
        gravity=Severity.HOLD if age > 2 * days_max else Severity.WARN,
    )
