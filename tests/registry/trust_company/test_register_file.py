"""The register file's text: what is read from it, and every way in which it can be wrong."""

from __future__ import annotations

from datetime import date

import pytest

from registry.posting import (
    Convey,
    Freeze,
    Hold,
    Pledge,
    Posting,
    Redeem,
    Release,
    Subscribe,
)
from registry.trust_company.cells import Fault, TextFault, Trouble
from registry.trust_company.register_file import (
    FILE_BYTES_MAX,
    RegisterFile,
    read_register_file,
)
from registry.trust_company.sheets import CellFault, FileFault, SheetFormat, write_sheet
from registry.types import DayNumber, EncumbranceId, HolderId, LotId
from tests.registry.trust_company.workbooks import Value, workbook

ENGLISH = """\
product,JH-1
file,CHANGES
units_outstanding,1300.5

type,contract,holder,units,principal,cost,acquired_on,to_holder,to_contract
SUBSCRIBE,JH-0007,1042,100.25,100.25,99,2026-11-20,,
REDEEM,JH-0001,1043,30,,,,,
TRANSFER,#12000001,1044,7.5,,,2026-11-19,1042,JH-0008
"""
CHINESE = """\
产品代码,JH-1
文件类型,变动
份额总数,1300.5
类型,持有人,份额,合同编号,受让人,新合同编号,成本,取得日期,本金
申购,1042,100.25,JH-0007,,,99,2026-11-20,100.25
赎回,1043,30,JH-0001,,,,,
过户,1044,7.5,#12000001,1042,JH-0008,,2026-11-19,
"""
ROWS = (
    Subscribe(
        holder_id=HolderId(1042),
        contract="JH-0007",
        units=10_025,
        principal=10_025,
        cost=9_900,
        acquired_on=DayNumber(20_777),
    ),
    Redeem(holder_id=HolderId(1043), lot="JH-0001", units=3_000),
    Convey(
        holder_id=HolderId(1044),
        lot=LotId(12_000_001),
        units=750,
        to_holder_id=HolderId(1042),
        to_contract="JH-0008",
        cost=None,
        acquired_on=DayNumber(20_776),
    ),
)


def read(data: bytes | str) -> RegisterFile | list[Fault]:
    content = data.encode() if isinstance(data, str) else data
    return read_register_file(content, scale_of={"JH-1": 2, "WHOLE": 0, "FINE": 4}.get)


@pytest.mark.parametrize(
    ("text", "encoding", "lines"),
    [
        (ENGLISH, "utf-8", (6, 7, 8)),
        (ENGLISH.replace("\n", "\r\n"), "utf-8-sig", (6, 7, 8)),
        (CHINESE, "utf-8", (5, 6, 7)),
        (CHINESE, "gb18030", (5, 6, 7)),
        (CHINESE.replace("JH-1\n", "JH-1,,,,,,,,\n"), "gb18030", (5, 6, 7)),  # as sheets do
        (ENGLISH.replace(",,,,,\n", "\n") + "\n,,,\n", "utf-8", (6, 7, 8)),
        (ENGLISH.replace("JH-0007", '" JH-0007 "'), "utf-8", (6, 7, 8)),
    ],
)
def test_a_file_is_read_in_either_language_and_encoding(
    text: str, encoding: str, lines: tuple[int, ...]
) -> None:
    assert read(text.encode(encoding)) == RegisterFile(
        symbol="JH-1", posting=Posting.CHANGES, units_outstanding=130_050, rows=ROWS, lines=lines
    )


def test_a_workbook_is_read_whether_its_cells_are_texts_or_numbers_and_dates() -> None:
    texts = [line.split(",") for line in CHINESE.splitlines()]
    as_texts = read(write_sheet(texts, SheetFormat.XLSX))
    values = [[_value(text) for text in line] for line in texts]
    as_values = read(workbook(values))

    assert isinstance(as_texts, RegisterFile)
    assert (as_texts.rows, as_texts.lines) == (ROWS, (5, 6, 7))
    assert as_values == as_texts


def _value(text: str) -> Value:
    """As a spreadsheet keeps what is typed."""
    if text.replace(".", "").isdigit():
        return float(text)
    return date.fromisoformat(text) if text.startswith("2026-") else text or None


