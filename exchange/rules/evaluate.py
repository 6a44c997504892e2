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


class Asked(NamedTuple):
    """A rule, ready to be asked on the order path."""

    judge: Judge
    params: msgspec.Struct
    severity: Severity


class _Outcome(msgspec.Struct, frozen=True, gc=False):
    verdict: Verdict
    answer: Answer
    raised: str | None = None
    """The name of what the check raised."""


def explain(rules: Iterable[Rule], deal: Deal) -> tuple[Finding, ...]:
    """What every rule says of the deal, in the order of the rules. Cost: some µs a rule."""
    return tuple(_find(rule, deal) for rule in rules)


def strictest(findings: Iterable[Finding]) -> Verdict:
    """The verdict of all together."""
    return max((finding.verdict for finding in findings), default=Verdict.PASS)


def verdict_of(rule: Rule, deal: Deal) -> Verdict:
    """What one rule says of the deal, and no more. Cost: about 1 µs."""
    return _ask(rule, deal).verdict


def ready(rules: Iterable[Rule], product_type: str) -> tuple[Asked, ...]:
    """Those of the rules that are about products of this type. Cost: O(rules)."""
    return tuple(
        Asked(CHECKS[rule.rule_id].judge, rule.params, rule.severity)
        for rule in rules
        if rule.is_about(product_type)
    )


def verdict_of_all(asked: tuple[Asked, ...], deal: Deal) -> Verdict:
    """The strictest that these rules say of the deal, and no more: the order path asks this. Cost:
    less than 1 µs a rule."""
    try:
        for judge, params, _ in asked:
            if judge(deal, params).passes is False:
                break
        else:
            return PASS  # as almost all
    except Exception:  # noqa: BLE001  whatever it was: the rule could not be asked
        return BLOCK
    return max(_outcome(each, deal).verdict for each in asked)


def _find(rule: Rule, deal: Deal) -> Finding:
    outcome = _ask(rule, deal)
    verdict, answer, incident = outcome.verdict, outcome.answer, outcome.raised
    failed = verdict > PASS
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


def _ask(rule: Rule, deal: Deal) -> _Outcome:
    if not rule.is_about(deal.product.product_type):
        return _Outcome(ABOUT_OTHERS, NOT_APPLICABLE)
    return _outcome(Asked(CHECKS[rule.rule_id].judge, rule.params, rule.severity), deal)


def _outcome(asked: Asked, deal: Deal) -> _Outcome:
    judge, params, severity = asked
    try:
        answer = judge(deal, params)
    except Exception as error:  # noqa: BLE001  whatever it was: the rule could not be asked
        return _Outcome(BLOCK, NOT_APPLICABLE, type(error).__name__)
    if answer.passes is None:
        return _Outcome(ABOUT_OTHERS, answer)
    if answer.passes:
        return _Outcome(PASS, answer)
    return _Outcome(VERDICT_OF[min(severity, answer.gravity)], answer)


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
