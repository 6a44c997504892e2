"""A bank's list of bookings as a sheet: CSV in UTF-8 or GB18030, or XLSX.

Each row has the balance after it, and that is what makes the list a statement: the first row gives
the opening balance, the last one the closing balance, and every row has to follow the one before.
What was left out or altered in between is found, with its row.
"""

import hashlib
from typing import Final

from exchange.custodian.statement import (
    BankStatement,
    Booking,
    StatementFault,
    balance_of,
    booked_amount,
    day_of_text,
    other_account,
    reference_of,
    references_in,
)
from exchange.types import Fen
from registry.trust_company.mapping import Column, Columns, Profile, find_columns, plain_number
from registry.trust_company.sheets import FileFault, Row, read_sheet
from registry.trust_company.words import Words

PROFILE: Final = Profile(
    columns=(
        Column("account", Words("本方账号", "Account"), is_required=True),
        Column("bank_ref", Words("交易流水号", "Bank reference"), is_required=True),
        Column("booked_on", Words("记账日期", "Booked on"), is_required=True),
        Column("credit", Words("贷方金额", "Credit"), is_required=True),
        Column("debit", Words("借方金额", "Debit"), is_required=True),
        Column("balance", Words("余额", "Balance"), is_required=True),
        Column("other_bank", Words("对方行号", "Other bank"), is_required=True),
        Column("other_account", Words("对方账号", "Other account"), is_required=True),
        Column("other_name", Words("对方户名", "Other name"), is_required=True),
        Column("text", Words("附言", "Text"), is_required=True),
    )
)
"""The list of bookings as most banks export it, whatever the order of its columns."""
STATEMENT_ID_DIGITS: Final = 16


def read_bookings_sheet(content: bytes, profile: Profile = PROFILE) -> BankStatement:
    """The statement that a sheet of bookings is. A sheet has no number of its own: its id is made
    of its digest. Cost: O(bytes).

    Raises:
        StatementFault: it is none that may be read; the row and the column are named.
    """
    sheet = read_sheet(content)
    if isinstance(sheet, FileFault):
        raise StatementFault("the file", what=sheet.value.en)
    columns = find_columns(profile, sheet.rows)
    if not isinstance(columns, Columns):
        said = "; ".join(fault.said.en for fault in columns)
        raise StatementFault(f"line {sheet.rows[0].number}", what=said)
    rows = [_SheetRow(row, columns) for row in sheet.rows[1:]]
    if not rows:
        raise StatementFault("the file", what="has no bookings, and so no balance")
    return _statement(rows, statement_id=_id_of(content))


class _SheetRow:
    """One row, by the names of its fields."""

    def __init__(self, row: Row, columns: Columns) -> None:
        self._row = row
        self._columns = columns
        for column in columns.places:
            fault = columns.fault(row, column)
            if fault is not None:
                raise StatementFault(self.where(column), what=fault.value.en)

    def where(self, column: str) -> str:
        return f"line {self._row.number}, column {self._columns.headings[column]}"

    def text(self, column: str) -> str:
        return self._columns.text(self._row, column)

    def number(self, column: str) -> str:
        """A number without separators of thousands."""
        text = self.text(column)
        number = plain_number(text)
        if number is None:
            raise StatementFault(self.where(column), what="is no amount")
        return number

    @property
    def amount(self) -> Fen:
        """What the row books, with its sign."""
        filled = [column for column in ("credit", "debit") if self._has(column)]
        if len(filled) != 1:
            raise StatementFault(self.where("credit"), what="either credit or debit has an amount")
        (column,) = filled
        amount = booked_amount(self.number(column), where=self.where(column))
        return amount if column == "credit" else Fen(-amount)

    @property
    def balance(self) -> Fen:
        """What the account has after it."""
        return balance_of(self.number("balance"), where=self.where("balance"))

    def _has(self, column: str) -> bool:
        # Many banks write 0.00 on the side that is not meant.
        return bool(self.text(column)) and self.number(column) != "0"


def _statement(rows: list[_SheetRow], *, statement_id: str) -> BankStatement:
    account = rows[0].text("account")
    if not account:
        raise StatementFault(rows[0].where("account"), what="is missing")
    opening = balance = Fen(rows[0].balance - rows[0].amount)
    if opening < 0:
        raise StatementFault(rows[0].where("balance"), what="is below what the row books")
    bookings = []
    for row in rows:
        if row.text("account") != account:
            raise StatementFault(row.where("account"), what="is another account")
        booking = _booking(row)
        balance = Fen(balance + booking.amount)
        if row.balance != balance:
            raise StatementFault(row.where("balance"), what="does not follow from the row before")
        bookings.append(booking)
    return BankStatement(
        statement_id=statement_id,
        account_number=account,
        opening_balance=opening,
        closing_balance=balance,
        bookings=tuple(bookings),
    )


def _booking(row: _SheetRow) -> Booking:
    amount = row.amount
    references = references_in(row.text("text"))
    return Booking(
        bank_ref=reference_of(row.text("bank_ref"), where=row.where("bank_ref")),
        amount=amount,
        booked_on=day_of_text(row.text("booked_on"), where=row.where("booked_on")),
        other=other_account(
            bank=row.text("other_bank"),
            number=row.text("other_account"),
            holder_name=row.text("other_name"),
        ),
        party_ref=references.party if amount > 0 else None,
        withdrawal_ref=references.withdrawal if amount < 0 else None,
    )


def _id_of(content: bytes) -> str:
    return f"SHEET-{hashlib.sha256(content).hexdigest()[:STATEMENT_ID_DIGITS]}"
