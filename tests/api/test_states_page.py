"""docs/states.md says what the tables of a transfer say, and what the rulebook says."""

from __future__ import annotations

import pytest

from api.states_page import meanings, states_page
from registry.terms import CLOCKS
from registry.transfer import (
    TABLE,
    ClockEffect,
    Fault,
    MoneyEffect,
    Overlay,
    Step,
    TransferEvent,
    TransferState,
    UnitsEffect,
)
from tests.architecture.tree import ROOT
from tests.model import transfer as model

PAGE = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")


def table_under(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, its head included."""
    section = PAGE.partition(f"### {heading}\n")[2].partition("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [line.removeprefix("| ").removesuffix(" |").split(" | ") for line in lines]


def test_the_page_is_generated_from_the_tables() -> None:
    assert states_page() == PAGE, "write it anew: python -m api.states_page > docs/states.md"


def test_every_pair_of_state_and_event_is_on_the_page_as_the_rulebook_has_it() -> None:
    head, *rows = table_under("Every state and every event")
    states = head[1:]
    assert [row[0] for row in rows] == list(TransferEvent.__members__)
    assert set(states) == set(model.MOVES)
    for event, *cells in rows:
        for state, cell in zip(states, cells, strict=True):
            moves = model.MOVES[state].get(event)
            if moves is None:
                expected = "–"
            elif moves.to == model.ONWARD:
                expected = "forward"
            else:
                expected = "same" if moves.to == state else moves.to
            assert cell.partition(" (")[0] == expected, (state, event)


MEANS = {
    "ClaimTransfer": ["CLAIM"],
    "ReleaseClaim": ["RELEASE"],
    "ReassignTransfer": ["CLAIM"],
    "ProposeDecision": ["MAKE"],
    "ConfirmTransfer": ["CONFIRM"],
    "RejectTransfer": ["REJECT"],
    "SignAgreement": ["SIGN"],
    "FundTransfer": ["FUND"],
    "CancelTransfer": ["WITHDRAW", "CONSENT", "CANCEL"],
    "ReturnTransfer": ["RETURN"],
    "ResubmitTransfer": ["RESUBMIT"],
    "SetOverlay": ["SET_OVERLAY"],
    "LiftOverlay": ["LIFT_OVERLAY"],
    "RescindTransfer": ["RESCIND"],
    "AnswerPreemption": ["DECLINE", "EXERCISE"],
    "CancelTrade": ["CANCEL"],
    "DeclareSellerDefault": ["SELLER_DEFAULT"],
    "AcknowledgeRegistration": ["REGISTER"],
    "ReverseTransfer": ["REVERSE"],
    "RedeemTransfer": ["REDEEM"],
    "AttachEvidence": ["DOCUMENT", "RESET"],
}


def test_every_pair_of_state_and_command_is_on_the_page_as_the_rulebook_has_it() -> None:
    head, *rows = table_under("Every state and every command")
    assert set(head[1:]) == set(model.OPEN) - {"MATCHED"} | {"SETTLED", "REGISTERED"}
    assert [row[0] for row in rows] == list(MEANS)
    for command, *cells in rows:
        for state, cell in zip(head[1:], cells, strict=True):
            expected = []
            for event in MEANS[command]:
                move = model.MOVES[state].get(event)
                if move is not None:
                    to = {model.ONWARD: "forward", state: "same"}.get(move.to, move.to)
                    expected.append(to if move.goes_on_under_an_overlay else f"{to} *")
            said = cell.partition(" (")[0].split(" or ")
            without = "–" if command == "AttachEvidence" else "TRANSFER_NOT_IN_STATE"
            if state in {"SETTLED", "REGISTERED"} or command == "AnswerPreemption":
                without = "UNKNOWN_TRANSFER"
            if command in {"ReleaseClaim", "ProposeDecision"} and state == "SUBMITTED":
                without = "NOT_CLAIMED"
            assert said == (list(dict.fromkeys(expected)) or [without]), command


def test_what_a_step_rules_out_is_on_the_page() -> None:
    head, *rows = table_under("Every state and every event")
    submitted = {row[0]: row[head.index("SUBMITTED")] for row in rows}
    assert submitted["CLAIM"] == "UNDER_REVIEW (REVIEW)"
    assert submitted["CONFIRM"] == "forward (not REVIEW)"
    assert submitted["REJECT"] == "REJECTED (not REVIEW)"
    assert sum(" (" in cell for row in rows for cell in row) == 3


def test_every_row_of_the_table_stands_in_one_line_of_the_page() -> None:
    _head, *rows = table_under("What can happen")
    open_states = {"open": model.OPEN, "open, but CONFIRMED": model.BEFORE_CONFIRMATION}
    shown = [
        (state, row[1].partition(" (")[0])
        for row in rows
        for state in open_states.get(row[0], row[0].split(", "))
    ]
    assert len(shown) == len(TABLE)
    assert set(shown) == {(row.state.name, row.event.name) for row in TABLE}


@pytest.mark.parametrize("enum", [TransferState, TransferEvent, Step, Overlay])
def test_every_word_of_the_page_is_explained(
    enum: type[TransferState | TransferEvent | Step | Overlay],
) -> None:
    said = meanings(enum)
    assert list(said) == list(enum.__members__)
    for name, meaning in said.items():
        assert f"| {name} |" in PAGE
        assert meaning in PAGE


@pytest.mark.parametrize("enum", [UnitsEffect, MoneyEffect, ClockEffect, Fault])
def test_every_effect_is_in_the_table_in_words(
    enum: type[UnitsEffect | MoneyEffect | ClockEffect | Fault],
) -> None:
    _head, *rows = table_under("What can happen")
    cells = {cell for row in rows for cell in row[4:]}
    said = meanings(enum)
    assert list(said) == list(enum.__members__)
    assert {meaning for name, meaning in said.items() if name != "KEEP"} <= cells


def test_every_clock_is_on_the_page() -> None:
    _head, *rows = table_under("The clocks")
    assert [row[0] for row in rows] == [clock.name for clock in CLOCKS]
    assert rows[0][2] == "`signing_days` (2)"
