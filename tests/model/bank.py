"""Client money at the custodian, by facts: every amount that ever moved, and from where to where.

Nothing is kept that can be counted: what a party has frozen, what waits in suspense and what the
bank holds are sums over all moves. What the trade asks of it: a payment is a party's only if it
names the party, comes from an account proven to be the party's own, and was not booked before;
whatever else the bank books waits where people see it and is nobody's. A statement begins where the
last one ended and adds up. A withdrawal leaves only when a statement says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from exchange import money_commands as given
from exchange import money_events as said
from exchange.money_types import (
    BankAccountId,
    BreakCause,
    PaymentId,
    PayoutOutcome,
    Resolution,
    UnmatchedReason,
    WithdrawalDecision,
    WithdrawalId,
)
from exchange.payments import PaymentState
from exchange.payouts import WithdrawalEvent, WithdrawalState
from exchange.refusals import Refusal
from exchange.types import Fen, PartyId, PartyKind

DAY_NS = 24 * 60 * 60 * 10**9
OPERATOR = PartyId(1)
PAYS_IN = (PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION, PartyKind.TRUST_COMPANY)

OUTSIDE = "outside"
SUSPENSE = "suspense"
Place = str | tuple[str, PartyId]
"""Outside, in suspense, or so and so of a party's."""

WAY = {
    "REQUESTED": {"APPROVE": "APPROVED", "DECLINE": "DECLINED"},
    "APPROVED": {"INSTRUCT": "INSTRUCTED", "REFUSE": "FAILED", "BOOK": "PAID"},
    "INSTRUCTED": {"REFUSE": "FAILED", "BOOK": "PAID"},
}
ENDS = {"DECLINED", "FAILED", "PAID"}
DECISIONS = {WithdrawalDecision.APPROVE: "APPROVE", WithdrawalDecision.DECLINE: "DECLINE"}
ANSWERS = {PayoutOutcome.INSTRUCTED: "INSTRUCT", PayoutOutcome.REFUSED_BY_BANK: "REFUSE"}
RESOLVED = {Resolution.ASSIGN: "ASSIGNED", Resolution.OFFSET: "OFFSET"}

Applies = list[tuple[Refusal, bool]]


@dataclass(frozen=True, kw_only=True)
class Move:
    """So many fen, from one place to another."""

    source: Place
    target: Place
    amount: int


@dataclass(kw_only=True, eq=False)
class ModelBankAccount:
    """An account that a party has named."""

    bank_account_id: int
    named: given.RegisterBankAccount
    at_ns: int
    verified: given.VerifyBankAccount | None = None
    verified_at_ns: int | None = None


@dataclass(kw_only=True, eq=False)
class ModelPayment:
    """A booking of the bank's, and what became of it."""

    payment_id: PaymentId
    entry: given.StatementEntry
    at_ns: int
    state: str
    reason: UnmatchedReason | None = None
    party_id: PartyId | None = None
    withdrawal_id: WithdrawalId | None = None
    against: PaymentId | None = None


@dataclass(kw_only=True, eq=False)
class ModelWithdrawal:
    """Money that somebody wants at a bank account."""

    withdrawal_id: WithdrawalId
    party_id: PartyId | None
    payment: ModelPayment | None
    bank_account_id: int | None
    digest: bytes
    amount: Fen
    begun_ns: int
    at_ns: int
    state: str
    bank_answer: str | None = None
    bank_ref: str | None = None


@dataclass(kw_only=True)
class BankLimits:
    """The bounds that a test may make smaller."""

    bank_accounts_per_party_max: int = 16
    withdrawals_open_per_party_max: int = 100
    payments_unmatched_max: int = 100_000


