"""Change registration (变更登记) by file: the settled transfers that wait for it go out as rows
with their days left, and come back with those marked that are registered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from registry.trust_company.mapping import Column, Columns, Profile, choose
from registry.trust_company.returned_rows import (
    DEAL,
    TRANSFER_ID,
    VERSION,
    ReturnedRow,
    RowFault,
    blame,
    read_number,
    read_rows,
    unreadable_cells,
)
from registry.trust_company.sheets import Row
from registry.trust_company.words import Words
from registry.types import TransferId

REGISTRATION: Final = Column("registration", Words("登记结果", "Registration"), is_required=True)
PROFILE: Final = Profile(
    (
        TRANSFER_ID,
        VERSION,
        *DEAL,
        Column("settled_at", Words("过户时间（北京时间）", "Settled at (UTC+8)")),
        Column("due", Words("登记期限（北京时间）", "Registration due (UTC+8)")),
        Column("days_left", Words("剩余工作日", "Working days left")),
        REGISTRATION,
    )
)

REGISTERED: Final = Words("已登记", "Registered")
"""What a row says, and what is said of it when it was taken."""
REGISTRATIONS: Final = {"REGISTERED": REGISTERED}
OVERDUE: Final = Words("已逾期", "Overdue")
"""Instead of the days left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRegistration:
    """What a row acknowledges."""

    transfer_id: TransferId
    version: int


RegistrationRow: TypeAlias = ReturnedRow[StatedRegistration]


def read_registrations(rows: Sequence[Row], columns: Columns) -> list[RegistrationRow]:
    """What each row acknowledges, or what is wrong with it, in their order.

    Args:
        rows: without the headings.
    """
    return read_rows(rows, lambda row: _read(row, columns))


def _read(row: Row, columns: Columns) -> RegistrationRow:
    said = columns.text(row, REGISTRATION.field)
    errors = unreadable_cells(row, columns, PROFILE.columns)
    if not said and not errors:
        return ReturnedRow(row, None, ())
    transfer_id = read_number(row, columns, TRANSFER_ID, errors)
    version = read_number(row, columns, VERSION, errors)
    if choose(REGISTRATIONS, said) is None:
        blame(REGISTRATION, RowFault.UNKNOWN_CHOICE, errors)
    if errors or transfer_id is None or version is None:
        return ReturnedRow(row, None, tuple(errors))
    stated = StatedRegistration(transfer_id=TransferId(transfer_id), version=version)
    return ReturnedRow(row, stated, ())
