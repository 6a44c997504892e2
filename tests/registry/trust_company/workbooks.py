"""XLSX files for tests: honest ones by openpyxl, which the product does not write with, and crooked
ones made of parts."""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import openpyxl

Value: TypeAlias = str | int | float | dt.datetime | dt.date | dt.time | dt.timedelta | None

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types '
    'xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONSHIPS = (
    '<?xml version="1.0"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/></Relationships>'
)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def element(name: str, inside: str, *, attributes: str = MAIN) -> str:
    """An element of XML."""
    return f"<{name} {attributes}>{inside}</{name}>"


def worksheet(rows: str, *, before: str = "") -> str:
    """A sheet of these rows."""
    return '<?xml version="1.0"?>' + element("worksheet", f"{before}<sheetData>{rows}</sheetData>")


WORKBOOK = '<?xml version="1.0"?>' + element(
    "workbook",
    '<sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets>',
    attributes=f"{MAIN} "
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"',
)
HONEST_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
HONEST_SHEET = worksheet(HONEST_ROW)


def workbook(rows: Sequence[Sequence[Value]]) -> bytes:
    """A workbook with these values in its first sheet, as an office's spreadsheet saves them."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def parts(sheet: str | bytes = HONEST_SHEET) -> dict[str, str | bytes]:
    """The parts of the smallest workbook."""
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONSHIPS.format(kind="officeDocument", target="xl/workbook.xml"),
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONSHIPS.format(
            kind="worksheet", target="worksheets/sheet1.xml"
        ),
        "xl/worksheets/sheet1.xml": sheet,
    }


def archive(
    entries: Mapping[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A ZIP archive of these entries."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as zipped:
        for name, text in entries.items():
            zipped.writestr(name, text)
    return content.getvalue()


def understated(content: bytes, name: str, size: int) -> bytes:
    """The archive with a lie about the unpacked size of one entry, in both of its headers."""
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        entry = zipped.getinfo(name)
    stated = struct.pack("<I", entry.file_size)
    lie = struct.pack("<I", size)
    assert content.count(stated) == 2, name
    return content.replace(stated, lie)
