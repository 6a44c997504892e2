"""Rows of change registrations: what each acknowledges, and what is wrong with it."""

import pytest

from registry.trust_company.mapping import Columns, find_columns
from registry.trust_company.registration import (
    PROFILE,
    RegistrationRow,
    StatedRegistration,
    read_registrations,
)
from registry.trust_company.returned_rows import CellError, RowFault
from registry.trust_company.sheets import CellFault, Row
from registry.types import TransferId


def read(headings: str, *rows: Row | str) -> list[RegistrationRow]:
    """The rows of a sheet whose headings are right."""
    given = [
        row if isinstance(row, Row) else Row(number, tuple(row.split(",")))
        for number, row in enumerate((headings, *rows), start=1)
    ]
    columns = find_columns(PROFILE, given)
    assert isinstance(columns, Columns), columns
    return read_registrations(given[1:], columns)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("1001,3,已登记", StatedRegistration(transfer_id=TransferId(1001), version=3)),
        ("1001,3,registered", StatedRegistration(transfer_id=TransferId(1001), version=3)),
        ("1001,3,", None),
        ("合计,,", None),
        ("1001,3,是", [("registration", RowFault.UNKNOWN_CHOICE)]),
        ("1001,,已登记", [("version", RowFault.NOT_A_NUMBER)]),
        ("x,3,已登记", [("transfer_id", RowFault.NOT_A_NUMBER)]),
        (
            Row(2, ("1001", "3", "=A1"), {2: CellFault.FORMULA}),
            [("registration", CellFault.FORMULA)],
        ),
    ],
)
def test_a_row_acknowledges_or_says_why_not(
    row: Row | str, expected: StatedRegistration | list[tuple[str, RowFault | CellFault]] | None
) -> None:
    (only,) = read("转让编号,版本,登记结果", row)
    if isinstance(expected, list):
        assert (only.answer, only.errors) == (None, tuple(CellError(*each) for each in expected))
    else:
        assert (only.answer, only.errors) == (expected, ())


def test_a_transfer_is_acknowledged_once_in_a_file() -> None:
    first, second = read("Transfer,Version,Registration", "1001,3,Registered", "1001,3,Registered")
    assert first.answer is not None
    assert second.errors == (CellError("transfer_id", RowFault.TWICE),)
