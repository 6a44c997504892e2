"""What a check is, and how one is registered under its rule's id."""

from collections.abc import Callable, Collection, Mapping
from enum import IntEnum, auto
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from exchange.rules.facts import Deal
from exchange.rules.types import Cure, Severity, Stage, Value


class Answer(msgspec.Struct, frozen=True, gc=False):  # made at a fifth of a tuple's cost
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


class Aspect(IntEnum):  # whose members are hashed as ints: at a tenth of the cost
    """What of a deal a check looks at: where it can be asked, and how often, follows from it. A
    check that names none looks at an offer, and is asked for every one."""

    PARTY = auto()
    """Who, the product and the day, and never the offer or the holding: its verdict holds until the
    day ends."""
    PAIR = auto()
    """What one sells, to another or to whoever comes: asked where both are known, and again when
    their transfer goes on; of a listing as long as it stands."""
    BOTH = auto()
    """A seller and a buyer: it says nothing of one party alone."""
    PRICE = auto()
    """The price of an offer, the product and the day, and nothing else: its verdict on that price
    holds until the day ends. Asked of an offer, and again at the price at which two would meet."""
    DISCLOSURE = auto()
    """How old what is disclosed of the product is, and nothing else: asked again where two would
    meet."""
    HOLDING = auto()
    """What a party has afterwards: asked of an offer, again of each two who would meet, and of the
    party again when its transfer goes on."""
    AFFILIATION = auto()
    """Whose the party is, and the price: asked of an offer, and of the party again when its
    transfer goes on."""
    ADMISSION = auto()
    """The product as it is admitted (`Deal.admission`)."""
    PAPERS = auto()
    """The papers of a transfer on its way (`Deal.transfer`)."""
    CHANGE = auto()
    """What is disclosed anew (`Deal.risk_before`): asked of all that is on its way."""
    VIEWER = auto()
    """Who wants to be shown quotes (`Deal.viewer`): the edge asks, not the engine."""


NOT_OF_OFFERS: Final = frozenset(
    {
        Aspect.PARTY,
        Aspect.BOTH,
        Aspect.ADMISSION,
        Aspect.PAPERS,
        Aspect.CHANGE,
        Aspect.VIEWER,
    }
)
"""Who looks at one of these is not asked for every offer."""
STAGES_OF: Final[Mapping[Aspect, frozenset[Stage]]] = {
    Aspect.ADMISSION: frozenset({Stage.PRODUCT}),
    Aspect.PAPERS: ON_THE_WAY,
    Aspect.CHANGE: frozenset({Stage.CONTINUOUS}),
    Aspect.VIEWER: frozenset({Stage.VIEW}),
}
"""Elsewhere there is not what a check looks at. What is not named is there at every stage of a
deal."""
OF_DEALS: Final = frozenset(Stage) - {Stage.VIEW}


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
    looks_at: frozenset[Aspect] = frozenset()
    """Nothing: at an offer."""
    confidential: bool = False
    """Nobody learns from a finding what it was judged by."""
    may_fail: MayFail = wherever_asked
    """Whether it can fail with these parameters at this stage, of one party alone: where it cannot,
    its answer is for those who read, and no order need be asked."""

    @property
    def is_of_offer(self) -> bool:
        """Whether it is asked for every offer."""
        return self.looks_at.isdisjoint(NOT_OF_OFFERS)

    @property
    def stages(self) -> frozenset[Stage]:
        """At which it can be asked."""
        own = [STAGES_OF[each] for each in self.looks_at if each in STAGES_OF]
        return own[0].intersection(*own) if own else OF_DEALS


CHECKS: Final[dict[str, Check]] = {}
"""By rule id; complete once exchange.rules.checks is imported."""


def check(
    rule_id: str,
    params: type[msgspec.Struct],
    *inputs: str,
    looks_at: Collection[Aspect] = (),
    confidential: bool = False,
    may_fail: MayFail = wherever_asked,
) -> Callable[[JudgeOf], JudgeOf]:
    """Register the function below as the check of this rule.

    Args:
        inputs: the names of what it looks at.
        looks_at, confidential, may_fail: as in Check.
    """
    assert rule_id not in CHECKS, rule_id

    def register(judge: JudgeOf) -> JudgeOf:
        aspects = frozenset(looks_at)
        CHECKS[rule_id] = Check(judge, params, inputs, aspects, confidential, may_fail)
        return judge

    return register
