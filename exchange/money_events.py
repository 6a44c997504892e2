"""Events about client money at the custodian. What a statement credits to a party at once is
DepositRecorded, as what the operator records by hand."""

from typing import TypeAlias

import msgspec

from exchange.event import Event
from exchange.money_types import (
    BankAccountId,
    BreakCause,
    PaymentId,
    UnmatchedReason,
    WithdrawalId,
)
from exchange.payments import PaymentState
from exchange.payouts import WithdrawalEvent, WithdrawalState
from exchange.types import Fen, PartyId


class Break(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """A difference between two of the three figures, and its cause."""

    cause: BreakCause
    amount: Fen
    """CASH_DEPOSIT: ledger less statement; else escrow account less statement."""


class DepositRecorded(Event, frozen=True, kw_only=True, tag=602):
    """The party's account has this much more, available."""

    party_id: PartyId
    amount: Fen
    payment_id: PaymentId | None
    """The entry of a statement that says so; None: the operator said it by hand."""
    bank_ref: str | None


class BankAccountRegistered(Event, frozen=True, kw_only=True, tag=4001):
    """The party has named an account; nothing may be paid from it or to it yet."""

    bank_account_id: BankAccountId
    party_id: PartyId
    account_digest: bytes
    tail: str


class BankAccountVerified(Event, frozen=True, kw_only=True, tag=4101):
    """What comes from the account with the party's reference is the party's, and its money may be
    paid to it."""

    bank_account_id: BankAccountId
    party_id: PartyId
    proof_sha256: bytes


class StatementImported(Event, frozen=True, kw_only=True, tag=4201):
    """A page of the escrow account's statement is booked; an event for every entry follows."""

    statement_id: str
    file_sha256: bytes
    page: int
    pages: int
    opening_balance: Fen
    closing_balance: Fen
    entries: int


class PaymentUnmatched(Event, frozen=True, kw_only=True, tag=4301):
    """An entry is nobody's: its amount is in suspense until somebody resolves it."""

    payment_id: PaymentId
    bank_ref: str
    amount: Fen
    reason: UnmatchedReason
    party_ref: PartyId | None
    withdrawal_ref: WithdrawalId | None


class PaymentResolved(Event, frozen=True, kw_only=True, tag=4401):
    """An unmatched payment is a party's, cancelled out, or on its way back."""

    payment_id: PaymentId
    amount: Fen
    state: PaymentState
    party_id: PartyId | None
    withdrawal_id: WithdrawalId | None
    """The way back."""
    against: PaymentId | None


class WithdrawalAdvanced(Event, frozen=True, kw_only=True, tag=4501):
    """Something has happened to a withdrawal. REQUEST: money is frozen. DECLINE, REFUSE: it is
    available again. BOOK: it is gone. Of a payment that goes back, the money stays in suspense."""

    withdrawal_id: WithdrawalId
    party_id: PartyId | None
    payment_id: PaymentId | None
    amount: Fen
    event: WithdrawalEvent
    state: WithdrawalState


class MoneyReconciled(Event, frozen=True, kw_only=True, tag=4601):
    """The three figures, and why they differ where they do."""

    statement_id: str | None
    accounts: Fen
    """All that is the parties', the venue's and the trust companies' fees included."""
    suspense: Fen
    escrow_balance: Fen
    statement_balance: Fen
    breaks: tuple[Break, ...]


MoneyEvent: TypeAlias = (
    DepositRecorded
    | BankAccountRegistered
    | BankAccountVerified
    | StatementImported
    | PaymentUnmatched
    | PaymentResolved
    | WithdrawalAdvanced
    | MoneyReconciled
)
"""What the codec decodes of this family."""
