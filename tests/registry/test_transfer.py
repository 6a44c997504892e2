"""The table of a transfer's states: every pair of state and event for every product, where it
leads, what it moves, and that nobody is trapped on the way."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations, product
from typing import Final

import pytest

from registry.terms import SANDBOX
from registry.transfer import (
    OPEN_STATES,
    OVERLAY_MOVERS,
    PATH,
    TABLE,
    TERMINAL_STATES,
    TRANSITIONS,
    ClockEffect,
    Fault,
    Forward,
    MoneyEffect,
    Overlay,
    Row,
    Step,
    Transfer,
    TransferEvent,
    TransferState,
    UnitsEffect,
    Who,
    find_row,
    forward,
)
from registry.types import HolderId, ProductId, TransferId, Units
from tests.model import transfer as model

EVERY_PAIR: Final = list(product(TransferState, TransferEvent))
CONFIGURATIONS: Final = [
    frozenset(steps)
    for steps in chain.from_iterable(combinations(Step, size) for size in range(len(Step) + 1))
]
NO_STEPS: Final[frozenset[Step]] = frozenset()
ALL_STEPS: Final = frozenset(Step)
NO_OVERLAY: Final = Overlay(0)

UNITS_IN_WORDS: Final = {
    UnitsEffect.LOCK: {"become locked"},
    UnitsEffect.KEEP: {"stay locked", "stay as they are"},
    UnitsEffect.UNLOCK: {"back to the seller"},
    UnitsEffect.MOVE: {"to the buyer"},
    UnitsEffect.MOVE_ON: {"to the new transfer"},
    UnitsEffect.MOVE_BACK: {"the inverse, as a new record"},
}
MONEY_IN_WORDS: Final = {
    MoneyEffect.HOLD: {"goes to escrow"},
    MoneyEffect.KEEP: {"stays in escrow", "stays as it is"},
    MoneyEffect.FUND: {"the rest goes to escrow"},
    MoneyEffect.REFUND: {"back to the buyer"},
    MoneyEffect.FORFEIT: {"the deposit goes to the seller if both have signed"},
    MoneyEffect.PAY: {"to the seller, fees to whom due"},
    MoneyEffect.PAY_BACK: {"the inverse, as a new record"},
}

CLOCKS_IN_WORDS: Final = {
    ClockEffect.ENTER: "on to the next state's",
    ClockEffect.COOL_OFF: "cooling-off after both have signed",
    ClockEffect.RETURN: "time to complete; the decision waits",
    ClockEffect.RESUBMIT: "the decision goes on; acknowledge anew",
    ClockEffect.CLAIM: "thirty minutes for the claim",
    ClockEffect.NOTIFY: "the next notice",
    ClockEffect.PAUSE: "all stopped but the overlay's",
    ClockEffect.RESUME: "resumed, with a working day at least",
    ClockEffect.EXPIRE: "the overlay's is over: the buyer may rescind",
    ClockEffect.RELEASE: "nobody works on it any more, the others run on",
    ClockEffect.KEEP: "run on",
}


def transfer_in(state: TransferState, overlays: Overlay = NO_OVERLAY) -> Transfer:
    return Transfer(
        transfer_id=TransferId(7_000),
        product_id=ProductId(6),
        seller_id=HolderId(3),
        buyer_id=HolderId(4),
        units=Units(10),
        state=state,
        version=5,
        overlays=overlays,
    )


def leads_to(row: Row, steps: frozenset[Step]) -> TransferState:
    return forward(row.state, steps) if isinstance(row.next, Forward) else row.next


def words(who: Who) -> set[str]:
    return {str(each.name).lower() for each in who}


def test_a_pair_has_one_row() -> None:
    assert len(TABLE) == len(TRANSITIONS)


@pytest.mark.parametrize("steps", CONFIGURATIONS, ids=lambda steps: "+".join(s.name for s in steps))
def test_the_table_is_the_rulebooks_for_every_product(steps: frozenset[Step]) -> None:
    uses = {step.name for step in steps}
    for state, event in EVERY_PAIR:
        expected = model.outcome(state.name, event.name, uses)
        row = find_row(state, event, steps=steps)
        if expected is None or row is None:
            assert (expected is None) == (row is None), (state, event)
            continue
        assert leads_to(row, steps).name == expected.to, (state, event)
        assert words(row.who) == set(expected.who.split()), (state, event)
        assert expected.units in UNITS_IN_WORDS[row.units], (state, event)
        assert expected.money in MONEY_IN_WORDS[row.money], (state, event)
        assert row.under_overlay == expected.goes_on_under_an_overlay, (state, event)


def test_the_rulebook_speaks_of_every_state_event_and_overlay() -> None:
    states = {*model.OPEN, *model.ENDED}
    assert states == set(TransferState.__members__)
    events = {event for moves in model.MOVES.values() for event in moves}
    assert events == set(TransferEvent.__members__)
    assert {state.name for state in OPEN_STATES} == set(model.OPEN)
    assert {state.name for state in TERMINAL_STATES} == set(model.ENDED)
    assert {str(overlay.name): words(who) for overlay, who in OVERLAY_MOVERS.items()} == {
        overlay: set(who.split()) for overlay, who in model.WHO_SETS.items()
    }
    assert set(OVERLAY_MOVERS) == set(Overlay)


def test_whoever_sets_an_overlay_may_set_and_lift_overlays() -> None:
    movers = Who(0)
    for who in OVERLAY_MOVERS.values():
        movers |= who
    for row in TABLE:
        if row.event is TransferEvent.SET_OVERLAY:
            assert row.who == movers
        if row.event is TransferEvent.LIFT_OVERLAY:
            assert row.who == movers | Who.CLOCK, "what stands for a time ends with it"


@pytest.mark.parametrize("overlays", [NO_OVERLAY, Overlay.HELD | Overlay.DISPUTED])
@pytest.mark.parametrize("steps", [NO_STEPS, ALL_STEPS], ids=["no step", "all steps"])
@pytest.mark.parametrize("state", TransferState)
def test_a_transfer_goes_where_the_table_says_and_nowhere_else(
    state: TransferState, steps: frozenset[Step], overlays: Overlay
) -> None:
    for event in TransferEvent:
        transfer = transfer_in(state, overlays)
        expected = model.outcome(state.name, event.name, {step.name for step in steps})
        if expected is None or (overlays and not expected.goes_on_under_an_overlay):
            with pytest.raises(AssertionError):
                transfer.advance(event, steps=steps)
            assert (transfer.state, transfer.version) == (state, 5)
        else:
            row = transfer.advance(event, steps=steps)
            assert row is TRANSITIONS[state, event]
            assert (transfer.state.name, transfer.version) == (expected.to, 6)


def test_going_forward_leaves_out_what_the_product_does_not_use() -> None:
    def way(*steps: Step) -> str:
        state, passed = TransferState.MATCHED, ["MATCHED"]
        while state is not TransferState.SETTLED:
            state = forward(state, frozenset(steps))
            passed.append(state.name)
        return " ".join(passed)

    assert way() == "MATCHED SUBMITTED CONFIRMED SETTLED"
    assert way(*SANDBOX.steps()) == way()
    assert way(Step.AGREEMENT) == "MATCHED AGREEMENT_PENDING SUBMITTED CONFIRMED SETTLED"
    assert way(Step.FUNDING) == "MATCHED FUNDS_PENDING SUBMITTED CONFIRMED SETTLED"
    assert way(Step.REVIEW, Step.REGISTRATION) == way()  # claimed; registered by its own event
    assert way(Step.PREEMPTION) == "MATCHED SUBMITTED PREEMPTION_OPEN CONFIRMED SETTLED"
    assert way(*Step) == (
        "MATCHED AGREEMENT_PENDING FUNDS_PENDING SUBMITTED PREEMPTION_OPEN CONFIRMED SETTLED"
    )
    assert forward(TransferState.UNDER_REVIEW, ALL_STEPS) is TransferState.PREEMPTION_OPEN
    assert forward(TransferState.UNDER_REVIEW, NO_STEPS) is TransferState.CONFIRMED
    assert forward(TransferState.SETTLED, ALL_STEPS) is TransferState.REGISTERED


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (TransferState.SETTLED, NO_STEPS),
        (TransferState.REGISTERED, ALL_STEPS),
        (TransferState.RETURNED, ALL_STEPS),
    ],
)
def test_there_is_nothing_ahead_of_the_end_or_beside_the_way(
    state: TransferState, steps: frozenset[Step]
) -> None:
    with pytest.raises(AssertionError):
        forward(state, steps)


def reached(steps: frozenset[Step]) -> set[TransferState]:
    """Every state that a new transfer of such a product may come to."""
    found = {TransferState.MATCHED}
    for _ in TransferState:
        found |= {
            leads_to(row, steps)
            for row in TABLE
            if row.state in found and find_row(row.state, row.event, steps=steps) is row
        }
    return found


def test_every_state_is_reached_where_all_steps_are_used() -> None:
    assert reached(ALL_STEPS) == set(TransferState)


@pytest.mark.parametrize("left_out", Step)
def test_a_step_that_is_not_used_is_never_entered(left_out: Step) -> None:
    only_there = {
        Step.AGREEMENT: {TransferState.AGREEMENT_PENDING},
        Step.FUNDING: {TransferState.FUNDS_PENDING, TransferState.BUYER_DEFAULT},
        Step.REVIEW: {TransferState.UNDER_REVIEW},
        Step.PREEMPTION: {TransferState.PREEMPTION_OPEN, TransferState.PREEMPTED},
        Step.REGISTRATION: set(),  # SETTLED leaves the register's memory there
    }
    assert reached(ALL_STEPS - {left_out}) == set(TransferState) - only_there[left_out]
    assert only_there[left_out] >= {state for state, step in PATH if step is left_out} - {
        TransferState.REGISTERED
    }


def test_only_a_registration_and_a_reversal_follow_the_end() -> None:
    after = {(row.state.name, row.event.name) for row in TABLE if row.state in TERMINAL_STATES}
    assert after == {
        ("SETTLED", "ALARM"),
        ("SETTLED", "REGISTER"),
        ("SETTLED", "REVERSE"),
        ("REGISTERED", "REVERSE"),
    }


def test_units_and_money_move_together_and_only_where_a_transfer_ends_or_begins() -> None:
    for row in TABLE:
        stays = leads_to(row, ALL_STEPS) in OPEN_STATES
        if row.event is TransferEvent.BEGIN:
            assert (row.units, row.money) == (UnitsEffect.LOCK, MoneyEffect.HOLD)
        elif row.event is TransferEvent.SUCCEED:
            assert (row.units, row.money) == (UnitsEffect.KEEP, MoneyEffect.HOLD)
        elif row.event is TransferEvent.FUND:
            assert (row.units, row.money) == (UnitsEffect.KEEP, MoneyEffect.FUND)
        elif stays or row.event in {TransferEvent.ALARM, TransferEvent.REGISTER}:
            assert (row.units, row.money) == (UnitsEffect.KEEP, MoneyEffect.KEEP), row
        else:
            assert row.units is not UnitsEffect.KEEP, row
            assert row.money is not MoneyEffect.KEEP, row


def test_what_becomes_of_the_clocks_is_the_rulebooks() -> None:
    expected = {event: words for words, events in model.CLOCKS.items() for event in events}
    for row in TABLE:
        assert CLOCKS_IN_WORDS.get(row.clocks) == expected.get(row.event.name), row


def test_all_clocks_end_with_the_transfer_and_not_before() -> None:
    for row in TABLE:
        following = leads_to(row, ALL_STEPS)
        ends = following in TERMINAL_STATES and following is not TransferState.SETTLED
        assert (row.clocks is ClockEffect.STOP) == ends, row


def test_a_failure_that_somebody_is_to_blame_for_names_him() -> None:
    assert {
        (row.state.name, row.event.name, row.fault) for row in TABLE if row.fault is not None
    } == {
        ("AGREEMENT_PENDING", "LAPSE", Fault.UNSIGNED),
        ("RETURNED", "LAPSE", Fault.NAMED),
        *((state, "SELLER_DEFAULT", Fault.SELLER) for state in model.OPEN),
    }


# --- nobody is trapped ---------------------------------------------------------------------------

# What the buyer cannot bring about alone though his name stands in the row: the seller's word or
# the operator's is needed too.
WITH_ANOTHER: Final = {TransferEvent.CANCEL, TransferEvent.CONSENT}
# The plan's end frees everybody, but an open-ended plan has none.
PERHAPS_NEVER: Final = {TransferEvent.MATURE}

Place = tuple[TransferState, bool, bool]
"""A state, whether an overlay stands, and whether the buyer may rescind."""


def without_goodwill(place: Place, rows: Iterable[Row], steps: frozenset[Step]) -> set[Place]:
    """Where the clock and the buyer bring a transfer, whatever the others leave undone."""
    state, overlaid, rescindable = place
    found: set[Place] = set()
    for row in rows:
        if row.state is not state or find_row(state, row.event, steps=steps) is not row:
            continue
        at_once = state is TransferState.MATCHED and row.event is TransferEvent.BEGIN
        if row.event in WITH_ANOTHER | PERHAPS_NEVER or (overlaid and not row.under_overlay):
            continue
        if not at_once and not row.who & (Who.CLOCK | Who.BUYER):
            continue
        if row.event is TransferEvent.RESCIND and not rescindable:
            continue
        if row.event in {TransferEvent.SET_OVERLAY, TransferEvent.LIFT_OVERLAY}:
            continue  # nobody has to lift one, and setting one helps nobody
        if row.event is TransferEvent.OVERDUE:
            found |= {(state, overlaid, True)} if overlaid else set()
        else:
            found.add((leads_to(row, steps), overlaid, rescindable))
    return found


def trapped(rows: Iterable[Row], steps: frozenset[Step]) -> set[Place]:
    """The places that the buyer cannot leave for an end without others' goodwill."""
    rows = list(rows)
    places = set(product(OPEN_STATES, (False, True), (False, True)))
    free: set[Place] = set()
    for _ in places:
        free |= {
            place
            for place in places
            if any(
                following in free or following[0] in TERMINAL_STATES
                for following in without_goodwill(place, rows, steps)
            )
        }
    # A match begins in the same command, before anybody could set an overlay.
    return {place for place in places - free if place[:2] != (TransferState.MATCHED, True)}


