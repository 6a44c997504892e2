"""At which quantities and prices a rule passes, solved from its parameters and the facts: what a
party may do is told without trying one after the other.

Of each check that looks at the offer, and of each that is asked of two: who writes one says here
what it leaves, or in the test that it is about no quantity.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from exchange.fees import BASIS_POINTS, VALUE_UNITS_PER_FEN
from exchange.limits import PRICE_MAX, QUANTITY_MAX
from exchange.rules.check import NoParams
from exchange.rules.checks.holding import Minimum, least_worth
from exchange.rules.checks.investor import LookThrough
from exchange.rules.checks.pair import INSTITUTION, NATURAL_PERSON, Split
from exchange.rules.checks.party import is_of
from exchange.rules.checks.price import Band, price_of_benchmark, reference_price
from exchange.rules.evaluate import verdict_of
from exchange.rules.facts import Deal, ProductFacts
from exchange.rules.types import Rule, Verdict
from exchange.types import PartyKind


class Range(NamedTuple):
    """Numbers from the one to the other, both included; empty where the other is less."""

    least: int
    most: int


Ranges = tuple[Range, ...]
"""One after the other."""
EVERY: Final[Ranges] = (Range(0, QUANTITY_MAX),)
NONE: Final[Ranges] = ()
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


def quantities_between(rule: Rule, deal: Deal) -> Ranges:
    """The quantities of which a rule that is asked of two who would meet keeps none from them.
    Cost: O(1).

    Args:
        deal: of both, but for its offer; what is kept is of what it offers.
    """
    solve = MEETING_SOLVERS.get(rule.rule_id)
    if solve is not None and rule.is_about(deal.product.product_type):
        return solve(deal, rule.params)
    return NONE if verdict_of(rule, deal) is Verdict.BLOCK else EVERY


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
    if deal.seller is None:
        return (Range(least_worth(deal.product, missing), QUANTITY_MAX),)
    assert deal.pair is not None, deal
    return (Range(_fewest_worth(deal.product, missing) - deal.pair.buyer_gets, QUANTITY_MAX),)


def _buyer_is_looked_through(deal: Deal, params: LookThrough) -> Ranges:
    buyer = deal.buyer
    if buyer is None or buyer.profile.layers == 0:
        return EVERY
    most = params.tot_lookthrough_bps * deal.product.units_issued // BASIS_POINTS
    return (Range(0, most - buyer.holding.units),)


def _seller_keeps_nothing_or_the_minimum(deal: Deal, params: Minimum) -> Ranges:
    if deal.seller is None:
        return EVERY
    leaving = deal.seller.holding.leaving
    if deal.buyer is not None:
        assert deal.pair is not None, deal
        leaving = deal.pair.seller_sells
    has = deal.seller.holding.units - leaving
    kept = least_worth(deal.product, params.of(deal.product))
    return Range(0, has - kept), Range(has, QUANTITY_MAX)


def _seller_keeps_no_part(deal: Deal, params: Split) -> Ranges:
    is_institution = deal.seller is not None and deal.seller.kind is PartyKind.INSTITUTION
    if not is_institution or params.inst_split_to_inst == "ALLOW":
        return EVERY
    return _all_of_it(deal)


def _natural_buyer_takes_all(deal: Deal, _params: object) -> Ranges:
    assert deal.pair is not None, deal
    assert deal.buyer is not None, deal
    if NATURAL_PERSON in deal.pair.buyer_sells_to:
        return NONE
    return _all_of_it(deal) if deal.buyer.kind is NATURAL_PERSON else EVERY


def _institutions_split_or_not(deal: Deal, params: Split) -> Ranges:
    assert deal.pair is not None, deal
    assert deal.seller is not None, deal
    assert deal.buyer is not None, deal
    if params.inst_split_to_inst == "ALLOW" or deal.buyer.kind is not INSTITUTION:
        return EVERY
    if INSTITUTION in deal.pair.buyer_sells_to:
        return NONE
    return _all_of_it(deal) if deal.seller.kind is INSTITUTION else EVERY


def _all_of_it(deal: Deal) -> Ranges:
    """What leaves the seller nothing."""
    assert deal.pair is not None, deal
    assert deal.offer is not None, deal
    return (Range(deal.pair.kept + deal.offer.quantity, QUANTITY_MAX),)


def _fewest_worth(product: ProductFacts, amount: int) -> int:
    """As `least_worth`; below nothing where what is missing is, too."""
    divisor: int = VALUE_UNITS_PER_FEN[product.quantity_scale]
    return -(-(amount * divisor - divisor // 2) // product.par_value)


SOLVERS: Final[Mapping[str, Callable[[Deal, Any], Ranges]]] = {
    "QI-04": _buyer_holds_the_minimum,
    "QI-TOT-07": _buyer_is_looked_through,
    "QI-05": _seller_keeps_nothing_or_the_minimum,
    "CN-SPLIT-03": _seller_keeps_no_part,
}
"""By rule id."""
MEETING_SOLVERS: Final[Mapping[str, Callable[[Deal, Any], Ranges]]] = {
    "CN-SPLIT-01": _natural_buyer_takes_all,
    "CN-SPLIT-03": _institutions_split_or_not,
    "QI-04": _buyer_holds_the_minimum,
    "QI-05": _seller_keeps_nothing_or_the_minimum,
    "QI-TOT-07": _buyer_is_looked_through,
}
"""Likewise, of two who would meet; any other says the same of every quantity."""
PRICE_SOLVERS: Final[Mapping[str, Callable[[Deal, Any], Range]]] = {
    "PRC-01": _within_the_band,
    "PTY-GUARANTEE-02": _affiliate_pays_less,
}
"""Likewise."""
