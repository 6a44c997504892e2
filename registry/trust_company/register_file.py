"""The file in which a trust company sends its register, or changes of it: bytes to rows.

A sheet (CSV in UTF-8 or GB18030, or XLSX), headings in Chinese or English, three rows about the
file, then a table:

    产品代码,JH-2026-01                  product,JH-2026-01
    文件类型,期初                        file,OPENING
    份额总数,3000000                     units_outstanding,3000000
    类型,合同编号,持有人,份额,本金,取得日期  type,contract,holder,units,principal,acquired_on
    持有,JH-0001,1042,3000000,3000000.00,2025-03-31
    质押,JH-0001,1042,500000

A holder is named by his number at the venue, a lot that has no contract's number by its own behind
a #; a pledge or freeze that names no contract is on whatever the holder has. Nothing is guessed: a
heading that is not known, a cell that a row of this type does not use, a number with separators, a
cell that a spreadsheet would take for a formula, each is a fault.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from registry.posting import (
    OWN_NUMBER_SIGN,
    AnyRow,
    Convey,
    Freeze,
    Hold,
    LotName,
    Pledge,
    Posting,
    Redeem,
    Release,
    Subscribe,
)
from registry.trust_company.cells import (
    Fault,
    TextFault,
    Trouble,
    read_day,
    read_id,
    read_number,
)
from registry.trust_company.sheets import FileFault, Row, read_sheet
from registry.types import DayNumber, EncumbranceId, HolderId, LotId

FILE_BYTES_MAX: Final = 524_288
"""A thousand rows have some hundred kilobytes."""
MONEY_DECIMALS: Final = 2


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
    "until": ("until", "冻结到期日"),
    "encumbrance": ("encumbrance", "质押冻结编号"),
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
    "PLEDGE": Pledge,
    "质押": Pledge,
    "FREEZE": Freeze,
    "冻结": Freeze,
    "RELEASE": Release,
    "解除": Release,
}
NEEDS: Final[dict[type, frozenset[str]]] = {
    Hold: frozenset({"contract", "holder", "units", "principal", "acquired_on"}),
    Subscribe: frozenset({"contract", "holder", "units", "principal", "acquired_on"}),
    Redeem: frozenset({"contract", "holder", "units"}),
    Convey: frozenset({"contract", "holder", "units", "acquired_on", "to_holder", "to_contract"}),
    Pledge: frozenset({"holder", "units"}),
    Freeze: frozenset({"holder", "units", "until"}),
    Release: frozenset({"holder", "encumbrance"}),
}
"""The cells that a row of each type has."""
MAY_HAVE: Final[dict[type, frozenset[str]]] = {
    **dict.fromkeys((Hold, Subscribe, Convey), frozenset({"cost"})),
    **dict.fromkeys((Pledge, Freeze), frozenset({"contract"})),
}
"""The cells that it may have besides."""

_NAMES: Final = {
    heading: name
    for table in (HEAD, COLUMNS)
    for name, headings in table.items()
    for heading in headings
}

ScaleOf = Callable[[str], int | None]
"""How many decimals the units of the product with this symbol have; None: there is none."""


def read_register_file(data: bytes, *, scale_of: ScaleOf) -> RegisterFile | list[Fault]:
    """What the file says, or all that is wrong with its text, row by row.

    Nothing is looked up but the product: whether the rows can be posted, `check_rows` of
    registry/posting.py says. Cost: O(bytes).
    """
    if len(data) > FILE_BYTES_MAX:
        return [Fault(TextFault.TOO_LARGE)]
    sheet = read_sheet(data)
    if isinstance(sheet, FileFault):
        return [Fault(sheet)]
    return _Reading(sheet.rows, scale_of).result()


class _Reading:
    """The rows of one file, and what was found to be wrong with them."""

    def __init__(self, rows: Sequence[Row], scale_of: ScaleOf) -> None:
        self._rows = iter(rows)
        self._scale_of = scale_of
        self._faults: list[Fault] = []
        self._scale = 0

    def result(self) -> RegisterFile | list[Fault]:
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
        for read in self._rows:
            row = self._row(read, columns)
            if row is not None:
                rows.append(row)
                places.append(read.number)
        if self._faults:
            return self._faults
        return RegisterFile(
            symbol=symbol,
            posting=posting,
            units_outstanding=units_outstanding,
            rows=tuple(rows),
            lines=tuple(places),
        )

    def _fault(self, trouble: Trouble, line: int | None, column: str | None) -> None:
        self._faults.append(Fault(trouble, line, column))

    def _head(self) -> tuple[str, Posting, int] | None:
        """The three lines about the file, in their order."""
        said: list[tuple[int, str]] = []
        for name, headings in HEAD.items():
            row = next(self._rows, None)
            if row is None or row.cells[0] not in headings:
                self._fault(TextFault.MISSING, None if row is None else row.number, name)
                return None
            if len(row.cells) > 2:
                self._fault(TextFault.NOT_EMPTY, row.number, name)
                return None
            said.append((row.number, row.cells[1] if len(row.cells) == 2 else ""))
        (symbol_line, symbol), (posting_line, word), (units_line, units) = said
        scale = self._scale_of(symbol)
        if scale is None:
            self._fault(TextFault.UNKNOWN_PRODUCT, symbol_line, "product")
            return None
        self._scale = scale
        posting = FILES.get(word)
        if posting is None:
            self._fault(TextFault.UNKNOWN_WORD, posting_line, "file")
        units_outstanding = self._number(
            units, decimals=scale, line=units_line, column="units_outstanding"
        )
        if posting is None or self._faults:
            return None
        return symbol, posting, units_outstanding

    def _columns(self) -> list[str] | None:
        """The columns of the table, by the English heading."""
        row = next(self._rows, None)
        line = None if row is None else row.number
        columns: list[str] = []
        for cell in () if row is None else row.cells:
            name = _NAMES.get(cell, "")
            if name not in COLUMNS or name in columns:
                self._fault(TextFault.UNKNOWN_HEADING, line, cell[:40])
                return None
            columns.append(name)
        missing = [name for name in ("type", "contract", "holder", "units") if name not in columns]
        for name in missing:
            self._fault(TextFault.MISSING, line, name)
        return None if missing else columns

    def _row(self, row: Row, columns: list[str]) -> AnyRow | None:
        faults_before, line = len(self._faults), row.number
        if len(row.cells) > len(columns):
            self._fault(TextFault.NOT_EMPTY, line, None)
            return None
        values = {name: text for name, text in zip(columns, row.cells, strict=False) if text != ""}
        for place, fault in row.faults.items():
            self._fault(fault, line, columns[place])
        kind = TYPES.get(values.pop("type", ""))
        if kind is None:
            self._fault(TextFault.UNKNOWN_WORD, line, "type")
            return None
        needs = NEEDS[kind]
        may_have = needs | MAY_HAVE.get(kind, frozenset())
        for name in sorted(needs - values.keys()):
            self._fault(TextFault.MISSING, line, name)
        for name in sorted(values.keys() - may_have):
            self._fault(TextFault.NOT_EMPTY, line, name)
        if len(self._faults) > faults_before:
            return None
        return self._row_of(kind, line, values)

    def _row_of(self, kind: type, line: int, values: dict[str, str]) -> AnyRow | None:
        faults_before = len(self._faults)
        holder_id = self._holder(values["holder"], line=line, column="holder")
        row: AnyRow
        if kind in (Hold, Subscribe):
            row = self._new_lot(Hold if kind is Hold else Subscribe, holder_id, line, values)
        elif kind is Redeem:
            lot = self._lot(values["contract"], line)
            row = Redeem(holder_id=holder_id, lot=lot, units=self._units(values, line))
        elif kind is Convey:
            row = self._conveyance(holder_id, line, values)
        elif kind is Release:
            number = self._id(values["encumbrance"], line=line, column="encumbrance")
            row = Release(holder_id=holder_id, encumbrance_id=EncumbranceId(number))
        else:
            row = self._encumbrance(kind, holder_id, line, values)
        # What could not be read stands for nothing: the row with it is never used.
        return row if len(self._faults) == faults_before else None

    def _new_lot(
        self, kind: type[Hold], holder_id: HolderId, line: int, values: dict[str, str]
    ) -> Hold:
        units = self._units(values, line)
        cost = self._money(values.get("cost"), line=line, column="cost")
        acquired_on = self._day(values["acquired_on"], line=line, column="acquired_on")
        principal = self._number(
            values["principal"], decimals=MONEY_DECIMALS, line=line, column="principal"
        )
        return kind(
            holder_id=holder_id,
            contract=values["contract"],
            units=units,
            principal=principal,
            cost=principal if cost is None else cost,
            acquired_on=acquired_on,
        )

    def _conveyance(self, holder_id: HolderId, line: int, values: dict[str, str]) -> Convey:
        units = self._units(values, line)
        cost = self._money(values.get("cost"), line=line, column="cost")
        acquired_on = self._day(values["acquired_on"], line=line, column="acquired_on")
        return Convey(
            holder_id=holder_id,
            lot=self._lot(values["contract"], line),
            units=units,
            to_holder_id=self._holder(values["to_holder"], line=line, column="to_holder"),
            to_contract=values["to_contract"],
            cost=cost,
            acquired_on=acquired_on,
        )

    def _encumbrance(
        self, kind: type, holder_id: HolderId, line: int, values: dict[str, str]
    ) -> Pledge:
        units = self._units(values, line)
        lot = self._lot(values["contract"], line) if "contract" in values else None
        if kind is Pledge:
            return Pledge(holder_id=holder_id, lot=lot, units=units)
        until_on = self._day(values["until"], line=line, column="until")
        return Freeze(holder_id=holder_id, lot=lot, units=units, until_on=until_on)

    def _units(self, values: dict[str, str], line: int) -> int:
        return self._number(values["units"], decimals=self._scale, line=line, column="units")

    def _number(self, text: str, *, decimals: int, line: int, column: str) -> int:
        number = read_number(text, decimals=decimals)
        if isinstance(number, TextFault):
            self._fault(number, line, column)
            return 0
        return number

    def _money(self, text: str | None, *, line: int, column: str) -> int | None:
        if text is None:
            return None
        return self._number(text, decimals=MONEY_DECIMALS, line=line, column=column)

    def _id(self, text: str, *, line: int, column: str) -> int:
        number = read_id(text)
        if number is None:
            self._fault(TextFault.MALFORMED, line, column)
            return 0
        return number

    def _holder(self, text: str, *, line: int, column: str) -> HolderId:
        return HolderId(self._id(text, line=line, column=column))

    def _lot(self, text: str, line: int) -> LotName:
        if not text.startswith(OWN_NUMBER_SIGN):
            return text
        number = text.removeprefix(OWN_NUMBER_SIGN)
        return LotId(self._id(number, line=line, column="contract"))

    def _day(self, text: str, *, line: int, column: str) -> DayNumber:
        day = read_day(text)
        if day is None:
            self._fault(TextFault.MALFORMED, line, column)
            return DayNumber(0)
        return day
