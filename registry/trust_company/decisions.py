"""A trust company's decisions by file: its open applications go out as rows, and come back with a
decision in those that it has decided.

What the returned row says of the application must be what was sent: who has sorted one column
without the others, or has changed a number, has not seen what he decides on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from registry.trust_company.mapping import Column, Columns, Profile, choose, plain_number
from registry.trust_company.sheets import CellFault, Row
from registry.trust_company.words import Language, Words
from registry.types import TransferId

TRANSFER_ID: Final = Column("transfer_id", Words("转让编号", "Transfer"), is_required=True)
VERSION: Final = Column("version", Words("版本", "Version"), is_required=True)
DECISION: Final = Column("decision", Words("决定", "Decision"), is_required=True)
REASON: Final = Column("reason", Words("原因", "Reason"))
COLUMNS: Final = (
    TRANSFER_ID,
    VERSION,
    Column("symbol", Words("产品代码", "Product")),
    Column("product_name", Words("产品名称", "Product name")),
    Column("seller_id", Words("转让方编号", "Seller")),
    Column("seller_name", Words("转让方", "Seller name")),
    Column("contracts", Words("信托合同", "Contracts")),
    Column("buyer_id", Words("受让方编号", "Buyer")),
    Column("buyer_name", Words("受让方", "Buyer name")),
    Column("units", Words("转让份额", "Units")),
    Column("price", Words("转让价格", "Price")),
    Column("consideration", Words("转让价款", "Consideration")),
    Column("seller_fees", Words("转让方费用", "Seller fees")),
    Column("buyer_fees", Words("受让方费用", "Buyer fees")),
    Column("matched_at", Words("成交时间（北京时间）", "Matched at (UTC+8)")),
    Column("deadline", Words("办理期限（北京时间）", "Deadline (UTC+8)")),
    DECISION,
    REASON,
)
PROFILE: Final = Profile(COLUMNS)
FACTS: Final = ("symbol", "seller_id", "buyer_id", "units", "price", "consideration")
"""What a row that comes back may not say otherwise. Names, moments and contracts are written by
spreadsheets and people in too many ways."""

CONFIRM: Final = "CONFIRM"
REJECT: Final = "REJECT"
DECISIONS: Final = {CONFIRM: Words("确认", "Confirm"), REJECT: Words("拒绝", "Reject")}


CONFIRMED: Final = Words("已确认", "Confirmed")
REJECTED: Final = Words("已拒绝", "Rejected")
NOT_TAKEN: Final = Words("未办理", "Not taken")
NOT_SUBMITTED: Final = Words("未提交", "Not submitted")
"""What the returned sheet says of a row. The last one: other rows were wrong, and all or none was
asked for."""


class RowFault(Enum):
    """Why a row is no decision: what is said after the heading of its column."""

    # A transfer's number or a version.
    NOT_A_NUMBER = Words("应为数字编号", "must be a number")
    # A decision or a reason that is none of ours.
    UNKNOWN_CHOICE = Words("无此选项", "is none of the choices")
    # Of a rejection.
    REASON_REQUIRED = Words("拒绝时必须填写", "is required with a rejection")
    # Of a confirmation.
    REASON_NOT_WANTED = Words("仅在拒绝时填写", "goes with a rejection only")
    # A reason without anything.
    DECISION_REQUIRED = Words("未填写", "is empty")
    # An earlier row decides the same transfer.
    TWICE = Words("与前面的行重复", "is decided above")
    # What the row says is not what was sent.
    DIFFERS = Words("与申请不一致", "differs from the application")


@dataclass(frozen=True, slots=True)
class CellError:
    """One thing that is wrong with a row."""

    field: str
    fault: RowFault | CellFault


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDecision:
    """What a row decides."""

    transfer_id: TransferId
    version: int
    confirms: bool
    reason: str | None
    """The code of a rejection's."""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A row that was read."""

    row: Row
    decision: StatedDecision | None
    """None: it decides nothing, or it has errors."""
    errors: tuple[CellError, ...]


def application_rows(
    applications: Iterable[Mapping[str, str]], profile: Profile, language: Language
) -> list[list[str]]:
    """The rows of a file of applications, headings first; decision and reason are left to fill in.

    Args:
        applications: the texts of each by field.
    """
    rows = [[profile.heading(column, language) for column in profile.columns]]
    rows += [[each.get(column.field, "") for column in profile.columns] for each in applications]
    return rows


