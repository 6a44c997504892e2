"""How old facts may be is a parameter of the packs: a number of their own that is stricter than the
venue's counts at once, at midnight too, and none is laxer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.client_commands import AnswerQuestionnaire
from exchange.profile import CddRisk, Certification, CertificationBasis, DueDiligence, counts_until
from exchange.refusals import Refusal
from exchange.rules.types import Finding, Override
from exchange.rules_events import OrdersDisqualified
from exchange.types import PartyId
from matching import Side
from registry.types import DayNumber
from tests.exchange.rules.market import RuledMarket, findings_in
from tests.exchange.rules.packs import of_parties
from tests.exchange.rules.test_rejudging import CHINA, facts, failed, until_day
from tests.exchange.venue import the

BID: Final = 300_000
FIRST: Final = date(1970, 1, 1)


def number(day: date) -> DayNumber:
    return DayNumber((day - FIRST).days)


def months_later(day: date, months: int) -> date:
    """Turning the leaves of a calendar: the same date, or the last that its month has."""
    leaf = day.replace(day=1)
    for _ in range(months):
        leaf = (leaf + timedelta(days=31)).replace(day=1)
    found = leaf
    while found.day < day.day and (found + timedelta(days=1)).month == leaf.month:
        found += timedelta(days=1)
    return found


@given(
    since=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    holds=st.integers(0, 1_200),
    months=st.none() | st.integers(1, 36),
    later=st.integers(0, 1_200),
)
def test_a_fact_counts_until_its_last_day_or_until_its_date_comes_again_so_many_months_later(
    since: date, holds: int, months: int | None, later: int
) -> None:
    last_day, today = since + timedelta(days=holds), since + timedelta(days=later)
    counts = today <= last_day and (months is None or today < months_later(since, months))
    until = counts_until(number(last_day), since=number(since), months=months)
    assert (number(today) <= until) is counts


def established(market: RuledMarket, party_id: PartyId) -> None:
    """Compliance has certified the party and looked at it today, for as long as it may, and it has
    answered the questionnaire."""
    market.does(
        AnswerQuestionnaire(
            actor=party_id,
            key=market.key(),
            questionnaire=1,
            score=100,
            answers_sha256=bytes(32),
        )
    )
    market.does(
        facts(
            market,
            party_id,
            certification=Certification(
                CertificationBasis.FINANCIAL_ASSETS, DayNumber(market.today + 360)
            ),
            due_diligence=DueDiligence(CddRisk.HIGH, DayNumber(market.today + 360)),
        )
    )


@pytest.mark.parametrize(
    ("rule_id", "parameter"),
    [
        ("QI-02", "qi_valid_months"),
        ("SUI-02", "assessment_valid_months"),
        ("PTY-04", "cdd_review_months_high"),
    ],
)
def test_a_bid_is_withdrawn_at_the_midnight_at_which_its_party_s_facts_are_too_old(
    rule_id: str, parameter: str
) -> None:
    market = RuledMarket(*CHINA, known_days=360)
    established(market, market.buyer)
    today = FIRST + timedelta(days=market.today)
    days = (months_later(today, 2) - today).days
    market.rules(*CHINA, overrides=(Override(rule_id, parameter, 2),))
    bid = market.buys(BID)
    until_day(market, days - 1)
    assert bid in market.state.orders
    assert market.judged(market.buyer, Side.BUY, BID) == []
    told = the(OrdersDisqualified, until_day(market, 1))
    assert bid in told.order_ids
    assert failed(told) == {rule_id}
    assert market.judged(market.buyer, Side.BUY, BID) == [rule_id]
    established(market, market.buyer)
    assert market.judged(market.buyer, Side.BUY, BID) == []


def test_under_the_packs_that_ship_facts_count_as_long_as_the_venue_lets_them() -> None:
    market = RuledMarket(*CHINA, known_days=360)
    established(market, market.buyer)
    bid = market.buys(BID)
    until_day(market, 360)
    assert bid in market.state.orders
    assert failed(the(OrdersDisqualified, until_day(market, 1))) >= {"QI-02", "PTY-04"}


@pytest.mark.parametrize(
    ("pack_id", "said", "laxer"),
    [
        ("CN-2007", "qi_valid_months = 12", "qi_valid_months = 13"),
        ("CN-2007", "assessment_valid_months = 12", "assessment_valid_months = 13"),
        ("CN-2007", "tests_per_day_max = 2", "tests_per_day_max = 3"),
        ("CN-2007", "tests_per_year_max = 8", "tests_per_year_max = 9"),
        ("CN-VENUE-38", "cdd_review_months_low = 36", "cdd_review_months_low = 37"),
        ("CN-VENUE-38", "cdd_review_months_medium = 24", "cdd_review_months_medium = 25"),
        ("CN-VENUE-38", "cdd_review_months_high = 12", "cdd_review_months_high = 13"),
        ("CN-VENUE-38", "orders_open_max = 200", "orders_open_max = 1_001"),
    ],
)
def test_a_pack_that_is_laxer_than_the_venue_is_not_loaded(
    pack_id: str, said: str, laxer: str
) -> None:
    market = RuledMarket()
    text = of_parties(pack_id)
    assert said in text
    refused = market.loading(text.replace(said, laxer))
    assert market.refuses(refused) is Refusal.RULE_PACK_OUT_OF_RANGE


def unsaid(text: str) -> str:
    """The pack as an older version said it, without the numbers."""
    lines = [line for line in text.splitlines() if "_months = " not in line]
    return "\n".join(line for line in lines if not line.startswith("tests_per_"))


def test_an_older_version_that_has_no_such_number_says_what_it_always_said() -> None:
    market = RuledMarket()
    market.loads(unsaid(of_parties("CN-2007")))
    market.rules("CN-2007")
    market.knows(market.buyer, certified_until=None)
    found = {
        each.rule_id: each
        for each in findings_in(market.submit(market.order(market.buyer, Side.BUY, BID)))
    }
    assert named(found["SUI-02"]) == ["assessed_until_on"]
    same = Override("QI-02", "qi_valid_months", 12)
    assert market.refuses(market.setting("CN-2007", overrides=(same,))) is (
        Refusal.OVERRIDES_OUT_OF_RANGE
    )
    market.rules("CN-2007", overrides=(Override("QI-02", "qi_valid_months", 11),))


def named(finding: Finding) -> list[str]:
    return [name for name, _ in finding.inputs]


def test_what_a_confidential_rule_asks_is_in_no_finding() -> None:
    market = RuledMarket(*CHINA)
    market.knows(market.buyer, cleared_until=None)
    events = market.submit(market.order(market.buyer, Side.BUY, BID))
    (said,) = [each for each in findings_in(events) if each.rule_id == "PTY-04"]
    assert said.inputs == ()
