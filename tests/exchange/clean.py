"""A small venue whose one product has clean prices: 6 % a year, since some days ago."""

from __future__ import annotations

from msgspec import structs

from exchange.events import AnyEvent
from exchange.fees import FeeSchedule
from exchange.price_types import Benchmark, Disclaimer, QuoteBasis
from registry.types import Units
from tests.exchange.disclosures import days_ago, disclosure, quoted
from tests.exchange.venue import NO_FEES, TERMS, Venue

SIX_PERCENT = Benchmark(600, Disclaimer.PERFORMANCE_BENCHMARK)


def clean_venue(
    fees: FeeSchedule = NO_FEES,
    *,
    since: int = 20,
    units: int = 4_000_000,
    money: int = 300_000_000,
    **terms: object,
) -> Venue:
    """Its prices are clean; the seller has all units.

    Args:
        since: so many days ago was the last distribution.
        money: fen of the buyer, and of the institution.
    """
    changed = structs.replace(TERMS, units_issued=Units(units), **terms)
    venue = Venue(fees, terms=changed, units=units, money=money)
    venue.does(
        disclosure(venue, benchmark=SIX_PERCENT, last_distribution_on=days_ago(venue, since))
    )
    venue.does(quoted(venue, QuoteBasis.CLEAN))
    return venue


def at_rate(venue: Venue, rate_bps: int) -> tuple[AnyEvent, ...]:
    """What happens when another benchmark is disclosed."""
    return venue.does(disclosure(venue, benchmark=structs.replace(SIX_PERCENT, rate_bps=rate_bps)))
