"""Every state and every command: each pair is driven through the engine, and does what the table of
registry/transfer.py, and with it docs/states.md, says; with an overlay, too.

A new command joins with a line of CASES, a state that becomes reachable with one of RECIPES: the
tests at the end of this file ask for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import pytest
from msgspec import structs

from exchange.command import Command
from exchange.commands import AnyCommand, ConfirmTransfer, RejectTransfer
from exchange.evidence_commands import AttachEvidence
from exchange.evidence_types import EvidenceSubject
from exchange.refusals import Refusal
from exchange.register_commands import SuspendProduct
from exchange.review_commands import (
    ClaimTransfer,
    ProposeDecision,
    ReassignTransfer,
    ReleaseClaim,
)
from exchange.transfer_commands import (
    AcknowledgeRegistration,
    AnswerPreemption,
    CancelTrade,
    CancelTransfer,
    DeclareSellerDefault,
    FundTransfer,
    LiftOverlay,
    RedeemTransfer,
    RescindTransfer,
    ResubmitTransfer,
    ReturnTransfer,
    ReverseTransfer,
    SetOverlay,
    SignAgreement,
)
from exchange.transfer_desk import COMMAND_EVENTS
from exchange.types import OPERATOR_ID, RejectionReason
from registry.transfer import (
    OPEN_STATES,
    TABLE,
    Forward,
    MoneyEffect,
    Overlay,
    Row,
    Step,
    TransferEvent,
    TransferState,
    UnitsEffect,
    Who,
    find_row,
    forward,
)
from tests.exchange.papers import paper
from tests.exchange.reviewing import Reviewing
from tests.exchange.steps import DAY_NS, RIGHT_HOLDERS
from tests.exchange.venue import kinds

E, S = TransferEvent, TransferState
BY_ITSELF: Final = frozenset(
    {
        E.BEGIN,
        E.OVERDUE_DOCUMENTS,
        E.AGREED,
        E.SETTLE,
        E.LAPSE,
        E.DEFAULT,
        E.WAIVE,
        E.SUCCEED,
        E.NOTICE,
        E.OVERDUE,
        E.MATURE,
        E.ALARM,
    }
)
"""What no command causes: it follows at once, or in time."""


def submitted() -> Reviewing:
    return Reviewing(review=False, cut_off_minute=0, registration=True)


def agreeing() -> Reviewing:
    return Reviewing(review=False, agreement=True, cooling_off_hours=24, cut_off_minute=0)


def funding() -> Reviewing:
    return Reviewing(review=False, deposit_bps=1_000, cut_off_minute=0)


def not_funded() -> Reviewing:
    steps = funding()
    steps.venue.waits(4 * DAY_NS)
    return steps


def returned() -> Reviewing:
    return after(submitted(), lambda steps: steps.send_back())


def claimed() -> Reviewing:
    return after(Reviewing(cut_off_minute=0), lambda steps: steps.claim(steps.ruan))


def confirmed() -> Reviewing:
    return after(submitted(), lambda steps: steps.confirm(None))


def offered() -> Reviewing:
    steps = Reviewing(
        review=False, cut_off_minute=0, preemption_days=30, right_holders=RIGHT_HOLDERS
    )
    return after(steps, lambda steps: steps.confirm(None))


def settled() -> Reviewing:
    steps = confirmed()
    steps.venue.waits(DAY_NS)
    return steps


def lapsed() -> Reviewing:
    steps = submitted()
    steps.venue.waits(12 * DAY_NS)
    return steps


def after(steps: Reviewing, command: Callable[[Reviewing], AnyCommand]) -> Reviewing:
    steps.venue.does(command(steps))
    return steps


RECIPES: Final[dict[TransferState, Callable[[], Reviewing]]] = {
    S.AGREEMENT_PENDING: agreeing,
    S.FUNDS_PENDING: funding,
    S.SUBMITTED: submitted,
    S.RETURNED: returned,
    S.UNDER_REVIEW: claimed,
    S.CONFIRMED: confirmed,
    S.PREEMPTION_OPEN: offered,
    S.PREEMPTED: lambda: after(offered(), Reviewing.exercise),
    S.SETTLED: settled,
    S.REGISTERED: lambda: after(settled(), Reviewing.register),
    S.REVERSED: lambda: after(settled(), Reviewing.reverse),
    S.CANCELLED: lambda: after(submitted(), Reviewing.cancel_trade),
    S.REJECTED: lambda: after(submitted(), lambda steps: steps.reject(None)),
    S.LAPSED: lapsed,
    S.BUYER_DEFAULT: not_funded,
    S.SELLER_DEFAULT: lambda: after(submitted(), Reviewing.default),
}
"""How a transfer comes to each state."""


def nothing(_steps: Reviewing) -> None:
    pass


def buyer_consents(steps: Reviewing) -> None:
    steps.venue.does(steps.cancel(steps.venue.seller))


def is_held(steps: Reviewing) -> None:
    steps.venue.does(steps.hold())


def is_overdue(steps: Reviewing) -> None:
    is_held(steps)
    steps.venue.waits(6 * DAY_NS)


def plan_ends(steps: Reviewing) -> None:
    """Early, and the trust company has what it pays out."""
    venue = steps.venue
    venue.does(SuspendProduct(actor=OPERATOR_ID, key=venue.key(), product_id=venue.product_id))
    venue.deposits(venue.trust_company, 100_00)


class Case(NamedTuple):
    """A command, the event that it means here, and what has to have happened before."""

    command: type[Command]
    event: TransferEvent
    give: Callable[[Reviewing], AnyCommand]
    before: Callable[[Reviewing], None] = nothing
    before_holds: bool = False
    """Whether what has to have happened leaves an overlay."""

    def __str__(self) -> str:
        return f"{self.command.__name__}-{self.event.name}"


def to_confirm(steps: Reviewing) -> None:
    is_proposed(steps, None)


def to_reject(steps: Reviewing) -> None:
    is_proposed(steps, RejectionReason.OTHER)


def is_proposed(steps: Reviewing, reason: RejectionReason | None) -> None:
    """Where it is under review, who has claimed it has proposed this."""
    if state_now(steps) is S.UNDER_REVIEW:
        steps.venue.does(steps.propose(steps.ruan, reason))


def sent_back(steps: Reviewing) -> ReturnTransfer:
    return structs.replace(steps.send_back(), officer_id=steps.ruan)


def notice_to(steps: Reviewing) -> AttachEvidence:
    venue = steps.venue
    return paper(venue, EvidenceSubject.TRANSFER, steps.transfer_id, venue.trust_company)


CASES: Final = (
    Case(ClaimTransfer, E.CLAIM, lambda steps: steps.claim(steps.ruan)),
    Case(ReleaseClaim, E.RELEASE, lambda steps: steps.release(steps.ruan)),
    Case(ReassignTransfer, E.CLAIM, lambda steps: steps.reassign(steps.qian)),
    Case(ProposeDecision, E.MAKE, lambda steps: steps.propose(steps.ruan)),
    Case(ConfirmTransfer, E.CONFIRM, lambda steps: steps.confirm(steps.shen), to_confirm),
    Case(RejectTransfer, E.REJECT, lambda steps: steps.reject(steps.shen), to_reject),
    Case(SignAgreement, E.SIGN, lambda steps: steps.sign(steps.venue.seller)),
    Case(FundTransfer, E.FUND, Reviewing.fund),
    Case(CancelTransfer, E.CONSENT, lambda steps: steps.cancel(steps.venue.seller)),
    Case(CancelTransfer, E.WITHDRAW, lambda steps: steps.cancel(steps.venue.buyer)),
    Case(CancelTransfer, E.CANCEL, lambda steps: steps.cancel(steps.venue.buyer), buyer_consents),
    Case(AnswerPreemption, E.DECLINE, Reviewing.answer),
    Case(AnswerPreemption, E.EXERCISE, Reviewing.exercise),
    Case(ReturnTransfer, E.RETURN, sent_back),
    Case(ResubmitTransfer, E.RESUBMIT, Reviewing.resubmit),
    Case(SetOverlay, E.SET_OVERLAY, lambda steps: steps.hold(Overlay.HALTED)),
    Case(LiftOverlay, E.LIFT_OVERLAY, Reviewing.let_go, is_held, before_holds=True),
    Case(RescindTransfer, E.RESCIND, Reviewing.rescind, is_overdue, before_holds=True),
    Case(CancelTrade, E.CANCEL, Reviewing.cancel_trade),
    Case(DeclareSellerDefault, E.SELLER_DEFAULT, Reviewing.default),
    Case(AcknowledgeRegistration, E.REGISTER, Reviewing.register),
    Case(ReverseTransfer, E.REVERSE, Reviewing.reverse),
    Case(RedeemTransfer, E.REDEEM, Reviewing.redeem, plan_ends),
    Case(AttachEvidence, E.DOCUMENT, notice_to),
    Case(AttachEvidence, E.RESET, notice_to),
)
"""Every command about a transfer, in each of its meanings, by who may give it."""
ABOUT_SETTLED: Final = (AcknowledgeRegistration, ReverseTransfer)
"""To every other command a settled transfer has ended."""
ABOUT_FORGOTTEN: Final = (ReverseTransfer,)
"""A command that says itself what the state has forgotten."""


def meant(case: Case, state: TransferState) -> TransferEvent:
    """What the command causes there: the buyer's wish to cancel is a withdrawal only while there
    is an agreement to withdraw from, and only then needs nobody else; another document resets what
    is under review."""
    if case.command is AttachEvidence:
        return E.RESET if state is S.UNDER_REVIEW else E.DOCUMENT
    if case.command is not CancelTransfer or case.event is E.CONSENT:
        return case.event
    if state is S.AGREEMENT_PENDING:
        return E.WITHDRAW
    return E.CONSENT if case.event is E.WITHDRAW else E.CANCEL


def row_for(steps: Reviewing, state: TransferState, event: TransferEvent) -> Row | None:
    product = steps.venue.state.products[steps.venue.product_id]
    return find_row(state, event, steps=product.steps)


def state_now(steps: Reviewing) -> TransferState:
    """The state of the transfer, open or ended."""
    transfer = steps.venue.state.transfer(steps.transfer_id)
    if steps.transfer_id in [each.transfer_id for each in steps.venue.state.touched.reversals]:
        return S.REVERSED
    if transfer is None:
        transfer, _ = steps.venue.state.touched.transfers[steps.transfer_id]
    return transfer.state


def is_known(state: TransferState, case: Case) -> bool:
    """Whether there is such a transfer for the command."""
    if case.command is AnswerPreemption:
        return state is S.PREEMPTION_OPEN
    if state is S.REGISTERED:
        return case.command in ABOUT_FORGOTTEN
    return state in OPEN_STATES or (state is S.SETTLED and case.command in ABOUT_SETTLED)


def balances(steps: Reviewing) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The seller's units and money, the buyer's money."""
    venue = steps.venue
    return venue.holding(venue.seller), venue.account(venue.seller), venue.account(venue.buyer)


