"""Client money: what each party has at the custodian, by bucket. The venue never owns it.

available (free), reserved (behind open buy orders), escrow (behind open transfers). Fees are money
of the operator's and the trust companies' accounts from the moment of settlement, so that the sum
of all accounts is what was deposited.
"""

from exchange.types import Fen, PartyId


class Account:
    """The money of one party."""

    __slots__ = ("available", "deposited", "escrow", "reserved")

    def __init__(
        self, *, deposited: int = 0, available: int = 0, reserved: int = 0, escrow: int = 0
    ) -> None:
        self.deposited = deposited
        self.available = available
        self.reserved = reserved
        self.escrow = escrow

    @property
    def total(self) -> Fen:
        """All money that is the party's."""
        return Fen(self.available + self.reserved + self.escrow)


class Cash:
    """All accounts of the venue. `touched` collects what changed since the rows were last taken."""

    __slots__ = ("accounts", "touched")

    def __init__(self) -> None:
        self.accounts: dict[PartyId, Account] = {}
        self.touched: dict[PartyId, Account] = {}

    def open(self, party_id: PartyId) -> None:
        """Open an empty account."""
        assert party_id not in self.accounts, party_id
        self.accounts[party_id] = Account()
        self._touch(party_id)

    def deposit(self, party_id: PartyId, amount: Fen) -> None:
        """Money from outside → available."""
        assert amount > 0, amount
        account = self._touch(party_id)
        account.deposited += amount
        account.available += amount

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
