"""The file in which a trust company sends its register, or changes of it: bytes to rows.

CSV in UTF-8 or GB18030, headings in Chinese or English, three lines about the file, then a table:

    产品代码,JH-2026-01                  product,JH-2026-01
    文件类型,期初                        file,OPENING
    份额总数,3000000                     units_outstanding,3000000
    类型,合同编号,持有人,份额,本金,取得日期  type,contract,holder,units,principal,acquired_on
    持有,JH-0001,1042,3000000,3000000.00,2025-03-31

A holder is named by his number at the venue, a lot that has no contract's number by its own behind
a #. Nothing is guessed: a heading that is not known, a cell that a row of this type does not use, a
number with separators, a cell that a spreadsheet would take for a formula, each is a fault.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, NamedTuple

from registry.posting import (
    OWN_NUMBER_SIGN,
    AnyRow,
    Convey,
    Hold,
    LotName,
    Posting,
    Redeem,
    Subscribe,
)
from registry.types import DayNumber, HolderId, LotId

FILE_BYTES_MAX: Final = 524_288
"""A thousand rows have some hundred kilobytes."""
FAULTS_MAX: Final = 1_000
NUMBER_MAX: Final = 10**18
"""So that it fits 64 bits; whether it is too much for what it says, the register knows."""
MONEY_DECIMALS: Final = 2
EPOCH: Final = date(1970, 1, 1)

_NUMBER: Final = re.compile(r"([0-9]{1,16})(?:\.([0-9]{1,4}))?", re.ASCII)
_ID: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class FileTrouble(Enum):
    """What can be wrong with the text of a file."""

    TOO_LARGE = 1  # more bytes than FILE_BYTES_MAX
    WRONG_ENCODING = 2  # neither UTF-8 nor GB18030
    MALFORMED_CSV = 3  # a quote that does not end, a line that goes on for ever
    MISSING = 4  # a heading or a cell that has to be there
    UNKNOWN_HEADING = 5  # one that is not known, or comes twice
    UNKNOWN_PRODUCT = 6  # no product has this symbol
    FORMULA = 7  # a cell that begins as a formula does
    UNKNOWN_WORD = 8  # a type of row or of file that does not exist
    MALFORMED = 9  # no plain number, no date, no id
    TOO_MANY_DECIMALS = 10  # more than the product's units, or yuan, have
    NOT_EMPTY = 11  # a cell that a row of this type does not have


class FileFault(NamedTuple):
    """One thing that is wrong with the text of a file."""

    trouble: FileTrouble
    line: int | None = None
    """From 1, the file's first line included."""
    column: str | None = None
    """The English heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFile:
    """What a file says."""

    symbol: str
    posting: Posting
    units_outstanding: int
    rows: tuple[AnyRow, ...]
    lines: tuple[int, ...]
    """On which line each row stands."""


HEAD: Final = {
    "product": ("product", "产品代码"),
    "file": ("file", "文件类型"),
    "units_outstanding": ("units_outstanding", "份额总数"),
}
COLUMNS: Final = {
    "type": ("type", "类型"),
    "contract": ("contract", "合同编号"),
    "holder": ("holder", "持有人"),
    "units": ("units", "份额"),
    "principal": ("principal", "本金"),
    "cost": ("cost", "成本"),
    "acquired_on": ("acquired_on", "取得日期"),
    "to_holder": ("to_holder", "受让人"),
    "to_contract": ("to_contract", "新合同编号"),
}
FILES: Final = {
    "OPENING": Posting.OPENING,
    "期初": Posting.OPENING,
    "CHANGES": Posting.CHANGES,
    "变动": Posting.CHANGES,
}
TYPES: Final = {
    "HOLD": Hold,
    "持有": Hold,
    "SUBSCRIBE": Subscribe,
    "申购": Subscribe,
    "REDEEM": Redeem,
    "赎回": Redeem,
    "TRANSFER": Convey,
    "过户": Convey,
}
NEEDS: Final[dict[type, frozenset[str]]] = {
    Hold: frozenset({"contract", "holder", "units", "principal", "acquired_on"}),
    Subscribe: frozenset({"contract", "holder", "units", "principal", "acquired_on"}),
    Redeem: frozenset({"contract", "holder", "units"}),
    Convey: frozenset({"contract", "holder", "units", "acquired_on", "to_holder", "to_contract"}),
}
"""The cells that a row of each type has; a cost may stand where something is acquired."""

_NAMES: Final = {
    heading: name
    for table in (HEAD, COLUMNS)
    for name, headings in table.items()
    for heading in headings
}

ScaleOf = Callable[[str], int | None]
"""How many decimals the units of the product with this symbol have; None: there is none."""


def read_register_file(data: bytes, *, scale_of: ScaleOf) -> RegisterFile | list[FileFault]:
    """What the file says, or all that is wrong with its text, line by line.

    Nothing is looked up but the product: whether the rows can be posted, `check_rows` of
    registry/posting.py says. Cost: O(bytes), some 5 µs a row.
    """
    if len(data) > FILE_BYTES_MAX:
        return [FileFault(FileTrouble.TOO_LARGE)]
    text = _decoded(data)
    if text is None:
        return [FileFault(FileTrouble.WRONG_ENCODING)]
    try:
        # Without this a line end within quotes would be taken for one of the file's own.
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        filled = [(lines.line_num, [cell.strip() for cell in cells]) for cells in lines if cells]
    except csv.Error:
        return [FileFault(FileTrouble.MALFORMED_CSV)]
    return _Reading(filled, scale_of).result()


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


class _Reading:
    """The lines of one file, and what was found to be wrong with them."""

    def __init__(self, lines: list[tuple[int, list[str]]], scale_of: ScaleOf) -> None:
        self._lines = iter(line for line in lines if any(line[1]))
        self._scale_of = scale_of
        self._faults: list[FileFault] = []
        self._scale = 0

    def result(self) -> RegisterFile | list[FileFault]:
        """The file's values, or its faults."""
        head = self._head()
        if head is None:
            return self._faults
        symbol, posting, units_outstanding = head
        columns = self._columns()
        if columns is None:
            return self._faults
        rows: list[AnyRow] = []
        places: list[int] = []
        for line, cells in self._lines:
            row = self._row(line, columns=columns, cells=cells)
            if row is not None:
                rows.append(row)
                places.append(line)
            if len(self._faults) >= FAULTS_MAX:
                break
        if self._faults:
            return self._faults[:FAULTS_MAX]
        return RegisterFile(
            symbol=symbol,
            posting=posting,
            units_outstanding=units_outstanding,
            rows=tuple(rows),
            lines=tuple(places),
        )

    def _fault(self, trouble: FileTrouble, line: int | None, column: str | None) -> None:
        self._faults.append(FileFault(trouble, line, column))

    def _head(self) -> tuple[str, Posting, int] | None:
        """The three lines about the file, in their order."""
        said: list[tuple[int, str]] = []
        for name, headings in HEAD.items():
            line, cells = next(self._lines, (None, []))
            if not cells or cells[0] not in headings:
                self._fault(FileTrouble.MISSING, line, name)
                return None
            value, *more = [*cells[1:], ""]
            if any(more):
                self._fault(FileTrouble.NOT_EMPTY, line, name)
                return None
            assert line is not None, name
            said.append((line, value))
        (symbol_line, symbol), (posting_line, word), (units_line, units) = said
        scale = self._scale_of(symbol)
        if scale is None:
            self._fault(FileTrouble.UNKNOWN_PRODUCT, symbol_line, "product")
            return None
        self._scale = scale
        posting = FILES.get(word)
        if posting is None:
            self._fault(FileTrouble.UNKNOWN_WORD, posting_line, "file")
        units_outstanding = self._number(
            units, decimals=scale, line=units_line, column="units_outstanding"
        )
        if posting is None or units_outstanding is None:
            return None
        return symbol, posting, units_outstanding

    def _columns(self) -> list[str] | None:
        """The columns of the table, by the English heading."""
        line, cells = next(self._lines, (None, []))
        columns: list[str] = []
        while cells and not cells[-1]:
            cells = cells[:-1]
        for cell in cells:
            name = _NAMES.get(cell, "")
            if name not in COLUMNS or name in columns:
                self._fault(FileTrouble.UNKNOWN_HEADING, line, cell[:40])
                return None
            columns.append(name)
        missing = [name for name in ("type", "contract", "holder", "units") if name not in columns]
        for name in missing:
            self._fault(FileTrouble.MISSING, line, name)
        return None if missing else columns

    def _row(self, line: int, *, columns: list[str], cells: list[str]) -> AnyRow | None:
        faults_before = len(self._faults)
        if any(cells[len(columns) :]):
            self._fault(FileTrouble.NOT_EMPTY, line, None)
            return None
        said = dict(zip(columns, cells, strict=False))
        values = {name: text for name, text in said.items() if text}
        for name, text in values.items():
            if text[0] in "=+-@":
                self._fault(FileTrouble.FORMULA, line, name)
        kind = TYPES.get(values.pop("type", ""))
        if kind is None:
            self._fault(FileTrouble.UNKNOWN_WORD, line, "type")
            return None
        needs = NEEDS[kind]
        may_have = needs if kind is Redeem else needs | {"cost"}
        for name in sorted(needs - values.keys()):
            self._fault(FileTrouble.MISSING, line, name)
        for name in sorted(values.keys() - may_have):
            self._fault(FileTrouble.NOT_EMPTY, line, name)
        if len(self._faults) > faults_before:
            return None
        return self._row_of(kind, line, values)

    def _row_of(self, kind: type, line: int, values: dict[str, str]) -> AnyRow | None:
        holder_id = self._holder(values["holder"], line=line, column="holder")
        units = self._number(values["units"], decimals=self._scale, line=line, column="units")
        cost = self._money(values.get("cost"), line=line, column="cost")
        if kind is Redeem:
            lot = self._lot(values["contract"], line)
            if holder_id is None or units is None or lot is None:
                return None
            return Redeem(holder_id=holder_id, lot=lot, units=units)
        acquired_on = self._day(values["acquired_on"], line)
        if kind is Convey:
            lot = self._lot(values["contract"], line)
            to_holder_id = self._holder(values["to_holder"], line=line, column="to_holder")
            if holder_id is None or units is None or lot is None:
                return None
            if to_holder_id is None or acquired_on is None:
                return None
            return Convey(
                holder_id=holder_id,
                lot=lot,
                units=units,
                to_holder_id=to_holder_id,
                to_contract=values["to_contract"],
                cost=cost,
                acquired_on=acquired_on,
            )
        principal = self._money(values["principal"], line=line, column="principal")
        if holder_id is None or units is None or principal is None or acquired_on is None:
            return None
        made = Subscribe if kind is Subscribe else Hold
        return made(
            holder_id=holder_id,
            contract=values["contract"],
            units=units,
            principal=principal,
            cost=principal if cost is None else cost,
            acquired_on=acquired_on,
        )

    def _number(self, text: str, *, decimals: int, line: int, column: str) -> int | None:
        found = _NUMBER.fullmatch(text)
        if found is None:
            self._fault(FileTrouble.MALFORMED, line, column)
            return None
        whole, fraction = found[1], found[2] or ""
        if len(fraction) > decimals:
            self._fault(FileTrouble.TOO_MANY_DECIMALS, line, column)
            return None
        number = int(whole + fraction.ljust(decimals, "0"))
        if number > NUMBER_MAX:
            self._fault(FileTrouble.MALFORMED, line, column)
            return None
        return number

    def _money(self, text: str | None, *, line: int, column: str) -> int | None:
        if text is None:
            return None
        return self._number(text, decimals=MONEY_DECIMALS, line=line, column=column)

    def _holder(self, text: str, *, line: int, column: str) -> HolderId | None:
        if _ID.fullmatch(text) is None:
            self._fault(FileTrouble.MALFORMED, line, column)
            return None
        return HolderId(int(text))

    def _lot(self, text: str, line: int) -> LotName | None:
        if not text.startswith(OWN_NUMBER_SIGN):
            return text
        number = text.removeprefix(OWN_NUMBER_SIGN)
        if _ID.fullmatch(number) is None:
            self._fault(FileTrouble.MALFORMED, line, "contract")
            return None
        return LotId(int(number))

    def _day(self, text: str, line: int) -> DayNumber | None:
        try:
            day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            self._fault(FileTrouble.MALFORMED, line, "acquired_on")
            return None
        return DayNumber((day - EPOCH).days)
