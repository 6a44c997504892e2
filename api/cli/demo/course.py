"""What people do about a transfer: who signs, who thinks better of it, who stops it, who decides.
Pure.

Everybody's mind is made up once for a transfer, drawn from its number alone, so that a market that
is started again goes on in the same way. Times are in working days from when the transfer came to
its stage.

Stage               Who             Does
to be signed        buyer, seller   sign within a day; some do not, and it lapses
                    buyer           hands his risk statement in; some have to be asked for it
                    natural buyer   some withdraw
submitted           officer         reads the documents of an agreement
                    officer         confirms, rejects, or returns it to the buyer
                    officer, seller, operator   seldom one of them stops its clocks
returned            buyer           hands in anew and resubmits; some do not, and it lapses
held, disputed      who stopped it  lets go; some sellers do not
rescindable         buyer           has everything back
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from api.cli.demo.chance import Chance
from api.cli.demo.officers import Decision

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


class Role(Enum):
    """Who does something about a transfer."""

    OFFICER = "officer"  # of the product's trust company
    BUYER = "buyer"  # pays
    SELLER = "seller"  # has had the units
    OPERATOR = "operator"  # of the venue


class Act(Enum):
    """What is done, as it is told afterwards."""

    SIGN = "signed for"  # the agreement
    HAND_IN = "handed in a document for"  # which the checklist asks for
    READ = "read the documents of"  # before deciding
    WITHDRAW = "withdrew from"  # in the cooling-off
    CONFIRM = "confirmed"  # title moves
    REJECT = "rejected"  # for a reason
    RETURN = "returned"  # to be completed
    RESUBMIT = "resubmitted"  # completed
    HOLD = "stopped"  # an overlay is set
    LIFT = "resumed"  # the overlay is lifted
    RESCIND = "rescinded"  # after the longest time for overlays


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
    """The reason of a rejection or a return, or the overlay."""

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
            case _:
                return None


PATHS: Final[dict[Act, Callable[[str | None], str]]] = {
    Act.SIGN: lambda _: "sign",
    Act.WITHDRAW: lambda _: "cancel",
    Act.CONFIRM: lambda _: "confirm",
    Act.REJECT: lambda _: "reject",
    Act.RETURN: lambda _: "return",
    Act.RESUBMIT: lambda _: "resubmit",
    Act.HOLD: lambda _: "overlays",
    Act.LIFT: lambda overlay: f"overlays/{overlay}",
    Act.RESCIND: lambda _: "rescind",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A stop of the clocks."""

    overlay: str
    after_days: float
    lifted_after_days: float | None
    """None: never, by whoever set it."""


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
    )


def next_errands(
    course: Course,
    *,
    transfer_id: str,
    stage: Stage,
    may_withdraw: bool,
    done: Collection[Act],
) -> Iterator[tuple[float, Errand]]:
    """What people will do at this stage, but for the officer's decision, and after how many working
    days.

    Args:
        may_withdraw: the buyer, who can cool off.
        done: what was done with this transfer already; nobody stops it twice.
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
    elif stage.state == "AGREEMENT_PENDING":
        for days, by, act in (
            (course.buyer_signs_days, Role.BUYER, Act.SIGN),
            (course.seller_signs_days, Role.SELLER, Act.SIGN),
            (course.hands_in_days, Role.BUYER, Act.HAND_IN),
            (course.withdraws_days if may_withdraw else None, Role.BUYER, Act.WITHDRAW),
        ):
            if days is not None:
                yield days, errand(by, act)
    elif stage.state == "RETURNED":
        if course.resubmits_days is not None:
            yield HANDING_IN_DAYS[1], errand(Role.BUYER, Act.HAND_IN)
            yield course.resubmits_days, errand(Role.BUYER, Act.RESUBMIT)
    elif stage.state == "SUBMITTED" and hold is not None and Act.HOLD not in done:
        yield hold.after_days, errand(OVERLAYS[hold.overlay], Act.HOLD, hold.overlay)


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
    done: Collection[Act],
) -> Errand:
    """What the officer does when it comes to deciding: what he wants completed goes back first.

    Args:
        may_return: the product's terms let him.
        done: what was done with this transfer already; nobody returns it twice.
    """
    detail = decision.rejection_reason
    act = Act.CONFIRM if detail is None else Act.REJECT
    if may_return and course.return_reason is not None and Act.RETURN not in done:
        act, detail = Act.RETURN, course.return_reason
    return Errand(transfer_id=transfer_id, stage=stage, by=Role.OFFICER, act=act, detail=detail)


def _unless(chance: Chance, share: float, days: tuple[float, float]) -> float | None:
    after_days = chance.uniform(*days)
    return None if chance.random() < share else after_days


def _draw_hold(chance: Chance) -> Hold:
    overlay = chance.choice(tuple(OVERLAYS))
    lifted_after_days = chance.uniform(*LETTING_GO_DAYS)
    for_ever = overlay == "DISPUTED" and chance.random() < NEVER_LETS_GO_SHARE
    return Hold(
        overlay=overlay,
        after_days=chance.uniform(*HOLDING_DAYS),
        lifted_after_days=None if for_ever else lifted_after_days,
    )
