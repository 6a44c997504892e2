"""A trust company's decisions by file: its open applications go out as rows, and come back with a
decision in those that it has decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from registry.trust_company.mapping import Column, Columns, Profile, choose
from registry.trust_company.returned_rows import (
    ABOUT,
    CellError,
    ReturnedRow,
    RowFault,
    read_about,
    read_rows,
    unreadable_cells,
)
from registry.trust_company.sheets import Row
from registry.trust_company.words import Words
from registry.types import TransferId

DECISION: Final = Column("decision", Words("决定", "Decision"), is_required=True)
REASON: Final = Column("reason", Words("原因", "Reason"))
PROFILE: Final = Profile(
    (
        *ABOUT,
        Column("seller_fees", Words("转让方费用", "Seller fees")),
        Column("buyer_fees", Words("受让方费用", "Buyer fees")),
        Column("matched_at", Words("成交时间（北京时间）", "Matched at (UTC+8)")),
        Column("deadline", Words("办理期限（北京时间）", "Deadline (UTC+8)")),
        DECISION,
        REASON,
    )
)

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
    version: int
    confirms: bool
    reason: str | None
    """The code of a rejection's."""


DecisionRow: TypeAlias = ReturnedRow[StatedDecision]


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
    unread = {error.field for error in errors}
    transfer_id, version = read_about(row, columns, errors)
    decision, reason = choose(DECISIONS, said["decision"]), choose(reasons, said["reason"])
    if decision is None and "decision" not in unread:
        empty = not said["decision"]
        fault = RowFault.DECISION_REQUIRED if empty else RowFault.UNKNOWN_CHOICE
        errors.append(CellError("decision", fault))
    if "reason" not in unread:
        if reason is None and said["reason"]:
            errors.append(CellError("reason", RowFault.UNKNOWN_CHOICE))
        elif reason is None and decision == REJECT:
            errors.append(CellError("reason", RowFault.REASON_REQUIRED))
        elif reason is not None and decision == CONFIRM:
            errors.append(CellError("reason", RowFault.REASON_NOT_WANTED))
    if errors or transfer_id is None or version is None:
        return ReturnedRow(row, None, tuple(errors))
    stated = StatedDecision(
        transfer_id=transfer_id, version=version, confirms=decision == CONFIRM, reason=reason
    )
    return ReturnedRow(row, stated, ())
