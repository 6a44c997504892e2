"""A pack's file is taken as a whole or refused as a whole, with its lines."""

from __future__ import annotations

import pytest

from exchange.rules.packs import SANDBOX, SHIPPED, shipped
from exchange.rules.parse import (
    NESTING_MAX,
    PACK_BYTES_MAX,
    Fault,
    PackFaults,
    faults_among,
    parse_pack,
)
from exchange.rules.types import Pack, Severity, Stage
from registry.calendar import day_of_date

HEAD = """\
id = "TEST-1"
version = "1"
title_zh = "测试"
title_en = "Test"
effective_from = "2026-01-01"
"""
RULE = """
[[rules]]
id = "QI-04"
version = "1"
stages = ["B", "M"]
severity = "BLOCK"
reason_code = "BELOW_MINIMUM"
source = "a test"
params = { minimum_fen = 100 }
text_zh = "最低 {minimum_fen}"
text_en = "At least {minimum_fen}, not {principal_after_fen}."
"""
RULE_LINE = HEAD.count("\n") + 2


def faults(text: str) -> list[Fault]:
    parsed = parse_pack(text)
    assert isinstance(parsed, PackFaults), parsed
    return list(parsed.faults)


def pack(text: str) -> Pack:
    parsed = parse_pack(text)
    assert isinstance(parsed, Pack), parsed
    return parsed


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_every_pack_that_ships_is_one(pack_id: str) -> None:
    assert pack(shipped(pack_id)).pack_id == pack_id


def test_a_draft_has_no_rule_in_force_on_any_day() -> None:
    draft = pack(shipped("CN-AMT-2025D"))
    assert draft.rules
    assert [draft.in_force(day_of_date(day)) for day in ("1990-01-01", "2099-01-01")] == [(), ()]


def test_a_rule_says_what_its_table_says() -> None:
    (rule,) = pack(HEAD + RULE).rules
    assert (rule.pack, rule.pack_version, rule.rule_id) == ("TEST-1", "1", "QI-04")
    assert rule.stages == {Stage.BID, Stage.MATCH}
    assert rule.severity is Severity.BLOCK
    assert rule.effective_from == day_of_date("2026-01-01")


