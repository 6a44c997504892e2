"""The opening register of a plan with 187 holders, with what is pledged and frozen: signed off,
brought as a signed file, opened.

Commands and HTTP alone, as the operator and the trust company's office would do it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from api.signing import DemoSigner
from tests.api.command_line import Caller, Here, make_venue, serving, trustex, trustex_here
from tests.api.register_files import Office

HOLDERS: Final = 187
SECOND_CONTRACTS: Final = 23
PLEDGES: Final = 9
FREEZES: Final = 4
SYMBOL: Final = "DEMO-YX-2025-000187"
FAMILY_NAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
PRODUCT: Final = {
    "symbol": SYMBOL,
    "name_zh": "云岫基建二号集合资金信托计划",
    "name_en": "Yunxiu Infrastructure No. 2",
    "product_type": "INFRASTRUCTURE",
    "risk_level": 3,
    "benchmark_bps": 560,
    "maturity_date": "2027-09-30",
    "units_issued": "480000000",
    "par_value": "1.0000",
    "tick": "0.0001",
    "lot": "100000",
    "quantity_scale": 0,
    "transfer_terms": {"calendar_id": "CN_WORKING", "onboarding": True},
}
HEADINGS: Final = "类型,合同编号,持有人,份额,本金,成本,取得日期,冻结到期日"


class Register:
    """The trust company's own books: contracts of 300,000 to 5,000,000 yuan, some of them pledged
    for half of it, and four holders frozen by a court for more than they have."""

    def __init__(self, holder_ids: list[str]) -> None:
        draw = Random(187)
        owners = holder_ids + draw.sample(holder_ids, SECOND_CONTRACTS)
        self.rows: list[tuple[str, str, int, str]] = []
        for number, owner in enumerate(owners, start=1):
            units = 100_000 * draw.choice((3, 3, 5, 10, 10, 10, 20, 30, 50))
            day = f"2025-{draw.randint(1, 9):02}-{draw.randint(1, 28):02}"
            self.rows.append((f"云岫2025集{number:04}号", owner, units, day))
        self.pledged = draw.sample(self.rows[:100], PLEDGES)
        self.frozen = draw.sample(holder_ids[110:], FREEZES)
        self.until = (datetime.now(UTC) + timedelta(days=300)).date().isoformat()

    @property
    def total(self) -> int:
        return sum(units for _, _, units, _ in self.rows)

    def file(self) -> str:
        """As the office's program writes it."""
        lines = [f"产品代码,{SYMBOL}", "文件类型,期初", f"份额总数,{self.total}", "", HEADINGS]
        lines += [
            f"持有,{contract},{owner},{units},{units}.00,,{day},"
            for contract, owner, units, day in self.rows
        ]
        lines += [f"质押,{name},{owner},{units // 2},,,," for name, owner, units, _ in self.pledged]
        lines += [f"冻结,,{owner},9000000,,,,{self.until}" for owner in self.frozen]
        return "\r\n".join([*lines, ""])


class Desk:
    """The operator's desk: files in a folder, `trustex import`."""

    def __init__(self, folder: Path, url: str, operator_key: str) -> None:
        self.folder = folder
        self.url = url
        self.key_file = folder / "operator.key"
        self.key_file.write_text(operator_key, encoding="ascii")

    def brings(self, text: str, signature: bytes, *options: str) -> Here:
        """`trustex import register` with this file and signature."""
        file, signed = self.folder / "register.csv", self.folder / "register.sig"
        file.write_bytes(text.encode("gb18030"))
        signed.write_bytes(signature)
        words = ("--key-file", str(self.key_file), "--url", self.url, "--signature", str(signed))
        return trustex_here("import", "register", str(file), *words, *options)


