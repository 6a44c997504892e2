"""One price in every way: type one, see the others."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.price_state import first_facts
from exchange.price_types import IncomeDays, Nav, PriceFacts, QuoteBasis
from exchange.pricing import Flow, yield_ppm
from exchange.quotes import FINE, Quotes, accrued_of, quotes_of, unit_on
from matching import Price
from registry.calendar import day_of_date
from registry.types import DayNumber
from tests.exchange.venue import TERMS

CLEAN, DIRTY, YIELD = QuoteBasis.CLEAN, QuoteBasis.DIRTY, QuoteBasis.YIELD
TODAY = day_of_date("2026-11-23")
PLAN = msgspec.structs.replace(TERMS, benchmark_bps=600, maturity_date="2027-09-11")
"""It matures 292 days after today."""


def known(**facts: Any) -> PriceFacts:
    """Of a plan that distributed 73 days ago, if nothing else is said."""
    said = {"last_distribution_on": DayNumber(TODAY - 73)} | facts
    return msgspec.structs.replace(first_facts(PLAN), **said)


def test_the_worked_example_of_the_rulebook() -> None:
    unit = unit_on(PLAN, known(), TODAY)
    assert accrued_of(unit) == 120
    quotes = quotes_of(unit, CLEAN, 9_850)
    assert quotes is not None
    assert (quotes.clean, quotes.full, quotes.nav_discount) == (9_850, 9_970, None)
    assert quotes.yearly_yield is not None
    assert round(quotes.yearly_yield, -2) == 79_000
    assert quotes_of(unit, DIRTY, 9_970) == quotes


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"last_distribution_on": None}, Quotes(None, Price(9_970), None, None)),
        ({"benchmark": None}, Quotes(None, Price(9_970), None, None)),
    ],
)
def test_what_nobody_has_disclosed_is_not_guessed(facts: dict[str, Any], told: Quotes) -> None:
    unit = unit_on(PLAN, known(**facts), TODAY)
    assert accrued_of(unit) is None
    assert quotes_of(unit, DIRTY, 9_970) == told
    assert quotes_of(unit, CLEAN, 9_850) is None
    assert quotes_of(unit, YIELD, 79_000) is None
    assert quotes_of(unit, QuoteBasis.NAV_DISCOUNT, 0) is None


@pytest.mark.parametrize("maturity", [None, "2026-11-23", "2026-11-22"])
def test_without_a_maturity_to_come_there_is_no_yield(maturity: str | None) -> None:
    plan = msgspec.structs.replace(PLAN, maturity_date=maturity)
    quotes = quotes_of(unit_on(plan, known(), TODAY), CLEAN, 9_850)
    assert quotes == Quotes(Price(9_850), Price(9_970), None, None)


def test_a_discount_is_to_the_last_net_asset_value() -> None:
    unit = unit_on(PLAN, known(nav=Nav(Price(10_500), TODAY)), TODAY)
    quotes = quotes_of(unit, QuoteBasis.NAV_DISCOUNT, 50_000)
    assert quotes is not None
    assert (quotes.full, quotes.nav_discount) == (9_975, 50_000)
    premium = quotes_of(unit, QuoteBasis.NAV, 10_710)
    assert premium is not None
    assert premium.nav_discount == -20_000


def test_the_next_income_is_a_payment_of_its_own() -> None:
    record_on, payment_on = DayNumber(TODAY + 10), DayNumber(TODAY + 20)
    facts = known(next_income=IncomeDays(record_on, payment_on))
    unit = unit_on(PLAN, facts, TODAY)
    par = 10_000 * FINE
    first = par * 6 * 83 // 36_500
    assert [flow.days for flow in unit.flows] == [20, 292]
    assert abs(unit.flows[0].amount - first) <= 1
    assert abs(unit.flows[1].amount - par - par * 6 * 282 // 36_500) <= 1
    # Who buys behind the record day is not paid, and has accrued only what came after it.
    ex = unit_on(PLAN, facts, DayNumber(record_on + 1))
    assert [flow.days for flow in ex.flows] == [281]
    assert accrued_of(ex) == 2


def test_income_that_is_paid_after_maturity_comes_with_it() -> None:
    income = IncomeDays(DayNumber(TODAY + 290), DayNumber(TODAY + 300))
    assert (
        unit_on(PLAN, known(next_income=income), TODAY).flows == unit_on(PLAN, known(), TODAY).flows
    )


def test_a_clean_price_is_above_nothing() -> None:
    unit = unit_on(PLAN, known(), TODAY)
    for full in (1, 119, 120):
        quotes = quotes_of(unit, DIRTY, full)
        assert quotes is not None
        assert quotes.clean is None


@pytest.mark.parametrize(
    ("basis", "value"),
    [(DIRTY, 10**9 + 1), (DIRTY, 0), (CLEAN, 10**9), (YIELD, -990_001), (YIELD, 10**8 + 1)],
)
def test_a_price_is_one_that_an_order_could_have(basis: QuoteBasis, value: int) -> None:
    assert quotes_of(unit_on(PLAN, known(), TODAY), basis, value) is None


@given(
    st.sampled_from(["2026-12-01", "2027-09-11", "2027-11-23", "2028-02-29", "2033-01-01"]),
    st.integers(0, 400),
    st.integers(1_000, 20_000),
    st.integers(5_000, 20_000),
)
def test_every_way_leads_back_to_the_same_price(
    maturity: str, distributed_days_ago: int, full: int, nav: int
) -> None:
    plan = msgspec.structs.replace(PLAN, maturity_date=maturity)
    distributed_on = DayNumber(TODAY - distributed_days_ago)
    facts = known(last_distribution_on=distributed_on, nav=Nav(Price(nav), TODAY))
    unit = unit_on(plan, facts, TODAY)
    told = quotes_of(unit, DIRTY, full)
    assert told is not None
    assert told.full == full
    ways = {
        CLEAN: told.clean,
        QuoteBasis.NAV: told.full,
        QuoteBasis.NAV_DISCOUNT: told.nav_discount,
        YIELD: told.yearly_yield,
    }
    for basis, value in ways.items():
        if value is None:
            continue
        back = quotes_of(unit, basis, value)
        assert back is not None
        assert abs(back.full - full) <= 1  # a tick


def test_a_yield_is_that_of_the_flows() -> None:
    unit = unit_on(PLAN, known(), TODAY)
    quotes = quotes_of(unit, DIRTY, 9_970)
    assert quotes is not None
    assert quotes.yearly_yield == yield_ppm(9_970 * FINE, unit.flows)
    assert unit.flows == (Flow(292, 10_600 * FINE),)
