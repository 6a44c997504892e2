"""Bank accounts, statements, payments, withdrawals and reconciliations on the wire."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Answer, Body, Name, name_of
from api.schemas.cash import CURRENCY
from api.schemas.decimals import (
    MONEY_SCALE,
    Day,
    Decimal,
    DecimalText,
    IdText,
    Moment,
    SignedDecimal,
    format_day,
    format_moment,
    format_money,
    format_signed,
)
from exchange.custodian.statement import OtherAccount
from exchange.money_state import BankAccount as BankAccountRecord
from exchange.money_state import Reconciliation as ReconciliationRecord
from exchange.money_state import Statement as StatementRecord
from exchange.money_types import (
    BankAccountState,
    BreakCause,
    UnmatchedReason,
)
from exchange.payments import Payment as PaymentRecord
from exchange.payments import PaymentState
from exchange.payouts import Withdrawal as WithdrawalRecord
from exchange.payouts import WithdrawalState
from registry.calendar import Calendar
from registry.types import TimeNs

SHA256_PATTERN = r"^[0-9a-f]{64}$"

BankCode = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9]{6,14}$", max_length=14, examples=["102100099996"])
]
AccountNumber = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9 -]{4,40}$", max_length=40, examples=["6222 0200 0011 8842"])
]
AnswerText = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$", max_length=140)]
BankAccountStateName = Literal["REGISTERED", "VERIFIED"]
WithdrawalStateName = Literal["REQUESTED", "APPROVED", "INSTRUCTED", "PAID", "DECLINED", "FAILED"]
PaymentStateName = Literal[
    "CREDITED", "PAID_OUT", "UNMATCHED", "RETURNING", "ASSIGNED", "RETURNED", "OFFSET"
]


class RegisterBankAccountBody(Body):
    """An account of your own at a bank."""

    bank: BankCode
    """Its CNAPS number or BIC."""
    account_number: AccountNumber
    holder_name: Name
    """As the bank knows you: it must be your name."""


class VerifyBankAccountBody(Body):
    """That the account's holder is the party."""

    proof_sha256: Annotated[str, Field(pattern=SHA256_PATTERN, max_length=64)]
    """Of the proof that was looked at."""


class BankAccount(Answer):
    """A bank account of a party."""

    bank_account_id: str
    party_id: str
    state: Annotated[str, name_of(BankAccountState)]
    bank: str | None
    account_number: str | None
    holder_name: str | None
    has_party_name: bool
    """Whether the holder's name is the one under which the party was admitted."""
    tail: str
    """The last four characters of the number."""
    reference: str
    """What a payment to the venue has to say, so that it is known to be yours."""
    registered_at: Moment
    verified_at: Moment | None
    proof_sha256: str | None


class RequestWithdrawalBody(Body):
    """Available money that you want at your bank."""

    bank_account_id: IdText
    amount: DecimalText


class RecordPayoutBody(Body):
    """What the bank said to a payment that somebody carried to it."""

    outcome: Literal["INSTRUCTED", "REFUSED_BY_BANK"]
    bank_answer: AnswerText


class Withdrawal(Answer):
    """Money on its way to a bank account."""

    withdrawal_id: str
    party_id: str | None
    """Null: a payment that nobody could place goes back."""
    payment_id: str | None
    bank_account_id: str | None
    currency: str
    amount: Decimal
    state: Annotated[str, name_of(WithdrawalState)]
    bank_answer: str | None
    bank_ref: str | None
    """Of the booking, once a statement has shown it."""
    requested_at: Moment
    expected_by: Annotated[
        Day | None,
        Field(
            description="The first bank day after it was asked for; null: no bank days are known."
        ),
    ]
    changed_at: Moment


class ImportedStatement(Answer):
    """What a statement has booked."""

    statement_id: str
    file_sha256: str
    currency: str
    opening_balance: Decimal
    closing_balance: Decimal
    entries: int
    credited: int
    """Deposits of parties."""
    paid_out: int
    """Withdrawals that have left."""
    unmatched: int
    """Payments that wait for somebody to resolve them."""


class StatementPage(Answer):
    """A page of a statement that is booked."""

    sequence: str
    statement_id: str
    file_sha256: str
    page: int
    pages: int
    currency: str
    opening_balance: Decimal
    closing_balance: Decimal
    entries: int
    imported_at: Moment


class ResolvePaymentBody(Body):
    """What becomes of an unmatched payment."""

    resolution: Literal["ASSIGN", "RETURN", "OFFSET"]
    party_id: IdText | None = None
    """Of ASSIGN: whose it is."""
    against_payment_id: IdText | None = None
    """Of OFFSET: the entry that undoes it."""


class Payment(Answer):
    """An entry of a statement, and what became of it."""

    payment_id: str
    bank_ref: str
    currency: str
    direction: Literal["IN", "OUT"]
    amount: Decimal
    booked_on: Day
    bank: str | None
    account_number: str | None
    holder_name: str | None
    party_ref: str | None
    """The party that the payer named."""
    withdrawal_ref: str | None
    state: Annotated[str, name_of(PaymentState)]
    reason: Annotated[str | None, name_of(UnmatchedReason)]
    """Why it was nobody's."""
    party_id: str | None
    withdrawal_id: str | None
    against_payment_id: str | None
    changed_at: Moment


