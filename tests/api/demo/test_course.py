"""What people have in mind with a transfer: everything that a product allows happens to some, most
of it to few, and whoever stops a transfer is the one to let it go on."""

from collections import Counter

import pytest

from api.cli.demo.chance import chance
from api.cli.demo.course import (
    OVERLAYS,
    RESUBMITTING_DAYS,
    Act,
    Course,
    Hold,
    RightUsed,
    Role,
    Stage,
    answer,
    draw_course,
    next_errands,
    reading,
)
from api.cli.demo.officers import PACES, Decision

DRAWS = 4_000
CONFIRMS = Decision(after_s=1.0, rejection_reason=None)
REJECTS = Decision(after_s=1.0, rejection_reason="TITLE_DISPUTED")

TAKES = RightUsed(act=Act.EXERCISE, after_days=0.9)


def course(hold: Hold | None = None) -> Course:
    """One in which everything is done."""
    return Course(
        buyer_signs_days=0.2,
        seller_signs_days=0.4,
        hands_in_days=0.1,
        withdraws_days=0.6,
        return_reason="SIGNATURE",
        resubmits_days=0.8,
        hold=hold,
        rescinds_days=0.3,
        funds_days=0.7,
        rights=(RightUsed(act=Act.WAIVE, after_days=0.5), None, TAKES, TAKES),
    )


def errands(
    stage: Stage, hold: Hold | None = None, *, natural: bool = True, done: tuple[Act, ...] = ()
) -> list[tuple[float, Role, Act, str | None]]:
    """What is done at a stage, when, and by whom."""
    found = next_errands(
        course(hold), transfer_id="7", stage=stage, may_withdraw=natural, done=done
    )
    return [(days, each.by, each.act, each.detail) for days, each in found]


def test_buyer_and_seller_sign_the_buyer_hands_in_and_a_natural_one_withdraws() -> None:
    signed = [
        (0.2, Role.BUYER, Act.SIGN, None),
        (0.4, Role.SELLER, Act.SIGN, None),
        (0.1, Role.BUYER, Act.HAND_IN, None),
    ]
    stage = Stage("AGREEMENT_PENDING")
    assert errands(stage, natural=False) == signed
    assert errands(stage) == [*signed, (0.6, Role.BUYER, Act.WITHDRAW, None)]


def test_a_seller_hands_in_what_is_asked_of_him() -> None:
    def of_seller(stage: Stage) -> list[Act]:
        found = next_errands(
            course(),
            transfer_id="7",
            stage=stage,
            may_withdraw=False,
            seller_hands_in=True,
            done=(),
        )
        return [errand.act for _, errand in found if errand.by is Role.SELLER]

    assert of_seller(Stage("AGREEMENT_PENDING")) == [Act.HAND_IN, Act.SIGN]
    assert of_seller(Stage("AGREEMENT_PENDING", ("HELD",))) == []
    assert of_seller(Stage("SUBMITTED")) == []


def test_the_buyer_completes_and_resubmits_what_was_returned() -> None:
    (handed_in, resubmitted) = errands(Stage("RETURNED"))
    assert handed_in[1:] == (Role.BUYER, Act.HAND_IN, None)
    assert handed_in[0] < RESUBMITTING_DAYS[0]
    assert resubmitted == (0.8, Role.BUYER, Act.RESUBMIT, None)


def test_an_officer_reads_before_the_fastest_has_decided() -> None:
    days, errand = reading(transfer_id="7", stage=Stage("SUBMITTED"))
    assert (errand.by, errand.act) == (Role.OFFICER, Act.READ)
    assert days < PACES["fast"].usual_days[0]


@pytest.mark.parametrize(("overlay", "by"), OVERLAYS.items())
def test_who_stops_a_transfer_lets_it_go_on_and_does_so_once(overlay: str, by: Role) -> None:
    hold = Hold(overlay=overlay, after_days=0.1, lifted_after_days=2.0)
    told = "DISPUTED" if overlay == "DISPUTED" else "HELD"
    submitted, held = Stage("SUBMITTED"), Stage("SUBMITTED", (told,))
    assert errands(submitted, hold) == [(0.1, by, Act.HOLD, overlay)]
    assert errands(held, hold, done=(Act.HOLD,)) == [(2.0, by, Act.LIFT, overlay)]
    assert errands(submitted, hold, done=(Act.HOLD,)) == []


def test_a_buyer_pays_the_rest_of_the_price() -> None:
    assert errands(Stage("FUNDS_PENDING")) == [(0.7, Role.BUYER, Act.FUND, None)]
    assert errands(Stage("FUNDS_PENDING", ("HELD",))) == []


