"""What people do about a transfer: who signs, who thinks better of it, who stops it, who decides.
Pure.

Everybody's mind is made up once for a transfer, drawn from its number alone, so that a market that
is started again goes on in the same way. Times are in working days from when the transfer came to
its stage.

Stage               Who             Does
to be signed        buyer, seller   sign within a day; some do not, and it lapses
                    buyer           hands his risk statement in; some have to be asked for it
                    seller          hands in what is asked of him, where something is
                    natural buyer   some withdraw
to be paid          buyer           pays the rest of the price; a few do not
submitted           officer         reads the documents of an agreement
                    officer         confirms, rejects, or returns it to the buyer; where there is
                                    review one proposes it first to another
                    officer, seller, operator   seldom one of them stops its clocks
returned            buyer           hands in anew and resubmits; some do not, and it lapses
held, disputed      who stopped it  lets go; some sellers do not
rescindable         buyer           has everything back
offered             right-holder    lets it go, says nothing, or takes the buyer's place
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from api.cli.demo.chance import Chance
from api.cli.demo.officers import Decision
from api.cli.demo.ways import RIGHT_HOLDERS

SIGNING_DAYS: Final = (0.1, 0.8)
NEVER_SIGNS_SHARE: Final = 0.02
"""Of buyers, and of sellers."""
HANDING_IN_DAYS: Final = (0.05, 0.25)
NEVER_HANDS_IN_SHARE: Final = 0.1
"""Unasked."""
READING_DAYS: Final = 0.1
WITHDRAWS_SHARE: Final = 0.15
WITHDRAWING_DAYS: Final = (0.3, 1.0)
"""A cooling-off of a day has begun with the later signature, so it is not over yet."""
RETURNED_SHARE: Final = 0.25
"""Of what may be returned at all."""
RETURN_REASONS: Final = ("DOCUMENT_MISSING", "DOCUMENT_ILLEGIBLE", "SIGNATURE", "DATA_DIFFERS")
NEVER_RESUBMITS_SHARE: Final = 0.1
RESUBMITTING_DAYS: Final = (0.3, 2.0)
HELD_SHARE: Final = 0.05
HOLDING_DAYS: Final = (0.02, 0.2)
"""Before the fastest officer has decided."""
LETTING_GO_DAYS: Final = (0.5, 3.0)
NEVER_LETS_GO_SHARE: Final = 0.4
"""Of disputes: the buyer rescinds when the longest time for overlays is used up."""
RESCINDING_DAYS: Final = (0.1, 0.5)
FUNDING_DAYS: Final = (0.1, 0.9)
NEVER_FUNDS_SHARE: Final = 0.04
ANSWERING_DAYS: Final = (0.2, 1.5)
SILENT_SHARE: Final = 0.1
EXERCISED_SHARE: Final = 0.06
"""Of the answers of one right-holder."""
PROPOSING_AGAIN_DAYS: Final = 0.3
"""After a claim that has led to nothing."""


class Role(Enum):
    """Who does something about a transfer."""

    OFFICER = "officer"  # of the product's trust company
    BUYER = "buyer"  # pays
    SELLER = "seller"  # has had the units
    OPERATOR = "operator"  # of the venue
    RIGHT_HOLDER = "right-holder"  # who may take the buyer's place


class Act(Enum):
    """What is done, as it is told afterwards."""

    SIGN = "signed for"  # the agreement
    HAND_IN = "handed in a document for"  # which the checklist asks for
    READ = "read the documents of"  # before deciding
    WITHDRAW = "withdrew from"  # in the cooling-off
    FUND = "paid the rest for"  # beyond the deposit
    PROPOSE = "proposed a decision on"  # to another officer
    CONFIRM = "confirmed"  # title moves
    REJECT = "rejected"  # for a reason
    RETURN = "returned"  # to be completed
    RESUBMIT = "resubmitted"  # completed
    HOLD = "stopped"  # an overlay is set
    LIFT = "resumed"  # the overlay is lifted
    RESCIND = "rescinded"  # after the longest time for overlays
    WAIVE = "let go"  # to its buyer
    EXERCISE = "took the buyer's place in"  # by pre-emption


OVERLAYS: Final = {
    "HELD": Role.OFFICER,
    "DISPUTED": Role.SELLER,
    "AML_HOLD": Role.OPERATOR,
}
"""What stops the clocks of a transfer, and who sets it here."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a transfer stands, as its trust company is told. With a new stage everybody thinks
    anew about what to do."""

    state: str
    overlays: tuple[str, ...] = ()
    rescindable: bool = False
    is_proposed: bool = False
    """Whether an officer has proposed to another what to decide."""
    number: int = 1
    """Of the stages that were seen of this transfer: it may come back to an earlier one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something that somebody will do about a transfer, if it then still is at this stage."""

    transfer_id: str
    stage: Stage
    by: Role
    act: Act
    detail: str | None = None
    """The reason of a return or of a rejection, also one that is proposed; or the overlay."""
    party_id: str | None = None
    """Which of the right-holders."""

    @property
    def method(self) -> str:
        """Of the request."""
        return "DELETE" if self.act is Act.LIFT else "POST"

    @property
    def path(self) -> str:
        """Of the request."""
        return f"/v1/transfers/{self.transfer_id}/{PATHS[self.act](self.detail)}"

    @property
    def body(self) -> Mapping[str, object] | None:
        """Of the request."""
        match self.act:
            case Act.REJECT:
                return {"reason": self.detail}
            case Act.RETURN:
                return {"reason": self.detail, "returned_to": ["BUYER"]}
            case Act.HOLD:
                return {"overlay": self.detail}
            case Act.PROPOSE if self.detail is None:
                return {"decision": "CONFIRM"}
            case Act.PROPOSE:
                return {"decision": "REJECT", "reason": self.detail}
            case Act.WAIVE | Act.EXERCISE:
                return {"answer": self.act.name}
            case _:
                return None


PATHS: Final[dict[Act, Callable[[str | None], str]]] = {
    Act.SIGN: lambda _: "sign",
    Act.WITHDRAW: lambda _: "cancel",
    Act.FUND: lambda _: "fund",
    Act.PROPOSE: lambda _: "propose",
    Act.CONFIRM: lambda _: "confirm",
    Act.REJECT: lambda _: "reject",
    Act.RETURN: lambda _: "return",
    Act.RESUBMIT: lambda _: "resubmit",
    Act.HOLD: lambda _: "overlays",
    Act.LIFT: lambda overlay: f"overlays/{overlay}",
    Act.RESCIND: lambda _: "rescind",
    Act.WAIVE: lambda _: "preemption",
    Act.EXERCISE: lambda _: "preemption",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A stop of the clocks."""

    overlay: str
    after_days: float
    lifted_after_days: float | None
    """None: never, by whoever set it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RightUsed:
    """What a right-holder does when he is asked."""

    act: Act
    """EXERCISE or WAIVE."""
    after_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What everybody but the deciding officer has in mind with a transfer."""

    buyer_signs_days: float | None
    seller_signs_days: float | None
    hands_in_days: float | None
    withdraws_days: float | None
    """Of a buyer who may."""
    return_reason: str | None
    """Of an officer who may return it."""
    resubmits_days: float | None
    hold: Hold | None
    rescinds_days: float
    funds_days: float | None
    rights: tuple[RightUsed | None, ...]
    """One for each of the right-holders; None: he says nothing."""


