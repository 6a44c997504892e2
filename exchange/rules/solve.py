"""At which quantities and prices a rule passes, solved from its parameters and the facts: what a
party may do is told without trying one after the other.

Of each check that looks at the offer: who writes one says here what it leaves, or in the test that
it is about no quantity.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from exchange.fees import BASIS_POINTS
from exchange.limits import PRICE_MAX, QUANTITY_MAX
from exchange.rules.check import NoParams
from exchange.rules.checks.holding import Minimum, least_worth
from exchange.rules.checks.investor import LookThrough
from exchange.rules.checks.pair import Split
from exchange.rules.checks.party import is_of
from exchange.rules.checks.price import Band, price_of_benchmark, reference_price
from exchange.rules.facts import Deal
from exchange.rules.types import Rule
from exchange.types import PartyKind


class Range(NamedTuple):
    """Numbers from the one to the other, both included; empty where the other is less."""

    least: int
    most: int


Ranges = tuple[Range, ...]
"""One after the other."""
EVERY: Final[Ranges] = (Range(0, QUANTITY_MAX),)
ANY_PRICE: Final = Range(0, PRICE_MAX)


def quantities_of(rule: Rule, deal: Deal) -> Ranges:
    """The quantities at which a rule of the offer passes or does not apply, whatever the price.
    Cost: O(1).

    Args:
        deal: but for its offer; what is kept is of what it offers.
    """
    solve = SOLVERS.get(rule.rule_id)
    if solve is None or not rule.is_about(deal.product.product_type):
        return EVERY
    return solve(deal, rule.params)


def prices_of(rule: Rule, deal: Deal) -> Range:
    """The prices at which a rule of the offer passes, warns or does not apply, whatever the
    quantity. Cost: O(1).

    Args:
        deal: but for its offer.
    """
    solve = PRICE_SOLVERS.get(rule.rule_id)
    if solve is None or not rule.is_about(deal.product.product_type):
        return ANY_PRICE
    return solve(deal, rule.params)


def _within_the_band(deal: Deal, params: Band) -> Range:
    reference = reference_price(deal.product, deal.day)
    away = params.hard_in(deal.product.mode) * reference // BASIS_POINTS
    return Range(reference - away, reference + away)


def _affiliate_pays_less(deal: Deal, _params: NoParams) -> Range:
    product, buyer = deal.product, deal.buyer
    if buyer is None or not product.known.distressed:
        return ANY_PRICE
    if not is_of(buyer, product.trust_company_id):
        return ANY_PRICE
    return Range(0, price_of_benchmark(product, deal.day) - 1)


def _buyer_holds_the_minimum(deal: Deal, params: Minimum) -> Ranges:
    if deal.buyer is None:
        return EVERY
    missing = params.of(deal.product) - deal.buyer.holding.principal
    return (Range(least_worth(deal.product, missing), QUANTITY_MAX),)


def _buyer_is_looked_through(deal: Deal, params: LookThrough) -> Ranges:
    buyer = deal.buyer
    if buyer is None or buyer.profile.layers == 0:
        return EVERY
    most = params.tot_lookthrough_bps * deal.product.units_issued // BASIS_POINTS
    return (Range(0, most - buyer.holding.units),)


def _seller_keeps_nothing_or_the_minimum(deal: Deal, params: Minimum) -> Ranges:
    if deal.seller is None:
        return EVERY
    has = deal.seller.holding.units - deal.seller.holding.leaving
    kept = least_worth(deal.product, params.of(deal.product))
    return Range(0, has - kept), Range(has, QUANTITY_MAX)


def _seller_keeps_no_part(deal: Deal, params: Split) -> Ranges:
    is_institution = deal.seller is not None and deal.seller.kind is PartyKind.INSTITUTION
    if not is_institution or params.inst_split_to_inst == "ALLOW":
        return EVERY
    assert deal.pair is not None, deal
    assert deal.offer is not None, deal
    return (Range(deal.pair.kept + deal.offer.quantity, QUANTITY_MAX),)


SOLVERS: Final[Mapping[str, Callable[[Deal, Any], Ranges]]] = {
    "QI-04": _buyer_holds_the_minimum,
    "QI-TOT-07": _buyer_is_looked_through,
    "QI-05": _seller_keeps_nothing_or_the_minimum,
    "CN-SPLIT-03": _seller_keeps_no_part,
}
"""By rule id."""
PRICE_SOLVERS: Final[Mapping[str, Callable[[Deal, Any], Range]]] = {
    "PRC-01": _within_the_band,
    "PTY-GUARANTEE-02": _affiliate_pays_less,
}
"""Likewise."""
