"""A pack's file, TOML, as a pack; or everything that is wrong with it, with its lines.

A file with any fault is refused whole. What it may say is in the structs below; what the parameters
of a rule may be, in the struct that its check names. Parsed twice, it is the same pack.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import combinations, permutations
from string import Formatter
from typing import Annotated, Any, Final, NamedTuple

import msgspec

from exchange.rules.check import Aspect
from exchange.rules.checks import CHECKS
from exchange.rules.types import SANDBOX_ID, STAGE_LETTERS, Pack, Queue, Rule, Severity, When
from registry.calendar import day_of_date
from registry.types import DayNumber

PACK_BYTES_MAX: Final = 49_152
"""Ten times the longest pack that ships; with what JSON adds it fits a request."""
RULES_MAX: Final = 100
NESTING_MAX: Final = 16
"""The reader of TOML calls itself for each: what is nested deeper would end at the stack's end."""
EXTENDS_MAX: Final = 8
PACKS_PARSED_MAX: Final = 64
"""As many as a venue has in use at once, and more."""

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
PackId = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9-]{1,31}$")]
RuleId = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]+(-[A-Z]+)*-[0-9]{2}$")]
Version = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z.]{1,16}$")]
Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9_]{2,63}$")]
Date = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class _RuleTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    id: RuleId
    version: Version
    stages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    severity: str
    queue: str | None = None
    reason_code: Code
    source: Text
    text_zh: Text
    text_en: Text
    when: When = When()
    params: dict[str, Any] = {}
    effective_from: Date | None = None
    """None: the pack's."""
    effective_to: Date | None = None


class _PackTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    id: PackId
    version: Version
    title_zh: Text
    title_en: Text
    extends: Annotated[tuple[PackId, ...], msgspec.Meta(max_length=EXTENDS_MAX)] = ()
    effective_from: Date | None = None
    """None: inactive. Nothing of it is asked, whatever dates its rules have."""
    rules: Annotated[tuple[_RuleTable, ...], msgspec.Meta(max_length=RULES_MAX)] = ()


class Fault(NamedTuple):
    """What is wrong with a pack's file, and where."""

    line: int
    """From 1; of a rule, the line that begins its table."""
    text: str


class PackFaults(NamedTuple):
    """Why a file is no pack, in the order of its lines."""

    faults: tuple[Fault, ...]


RULE_HEADING: Final = re.compile(r"^[ \t]*\[\[[ \t]*rules[ \t]*\]\]", re.MULTILINE)
AT_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")
EXTENDS: Final = re.compile(r"^[ \t]*extends[ \t]*=", re.MULTILINE)
OF_RULE: Final = re.compile(r"\$\.rules\[(\d+)\]")


@lru_cache(maxsize=PACKS_PARSED_MAX)
def parse_pack(text: str) -> Pack | PackFaults:
    """The pack of this file, or its faults: never both. Cost: some ms, then O(1)."""
    if len(text.encode()) > PACK_BYTES_MAX:
        return PackFaults((Fault(1, f"the file has more than {PACK_BYTES_MAX} bytes"),))
    if _nesting(text) > NESTING_MAX:
        return PackFaults((Fault(1, f"it is nested more than {NESTING_MAX} deep"),))
    try:
        document = tomllib.loads(text)
    except ValueError as error:  # a number of thousands of digits is no TOMLDecodeError
        at_line = AT_LINE.search(str(error))
        # What ends too early is said to be wrong at the end of the document.
        line = int(at_line[1]) if at_line else text.count("\n") + 1
        return PackFaults((Fault(line, f"no TOML: {error}"),))
    lines = [text.count("\n", 0, found.start()) + 1 for found in RULE_HEADING.finditer(text)]
    try:
        table = msgspec.convert(document, _PackTable)
    except msgspec.ValidationError as error:
        of_rule = OF_RULE.search(str(error))
        line = _line_of(lines, int(of_rule[1])) if of_rule else 1
        return PackFaults((Fault(line, str(error)),))
    rules: list[tuple[Rule, int]] = []
    faults = [Fault(1, fault) for fault in _faults_of_pack(table)]
    for index, rule in enumerate(table.rules):
        made, line = _rule(table, rule), _line_of(lines, index)
        if isinstance(made, Rule):
            rules.append((made, line))
        else:
            faults += [Fault(line, f"{rule.id}: {fault}") for fault in made]
    faults += _conflicts(rules)
    if faults:
        return PackFaults(tuple(sorted(faults)))
    return Pack(
        pack_id=table.id,
        version=table.version,
        title_zh=table.title_zh,
        title_en=table.title_en,
        extends=table.extends,
        effective_from=_day(table.effective_from),
        rules=tuple(rule for rule, _ in rules),
    )


def params_of(rule_id: str, given: Mapping[str, Any]) -> msgspec.Struct | str:
    """The parameters of a rule, or what is wrong with them."""
    try:
        made: msgspec.Struct = msgspec.convert(dict(given), CHECKS[rule_id].params)
    except msgspec.ValidationError as error:
        return str(error)
    return made