def draw_course(chance: Chance) -> Course:
    """What people have in mind. The same draw whatever the product allows."""
    return Course(
        buyer_signs_days=_unless(chance, NEVER_SIGNS_SHARE, SIGNING_DAYS),
        seller_signs_days=_unless(chance, NEVER_SIGNS_SHARE, SIGNING_DAYS),
        withdraws_days=_unless(chance, 1 - WITHDRAWS_SHARE, WITHDRAWING_DAYS),
        return_reason=(chance.choice(RETURN_REASONS) if chance.random() < RETURNED_SHARE else None),
        resubmits_days=_unless(chance, NEVER_RESUBMITS_SHARE, RESUBMITTING_DAYS),
        hold=_draw_hold(chance) if chance.random() < HELD_SHARE else None,
        rescinds_days=chance.uniform(*RESCINDING_DAYS),
        hands_in_days=_unless(chance, NEVER_HANDS_IN_SHARE, HANDING_IN_DAYS),
        funds_days=_unless(chance, NEVER_FUNDS_SHARE, FUNDING_DAYS),
        rights=tuple(_draw_right(chance) for _ in range(RIGHT_HOLDERS)),
    )


def next_errands(
    course: Course,
    *,
    transfer_id: str,
    stage: Stage,
    may_withdraw: bool,
    seller_hands_in: bool = False,
    done: Collection[Act],
    asked: Sequence[str | None] = (),
) -> Iterator[tuple[float, Errand]]:
    """What people will do at this stage, but for the officer's decision, and after how many working
    days.

    Args:
        may_withdraw: the buyer, who can cool off.
        seller_hands_in: something is asked of him.
        done: what was done with this transfer already; nobody stops it twice.
        asked: the right-holders' parties, in their order; None: this one is not asked.
    """

    def errand(by: Role, act: Act, detail: str | None = None) -> Errand:
        return Errand(transfer_id=transfer_id, stage=stage, by=by, act=act, detail=detail)

    hold = course.hold
    if stage.rescindable:
        yield course.rescinds_days, errand(Role.BUYER, Act.RESCIND)
    if stage.overlays:
        if hold is not None and hold.lifted_after_days is not None:
            by = OVERLAYS[hold.overlay]
            yield hold.lifted_after_days, errand(by, Act.LIFT, hold.overlay)
    elif stage.state == "PREEMPTION_OPEN":
        for party_id, right in zip(asked, course.rights, strict=False):
            if party_id is not None and right is not None:
                answered = errand(Role.RIGHT_HOLDER, right.act)
                yield right.after_days, replace(answered, party_id=party_id)
    elif stage.state == "SUBMITTED" and hold is not None and Act.HOLD not in done:
        yield hold.after_days, errand(OVERLAYS[hold.overlay], Act.HOLD, hold.overlay)
    if stage.state == "AGREEMENT_PENDING" and seller_hands_in and not stage.overlays:
        yield HANDING_IN_DAYS[1], errand(Role.SELLER, Act.HAND_IN)
    for days, by, act in _steps(course, stage, may_withdraw=may_withdraw):
        if days is not None:
            yield days, errand(by, act)


