"""Rows of a trust company's decisions: what each decides, and what is wrong with it."""

import pytest

from registry.trust_company.decisions import (
    PROFILE,
    DecisionRow,
    StatedDecision,
    criteria_sent,
    read_decisions,
)
from registry.trust_company.mapping import Columns, find_columns
from registry.trust_company.returned_rows import (
    CellError,
    RowFault,
    check_facts,
    error_text,
    rows_to_send,
)
from registry.trust_company.sheets import (
    CellFault,
    Row,
    Sheet,
    SheetFormat,
    read_sheet,
    write_sheet,
)
from registry.trust_company.words import Language, Words
from registry.types import TransferId

REASONS = {"TITLE_DISPUTED": Words("权属争议", "Title disputed"), "OTHER": Words("其他", "Other")}
READ = "0a" * 15 + "1f"
SENT = f"c{READ}"
APPLICATION = {
    "transfer_id": "1001",
    "criteria": SENT,
    "symbol": "DEMO-1",
    "product_name": "=嘉禾一号",
    "seller_id": "7",
    "seller_name": "某某",
    "contracts": "HT-1 (600)",
    "buyer_id": "9",
    "buyer_name": "-Fund-",
    "units": "1000",
    "price": "1.0200",
    "consideration": "1020.00",
    "accrued": "9.86",
    "full": "1029.86",
    "seller_fees": "2.00",
    "buyer_fees": "3.00",
    "matched_at": "2026-11-22 12:00:00",
    "deadline": "",
}
PARTIES = ("seller_id", "buyer_id")
SAID_OF_THE_DEAL = ("symbol", *PARTIES, "units", "price", "consideration", "accrued", "full")
FACTS = {name: APPLICATION[name] for name in SAID_OF_THE_DEAL}


def read(headings: str, *rows: str) -> tuple[list[DecisionRow], Columns]:
    """The rows of a sheet whose headings are right."""
    given = [Row(n, tuple(row.split(","))) for n, row in enumerate((headings, *rows), start=1)]
    columns = find_columns(PROFILE, given)
    assert isinstance(columns, Columns), columns
    return read_decisions(given[1:], columns, reasons=REASONS), columns


def decision(transfer_id: int, reason: str | None = None) -> StatedDecision:
    """A rejection if it has a reason, else a confirmation."""
    return StatedDecision(
        transfer_id=TransferId(transfer_id), criteria=READ, confirms=reason is None, reason=reason
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (f"1001,{SENT},确认,", decision(1001)),
        (f"1001,{SENT},Confirm", decision(1001)),
        (f"1001,{SENT},拒绝,权属争议", decision(1001, "TITLE_DISPUTED")),
        (f"1001,{SENT},REJECT,other", decision(1001, "OTHER")),
        (f"1001,{SENT},,", None),
        ("x,y", None),  # a note below the table decides nothing
        (f"1001,{SENT},是", [("decision", RowFault.UNKNOWN_CHOICE)]),
        (f"1001,{SENT},,权属争议", [("decision", RowFault.DECISION_REQUIRED)]),
        (f"1001,{SENT},拒绝", [("reason", RowFault.REASON_REQUIRED)]),
        (f"1001,{SENT},拒绝,不知道", [("reason", RowFault.UNKNOWN_CHOICE)]),
        (f"1001,{SENT},确认,权属争议", [("reason", RowFault.REASON_NOT_WANTED)]),
        ("1001,,确认", [("criteria", RowFault.NOT_AS_SENT)]),
        (f"1001.5,{SENT},确认", [("transfer_id", RowFault.NOT_A_NUMBER)]),
        (f"0,{SENT},确认", [("transfer_id", RowFault.NOT_A_NUMBER)]),
        ("1" * 19 + f",{SENT},确认", [("transfer_id", RowFault.NOT_A_NUMBER)]),
        (
            f"确认,1001,{SENT}",  # columns that have changed places below their headings
            [
                ("transfer_id", RowFault.NOT_A_NUMBER),
                ("criteria", RowFault.NOT_AS_SENT),
                ("decision", RowFault.UNKNOWN_CHOICE),
            ],
        ),
    ],
)
def test_a_row_decides_or_says_why_not(
    row: str, expected: StatedDecision | list[tuple[str, RowFault]] | None
) -> None:
    (only,), _ = read("转让编号,审查要件,决定,原因", row)
    if isinstance(expected, list):
        assert only.errors == tuple(CellError(*each) for each in expected)
        assert only.answer is None
    else:
        assert only.answer == expected
        assert only.errors == ()