def faults_among(text: str, pack: Pack, others: Mapping[str, Pack]) -> tuple[Fault, ...]:
    """What is wrong with a pack among the others of a venue: it is the program's own, or extends
    one that is not there, or itself by way of others. Cost: O(packs).

    Args:
        text: the file of the pack.
        others: by id; one of the pack's own id is the one that it follows.
    """
    heading = EXTENDS.search(text)
    line = 1 if heading is None else text.count("\n", 0, heading.start()) + 1
    faults: list[Fault] = []
    if pack.pack_id == SANDBOX_ID:
        faults.append(Fault(1, f"{SANDBOX_ID} is part of the program"))
    to_visit, seen = list(pack.extends), set[str]()
    while to_visit:
        extended = to_visit.pop()
        if extended == pack.pack_id:
            faults.append(Fault(line, "extends itself by way of others"))
        elif extended not in others:
            faults.append(Fault(line, f"extends {extended}, which is not there"))
        elif extended not in seen:
            seen.add(extended)
            to_visit += others[extended].extends
    return tuple(faults)


def _line_of(lines: list[int], index: int) -> int:
    # Tables may also be written inline: then the file's first line has to do.
    return lines[index] if index < len(lines) else 1


def _faults_of_pack(table: _PackTable) -> Iterator[str]:
    if table.effective_from is not None and not _is_date(table.effective_from):
        yield f"effective_from: there is no {table.effective_from}"
    if len(set(table.extends)) < len(table.extends):
        yield "extends names a pack twice"
    if table.id in table.extends:
        yield "extends itself"


def _rule(table: _PackTable, rule: _RuleTable) -> Rule | list[str]:
    """The rule, or its faults."""
    check = CHECKS.get(rule.id)
    if check is None:
        return ["no such rule: it has no check"]
    params = params_of(rule.id, rule.params)
    faults = [params] if isinstance(params, str) else []
    stages = [STAGE_LETTERS.get(each) for each in rule.stages]
    faults += [
        f"no stage: {each}" if stage is None else f"cannot be asked at stage {each}"
        for each, stage in zip(rule.stages, stages, strict=True)
        if stage not in check.stages
    ]
    faults += _faults_of_severity(rule)
    dates = {"effective_from": rule.effective_from, "effective_to": rule.effective_to}
    faults += [
        f"{name}: there is no {date}"
        for name, date in dates.items()
        if date is not None and not _is_date(date)
    ]
    known = {*check.inputs, *check.params.__struct_fields__}
    for name, text in {"text_zh": rule.text_zh, "text_en": rule.text_en}.items():
        faults += [f"{name}: {fault}" for fault in _faults_of_text(text, known)]
    if faults or isinstance(params, str):
        return faults
    return Rule(
        rule_id=rule.id,
        version=rule.version,
        pack=table.id,
        pack_version=table.version,
        stages=frozenset(STAGE_LETTERS[each] for each in rule.stages),
        severity=Severity[rule.severity],
        queue=None if rule.queue is None else Queue[rule.queue],
        when=rule.when,
        params=params,
        reason_code=rule.reason_code,
        source=rule.source,
        text_zh=rule.text_zh,
        text_en=rule.text_en,
        effective_from=_day(rule.effective_from or table.effective_from),
        effective_to=_day(rule.effective_to),
    )


def _faults_of_severity(rule: _RuleTable) -> Iterator[str]:
    names, queues = Severity.__members__, Queue.__members__
    if rule.severity not in names:
        yield f"severity is none of {', '.join(names)}: {rule.severity}"
    elif (rule.severity == Severity.HOLD.name) is not (rule.queue is not None):
        yield "a HOLD names the queue in which a person decides, and nothing else does"
    elif rule.severity != Severity.BLOCK.name and Aspect.PAIR in CHECKS[rule.id].looks_at:
        yield "two who meet are kept apart or not: it can only BLOCK"
    elif rule.severity != Severity.BLOCK.name and Aspect.VIEWER in CHECKS[rule.id].looks_at:
        yield "quotes are shown or not: it can only BLOCK"
    if rule.queue is not None and rule.queue not in queues:
        yield f"queue is none of {', '.join(queues)}: {rule.queue}"


def _faults_of_text(text: str, known: set[str]) -> Iterator[str]:
    try:
        fields = [(name, form, conversion) for _, name, form, conversion in Formatter().parse(text)]
    except ValueError as error:
        yield str(error)
        return
    for name, form, conversion in fields:
        if name is None:
            continue
        if name not in known or form or conversion:
            yield f"no placeholder: {{{name}}}"


def _conflicts(rules: list[tuple[Rule, int]]) -> Iterator[Fault]:
    for (rule, _), (other, line) in combinations(rules, 2):
        if rule.rule_id != other.rule_id:
            continue
        if rule.version == other.version:
            yield Fault(line, f"{rule.rule_id}: version {rule.version} is there twice")
        if _overlap(rule, other):
            yield Fault(line, f"{rule.rule_id}: its dates overlap with those of another version")


def _overlap(*versions: Rule) -> bool:
    """Whether one of them begins before another ends; without a first day it has always begun."""
    return all(
        begins is None or ends is None or begins <= ends
        for begins, ends in (
            (rule.effective_from, other.effective_to) for rule, other in permutations(versions, 2)
        )
    )


def _nesting(text: str) -> int:
    """How deep brackets are nested, those of texts and comments counted too. Cost: O(text)."""
    deepest = depth = 0
    for letter in text:
        if letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}" and depth > 0:
            depth -= 1
    return deepest


def _is_date(text: str) -> bool:
    year, month, day = map(int, text.split("-"))
    if not (1 <= month <= 12 and day >= 1):
        return False
    following = f"{year + month // 12:04}-{month % 12 + 1:02}-01"
    return day_of_date(text) < day_of_date(following)


def _day(text: str | None) -> DayNumber | None:
    return None if text is None else day_of_date(text)