def test_right_holders_who_are_asked_and_have_something_to_say_answer() -> None:
    stage = Stage("PREEMPTION_OPEN")
    found = next_errands(
        course(),
        transfer_id="7",
        stage=stage,
        may_withdraw=True,
        done=(),
        asked=("21", "22", "23", None),
    )
    assert [(days, each.party_id, each.path, each.body) for days, each in found] == [
        (0.5, "21", "/v1/transfers/7/preemption", {"answer": "WAIVE"}),
        (0.9, "23", "/v1/transfers/7/preemption", {"answer": "EXERCISE"}),
    ]
    assert errands(stage) == []


def test_under_review_one_officer_proposes_what_another_decides() -> None:
    def answered(decision: Decision, stage: Stage) -> object:
        errand = answer(
            course(),
            decision,
            transfer_id="7",
            stage=stage,
            may_return=False,
            has_review=True,
            done=(),
        )
        return errand.path, errand.body

    propose, reject = "/v1/transfers/7/propose", "/v1/transfers/7/reject"
    reason = {"reason": "TITLE_DISPUTED"}
    for stage in (Stage("SUBMITTED"), Stage("UNDER_REVIEW")):
        assert answered(CONFIRMS, stage) == (propose, {"decision": "CONFIRM"})
        assert answered(REJECTS, stage) == (propose, {"decision": "REJECT"} | reason)
    proposed = Stage("UNDER_REVIEW", is_proposed=True)
    assert answered(CONFIRMS, proposed) == ("/v1/transfers/7/confirm", None)
    assert answered(REJECTS, proposed) == (reject, reason)


def test_a_buyer_who_may_rescind_does() -> None:
    hold = Hold(overlay="DISPUTED", after_days=0.1, lifted_after_days=None)
    assert errands(Stage("SUBMITTED", ("DISPUTED",)), hold) == []
    stage = Stage("SUBMITTED", ("DISPUTED",), rescindable=True)
    assert errands(stage, hold) == [(0.3, Role.BUYER, Act.RESCIND, None)]


def test_what_is_to_be_completed_is_returned_once_before_it_is_decided() -> None:
    def answered(decision: Decision, *, may_return: bool, done: tuple[Act, ...]) -> object:
        errand = answer(
            course(),
            decision,
            transfer_id="7",
            stage=Stage("SUBMITTED"),
            may_return=may_return,
            done=done,
        )
        return errand.method, errand.path, errand.body

    returned = {"reason": "SIGNATURE", "returned_to": ["BUYER"]}
    assert answered(CONFIRMS, may_return=True, done=()) == (
        "POST",
        "/v1/transfers/7/return",
        returned,
    )
    confirmed = ("POST", "/v1/transfers/7/confirm", None)
    assert answered(CONFIRMS, may_return=True, done=(Act.RETURN,)) == confirmed
    assert answered(CONFIRMS, may_return=False, done=()) == confirmed
    rejected = ("POST", "/v1/transfers/7/reject", {"reason": "TITLE_DISPUTED"})
    assert answered(REJECTS, may_return=False, done=()) == rejected


def test_everything_happens_to_some_and_most_of_it_to_few() -> None:
    found: Counter[str] = Counter()
    for number in range(DRAWS):
        drawn = draw_course(chance(1, f"course {number}"))
        assert drawn == draw_course(chance(1, f"course {number}"))
        found["unsigned"] += drawn.buyer_signs_days is None or drawn.seller_signs_days is None
        found["withdrawn"] += drawn.withdraws_days is not None
        found["returned"] += drawn.return_reason is not None
        found["given up"] += drawn.resubmits_days is None
        found["to be asked"] += drawn.hands_in_days is None
        found["unpaid"] += drawn.funds_days is None
        found["silent"] += None in drawn.rights
        found["pre-empted"] += any(
            right is not None and right.act is Act.EXERCISE for right in drawn.rights
        )
        if drawn.hold is not None:
            found[drawn.hold.overlay] += 1
            found["never let go"] += drawn.hold.lifted_after_days is None
    for what, share in {
        "unsigned": 0.04,
        "withdrawn": 0.15,
        "returned": 0.25,
        "given up": 0.1,
        "to be asked": 0.1,
        "unpaid": 0.04,
        "silent": 0.27,
        "pre-empted": 0.15,
        "HELD": 0.0167,
        "DISPUTED": 0.0167,
        "AML_HOLD": 0.0167,
        "never let go": 0.0067,
    }.items():
        assert 0.5 * share < found[what] / DRAWS < 1.5 * share, (what, found[what])