def test_an_opening_says_what_is_held_and_a_missing_cost_is_the_principal() -> None:
    text = (
        "产品代码,WHOLE\n文件类型,期初\n份额总数,5\n"
        "类型,合同编号,持有人,份额,本金,取得日期\n持有,嘉禾-1,1042,5,5.01,2025-03-31\n"
    )
    file = read(text)
    assert isinstance(file, RegisterFile)
    assert file.posting is Posting.OPENING
    assert file.rows == (
        Hold(
            holder_id=HolderId(1042),
            contract="嘉禾-1",
            units=5,
            principal=501,
            cost=501,
            acquired_on=DayNumber(20_178),
        ),
    )


CLAIMS = """\
产品代码,WHOLE
文件类型,变动
份额总数,5
类型,合同编号,持有人,份额,冻结到期日,质押冻结编号
质押,嘉禾-1,1042,3,,
FREEZE,,1042,900,2027-06-30,
冻结,#12000001,1043,2,2027-06-30,
解除,,1042,,,7001000
"""


def test_pledges_freezes_and_their_ends_are_read() -> None:
    alice, bob, until = HolderId(1042), HolderId(1043), DayNumber(20_999)
    file = read(CLAIMS)
    assert isinstance(file, RegisterFile), file
    assert file.rows == (
        Pledge(holder_id=alice, lot="嘉禾-1", units=3),
        Freeze(holder_id=alice, lot=None, units=900, until_on=until),
        Freeze(holder_id=bob, lot=LotId(12_000_001), units=2, until_on=until),
        Release(holder_id=alice, encumbrance_id=EncumbranceId(7_001_000)),
    )
    assert file.lines == (5, 6, 7, 8)


T = TextFault


@pytest.mark.parametrize(
    ("was", "now", "faults"),
    [
        ("1042,3,,", "1042,,,", [Fault(T.MISSING, 5, "units")]),
        ("1042,3,,", "1042,3,2027-06-30,", [Fault(T.NOT_EMPTY, 5, "until")]),
        ("900,2027-06-30", "900,", [Fault(T.MISSING, 6, "until")]),
        ("900,2027-06-30", "900,30.6.2027", [Fault(T.MALFORMED, 6, "until")]),
        ("900,2027-06-30,", "900,2027-06-30,7", [Fault(T.NOT_EMPTY, 6, "encumbrance")]),
        (",1042,,,7001000", ",1042,,,", [Fault(T.MISSING, 8, "encumbrance")]),
        (",1042,,,7001000", ",1042,,,x", [Fault(T.MALFORMED, 8, "encumbrance")]),
        (",1042,,,7001000", "嘉禾-1,1042,,,7", [Fault(T.NOT_EMPTY, 8, "contract")]),
        (",1042,,,7001000", ",1042,3,,7", [Fault(T.NOT_EMPTY, 8, "units")]),
    ],
)
def test_what_is_wrong_with_a_pledge_or_freeze_is_told(
    was: str, now: str, faults: list[Fault]
) -> None:
    assert was in CLAIMS
    assert read(CLAIMS.replace(was, now, 1)) == faults


