"""Sheets of an office: what is read from good and from bad files, and what is written."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.trust_company import sheets
from registry.trust_company.sheets import (
    CELL_LENGTH_MAX,
    COLUMNS_MAX,
    ENTRIES_MAX,
    PART_BYTES_MAX,
    ROWS_MAX,
    CellFault,
    FileFault,
    Row,
    Sheet,
    SheetFormat,
    is_like_formula,
    quote,
    read_sheet,
    unquote,
    write_sheet,
)
from tests.registry.trust_company.workbooks import (
    HONEST_ROW,
    HONEST_SHEET,
    Value,
    archive,
    parts,
    understated,
    workbook,
    worksheet,
)

HEADINGS = ["转让编号", "Decision"]
ROWS = [HEADINGS, ["1001", "确认"], ["1002", "Reject"]]

PRINTABLE = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], exclude_characters="\ufeff"),
    min_size=1,
    max_size=20,
)


def read(content: bytes) -> Sheet:
    """A file that must be readable."""
    sheet = read_sheet(content)
    assert isinstance(sheet, Sheet), sheet
    return sheet


def texts(sheet: Sheet) -> list[list[str]]:
    """The cells of all rows."""
    return [list(row.cells) for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_each_encoding_that_offices_write(encoding: str) -> None:
    content = "转让编号,Decision\r\n1001,确认\r\n1002,Reject\r\n".encode(encoding)
    sheet = read(content)
    assert texts(sheet) == ROWS
    assert sheet.format is SheetFormat.CSV
    # The answer goes back in the encoding in which the question came.
    assert read(write_sheet(ROWS, sheet.format, encoding=sheet.encoding)) == sheet


def test_signs_beyond_gbk_survive_gb18030() -> None:
    name = "㐂𠮷信托"
    assert texts(read(write_sheet([[name]], SheetFormat.CSV, encoding="gb18030"))) == [[name]]


def test_a_workbook_of_another_program_is_read() -> None:
    sheet = read(workbook(ROWS))
    assert texts(sheet) == ROWS
    assert sheet.format is SheetFormat.XLSX


def test_rows_keep_the_numbers_that_the_spreadsheet_shows() -> None:
    csv = read("a,b\n\n,,\n 1 ,\u3000二\u3000,\n".encode())
    assert csv.rows == (Row(1, ("a", "b")), Row(4, ("1", "二")))
    xlsx = read(workbook([["a", "b"], [], [None, ""], [1, "二"]]))
    assert xlsx.rows == csv.rows


@pytest.mark.parametrize(
    ("value", "text", "fault"),
    [
        (1001, "1001", None),
        (1000.5, "1000.5", None),
        (0.1 + 0.2, "0.3", None),  # as the spreadsheet shows it
        (0.0001, "0.0001", None),
        (0.00001, "0.00001", None),  # without an exponent
        (-5, "-5", None),  # a number, and no number of ours: who reads the field says so
        (999_999_999_999_999, "999999999999999", None),
        (10**15, "1000000000000000", CellFault.DIGITS_MAX),
        (123456789012345678, "123456789012346000", CellFault.DIGITS_MAX),
        (True, "TRUE", None),
        (dt.date(2026, 11, 22), "2026-11-22", None),
        (dt.datetime.fromisoformat("2026-11-22T09:30"), "2026-11-22T09:30:00", None),
        (dt.time(9, 30), "09:30:00", None),
        (dt.timedelta(days=1, hours=2), "1 day, 2:00:00", None),
        ("=1+1", "=1+1", CellFault.FORMULA),
        ("#N/A", "#N/A", CellFault.ERROR),
        ("@SUM(A1)", "@SUM(A1)", CellFault.FORMULA),
        ("'=1+1", "=1+1", None),
        ("a\nb", "a\nb", CellFault.CONTROL),
        ("a" * 1_001, "a" * 1_000, CellFault.LENGTH_MAX),
    ],
)
def test_values_of_a_workbook(value: Value, text: str, fault: CellFault | None) -> None:
    (row,) = read(workbook([[value]])).rows
    assert row.cells == (text,)
    assert row.faults == ({} if fault is None else {0: fault})


@pytest.mark.parametrize(
    ("cell", "text", "fault"),
    [
        ("1,000", "1,000", None),
        ("'-5", "-5", None),
        ("''=1", "'=1", None),
        ("'quoted'", "'quoted'", None),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", CellFault.FORMULA),
        ("＝1", "＝1", CellFault.FORMULA),  # noqa: RUF001  full width, as Chinese keyboards write
        ("+86 10", "+86 10", CellFault.FORMULA),
        (" -5", "-5", CellFault.FORMULA),
        ("a\tb", "a\tb", CellFault.CONTROL),
    ],
)
def test_texts_of_csv(cell: str, text: str, fault: CellFault | None) -> None:
    (row,) = read(f'"{cell}",b'.encode()).rows
    assert row.cells == (text, "b")
    assert row.faults == ({} if fault is None else {0: fault})


def test_a_formula_is_never_computed_nor_its_stored_value_taken() -> None:
    cell = '<c r="A1" t="str"><f>IF(TRUE,"确认","")</f><v>确认</v></c>'
    (row,) = read(archive(parts(worksheet(f'<row r="1">{cell}</row>')))).rows
    assert row.cells == ('=IF(TRUE,"确认","")',)
    assert row.faults == {0: CellFault.FORMULA}


def many_entries() -> bytes:
    return archive(parts() | {f"xl/media/{number}.png": "x" for number in range(ENTRIES_MAX)})


def bomb() -> bytes:
    return archive(parts() | {"xl/media/1.bin": b"\0" * 4_000_000})


def large_parts() -> bytes:
    # Stored as they are: no ratio gives them away.
    entries = parts() | {f"xl/media/{number}": b"x" * PART_BYTES_MAX for number in range(4)}
    return archive(entries, compression=zipfile.ZIP_STORED)


def one_large_part() -> bytes:
    entries = parts() | {"xl/media/1": b"x" * (PART_BYTES_MAX + 1)}
    return archive(entries, compression=zipfile.ZIP_STORED)


def bomb_that_lies() -> bytes:
    return understated(archive(parts(b" " * 3_999_937)), "xl/worksheets/sheet1.xml", 60_000)


def entities(start: str = "", encoding: str = "utf-8") -> bytes:
    sheet = start + '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">]>' + HONEST_SHEET.partition("?>")[2]
    return archive(parts(sheet.encode(encoding)))


def truncated() -> bytes:
    return workbook(ROWS)[:-200]


def flipped() -> bytes:
    content = bytearray(archive(parts()))
    content[120] ^= 0xFF  # in the first entry's packed bytes
    return bytes(content)


def twice_the_same_entry() -> bytes:
    content = archive(parts() | {"xl/worksheets/sheet2.xml": HONEST_SHEET})
    return content.replace(b"sheet2.xml", b"sheet1.xml")


def wide_sheet() -> bytes:
    return workbook([["x"] * (COLUMNS_MAX + 1)])


def far_cell() -> bytes:
    row = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    return archive(parts(worksheet(row)))


def without_a_sheet() -> bytes:
    entries = parts()
    del entries["xl/worksheets/sheet1.xml"]
    return archive(entries)


def encrypted() -> bytes:
    """Entries behind a password, as both headers of each say."""
    content = bytearray(archive(parts()))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(header)
        while place >= 0:
            content[place + flags] |= 1
            place = content.find(header, place + 1)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", FileFault.EMPTY),
        (b"\xef\xbb\xbf\r\n,,,\r\n", FileFault.EMPTY),
        ("转让编号".encode("utf-16"), FileFault.ENCODING),
        ("转让编号".encode("utf-16-be"), FileFault.ENCODING),
        (b"a,b\n\xff\xfe\xfd", FileFault.ENCODING),
        (b"a\0b", FileFault.ENCODING),
        (b'a,"b\n', FileFault.NOT_CSV),
        (b'a,"b"c\n', FileFault.NOT_CSV),
        (b"x" * 200_000, FileFault.NOT_CSV),
        (b"1\n" * (ROWS_MAX + 1), FileFault.ROWS_MAX),
        (b"\n" * 3 * ROWS_MAX, FileFault.ROWS_MAX),
        ((b"x" * CELL_LENGTH_MAX + b"\n") * 8_001, FileFault.UNPACKS_TOO_LARGE),
        (b"x," * COLUMNS_MAX + b"x", FileFault.COLUMNS_MAX),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, FileFault.OLD_EXCEL),
        (b"PK\x03\x04 and nothing else", FileFault.NOT_XLSX),
    ],
    ids=lambda value: value.name if isinstance(value, FileFault) else "",
)
def test_a_bad_file_is_refused_by_name(content: bytes, expected: FileFault) -> None:
    assert read_sheet(content) is expected


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: workbook([]), FileFault.EMPTY),
        (wide_sheet, FileFault.COLUMNS_MAX),
        (far_cell, FileFault.ROWS_MAX),
        (lambda: archive({"a.txt": "a"}), FileFault.NOT_XLSX),
        (lambda: archive(parts("<worksheet>")), FileFault.NOT_XLSX),
        (truncated, FileFault.NOT_XLSX),
        (flipped, FileFault.NOT_XLSX),
        (twice_the_same_entry, FileFault.NOT_XLSX),
        (without_a_sheet, FileFault.NOT_XLSX),
        (encrypted, FileFault.OLD_EXCEL),
        (many_entries, FileFault.UNPACKS_TOO_LARGE),
        (bomb, FileFault.UNPACKS_TOO_LARGE),
        (large_parts, FileFault.UNPACKS_TOO_LARGE),
        (one_large_part, FileFault.UNPACKS_TOO_LARGE),
        (bomb_that_lies, FileFault.NOT_XLSX),
        (entities, FileFault.DOCUMENT_TYPE),
        (
            lambda: entities('<?xml version="1.0" encoding="utf-16"?>', "utf-16"),
            FileFault.DOCUMENT_TYPE,
        ),
        (lambda: entities(encoding="utf-16-be"), FileFault.DOCUMENT_TYPE),
    ],
)
def test_a_bad_workbook_is_refused_by_name(make: Callable[[], bytes], expected: FileFault) -> None:
    assert read_sheet(make()) is expected


def test_without_memory_no_workbook_is_called_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_memory(_: bytes) -> Sheet:
        raise MemoryError

    monkeypatch.setattr(sheets, "_read_workbook", without_memory)
    with pytest.raises(MemoryError):
        read_sheet(workbook(ROWS))


def test_nothing_is_a_workbook_without_a_row() -> None:
    assert read_sheet(write_sheet([], SheetFormat.XLSX)) is FileFault.EMPTY


def test_as_many_rows_and_columns_as_are_allowed_are_read() -> None:
    assert len(read(b"1\n" * ROWS_MAX).rows) == ROWS_MAX
    (row,) = read(b"x," * (COLUMNS_MAX - 1) + b"x" + b"," * 100).rows
    assert len(row.cells) == COLUMNS_MAX


def test_what_a_sheet_says_of_its_size_is_not_believed() -> None:
    row = '<row r="2"><c r="B2" t="inlineStr"><is><t>b</t></is></c></row>'
    sheet = worksheet(HONEST_ROW + row, before='<dimension ref="A1:A1"/>')
    assert texts(read(archive(parts(sheet)))) == [["a"], ["", "b"]]


@pytest.mark.parametrize("form", SheetFormat)
@given(rows=st.lists(st.lists(PRINTABLE, min_size=1, max_size=5), min_size=1, max_size=5))
def test_what_is_written_is_read_again(form: SheetFormat, rows: list[list[str]]) -> None:
    content = write_sheet(rows, form)
    assert texts(read(content)) == rows
    assert all(not row.faults for row in read(content).rows)
    assert write_sheet(rows, form) == content


@given(PRINTABLE | st.sampled_from(["=1", "'=1", "''+", "'", "-", "'a"]))
def test_a_quoted_text_is_no_formula_and_comes_back(text: str) -> None:
    assert not is_like_formula(quote(text))
    assert unquote(quote(text)) == text


def test_a_large_honest_workbook_is_within_the_bounds() -> None:
    # Rows that are as alike as rows can be, so that they pack as well as honest ones can.
    rows = [["DEMO-ZXD-2026-000001", "1000000.00", "确认"] * 6] * ROWS_MAX
    assert len(read(write_sheet(rows, SheetFormat.XLSX)).rows) == ROWS_MAX


def test_the_workbook_says_the_same_of_itself_at_any_time() -> None:
    content = write_sheet(ROWS, SheetFormat.XLSX)
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        core = zipped.read("docProps/core.xml").decode()
        dates = {entry.date_time for entry in zipped.infolist()}
    assert "2000-01-01T00:00:00Z" in core
    assert dates == {(1980, 1, 1, 0, 0, 0)}
