"""The words of rules: stages, severities, verdicts, rules, packs, and what one finds."""

from enum import IntEnum
from typing import Final, TypeAlias

import msgspec

from registry.types import DayNumber

Value: TypeAlias = int | str | bool
"""Of a parameter or an input. Its name says what it counts: `_fen` money, `_units` the product's
smallest unit, `_price` a price, `_on` a day; any other is shown as it is."""


class Stage(IntEnum):
    """When in the life of a trade, or before it, a rule is asked. The numbers are stored: never
    reuse one."""

    PRODUCT = 1  # P: a product is admitted
    LIST = 2  # L: a sell order is taken
    BID = 3  # B: a buy order is taken
    MATCH = 4  # M: two orders meet
    SUBMIT = 5  # U: a transfer goes to the trust company
    CONFIRM = 6  # C: it is confirmed
    SETTLE = 7  # S: title and money move
    CONTINUOUS = 8  # X: at any time
    VIEW = 9  # V: somebody wants to be shown its quotes


STAGE_LETTERS: Final = dict(zip("PLBMUCSXV", Stage, strict=True))
"""How packs and documents name the stages."""


class Severity(IntEnum):
    """What it means to fail a rule. The numbers are stored: never reuse one."""

    WARN = 1  # the party acknowledges it
    HOLD = 2  # a named person decides
    BLOCK = 3  # refused


class Verdict(IntEnum):
    """What a rule says; the strictest wins. The numbers are stored: never reuse one."""

    NOT_APPLICABLE = 0  # it is not about such a deal
    PASS = 1  # nothing against it
    WARN = 2  # failed, and the party has to acknowledge it
    HOLD = 3  # failed, and a named person decides
    BLOCK = 4  # failed, and refused


VERDICT_OF: Final = {
    Severity.WARN: Verdict.WARN,
    Severity.HOLD: Verdict.HOLD,
    Severity.BLOCK: Verdict.BLOCK,
}
"""The verdict of a rule that is failed."""


class Queue(IntEnum):
    """Where what a rule leaves to a person waits. The numbers are stored: never reuse one."""

    COMPLIANCE = 1  # the venue's officers of compliance
    OPERATIONS = 2  # all officers of the venue


class CureKind(IntEnum):
    """What would cure it. The numbers are stored: never reuse one."""

    GET_CERTIFIED = 1  # be certified as a qualified investor
    TAKE_RISK_TEST = 2  # answer the risk questionnaire
    ASK_THE_VENUE = 3  # nothing that the party could do alone
    BUY_AT_LEAST = 4  # so many units
    SELL_AT_MOST = 5  # so many units
    SELL_EXACTLY = 6  # so many units: all that there are
    WAIT_UNTIL = 7  # a day
    USE_TICK = 8  # a price that is a multiple of it
    END_BY = 9  # the order ends on this day at the latest
    TAKE_WHOLE_HOLDING = 10  # all that a holder has: he makes room
    HAND_IN = 21  # a document of the transfer
    VERIFY_ACCOUNT = 22  # have a bank account proven to be one's own


class Cure(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """One thing that would cure a finding, if nothing else stands against it."""

    kind: CureKind
    value: int | None = None
    """Units, a price, a day or a kind of document, as the kind says."""


SANDBOX_ID: Final = "SANDBOX"
"""The pack that is part of the program."""
Inputs: TypeAlias = tuple[tuple[str, Value], ...]


class Finding(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """What one rule said of one deal. Texts are made at the edge, from the pack and the inputs."""

    rule_id: str
    version: str
    pack: str
    pack_version: str
    verdict: Verdict
    reason_code: str
    """Of the rule, whatever the verdict; RULE_INCIDENT: its check has failed."""
    inputs: Inputs
    """What it was judged by, parameters first. Of a confidential rule: nothing."""
    cures: tuple[Cure, ...]
    source: str
    is_own: bool
    """It was judged by parameters of the product's own."""


RULE_INCIDENT: Final = "RULE_INCIDENT"
"""The reason code of a rule whose check raised: nobody trades on a rule that cannot be asked."""


class RuleIncident(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """A check that raised."""

    rule_id: str
    raised: str | None
    """The name of what it raised; None: the rule is confidential."""


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """To which deals a rule applies; what is not said is no condition."""

    product_types: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of a pack, ready to be asked."""

    rule_id: str
    version: str
    pack: str
    pack_version: str
    stages: frozenset[Stage]
    severity: Severity
    when: When
    params: msgspec.Struct
    """Of the type that its check names."""
    reason_code: str
    source: str
    text_zh: str
    text_en: str
    effective_from: DayNumber | None
    """The first day on which it is law; None: that of its pack, which has none yet."""
    effective_to: DayNumber | None
    """The last day; None: it has none."""
    queue: Queue | None = None
    """Where a person decides; None: none does."""
    is_own: bool = False
    """It has parameters of the product's own."""

    def is_about(self, product_type: str) -> bool:
        """Whether it says anything of products of this type. Cost: O(types that it names)."""
        types = self.when.product_types
        return not types or product_type in types


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one jurisdiction or one kind of venue."""

    pack_id: str
    version: str
    title_zh: str
    title_en: str
    extends: tuple[str, ...]
    """Packs whose rules come with it."""
    effective_from: DayNumber | None
    """None: inactive; nothing of it is asked, whatever days its rules have."""
    rules: tuple[Rule, ...]

    def in_force(self, day: DayNumber) -> tuple[Rule, ...]:
        """The rules that are asked on this day. Cost: O(rules)."""
        if self.effective_from is None or day < self.effective_from:
            return ()
        return tuple(
            rule
            for rule in self.rules
            if (rule.effective_from is None or rule.effective_from <= day)
            and (rule.effective_to is None or day <= rule.effective_to)
        )


class Override(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A parameter that a product has of its own. The rule is asked with it and without it: the
    strictest verdict wins, so that no product is laxer than its packs."""

    rule_id: str
    parameter: str
    value: Value
