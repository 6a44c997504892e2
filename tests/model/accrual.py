"""What a buyer pays for the income of his units besides a clean price, in fractions, day by day.

In the words of the rulebook: accrued income is principal × rate × days ÷ 365; the days are those
since the last distribution, and behind a record day those since that day; the buyer pays it up to
the day of the match, rounded once over his order, and the seller gets it. A bid reserves what its
worst day would cost; it has a last day, thirty days from now if it names none.

Source: domain D6, ORD-01, and the decisions at the head of D.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from exchange.commands import PlaceOrder
from exchange.price_types import PriceFacts, QuoteBasis
from matching import Side, TimeInForce
from registry.types import DayNumber, TimeNs
from tests.model.days import DAY_NS
from tests.model.known import known
from tests.model.register import day_in_shanghai
from tests.model.tariff import half_up

if TYPE_CHECKING:
    from tests.model.ledger import ModelOrder
    from tests.model.product import ModelProduct


@dataclass(frozen=True)
class Income:
    """Of one fill."""

    exact: Fraction
    """In fen."""
    amount: int
    """What is paid for it: the order's sum so far is rounded once."""
    days: int
    priced_on: DayNumber


def is_clean(product: ModelProduct) -> bool:
    return known(product).quote_basis is QuoteBasis.CLEAN


def with_end(product: ModelProduct, placed: PlaceOrder, at_ns: TimeNs) -> PlaceOrder:
    """A bid at a clean price does not rest for ever."""
    rests = placed.time_in_force is TimeInForce.GOOD_TILL_CANCELLED
    if placed.side is Side.SELL or not rests or placed.expires_at_ns or not is_clean(product):
        return placed
    return msgspec.structs.replace(placed, expires_at_ns=TimeNs(at_ns + 30 * DAY_NS))


def last_day(order: ModelOrder) -> DayNumber:
    ends_ns = order.placed.expires_at_ns
    return day_in_shanghai(order.placed_at_ns if ends_ns is None else TimeNs(ends_ns - 1))


def days_at(facts: PriceFacts, day: int) -> int:
    """For how many days a unit has earned at the end of this one."""
    begins, income = facts.last_distribution_on, facts.next_income
    if income is not None and day > income.record_on:
        begins = income.record_on
    assert begins is not None, facts
    return max(day - begins, 0)


def earned(product: ModelProduct, units: int, *, days: int) -> Fraction:
    """In fen."""
    benchmark = known(product).benchmark
    assert benchmark is not None, product.product_id
    principal = Fraction(product.terms.par_value * units, 100 * 10**product.terms.quantity_scale)
    return principal * benchmark.rate_bps * days / (10_000 * 365)


def income_of(buy: ModelOrder, units: int, at_ns: TimeNs) -> Income | None:
    """Of the order's next fill; a fill that the clock was late for is of the order's last day."""
    if not is_clean(buy.product):
        return None
    priced_on = min(day_in_shanghai(at_ns), last_day(buy))
    days = days_at(known(buy.product), priced_on)
    exact, before = earned(buy.product, units, days=days), so_far(buy)
    return Income(exact, half_up(before + exact) - half_up(before), days, priced_on)


def so_far(buy: ModelOrder) -> Fraction:
    """What all its fills have earned."""
    exact = [each.income.exact for each in buy.transfers if each.income is not None]
    return sum(exact, Fraction(0))


def at_worst(buy: ModelOrder, open_quantity: int) -> int:
    """What the whole order pays for income if the rest is filled on the dearest day that it has."""
    paid = sum(each.accrued for each in buy.transfers)
    if not is_clean(buy.product):
        return paid
    facts, first = known(buy.product), min(day_in_shanghai(buy.placed_at_ns), last_day(buy))
    days = max(days_at(facts, day) for day in range(first, last_day(buy) + 1))
    return half_up(so_far(buy) + earned(buy.product, open_quantity, days=days))
