"""What rules said, as people read it: texts from the pack by which it was judged, numbers in the
forms of the wire."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Engine

from api.schemas.decimals import format_day, format_decimal, format_money, format_price
from api.schemas.rules import Cure, Finding, Named, Rule
from exchange.rules import types as rules
from exchange.rules.types import RULE_INCIDENT, STAGE_LETTERS, CureKind, Inputs, Verdict
from exchange.store.rules_queries import RuleKey, rules_named
from registry.terms import DocumentKind
from registry.types import DayNumber


class _Texts(NamedTuple):
    zh: str
    en: str


NOT_APPLICABLE: Final = _Texts("本规则不适用于该交易。", "This rule is not about such a deal.")
INCIDENT: Final = _Texts(
    "本规则暂时无法判定，场所已收到通知。",
    "The rule could not be asked just now. It is on record; please ask the venue.",
)
CURES: Final[Mapping[CureKind, _Texts]] = {
    CureKind.GET_CERTIFIED: _Texts("申请合格投资者认定", "Be certified as a qualified investor"),
    CureKind.TAKE_RISK_TEST: _Texts("完成风险承受能力测评", "Answer the risk questionnaire"),
    CureKind.ASK_THE_VENUE: _Texts("联系场所", "Ask the venue"),
    CureKind.BUY_AT_LEAST: _Texts("至少受让 {value}", "Buy at least {value}"),
    CureKind.SELL_AT_MOST: _Texts("至多转让 {value}", "Sell at most {value}"),
    CureKind.SELL_EXACTLY: _Texts("全部转让，即 {value}", "Sell the whole holding: {value}"),
    CureKind.WAIT_UNTIL: _Texts("等到 {value}", "Wait until {value}"),
    CureKind.USE_TICK: _Texts(
        "价格取 {value} 的整数倍", "Use a price that is a multiple of {value}"
    ),
    CureKind.END_BY: _Texts("有效期不晚于 {value}", "Let the order end by {value}"),
    CureKind.TAKE_WHOLE_HOLDING: _Texts("受让转让人的全部份额", "Ask for the whole holding"),
    CureKind.HAND_IN: _Texts("提交文件 {value}", "Hand in {value}"),
    CureKind.VERIFY_ACCOUNT: _Texts("核验本人银行账户", "Have a bank account of your own verified"),
}
"""What would cure a finding, in words."""
CURE_NAMES: Final[Mapping[CureKind, str]] = {
    CureKind.BUY_AT_LEAST: "bought_units",
    CureKind.SELL_AT_MOST: "sold_units",
    CureKind.SELL_EXACTLY: "sold_units",
    CureKind.WAIT_UNTIL: "waited_for_on",
    CureKind.USE_TICK: "tick_price",
    CureKind.END_BY: "ended_on",
    CureKind.HAND_IN: "document_kind",
}
"""What the value of a cure counts: as the name of an input says it."""


def findings_shown(
    reader: Engine, findings: Iterable[rules.Finding], *, scale: int
) -> list[Finding]:
    """What each rule said, in its words. Reads the packs by which it was judged: call it in a
    thread.

    Args:
        scale: decimals of the product's unit.
    """
    listed = list(findings)
    keys = [RuleKey(each.pack, each.pack_version, each.rule_id, each.version) for each in listed]
    with reader.connect() as connection:
        known = rules_named(connection, keys)
    return [
        finding_shown(each, known[key], scale=scale) for each, key in zip(listed, keys, strict=True)
    ]


def finding_shown(finding: rules.Finding, rule: rules.Rule, *, scale: int) -> Finding:
    """What a rule said, in its words.

    Args:
        rule: by which it was judged.
        scale: decimals of the product's unit.
    """
    texts = _texts(finding, rule, scale)
    return Finding(
        rule_id=finding.rule_id,
        version=finding.version,
        pack=finding.pack,
        pack_version=finding.pack_version,
        verdict=finding.verdict.name,
        reason_code=finding.reason_code,
        text_zh=texts.zh,
        text_en=texts.en,
        inputs=[
            Named(name=name, value=_written(name, value, scale)) for name, value in finding.inputs
        ],
        cures=[_cure(each, scale) for each in finding.cures],
        source=finding.source,
        is_own=finding.is_own,
    )


def rule_shown(rule: rules.Rule) -> Rule:
    """A rule of a pack."""
    params = msgspec.structs.asdict(rule.params)
    begins, ends = rule.effective_from, rule.effective_to
    return Rule(
        rule_id=rule.rule_id,
        version=rule.version,
        pack=rule.pack,
        pack_version=rule.pack_version,
        stages=[letter for letter, stage in STAGE_LETTERS.items() if stage in rule.stages],
        severity=rule.severity.name,
        reason_code=rule.reason_code,
        source=rule.source,
        text_zh=rule.text_zh,
        text_en=rule.text_en,
        params=[Named(name=name, value=_param(name, value)) for name, value in params.items()],
        effective_from=None if begins is None else format_day(begins),
        effective_to=None if ends is None else format_day(ends),
        is_own=rule.is_own,
    )


def _texts(finding: rules.Finding, rule: rules.Rule, scale: int) -> _Texts:
    if finding.reason_code == RULE_INCIDENT:
        return INCIDENT
    if finding.verdict is Verdict.NOT_APPLICABLE:
        return NOT_APPLICABLE
    values = _values(finding.inputs, scale)
    return _Texts(rule.text_zh.format_map(values), rule.text_en.format_map(values))


def _values(inputs: Inputs, scale: int) -> Mapping[str, str]:
    # A check may not have got so far as to look at everything that its texts name.
    values: defaultdict[str, str] = defaultdict(lambda: "–")
    values.update((name, _written(name, value, scale)) for name, value in inputs)
    return values


def _cure(cure: rules.Cure, scale: int) -> Cure:
    texts = CURES[cure.kind]
    value = None if cure.value is None else _written(CURE_NAMES[cure.kind], cure.value, scale)
    return Cure(
        kind=cure.kind.name,
        value=value,
        text_zh=texts.zh.format(value=value),
        text_en=texts.en.format(value=value),
    )


def _written(name: str, value: rules.Value, scale: int) -> str:
    """A value in the form that its name says."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if name.endswith("_fen"):
        return format_money(value)
    if name.endswith("_units"):
        return format_decimal(value, scale=scale)
    if name.endswith("_price"):
        return format_price(value)
    if name.endswith("_on"):
        return format_day(DayNumber(value))
    if name.endswith("_kind"):
        return DocumentKind(value).name
    return str(value)


def _param(name: str, value: object) -> str:
    """A parameter of a pack: of no product, so of no scale; several values one after the other."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_param('_fen', each)}" for key, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool | int | str):
        return _written(name, value, 0)
    return "–"
