"""Packs that ship, whole, or without what they ask of a product's admission and of a transfer's
papers: for tests of who may trade what, whose products nobody signs off and whose transfers have no
papers."""

from __future__ import annotations

import re
from typing import Final

from exchange.rules.check import Aspect
from exchange.rules.checks import CHECKS
from exchange.rules.packs import shipped

OF_PAPERS: Final = frozenset(
    rule_id
    for rule_id, check in CHECKS.items()
    if check.looks_at & {Aspect.ADMISSION, Aspect.PAPERS}
)
ONLY_BLOCK: Final = frozenset(
    rule_id for rule_id, check in CHECKS.items() if check.looks_at & {Aspect.PAIR, Aspect.VIEWER}
)
"""Of two who meet, and of who wants to see: nothing is left to a person."""
HEADING: Final = "[[rules]]\n"
ID: Final = re.compile(r'id = "([A-Z0-9-]+)"')
VERSION: Final = re.compile(r'version = "([0-9]+)"')


def next_version(text: str) -> str:
    """The file of a pack as its next version."""
    return VERSION.sub(lambda version: f'version = "{int(version[1]) + 1}"', text, count=1)


def of_parties(pack_id: str, but: frozenset[str] = frozenset()) -> str:
    """The file of a pack that ships, without these rules, and without more."""
    head, *rules = shipped(pack_id).split(HEADING)
    return head + "".join(HEADING + rule for rule in rules if _id(rule) not in OF_PAPERS | but)


def only(pack_id: str, *rule_ids: str) -> str:
    """The file of a pack that ships, with these of its rules alone."""
    head, *rules = shipped(pack_id).split(HEADING)
    return head + "".join(HEADING + rule for rule in rules if _id(rule) in rule_ids)


def whole(pack_id: str) -> str:
    """The file of a pack that ships; a draft as if it were law."""
    head, rules = shipped(pack_id).split(HEADING, 1)
    if "\neffective_from" not in head:
        head += 'effective_from = "2020-01-01"\n\n'
    return head + HEADING + rules


def leaving_to_a_person(text: str, *rule_ids: str, queue: str = "COMPLIANCE") -> str:
    """The file of a pack of which these rules hold what they would block."""
    head, *rules = text.split(HEADING)
    held = f'severity = "HOLD"\nqueue = "{queue}"'
    return head + "".join(
        HEADING + (rule.replace('severity = "BLOCK"', held) if _id(rule) in rule_ids else rule)
        for rule in rules
    )


def _id(rule: str) -> str:
    found = ID.match(rule)
    assert found is not None, rule
    return found[1]
