"""Two hundred transfers go out to an office as a sheet, and come back decided."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.api.command_line import (
    Caller,
    Here,
    make_venue,
    serving,
    trustex_here,
)
from tests.api.register_files import give_units

SYMBOL = "SHEET-2026-01"
PRODUCT = {
    "symbol": SYMBOL,
    "name_zh": "瑞和一号集合资金信托计划",
    "name_en": "Ruihe No. 1",
    "product_type": "FIXED_INCOME",
    "risk_level": 2,
    "benchmark_bps": 420,
    "maturity_date": "2028-12-31",
    "units_issued": "500000000",
    "par_value": "1.0000",
    "tick": "0.0001",
    "lot": "10000",
    "quantity_scale": 0,
}
TRANSFERS = 200
UNITS = 10_000
DECISION, REASON, RESULT, ERROR = "决定", "原因", "结果", "错误"


@dataclass
class Office:
    """A trust company's office that has a spreadsheet and a command line, and no API."""

    folder: Path
    url: str
    key_file: Path
    officer: Caller
    holder: Caller
    buyer: Caller
    orders: int = 0

    def trustex(self, *words: str) -> Here:
        """A command of the office's."""
        return trustex_here(*words, "--url", self.url, "--key-file", str(self.key_file))

    def transfers_are_matched(self, count: int) -> None:
        """So many sales wait for the office."""
        for _ in range(count):
            self.places(self.holder, "SELL", UNITS)
        self.places(self.buyer, "BUY", UNITS * count)

    def places(self, caller: Caller, side: str, units: int) -> None:
        """Somebody's order."""
        self.orders += 1
        order = {"symbol": SYMBOL, "side": side, "price": "0.9900", "quantity": str(units)}
        placed = caller.post("/v1/orders", {"client_order_id": f"o-{self.orders}", **order})
        assert placed["status"] in ("OPEN", "MATCHED"), placed

    def exports(self, name: str = "applications.xlsx") -> "Workbook":
        """The open applications, as the office opens them."""
        path = self.folder / name
        said = self.trustex("export", "applications", "-o", str(path))
        assert said.returncode == 0, said.stderr
        return Workbook.open(path)

    def imports(self, book: "Workbook", *options: str) -> tuple[Here, "Workbook"]:
        """The sheet goes to the venue; what it says, and the marked sheet."""
        marked = self.folder / "marked.xlsx"
        marked.unlink(missing_ok=True)
        said = self.trustex("import", "decisions", str(book.path), "-o", str(marked), *options)
        return said, Workbook.open(marked)

    def count(self, state: str) -> int:
        """How many transfers are in this state."""
        found, cursor = 0, ""
        while True:
            page = self.officer.get(f"/v1/transfers?state={state}&limit=200{cursor}")
            found += len(page["items"])
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def has_units(self, caller: Caller) -> int:
        """What a party holds."""
        return sum(int(each["total"]) for each in caller.get("/v1/holdings")["items"])