CHANGED: list[tuple[str, str, list[Fault]]] = [
    ("product,JH-1", "product,NONE", [Fault(T.UNKNOWN_PRODUCT, 1, "product")]),
    ("product,JH-1\n", "", [Fault(T.MISSING, 1, "product")]),
    ("file,CHANGES", "file,CHANGED", [Fault(T.UNKNOWN_WORD, 2, "file")]),
    ("file,CHANGES", "file,CHANGES,x", [Fault(T.NOT_EMPTY, 2, "file")]),
    ("1300.5\n", "\n", [Fault(T.MALFORMED, 3, "units_outstanding")]),
    ("1300.5\n", "1300.505\n", [Fault(T.TOO_MANY_DECIMALS, 3, "units_outstanding")]),
    ("type,", "kind,", [Fault(T.UNKNOWN_HEADING, 5, "kind")]),
    ("cost,", "principal,", [Fault(T.UNKNOWN_HEADING, 5, "principal")]),
    ("cost,", "类型,", [Fault(T.UNKNOWN_HEADING, 5, "类型")]),
    ("type,", ",", [Fault(T.UNKNOWN_HEADING, 5, "")]),
    ("SUBSCRIBE,", "BUY,", [Fault(T.UNKNOWN_WORD, 6, "type")]),
    ("SUBSCRIBE,", ",", [Fault(T.UNKNOWN_WORD, 6, "type")]),
    ("JH-0007,", ",", [Fault(T.MISSING, 6, "contract")]),
    ("JH-0007,1042", ",", [Fault(T.MISSING, 6, "contract"), Fault(T.MISSING, 6, "holder")]),
    ("JH-0007,", "=1+1,", [Fault(CellFault.FORMULA, 6, "contract")]),
    ("JH-0007,", "@SUM(A1),", [Fault(CellFault.FORMULA, 6, "contract")]),
    ("1042,100.25", "-1042,100.25", [Fault(CellFault.FORMULA, 6, "holder")]),
    ("1042,100.25", "1e3,100.25", [Fault(T.MALFORMED, 6, "holder")]),
    ("1042,100.25", "\uff10\uff11,100.25", [Fault(T.MALFORMED, 6, "holder")]),
    ("1042,100.25", "1042,1 00", [Fault(T.MALFORMED, 6, "units")]),
    ("1042,100.25", '1042,"1,000"', [Fault(T.MALFORMED, 6, "units")]),
    ("1042,100.25", "1042,100.255", [Fault(T.TOO_MANY_DECIMALS, 6, "units")]),
    ("1042,100.25", f"1042,{10**16}", [Fault(T.MALFORMED, 6, "units")]),
    ("100.25,99", "100.255,99", [Fault(T.TOO_MANY_DECIMALS, 6, "principal")]),
    ("2026-11-20", "2026-11-31", [Fault(T.MALFORMED, 6, "acquired_on")]),
    ("2026-11-20", "2026/11/20", [Fault(T.MALFORMED, 6, "acquired_on")]),
    ("2026-11-20", "20261120", [Fault(T.MALFORMED, 6, "acquired_on")]),
    ("2026-11-20,,", "2026-11-20,1043,", [Fault(T.NOT_EMPTY, 6, "to_holder")]),
    (
        "30,,,,,",
        "30,1,2,,,",
        [Fault(T.NOT_EMPTY, 7, "cost"), Fault(T.NOT_EMPTY, 7, "principal")],
    ),
    ("30,,,,,", "30,,,,,,7", [Fault(T.NOT_EMPTY, 7, None)]),
    ("#12000001", "#x", [Fault(T.MALFORMED, 8, "contract")]),
    ("#12000001", "#0", [Fault(T.MALFORMED, 8, "contract")]),
    ("1042,JH-0008", "x,JH-0008", [Fault(T.MALFORMED, 8, "to_holder")]),
    ("JH-0008", '"JH-0008', [Fault(FileFault.NOT_CSV)]),
]


@pytest.mark.parametrize(("was", "now", "faults"), CHANGED)
def test_what_is_wrong_is_told_with_its_line_and_column(
    was: str, now: str, faults: list[Fault]
) -> None:
    assert was in ENGLISH
    assert read(ENGLISH.replace(was, now, 1)) == faults


def test_no_number_is_larger_than_sixty_four_bits_hold() -> None:
    largest = (
        f"product,FINE\nfile,CHANGES\nunits_outstanding,{10**14}\ntype,contract,holder,units\n"
    )
    assert isinstance(read(largest), RegisterFile)
    assert read(largest.replace(str(10**14), str(10**14 + 1))) == [
        Fault(T.MALFORMED, 3, "units_outstanding")
    ]


def test_every_line_that_is_wrong_is_told() -> None:
    text = ENGLISH.replace("100.25,100.25", "x,y").replace("7.5", "z")
    assert read(text) == [
        Fault(T.MALFORMED, 6, "units"),
        Fault(T.MALFORMED, 6, "principal"),
        Fault(T.MALFORMED, 8, "units"),
    ]


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (ENGLISH.encode("utf-16"), FileFault.ENCODING),
        (b"\xff\xff", FileFault.ENCODING),
        (b"x" * (FILE_BYTES_MAX + 1), T.TOO_LARGE),
        (ENGLISH.encode() + b'"' + b"x" * 200_000, FileFault.NOT_CSV),
    ],
)
def test_what_is_no_text_is_no_file(data: bytes, trouble: Trouble) -> None:
    assert read(data) == [Fault(trouble)]


@pytest.mark.parametrize("length", range(0, len(ENGLISH), 7))
def test_a_file_that_is_cut_off_is_read_or_refused_and_never_a_fault_of_ours(length: int) -> None:
    file = read(ENGLISH[:length])
    assert isinstance(file, RegisterFile) or file
