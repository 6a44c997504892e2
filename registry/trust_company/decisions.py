"""A trust company's decisions by file: its open applications go out as rows, and come back with a
decision in those that it has decided."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from registry.types import TransferId

CRITERIA: Final = Column("criteria", Words("审查要件", "Criteria"), is_required=True)
DECISION: Final = Column("decision", Words("决定", "Decision"), is_required=True)
REASON: Final = Column("reason", Words("原因", "Reason"))
PROFILE: Final = Profile(
    (
        TRANSFER_ID,
        CRITERIA,
        *DEAL,
        Column("seller_fees", Words("转让方费用", "Seller fees")),
        Column("buyer_fees", Words("受让方费用", "Buyer fees")),
        Column("matched_at", Words("成交时间（北京时间）", "Matched at (UTC+8)")),
        Column("deadline", Words("办理期限（北京时间）", "Deadline (UTC+8)")),
        Column("made_by", Words("经办人编号", "Maker")),
        Column("proposed", Words("经办意见", "Proposed")),
        DECISION,
        REASON,
    )
)

SENT_CRITERIA: Final = re.compile(r"c(?P<criteria>[0-9a-f]{32})", re.ASCII | re.IGNORECASE)
CONFIRM: Final = "CONFIRM"
REJECT: Final = "REJECT"
DECISIONS: Final = {CONFIRM: Words("确认", "Confirm"), REJECT: Words("拒绝", "Reject")}

CONFIRMED: Final = Words("已确认", "Confirmed")
REJECTED: Final = Words("已拒绝", "Rejected")
"""What the returned sheet says of a decision that was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDecision:
    """What a row decides."""

    transfer_id: TransferId
    criteria: str
    """Of the application as it was sent, in hexadecimal."""
    confirms: bool
    reason: str | None
    """The code of a rejection's."""


DecisionRow: TypeAlias = ReturnedRow[StatedDecision]


def criteria_sent(criteria: bytes) -> str:
    """The criteria as they stand in a sheet: with a letter before them, or a spreadsheet takes some
    for numbers."""
    return f"c{criteria.hex()}"


def read_decisions(
    rows: Sequence[Row], columns: Columns, *, reasons: Mapping[str, Words]
) -> list[DecisionRow]:
    """What each row decides, or what is wrong with it, in their order.

    Args:
        rows: without the headings.
        reasons: of rejections, by code.
    """
    return read_rows(rows, lambda row: _read(row, columns, reasons))


def _read(row: Row, columns: Columns, reasons: Mapping[str, Words]) -> DecisionRow:
    said = {column.field: columns.text(row, column.field) for column in (DECISION, REASON)}
    errors = unreadable_cells(row, columns, PROFILE.columns)
    if not any(said.values()) and not errors:
        return ReturnedRow(row, None, ())
    transfer_id = read_number(row, columns, TRANSFER_ID, errors)
    criteria = _criteria(columns.text(row, CRITERIA.field))
    if criteria is None:
        blame(CRITERIA, RowFault.NOT_AS_SENT, errors)
    decision, reason = choose(DECISIONS, said["decision"]), choose(reasons, said["reason"])
    if decision is None:
        empty = not said["decision"]
        blame(DECISION, RowFault.DECISION_REQUIRED if empty else RowFault.UNKNOWN_CHOICE, errors)
    if reason is None and said["reason"]:
        blame(REASON, RowFault.UNKNOWN_CHOICE, errors)
    elif reason is None and decision == REJECT:
        blame(REASON, RowFault.REASON_REQUIRED, errors)
    elif reason is not None and decision == CONFIRM:
        blame(REASON, RowFault.REASON_NOT_WANTED, errors)
    if errors or transfer_id is None or criteria is None:
        return ReturnedRow(row, None, tuple(errors))
    stated = StatedDecision(
        transfer_id=TransferId(transfer_id),
        criteria=criteria,
        confirms=decision == CONFIRM,
        reason=reason,
    )
    return ReturnedRow(row, stated, ())


def _criteria(text: str) -> str | None:
    found = SENT_CRITERIA.fullmatch(text)
    return None if found is None else found["criteria"].lower()