def expected_balances(
    row: Row, before: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """What the columns `units` and `money` say, of a transfer of 100 units for 100 yuan,
    of which ten are the deposit."""
    (available, reserved, locked), seller_money, (money, bids, escrow) = before
    if row.units is UnitsEffect.UNLOCK:
        available, locked = available + 100, locked - 100
    elif row.units is UnitsEffect.MOVE_BACK:
        available += 100
    elif row.units is UnitsEffect.MOVE:
        locked -= 100
    else:
        assert row.units in {UnitsEffect.KEEP, UnitsEffect.MOVE_ON}
    if row.money is MoneyEffect.REFUND:
        paid = 10_00 if row.state is S.FUNDS_PENDING else 100_00
        money, escrow = money + paid, escrow - paid
    elif row.money is MoneyEffect.PAY:  # of what is redeemed, for as much again
        money, escrow = money + 100_00, escrow - 100_00
        seller_money = (seller_money[0] + 100_00, *seller_money[1:])
    elif row.money is MoneyEffect.FUND:
        money, escrow = money - 90_00, escrow + 90_00
    elif row.money is MoneyEffect.PAY_BACK:
        money, seller_money = money + 100_00, (seller_money[0] - 100_00, *seller_money[1:])
    else:
        assert row.money is MoneyEffect.KEEP
    return (available, reserved, locked), seller_money, (money, bids, escrow)


def nothing_comes_of(command: AnyCommand, steps: Reviewing, state: TransferState) -> None:
    """Where the table has no row a command is refused; a document is taken all the same."""
    before = steps.version, balances(steps)
    if isinstance(command, AttachEvidence):
        assert kinds(steps.venue.does(command)) == ["EvidenceAttached"]
    else:
        assert steps.venue.refuses(command) is Refusal.TRANSFER_NOT_IN_STATE
    assert state_now(steps) is state
    assert (steps.version, balances(steps)) == before


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("state", RECIPES, ids=lambda state: state.name)
def test_a_command_does_what_the_table_says_or_is_refused(state: TransferState, case: Case) -> None:
    steps = RECIPES[state]()
    assert state_now(steps) is state
    if not is_known(state, case):
        forgotten = case.command in ABOUT_FORGOTTEN
        expected = Refusal.LOT_NOT_HELD if forgotten else Refusal.UNKNOWN_TRANSFER
        assert steps.venue.refuses(case.give(steps)) is expected
        return
    case.before(steps)
    row = row_for(steps, state, meant(case, state))
    command = case.give(steps)
    if row is None:
        nothing_comes_of(command, steps, state)
        return
    before = balances(steps)
    steps.venue.does(command)
    product = steps.venue.state.products[steps.venue.product_id]
    following = forward(state, product.steps) if isinstance(row.next, Forward) else row.next
    assert state_now(steps) is following
    assert balances(steps) == expected_balances(row, before)


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize(
    "state", [state for state in RECIPES if state in OPEN_STATES], ids=lambda state: state.name
)
def test_under_an_overlay_only_the_ways_out_are_open(state: TransferState, case: Case) -> None:
    steps = RECIPES[state]()
    if not is_known(state, case):
        assert steps.venue.refuses(case.give(steps)) is Refusal.UNKNOWN_TRANSFER
        return
    case.before(steps)
    if not case.before_holds:
        is_held(steps)
    row = row_for(steps, state, meant(case, state))
    command = case.give(steps)
    if row is None:
        nothing_comes_of(command, steps, state)
    elif not row.under_overlay:
        assert steps.venue.refuses(command) is Refusal.TRANSFER_HELD
    else:
        steps.venue.does(command)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.command is not AttachEvidence], ids=str
)
def test_a_command_names_the_version_that_was_read(case: Case) -> None:
    for state in RECIPES:
        steps = RECIPES[state]()
        if state not in OPEN_STATES or not is_known(state, case):
            continue  # nothing changes a settled one but what ends it
        case.before(steps)
        command = case.give(steps)
        steps.venue.does(steps.hold(Overlay.CORPORATE_EVENT))
        assert steps.venue.refuses(command) is Refusal.TRANSFER_VERSION_STALE