def test_a_cell_that_cannot_be_read_is_an_error_even_where_it_only_informs() -> None:
    columns = find_columns(PROFILE, [Row(1, ("转让编号", "审查要件", "决定", "转让份额", "备注"))])
    assert isinstance(columns, Columns)
    cells = ("1001", SENT, "=A1", "=B1", "=C1")
    faults = dict.fromkeys((2, 3, 4), CellFault.FORMULA)
    (only,) = read_decisions([Row(2, cells, faults)], columns, reasons=REASONS)
    assert only.errors == (
        CellError("units", CellFault.FORMULA),
        CellError("decision", CellFault.FORMULA),
    )


def test_a_transfer_is_decided_once_in_a_file() -> None:
    (first, second, third), _ = read(
        "转让编号,审查要件,决定,原因",
        f"1001,{SENT},确认",
        f"01001,{SENT},拒绝,其他",
        f"1002,{SENT},确认",
    )
    assert first.answer == decision(1001)
    assert second.errors == (CellError("transfer_id", RowFault.TWICE),)
    assert third.answer == decision(1002)


@pytest.mark.parametrize(
    ("column", "text", "differs"),
    [
        ("产品代码", "DEMO-1", False),
        ("产品代码", "", False),
        ("产品代码", "DEMO-2", True),
        ("转让份额", "1,000.00", False),
        ("转让份额", "10000", True),
        ("转让份额", "many", True),
        ("转让价格", "1.02", False),
        ("转让价格", "1.03", True),
        ("转让价款", "1020", False),
        ("转让价款", "1020.01", True),
        ("应计收益", "9.860", False),
        ("应计收益", "0.00", True),
        ("转让价款合计", "1020.00", True),
        ("转让方编号", "7", False),
        ("转让方编号", "9", True),
        ("受让方编号", "7", True),
        ("转让方", "somebody else", False),  # names are written in many ways
    ],
)
def test_a_row_must_say_of_the_application_what_was_sent(
    column: str, text: str, *, differs: bool
) -> None:
    _, columns = read(f"转让编号,审查要件,决定,{column}")
    row = Row(2, ("1001", SENT, "确认", text))
    rows = read_decisions([row], columns, reasons=REASONS)
    (only,) = check_facts(rows, columns, {TransferId(1001): FACTS})
    assert (only.answer is None) is differs
    assert [error.fault for error in only.errors] == [RowFault.DIFFERS] * differs


def test_what_is_unknown_or_wrong_already_is_not_compared() -> None:
    rows, columns = read(
        "转让编号,审查要件,决定,产品代码", f"1009,{SENT},确认,DEMO-2", f"1001,{SENT},是,DEMO-2"
    )
    assert check_facts(rows, columns, {TransferId(1001): FACTS}) == rows


@pytest.mark.parametrize("form", SheetFormat)
@pytest.mark.parametrize("language", Language)
def test_what_goes_out_comes_back_and_decides_when_it_is_filled_in(
    form: SheetFormat, language: Language
) -> None:
    sheet = read_sheet(write_sheet(rows_to_send([APPLICATION], PROFILE, language), form))
    assert isinstance(sheet, Sheet), sheet
    columns = find_columns(PROFILE, sheet.rows)
    assert isinstance(columns, Columns), columns
    assert columns.language is language
    assert [column.field for column in PROFILE.columns] == list(columns.places)
    headings, sent = sheet.rows
    (blank,) = read_decisions([sent], columns, reasons=REASONS)
    assert blank.answer is None
    assert blank.errors == ()
    empty_ones = [""] * (len(headings.cells) - len(sent.cells) - 2)
    filled = Row(2, (*sent.cells, *empty_ones, "确认", ""))
    (only,) = read_decisions([filled], columns, reasons=REASONS)
    assert only.answer == decision(1001)
    assert check_facts([only], columns, {TransferId(1001): FACTS}) == [only]


def test_criteria_go_out_as_they_must_come_back() -> None:
    assert criteria_sent(bytes.fromhex(READ)) == SENT


def test_errors_are_said_with_the_headings_of_the_sheet() -> None:
    errors = (CellError("units", CellFault.FORMULA), CellError("reason", RowFault.REASON_REQUIRED))
    _, english = read("Transfer,Criteria,Decision,units,Reason")
    assert error_text(errors, english, PROFILE) == (
        "units: is a formula: write the value itself; Reason: is required with a rejection"
    )
    _, chinese = read("转让编号,审查要件,决定,Units,原因")
    assert (
        error_text(errors, chinese, PROFILE)
        == "Units：是公式：请填写数值或文字；原因：拒绝时必须填写"
    )