@dataclass(kw_only=True, eq=False)
class ModelBank:
    """Who has which account, and every fen that moved."""

    limits: BankLimits = field(default_factory=BankLimits)
    accounts: list[ModelBankAccount] = field(default_factory=list)
    statements: list[tuple[int, int, given.ImportStatement]] = field(default_factory=list)
    payments: dict[PaymentId, ModelPayment] = field(default_factory=dict)
    withdrawals: dict[WithdrawalId, ModelWithdrawal] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    reconciled: list[tuple[int, int, said.MoneyReconciled]] = field(default_factory=list)

    def sum_of(self, *, source: Place | None = None, target: Place | None = None) -> int:
        """All that ever went from there, or to there."""
        return sum(
            move.amount
            for move in self.moves
            if source in (None, move.source) and target in (None, move.target)
        )

    def at(self, place: Place) -> int:
        """What is there now of what moved by the bank."""
        return self.sum_of(target=place) - self.sum_of(source=place)

    def frozen(self, party_id: PartyId) -> int:
        return self.at(("frozen", party_id))

    def deposited(self, party_id: PartyId) -> int:
        """What became the party's from outside it, since ever."""
        place = ("available", party_id)
        return self.sum_of(source=OUTSIDE, target=place) + self.sum_of(
            source=SUSPENSE, target=place
        )

    def withdrawn(self, party_id: PartyId) -> int:
        free, frozen = ("available", party_id), ("frozen", party_id)
        return self.sum_of(source=free, target=SUSPENSE) + self.sum_of(
            source=frozen, target=OUTSIDE
        )

    @property
    def balance(self) -> int:
        """What the escrow account holds, as the bank has shown."""
        return self.sum_of(source=OUTSIDE) - self.sum_of(target=OUTSIDE)

    @property
    def last(self) -> given.ImportStatement | None:
        return self.statements[-1][2] if self.statements else None

    def waiting(self) -> list[ModelPayment]:
        """What is nobody's yet, or not yet gone back."""
        return [each for each in self.payments.values() if each.state in ("UNMATCHED", "RETURNING")]

    def open_withdrawals(self) -> list[ModelWithdrawal]:
        return [each for each in self.withdrawals.values() if each.state not in ENDS]

    def owned(self, party_id: PartyId | None, digest: bytes | None) -> ModelBankAccount | None:
        """The party's account of this digest."""
        for account in self.accounts:
            if (account.named.actor, account.named.account_digest) == (party_id, digest):
                return account
        return None

    def is_proven(self, party_id: PartyId | None, digest: bytes | None) -> bool:
        account = self.owned(party_id, digest)
        return account is not None and account.verified is not None

    def move(self, source: Place, target: Place, amount: int) -> None:
        """A negative amount goes the other way."""
        if amount < 0:
            source, target, amount = target, source, -amount
        self.moves.append(Move(source=source, target=target, amount=amount))


