"""What the venue asks of its custodian, whichever it is."""

from dataclasses import dataclass
from typing import Protocol

from exchange.custodian.statement import OtherAccount
from exchange.errors import Fault
from exchange.money_types import PayoutOutcome, WithdrawalId
from exchange.types import Fen
from registry.types import DayNumber


class CustodianUnavailable(Fault):
    """The custodian does not answer now: whether it took an instruction is not known. Ask again."""


class NoStatement(Fault):
    """The custodian has no statement of this day, or not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """A payment that the custodian is to make from the escrow account."""

    withdrawal_id: WithdrawalId
    amount: Fen
    to: OtherAccount


@dataclass(frozen=True, slots=True)
class Instructed:
    """What the custodian says to an instruction."""

    outcome: PayoutOutcome
    answer: str
    """Its number of the instruction, or why it refuses."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A booking of the custodian's that may be on no imported statement yet."""

    amount: Fen
    withdrawal_id: WithdrawalId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the escrow account has now."""

    amount: Fen
    since: tuple[Moved, ...]
    """The bookings after the statement that was named."""


class Custodian(Protocol):
    """The bank that holds the escrow account. Its methods may block; callers have a thread."""

    @property
    def account_number(self) -> str:
        """Of the escrow account: no statement of another one is booked."""

    def instruct(self, payout: Payout) -> Instructed:
        """Have a payment made. Asked again for the same withdrawal, it is made once and answered
        the same.

        Raises:
            CustodianUnavailable: nobody knows; ask again.
        """

    def balance(self, *, after: str | None) -> Balance:
        """What the account has, and what was booked after the statement of this id; None: ever.

        Raises:
            CustodianUnavailable: ask again.
        """

    def statement(self, day: DayNumber) -> bytes:
        """The statement of a day that is over, as camt.053.

        Raises:
            NoStatement: there is none.
            CustodianUnavailable: ask again.
        """
