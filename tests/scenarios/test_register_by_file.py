"""The day after: an office without an API registers what has settled, and sets its list of holders
beside the venue's register.

The command line alone, as the office would use it; its list is a file that its own program wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import pytest

from registry.trust_company.sheets import Sheet, SheetFormat, read_sheet, write_sheet
from tests.api.command_line import Caller, Here, make_venue, serving, trustex_here
from tests.api.register_files import give_units

SYMBOL: Final = "YULAN-2026-03"
PRODUCT: Final = {
    "symbol": SYMBOL,
    "name_zh": "玉兰三号集合资金信托计划",
    "name_en": "Yulan No. 3",
    "product_type": "FIXED_INCOME",
    "risk_level": 2,
    "benchmark_bps": 410,
    "maturity_date": "2029-06-30",
    "units_issued": "50000000",
    "par_value": "1.0000",
    "tick": "0.0001",
    "lot": "10000",
    "quantity_scale": 0,
    "transfer_terms": {"registration": True},
}
BEIJING: Final = timezone(timedelta(hours=8))


@dataclass
class Office:
    """The trust company's office: a spreadsheet, a command line, and its own list of holders."""

    folder: Path
    url: str
    key_file: Path
    officer: Caller
    callers: dict[str, Caller]
    ids: dict[str, str]
    holders: dict[str, int] = field(default_factory=dict)

    def trustex(self, *words: str) -> Here:
        """A command of the office's."""
        return trustex_here(*words, "--url", self.url, "--key-file", str(self.key_file))

    def matches(self, seller: str, buyer: str, units: int) -> str:
        """One sells to the other; the transfer."""
        order = {"symbol": SYMBOL, "price": "0.9900", "quantity": str(units)}
        number = len(list(self.folder.iterdir()))
        placed: Any = None
        for side, name in ("SELL", seller), ("BUY", buyer):
            client_order_id = f"{side}-{units}-{number}"
            placed = self.callers[name].post(
                "/v1/orders", order | {"side": side, "client_order_id": client_order_id}
            )
        transfer_id: str = placed["fills"][0]["transfer_id"]
        return transfer_id

    def confirms(self, transfer_id: str) -> None:
        """The office confirms: title and money move."""
        said = self.trustex("confirm", transfer_id)
        assert said.returncode == 0, said.stderr

    def enters(self, seller: str, buyer: str, units: int) -> None:
        """The office writes the transfer into its own list of holders."""
        self.holders[seller] -= units
        self.holders[buyer] = self.holders.get(buyer, 0) + units

    def reconciles(self, form: str = "csv") -> tuple[int, list[str]]:
        """How `trustex reconcile holders` ends with the office's list of today, and its breaks."""
        today = datetime.now(UTC).astimezone(BEIJING).date().isoformat()
        rows = [["持有人名称", "持有人", "份额", "产品代码", "截止日期"]]
        rows += [
            [name, self.ids[name], str(units), SYMBOL, today]
            for name, units in self.holders.items()
            if units
        ]
        file = self.folder / f"holders.{form}"
        file.write_bytes(write_sheet(rows, SheetFormat(form), encoding="gb18030"))
        said = self.trustex("reconcile", "holders", str(file))
        return said.returncode, [each for each in said.stdout.splitlines() if "break" in each]

    def break_of(self, name: str, theirs: int, ours: int, cause: str) -> str:
        """A line that the office is told."""
        about = f"{SYMBOL} holder {self.ids[name]} units"
        return f"break: {about}: theirs {theirs}, ours {ours}: {theirs - ours} {cause}"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office whose product has one holder, and two more who buy."""
    printed = make_venue(tmp_path / "venue", "--trust-company-name", "Yulan Trust 玉兰信托")
    folder = tmp_path / "office"
    folder.mkdir()
    key_file = folder / "key"
    key_file.write_text(printed["trust company key"])
    with serving(tmp_path / "venue") as (_, url):
        operator = Caller(url, printed["operator key"])
        company_id = printed["trust company"].split()[0]
        operator.post("/v1/products", PRODUCT | {"trust_company_id": company_id})
        callers, ids = {}, {}
        for name, kind in (
            ("林雯", "NATURAL_PERSON"),
            ("兰汀资本", "INSTITUTION"),
            ("北海实业", "INSTITUTION"),
        ):
            ids[name] = operator.post("/v1/parties", {"kind": kind, "name": name})["party_id"]
            key = operator.post(f"/v1/parties/{ids[name]}/keys", {"label": "first"})["key"]
            operator.post(f"/v1/parties/{ids[name]}/deposits", {"amount": "9000000.00"})
            callers[name] = Caller(url, key)
        give_units(operator, company_id, SYMBOL, [(ids["林雯"], "5000000")])
        officer = Caller(url, printed["trust company key"])
        yield Office(folder, url, key_file, officer, callers, ids, {"林雯": 5_000_000})
        for caller in (operator, officer, *callers.values()):
            caller.client.close()
    verified = trustex_here("verify", str(tmp_path / "venue"))
    assert verified.returncode == 0, verified.stdout


def test_the_list_of_holders_is_set_beside_the_register(office: Office) -> None:
    lin, lanting, beihai = office.ids
    assert office.reconciles() == (0, [])

    # A transfer is confirmed here, and the office has not entered it yet; another is entered there
    # before it is confirmed here.
    first = office.matches(lin, lanting, 300_000)
    office.confirms(first)
    assert office.reconciles() == (
        1,
        [
            office.break_of(lin, 5_000_000, 4_700_000, f"SETTLED_AFTER {first}"),
            office.break_of(lanting, 0, 300_000, f"SETTLED_AFTER {first}"),
        ],
    )
    office.enters(lin, lanting, 300_000)
    second = office.matches(lin, beihai, 200_000)
    office.enters(lin, beihai, 200_000)
    assert office.reconciles("xlsx") == (
        1,
        [
            office.break_of(lin, 4_500_000, 4_700_000, f"PENDING_TRANSFER {second}"),
            office.break_of(beihai, 200_000, 0, f"PENDING_TRANSFER {second}"),
        ],
    )
    office.confirms(second)
    assert office.reconciles("csv") == (0, [])

    # A slip of the pen is nobody's transfer. Nothing was changed by any of it.
    office.holders[lanting] += 1
    assert office.reconciles() == (1, [office.break_of(lanting, 300_001, 300_000, "UNITS_DIFFER")])
    register = office.officer.get(f"/v1/products/{SYMBOL}/register")
    assert {each["holder_id"]: each["units"] for each in register["items"]} == {
        office.ids[lin]: "4500000",
        office.ids[lanting]: "300000",
        office.ids[beihai]: "200000",
    }


def test_what_has_settled_is_registered_by_file(office: Office) -> None:
    lin, lanting, beihai = office.ids
    transfers = [
        office.matches(lin, lanting, 300_000),
        office.matches(lin, beihai, 200_000),
        office.matches(lin, beihai, 100_000),
    ]
    for transfer_id in transfers:
        office.confirms(transfer_id)
    file = office.folder / "registration.csv"
    said = office.trustex("export", "registration", "-o", str(file), "--format", "csv")
    assert said.returncode == 0, said.stderr
    headings, *rows = rows_of(file)
    place = headings.index("登记结果")
    assert [row[0] for row in rows] == transfers
    assert {row[headings.index("剩余工作日")] for row in rows} == {"10"}

    # Two are done at the registry; in one of them the office has written over a number.
    for row, units in zip(rows[:2], ("300000", "250000"), strict=True):
        row[headings.index("转让份额")] = units
        row[place] = "已登记"
    file.write_bytes(write_sheet([headings, *rows], SheetFormat.CSV))
    said = office.trustex("import", "registration", str(file))
    assert (said.returncode, said.stdout.splitlines()[1:]) == (1, ["taken: 1", "refused: 1"])
    marked = rows_of(office.folder / "registration-result.csv")
    assert [row[place + 1 :] for row in marked] == [
        ["结果", "错误"],
        ["已登记", ""],
        ["未办理", "转让份额：与申请不一致"],
        ["", ""],
    ]
    states = [office.officer.get(f"/v1/transfers/{each}")["state"] for each in transfers]
    assert states == ["REGISTERED", "SETTLED", "SETTLED"]

    # Sent again, it is answered as before; what is left goes out again.
    again = office.trustex("import", "registration", str(file))
    assert "taken before" in again.stdout
    assert rows_of(office.folder / "registration-result.csv") == marked
    office.trustex("export", "registration", "-o", str(file), "--format", "csv")
    assert [row[0] for row in rows_of(file)[1:]] == transfers[1:]


def rows_of(file: Path) -> list[list[str]]:
    """What a sheet says, headings first."""
    sheet = read_sheet(file.read_bytes())
    assert isinstance(sheet, Sheet), sheet
    width = len(sheet.rows[0].cells)
    return [[*row.cells, *[""] * (width - len(row.cells))] for row in sheet.rows]
