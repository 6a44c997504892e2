"""What is wrong with a pack among those of a venue on every day on which it would apply, and with
what products have of their own beside it."""

from collections.abc import Iterator, Mapping

import msgspec

from exchange.rules.parse import Fault, faults_among, params_of
from exchange.rules.resolve import with_extended
from exchange.rules.stricter import does_nothing
from exchange.rules.types import Override, Pack, Rule
from exchange.rules_state import ProductRules, RulesState
from registry.types import DayNumber


def faults_of_loading(
    rules: RulesState, text: str, pack: Pack, applies_from: DayNumber
) -> tuple[Fault, ...]:
    """Why a pack cannot be loaded: on one of its days it would extend itself by way of others, or
    one that is not there, or a product would lose a parameter of its own. Cost: O(packs loaded ×
    (packs + products)).

    Args:
        text: the file of the pack.
        applies_from: its first day; its last is the one before a later version's.
    """
    faults: dict[Fault, None] = {}
    for day in _days_of_change(rules, pack.pack_id, applies_from):
        before = rules.packs_on(day)
        faults.update(dict.fromkeys(faults_among(text, pack, before)))
        if not faults:
            faults.update(
                dict.fromkeys(_losses(rules, before=before, after=before | {pack.pack_id: pack}))
            )
    return tuple(faults)


def rules_by_id(pack_ids: tuple[str, ...], packs: Mapping[str, Pack]) -> dict[str, list[Rule]]:
    """Every version of each rule that these packs may ask one day. Cost: O(rules)."""
    found: dict[str, list[Rule]] = {}
    for pack_id in with_extended(pack_ids, packs):
        for rule in packs[pack_id].rules:
            found.setdefault(rule.rule_id, []).append(rule)
    return found


def may_have(rules: list[Rule], rule_id: str, overrides: tuple[Override, ...]) -> bool:
    """Whether each of these versions of a rule takes a product's own parameters of it, together.
    Cost: O(versions)."""
    own = {each.parameter: each.value for each in overrides if each.rule_id == rule_id}
    return not any(
        isinstance(params_of(rule_id, {**msgspec.structs.asdict(rule.params), **own}), str)
        for rule in rules
    )


def idle_among(rules: Mapping[str, list[Rule]], overrides: tuple[Override, ...]) -> frozenset[str]:
    """The rules of which a product would have parameters of its own that do nothing. Those that a
    rule does not take, or that no pack has, are not among them. Cost: O(versions × overrides)."""
    return frozenset(
        rule_id
        for rule_id in {each.rule_id for each in overrides} & rules.keys()
        if may_have(rules[rule_id], rule_id, overrides)
        and does_nothing(rules[rule_id], rule_id, overrides)
    )


def _days_of_change(
    rules: RulesState, pack_id: str, applies_from: DayNumber
) -> Iterator[DayNumber]:
    """The days on which it would apply and another pack begins to, and its first."""
    later = [each for each in rules.packs.values() if each.applies_from > applies_from]
    ends = min((each.applies_from for each in later if each.pack.pack_id == pack_id), default=None)
    days = {each.applies_from for each in later}
    yield applies_from
    yield from sorted(day for day in days if ends is None or day < ends)


def _losses(
    rules: RulesState, *, before: Mapping[str, Pack], after: Mapping[str, Pack]
) -> Iterator[Fault]:
    for product in rules.products.values():
        yield from _losses_of(product, before=before, after=after)


def _losses_of(
    product: ProductRules, *, before: Mapping[str, Pack], after: Mapping[str, Pack]
) -> Iterator[Fault]:
    """What the product has of its own that no rule would take any more."""
    if not product.overrides:
        return
    had, has = rules_by_id(product.packs, before), rules_by_id(product.packs, after)
    for rule_id in sorted({each.rule_id for each in product.overrides} & had.keys()):
        if rule_id not in has:
            yield Fault(1, f"{rule_id} is gone, which product {product.product_id} has its own of")
        elif not may_have(has[rule_id], rule_id, product.overrides):
            yield Fault(1, f"{rule_id} takes no more what product {product.product_id} has")
