"""Spreadsheets of an office: bytes to rows of text, and rows of text to bytes.

CSV in UTF-8, with or without its mark, or in GB18030, and XLSX. What is read comes from outside: it
is bounded before it is unpacked, nothing in it is computed, and what is wrong with a file or a cell
is a value. What is written is a function of the rows: the same rows are the same bytes.
"""

import csv
import io
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Final

import openpyxl
import xlsxwriter
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from registry.trust_company.words import Words

ROWS_MAX: Final = 10_001
"""With the headings: as many as one request has decisions."""
COLUMNS_MAX: Final = 64
CELL_LENGTH_MAX: Final = 1_000
TEXT_LENGTH_MAX: Final = 8_000_000
"""Of all cells: a workbook of a few kilobytes can say one long text in each of its cells."""
DIGITS_MAX: Final = 15
"""That a spreadsheet's number keeps; a longer one has been rounded by the time it is read."""

ENTRIES_MAX: Final = 64
"""Of an XLSX file, which is a ZIP archive; an honest one has a dozen."""
UNPACKED_BYTES_MAX: Final = 50 * 1_048_576
PART_BYTES_MAX: Final = 16 * 1_048_576
"""Of one entry: 10,000 rows of 64 columns have less, and its tree of XML stays below 0.3 GB."""
RATIO_MAX: Final = 100
"""Of unpacked to packed bytes; sheets of like rows reach 30."""

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001  they are meant
"""With which a text becomes a formula when a spreadsheet opens it as CSV."""
QUOTE: Final = "'"
"""Makes such a text a text again."""

ZIP_MAGIC: Final = b"PK\x03\x04"
OLD_EXCEL_MAGIC: Final = b"\xd0\xcf\x11\xe0"
"""Of .xls, and of an .xlsx behind a password."""
UTF_16_STARTS: Final = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Said of every file that is written."""
COLUMN_WIDTH: Final = 20


class SheetFormat(Enum):
    """In which form a sheet is."""

    CSV = "csv"  # comma-separated text
    XLSX = "xlsx"  # a workbook, of which the first sheet is read


class FileFault(Enum):
    """Why a file cannot be read at all: in Chinese and in English."""

    # It has no row.
    EMPTY = Words("文件为空", "The file is empty.")
    # Neither UTF-8 nor GB18030.
    ENCODING = Words(
        "编码无法识别：请使用 UTF-8 或 GB18030",
        "The encoding is neither UTF-8 nor GB18030.",
    )
    # A quotation mark that is never closed, and the like.
    NOT_CSV = Words("不是有效的 CSV 文件", "The file is not CSV.")
    # .xls, or a workbook behind a password.
    OLD_EXCEL = Words(
        "旧版 Excel 或加密文件：请另存为不加密的 .xlsx",
        "An old or encrypted Excel file: save it as .xlsx without a password.",
    )
    # A ZIP archive, but no workbook that can be read.
    NOT_XLSX = Words("不是有效的 XLSX 文件", "The file is not XLSX.")
    # A ZIP bomb, or too much for a sheet of decisions.
    UNPACKS_TOO_LARGE = Words("解压后的内容过大", "The file unpacks to more than is accepted.")
    # Reading it would take more time or memory than it is worth.
    TOO_COSTLY = Words("文件过于复杂，无法读取", "The file is too costly to read.")
    # XML that defines entities of its own.
    DOCUMENT_TYPE = Words("文件含有不允许的 XML 定义", "The file has an XML document type.")
    # More than one request can hold.
    ROWS_MAX = Words("行数过多：每个文件最多 10000 行", "The file has more than 10,000 rows.")
    # More than any profile has.
    COLUMNS_MAX = Words("列数过多：最多 64 列", "The file has more than 64 columns.")


class CellFault(Enum):
    """Why a cell cannot be read: in Chinese and in English."""

    # It computes its value, or would when it is opened as CSV.
    FORMULA = Words("是公式：请填写数值或文字", "is a formula: write the value itself")
    # Like #N/A.
    ERROR = Words("是错误值", "is an error value")
    # A number that the spreadsheet has rounded.
    DIGITS_MAX = Words(
        "数字超过 15 位：请设为文本格式",
        "has more than 15 digits: format it as text",
    )
    # Line breaks among them.
    CONTROL = Words("含有换行或控制字符", "has a line break or a control character")
    # Nobody writes so much into a cell that is asked for.
    LENGTH_MAX = Words("文字过长", "is too long")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet."""

    number: int
    """As the spreadsheet counts: the first one is 1."""
    cells: tuple[str, ...]
    """Their texts, without blanks around them; empty ones at the end are left out."""
    faults: Mapping[int, CellFault] = field(default_factory=dict)
    """By the cell's place, from 0."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says."""

    format: SheetFormat
    encoding: str
    """Of CSV, as Python names it."""
    rows: tuple[Row, ...]
    """At least one; rows without a text are left out."""


