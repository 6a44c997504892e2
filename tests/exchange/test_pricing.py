"""Income, discounts and yields: the examples of the rulebook, ways there and back, and order."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.fees import BASIS_POINTS
from exchange.pricing import (
    PPM,
    YEAR_DAYS,
    YIELD_MAX_PPM,
    YIELD_MIN_PPM,
    Flow,
    accrued_income,
    accrued_on,
    discount_ppm,
    price_at_discount,
    price_at_yield,
    yield_ppm,
)

MILLION = 100_000_000  # fen
PAR = 10_000_000_000  # one yuan in the finest parts
TICK = PAR // 10_000

days_ahead = st.integers(1, 3_650)
rates_ppm = st.integers(-200_000, 500_000)
amounts = st.integers(PAR // 100, 2 * PAR)


def some_flows(draw_days: int, coupon: int) -> tuple[Flow, ...]:
    return (Flow(max(1, draw_days // 2), coupon), Flow(draw_days, PAR + coupon))


flows = st.builds(some_flows, days_ahead, st.integers(0, PAR // 5))


def test_the_worked_example_of_the_rulebook() -> None:
    accrued = accrued_income(MILLION, rate_bps=600, days=73)
    assert accrued == 12_000_00
    full = 985_000_00 + accrued
    assert full == 997_000_00
    rate = yield_ppm(full, (Flow(292, 1_060_000_00),))
    assert rate is not None
    assert round(rate, -2) == 79_000  # 7.90 %


def test_three_millions_at_six_percent_earn_in_twenty_days() -> None:
    assert accrued_income(3 * MILLION, rate_bps=600, days=20) == 9_863_01


def test_a_discount_is_what_a_price_lacks_of_the_net_asset_value() -> None:
    assert discount_ppm(9_500, nav=10_000) == 50_000
    assert discount_ppm(10_250, nav=10_000) == -25_000
    assert price_at_discount(50_000, nav=10_000) == 9_500


def test_beyond_a_year_a_yield_is_compounded() -> None:
    # 100 today are 121 after two years of 365 days at 10 %, whatever is paid in between at 10 %.
    assert yield_ppm(100_000_000, (Flow(730, 121_000_000),)) == 100_000
    assert yield_ppm(100_000_000, (Flow(365, 10_000_000), Flow(730, 110_000_000))) == 100_000
    assert price_at_yield(100_000, (Flow(730, 121_000_000),)) == 100_000_000


@pytest.mark.parametrize("days", [364, 365])
def test_up_to_a_year_a_yield_is_simple(days: int) -> None:
    gain = Fraction(6, 100) * Fraction(YEAR_DAYS, days)
    assert yield_ppm(100_000_000, (Flow(days, 106_000_000),)) == round(gain * PPM)


@pytest.mark.parametrize(
    ("price", "flows"),
    [
        (100, ()),
        (100, (Flow(0, 100),)),
        (0, (Flow(100, 100),)),
        (1, (Flow(100, 10**9),)),
        (1, (Flow(1_000, 10**9),)),
        (10**9, (Flow(1_000, 1),)),
        (10**9, (Flow(365, 1),)),
    ],
)
def test_there_is_not_always_a_yield(price: int, flows: tuple[Flow, ...]) -> None:
    assert yield_ppm(price, flows) is None


def test_there_is_not_always_a_price() -> None:
    assert price_at_yield(50_000, ()) is None
    assert price_at_yield(50_000, (Flow(0, 100),)) is None
    for rate in (YIELD_MIN_PPM - 1, YIELD_MAX_PPM + 1):
        assert price_at_yield(rate, (Flow(100, 100),)) is None


@given(st.integers(0, 10**12), st.integers(0, BASIS_POINTS), st.integers(0, 3_653))
def test_income_is_the_nearest_fen(principal: int, rate_bps: int, days: int) -> None:
    exact = Fraction(principal * rate_bps * days, BASIS_POINTS * YEAR_DAYS)
    assert abs(accrued_income(principal, rate_bps=rate_bps, days=days) - exact) <= Fraction(1, 2)


@given(
    st.lists(st.tuples(st.integers(0, 10**10), st.integers(0, 400)), max_size=8),
    st.integers(0, BASIS_POINTS),
)
def test_income_of_parts_is_that_of_the_whole(parts: list[tuple[int, int]], rate_bps: int) -> None:
    charged = summed = 0
    for principal, days in parts:
        summed += principal * days
        increment = accrued_on(summed, rate_bps=rate_bps) - charged
        assert increment >= 0
        charged += increment
    exact = Fraction(summed * rate_bps, BASIS_POINTS * YEAR_DAYS)
    assert abs(charged - exact) <= Fraction(1, 2)


@given(amounts, st.integers(PAR // 10, 3 * PAR))
def test_a_discount_leads_back_to_its_price(price: int, nav: int) -> None:
    assert abs(price_at_discount(discount_ppm(price, nav=nav), nav=nav) - price) < TICK


@given(amounts, flows)
def test_a_yield_leads_back_to_its_price(price: int, flows: tuple[Flow, ...]) -> None:
    rate = yield_ppm(price, flows)
    if rate is not None:
        back = price_at_yield(rate, flows)
        assert back is not None
        # The last digit of a yield is worth more of a price, the longer and the lower it is.
        wider, narrower = price_at_yield(rate - 1, flows), price_at_yield(rate + 1, flows)
        if wider is not None and narrower is not None:
            assert narrower <= price <= wider
        if -200_000 <= rate <= 500_000:
            assert abs(back - price) < TICK


@given(rates_ppm, flows)
def test_a_price_leads_back_to_its_yield(rate: int, flows: tuple[Flow, ...]) -> None:
    price = price_at_yield(rate, flows)
    assert price is not None
    back = yield_ppm(price, flows)
    assert back is not None
    assert abs(back - rate) <= 1


@given(amounts, amounts, flows)
def test_who_pays_more_earns_less(one: int, other: int, flows: tuple[Flow, ...]) -> None:
    less, more = yield_ppm(max(one, other), flows), yield_ppm(min(one, other), flows)
    if less is not None and more is not None:
        assert less <= more


@given(rates_ppm, rates_ppm, flows)
def test_who_wants_more_pays_less(one: int, other: int, flows: tuple[Flow, ...]) -> None:
    less, more = price_at_yield(max(one, other), flows), price_at_yield(min(one, other), flows)
    assert less is not None
    assert more is not None
    assert less <= more


@given(rates_ppm, st.integers(366, 3_650))
def test_compounding_is_that_of_fractions(rate: int, days: int) -> None:
    """The 365th power of what the price says is the power of days of the yearly rate."""
    price = price_at_yield(rate, (Flow(days, PAR),))
    assert price is not None
    yearly = Fraction(PPM + rate, PPM)
    low, high = Fraction(PAR, price + 1) ** YEAR_DAYS, Fraction(PAR, price - 1) ** YEAR_DAYS
    assert low <= yearly**days <= high
