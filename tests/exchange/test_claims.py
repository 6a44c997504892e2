"""INC-02: who bought with the income and is settled behind the record day has a claim.

The plan pays 3.50 % a year; 100,000 units at one yuan were sold for their price. Income was last
distributed up to 2023-11-14, the day before the match.
"""

from __future__ import annotations

import pytest

from exchange.claim_events import MarketClaimRaised
from exchange.desk_events import ExceptionRaised
from exchange.events import AnyEvent
from exchange.price_types import IncomeDays
from exchange.types import ExceptionKind
from registry.calendar import day_of_date
from registry.types import TransferId
from tests.exchange.disclosures import disclosure
from tests.exchange.test_calendars import Days
from tests.exchange.venue import kinds, the

UNITS = 100_000


def pays(venue: Days, record_on: str, *, payment_on: str = "2023-12-29") -> None:
    """The trust company discloses the next distribution."""
    days = IncomeDays(day_of_date(record_on), day_of_date(payment_on))
    venue.does(disclosure(venue, next_income=days))


def has_paid(venue: Days, until: str) -> None:
    """It has distributed the income up to this day."""
    venue.does(disclosure(venue, last_distribution_on=day_of_date(until)))


def sold(venue: Days) -> TransferId:
    before = set(venue.pending())
    venue.sells(UNITS)
    venue.buys(UNITS)
    (transfer_id,) = set(venue.pending()) - before
    return transfer_id


def settles(venue: Days, transfer_id: TransferId) -> tuple[AnyEvent, ...]:
    version = venue.state.register.transfers[transfer_id].version
    return venue.does(venue.confirmation(transfer_id, version=version))


@pytest.mark.parametrize(
    ("matched", "record", "settled", "claimed"),
    [
        ("2023-11-16", "2023-11-20", "2023-11-20", False),  # the buyer holds at the day's end
        ("2023-11-16", "2023-11-20", "2023-11-21", True),
        ("2023-11-20", "2023-11-20", "2023-11-21", True),  # the last day that is cum
        ("2023-11-21", "2023-11-20", "2023-11-22", False),  # ex
    ],
)
def test_a_claim_is_of_who_bought_with_the_income_and_got_it_not(
    matched: str, record: str, settled: str, *, claimed: bool
) -> None:
    venue = Days()
    has_paid(venue, "2023-11-14")
    pays(venue, record)
    venue.comes(matched)
    transfer_id = sold(venue)
    venue.comes(settled)
    events = settles(venue, transfer_id)
    assert ("MarketClaimRaised" in kinds(events)) is claimed
    assert ("ExceptionRaised" in kinds(events)) is claimed


def test_a_claim_names_who_owes_whom_and_what_the_benchmark_says() -> None:
    venue = Days()
    has_paid(venue, "2023-11-14")
    pays(venue, "2023-11-20")
    venue.comes("2023-11-16")
    transfer_id = sold(venue)
    venue.comes("2023-11-22")
    events = settles(venue, transfer_id)
    claim = the(MarketClaimRaised, events)
    assert (claim.seller_id, claim.buyer_id) == (venue.seller, venue.buyer)
    assert (claim.trust_company_id, claim.units) == (venue.trust_company, UNITS)
    assert claim.matched_on == day_of_date("2023-11-16")
    assert claim.record_on == day_of_date("2023-11-20")
    # 100,000.00 yuan for six days at 3.50 %: 57.5342…
    assert claim.estimate == 57_53
    exception = the(ExceptionRaised, events)
    assert (exception.kind, exception.subject_id) == (ExceptionKind.MARKET_CLAIM, transfer_id)
    assert exception.trust_company_id == venue.trust_company
    assert kinds(events)[:3] == ["TransferSettled", "MarketClaimRaised", "ExceptionRaised"]


def test_what_the_benchmark_says_takes_the_distribution_before() -> None:
    venue = Days()
    pays(venue, "2023-11-20")
    venue.comes("2023-11-16")
    transfer_id = sold(venue)
    venue.comes("2023-11-22")
    assert the(MarketClaimRaised, settles(venue, transfer_id)).estimate is None


def test_a_record_day_that_was_told_after_the_match_counts_and_one_that_was_made_too() -> None:
    venue = Days()
    venue.comes("2023-11-16")
    transfer_id = sold(venue)
    pays(venue, "2023-11-20", payment_on="2023-11-21")
    venue.comes("2023-11-22")
    has_paid(venue, "2023-11-20")
    pays(venue, "2023-11-23")
    venue.comes("2023-11-24")
    claims = [each for each in settles(venue, transfer_id) if isinstance(each, MarketClaimRaised)]
    told = [(each.record_on, each.estimate) for each in claims]
    # Three days for the second; what went before the first was never said.
    assert told == [(day_of_date("2023-11-20"), None), (day_of_date("2023-11-23"), 28_77)]
    (exception,) = venue.state.desk.exceptions.values()
    assert exception.times == 2


def test_of_a_product_that_discloses_nothing_nothing_is_claimed() -> None:
    venue = Days()
    transfer_id = sold(venue)
    venue.comes("2023-11-22")
    assert "MarketClaimRaised" not in kinds(settles(venue, transfer_id))