class Clerk:
    """Does at one moment what a command says, and tells it."""

    def __init__(
        self, bank: ModelBank, kinds: dict[PartyId, PartyKind], *, sequence: int, at_ns: int
    ) -> None:
        self.bank, self.kinds, self.sequence, self.at_ns = bank, kinds, sequence, at_ns
        self.events: list[said.MoneyEvent] = []

    def carry_out(self, command: given.MoneyCommand, *, ledger: int, cash: int) -> None:
        """What an accepted command does; `ledger` is what all accounts hold, `cash` what of it was
        recorded by hand."""
        match command:
            case given.RegisterBankAccount():
                self.name_account(command)
            case given.VerifyBankAccount():
                self.verify(command)
            case given.ImportStatement():
                self.book_all(command)
            case given.ResolvePayment():
                self.resolve(command)
            case given.RequestWithdrawal():
                self.withdraw(command)
            case given.DecideWithdrawal():
                withdrawal = self.bank.withdrawals[command.withdrawal_id]
                self.happens(withdrawal, DECISIONS[command.decision])
            case given.RecordPayout():
                withdrawal = self.bank.withdrawals[command.withdrawal_id]
                withdrawal.bank_answer = command.bank_answer
                self.happens(withdrawal, ANSWERS[command.outcome])
            case given.RecordReconciliation():
                self.reconcile(command, ledger=ledger, cash=cash)

    def name_account(self, command: given.RegisterBankAccount) -> None:
        account = ModelBankAccount(bank_account_id=self.sequence, named=command, at_ns=self.at_ns)
        self.bank.accounts.append(account)
        self.events.append(
            said.BankAccountRegistered(
                bank_account_id=BankAccountId(self.sequence),
                party_id=command.actor,
                account_digest=command.account_digest,
                tail=command.tail,
            )
        )

    def verify(self, command: given.VerifyBankAccount) -> None:
        (account,) = (
            each for each in self.bank.accounts if each.bank_account_id == command.bank_account_id
        )
        account.verified, account.verified_at_ns = command, self.at_ns
        self.events.append(
            said.BankAccountVerified(
                bank_account_id=command.bank_account_id,
                party_id=account.named.actor,
                proof_sha256=command.proof_sha256,
            )
        )

    def book_all(self, command: given.ImportStatement) -> None:
        self.events.append(
            said.StatementImported(
                statement_id=command.statement_id,
                file_sha256=command.file_sha256,
                page=command.page,
                pages=command.pages,
                opening_balance=command.opening_balance,
                closing_balance=command.closing_balance,
                entries=len(command.entries),
            )
        )
        self.bank.statements.append((self.sequence, self.at_ns, command))
        for number, entry in enumerate(command.entries):
            self.book(entry, PaymentId(self.sequence * 1_000 + number))

    def book(self, entry: given.StatementEntry, payment_id: PaymentId) -> None:
        """A booking is a party's, a withdrawal's, or nobody's."""
        reason = self.why_nobodys(entry)
        payment = ModelPayment(
            payment_id=payment_id, entry=entry, at_ns=self.at_ns, state="UNMATCHED", reason=reason
        )
        self.bank.payments[payment_id] = payment
        if reason is not None:
            self.bank.move(OUTSIDE, SUSPENSE, entry.amount)
            self.events.append(
                said.PaymentUnmatched(
                    payment_id=payment_id,
                    bank_ref=entry.bank_ref,
                    amount=entry.amount,
                    reason=reason,
                    party_ref=entry.party_ref,
                    withdrawal_ref=entry.withdrawal_ref,
                )
            )
        elif entry.amount > 0:
            assert entry.party_ref is not None
            payment.state, payment.party_id = "CREDITED", entry.party_ref
            self.bank.move(OUTSIDE, ("available", entry.party_ref), entry.amount)
            self.events.append(
                said.DepositRecorded(
                    party_id=entry.party_ref,
                    amount=entry.amount,
                    payment_id=payment_id,
                    bank_ref=entry.bank_ref,
                )
            )
        else:
            assert entry.withdrawal_ref is not None
            withdrawal = self.bank.withdrawals[entry.withdrawal_ref]
            payment.state, payment.party_id = "PAID_OUT", withdrawal.party_id
            payment.withdrawal_id, withdrawal.bank_ref = withdrawal.withdrawal_id, entry.bank_ref
            self.happens(withdrawal, "BOOK")

    def why_nobodys(self, entry: given.StatementEntry) -> UnmatchedReason | None:
        if self.is_duplicate(entry):
            return UnmatchedReason.DUPLICATE
        if entry.amount < 0:
            return None if self.is_explained(entry) else UnmatchedReason.UNEXPLAINED_DEBIT
        if entry.party_ref is None or self.kinds.get(entry.party_ref) not in PAYS_IN:
            return UnmatchedReason.UNKNOWN_REFERENCE
        if self.bank.owned(entry.party_ref, entry.account_digest) is None:
            return UnmatchedReason.THIRD_PARTY
        if not self.bank.is_proven(entry.party_ref, entry.account_digest):
            return UnmatchedReason.UNVERIFIED_ACCOUNT
        return None

    def is_duplicate(self, entry: given.StatementEntry) -> bool:
        """The bank gave this reference within the last four hundred days."""
        return any(
            each.entry.bank_ref == entry.bank_ref and self.sequence_of(each) > self.forgotten
            for each in self.bank.payments.values()
        )

    @property
    def forgotten(self) -> int:
        """The last statement that is too old to be remembered."""
        old = [
            sequence
            for sequence, at_ns, _ in self.bank.statements
            if at_ns + 400 * DAY_NS <= self.at_ns
        ]
        return max(old, default=0)

    @staticmethod
    def sequence_of(payment: ModelPayment) -> int:
        return payment.payment_id // 1_000

    def is_explained(self, entry: given.StatementEntry) -> bool:
        """An approved withdrawal of this amount, to this account if the bank names one."""
        withdrawal = self.payable(entry.withdrawal_ref, entry.amount)
        return withdrawal is not None and entry.account_digest in (None, withdrawal.digest)

    def payable(self, reference: WithdrawalId | None, amount: int) -> ModelWithdrawal | None:
        withdrawal = None if reference is None else self.bank.withdrawals.get(reference)
        if withdrawal is None or withdrawal.amount + amount != 0:
            return None
        return withdrawal if "BOOK" in WAY.get(withdrawal.state, {}) else None

    def withdraw(self, command: given.RequestWithdrawal) -> None:
        (account,) = (
            each for each in self.bank.accounts if each.bank_account_id == command.bank_account_id
        )
        self.bank.move(("available", command.actor), ("frozen", command.actor), command.amount)
        self.begin(
            party_id=command.actor,
            payment=None,
            bank_account_id=command.bank_account_id,
            digest=account.named.account_digest,
            amount=command.amount,
        )

    def begin(
        self,
        *,
        party_id: PartyId | None,
        payment: ModelPayment | None,
        bank_account_id: int | None,
        digest: bytes,
        amount: Fen,
    ) -> None:
        """A party's wish has to be decided; what goes back was decided with the payment."""
        withdrawal = ModelWithdrawal(
            withdrawal_id=WithdrawalId(self.sequence),
            party_id=party_id,
            payment=payment,
            bank_account_id=bank_account_id,
            digest=digest,
            amount=amount,
            begun_ns=self.at_ns,
            at_ns=self.at_ns,
            state="REQUESTED" if payment is None else "APPROVED",
        )
        self.bank.withdrawals[withdrawal.withdrawal_id] = withdrawal
        self.tell(withdrawal, "REQUEST")

    def happens(self, withdrawal: ModelWithdrawal, event: str) -> None:
        withdrawal.state, withdrawal.at_ns = WAY[withdrawal.state][event], self.at_ns
        if withdrawal.state == "PAID":
            self.leaves(withdrawal)
        elif withdrawal.state in ENDS:
            self.stays(withdrawal)
        self.tell(withdrawal, event)

    def leaves(self, withdrawal: ModelWithdrawal) -> None:
        payment = withdrawal.payment
        if payment is None:
            assert withdrawal.party_id is not None
            self.bank.move(("frozen", withdrawal.party_id), OUTSIDE, withdrawal.amount)
        else:
            self.bank.move(SUSPENSE, OUTSIDE, withdrawal.amount)
            payment.state, payment.at_ns = "RETURNED", self.at_ns

    def stays(self, withdrawal: ModelWithdrawal) -> None:
        party_id, payment = withdrawal.party_id, withdrawal.payment
        if payment is None:
            assert party_id is not None
            self.bank.move(("frozen", party_id), ("available", party_id), withdrawal.amount)
        else:
            payment.state, payment.at_ns, payment.withdrawal_id = "UNMATCHED", self.at_ns, None

    def tell(self, withdrawal: ModelWithdrawal, event: str) -> None:
        payment = withdrawal.payment
        self.events.append(
            said.WithdrawalAdvanced(
                withdrawal_id=withdrawal.withdrawal_id,
                party_id=withdrawal.party_id,
                payment_id=None if payment is None else payment.payment_id,
                amount=withdrawal.amount,
                event=WithdrawalEvent[event],
                state=WithdrawalState[withdrawal.state],
            )
        )

    def resolve(self, command: given.ResolvePayment) -> None:
        payment = self.bank.payments[command.payment_id]
        payment.at_ns = self.at_ns
        payment.state = RESOLVED.get(command.resolution, "RETURNING")
        if command.resolution is Resolution.ASSIGN:
            assert command.party_id is not None
            payment.party_id = command.party_id
            self.bank.move(SUSPENSE, ("available", command.party_id), payment.entry.amount)
        elif command.resolution is Resolution.OFFSET:
            assert command.against is not None
            other = self.bank.payments[command.against]
            other.state, other.at_ns = payment.state, self.at_ns
            payment.against, other.against = other.payment_id, payment.payment_id
        else:
            payment.withdrawal_id = WithdrawalId(self.sequence)
        self.events.append(
            said.PaymentResolved(
                payment_id=payment.payment_id,
                amount=payment.entry.amount,
                state=PaymentState[payment.state],
                party_id=payment.party_id,
                withdrawal_id=payment.withdrawal_id,
                against=payment.against,
            )
        )
        if command.resolution is Resolution.RETURN:
            assert payment.entry.account_digest is not None
            self.begin(
                party_id=None,
                payment=payment,
                bank_account_id=None,
                digest=payment.entry.account_digest,
                amount=payment.entry.amount,
            )

    def reconcile(self, command: given.RecordReconciliation, *, ledger: int, cash: int) -> None:
        """Three figures; what is on its way and what was taken by hand explains, the rest is
        unknown."""
        under_way, named = 0, []
        for item in command.in_transit:
            if item.amount > 0:
                under_way += item.amount
            elif item.withdrawal_ref not in named:
                named.append(item.withdrawal_ref)
                if self.payable(item.withdrawal_ref, item.amount) is not None:
                    under_way += item.amount
        unknown = command.escrow_balance - self.bank.balance - under_way
        breaks = [
            (BreakCause.IN_TRANSIT, under_way),
            (BreakCause.CASH_DEPOSIT, cash),
            (BreakCause.UNKNOWN, unknown),
        ]
        event = said.MoneyReconciled(
            statement_id=command.statement_id,
            accounts=Fen(ledger),
            suspense=Fen(self.bank.at(SUSPENSE)),
            escrow_balance=command.escrow_balance,
            statement_balance=Fen(self.bank.balance),
            breaks=tuple(
                said.Break(cause=cause, amount=Fen(amount)) for cause, amount in breaks if amount
            ),
        )
        self.bank.reconciled.append((self.sequence, self.at_ns, event))
        self.events.append(event)