def read_sheet(content: bytes) -> Sheet | FileFault:
    """The rows of a file of either form, or why there are none. Cost: O(bytes), bounded.

    Of a workbook the first sheet is read. Dates become ISO 8601, truth values TRUE and FALSE.
    """
    if content.startswith(ZIP_MAGIC):
        return _read_xlsx(content)
    elif content.startswith(OLD_EXCEL_MAGIC):
        return FileFault.OLD_EXCEL
    else:
        return _read_csv(content)


def write_sheet(
    rows: Iterable[Sequence[str]], form: SheetFormat, *, encoding: str = "utf-8-sig"
) -> bytes:
    """The rows as a file, the first of them as headings. The same rows are the same bytes.

    Texts that a spreadsheet would take for formulas are quoted.

    Args:
        encoding: of CSV; what it has no sign for, which for GB18030 is nothing, becomes "?".
    """
    quoted = [[quote(cell) for cell in row] for row in rows]
    if form is SheetFormat.XLSX:
        return _write_xlsx(quoted)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(quoted)
    return text.getvalue().encode(encoding, "replace")


def is_like_formula(text: str) -> bool:
    """Whether a spreadsheet that opens this text as CSV would compute it."""
    return text.startswith(FORMULA_SIGNS)


def quote(text: str) -> str:
    """The text, quoted if a spreadsheet could take it for a formula."""
    return QUOTE + text if is_like_formula(text.lstrip(QUOTE)) else text


def unquote(text: str) -> str:
    """The text that `quote` was given."""
    return text[1:] if text.startswith(QUOTE) and is_like_formula(text.lstrip(QUOTE)) else text


def _read_csv(content: bytes) -> Sheet | FileFault:
    decoded = _decode(content)
    if decoded is None:
        return FileFault.ENCODING
    text, encoding = decoded
    read = _Rows()
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for number, record in enumerate(records, start=1):
            while record and not record[-1]:
                record.pop()
            if len(record) > COLUMNS_MAX:
                return FileFault.COLUMNS_MAX
            fault = read.add(number, [_text(cell) for cell in record])
            if fault is not None:
                return fault
    except csv.Error:
        return FileFault.NOT_CSV
    return read.sheet(SheetFormat.CSV, encoding)


def _decode(content: bytes) -> tuple[str, str] | None:
    if content.startswith(UTF_16_STARTS):
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # No text has these; GB18030 takes most bytes for something.
        return None if "\0" in text else (text, encoding)
    return None


def _text(cell: str) -> tuple[str, CellFault | None]:
    text = cell.strip()
    if is_like_formula(text):
        return text[:CELL_LENGTH_MAX], CellFault.FORMULA
    elif any(unicodedata.category(sign) == "Cc" for sign in text):
        return text[:CELL_LENGTH_MAX], CellFault.CONTROL
    elif len(text) > CELL_LENGTH_MAX:
        return text[:CELL_LENGTH_MAX], CellFault.LENGTH_MAX
    else:
        return unquote(text), None


