"""Accrued income, clean and full prices, discounts to the net asset value and yields, in integers.

What is counted is the caller's affair: fen of a holding, or fractions of a yuan of one unit, as
long as one call counts in one unit. A rate is in PPM: 1,000,000 is 100 %. Divisions round half up,
and each function and its inverse meet again within what a rate's last digit is worth. None of the
figures is a promise: a yield says what a price would bring if all was paid as it is expected.

Source: domain D6. A year has 365 days.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from exchange.fees import BASIS_POINTS

YEAR_DAYS: Final = 365
PPM: Final = 1_000_000
PPM_PER_BASIS_POINT: Final = PPM // BASIS_POINTS
YIELD_MIN_PPM: Final = -990_000
YIELD_MAX_PPM: Final = 100 * PPM
"""Outside of −99 % and 10,000 % a yield says nothing of a price."""
ONE: Final = 10**18
"""Of the daily factors: what ten years of days are multiplied to keeps fourteen digits."""


class Flow(NamedTuple):
    """A payment to come."""

    days: int
    """From the pricing date: 0 or more."""
    amount: int


def accrued_income(principal: int, *, rate_bps: int, days: int) -> int:
    """What so many days have earned at a rate a year, half-up: F·y·d/365. Cost: O(1)."""
    return accrued_on(principal * days, rate_bps=rate_bps)


def accrued_on(principal_days: int, *, rate_bps: int) -> int:
    """The same of principal times days, which can be summed over principals that accrued for
    different times. Cost: O(1)."""
    assert principal_days >= 0, principal_days
    return _half_up(principal_days * rate_bps, denominator=BASIS_POINTS * YEAR_DAYS)


def discount_ppm(price: int, *, nav: int) -> int:
    """How far a price lies below the net asset value: 1 − P/NAV; negative above it. Cost: O(1)."""
    assert nav > 0, nav
    return _half_up((nav - price) * PPM, denominator=nav)


def price_at_discount(discount_ppm: int, *, nav: int) -> int:
    """The price that lies so far below the net asset value. Cost: O(1)."""
    return _half_up(nav * (PPM - discount_ppm), denominator=PPM)


def yield_ppm(price: int, flows: tuple[Flow, ...]) -> int | None:
    """What a year brings who pays the price and gets the flows; None: nothing that says anything.

    Args:
        price: with all accrued income.
        flows: in any order. The last one decides: up to a year away the yield is simple
            annualised, (flows / price − 1)·365/D, and beyond the rate that discounts the flows to
            the price, with annual compounding.

    Cost: some 10 µs, beyond a year 1 ms.
    """
    days = _days(flows)
    if days <= 0 or price <= 0:
        return None
    if days <= YEAR_DAYS:
        gain = sum(flow.amount for flow in flows) - price
        rate = _half_up(gain * YEAR_DAYS * PPM, denominator=price * days)
    else:
        least, most = _discount_factor(YIELD_MAX_PPM), _discount_factor(YIELD_MIN_PPM)
        if not _value(flows, least) <= price <= _value(flows, most):
            return None
        rate = _rate_of(_first(lambda factor: _value(flows, factor) >= price, low=least, high=most))
    return rate if YIELD_MIN_PPM <= rate <= YIELD_MAX_PPM else None


def price_at_yield(rate_ppm: int, flows: tuple[Flow, ...]) -> int | None:
    """The price, with all accrued income, at which the flows bring that a year; None: there is no
    flow to come, or no such price. The inverse of `yield_ppm`. Cost: as that."""
    days = _days(flows)
    if days <= 0 or not YIELD_MIN_PPM <= rate_ppm <= YIELD_MAX_PPM:
        return None
    if days > YEAR_DAYS:
        return _value(flows, _discount_factor(rate_ppm))
    grown = YEAR_DAYS * PPM + rate_ppm * days  # a year's worth of it is 1 + r·D/365
    assert grown > 0, (rate_ppm, days)
    return _half_up(sum(flow.amount for flow in flows) * YEAR_DAYS * PPM, denominator=grown)


def _days(flows: tuple[Flow, ...]) -> int:
    return max((flow.days for flow in flows), default=0)


def _value(flows: tuple[Flow, ...], factor: int) -> int:
    """What the flows are worth today, where a day's wait is worth `factor` / ONE. It grows with the
    factor: every step of it does, rounded down or not."""
    return _half_up(
        sum(flow.amount * _power(factor, days=flow.days) for flow in flows), denominator=ONE
    )


def _discount_factor(rate_ppm: int) -> int:
    """The largest factor whose 365th power is not above 1 / (1 + rate)."""
    target = ONE * PPM // (PPM + rate_ppm)
    return _first(lambda factor: _power(factor, days=YEAR_DAYS) > target, low=0, high=2 * ONE) - 1


def _rate_of(factor: int) -> int:
    return _half_up(ONE * PPM, denominator=_power(factor, days=YEAR_DAYS)) - PPM


def _power(factor: int, *, days: int) -> int:
    """factor**days, both of ONE, rounded down at each step."""
    power = ONE
    while days:
        if days & 1:
            power = power * factor // ONE
        factor = factor * factor // ONE
        days >>= 1
    return power


def _first(holds: Callable[[int], bool], *, low: int, high: int) -> int:
    """The first number of low to high for which it holds; it holds for `high` and from the first on
    for all."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _half_up(numerator: int, *, denominator: int) -> int:
    assert denominator > 0, denominator
    return (2 * numerator + denominator) // (2 * denominator)
