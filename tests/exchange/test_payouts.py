"""The way of a withdrawal, as its table says it."""

from __future__ import annotations

import pytest

from exchange.money_types import BankAccountId, WithdrawalId
from exchange.payouts import (
    OPEN_STATES,
    TABLE,
    TRANSITIONS,
    PayoutEffect,
    Withdrawal,
    WithdrawalEvent,
    WithdrawalState,
)
from exchange.types import Fen, PartyId
from registry.types import TimeNs
from tests.model.bank import ENDS, WAY


def withdrawal(state: WithdrawalState) -> Withdrawal:
    return Withdrawal(
        withdrawal_id=WithdrawalId(9),
        party_id=PartyId(4),
        payment_id=None,
        bank_account_id=BankAccountId(8),
        account_digest=bytes(32),
        amount=Fen(100),
        state=state,
        requested_at_ns=TimeNs(1),
        changed_at_ns=TimeNs(1),
    )


def test_the_table_is_the_rulebooks_and_has_a_pair_once() -> None:
    assert len(TRANSITIONS) == len(TABLE)
    by_name: dict[str, dict[str, str]] = {}
    for row in TABLE:
        by_name.setdefault(row.state.name, {})[row.event.name] = row.next.name
    assert by_name == WAY


def test_every_end_is_reached_and_nothing_leads_out_of_it() -> None:
    ends = set(WithdrawalState) - OPEN_STATES
    assert {state.name for state in ends} == ENDS
    assert ends <= {row.next for row in TABLE}
    assert not ends & {row.state for row in TABLE}


def test_money_moves_exactly_when_a_withdrawal_ends() -> None:
    for row in TABLE:
        assert (row.money is PayoutEffect.KEEP) is (row.next in OPEN_STATES), row
        assert (row.money is PayoutEffect.LEAVE) is (row.next is WithdrawalState.PAID), row


@pytest.mark.parametrize("state", WithdrawalState)
@pytest.mark.parametrize("event", WithdrawalEvent)
def test_a_withdrawal_follows_the_table_or_does_not_move(
    state: WithdrawalState, event: WithdrawalEvent
) -> None:
    moving = withdrawal(state)
    row = TRANSITIONS.get((state, event))
    if row is None:
        with pytest.raises(KeyError):
            moving.advance(event, at_ns=TimeNs(2))
        assert (moving.state, moving.changed_at_ns) == (state, 1)
    else:
        assert moving.advance(event, at_ns=TimeNs(2)) is row
        assert (moving.state, moving.changed_at_ns) == (row.next, 2)