class _Rows:
    """The rows read so far, if there is something in them and room for them."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._text_length = 0

    def add(self, number: int, cells: list[tuple[str, CellFault | None]]) -> FileFault | None:
        if number > 2 * ROWS_MAX:  # of which most may be empty, but not millions
            return FileFault.ROWS_MAX
        while cells and cells[-1] == ("", None):
            cells.pop()
        if not cells:
            return None
        if len(cells) > COLUMNS_MAX:
            return FileFault.COLUMNS_MAX
        if len(self._rows) == ROWS_MAX:
            return FileFault.ROWS_MAX
        texts = tuple(text for text, _ in cells)
        self._text_length += sum(map(len, texts))
        if self._text_length > TEXT_LENGTH_MAX:
            return FileFault.UNPACKS_TOO_LARGE
        faults = {place: fault for place, (_, fault) in enumerate(cells) if fault is not None}
        self._rows.append(Row(number, texts, faults))
        return None

    def sheet(self, form: SheetFormat, encoding: str) -> Sheet | FileFault:
        if not self._rows:
            return FileFault.EMPTY
        return Sheet(form, encoding, tuple(self._rows))


def _read_xlsx(content: bytes) -> Sheet | FileFault:
    fault = _check_archive(content)
    if fault is not None:
        return fault
    try:
        with warnings.catch_warnings():
            # About styles and extensions that are not read.
            warnings.simplefilter("ignore")
            return _read_workbook(content)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  the library meets a broken workbook with any of a dozen
        return FileFault.NOT_XLSX


def _check_archive(content: bytes) -> FileFault | None:
    """Why the archive is not to be unpacked, or its XML not to be read; None: it may be.

    The sizes may be believed: no more than the size that is stated is ever unpacked, and what is
    shorter or longer fails its check sum.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            packed = sum(entry.compress_size for entry in entries)
            if len(entries) > ENTRIES_MAX or any(map(_is_too_large, entries)):
                return FileFault.UNPACKS_TOO_LARGE
            # Entries that share their bytes would each be small and all together large.
            if packed > len(content) or sum(e.file_size for e in entries) > UNPACKED_BYTES_MAX:
                return FileFault.UNPACKS_TOO_LARGE
            if len({entry.filename for entry in entries}) < len(entries):
                return FileFault.NOT_XLSX
            if any(entry.flag_bits & 1 for entry in entries):
                return FileFault.OLD_EXCEL
            if any(_defines_entities(archive.read(entry)) for entry in entries):
                return FileFault.DOCUMENT_TYPE
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError):
        return FileFault.NOT_XLSX
    return None


def _is_too_large(entry: zipfile.ZipInfo) -> bool:
    unpacked = entry.file_size
    return unpacked > PART_BYTES_MAX or unpacked > RATIO_MAX * max(1, entry.compress_size)


def _defines_entities(part: bytes) -> bool:
    """Whether a part, if it is XML, has a document type. UTF-16 would hide one, so it has too."""
    return part.startswith(UTF_16_STARTS) or b"<!DOCTYPE" in part


def _read_workbook(content: bytes) -> Sheet | FileFault:
    workbook = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=False, keep_links=False
    )
    try:
        sheet = workbook.worksheets[0]
        assert isinstance(sheet, ReadOnlyWorksheet), sheet
        # What a sheet says of its own size is not believed.
        sheet.reset_dimensions()
        read = _Rows()
        for number, cells in enumerate(sheet.iter_rows(max_col=COLUMNS_MAX + 1), start=1):
            fault = read.add(number, [_cell_text(cell) for cell in cells])
            if fault is not None:
                return fault
    finally:
        workbook.close()
    return read.sheet(SheetFormat.XLSX, "utf-8-sig")


def _cell_text(cell: Cell | MergedCell) -> tuple[str, CellFault | None]:
    value = cell.value
    if value is None:
        return "", None
    elif cell.data_type == "f":
        text = value if isinstance(value, str) else getattr(value, "text", None) or "="
        return text[:CELL_LENGTH_MAX], CellFault.FORMULA
    elif cell.data_type == "e":
        return str(value)[:CELL_LENGTH_MAX], CellFault.ERROR
    elif isinstance(value, str):
        return _text(value)
    elif isinstance(value, bool):
        return str(value).upper(), None
    elif isinstance(value, int | float):
        return _number_text(value)
    elif isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat(), None
    elif isinstance(value, date | time):
        return value.isoformat(), None
    else:
        return str(value)[:CELL_LENGTH_MAX], None


def _number_text(value: float) -> tuple[str, CellFault | None]:
    """A number as the spreadsheet shows it: with 15 digits, and no exponent."""
    text = f"{Decimal(f'{value:.{DIGITS_MAX}g}'):f}"
    return text, CellFault.DIGITS_MAX if abs(value) >= 10**DIGITS_MAX else None


def _write_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True})
    workbook.set_properties({"created": CREATED, "author": "trustex"})
    headings = workbook.add_format({"bold": True, "num_format": "@"})
    # Text, so that a number keeps all of its digits, also when somebody edits it.
    texts = workbook.add_format({"num_format": "@"})
    sheet = workbook.add_worksheet()
    sheet.freeze_panes(1, 0)
    columns = max(map(len, rows), default=0)
    if columns:
        sheet.set_column(0, columns - 1, COLUMN_WIDTH, texts)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            written = sheet.write_string(place, column, cell, texts if place else headings)
            assert written == 0, (place, column, written)
    workbook.close()
    return content.getvalue()
