"""Asking rules: what each says of a deal, with what it was judged by and what would cure it.

A check that raises is a bug of ours, and the deal is blocked: nobody trades on a rule that cannot
be asked. The finding says so (RULE_INCIDENT), and is journaled with the refusal.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from exchange.rules.check import NOT_APPLICABLE, Answer, Judge
from exchange.rules.checks import CHECKS
from exchange.rules.facts import Deal
from exchange.rules.types import (
    RULE_INCIDENT,
    VERDICT_OF,
    Finding,
    Inputs,
    Rule,
    Severity,
    Value,
    Verdict,
)

ABOUT_OTHERS: Final = Verdict.NOT_APPLICABLE
PASS: Final = Verdict.PASS
BLOCK: Final = Verdict.BLOCK
"""Looking a member up on its Enum costs ten times the comparison."""
SCALARS: Final = (int, str)
"""A parameter of any other type is not shown: the check shows what it took of it."""


def explain(rules: Iterable[Rule], deal: Deal) -> tuple[Finding, ...]:
    """What every rule says of the deal, in the order of the rules. Cost: some µs a rule."""
    return tuple(_find(rule, deal) for rule in rules)


def strictest(findings: Iterable[Finding]) -> Verdict:
    """The verdict of all together."""
    return max((finding.verdict for finding in findings), default=Verdict.PASS)


def verdict_of(rule: Rule, deal: Deal) -> Verdict:
    """What one rule says of the deal, and no more. Cost: about 1 µs."""
    verdict, _, _ = _ask(rule, deal)
    return verdict


class Asked(NamedTuple):
    """A rule, ready to be asked on the order path."""

    judge: Judge
    params: msgspec.Struct
    severity: Severity


def ready(rules: Iterable[Rule], product_type: str) -> tuple[Asked, ...]:
    """Those of the rules that are about products of this type. Cost: O(rules)."""
    return tuple(
        Asked(CHECKS[rule.rule_id].judge, rule.params, rule.severity)
        for rule in rules
        if not rule.when.product_types or product_type in rule.when.product_types
    )


def verdict_of_all(asked: Iterable[Asked], deal: Deal) -> Verdict:
    """The strictest that these rules say of the deal, and no more: the order path asks this. Cost:
    less than 1 µs a rule."""
    verdict = PASS
    for judge, params, severity in asked:
        try:
            answer = judge(deal, params)
        except Exception:  # noqa: BLE001  whatever it was: the rule could not be asked
            return BLOCK
        if answer.passes is not None and not answer.passes:
            verdict = max(verdict, VERDICT_OF[min(severity, answer.gravity)])
    return verdict


def _find(rule: Rule, deal: Deal) -> Finding:
    verdict, answer, incident = _ask(rule, deal)
    failed = verdict > Verdict.PASS
    return Finding(
        rule_id=rule.rule_id,
        version=rule.version,
        pack=rule.pack,
        pack_version=rule.pack_version,
        verdict=verdict,
        reason_code=rule.reason_code if incident is None else RULE_INCIDENT,
        inputs=_inputs(rule, answer, incident),
        cures=answer.cures if failed else (),
        source=rule.source,
        is_own=rule.is_own,
    )


def _ask(rule: Rule, deal: Deal) -> tuple[Verdict, Answer, str | None]:
    """The verdict, the answer, and what the check raised, if it did."""
    types = rule.when.product_types
    if types and deal.product.product_type not in types:
        return ABOUT_OTHERS, NOT_APPLICABLE, None
    try:
        answer = CHECKS[rule.rule_id].judge(deal, rule.params)
    except Exception as error:  # noqa: BLE001  whatever it was: the rule could not be asked
        return Verdict.BLOCK, NOT_APPLICABLE, type(error).__name__
    if answer.passes is None:
        return ABOUT_OTHERS, answer, None
    if answer.passes:
        return PASS, answer, None
    return VERDICT_OF[min(rule.severity, answer.gravity)], answer, None


def _inputs(rule: Rule, answer: Answer, incident: str | None) -> Inputs:
    if CHECKS[rule.rule_id].confidential:
        return ()
    looked_at: dict[str, Value] = {
        name: value
        for name in rule.params.__struct_fields__
        if isinstance(value := getattr(rule.params, name), SCALARS)
    }
    looked_at.update(answer.inputs)
    if incident is not None:
        looked_at["raised"] = incident
    return tuple(looked_at.items())