def test_every_command_and_each_of_its_meanings_is_driven() -> None:
    driven: dict[type[Command], set[TransferEvent]] = {}
    for case in CASES:
        driven.setdefault(case.command, set()).add(case.event)
    assert driven == {command: set(events) for command, events in COMMAND_EVENTS.items()}


def test_every_state_that_a_transfer_can_come_to_is_there() -> None:
    caused = BY_ITSELF.union(*COMMAND_EVENTS.values())
    found = {S.MATCHED}
    for _ in S:
        for row in TABLE:
            if row.state not in found or row.event not in caused:
                continue
            if find_row(row.state, row.event, steps=frozenset(Step)) is row:
                ways = (frozenset[Step](), frozenset(Step))
                found |= (
                    {forward(row.state, way) for way in ways}
                    if isinstance(row.next, Forward)
                    else {row.next}
                )
    assert set(RECIPES) == found - {S.MATCHED}  # which lasts no longer than a command


def test_whoever_gives_a_command_may_cause_its_event() -> None:
    for case in CASES:
        for state, recipe in RECIPES.items():
            steps = recipe()
            row = row_for(steps, state, case.event)
            if row is None:
                continue
            venue = steps.venue
            roles = {
                venue.buyer: Who.BUYER,
                venue.seller: Who.SELLER,
                venue.trust_company: Who.TRUST_COMPANY,
                venue.other: Who.RIGHT_HOLDER,
            }
            assert roles.get(case.give(steps).actor, Who.OPERATOR) in row.who, case
