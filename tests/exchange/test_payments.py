"""What may become of an entry of a statement."""

from __future__ import annotations

import pytest

from exchange.money_types import PaymentId, UnmatchedReason, WithdrawalId
from exchange.payments import OPEN_STATES, TRANSITIONS, Payment, PaymentEvent, PaymentState
from exchange.types import Fen, PartyId
from registry.types import DayNumber, TimeNs

UNMATCHED, RETURNING = PaymentState.UNMATCHED, PaymentState.RETURNING


def payment(
    state: PaymentState = UNMATCHED,
    *,
    account_digest: bytes | None = None,
    party_ref: PartyId | None = None,
    withdrawal_ref: WithdrawalId | None = None,
) -> Payment:
    return Payment(
        payment_id=PaymentId(9_000),
        bank_ref="B-1",
        amount=Fen(100),
        booked_on=DayNumber(20_000),
        account_digest=account_digest,
        party_ref=party_ref,
        withdrawal_ref=withdrawal_ref,
        state=state,
        changed_at_ns=TimeNs(1),
    )


@pytest.mark.parametrize("state", PaymentState)
@pytest.mark.parametrize("event", PaymentEvent)
def test_a_payment_follows_the_table_or_does_not_move(
    state: PaymentState, event: PaymentEvent
) -> None:
    moving = payment(state)
    target = TRANSITIONS.get((state, event))
    assert moving.may(event) is (target is not None)
    if target is None:
        with pytest.raises(KeyError):
            moving.advance(event, at_ns=TimeNs(2))
        assert (moving.state, moving.changed_at_ns) == (state, 1)
    else:
        moving.advance(event, at_ns=TimeNs(2))
        assert (moving.state, moving.changed_at_ns) == (target, 2)


def test_only_what_is_in_suspense_can_move() -> None:
    assert {state for state, _ in TRANSITIONS} == set(OPEN_STATES) == {UNMATCHED, RETURNING}


def test_only_a_new_entry_is_matched_at_once() -> None:
    matched = payment()
    matched.book(PaymentState.CREDITED, party_id=PartyId(3))
    assert (matched.state, matched.party_id) == (PaymentState.CREDITED, 3)
    with pytest.raises(AssertionError):
        matched.book(PaymentState.CREDITED, party_id=PartyId(4))
    waiting = payment()
    waiting.reason = UnmatchedReason.THIRD_PARTY
    with pytest.raises(AssertionError):
        waiting.book(PaymentState.CREDITED, party_id=PartyId(4))


def test_what_names_nothing_is_the_banks_own() -> None:
    assert payment().is_the_banks_own
    assert not payment(account_digest=bytes(32)).is_the_banks_own
    assert not payment(party_ref=PartyId(3)).is_the_banks_own
    assert not payment(withdrawal_ref=WithdrawalId(3)).is_the_banks_own
