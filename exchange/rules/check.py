"""What a check is, and how one is registered under its rule's id."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from exchange.rules.facts import Deal
from exchange.rules.types import Cure, Severity, Stage, Value


class Answer(NamedTuple):
    """What a check says of a deal."""

    passes: bool | None
    """None: the rule is not about such a deal."""
    inputs: Mapping[str, Value]
    """What it looked at."""
    cures: tuple[Cure, ...] = ()
    """Of a failure, where something would cure it."""
    gravity: Severity = Severity.BLOCK
    """Of a failure: how much of its severity the rule has, for this deal."""


ON_THE_WAY: Final = frozenset({Stage.SUBMIT, Stage.CONFIRM, Stage.SETTLE})
"""The stages of a transfer."""
NOT_APPLICABLE: Final = Answer(None, {})
MayFail = Callable[[Any, Stage], bool]


def wherever_asked(_params: msgspec.Struct, _stage: Stage) -> bool:
    """Of a check that can fail at each of its stages, whatever its parameters."""
    return True


class NoParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of a rule that has no parameters."""


Judge = Callable[[Deal, Any], Answer]
JudgeOf = TypeVar("JudgeOf", bound=Judge)


class Check(NamedTuple):
    """A registered check."""

    judge: Judge
    params: type[msgspec.Struct]
    inputs: tuple[str, ...]
    """Every name that an answer's inputs may have: a pack's texts may name these."""
    of_party: bool
    """It looks at who, at the product and at the day, and never at the offer or the holding: its
    verdict holds until the day ends."""
    of_pair: bool
    """It looks at what one sells, to another or to whoever comes: asked where both are known, and
    again when their transfer goes on; of a listing as long as it stands."""
    confidential: bool
    """Nobody learns from a finding what it was judged by."""
    of_product: bool = False
    """It looks at the product as it is admitted (`Deal.admission`)."""
    of_transfer: bool = False
    """It looks at the papers of a transfer on its way (`Deal.transfer`)."""
    of_two: bool = False
    """It says nothing of one party alone."""
    of_price: bool = False
    """It looks at the price of an offer, at the product and at the day, and at nothing else: its
    verdict on that price holds until the day ends."""
    of_holding: bool = False
    """It looks at what a party has afterwards: asked of an offer, again of each two who would meet,
    and of the party again when its transfer goes on."""
    of_change: bool = False
    """It looks at what is disclosed anew (`Deal.risk_before`): asked of all that is on its way."""
    may_fail: MayFail = wherever_asked
    """Whether it can fail with these parameters at this stage, of one party alone: where it cannot,
    its answer is for those who read, and no order need be asked."""

    @property
    def of_offer(self) -> bool:
        """Whether it looks at what one party offers."""
        never = self.of_party or self.of_product or self.of_transfer or self.of_two
        return not (never or self.of_change)

    @property
    def stages(self) -> frozenset[Stage]:
        """At which it can be asked: elsewhere there is not what it looks at."""
        if self.of_product:
            return frozenset({Stage.PRODUCT})
        if self.of_change:
            return frozenset({Stage.CONTINUOUS})
        return ON_THE_WAY if self.of_transfer else frozenset(Stage)


CHECKS: Final[dict[str, Check]] = {}
"""By rule id; complete once exchange.rules.checks is imported."""


def check(
    rule_id: str,
    params: type[msgspec.Struct],
    *inputs: str,
    of_party: bool = False,
    of_pair: bool = False,
    confidential: bool = False,
    of_product: bool = False,
    of_transfer: bool = False,
    of_two: bool = False,
    of_price: bool = False,
    of_holding: bool = False,
    of_change: bool = False,
    may_fail: MayFail = wherever_asked,
) -> Callable[[JudgeOf], JudgeOf]:
    """Register the function below as the check of this rule.

    Args:
        inputs: the names of what it looks at.
        of_party, of_pair, confidential, of_product, of_transfer, of_two, of_price, of_holding,
            of_change, may_fail: as in Check.
    """
    assert rule_id not in CHECKS, rule_id

    def register(judge: JudgeOf) -> JudgeOf:
        CHECKS[rule_id] = Check(
            judge,
            params,
            inputs,
            of_party,
            of_pair,
            confidential,
            of_product,
            of_transfer,
            of_two,
            of_price,
            of_holding,
            of_change,
            may_fail,
        )
        return judge

    return register
