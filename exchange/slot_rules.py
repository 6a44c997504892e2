"""The caps of a product, from the rules that it has: HC-01, HC-02 and VEN-03 in the form in which
the book asks them at each match."""

from collections.abc import Iterable

from exchange.rules.checks.slots import AllHolders, NaturalHolders, Turnaround
from exchange.rules.types import Rule, Stage
from exchange.slots import Caps, CountBasis
from exchange.types import Fen


def caps_of(rules: Iterable[Rule], product_type: str) -> Caps:
    """The caps that keep every one of these rules that is asked at a match. Where one is there more
    than once, as with a parameter of the product's own, the strictest value of each parameter
    counts: together they are no laxer than any. Cost: O(rules)."""
    smalls: list[NaturalHolders] = []
    alls: list[AllHolders] = []
    turns = [0]
    for rule in rules:
        if Stage.MATCH not in rule.stages or not rule.is_about(product_type):
            continue
        match rule.params:
            case NaturalHolders():
                smalls.append(rule.params)
            case AllHolders():
                alls.append(rule.params)
            case Turnaround():
                turns.append(rule.params.turnaround_days)
    return Caps(
        natural_small_max=min((each.natural_holders_max for each in smalls), default=None),
        natural_threshold=Fen(max((each.threshold_fen for each in smalls), default=0)),
        holders_max=min((each.holders_max for each in alls), default=None),
        count_basis=max((CountBasis[each.count_basis] for each in alls), default=CountBasis.NOW),
        turnaround_days=max(turns),
    )
