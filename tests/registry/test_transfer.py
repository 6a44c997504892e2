"""The table of a transfer's states: every pair of state and event, and where it leads."""

from __future__ import annotations

from itertools import product

import pytest

from registry import transfer as module
from registry.transfer import (
    TERMINAL_STATES,
    TRANSITIONS,
    Transfer,
    TransferEvent,
    TransferState,
)
from registry.types import HolderId, ProductId, TimeNs, TransferId, Units
from tests.architecture.tree import ROOT

EVERY_PAIR = list(product(TransferState, TransferEvent))

# Written out by hand, so that a change of the table is a change of this test.
RULEBOOK = """
    MATCHED    SUBMIT   SUBMITTED
    SUBMITTED  CONFIRM  CONFIRMED
    SUBMITTED  REJECT   REJECTED
    SUBMITTED  LAPSE    LAPSED
    CONFIRMED  SETTLE   SETTLED
"""


def transfer_in(state: TransferState) -> Transfer:
    return Transfer(
        transfer_id=TransferId(7_000),
        product_id=ProductId(6),
        seller_id=HolderId(3),
        buyer_id=HolderId(4),
        units=Units(10),
        confirmation_deadline_ns=TimeNs(99),
        state=state,
        version=5,
    )


def test_the_table_is_the_rulebooks() -> None:
    rows = [line.split() for line in RULEBOOK.split("\n") if line.strip()]
    assert {
        (TransferState[state], TransferEvent[event]): TransferState[following]
        for state, event, following in rows
    } == TRANSITIONS


def test_the_picture_in_the_docstring_is_the_table() -> None:
    assert module.__doc__ is not None
    rows = [line.split()[:3] for line in module.__doc__.splitlines() if line[:5].isupper()]
    assert rows == [
        [state.name, event.name, following.name]
        for (state, event), following in TRANSITIONS.items()
    ]


def test_the_documented_table_is_the_table() -> None:
    page = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")
    cells = [line.strip("| ").split(" | ") for line in page.splitlines()]
    rows = [row[:3] for row in cells if len(row) == 6 and row[0] in TransferState.__members__]
    assert rows == [
        [state.name, event.name, following.name]
        for (state, event), following in TRANSITIONS.items()
    ]


@pytest.mark.parametrize(("state", "event"), EVERY_PAIR)
def test_a_transfer_goes_where_the_table_says_and_nowhere_else(
    state: TransferState, event: TransferEvent
) -> None:
    transfer = transfer_in(state)
    following = TRANSITIONS.get((state, event))
    assert transfer.may(event) == (following is not None)
    if following is None:
        with pytest.raises(AssertionError):
            transfer.advance(event)
        assert (transfer.state, transfer.version) == (state, 5)
    else:
        transfer.advance(event)
        assert (transfer.state, transfer.version) == (following, 6)


def test_a_terminal_state_has_no_way_out_and_every_other_has_one() -> None:
    leading_on = {state for state, _ in TRANSITIONS}
    assert set(TransferState) - leading_on == TERMINAL_STATES


def test_every_state_is_reached_from_the_match() -> None:
    reached = {TransferState.MATCHED}
    for _ in TransferState:
        reached |= {to for (state, _), to in TRANSITIONS.items() if state in reached}
    assert reached == set(TransferState)


def test_a_new_transfer_is_matched_in_its_first_version() -> None:
    transfer = Transfer(
        transfer_id=TransferId(1),
        product_id=ProductId(6),
        seller_id=HolderId(3),
        buyer_id=HolderId(4),
        units=Units(10),
        confirmation_deadline_ns=TimeNs(99),
    )
    assert (transfer.state, transfer.version) == (TransferState.MATCHED, 1)