def read_decisions(
    rows: Sequence[Row], columns: Columns, *, reasons: Mapping[str, Words]
) -> list[DecisionRow]:
    """What each row decides, or what is wrong with it, in their order.

    Args:
        rows: without the headings.
        reasons: of rejections, by code.
    """
    read: list[DecisionRow] = []
    seen: set[TransferId] = set()
    for row in rows:
        decided = _read(row, columns, reasons)
        if decided.decision is not None and decided.decision.transfer_id in seen:
            decided = DecisionRow(row, None, (CellError(TRANSFER_ID.field, RowFault.TWICE),))
        if decided.decision is not None:
            seen.add(decided.decision.transfer_id)
        read.append(decided)
    return read


def check_facts(
    read: Iterable[DecisionRow],
    columns: Columns,
    applications: Mapping[TransferId, Mapping[str, str]],
) -> list[DecisionRow]:
    """The same rows; those that say something else of their application have errors instead.

    Args:
        applications: the texts of those that the trust company may decide, open or not.
    """
    return [_checked(decided, columns, applications) for decided in read]


def error_text(errors: Iterable[CellError], columns: Columns) -> str:
    """For people: which cells, and what is wrong with each."""
    language = columns.language
    colon, semicolon = ("：", "；") if language is Language.ZH else (": ", "; ")
    headings = {
        column.field: columns.headings.get(column.field, column.heading.in_language(language))
        for column in COLUMNS
    }
    return semicolon.join(
        f"{headings[error.field]}{colon}{error.fault.value.in_language(language)}"
        for error in errors
    )


def _read(row: Row, columns: Columns, reasons: Mapping[str, Words]) -> DecisionRow:
    texts = {
        column.field: columns.text(row, column.field)
        for column in (TRANSFER_ID, VERSION, DECISION, REASON)
    }
    broken = [(column.field, columns.fault(row, column.field)) for column in COLUMNS]
    errors = [CellError(name, fault) for name, fault in broken if fault is not None]
    if not texts["decision"] and not texts["reason"] and not errors:
        return DecisionRow(row, None, ())
    unread = {error.field for error in errors}
    numbers = {}
    for name in ("transfer_id", "version"):
        numbers[name] = _id(texts[name])
        if numbers[name] is None and name not in unread:
            errors.append(CellError(name, RowFault.NOT_A_NUMBER))
    decision, reason = choose(DECISIONS, texts["decision"]), choose(reasons, texts["reason"])
    if decision is None and "decision" not in unread:
        empty = not texts["decision"]
        fault = RowFault.DECISION_REQUIRED if empty else RowFault.UNKNOWN_CHOICE
        errors.append(CellError("decision", fault))
    if "reason" not in unread:
        if reason is None and texts["reason"]:
            errors.append(CellError("reason", RowFault.UNKNOWN_CHOICE))
        elif reason is None and decision == REJECT:
            errors.append(CellError("reason", RowFault.REASON_REQUIRED))
        elif reason is not None and decision == CONFIRM:
            errors.append(CellError("reason", RowFault.REASON_NOT_WANTED))
    transfer_id, version = numbers["transfer_id"], numbers["version"]
    if errors or transfer_id is None or version is None:
        return DecisionRow(row, None, tuple(errors))
    stated = StatedDecision(
        transfer_id=TransferId(transfer_id),
        version=version,
        confirms=decision == CONFIRM,
        reason=reason,
    )
    return DecisionRow(row, stated, ())


def _id(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text) or None
    return None


def _checked(
    decided: DecisionRow,
    columns: Columns,
    applications: Mapping[TransferId, Mapping[str, str]],
) -> DecisionRow:
    decision = decided.decision
    application = None if decision is None else applications.get(decision.transfer_id)
    if application is None:
        return decided
    differing = [
        CellError(name, RowFault.DIFFERS)
        for name in FACTS
        if not _says_the_same(columns.text(decided.row, name), sent=application[name])
    ]
    return DecisionRow(decided.row, None, tuple(differing)) if differing else decided


def _says_the_same(said: str, *, sent: str) -> bool:
    """A cell that is empty says nothing."""
    return said in ("", sent) or (
        plain_number(said) is not None and plain_number(said) == plain_number(sent)
    )
