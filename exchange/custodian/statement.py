"""What a bank's statement of the escrow account says, whatever the form of its file.

Account numbers and names are in here: it never comes into the journal. The edge makes digests of
them before anything is booked.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from exchange.errors import Fault
from exchange.limits import DEPOSIT_MAX, ESCROW_BALANCE_MAX
from exchange.money_types import WithdrawalId
from exchange.statements import REFERENCE
from exchange.types import Fen, PartyId
from registry.types import DayNumber

CURRENCY: Final = "CNY"
STATEMENT_BYTES_MAX: Final = 16_777_216
NAME_LENGTH_MAX: Final = 140
"""As ISO 20022 has it."""
ENTRIES_MAX: Final = 100_000
"""Of one file: hundreds of pages."""

OUR_REFERENCE: Final = re.compile(
    r"(?<![A-Z0-9])TX-(?P<kind>[PW])(?P<number>[1-9][0-9]{0,17})(?![0-9])", re.ASCII
)
AMOUNT: Final = re.compile(r"(?P<yuan>[0-9]{1,17})(\.(?P<decimals>[0-9]{1,5}))?", re.ASCII)
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
EPOCH: Final = date(1970, 1, 1)


class StatementFault(Fault):
    """A file that cannot be read as a statement, and where."""

    def __init__(self, where: str, *, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAccount:
    """An account at a bank, and whose it is."""

    bank: str
    """Its code: a BIC, or a CNAPS number."""
    number: str
    holder_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A booked entry."""

    bank_ref: str
    amount: Fen
    """Positive: it came in; negative: it went out."""
    booked_on: DayNumber
    other: OtherAccount | None
    """None: the bank names no other side, or not the whole of it."""
    party_ref: PartyId | None
    withdrawal_ref: WithdrawalId | None


def plain_number(number: str) -> str:
    """A number of an account without blanks and dashes, in capitals."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", number))).upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatement:
    """A statement of the escrow account."""

    statement_id: str
    account_number: str
    opening_balance: Fen
    closing_balance: Fen
    bookings: tuple[Booking, ...]

    def is_of(self, account_number: str) -> bool:
        """Whether it is of this account, however its number is written."""
        return plain_number(self.account_number) == plain_number(account_number)


@dataclass(frozen=True, slots=True)
class References:
    """Whom and what a text of the payer's or of ours names."""

    party: PartyId | None
    withdrawal: WithdrawalId | None


def party_reference(party_id: PartyId) -> str:
    """What a party writes into its payment, so that it is known."""
    return f"TX-P{party_id}"


def withdrawal_reference(withdrawal_id: WithdrawalId) -> str:
    """What we write into a payment, so that its booking is known."""
    return f"TX-W{withdrawal_id}"


def references_in(*texts: str) -> References:
    """The one party and the one withdrawal that these texts name; two of a kind name none."""
    found = {
        (match["kind"], int(match["number"]))
        for text in texts
        for match in OUR_REFERENCE.finditer(text.upper())
    }
    parties = [number for kind, number in found if kind == "P"]
    withdrawals = [number for kind, number in found if kind == "W"]
    return References(
        PartyId(parties[0]) if len(parties) == 1 else None,
        WithdrawalId(withdrawals[0]) if len(withdrawals) == 1 else None,
    )


def amount_of(text: str, *, where: str) -> Fen:
    """The fen of an amount without a sign.

    Raises:
        StatementFault: it is none, is no whole number of fen, or is larger than any.
    """
    match = AMOUNT.fullmatch(text)
    if match is None:
        raise StatementFault(where, what="is no amount")
    decimals = (match["decimals"] or "").ljust(2, "0")
    if decimals[2:].strip("0"):
        raise StatementFault(where, what="is no whole number of fen")
    return Fen(int(match["yuan"] + decimals[:2]))


def booked_amount(text: str, *, where: str) -> Fen:
    """The same, of an entry: it moves something, and no more than an entry may."""
    amount = amount_of(text, where=where)
    if not 0 < amount <= DEPOSIT_MAX:
        raise StatementFault(where, what="is out of range")
    return amount


def balance_of(text: str, *, where: str) -> Fen:
    """The same, of a balance."""
    balance = amount_of(text, where=where)
    if balance > ESCROW_BALANCE_MAX:
        raise StatementFault(where, what="is out of range")
    return balance


def day_of_text(text: str, *, where: str) -> DayNumber:
    """The day of an ISO date.

    Raises:
        StatementFault: there is no such day.
    """
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day < EPOCH:
        raise StatementFault(where, what="is no date")
    return DayNumber((day - EPOCH).days)


def reference_of(text: str, *, where: str) -> str:
    """A bank's reference as it may be booked.

    Raises:
        StatementFault: it is missing, or has signs that none has.
    """
    if REFERENCE.fullmatch(text) is None:
        raise StatementFault(where, what="is no reference of 1 to 64 printable ASCII characters")
    return text


def other_account(*, bank: str, number: str, holder_name: str) -> OtherAccount | None:
    """The other side, if the bank names the whole of it: with a part of it nobody is known."""
    if not (bank and number and holder_name):
        return None
    return OtherAccount(bank=bank, number=number, holder_name=holder_name[:NAME_LENGTH_MAX])