class Break(Answer):
    """A difference between two of the three figures."""

    cause: Annotated[str, name_of(BreakCause)]
    amount: SignedDecimal


class Reconciliation(Answer):
    """The three figures side by side."""

    reconciliation_id: str
    at: Moment
    statement_id: str | None
    currency: str
    ledger: Decimal
    """Of all parties, with what is in suspense."""
    accounts: Decimal
    suspense: Annotated[str, Field(json_schema_extra={"format": "decimal"})]
    """Of payments that are nobody's; below zero if more went out than came in."""
    escrow_account: Decimal
    """As the custodian says it."""
    statement: Decimal
    """The last one's closing balance."""
    breaks: list[Break]
    """Empty: the three are the same to the fen."""


class SimulatedPaymentBody(Body):
    """Money that somebody sends to the simulated custodian."""

    bank: BankCode
    account_number: AccountNumber
    holder_name: Name
    amount: DecimalText
    text: AnswerText


class SimulatedPayment(Answer):
    """It has arrived; the statement of the day will show it."""

    currency: str
    amount: Decimal


def bank_account_of(
    record: BankAccountRecord,
    known: OtherAccount | None,
    *,
    has_party_name: bool,
    reference: str,
) -> BankAccount:
    """A bank account as its party and the operator see it."""
    return BankAccount(
        bank_account_id=str(record.bank_account_id),
        party_id=str(record.party_id),
        state=record.status.name,
        bank=None if known is None else known.bank,
        account_number=None if known is None else known.number,
        holder_name=None if known is None else known.holder_name,
        has_party_name=has_party_name,
        tail=record.tail,
        reference=reference,
        registered_at=format_moment(record.registered_at_ns),
        verified_at=_moment(record.verified_at_ns),
        proof_sha256=None if record.proof_sha256 is None else record.proof_sha256.hex(),
    )


def withdrawal_of(record: WithdrawalRecord, bank: Calendar | None) -> Withdrawal:
    """A withdrawal.

    Args:
        bank: the calendar of bank days, if the venue has one.
    """
    return Withdrawal(
        withdrawal_id=str(record.withdrawal_id),
        party_id=_id(record.party_id),
        payment_id=_id(record.payment_id),
        bank_account_id=_id(record.bank_account_id),
        currency=CURRENCY,
        amount=format_money(record.amount),
        state=record.state.name,
        bank_answer=record.bank_answer,
        bank_ref=record.bank_ref,
        requested_at=format_moment(record.requested_at_ns),
        expected_by=None if bank is None else _bank_day_after(record.requested_at_ns, bank),
        changed_at=format_moment(record.changed_at_ns),
    )


def _bank_day_after(at_ns: TimeNs, bank: Calendar) -> str:
    return format_day(bank.day_of(bank.start_after(at_ns, 1)))


def statement_page_of(record: StatementRecord) -> StatementPage:
    """A page that is booked."""
    return StatementPage(
        sequence=str(record.sequence),
        statement_id=record.statement_id,
        file_sha256=record.file_sha256.hex(),
        page=record.page,
        pages=record.pages,
        currency=CURRENCY,
        opening_balance=format_money(record.opening_balance),
        closing_balance=format_money(record.closing_balance),
        entries=record.entries,
        imported_at=format_moment(record.imported_at_ns),
    )


def payment_of(record: PaymentRecord, known: OtherAccount | None) -> Payment:
    """A payment, with its other side as far as the statement said it."""
    return Payment(
        payment_id=str(record.payment_id),
        bank_ref=record.bank_ref,
        currency=CURRENCY,
        direction="IN" if record.amount > 0 else "OUT",
        amount=format_money(abs(record.amount)),
        booked_on=format_day(record.booked_on),
        bank=None if known is None else known.bank,
        account_number=None if known is None else known.number,
        holder_name=None if known is None else known.holder_name,
        party_ref=_id(record.party_ref),
        withdrawal_ref=_id(record.withdrawal_ref),
        state=record.state.name,
        reason=None if record.reason is None else record.reason.name,
        party_id=_id(record.party_id),
        withdrawal_id=_id(record.withdrawal_id),
        against_payment_id=_id(record.against),
        changed_at=format_moment(record.changed_at_ns),
    )


def reconciliation_of(record: ReconciliationRecord) -> Reconciliation:
    """The three figures."""
    return Reconciliation(
        reconciliation_id=str(record.reconciliation_id),
        at=format_moment(record.at_ns),
        statement_id=record.statement_id,
        currency=CURRENCY,
        ledger=format_signed(record.accounts + record.suspense, scale=MONEY_SCALE),
        accounts=format_money(record.accounts),
        suspense=format_signed(record.suspense, scale=MONEY_SCALE),
        escrow_account=format_money(record.escrow_balance),
        statement=format_money(record.statement_balance),
        breaks=[
            Break(cause=each.cause.name, amount=format_signed(each.amount, scale=MONEY_SCALE))
            for each in record.breaks
        ],
    )


def _id(number: int | None) -> str | None:
    return None if number is None else str(number)


def _moment(at_ns: int | None) -> str | None:
    return None if at_ns is None else format_moment(at_ns)