@dataclass
class Workbook:
    """A sheet, as a spreadsheet program shows and saves it."""

    path: Path
    book: openpyxl.Workbook
    sheet: Worksheet

    @classmethod
    def open(cls, path: Path) -> "Workbook":
        """The file's first sheet."""
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        sheet = book.worksheets[0]
        return cls(path, book, sheet)

    @property
    def headings(self) -> dict[str, int]:
        """Which column is which."""
        return {str(cell.value): place for place, cell in enumerate(self.sheet[1], start=1)}

    @property
    def row_count(self) -> int:
        """Without the headings."""
        return self.sheet.max_row - 1

    def says(self, row: int, heading: str) -> str:
        """What stands in a row, of which the first is 1."""
        value = self.sheet.cell(row + 1, self.headings[heading]).value
        return "" if value is None else str(value)

    def column(self, heading: str) -> list[str]:
        """What stands below a heading."""
        return [self.says(row, heading) for row in range(1, self.row_count + 1)]

    def fill_in(self, row: int, **texts: Any) -> None:
        """Write into a row."""
        for heading, text in texts.items():
            self.sheet.cell(row + 1, self.headings[heading]).value = text

    def save(self, name: str | None = None) -> None:
        """Save it, under another name if one is given."""
        self.path = self.path if name is None else self.path.with_name(name)
        self.book.save(self.path)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office, and a holder and a buyer of its product."""
    printed = make_venue(tmp_path / "venue", "--trust-company-name", "Ruihe Trust 瑞和信托")
    key_file = tmp_path / "key"
    key_file.write_text(printed["trust company key"])
    with serving(tmp_path / "venue") as (_, url):
        operator = Caller(url, printed["operator key"])
        company_id = printed["trust company"].split()[0]
        operator.post("/v1/products", PRODUCT | {"trust_company_id": company_id})
        callers = []
        for kind, name in ("NATURAL_PERSON", "某持有人"), ("INSTITUTION", "Lanting 兰汀"):
            party_id = operator.post("/v1/parties", {"kind": kind, "name": name})["party_id"]
            key = operator.post(f"/v1/parties/{party_id}/keys", {"label": "first"})["key"]
            operator.post(f"/v1/parties/{party_id}/deposits", {"amount": "9000000.00"})
            callers.append((party_id, Caller(url, key)))
        (holder_id, holder), (_, buyer) = callers
        give_units(operator, company_id, SYMBOL, [(holder_id, "5000000")])
        officer = Caller(url, printed["trust company key"])
        yield Office(tmp_path, url, key_file, officer, holder, buyer)
        for caller in (operator, officer, holder, buyer):
            caller.client.close()
    verified = trustex_here("verify", str(tmp_path / "venue"))
    assert verified.returncode == 0, verified.stdout


def test_two_hundred_transfers_go_out_and_come_back_decided(office: Office) -> None:
    office.transfers_are_matched(TRANSFERS)
    book = office.exports()
    assert book.row_count == TRANSFERS
    assert set(book.column("转让份额")) == {str(UNITS)}
    assert set(book.column(DECISION)) == {""}

    # The office confirms most, rejects ten with a reason, and leaves ten for tomorrow. It sorts the
    # sheet the other way round and keeps a column for itself.
    for row in range(1, TRANSFERS + 1):
        if row % 20 == 0:
            book.fill_in(row, **{DECISION: "拒绝", REASON: "材料不全"})
        elif row % 20 != 7:
            book.fill_in(row, **{DECISION: "确认"})
    rows = [[cell.value for cell in row] for row in book.sheet.iter_rows(min_row=2)]
    for place, values in enumerate(reversed(rows), start=2):
        for column, value in enumerate(values, start=1):
            book.sheet.cell(place, column).value = value
    book.sheet.cell(1, book.sheet.max_column + 1).value = "备注"
    book.fill_in(1, 备注="已电话核实")
    book.save()
    said, marked = office.imports(book)

    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines()[-2:] == ["taken: 190", "refused: 0"]
    results = marked.column(RESULT)
    assert [results.count(word) for word in ("已确认", "已拒绝", "")] == [180, 10, 10]
    assert set(marked.column(ERROR)) == {""}
    assert marked.column("转让编号") == book.column("转让编号")
    assert marked.says(1, "备注") == "已电话核实"
    states = [office.count(state) for state in ("SETTLED", "REJECTED", "SUBMITTED")]
    assert states == [180, 10, 10]
    assert office.has_units(office.buyer) == 180 * UNITS
    assert office.has_units(office.holder) == 5_000_000 - 180 * UNITS

    # What is left for tomorrow is what goes out next.
    left = office.exports("tomorrow.xlsx")
    undecided = {
        number for number, word in zip(marked.column("转让编号"), results, strict=True) if not word
    }
    assert set(left.column("转让编号")) == undecided


def test_the_same_file_decides_once(office: Office) -> None:
    office.transfers_are_matched(3)
    book = office.exports()
    for row in 1, 2:
        book.fill_in(row, **{DECISION: "确认"})
    book.save()
    _, first = office.imports(book)

    said, again = office.imports(book)

    assert said.returncode == 0
    assert "taken before" in said.stdout
    assert again.column(RESULT) == first.column(RESULT) == ["已确认", "已确认", ""]
    assert office.count("SETTLED") == 2


def test_one_bad_row_is_marked_and_the_office_chooses_what_becomes_of_the_others(
    office: Office,
) -> None:
    office.transfers_are_matched(3)
    book = office.exports()
    for row in 1, 2, 3:
        book.fill_in(row, **{DECISION: "确认"})
    book.fill_in(2, 转让份额="=C2*1", **{DECISION: "同意"})
    book.save()

    said, marked = office.imports(book, "--all-or-nothing")
    assert said.returncode == 1
    assert marked.column(RESULT) == ["未提交", "未办理", "未提交"]
    assert marked.says(2, ERROR) == "转让份额：是公式：请填写数值或文字；决定：无此选项"
    assert office.count("SUBMITTED") == 3

    # The marked sheet is corrected and sent back as it is.
    marked.fill_in(2, 转让份额=UNITS, **{DECISION: "确认"})
    marked.save("corrected.xlsx")
    said, marked = office.imports(marked, "--all-or-nothing")
    assert (said.returncode, marked.column(RESULT)) == (0, ["已确认"] * 3)
    assert office.count("SETTLED") == 3


def test_who_sorts_one_column_alone_decides_nothing(office: Office) -> None:
    office.transfers_are_matched(1)
    office.places(office.holder, "SELL", 2 * UNITS)
    office.places(office.buyer, "BUY", 2 * UNITS)
    book = office.exports()
    first, second = (book.says(row, "转让编号") for row in (1, 2))
    book.fill_in(1, 转让编号=second, **{DECISION: "确认"})
    book.fill_in(2, 转让编号=first, **{DECISION: "拒绝", REASON: "其他"})
    book.save()

    said, marked = office.imports(book)

    assert said.returncode == 1
    assert marked.column(RESULT) == ["未办理", "未办理"]
    assert all("转让份额：与申请不一致" in error for error in marked.column(ERROR))
    assert office.count("SUBMITTED") == 2


def test_a_file_that_cannot_be_read_decides_nothing_and_says_why(office: Office) -> None:
    office.transfers_are_matched(1)
    book = office.exports()
    number, read = (book.says(1, heading) for heading in ("转让编号", "审查要件"))
    text = f"转让编号,审查要件,意见\n{number},{read},确认\n"
    file = office.folder / "decided.csv"
    for encoding, told in (
        ("utf-16", "encoding: 编码无法识别"),
        ("gb18030", "column_unknown: 未知的列：意见 / unknown column: 意见"),
    ):
        file.write_text(text, encoding=encoding)
        said = office.trustex("import", "decisions", str(file))
        assert (said.returncode, said.stdout) == (1, "")
        assert said.stderr.startswith("invalid_file: Nothing was done")
        assert told in said.stderr
    assert office.count("SUBMITTED") == 1

    file.write_text(text.replace("意见", "决定"), encoding="gb18030")
    said = office.trustex("import", "decisions", str(file))
    assert said.stdout.splitlines()[1:] == ["taken: 1", "refused: 0"]
    marked = (office.folder / "decided-result.csv").read_text(encoding="gb18030")
    assert marked == f"转让编号,审查要件,决定,结果,错误\n{number},{read},确认,已确认,\n"
