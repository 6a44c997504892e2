"""What the operator does about rules: loads packs, and says which of them a product has."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from exchange.cases import mark_rules_changed
from exchange.handler import Handler
from exchange.limits import PACK_NOTICE_DAYS_MAX, RULE_PACKS_MAX
from exchange.product_desk import product_for
from exchange.refusals import Refusal
from exchange.rejudging import note_product, note_products
from exchange.rules.parse import PackFaults, parse_pack
from exchange.rules.types import Pack
from exchange.rules_commands import LoadRulePack, SetProductRules
from exchange.rules_events import ProductRulesSet, RulePackLoaded
from exchange.rules_following import follow_all, follow_rules
from exchange.rules_loading import faults_of_loading, idle_among, may_have, rules_by_id
from exchange.rules_state import LoadedPack, ProductRules
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import Sequence
from registry.calendar import day_in_shanghai
from registry.types import TimeNs

PACKS_PER_PRODUCT_MAX: Final = 4
"""A jurisdiction's and a venue's, and as many again."""
OVERRIDES_PER_PRODUCT_MAX: Final = 50


def load_rule_pack(
    state: State, command: LoadRulePack, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Take a pack among those of the venue; products that have it are judged by it from its day."""
    if not state.is_operator(command.actor):
        return Refusal.NOT_PERMITTED
    today = day_in_shanghai(at_ns)
    applies_from = today if command.applies_from is None else command.applies_from
    if not 0 <= applies_from - today <= PACK_NOTICE_DAYS_MAX:
        return Refusal.DATES_OUT_OF_RANGE
    pack = parse_pack(command.text)
    if isinstance(pack, PackFaults):
        return Refusal.RULE_PACK_OUT_OF_RANGE
    if faults_of_loading(state.rules, command.text, pack, applies_from):
        return Refusal.RULE_PACK_OUT_OF_RANGE
    if len(state.rules.packs) >= RULE_PACKS_MAX:
        return Refusal.RULE_PACKS_MAX
    if (pack.pack_id, pack.version) in state.rules.packs:
        return Refusal.ALREADY_DONE
    state.rules.load(LoadedPack(sequence, at_ns, applies_from, command.text))
    if applies_from == today:
        note_products(state)
        mark_rules_changed(state, state.rules.products, at_ns=at_ns)
    emit(
        RulePackLoaded(
            pack_id=pack.pack_id,
            version=pack.version,
            applies_from=applies_from,
            sha256=sha256(command.text.encode()).digest(),
        )
    )
    if applies_from == today:
        follow_all(state, today, emit)
    return None


def set_product_rules(
    state: State, command: SetProductRules, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Give a product its rules: they are asked of the orders that stand, and of all to come."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    packs = state.rules.packs_on(day_in_shanghai(at_ns))
    if not packs.keys() >= set(command.packs):
        return Refusal.UNKNOWN_RULE_PACK
    refusal = _refuse_overrides(command, packs)
    if refusal is not None:
        return refusal
    before = state.rules.products.get(command.product_id)
    rules = ProductRules(
        command.product_id,
        command.packs,
        command.overrides,
        version=1 if before is None else before.version + 1,
    )
    state.rules.set_product(rules)
    if state.rules.judged_on is None:
        state.rules.judged_on = day_in_shanghai(at_ns)
    note_product(state, rules.product_id)
    mark_rules_changed(state, (rules.product_id,), at_ns=at_ns)
    emit(
        ProductRulesSet(
            product_id=rules.product_id,
            packs=rules.packs,
            overrides=rules.overrides,
            version=rules.version,
        )
    )
    follow_rules(state, (rules.product_id,), day_in_shanghai(at_ns), emit)
    return None


HANDLERS: Final[Mapping[type, Handler]] = {
    LoadRulePack: load_rule_pack,
    SetProductRules: set_product_rules,
}


def _refuse_overrides(command: SetProductRules, packs: Mapping[str, Pack]) -> Refusal | None:
    rules = rules_by_id(command.packs, packs)
    own = {each.rule_id for each in command.overrides}
    if not own <= rules.keys():
        return Refusal.UNKNOWN_RULE
    named = [(each.rule_id, each.parameter) for each in command.overrides]
    if len(set(named)) < len(named) or len(named) > OVERRIDES_PER_PRODUCT_MAX:
        return Refusal.OVERRIDES_OUT_OF_RANGE
    if len(set(command.packs)) < len(command.packs) or len(command.packs) > PACKS_PER_PRODUCT_MAX:
        return Refusal.OVERRIDES_OUT_OF_RANGE
    # All of one rule's together, and with every version of it that may be in force one day.
    for rule_id in sorted(own):
        if not may_have(rules[rule_id], rule_id, command.overrides):
            return Refusal.OVERRIDES_OUT_OF_RANGE
    return Refusal.OVERRIDES_OUT_OF_RANGE if idle_among(rules, command.overrides) else None
