"""Client money: what each party has at the custodian, by bucket. The venue never owns it.

available (free), reserved (behind open buy orders), escrow (behind open transfers), frozen (on its
way to the party's bank). Fees are money of the operator's and the trust companies' accounts from
the moment of settlement. What the bank has booked and nobody has claimed is in suspense. So the sum
of all accounts and of the suspense is what came in less what went out.
"""

from typing import Final

import msgspec

from exchange.types import Fen, PartyId


class Account:
    """The money of one party."""

    __slots__ = ("available", "deposited", "escrow", "frozen", "reserved", "withdrawn")

    def __init__(
        self,
        *,
        deposited: int = 0,
        available: int = 0,
        reserved: int = 0,
        escrow: int = 0,
        frozen: int = 0,
        withdrawn: int = 0,
    ) -> None:
        self.deposited = deposited
        self.available = available
        self.reserved = reserved
        self.escrow = escrow
        self.frozen = frozen
        self.withdrawn = withdrawn

    @property
    def total(self) -> Fen:
        """All money that is the party's."""
        return Fen(self.available + self.reserved + self.escrow + self.frozen)


class AccountImage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An account as a snapshot keeps it."""

    party_id: PartyId
    deposited: int
    available: int
    reserved: int
    escrow: int
    frozen: int
    withdrawn: int


ACCOUNT_FIELDS: Final = AccountImage.__struct_fields__[1:]


class Cash:
    """All accounts of the venue, what is in suspense, and what ever came in and went out.

    `touched` collects what changed since the rows were last taken.
    """

    __slots__ = ("accounts", "paid_in", "paid_out", "suspense", "touched")

    def __init__(self) -> None:
        self.accounts: dict[PartyId, Account] = {}
        self.paid_in = 0
        self.paid_out = 0
        self.suspense = 0
        """Negative where more went out unexplained than came in."""
        self.touched: dict[PartyId, Account] = {}

    @property
    def total(self) -> Fen:
        """All money of the venue's accounts, without what is in suspense. Cost: O(1)."""
        return Fen(self.paid_in - self.paid_out - self.suspense)

    def open(self, party_id: PartyId) -> None:
        """Open an empty account."""
        assert party_id not in self.accounts, party_id
        self.accounts[party_id] = Account()
        self._touch(party_id)

    def deposit(self, party_id: PartyId, amount: Fen) -> None:
        """Money from outside → available."""
        assert amount > 0, amount
        self.paid_in += amount
        account = self._touch(party_id)
        account.deposited += amount
        account.available += amount

    def suspend(self, amount: Fen) -> None:
        """Money from outside → suspense; a negative amount went out."""
        assert amount != 0
        if amount > 0:
            self.paid_in += amount
        else:
            self.paid_out -= amount
        self.suspense += amount

    def assign(self, party_id: PartyId, amount: Fen) -> None:
        """Suspense → available; a negative amount the other way, as if it had been withdrawn."""
        account = self._touch(party_id)
        assert amount != 0
        assert account.available + amount >= 0, (amount, account.available)
        if amount > 0:
            account.deposited += amount
        else:
            account.withdrawn -= amount
        account.available += amount
        self.suspense -= amount

    def give_back(self, amount: Fen) -> None:
        """Suspense → outside: the payer has it again."""
        assert amount > 0, amount
        self.suspense -= amount
        self.paid_out += amount

    def freeze(self, party_id: PartyId, amount: int) -> None:
        """available → frozen: a withdrawal is asked for."""
        account = self._touch(party_id)
        assert 0 <= amount <= account.available, (amount, account.available)
        account.available -= amount
        account.frozen += amount

    def unfreeze(self, party_id: PartyId, amount: int) -> None:
        """frozen → available: the withdrawal failed."""
        account = self._touch(party_id)
        assert 0 <= amount <= account.frozen, (amount, account.frozen)
        account.frozen -= amount
        account.available += amount

    def withdraw(self, party_id: PartyId, amount: int) -> None:
        """frozen → outside: the bank has paid it."""
        account = self._touch(party_id)
        assert 0 <= amount <= account.frozen, (amount, account.frozen)
        account.frozen -= amount
        account.withdrawn += amount
        self.paid_out += amount

    def reserve(self, party_id: PartyId, amount: int) -> None:
        """available → reserved."""
        account = self._touch(party_id)
        assert 0 <= amount <= account.available, (amount, account.available)
        account.available -= amount
        account.reserved += amount

    def release(self, party_id: PartyId, amount: int) -> None:
        """reserved → available."""
        account = self._touch(party_id)
        assert 0 <= amount <= account.reserved, (amount, account.reserved)
        account.reserved -= amount
        account.available += amount

    def escrow(self, party_id: PartyId, amount: int) -> None:
        """reserved → escrow: a transfer is open for it."""
        account = self._touch(party_id)
        assert 0 <= amount <= account.reserved, (amount, account.reserved)
        account.reserved -= amount
        account.escrow += amount

    def fund(self, party_id: PartyId, amount: int) -> None:
        """available → escrow: the rest that is due for an open transfer."""
        account = self._touch(party_id)
        assert 0 <= amount <= account.available, (amount, account.available)
        account.available -= amount
        account.escrow += amount

    def refund(self, party_id: PartyId, amount: int) -> None:
        """escrow → available: the transfer failed."""
        account = self._touch(party_id)
        assert 0 <= amount <= account.escrow, (amount, account.escrow)
        account.escrow -= amount
        account.available += amount

    def pay(self, party_id: PartyId, credits: tuple[tuple[PartyId, Fen], ...]) -> None:
        """The party's escrow → available of those whom it is due to: the transfer settled."""
        account = self._touch(party_id)
        for creditor_id, amount in credits:
            assert 0 <= amount <= account.escrow, (amount, account.escrow)
            account.escrow -= amount
            self._touch(creditor_id).available += amount

    def give(self, amount: int, *, debtor_id: PartyId, creditor_id: PartyId) -> None:
        """The one's available → the other's: a charge outside a settlement."""
        debtor, creditor = self._touch(debtor_id), self._touch(creditor_id)
        assert 0 <= amount <= debtor.available, (amount, debtor.available)
        debtor.available -= amount
        creditor.available += amount

    def _touch(self, party_id: PartyId) -> Account:
        account = self.touched[party_id] = self.accounts[party_id]
        return account
