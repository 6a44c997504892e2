"""Accrued income in whole fen: what the buyer of a product whose prices are clean pays besides the
price of his units, and the most that it can come to for an order.

It is counted from the day with whose end the income began to the pricing date, on the principal of
the units, at the benchmark's rate: F·y·d/365. It telescopes over the buy order as a consideration
does (exchange/fees.py), half-up; the seller is booked the same figure. The pricing date is the day
of the match, and never later than the order's last day: so no match accrues more than is reserved.
"""

from exchange.commands import PlaceOrder
from exchange.fees import BASIS_POINTS, VALUE_UNITS_PER_FEN
from exchange.limits import ORDER_VALIDITY_MAX_NS
from exchange.price_types import AccruedIncome, PriceFacts, QuoteBasis
from exchange.pricing import YEAR_DAYS
from exchange.state import Order, Product
from exchange.types import Fen
from matching import BUY, TimeInForce
from registry.calendar import day_in_shanghai
from registry.types import DayNumber, TimeNs


def end_of(product: Product | None, command: PlaceOrder, at_ns: TimeNs) -> TimeNs | None:
    """When an order that is placed now expires. A bid at a clean price does not rest for ever, for
    what accrues until its end is reserved: it has the longest validity. Source: ORD-01. Cost:
    O(1)."""
    if command.expires_at_ns is not None or product is None:
        return command.expires_at_ns
    if product.facts.quote_basis is not QuoteBasis.CLEAN or command.side is not BUY:
        return None
    rests = command.time_in_force is TimeInForce.GOOD_TILL_CANCELLED
    return TimeNs(at_ns + ORDER_VALIDITY_MAX_NS) if rests else None


def last_day(order: Order) -> DayNumber:
    """The last day on which the order may trade: without an end it does not rest. Cost: O(1)."""
    if order.expires_at_ns is None:
        return day_in_shanghai(order.placed_at_ns)
    return day_in_shanghai(TimeNs(order.expires_at_ns - 1))


def most_accrued(product: Product, buy: Order, *, open_quantity: int) -> int:
    """What the open part of a buy order can accrue at most until its last day, in fen. Cost:
    O(1)."""
    facts, last = product.facts, last_day(buy)
    days = _days(facts, last)
    income, since = facts.next_income, facts.last_distribution_on
    if income is not None and day_in_shanghai(buy.placed_at_ns) <= income.record_on < last:
        assert since is not None, product.product_id
        days = max(days, income.record_on - since)  # behind that day it begins anew
    return _fen(product, buy.accrued_rest + _value(product, open_quantity, days=days))[0]


def accrue(
    product: Product, *, buy: Order, sell: Order, quantity: int, at_ns: TimeNs
) -> AccruedIncome:
    """Book on both orders what a fill accrues. Cost: O(1)."""
    priced_on = min(day_in_shanghai(at_ns), last_day(buy))
    days = _days(product.facts, priced_on)
    value = buy.accrued_rest + _value(product, quantity, days=days)
    amount, buy.accrued_rest = _fen(product, value)
    buy.accrued += amount
    sell.accrued += amount
    return AccruedIncome(amount=Fen(amount), days=days, priced_on=priced_on)


def accrued_today(product: Product, order: Order) -> AccruedIncome | None:
    """What all of a new order would accrue if it was filled at once; None: its price is not clean.
    Cost: O(1)."""
    if product.facts.quote_basis is not QuoteBasis.CLEAN:
        return None
    today = day_in_shanghai(order.placed_at_ns)
    days = _days(product.facts, today)
    amount, _ = _fen(product, _value(product, order.quantity, days=days))
    return AccruedIncome(amount=Fen(amount), days=days, priced_on=today)


def _days(facts: PriceFacts, day: DayNumber) -> int:
    """For how many days income has accrued at the end of this one."""
    since = facts.accrues_from(day)
    assert since is not None, facts
    return max(day - since, 0)


def _value(product: Product, quantity: int, *, days: int) -> int:
    """F·y·d, of so many units."""
    benchmark = product.facts.benchmark
    assert benchmark is not None, product.product_id
    return product.terms.par_value * quantity * benchmark.rate_bps * days


def _fen(product: Product, value: int) -> tuple[int, int]:
    """F·y·d/365 half-up, and what of the value that does not say: what comes next begins with it,
    so that the sum is rounded once. The rest is at most half a fen's worth, either way."""
    unit = VALUE_UNITS_PER_FEN[product.terms.quantity_scale] * BASIS_POINTS * YEAR_DAYS
    fen = (2 * value + unit) // (2 * unit)
    return fen, value - fen * unit
