"""The bank beside the small venue: accounts with digests, statements that follow one another.

The seller and the buyer have a verified account each; what a test does not say is unremarkable.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from exchange.events import AnyEvent
from exchange.money_commands import (
    DecideWithdrawal,
    ImportStatement,
    InTransit,
    RecordPayout,
    RecordReconciliation,
    RegisterBankAccount,
    RequestWithdrawal,
    ResolvePayment,
    StatementEntry,
    VerifyBankAccount,
)
from exchange.money_types import (
    BankAccountId,
    PaymentId,
    PayoutOutcome,
    Resolution,
    WithdrawalDecision,
    WithdrawalId,
)
from exchange.types import OPERATOR_ID, Fen, PartyId
from registry.calendar import day_in_shanghai
from registry.types import DayNumber
from tests.exchange.venue import Venue


def digest(name: object) -> bytes:
    """Of the account, or the file, of this name."""
    return sha256(str(name).encode()).digest()


ESCROW: Final = digest("escrow")


class Bank:
    """What banks and the operator's cashier do at a venue."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.references = 0
        self.account_of = {
            party_id: self.has_account(party_id) for party_id in (venue.seller, venue.buyer)
        }

    @property
    def balance(self) -> int:
        """What the bank's last statement closed with."""
        return self.venue.state.money.statement_balance

    # Commands, to be given or altered.

    def registration(
        self, party_id: PartyId, account_digest: bytes, *, tail: str = "8842"
    ) -> RegisterBankAccount:
        """A party names an account."""
        return RegisterBankAccount(
            actor=party_id, key=self.venue.key(), account_digest=account_digest, tail=tail
        )

    def verification(
        self, bank_account_id: int, *, by: PartyId = OPERATOR_ID, proof: bytes | None = None
    ) -> VerifyBankAccount:
        """The operator has seen the proof."""
        return VerifyBankAccount(
            actor=by,
            key=self.venue.key(),
            bank_account_id=BankAccountId(bank_account_id),
            proof_sha256=digest("proof") if proof is None else proof,
        )

    def entry(
        self,
        amount: int,
        *,
        of: PartyId | None = None,
        account: bytes | None = None,
        withdrawal: int | None = None,
        bank_ref: str | None = None,
        days_ago: int = 0,
    ) -> StatementEntry:
        """A booking; a party's payment comes from its own account unless another is named."""
        self.references += 1
        account = digest(of) if account is None and of is not None else account
        return StatementEntry(
            bank_ref=bank_ref or f"B{self.references}",
            amount=Fen(amount),
            booked_on=DayNumber(day_in_shanghai(self.venue.at_ns) - days_ago),
            account_digest=account,
            party_ref=of,
            withdrawal_ref=None if withdrawal is None else WithdrawalId(withdrawal),
        )

    def statement(
        self,
        *entries: StatementEntry,
        by: PartyId = OPERATOR_ID,
        opening: int | None = None,
        closing: int | None = None,
        account: bytes = ESCROW,
        name: str | None = None,
        page: int = 1,
        pages: int = 1,
    ) -> ImportStatement:
        """The bank's next statement, as it ought to be."""
        self.references += 1
        begins = self.balance if opening is None else opening
        ends = begins + sum(entry.amount for entry in entries)
        return ImportStatement(
            actor=by,
            key=self.venue.key(),
            statement_id=name or f"S{self.references}",
            file_sha256=digest(name or f"file {self.references}"),
            page=page,
            pages=pages,
            account_digest=account,
            opening_balance=Fen(begins),
            closing_balance=Fen(ends if closing is None else closing),
            entries=entries,
        )

    def resolution(
        self,
        payment_id: int,
        resolution: Resolution,
        *,
        to: PartyId | None = None,
        against: int | None = None,
        by: PartyId = OPERATOR_ID,
    ) -> ResolvePayment:
        """What the operator says to a payment."""
        return ResolvePayment(
            actor=by,
            key=self.venue.key(),
            payment_id=PaymentId(payment_id),
            resolution=resolution,
            party_id=to,
            against=None if against is None else PaymentId(against),
        )

    def wish(
        self, party_id: PartyId, amount: int, *, account: int | None = None
    ) -> RequestWithdrawal:
        """A party wants its money, at its own account."""
        return RequestWithdrawal(
            actor=party_id,
            key=self.venue.key(),
            bank_account_id=BankAccountId(
                self.account_of[party_id] if account is None else account
            ),
            amount=Fen(amount),
        )

    def decision(
        self,
        withdrawal_id: int,
        decision: WithdrawalDecision = WithdrawalDecision.APPROVE,
        *,
        by: PartyId = OPERATOR_ID,
    ) -> DecideWithdrawal:
        """The operator's word."""
        return DecideWithdrawal(
            actor=by,
            key=self.venue.key(),
            withdrawal_id=WithdrawalId(withdrawal_id),
            decision=decision,
        )

    def answer(
        self,
        withdrawal_id: int,
        outcome: PayoutOutcome = PayoutOutcome.INSTRUCTED,
        *,
        text: str = "P-1",
        by: PartyId = OPERATOR_ID,
    ) -> RecordPayout:
        """The custodian's word."""
        return RecordPayout(
            actor=by,
            key=self.venue.key(),
            withdrawal_id=WithdrawalId(withdrawal_id),
            outcome=outcome,
            bank_answer=text,
        )

    def reconciliation(
        self,
        balance: int,
        *in_transit: InTransit,
        statement: str | None = None,
        by: PartyId = OPERATOR_ID,
    ) -> RecordReconciliation:
        """The three figures, with the last statement unless another is named."""
        last = self.venue.state.money.last_statement
        last_id = None if last is None else last.statement_id
        return RecordReconciliation(
            actor=by,
            key=self.venue.key(),
            statement_id=statement or last_id,
            escrow_balance=Fen(balance),
            in_transit=in_transit,
        )

    # What somebody does, without being refused.

    def has_account(self, party_id: PartyId, *, verified: bool = True) -> int:
        """The party has an account of its own name; its id."""
        self.venue.does(self.registration(party_id, digest(party_id)))
        bank_account_id = self.venue.state.sequence
        if verified:
            self.venue.does(self.verification(bank_account_id))
        return bank_account_id

    def books(self, *entries: StatementEntry) -> tuple[AnyEvent, ...]:
        """The bank's next statement is imported."""
        return self.venue.does(self.statement(*entries))

    def wants(self, party_id: PartyId, amount: int) -> int:
        """A withdrawal is asked for; its id."""
        self.venue.does(self.wish(party_id, amount))
        return self.venue.state.sequence

    def approved(self, party_id: PartyId, amount: int) -> int:
        """A withdrawal is asked for and approved; its id."""
        withdrawal_id = self.wants(party_id, amount)
        self.venue.does(self.decision(withdrawal_id))
        return withdrawal_id

    def unmatched(self, entry: StatementEntry) -> PaymentId:
        """The entry is booked and is nobody's; its payment's id."""
        self.books(entry)
        payment_id = PaymentId(self.venue.state.sequence * 1_000)
        assert payment_id in self.venue.state.money.payments, entry
        return payment_id

    # What can be read.

    def money(self, party_id: PartyId) -> tuple[int, int, int]:
        """Available, frozen and withdrawn."""
        account = self.venue.state.cash.accounts[party_id]
        return account.available, account.frozen, account.withdrawn
