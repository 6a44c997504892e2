"""A custodian that is spoken to by files: instructions go into one folder, statements come into
another, and somebody carries them to the bank and back.

    FOLDER/payouts/TX-W<id>.csv     one instruction each, for the bank's own portal to take in
    FOLDER/statements/*.xml       camt.053, as the bank sends it; their names sort by their days
"""

import contextlib
import os
from pathlib import Path
from typing import Final

from exchange.custodian.camt053 import read_camt053
from exchange.custodian.camt053_writer import FEN_PER_YUAN
from exchange.custodian.port import (
    Balance,
    CustodianUnavailable,
    Instructed,
    Moved,
    NoStatement,
    Payout,
)
from exchange.custodian.statement import BankStatement, StatementFault, withdrawal_reference
from exchange.money_types import PayoutOutcome
from exchange.types import Fen
from registry.trust_company.sheets import SheetFormat, write_sheet
from registry.types import DayNumber

PAYOUTS: Final = "payouts"
STATEMENTS: Final = "statements"
HEADINGS: Final = ("付款编号", "收款行号", "收款账号", "收款户名", "金额", "附言")


class FilesCustodian:
    """The folder, which is made if need be."""

    def __init__(self, folder: Path, *, account_number: str) -> None:
        self.account_number: Final = account_number
        self._payouts = folder / PAYOUTS
        self._statements = folder / STATEMENTS
        for each in (self._payouts, self._statements):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)

    def instruct(self, payout: Payout) -> Instructed:
        """Write the instruction down, once, durably. What the bank says to it comes by a statement,
        or by hand if it refuses."""
        name = f"{withdrawal_reference(payout.withdrawal_id)}.csv"
        yuan, fen = divmod(payout.amount, FEN_PER_YUAN)
        row = (
            withdrawal_reference(payout.withdrawal_id),
            payout.to.bank,
            payout.to.number,
            payout.to.holder_name,
            f"{yuan}.{fen:02d}",
            withdrawal_reference(payout.withdrawal_id),
        )
        try:
            _write_once(self._payouts / name, write_sheet([HEADINGS, row], SheetFormat.CSV))
        except OSError as error:
            raise CustodianUnavailable(f"{self._payouts}: {error.strerror}") from error
        return Instructed(PayoutOutcome.INSTRUCTED, name)

    def balance(self, *, after: str | None) -> Balance:
        """What the last statement in the folder closes with: between two, files know nothing. If
        none is the one that is named, nobody can say what came after it."""
        statements = [self._read(path, self._content(path)) for path in self._paths()]
        if not statements:
            return Balance(amount=Fen(0), since=())
        names = [statement.statement_id for statement in statements]
        if after is None:
            newer = statements
        else:
            newer = statements[names.index(after) + 1 :] if after in names else []
        return Balance(
            amount=statements[-1].closing_balance,
            since=tuple(
                Moved(booking.amount, booking.withdrawal_ref)
                for statement in newer
                for booking in statement.bookings
            ),
        )

    def statement(self, day: DayNumber) -> bytes:
        """The file whose last booking is of this day."""
        for path in self._paths():
            content = self._content(path)
            booked = [booking.booked_on for booking in self._read(path, content).bookings]
            if booked and max(booked) == day:
                return content
        raise NoStatement("no statement in the folder is of this day")

    def _paths(self) -> list[Path]:
        return sorted(self._statements.glob("*.xml"))

    def _content(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise CustodianUnavailable(f"{path}: {error.strerror}") from error

    def _read(self, path: Path, content: bytes) -> BankStatement:
        try:
            statement = read_camt053(content)
        except StatementFault as fault:
            raise CustodianUnavailable(f"{path}: {fault}") from fault
        if not statement.is_of(self.account_number):
            raise CustodianUnavailable(f"{path}: it is of another account")
        return statement


def _write_once(path: Path, content: bytes) -> None:
    """The whole file under its name, or none: a file that is there already stays."""
    unfinished = path.with_suffix(".unfinished")
    if path.exists():
        return
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    with contextlib.ExitStack() as closing:
        closing.callback(os.close, folder)
        os.fsync(folder)