def _steps(
    course: Course, stage: Stage, *, may_withdraw: bool
) -> tuple[tuple[float | None, Role, Act], ...]:
    """What buyer and seller have to do for the transfer to go on, or may do to end it."""
    if stage.overlays:
        return ()
    buyer, completes = Role.BUYER, course.resubmits_days is not None
    steps: dict[str, tuple[tuple[float | None, Role, Act], ...]] = {
        "AGREEMENT_PENDING": (
            (course.buyer_signs_days, buyer, Act.SIGN),
            (course.seller_signs_days, Role.SELLER, Act.SIGN),
            (course.hands_in_days, buyer, Act.HAND_IN),
            (course.withdraws_days if may_withdraw else None, buyer, Act.WITHDRAW),
        ),
        "FUNDS_PENDING": ((course.funds_days, buyer, Act.FUND),),
        "RETURNED": (
            (HANDING_IN_DAYS[1] if completes else None, buyer, Act.HAND_IN),
            (course.resubmits_days, buyer, Act.RESUBMIT),
        ),
    }
    return steps.get(stage.state, ())


def reading(*, transfer_id: str, stage: Stage) -> tuple[float, Errand]:
    """An officer's look at the documents, and after how many working days."""
    errand = Errand(transfer_id=transfer_id, stage=stage, by=Role.OFFICER, act=Act.READ)
    return READING_DAYS, errand


def answer(
    course: Course,
    decision: Decision,
    *,
    transfer_id: str,
    stage: Stage,
    may_return: bool,
    has_review: bool = False,
    done: Collection[Act],
) -> Errand:
    """What an officer does when it comes to deciding: what he wants completed goes back first, and
    where there is review one proposes what another one decides.

    Args:
        may_return: the product's terms let him.
        done: what was done with this transfer already; nobody returns it twice.
    """
    detail = decision.rejection_reason
    act = Act.CONFIRM if detail is None else Act.REJECT
    if may_return and course.return_reason is not None and Act.RETURN not in done:
        act, detail = Act.RETURN, course.return_reason
    elif has_review and not stage.is_proposed:
        act = Act.PROPOSE
    return Errand(transfer_id=transfer_id, stage=stage, by=Role.OFFICER, act=act, detail=detail)


def _unless(chance: Chance, share: float, days: tuple[float, float]) -> float | None:
    after_days = chance.uniform(*days)
    return None if chance.random() < share else after_days


def _draw_right(chance: Chance) -> RightUsed | None:
    after_days = chance.uniform(*ANSWERING_DAYS)
    act = Act.EXERCISE if chance.random() < EXERCISED_SHARE else Act.WAIVE
    return None if chance.random() < SILENT_SHARE else RightUsed(act=act, after_days=after_days)


def _draw_hold(chance: Chance) -> Hold:
    overlay = chance.choice(tuple(OVERLAYS))
    lifted_after_days = chance.uniform(*LETTING_GO_DAYS)
    for_ever = overlay == "DISPUTED" and chance.random() < NEVER_LETS_GO_SHARE
    return Hold(
        overlay=overlay,
        after_days=chance.uniform(*HOLDING_DAYS),
        lifted_after_days=None if for_ever else lifted_after_days,
    )
