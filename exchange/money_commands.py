"""Commands about client money at the custodian: bank accounts, statements, withdrawals,
reconciliation.

Numbers and names of bank accounts stay outside the journal: it knows an account by the digest that
the edge makes of bank, number and holder's name with a secret of its own.
"""

from typing import TypeAlias

import msgspec

from exchange.command import Command
from exchange.money_types import (
    BankAccountId,
    PaymentId,
    PayoutOutcome,
    Resolution,
    WithdrawalDecision,
    WithdrawalId,
)
from exchange.types import Fen, PartyId
from registry.types import DayNumber


class StatementEntry(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """One booking of the escrow account, as its statement says it."""

    bank_ref: str
    """The bank's own reference of the booking."""
    amount: Fen
    """Positive: it came in; negative: it went out."""
    booked_on: DayNumber
    account_digest: bytes | None
    """Of the other side's account; None: the statement names none, as with the bank's charges."""
    party_ref: PartyId | None
    """For whom the payer says that it is."""
    withdrawal_ref: WithdrawalId | None
    """Of which withdrawal the bank says that it is."""


class InTransit(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """A booking that the custodian knows of and no statement shows yet."""

    amount: Fen
    withdrawal_ref: WithdrawalId | None


class RegisterBankAccount(Command, frozen=True, kw_only=True, tag=4001):
    """Name an account as one's own. By any party."""

    account_digest: bytes
    """32 bytes."""
    tail: str
    """The last digits of its number, for people."""


class VerifyBankAccount(Command, frozen=True, kw_only=True, tag=4101):
    """The account's holder has the party's name. By the operator."""

    bank_account_id: BankAccountId
    proof_sha256: bytes
    """Of the proof that was looked at."""


class ImportStatement(Command, frozen=True, kw_only=True, tag=4201):
    """Book what a page of the escrow account's statement says. By the operator."""

    statement_id: str
    """The bank's."""
    file_sha256: bytes
    page: int
    """From 1."""
    pages: int
    account_digest: bytes
    """Of the escrow account itself."""
    opening_balance: Fen
    """Before this page's first entry."""
    closing_balance: Fen
    """After its last."""
    entries: tuple[StatementEntry, ...]


class ResolvePayment(Command, frozen=True, kw_only=True, tag=4301):
    """Say what becomes of an unmatched payment. By the operator."""

    payment_id: PaymentId
    resolution: Resolution
    party_id: PartyId | None
    """To whom it is assigned; else None."""
    against: PaymentId | None
    """The payment that it is offset with; else None."""


class RequestWithdrawal(Command, frozen=True, kw_only=True, tag=4401):
    """Ask for available money at one's own verified bank account. By any party."""

    bank_account_id: BankAccountId
    amount: Fen


class DecideWithdrawal(Command, frozen=True, kw_only=True, tag=4501):
    """Let a withdrawal be paid, or not. By the operator."""

    withdrawal_id: WithdrawalId
    decision: WithdrawalDecision


class RecordPayout(Command, frozen=True, kw_only=True, tag=4601):
    """Say what the custodian answered to the instruction to pay. By the operator's worker."""

    withdrawal_id: WithdrawalId
    outcome: PayoutOutcome
    bank_answer: str
    """Its number of the instruction, or why it refuses."""


class RecordReconciliation(Command, frozen=True, kw_only=True, tag=4701):
    """Set ledger, escrow account and last statement side by side. By the operator."""

    statement_id: str | None
    """The last one that was imported; None: none was yet."""
    escrow_balance: Fen
    """As the custodian says it now."""
    in_transit: tuple[InTransit, ...]
    """What the custodian has booked since the statement."""


MoneyCommand: TypeAlias = (
    RegisterBankAccount
    | VerifyBankAccount
    | ImportStatement
    | ResolvePayment
    | RequestWithdrawal
    | DecideWithdrawal
    | RecordPayout
    | RecordReconciliation
)
"""What the codec decodes of this family."""
