"""One price in all the ways in which people state it: clean, full, as a discount to the net asset
value, as a yield until maturity.

A unit is looked at on its pricing date, with the payments that its terms and disclosures lead one
to expect: the income since the last distribution on the next payment day, if one was disclosed,
and at maturity the principal with the income since. What nobody has disclosed is not guessed: the
figures that take it are None.
"""

from typing import Final, NamedTuple

from exchange.commands import CreateProduct
from exchange.limits import PRICE_MAX
from exchange.price_types import Ppm, PriceFacts, QuoteBasis
from exchange.pricing import (
    Flow,
    accrued_income,
    discount_ppm,
    price_at_discount,
    price_at_yield,
    yield_ppm,
)
from matching import Price
from registry.calendar import day_of_date
from registry.types import DayNumber

FINE: Final = 1_000_000
"""Of a price: the income of one unit of one yuan is far less than a tick a day."""


class Unit(NamedTuple):
    """One unit of a product on its pricing date. Amounts are in 1/FINE of a price."""

    nav: int | None
    accrued: int | None
    flows: tuple[Flow, ...]


class Quotes(NamedTuple):
    """A price, stated in every way for which enough is known."""

    clean: Price | None
    full: Price
    """All that the buyer pays a unit."""
    nav_discount: Ppm | None
    yearly_yield: Ppm | None


def can_be_quoted(terms: CreateProduct, facts: PriceFacts, basis: QuoteBasis) -> bool:
    """Whether everything is known that the basis takes. Source: PRC-03. Cost: O(1)."""
    match basis:
        case QuoteBasis.DIRTY:
            return True
        case QuoteBasis.NAV | QuoteBasis.NAV_DISCOUNT:
            return facts.nav is not None
        case QuoteBasis.CLEAN | QuoteBasis.YIELD:
            ends = basis is QuoteBasis.CLEAN or terms.maturity_date is not None
            return ends and None not in (facts.benchmark, facts.last_distribution_on)


def unit_on(terms: CreateProduct, facts: PriceFacts, day: DayNumber) -> Unit:
    """The unit on this day. Cost: O(1)."""
    nav = None if facts.nav is None else facts.nav.value * FINE
    from_day = facts.accrues_from(day)
    if facts.benchmark is None or from_day is None:
        return Unit(nav, None, ())
    accrued = _income(terms, facts, since=from_day, until=max(from_day, day))
    return Unit(nav, accrued, _flows(terms, facts, from_day=from_day, day=day))


def accrued_of(unit: Unit) -> Price | None:
    """The accrued income of the unit, to the nearest 1/10000 yuan. Cost: O(1)."""
    return None if unit.accrued is None else _coarse(unit.accrued)


def quotes_of(unit: Unit, basis: QuoteBasis, value: int) -> Quotes | None:
    """What a price that is stated in one way is in the others; None: it cannot be so stated, or is
    none that an order could have.

    Args:
        value: a price in 1/10000 yuan, or for NAV_DISCOUNT and YIELD a Ppm.

    Cost: some 20 µs, 2 ms where maturity is more than a year away.
    """
    full = _full(unit, basis, value)
    if full is None or not 0 < _coarse(full) <= PRICE_MAX:
        return None
    rate = Ppm(value) if basis is QuoteBasis.YIELD else yield_ppm(full, unit.flows)
    return Quotes(
        clean=_clean(unit, full),
        full=_coarse(full),
        nav_discount=None if unit.nav is None else Ppm(discount_ppm(full, nav=unit.nav)),
        yearly_yield=None if rate is None else Ppm(rate),
    )


def _full(unit: Unit, basis: QuoteBasis, value: int) -> int | None:
    match basis:
        case QuoteBasis.CLEAN:
            return None if unit.accrued is None else value * FINE + unit.accrued
        case QuoteBasis.DIRTY | QuoteBasis.NAV:
            return value * FINE
        case QuoteBasis.NAV_DISCOUNT:
            return None if unit.nav is None else price_at_discount(value, nav=unit.nav)
        case QuoteBasis.YIELD:
            return price_at_yield(value, unit.flows)


def _clean(unit: Unit, full: int) -> Price | None:
    if unit.accrued is None or full <= unit.accrued:
        return None
    return _coarse(full - unit.accrued)


def _income(terms: CreateProduct, facts: PriceFacts, *, since: DayNumber, until: DayNumber) -> int:
    assert facts.benchmark is not None, terms.symbol
    days = until - since
    return accrued_income(terms.par_value * FINE, rate_bps=facts.benchmark.rate_bps, days=days)


def _flows(
    terms: CreateProduct, facts: PriceFacts, *, from_day: DayNumber, day: DayNumber
) -> tuple[Flow, ...]:
    """What who holds the unit from `day` on is paid until the plan's maturity."""
    if terms.maturity_date is None:
        return ()
    matures_on, income = day_of_date(terms.maturity_date), facts.next_income
    if matures_on <= day:
        return ()
    principal = terms.par_value * FINE
    is_cum = income is not None and from_day < income.record_on and income.payment_on < matures_on
    if income is None or not is_cum:
        earned = _income(terms, facts, since=from_day, until=matures_on)
        return (Flow(matures_on - day, principal + earned),)
    return (
        Flow(
            income.payment_on - day, _income(terms, facts, since=from_day, until=income.record_on)
        ),
        Flow(
            matures_on - day,
            principal + _income(terms, facts, since=income.record_on, until=matures_on),
        ),
    )


def _coarse(amount: int) -> Price:
    return Price((2 * amount + FINE) // (2 * FINE))
