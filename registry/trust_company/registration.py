"""Change registration (变更登记) by file: the settled transfers that wait for it go out as rows
with their days left, and come back with those marked that are registered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, TypeAlias

from registry.trust_company.mapping import Column, Columns, Profile, choose
from registry.trust_company.returned_rows import (
    DEAL,
    TRANSFER_ID,
    ReturnedRow,
    RowFault,
    blame,
    read_number,
    read_rows,
    unreadable_cells,
)
from registry.trust_company.sheets import Row
from registry.trust_company.words import Words
from registry.types import TimeNs, TransferId

SETTLED_DEAL: Final = Column("settled_deal", Words("过户摘要", "Settled deal"), is_required=True)
REGISTRATION: Final = Column("registration", Words("登记结果", "Registration"), is_required=True)
PROFILE: Final = Profile(
    (
        TRANSFER_ID,
        SETTLED_DEAL,
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

DEAL_BYTES: Final = 16
DEAL_VERSION: Final = 1
"""Of what is hashed."""
SENT_DEAL: Final = re.compile(r"s(?P<deal>[0-9a-f]{32})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRegistration:
    """What a row acknowledges."""

    transfer_id: TransferId


RegistrationRow: TypeAlias = ReturnedRow[StatedRegistration]


def deal_sent(
    transfer_id: TransferId, facts: Mapping[str, str], *, settled_at_ns: TimeNs | None
) -> str:
    """The digest of a settled deal as it stands in a sheet, with a letter before it, or a
    spreadsheet takes some for numbers. No reminder changes it, as one changes the version.

    Args:
        facts: what the sheet says of the deal, by field.
    """
    said = (DEAL_VERSION, transfer_id, settled_at_ns, *sorted(facts.items()))
    return f"s{blake2b(repr(said).encode(), digest_size=DEAL_BYTES).hexdigest()}"


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
    if SENT_DEAL.fullmatch(columns.text(row, SETTLED_DEAL.field)) is None:
        blame(SETTLED_DEAL, RowFault.NOT_AS_SENT, errors)
    if choose(REGISTRATIONS, said) is None:
        blame(REGISTRATION, RowFault.UNKNOWN_CHOICE, errors)
    if errors or transfer_id is None:
        return ReturnedRow(row, None, tuple(errors))
    return ReturnedRow(row, StatedRegistration(transfer_id=TransferId(transfer_id)), ())
