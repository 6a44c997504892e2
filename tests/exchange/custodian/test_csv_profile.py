"""A bank's list of bookings: the same in UTF-8, in GB18030 and as XLSX; what does not follow is
found with its row."""

import pytest

from exchange.custodian.csv_profile import read_bookings_sheet
from exchange.custodian.statement import OtherAccount, StatementFault
from registry.trust_company.sheets import SheetFormat, write_sheet

HEADINGS = (
    *("记账日期", "交易流水号", "贷方金额", "借方金额", "余额"),
    *("本方账号", "对方行号", "对方账号", "对方户名", "附言"),
)
ENGLISH = (
    *("Booked on", "Bank reference", "Credit", "Debit", "Balance"),
    *("Account", "Other bank", "Other account", "Other name", "Text"),
)
ROWS = (
    (
        "2026-11-21",
        "F1",
        "1,000.00",
        "0.00",
        "1,250.00",
        "8888",
        "1021",
        "6222 01",
        "张伟",
        "TX-P7",
    ),
    ("2026-11-22", "F2", "", "200.50", "1049.50", "8888", "1022", "6222 02", "万融", "tx-w40"),
    ("2026-11-22", "F3", "0.07", "", "1049.57", "8888", "", "", "", "利息"),
)


def sheet(
    rows: tuple[tuple[str, ...], ...] = ROWS,
    *,
    headings: tuple[str, ...] = HEADINGS,
    form: SheetFormat = SheetFormat.CSV,
    encoding: str = "utf-8-sig",
) -> bytes:
    """The file of these rows."""
    return write_sheet([headings, *rows], form, encoding=encoding)


def changed(row: int, column: str, text: str) -> bytes:
    """The file with another text in one cell; rows are counted as a spreadsheet does."""
    rows = [list(each) for each in ROWS]
    rows[row - 2][HEADINGS.index(column)] = text
    return sheet(tuple(map(tuple, rows)))


def fault(content: bytes) -> str:
    """Why this is no statement."""
    with pytest.raises(StatementFault) as raised:
        read_bookings_sheet(content)
    return str(raised.value)


def test_a_list_of_bookings_with_balances_is_a_statement() -> None:
    statement = read_bookings_sheet(sheet())

    assert statement.account_number == "8888"
    assert statement.statement_id.startswith("SHEET-")
    assert (statement.opening_balance, statement.closing_balance) == (25_000, 104_957)
    deposit, payout, interest = statement.bookings
    assert (deposit.bank_ref, deposit.amount, deposit.booked_on) == ("F1", 100_000, 20_778)
    assert deposit.other == OtherAccount(bank="1021", number="6222 01", holder_name="张伟")
    assert (deposit.party_ref, deposit.withdrawal_ref) == (7, None)
    assert (payout.amount, payout.party_ref, payout.withdrawal_ref) == (-20_050, None, 40)
    assert (interest.amount, interest.other) == (7, None)


@pytest.mark.parametrize(
    "content",
    [
        sheet(encoding="utf-8"),
        sheet(encoding="gb18030"),
        sheet(headings=ENGLISH),
        sheet(form=SheetFormat.XLSX),
    ],
)
def test_encoding_and_language_make_no_difference(content: bytes) -> None:
    expected, read = read_bookings_sheet(sheet()), read_bookings_sheet(content)

    assert read.bookings == expected.bookings
    assert (read.opening_balance, read.closing_balance) == (25_000, 104_957)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (changed(3, "余额", "1049.51"), "line 3, column 余额: does not follow from the row before"),
        (changed(3, "借方金额", "200.51"), "line 3, column 余额: does not follow"),
        (changed(3, "贷方金额", "1.00"), "line 3, column 贷方金额: either credit or debit"),
        (changed(4, "贷方金额", ""), "line 4, column 贷方金额: either credit or debit"),
        (changed(3, "借方金额", "-200.50"), "line 3, column 借方金额: is no amount"),
        (changed(3, "借方金额", "zwei"), "line 3, column 借方金额: is no amount"),
        (changed(3, "借方金额", "0.005"), "line 3, column 借方金额: is no whole number of fen"),
        (changed(4, "记账日期", "22.11.2026"), "line 4, column 记账日期: is no date"),
        (changed(4, "交易流水号", ""), "line 4, column 交易流水号: is no reference"),
        (changed(4, "本方账号", "8889"), "line 4, column 本方账号: is another account"),
        (changed(2, "本方账号", ""), "line 2, column 本方账号: is missing"),
        (changed(2, "余额", "999.99"), "line 2, column 余额: is below what the row books"),
        (sheet(()), "the file: has no bookings"),
        (sheet(headings=("状态", *HEADINGS[1:])), "line 1: unknown column: 状态; missing column"),
        (sheet((*ROWS[:1], *ROWS[2:])), "line 3, column 余额: does not follow"),
        (b"", "the file: The file is empty."),
        (b"\x00\x01\x02", "the file: The encoding is neither UTF-8 nor GB18030."),
        (sheet().decode("utf-8-sig").encode("utf-16"), "the file: The encoding is neither"),
        (b'a,"b', "the file: The file is not CSV."),
    ],
)
def test_what_is_wrong_is_said_with_its_row_and_column(content: bytes, said: str) -> None:
    assert fault(content).startswith(said)


def test_a_quoted_formula_is_a_text_and_a_formula_is_none() -> None:
    raw = sheet().replace(b"TX-P7", b"=1+1")

    assert fault(raw) == "line 2, column 附言: is a formula: write the value itself"
