"""docs/reference/rules.md says what the packs say, and what attacks each rule."""

from __future__ import annotations

import ast

from api.rules_elsewhere import ELSEWHERE, Keeper
from api.rules_page import rows_in, rules_page
from exchange.rules.checks import CHECKS
from tests.architecture.tree import ROOT
from tests.exchange.rules.rows import ROWS, TURNS

PAGE = (ROOT / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
ATTACKS = rows_in(ROOT / "tests/exchange/rules")


def test_the_page_is_generated_from_packs_and_rows() -> None:
    assert rules_page(ATTACKS) == PAGE, (
        "write it anew: python -m api.rules_page > docs/reference/rules.md"
    )


def test_every_row_is_on_the_page_with_what_it_expects() -> None:
    for row in ROWS:
        assert f"* {row.expected.name}: {row.title}\n" in PAGE
    for turn in TURNS:
        assert f"* PASS → {turn.becomes.name}: {turn.title}\n" in PAGE
    assert sum(map(len, ATTACKS.values())) == len(ROWS) + len(TURNS)


def test_every_rule_is_on_the_page_and_attacked_there() -> None:
    for rule_id in CHECKS:
        assert f"### {rule_id}\n" in PAGE
        said = " ".join(ATTACKS[rule_id])
        assert "PASS:" in said
        assert "BLOCK:" in said or "HOLD:" in said
        assert "PASS → BLOCK:" in said or "PASS → HOLD:" in said


def test_every_other_rule_of_the_field_has_what_keeps_it_and_three_tests_that_attack_it() -> None:
    ids = [each.rule_id for each in ELSEWHERE]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & CHECKS.keys(), "a pack carries it as data"
    for each in ELSEWHERE:
        if each.keeper is Keeper.NOBODY:
            assert each[2:3] + each[4:] == ("",) * 4
            continue
        assert (ROOT / each.module).is_file(), each.rule_id
        tests = (each.passes, each.refuses, each.turns)
        assert len(set(tests)) == len(tests), each.rule_id
        for file, name in (test.split("::") for test in tests):
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
            assert name in functions, (each.rule_id, name)
        assert f"| {each.rule_id} | {each.keeper.value} |" in PAGE
