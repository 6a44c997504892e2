"""One entry of a bank statement: matched at once, or kept unmatched until somebody resolves it.

What comes in for a party from its own verified account is CREDITED, what goes out for an approved
withdrawal is PAID_OUT, and that is the end of both. Everything else is UNMATCHED, in suspense:

    UNMATCHED → ASSIGNED | OFFSET | RETURNING → RETURNED, or UNMATCHED again if the bank refuses

A pair of state and event without a row is refused by the exchange before it comes here.
"""

from enum import IntEnum
from typing import Final

import msgspec

from exchange.money_types import PaymentId, UnmatchedReason, WithdrawalId
from exchange.types import Fen, PartyId
from registry.types import DayNumber, TimeNs


class PaymentState(IntEnum):
    """Where an entry stands. The numbers are stored: never reuse one."""

    CREDITED = 1  # it was a party's, and is in its account
    PAID_OUT = 2  # it was a withdrawal's
    UNMATCHED = 3  # nobody's yet: in suspense
    RETURNING = 4  # on its way back to the payer; still in suspense
    ASSIGNED = 5  # found to be a party's
    RETURNED = 6  # the payer has it again
    OFFSET = 7  # the bank has booked it back


class PaymentEvent(IntEnum):
    """What can happen to an unmatched payment."""

    ASSIGN = 1  # the operator finds whose it is
    OFFSET = 2  # the operator finds the entry that undoes it
    RETURN = 3  # the operator sends it back
    LEAVE = 4  # the return is booked
    STAY = 5  # the bank refuses the return


TRANSITIONS: Final = {
    (PaymentState.UNMATCHED, PaymentEvent.ASSIGN): PaymentState.ASSIGNED,
    (PaymentState.UNMATCHED, PaymentEvent.OFFSET): PaymentState.OFFSET,
    (PaymentState.UNMATCHED, PaymentEvent.RETURN): PaymentState.RETURNING,
    (PaymentState.RETURNING, PaymentEvent.LEAVE): PaymentState.RETURNED,
    (PaymentState.RETURNING, PaymentEvent.STAY): PaymentState.UNMATCHED,
}
OPEN_STATES: Final = frozenset({PaymentState.UNMATCHED, PaymentState.RETURNING})
"""In which the money is in suspense."""


class Payment(msgspec.Struct, kw_only=True, eq=False, array_like=True, gc=False):
    """An entry of a statement, and what became of it."""

    payment_id: PaymentId
    bank_ref: str
    amount: Fen
    """Positive: it came in; negative: it went out."""
    booked_on: DayNumber
    account_digest: bytes | None
    party_ref: PartyId | None
    withdrawal_ref: WithdrawalId | None
    state: PaymentState
    changed_at_ns: TimeNs
    reason: UnmatchedReason | None = None
    """Why it was nobody's."""
    party_id: PartyId | None = None
    """In whose account it is, or from whose it went."""
    withdrawal_id: WithdrawalId | None = None
    """Which it was, or which takes it back."""
    against: PaymentId | None = None
    """The one that it was offset with."""

    @property
    def is_the_banks_own(self) -> bool:
        """Interest, charges: no other side, and nobody named. Cost: O(1)."""
        named = (self.account_digest, self.party_ref, self.withdrawal_ref)
        return all(each is None for each in named)

    def may(self, event: PaymentEvent) -> bool:
        """Whether this can happen to it now."""
        return (self.state, event) in TRANSITIONS

    def book(self, state: PaymentState, *, party_id: PartyId | None) -> None:
        """It was a party's deposit or a withdrawal's booking from the first: it never waits."""
        assert self.state is PaymentState.UNMATCHED, (self.payment_id, self.state)
        assert self.reason is None, (self.payment_id, self.reason)
        self._go(state)
        self.party_id = party_id

    def advance(self, event: PaymentEvent, *, at_ns: TimeNs) -> None:
        """Follow the table to the next state.

        Raises:
            KeyError: the table has no row for this.
        """
        self._go(TRANSITIONS[self.state, event])
        self.changed_at_ns = at_ns

    def _go(self, state: PaymentState) -> None:
        self.state = state
