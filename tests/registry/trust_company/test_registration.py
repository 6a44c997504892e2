"""Rows of change registrations: what each acknowledges, and what is wrong with it."""

from typing import Final

import pytest

from registry.trust_company.mapping import Columns, find_columns
from registry.trust_company.registration import (
    PROFILE,
    RegistrationRow,
    StatedRegistration,
    deal_sent,
    read_registrations,
)
from registry.trust_company.returned_rows import CellError, RowFault
from registry.trust_company.sheets import CellFault, Row
from registry.types import TimeNs, TransferId

FACTS: Final = {"symbol": "DEMO-1", "seller_id": "7", "buyer_id": "8", "units": "1000"}


def sent(transfer_id: int = 1001, *, settled_at_ns: int | None = 5, **changes: str) -> str:
    """The digest of a deal."""
    settled = None if settled_at_ns is None else TimeNs(settled_at_ns)
    return deal_sent(TransferId(transfer_id), FACTS | changes, settled_at_ns=settled)


SENT: Final = sent()


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
        (f"1001,{SENT},已登记", StatedRegistration(transfer_id=TransferId(1001))),
        (f"1001,{SENT.upper()},registered", StatedRegistration(transfer_id=TransferId(1001))),
        (f"1001,{SENT},", None),
        ("合计,,", None),
        (f"1001,{SENT},是", [("registration", RowFault.UNKNOWN_CHOICE)]),
        ("1001,,已登记", [("settled_deal", RowFault.NOT_AS_SENT)]),
        (f"1001,{SENT[1:]},已登记", [("settled_deal", RowFault.NOT_AS_SENT)]),
        (f"x,{SENT},已登记", [("transfer_id", RowFault.NOT_A_NUMBER)]),
        (
            Row(2, ("1001", SENT, "=A1"), {2: CellFault.FORMULA}),
            [("registration", CellFault.FORMULA)],
        ),
    ],
)
def test_a_row_acknowledges_or_says_why_not(
    row: Row | str, expected: StatedRegistration | list[tuple[str, RowFault | CellFault]] | None
) -> None:
    (only,) = read("转让编号,过户摘要,登记结果", row)
    if isinstance(expected, list):
        assert (only.answer, only.errors) == (None, tuple(CellError(*each) for each in expected))
    else:
        assert (only.answer, only.errors) == (expected, ())


def test_a_transfer_is_acknowledged_once_in_a_file() -> None:
    row = f"1001,{SENT},Registered"
    first, second = read("Transfer,Settled deal,Registration", row, row)
    assert first.answer is not None
    assert second.errors == (CellError("transfer_id", RowFault.TWICE),)


def test_every_settled_deal_has_a_digest_of_its_own() -> None:
    others = [
        sent(1002),
        sent(settled_at_ns=6),
        sent(settled_at_ns=None),
        *(sent(**{name: "9"}) for name in FACTS),
    ]
    assert len({SENT, *others}) == 1 + len(others)
    assert sent() == SENT
    # The next program finds in a sheet what this one has sent.
    assert SENT == "s7e085599e5587b20eca1b431b344ea50"
