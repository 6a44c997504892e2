"""Rows about transfers that go out to an office, and come back with its answer in those that it has
answered.

What the returned row says of the transfer must be what was sent: who has sorted one column without
the others, or has changed a number, has not seen what he answers about.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, Protocol, TypeVar

from registry.trust_company.mapping import Column, Columns, Profile, plain_number
from registry.trust_company.sheets import CellFault, Row
from registry.trust_company.words import Language, Words
from registry.types import TransferId

TRANSFER_ID: Final = Column("transfer_id", Words("转让编号", "Transfer"), is_required=True)
DEAL: Final = (
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
    Column("accrued", Words("应计收益", "Accrued income")),
    Column("full", Words("转让价款合计", "Total")),
)
"""What every sheet says of a transfer, beside its number and what tells whether it has changed."""
NUMBER_DIGITS_MAX: Final = 18

NOT_TAKEN: Final = Words("未办理", "Not taken")
NOT_SUBMITTED: Final = Words("未提交", "Not submitted")
"""What the returned sheet says of a row that did nothing. The last one: other rows were wrong, and
all or none was asked for."""


class RowFault(Enum):
    """Why a row is no answer: what is said after the heading of its column."""

    # A transfer's number.
    NOT_A_NUMBER = Words("应为数字编号", "must be a number")
    # A decision or a reason that is none of ours.
    UNKNOWN_CHOICE = Words("无此选项", "is none of the choices")
    # Of a rejection.
    REASON_REQUIRED = Words("拒绝时必须填写", "is required with a rejection")
    # Of a confirmation.
    REASON_NOT_WANTED = Words("仅在拒绝时填写", "goes with a rejection only")
    # A reason without anything.
    DECISION_REQUIRED = Words("未填写", "is empty")
    # An earlier row is about the same transfer.
    TWICE = Words("与前面的行重复", "is answered above")
    # No criteria or no digest, as they were sent.
    NOT_AS_SENT = Words("应与导出文件一致", "must be as they were sent")
    # What the row says is not what was sent.
    DIFFERS = Words("与申请不一致", "differs from the application")


@dataclass(frozen=True, slots=True)
class CellError:
    """One thing that is wrong with a row."""

    field: str
    fault: RowFault | CellFault


class AboutTransfer(Protocol):
    """An answer of an office."""

    @property
    def transfer_id(self) -> TransferId: ...


Answer = TypeVar("Answer", bound=AboutTransfer)


@dataclass(frozen=True, slots=True)
class ReturnedRow(Generic[Answer]):
    """A row that was read."""

    row: Row
    answer: Answer | None
    """None: it answers nothing, or it has errors."""
    errors: tuple[CellError, ...]


def rows_to_send(
    transfers: Iterable[Mapping[str, str]], profile: Profile, language: Language
) -> list[list[str]]:
    """The rows of a file about transfers, headings first; what is for the office is left to fill
    in.

    Args:
        transfers: the texts of each by field.
    """
    rows = [[profile.heading(column, language) for column in profile.columns]]
    rows += [[each.get(column.field, "") for column in profile.columns] for each in transfers]
    return rows


def read_rows(
    rows: Sequence[Row], read: Callable[[Row], ReturnedRow[Answer]]
) -> list[ReturnedRow[Answer]]:
    """What each row answers, or what is wrong with it, in their order.

    Args:
        rows: without the headings.
        read: reads one of them.
    """
    returned: list[ReturnedRow[Answer]] = []
    seen: set[TransferId] = set()
    for row in rows:
        each = read(row)
        if each.answer is not None and each.answer.transfer_id in seen:
            each = ReturnedRow(row, None, (CellError(TRANSFER_ID.field, RowFault.TWICE),))
        if each.answer is not None:
            seen.add(each.answer.transfer_id)
        returned.append(each)
    return returned


def unreadable_cells(row: Row, columns: Columns, of: Iterable[Column]) -> list[CellError]:
    """The cells that cannot be read, also where they only inform."""
    broken = [(column.field, columns.fault(row, column.field)) for column in of]
    return [CellError(name, fault) for name, fault in broken if fault is not None]


def read_number(row: Row, columns: Columns, column: Column, errors: list[CellError]) -> int | None:
    """The number in a cell; what is wrong with it joins the errors, unless the cell could not be
    read at all."""
    number = _number(columns.text(row, column.field))
    if number is None:
        blame(column, RowFault.NOT_A_NUMBER, errors)
    return number


def blame(column: Column, fault: RowFault, errors: list[CellError]) -> None:
    """Let a cell's fault join the errors, unless the cell could not be read at all."""
    if all(error.field != column.field for error in errors):
        errors.append(CellError(column.field, fault))


def check_facts(
    returned: Iterable[ReturnedRow[Answer]],
    columns: Columns,
    sent: Mapping[TransferId, Mapping[str, str]],
) -> list[ReturnedRow[Answer]]:
    """The same rows; those that say something else of their transfer have errors instead.

    Args:
        sent: of those that the trust company may speak of, in whatever state, what a row that comes
            back may not say otherwise, by field.
    """
    return [_checked(each, columns, sent) for each in returned]


def error_text(errors: Iterable[CellError], columns: Columns, profile: Profile) -> str:
    """For people: which cells, and what is wrong with each."""
    language = columns.language
    colon, semicolon = ("：", "；") if language is Language.ZH else (": ", "; ")
    headings = {
        column.field: columns.headings.get(column.field, column.heading.in_language(language))
        for column in profile.columns
    }
    return semicolon.join(
        f"{headings[error.field]}{colon}{error.fault.value.in_language(language)}"
        for error in errors
    )


def _number(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS_MAX:
        return int(text) or None
    return None


def _checked(
    each: ReturnedRow[Answer], columns: Columns, sent: Mapping[TransferId, Mapping[str, str]]
) -> ReturnedRow[Answer]:
    transfer = None if each.answer is None else sent.get(each.answer.transfer_id)
    if transfer is None:
        return each
    differing = [
        CellError(name, RowFault.DIFFERS)
        for name, text in transfer.items()
        if not _says_the_same(columns.text(each.row, name), sent=text)
    ]
    return ReturnedRow(each.row, None, tuple(differing)) if differing else each


def _says_the_same(said: str, *, sent: str) -> bool:
    """A cell that is empty says nothing."""
    return said in ("", sent) or (
        plain_number(said) is not None and plain_number(said) == plain_number(sent)
    )
