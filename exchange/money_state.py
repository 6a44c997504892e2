"""What the exchange remembers about bank accounts, statements, payments and withdrawals.

Withdrawals that have ended and payments that are resolved leave; SQL keeps them. How much money is
where is in exchange/cash.py.
"""

from collections import OrderedDict
from typing import Final

import msgspec

from exchange.limits import BANK_REFS_KEPT_MAX, BANK_REFS_KEPT_NS
from exchange.money_events import Break
from exchange.money_types import BankAccountId, BankAccountState, PaymentId, WithdrawalId
from exchange.payments import Payment
from exchange.payouts import Withdrawal
from exchange.types import Fen, PartyId, Sequence
from registry.types import TimeNs

REFS_FORGOTTEN_PER_SIGHT: Final = 2
"""More than one, so that they become fewer."""


class BankAccount(msgspec.Struct, kw_only=True, eq=False, array_like=True, gc=False):
    """An account that a party says is its own."""

    bank_account_id: BankAccountId
    party_id: PartyId
    account_digest: bytes
    tail: str
    registered_at_ns: TimeNs
    verified_at_ns: TimeNs | None = None
    proof_sha256: bytes | None = None

    @property
    def status(self) -> BankAccountState:
        """REGISTERED or VERIFIED. Cost: O(1)."""
        if self.verified_at_ns is None:
            return BankAccountState.REGISTERED
        return BankAccountState.VERIFIED


class Statement(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A page of a statement that is booked."""

    sequence: Sequence
    statement_id: str
    file_sha256: bytes
    page: int
    pages: int
    account_digest: bytes
    opening_balance: Fen
    closing_balance: Fen
    entries: int
    imported_at_ns: TimeNs


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """The three figures as they once were."""

    reconciliation_id: Sequence
    at_ns: TimeNs
    statement_id: str | None
    accounts: Fen
    suspense: Fen
    escrow_balance: Fen
    statement_balance: Fen
    breaks: tuple[Break, ...]


class MoneyImage(msgspec.Struct, frozen=True, array_like=True):
    """All of it, as the snapshot keeps it."""

    bank_accounts: list[BankAccount]
    withdrawals: list[Withdrawal]
    payments: list[Payment]
    refs: list[tuple[bytes, TimeNs]]
    last_statement: Statement | None
    cash_deposits: int
    bank_interest: int


class MoneyTouched:
    """What SQL has to be told."""

    __slots__ = ("bank_accounts", "payments", "reconciliations", "statements", "withdrawals")

    def __init__(self) -> None:
        self.bank_accounts: dict[BankAccountId, BankAccount] = {}
        self.statements: list[Statement] = []
        self.payments: dict[PaymentId, Payment] = {}
        self.withdrawals: dict[WithdrawalId, Withdrawal] = {}
        self.reconciliations: list[Reconciliation] = []

    def touch_all(self, money: "Money") -> None:
        """Mark everything that is remembered. Cost: O(all)."""
        self.bank_accounts.update(money.bank_accounts)
        self.payments.update(money.payments)
        self.withdrawals.update(money.withdrawals)
        if money.last_statement is not None:
            self.statements.append(money.last_statement)


class Money:
    """Bank accounts by party, open withdrawals, unresolved payments, and where the last statement
    ended."""

    __slots__ = (
        *("bank_accounts", "bank_interest", "cash_deposits", "last_statement", "owned", "payments"),
        *("refs", "verified", "withdrawals"),
    )

    def __init__(self) -> None:
        self.bank_accounts: dict[BankAccountId, BankAccount] = {}
        self.owned: dict[PartyId, dict[bytes, BankAccount]] = {}
        """A party's own by digest, a few."""
        self.verified: dict[bytes, BankAccount] = {}
        """By digest: a verified account is one party's."""
        self.withdrawals: dict[WithdrawalId, Withdrawal] = {}
        """The open ones."""
        self.payments: dict[PaymentId, Payment] = {}
        """The unresolved ones."""
        self.refs: OrderedDict[bytes, TimeNs] = OrderedDict()
        """Digests of references and files that were seen, oldest first, and when."""
        self.last_statement: Statement | None = None
        self.cash_deposits = 0
        """Fen, recorded by hand: no statement will show them."""
        self.bank_interest = 0
        """Fen, of the bank's own credits that were assigned to the operator."""

    @property
    def statement_balance(self) -> Fen:
        """The closing balance of the last statement; an account begins empty. Cost: O(1)."""
        return Fen(0) if self.last_statement is None else self.last_statement.closing_balance

    def add_bank_account(self, account: BankAccount) -> None:
        """Take an account among its party's. Cost: O(1)."""
        self.bank_accounts[account.bank_account_id] = account
        self.owned.setdefault(account.party_id, {})[account.account_digest] = account
        if account.status is BankAccountState.VERIFIED:
            self.verified[account.account_digest] = account

    def own_account(self, party_id: PartyId, digest: bytes | None) -> BankAccount | None:
        """The party's account of this digest, verified or not. Cost: O(1)."""
        return None if digest is None else self.owned.get(party_id, {}).get(digest)

    def verified_account(self, party_id: PartyId, digest: bytes | None) -> BankAccount | None:
        """The same, if it is verified. Cost: O(1)."""
        account = self.own_account(party_id, digest)
        is_verified = account is not None and account.status is BankAccountState.VERIFIED
        return account if is_verified else None

    def has_seen(self, ref: bytes, *, at_ns: TimeNs) -> bool:
        """Whether this reference or file came before, within the time that they are kept. Cost:
        O(1)."""
        seen_ns = self.refs.get(ref)
        return seen_ns is not None and seen_ns + BANK_REFS_KEPT_NS > at_ns

    def see(self, ref: bytes, *, at_ns: TimeNs) -> None:
        """Remember a reference or file from now on; a few that are too old, or the oldest of too
        many, are forgotten. Cost: O(1)."""
        self.refs[ref] = at_ns
        self.refs.move_to_end(ref)
        for _ in range(REFS_FORGOTTEN_PER_SIGHT):
            oldest_ns = next(iter(self.refs.values()))
            if oldest_ns + BANK_REFS_KEPT_NS <= at_ns or len(self.refs) > BANK_REFS_KEPT_MAX:
                self.refs.popitem(last=False)

    def image(self) -> MoneyImage:
        """All of it, in the order of the ids. Cost: O(all)."""
        return MoneyImage(
            bank_accounts=list(self.bank_accounts.values()),
            withdrawals=list(self.withdrawals.values()),
            payments=list(self.payments.values()),
            refs=list(self.refs.items()),
            last_statement=self.last_statement,
            cash_deposits=self.cash_deposits,
            bank_interest=self.bank_interest,
        )

    @classmethod
    def from_image(cls, image: MoneyImage) -> "Money":
        """What such an image was made of. Cost: O(all)."""
        money = cls()
        for account in image.bank_accounts:
            money.add_bank_account(account)
        money.withdrawals = {each.withdrawal_id: each for each in image.withdrawals}
        money.payments = {each.payment_id: each for each in image.payments}
        money.refs = OrderedDict(image.refs)
        money.last_statement = image.last_statement
        money.cash_deposits, money.bank_interest = image.cash_deposits, image.bank_interest
        return money
