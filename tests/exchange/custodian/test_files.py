"""A bank that is spoken to by files: instructions are written once, statements are found."""

from pathlib import Path

import pytest

from exchange.custodian.camt053_writer import WrittenBooking, write_camt053
from exchange.custodian.files import FilesCustodian
from exchange.custodian.port import CustodianUnavailable, Moved, NoStatement, Payout
from exchange.custodian.statement import OtherAccount
from exchange.money_types import PayoutOutcome, WithdrawalId
from exchange.types import Fen
from registry.trust_company.sheets import Sheet, read_sheet
from registry.types import DayNumber

WANG = OtherAccount(bank="102100099996", number="6222000011118842", holder_name="=王芳")
PAYOUT = Payout(withdrawal_id=WithdrawalId(40), amount=Fen(123_405), to=WANG)


def put(folder: Path, day: int, opening: int, *amounts: int) -> bytes:
    """The bank's statement of a day."""
    content = write_camt053(
        statement_id=f"S{day}",
        account_number="8888",
        day=DayNumber(day),
        opening_balance=Fen(opening),
        bookings=[
            WrittenBooking(
                bank_ref=f"{day}/{number}",
                amount=Fen(amount),
                booked_on=DayNumber(day),
                other=WANG,
                text="TX-W40" if amount < 0 else "TX-P5",
            )
            for number, amount in enumerate(amounts)
        ],
    )
    (folder / "statements" / f"{day}.xml").write_bytes(content)
    return content


def test_an_instruction_is_one_file_that_stays_as_it_was_written(tmp_path: Path) -> None:
    custodian = FilesCustodian(tmp_path, account_number="8888")

    first = custodian.instruct(PAYOUT)
    (file,) = (tmp_path / "payouts").iterdir()
    written, content = file.stat().st_mtime_ns, file.read_bytes()
    again = custodian.instruct(PAYOUT)

    assert first == again
    assert (first.outcome, first.answer) == (PayoutOutcome.INSTRUCTED, "TX-W40.csv")
    assert [file] == list((tmp_path / "payouts").iterdir())
    assert (file.stat().st_mtime_ns, file.read_bytes()) == (written, content)
    sheet = read_sheet(content)
    assert isinstance(sheet, Sheet)
    # The name of a payee is no formula to the office that opens the file.
    assert sheet.rows[1].cells == (
        *("TX-W40", "102100099996", "6222000011118842", "=王芳", "1234.05", "TX-W40"),
    )
    assert b"'=" in content


def test_an_instruction_that_was_cut_off_is_written_anew(tmp_path: Path) -> None:
    custodian = FilesCustodian(tmp_path, account_number="8888")
    (tmp_path / "payouts" / "TX-W40.unfinished").write_bytes(b"half a f")

    custodian.instruct(PAYOUT)

    (file,) = (tmp_path / "payouts").iterdir()
    assert file.name == "TX-W40.csv"


def test_a_folder_that_takes_nothing_is_asked_again_later(tmp_path: Path) -> None:
    custodian = FilesCustodian(tmp_path, account_number="8888")
    (tmp_path / "payouts").rmdir()

    with pytest.raises(CustodianUnavailable):
        custodian.instruct(PAYOUT)


def test_the_balance_is_the_last_statements(tmp_path: Path) -> None:
    custodian = FilesCustodian(tmp_path, account_number="8888")
    assert custodian.balance(after=None).amount == 0
    put(tmp_path, 20_000, 0, 500)
    put(tmp_path, 20_001, 500)
    put(tmp_path, 20_002, 500, 70, -100)

    moved = (Moved(Fen(70), None), Moved(Fen(-100), WithdrawalId(40)))
    assert custodian.balance(after="S20001").since == moved
    assert custodian.balance(after="S20001").amount == 470
    assert custodian.balance(after="S20002").since == ()
    assert custodian.balance(after=None).since == (Moved(Fen(500), None), *moved)
    assert custodian.balance(after="never heard of").since == ()


def test_a_statement_is_found_by_its_day(tmp_path: Path) -> None:
    custodian = FilesCustodian(tmp_path, account_number="8888")
    put(tmp_path, 20_000, 0, 500)
    wanted = put(tmp_path, 20_002, 500, 70)

    assert custodian.statement(DayNumber(20_002)) == wanted
    with pytest.raises(NoStatement):
        custodian.statement(DayNumber(20_001))


def test_a_file_that_is_no_statement_is_named(tmp_path: Path) -> None:
    custodian = FilesCustodian(tmp_path, account_number="8888")
    (tmp_path / "statements" / "20001.xml").write_bytes(b"<html/>")

    with pytest.raises(CustodianUnavailable, match=r"20001\.xml: line 1, element html"):
        custodian.balance(after=None)


def test_a_statement_of_another_account_is_not_believed(tmp_path: Path) -> None:
    custodian = FilesCustodian(tmp_path, account_number="88 88-1")
    put(tmp_path, 20_001, 0, 500)

    with pytest.raises(CustodianUnavailable, match=r"20001\.xml: it is of another account"):
        custodian.balance(after=None)
    assert FilesCustodian(tmp_path, account_number="88-88").balance(after=None).amount == 500
