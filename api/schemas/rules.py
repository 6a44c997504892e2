"""Rules on the wire: packs, a product's rules, and what each said of an order."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body, name_of
from api.schemas.decimals import Day, Moment
from exchange.rules.types import CureKind, Severity, Verdict

PACK_ID_PATTERN = r"^[A-Z][A-Z0-9-]{1,31}$"
NAME_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"
PACK_LETTERS_MAX = 49_152

VALUE_MAX = 10**18

ValueText = Annotated[str, Field(max_length=64)]
PackId = Annotated[str, Field(pattern=PACK_ID_PATTERN, max_length=32, examples=["CN-2007"])]
DayText = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        max_length=10,
        json_schema_extra={"format": "date"},
        examples=["2026-11-22"],
    ),
]


class Named(Answer):
    """A parameter or an input, in the form that its name says: money in yuan, units, a price or a
    day."""

    name: str
    value: str


class Cure(Answer):
    """What would cure it, if nothing else stands against it."""

    kind: Annotated[str, name_of(CureKind)]
    value: str | None
    text_zh: str
    text_en: str


class Finding(Answer):
    """What one rule said."""

    rule_id: str
    version: str
    pack: str
    pack_version: str
    verdict: Annotated[str, name_of(Verdict)]
    reason_code: Annotated[str, Field(description="Of the rule, whatever the verdict. Stable.")]
    text_zh: str
    text_en: str
    inputs: Annotated[list[Named], Field(description="What it was judged by.")]
    cures: list[Cure]
    source: str
    is_own: Annotated[bool, Field(description="By parameters of the product's own.")]


class Rule(Answer):
    """A rule of a pack. The texts name inputs and parameters in braces."""

    rule_id: str
    version: str
    pack: str
    pack_version: str
    stages: Annotated[
        list[str],
        Field(
            description="P admission, L listing, B bid, M match, U submission, C confirmation, "
            "S settlement, X at any time."
        ),
    ]
    severity: Annotated[str, name_of(Severity)]
    reason_code: str
    source: str
    text_zh: str
    text_en: str
    params: list[Named]
    effective_from: Annotated[Day | None, Field(description="null: the pack's.")]
    effective_to: Day | None
    is_own: Annotated[bool, Field(description="With parameters of the product's own.")]


class RulePackSummary(Answer):
    """A pack of rules, as it was loaded."""

    pack_id: str
    version: str
    title_zh: str
    title_en: str
    extends: list[str]
    effective_from: Annotated[Day | None, Field(description="null: inactive, nothing is asked.")]
    applies_from: Annotated[Day | None, Field(description="Here; null: it is part of the program.")]
    loaded_at: Moment | None


class RulePack(RulePackSummary):
    """A pack with its rules and its file."""

    rules: list[Rule]
    content: Annotated[str, Field(description="The file, TOML.")]


class LoadRulePackBody(Body):
    """A pack to be loaded."""

    content: Annotated[str, Field(max_length=PACK_LETTERS_MAX, description="The whole file, TOML.")]
    applies_from: Annotated[
        DayText | None,
        Field(
            description="The day from which it takes the place of the pack of its id; null: that "
            "on which it is loaded, or approved."
        ),
    ] = None


class OverrideBody(Body):
    """A parameter that a product has of its own. The rule is asked with it and without it."""

    rule_id: Annotated[str, Field(pattern=NAME_PATTERN, max_length=64, examples=["PRD-03"])]
    parameter: Annotated[str, Field(pattern=NAME_PATTERN, max_length=64, examples=["lockup_days"])]
    value: Annotated[
        bool | Annotated[int, Field(ge=-VALUE_MAX, le=VALUE_MAX)] | ValueText,
        Field(description="As in the pack's file.", examples=[90]),
    ]


class ProductRulesBody(Body):
    """The rules of a product."""

    packs: Annotated[
        list[PackId],
        Field(max_length=4, description="None: those of SANDBOX, which hold everywhere."),
    ]
    overrides: Annotated[list[OverrideBody], Field(max_length=50, default_factory=list)]


class OwnParameter(Answer):
    """A parameter that a product has of its own."""

    rule_id: str
    parameter: str
    value: bool | int | str


class ProductRules(Answer):
    """The rules of a product, as they are in force today."""

    symbol: str
    packs: list[str]
    overrides: list[OwnParameter]
    version: Annotated[int, Field(description="How often they were set; 0: never.")]
    rules: list[Rule]
    suspended_for: Annotated[
        list[Finding],
        Field(
            description="What each rule of admission said when it suspended the product, while the "
            "product is suspended for it; else nothing."
        ),
    ]
