"""One withdrawal: from the wish, or from a payment that goes back, until the bank has booked it.

    REQUESTED → APPROVED → [INSTRUCTED] → PAID

TABLE says for each state what can happen there, where it leads and what becomes of the money. A
pair without a row is refused by the exchange before it comes here. A statement may show the booking
of a withdrawal whose instruction was not yet recorded: the bank was quicker than the record, and a
booking is final. Nothing of this touches title.

Source: domain D5 and the head of D: a payment to a party's bank is a later, retried status.
"""

from enum import Enum, IntEnum
from typing import Final, NamedTuple

import msgspec

from exchange.money_types import BankAccountId, PaymentId, WithdrawalId
from exchange.types import Fen, PartyId
from registry.types import TimeNs


class WithdrawalState(IntEnum):
    """Where a withdrawal stands. The numbers are stored: never reuse one."""

    REQUESTED = 1  # the party asks; its money is frozen
    APPROVED = 2  # it is to be paid: the custodian will be, or was just, instructed
    INSTRUCTED = 3  # the custodian has taken the instruction
    PAID = 4  # a statement shows the booking: the money is gone
    DECLINED = 5  # the operator said no; the money is free again
    FAILED = 6  # the bank said no; the money is free again


class WithdrawalEvent(IntEnum):
    """What can happen to a withdrawal. The numbers are stored: never reuse one."""

    REQUEST = 1  # it begins
    APPROVE = 2  # the operator lets it be paid
    DECLINE = 3  # the operator does not
    INSTRUCT = 4  # the custodian answers that it takes the instruction
    REFUSE = 5  # the custodian answers that the bank will not pay
    BOOK = 6  # a statement shows it


class PayoutEffect(Enum):
    """What becomes of the money."""

    KEEP = "keep"  # a party's stays frozen, a payment that goes back stays in suspense
    FREE = "free"  # frozen → available; a payment that was to go back waits again
    LEAVE = "leave"  # frozen, or in suspense → the bank account


class Row(NamedTuple):
    """One row of TABLE."""

    state: WithdrawalState
    event: WithdrawalEvent
    next: WithdrawalState
    money: PayoutEffect


State = WithdrawalState
Event = WithdrawalEvent

TABLE: Final[tuple[Row, ...]] = (
    Row(State.REQUESTED, Event.APPROVE, State.APPROVED, PayoutEffect.KEEP),
    Row(State.REQUESTED, Event.DECLINE, State.DECLINED, PayoutEffect.FREE),
    Row(State.APPROVED, Event.INSTRUCT, State.INSTRUCTED, PayoutEffect.KEEP),
    Row(State.APPROVED, Event.REFUSE, State.FAILED, PayoutEffect.FREE),
    Row(State.APPROVED, Event.BOOK, State.PAID, PayoutEffect.LEAVE),
    Row(State.INSTRUCTED, Event.REFUSE, State.FAILED, PayoutEffect.FREE),
    Row(State.INSTRUCTED, Event.BOOK, State.PAID, PayoutEffect.LEAVE),
)
TRANSITIONS: Final = {(row.state, row.event): row for row in TABLE}
OPEN_STATES: Final = frozenset({State.REQUESTED, State.APPROVED, State.INSTRUCTED})
"""In which the money is still here."""


class Withdrawal(msgspec.Struct, kw_only=True, eq=False, array_like=True, gc=False):
    """Money on its way to a bank account: a party's, or the payer's of an unmatched payment."""

    withdrawal_id: WithdrawalId
    party_id: PartyId | None
    """Whose money it is; None: a payment goes back."""
    payment_id: PaymentId | None
    """The payment that goes back; None: a party's wish."""
    bank_account_id: BankAccountId | None
    account_digest: bytes
    amount: Fen
    state: WithdrawalState
    requested_at_ns: TimeNs
    changed_at_ns: TimeNs
    bank_answer: str | None = None
    """To the instruction."""
    bank_ref: str | None = None
    """Of the booking."""

    def advance(self, event: WithdrawalEvent, *, at_ns: TimeNs) -> Row:
        """Follow the table to the next state; returns the row, for whom moves the money.

        Raises:
            KeyError: the table has no row for this.
        """
        row = TRANSITIONS[self.state, event]
        self.state = row.next
        self.changed_at_ns = at_ns
        return row