@pytest.mark.parametrize("steps", CONFIGURATIONS, ids=lambda steps: "+".join(s.name for s in steps))
def test_no_buyer_is_trapped_under_any_configuration(steps: frozenset[Step]) -> None:
    assert trapped(TABLE, steps) == set()


@pytest.mark.parametrize(
    ("lost", "state", "overlaid"),
    [
        (TransferEvent.OVERDUE, TransferState.SUBMITTED, True),
        (TransferEvent.RESCIND, TransferState.CONFIRMED, True),
        (TransferEvent.LAPSE, TransferState.UNDER_REVIEW, False),
        (TransferEvent.LAPSE, TransferState.RETURNED, False),
        (TransferEvent.SETTLE, TransferState.CONFIRMED, False),
        (TransferEvent.WAIVE, TransferState.PREEMPTION_OPEN, False),
    ],
)
def test_the_search_sees_a_trap(
    lost: TransferEvent, state: TransferState, *, overlaid: bool
) -> None:
    rows = [row for row in TABLE if row.event is not lost]
    assert (state, overlaid, False) in trapped(rows, ALL_STEPS)


def test_a_new_transfer_is_matched_in_its_first_version_and_no_clock_runs() -> None:
    transfer = Transfer(
        transfer_id=TransferId(1),
        product_id=ProductId(6),
        seller_id=HolderId(3),
        buyer_id=HolderId(4),
        units=Units(10),
    )
    assert (transfer.state, transfer.version, transfer.sources) == (TransferState.MATCHED, 1, ())
    assert (transfer.overlays, transfer.signed, transfer.rescindable) == (0, 0, False)
    assert (transfer.due_ns, transfer.decision_ns, transfer.notice_ns) == (None, None, None)
    assert (transfer.overlay_ns, transfer.paused_at_ns) == (None, None)


def test_of_the_operators_holds_everybody_else_is_told_the_same() -> None:
    told = {hold.told for hold in (Overlay.AML_HOLD, Overlay.OPERATOR_HOLD)}
    assert told == {Overlay.HELD}
    assert Overlay.COURT_FREEZE.told is Overlay.COURT_FREEZE