@pytest.mark.parametrize(
    ("day", "versions"),
    [
        ("2025-12-31", []),
        ("2026-01-01", ["1"]),
        ("2026-06-30", ["1"]),
        ("2026-07-01", ["2"]),
    ],
)
def test_a_rule_is_asked_from_its_first_day_through_its_last(day: str, versions: list[str]) -> None:
    old = RULE + 'effective_to = "2026-06-30"\n'
    new = RULE.replace('version = "1"', 'version = "2"') + 'effective_from = "2026-07-01"\n'
    in_force = pack(HEAD + old + new).in_force(day_of_date(day))
    assert [rule.version for rule in in_force] == versions


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"QI-04"', '"QI-99"', "no such rule"),
        ("minimum_fen = 100", "minimum_fen = -1", ">= 0"),
        ("minimum_fen = 100", 'minimum_fen = "100"', "Expected `int`"),
        ("minimum_fen = 100", "minimum_fen = 100, minimum_yuan = 1", "minimum_yuan"),
        ("minimum_fen = 100", "", "minimum_fen"),
        ("minimum_fen = 100", f"minimum_fen = {10**30}", "minimum_fen"),
        ('"BLOCK"', '"STOP"', "severity"),
        ('"BLOCK"', '"HOLD"', "names the queue"),
        ('"BLOCK"', '"WARN"\nqueue = "COMPLIANCE"', "names the queue"),
        ('"BLOCK"', '"HOLD"\nqueue = "NOBODY"', "queue is none of"),
        ('["B", "M"]', '["B", "Q"]', "no stage: Q"),
        ('["B", "M"]', "[]", "stages"),
        ('source = "a test"\n', "", "source"),
        ('source = "a test"', 'source = ""', "source"),
        ('text_zh = "最低 {minimum_fen}"\n', "", "text_zh"),
        ("最低 {minimum_fen}", "最低 {minimum}", "no placeholder: {minimum}"),
        ("最低 {minimum_fen}", "最低 {minimum_fen.real}", "no placeholder"),
        ("最低 {minimum_fen}", "最低 {minimum_fen!r}", "no placeholder"),
        ("最低 {minimum_fen}", "最低 {minimum_fen", "text_zh"),
        ("最低 {minimum_fen}", "最低 {}", "no placeholder"),
        ('severity = "BLOCK"', 'severity = "BLOCK"\neffective_to = "2026-02-30"', "2026-02-30"),
        ('severity = "BLOCK"', 'severity = "BLOCK"\nweight = 3', "weight"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_with_its_line(old: str, new: str, said: str) -> None:
    assert old in RULE
    (fault,) = faults(HEAD + RULE.replace(old, new))
    assert fault.line == RULE_LINE
    assert said in fault.text


@pytest.mark.parametrize("severity", ['"WARN"', '"HOLD"\nqueue = "COMPLIANCE"'])
def test_a_rule_of_two_who_meet_leaves_nothing_to_a_person(severity: str) -> None:
    of_two = """
[[rules]]
id = "CN-SPLIT-02"
version = "1"
stages = ["M"]
severity = "BLOCK"
reason_code = "INSTITUTION_TO_NATURAL"
source = "a test"
text_zh = "不得"
text_en = "Not to natural persons."
"""
    assert pack(HEAD + of_two).rules
    (fault,) = faults(HEAD + of_two.replace('"BLOCK"', severity))
    assert (fault.line, "it can only BLOCK" in fault.text) == (RULE_LINE, True)


def test_dates_of_two_versions_do_not_overlap() -> None:
    old = RULE + 'effective_to = "2026-07-01"\n'
    new = RULE.replace('version = "1"', 'version = "2"') + 'effective_from = "2026-07-01"\n'
    (fault,) = faults(HEAD + old + new)
    assert fault.line == RULE_LINE + old.count("\n")
    assert "overlap" in fault.text


def test_a_version_of_a_rule_is_there_once() -> None:
    old = RULE + 'effective_to = "2026-06-30"\n'
    new = RULE + 'effective_from = "2026-07-01"\n'
    (fault,) = faults(HEAD + old + new)
    assert "version 1 is there twice" in fault.text


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = (
        HEAD.replace("2026-01-01", "2026-13-01")
        + RULE.replace("QI-04", "QI-99")
        + RULE.replace("BLOCK", "NEVER")
    )
    assert [fault.line for fault in faults(text)] == [1, RULE_LINE, RULE_LINE + RULE.count("\n")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("id = ", 1),
        (HEAD + "id = 1\n", HEAD.count("\n") + 1),
        (HEAD + "x = " + "1" * 5_000, HEAD.count("\n") + 1),
        ("x = " + "[" * (NESTING_MAX + 1), 1),
        ("x = " + "[" * 100_000, 1),
        (HEAD + 'colour = "blue"\n', 1),
        (HEAD.replace('"1"', '"one two"'), 1),
        (HEAD.replace("TEST-1", "test"), 1),
        (HEAD + "#" * PACK_BYTES_MAX, 1),
    ],
    ids=str,
)
def test_what_is_no_pack_at_all_is_refused(text: str, line: int) -> None:
    assert [fault.line for fault in faults(text)] == [line]


def test_a_pack_extends_what_is_there_and_never_itself() -> None:
    extends = 'extends = ["OTHER-1"]\n'
    text = HEAD.replace("effective_from", extends + "effective_from") + RULE
    other = pack(HEAD.replace("TEST-1", "OTHER-1"))
    back = pack(
        HEAD.replace("TEST-1", "OTHER-1").replace("effective", 'extends = ["TEST-1"]\neffective')
    )
    sandbox = {"SANDBOX": SANDBOX}
    line = HEAD.count("\n")
    assert faults_among(text, pack(text), sandbox | {"OTHER-1": other}) == ()
    assert faults_among(text, pack(text), sandbox) == (
        Fault(line, "extends OTHER-1, which is not there"),
    )
    assert faults_among(text, pack(text), sandbox | {"OTHER-1": back}) == (
        Fault(line, "extends itself by way of others"),
    )
    assert "extends itself" in faults(text.replace("OTHER-1", "TEST-1"))[0].text
    assert "twice" in faults(text.replace('"OTHER-1"', '"OTHER-1", "OTHER-1"'))[0].text