def admit(operator: Caller) -> list[str]:
    """The 187 who hold the plan, 11 of them institutions."""
    draw = Random(11)
    admitted = []
    for number in range(HOLDERS):
        institution = number % 17 == 0
        name = f"{draw.choice(FAMILY_NAMES)}{'氏实业有限公司' if institution else '某某'}"
        kind = "INSTITUTION" if institution else "NATURAL_PERSON"
        admitted.append(operator.post("/v1/parties", {"kind": kind, "name": name})["party_id"])
    return admitted


class Story:
    """The people of the story, and what each of them has."""

    def __init__(self, folder: Path, url: str, printed: dict[str, str]) -> None:
        self.operator = Caller(url, printed["operator key"])
        self.company = Caller(url, printed["trust company key"])
        self.company_id = printed["trust company"].split()[0]
        self.office = Office(DemoSigner(b"Yunxiu office"))
        self.desk = Desk(folder, url, printed["operator key"])
        self.url = url
        self.books = Register(admit(self.operator))

    def enter_product(self) -> None:
        """The product is entered; its trust company has to stand by the terms before all else."""
        body = PRODUCT | {"trust_company_id": self.company_id}
        product = self.operator.post("/v1/products", body)
        assert product["state"] == "DRAFT"
        keys_path = f"/v1/parties/{self.company_id}/signing-keys"
        self.operator.post(keys_path, {"public_key": self.office.public_key, "label": "登记部"})
        early = self.brings(self.books.file())
        assert (early.returncode, "product_not_in_state" in early.stderr) == (1, True)
        path, agreed = f"/v1/products/{SYMBOL}/sign-off", {"terms_digest": product["terms_digest"]}
        assert self.company.post(path, agreed)["state"] == "SIGNED_OFF"

    def brings(self, text: str, *options: str, signed: str | None = None) -> Here:
        """The operator brings a file; the office has signed it, or another text."""
        signature = self.office.signer.sign((signed or text).encode("gb18030"))
        return self.desk.brings(text, signature, *options)

    def refuse_wrong_rows(self) -> None:
        """One row names somebody whom the venue does not know: nothing at all is taken over."""
        contract, owner, units, _ = self.books.rows[103]
        text = self.books.file()
        refused = self.brings(text.replace(f"{contract},{owner},", f"{contract},77777777,"))
        assert refused.returncode == 1
        assert "rows_out_of_range: Nothing was posted: the file has 1 fault." in refused.stderr
        assert "unknown_party: Line 109: No such party." in refused.stderr
        # A total that is not the sum of the rows refuses it too.
        total = f"份额总数,{self.books.total}"
        short = text.replace(total, f"份额总数,{self.books.total - units}")
        refused = self.brings(short, "--preview")
        assert (refused.returncode, "file: totals_differ" in refused.stderr) == (1, True)

    def refuse_forgeries(self) -> None:
        """A file that somebody altered after it was signed is not the trust company's, nor is one
        that somebody else has signed."""
        contract, owner, units, _ = self.books.rows[103]
        text = self.books.file()
        row = f"{contract},{owner},{units},"
        altered = text.replace(row, f"{contract},{owner},{units * 2},")
        assert altered != text
        impostor = DemoSigner(b"impostor").sign(text.encode("gb18030"))
        for forged in (self.brings(altered, signed=text), self.desk.brings(text, impostor)):
            assert (forged.returncode, "signature_invalid" in forged.stderr) == (1, True)

    def post_the_register(self) -> None:
        """The file as it was signed is posted; brought again, it is not posted again."""
        text = self.books.file()
        assert "would be posted: 223 rows" in self.brings(text, "--preview").stdout
        posted, again = self.brings(text), self.brings(text)
        assert posted.returncode == 0, posted.stderr
        assert (again.returncode, again.stdout.startswith("posted before")) == (0, True)
        assert f"posted: 223 rows of {SYMBOL}, OPENING" in posted.stdout
        assert "new lots: 210" in posted.stdout
        assert "new pledges and freezes: 13" in posted.stdout

    def begin_to_trade(self) -> None:
        """Trade begins on exactly that register."""
        path, total = f"/v1/products/{SYMBOL}/open", self.books.total
        other = self.operator.client.post(
            path,
            headers={"Idempotency-Key": "another-total"},
            json={"units_outstanding": str(total + 100_000)},
        )
        assert other.json()["code"] == "totals_differ"
        opened = self.operator.post(path, {"units_outstanding": str(total)})
        assert opened["state"] == "LIVE"
        contract, owner, units, day = self.books.rows[103]
        holder = self.holder(owner)
        lots = holder.get(f"/v1/holdings/{SYMBOL}/lots")["items"]
        assert (contract, str(units), day) in [
            (lot["contract"], lot["total"], lot["acquired_on"]) for lot in lots
        ]
        order = {"client_order_id": "first", "symbol": SYMBOL, "side": "SELL", "price": "0.9900"}
        assert holder.post("/v1/orders", order | {"quantity": "100000"})["status"] == "OPEN"
        holder.client.close()

    def find_what_is_encumbered(self) -> None:
        """Pledges and freezes stand as the books say: half a contract, or all of a holder's."""
        of_contract = {name: units // 2 for name, _, units, _ in self.books.pledged}
        standing = self.company.get("/v1/encumbrances?limit=500")["items"]
        kinds = [each["kind"] for each in standing]
        assert (kinds.count("PLEDGE"), kinds.count("FREEZE")) == (PLEDGES, FREEZES)
        for holder in self.held():
            owner = holder["holder_id"]
            pledged = sum(of_contract[name] for name, of, _, _ in self.books.pledged if of == owner)
            frozen = int(holder["units"]) if owner in self.books.frozen else 0
            assert (int(holder["pledged"]), int(holder["frozen"])) == (pledged, frozen)
        # Who is frozen has nothing to sell; the rest of his freeze waits for what may come.
        owner = self.books.frozen[0]
        (freeze,) = [each for each in standing if each["holder_id"] == owner]
        held = sum(units for _, of, units, _ in self.books.rows if of == owner)
        assert (freeze["units"], freeze["held"]) == ("9000000", str(held))
        assert freeze["until"] == self.books.until
        seller = self.holder(owner)
        order = {"client_order_id": "frozen", "symbol": SYMBOL, "side": "SELL", "price": "0.9900"}
        refused = seller.client.post("/v1/orders", json=order | {"quantity": "100000"})
        assert refused.json()["code"] == "units_not_available"
        seller.client.close()

    def holder(self, party_id: str) -> Caller:
        """A holder with a key of his own."""
        keys = self.operator.post(f"/v1/parties/{party_id}/keys", {"label": "first"})
        return Caller(self.url, keys["key"])

    def held(self) -> list[dict[str, str]]:
        """The register as its trust company sees it."""
        register = self.company.get(f"/v1/products/{SYMBOL}/register?limit=500")
        items: list[dict[str, str]] = register["items"]
        return items


def test_the_opening_register_of_187_holders(tmp_path: Path) -> None:
    directory = tmp_path / "venue"
    printed = make_venue(directory, "--trust-company-name", "云岫信托")

    with serving(directory) as (_process, url):
        story = Story(tmp_path, url, printed)
        story.enter_product()
        story.refuse_wrong_rows()
        story.refuse_forgeries()
        assert story.held() == []
        story.post_the_register()
        held, books = story.held(), story.books
        assert len(held) == HOLDERS
        assert {holder["holder_id"] for holder in held} == {owner for _, owner, _, _ in books.rows}
        assert sum(int(holder["units"]) for holder in held) == books.total
        assert sum(int(holder["lots"]) for holder in held) == HOLDERS + SECOND_CONTRACTS
        story.begin_to_trade()
        story.find_what_is_encumbered()
        for caller in (story.operator, story.company):
            caller.client.close()

    verified = trustex("verify", str(directory))
    assert verified.returncode == 0, verified.stdout
