"""Two days at the bank: what comes in, what is nobody's, what goes out, and the three figures.

Commands and HTTP alone. The bank is a folder: its statements come into it, instructions go out of
it, and the operator carries both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from exchange.custodian.camt053_writer import WrittenBooking, write_camt053
from exchange.custodian.statement import OtherAccount
from exchange.types import Fen
from registry.types import DayNumber
from tests.api.command_line import Caller, Here, make_venue, serving, trustex, trustex_here

MONDAY: Final = DayNumber(20_458)  # 2026-01-05
TUESDAY: Final = DayNumber(MONDAY + 1)
ICBC: Final = "102100099996"
ESCROW: Final = "0200 3888 0000 0001"
PROOF: Final = "5f" * 32
TRIES_MAX: Final = 5_000


class Line(NamedTuple):
    """A booking of the bank's."""

    bank_ref: str
    yuan: int
    """Whole ones; below zero: it went out."""
    other: OtherAccount | None
    text: str


def account(number: str, name: str) -> OtherAccount:
    """An account at the same bank."""
    return OtherAccount(bank=ICBC, number=number, holder_name=name)


LIN: Final = account("6222 0200 0001 1111", "林雯")
LIN_S_MOTHER: Final = account("6222 0200 0002 2222", "陈玉")
HAITIAN: Final = account("0200 0388 0933 3333", "海天投资有限公司")


class Bank:
    """What the bank has booked, as files in the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.balance = 0

    def statement(self, day: DayNumber, *lines: Line) -> Path:
        """The statement of a day comes into the folder."""
        content = write_camt053(
            statement_id=f"0200-{day}",
            account_number=ESCROW,
            day=day,
            opening_balance=Fen(self.balance * 100),
            bookings=[
                WrittenBooking(
                    bank_ref=line.bank_ref,
                    amount=Fen(line.yuan * 100),
                    booked_on=day,
                    other=line.other,
                    text=line.text,
                )
                for line in lines
            ],
        )
        self.balance += sum(line.yuan for line in lines)
        path = self.folder / "statements" / f"{day}.xml"
        path.write_bytes(content)
        return path

    def instructions(self) -> dict[str, str]:
        """The instructions that went out, by name of the file."""
        return {
            path.name: path.read_text(encoding="utf-8-sig").splitlines()[1]
            for path in sorted((self.folder / "payouts").glob("*.csv"))
        }


class Day:
    """The people of these days, and what they do."""

    def __init__(self, url: str, key_file: Path, operator: Caller) -> None:
        self.url, self.key_file, self.operator = url, key_file, operator

    def admits(self, kind: str, name: str) -> tuple[str, Caller]:
        """A new party."""
        party_id = self.operator.post("/v1/parties", {"kind": kind, "name": name})["party_id"]
        key = self.operator.post(f"/v1/parties/{party_id}/keys", {"label": "first"})["key"]
        return party_id, Caller(self.url, key)

    def names_account(self, party: Caller, own: OtherAccount) -> Any:
        """The party names its account."""
        body = {"bank": own.bank, "account_number": own.number, "holder_name": own.holder_name}
        return party.post("/v1/bank-accounts", body)

    def verifies(self, bank_account_id: str) -> None:
        """The operator has looked at the proof."""
        path = f"/v1/bank-accounts/{bank_account_id}/verify"
        self.operator.post(path, {"proof_sha256": PROOF})

    def says(self, *words: str) -> Here:
        """`trustex …`, as the operator."""
        return trustex_here(*words, "--url", self.url, "--key-file", str(self.key_file))

    def imports(self, path: Path) -> list[str]:
        """The statement is imported: what is said of its entries."""
        said = self.says("import", "statement", str(path))
        assert (said.returncode, said.stderr) == (0, ""), said
        return said.stdout.splitlines()[2:]

    def reconciles(self) -> tuple[int, list[str]]:
        """How `trustex reconcile money` ends, and what it says below the figures."""
        said = self.says("reconcile", "money")
        return said.returncode, [line for line in said.stdout.splitlines() if line[0].isalpha()]

    def queue(self) -> list[tuple[str, str]]:
        """The payments that are nobody's, oldest first: reason, and whom the bank names."""
        items = self.operator.get("/v1/payments?state=UNMATCHED")["items"]
        return [(each["reason"], each["holder_name"] or "") for each in reversed(items)]

    def payment(self, bank_ref: str) -> str:
        """The id of the latest payment in the queue with this reference."""
        items = self.operator.get("/v1/payments?state=UNMATCHED")["items"]
        found: str = next(each["payment_id"] for each in items if each["bank_ref"] == bank_ref)
        return found

    def resolves(self, bank_ref: str, **body: str) -> Any:
        """What the operator says to it."""
        return self.operator.post(f"/v1/payments/{self.payment(bank_ref)}/resolve", body)

    def waits_for(self, withdrawal_id: str, state: str) -> None:
        """The worker carries it to the bank by itself."""
        for _ in range(TRIES_MAX):
            if self.operator.get(f"/v1/withdrawals/{withdrawal_id}")["state"] == state:
                return
        pytest.fail(f"withdrawal {withdrawal_id} is not {state}")


class Story:
    """Lin Wen and Haitian, the operator and the bank."""

    def __init__(self, bank: Bank, day: Day) -> None:
        self.bank, self.day = bank, day
        self.lin_id, self.lin = day.admits("NATURAL_PERSON", "林雯")
        self.haitian_id, self.haitian = day.admits("INSTITUTION", "海天投资有限公司")
        self.lins = day.names_account(self.lin, LIN)
        self.haitians = day.names_account(self.haitian, HAITIAN)
        self.returning = self.withdrawal_id = ""

    def lin_has(self) -> tuple[str, str, str]:
        """Available, on its way out, and gone."""
        cash = self.lin.get("/v1/cash")
        return cash["available"], cash["frozen"], cash["withdrawn"]


def on_monday_money_comes_in(story: Story) -> Path:
    """Lin's account is verified, Haitian's not yet."""
    bank, day = story.bank, story.day
    assert story.lins["has_party_name"]
    assert story.lins["reference"] == f"TX-P{story.lin_id}"
    day.verifies(story.lins["bank_account_id"])
    assert day.reconciles() == (0, ["the three are the same"])

    monday = bank.statement(
        MONDAY,
        Line("M1", 50_000, LIN, f"TX-P{story.lin_id}"),
        Line("M2", 8_000, LIN_S_MOTHER, f"for my daughter TX-P{story.lin_id}"),
        Line("M3", 300_000, HAITIAN, f"TX-P{story.haitian_id}"),
        Line("M4", 700, LIN, "forgot the reference"),
        Line("M1", 50_000, LIN, f"TX-P{story.lin_id}"),
    )
    # The bank has it, the ledger not yet: that is said, with its cause.
    assert day.reconciles() == (1, ["break: 408700.00 IN_TRANSIT"])
    told = ["credited to parties: 1", "withdrawals paid: 0", "unmatched: 4"]
    assert day.imports(monday) == told
    assert day.reconciles() == (0, ["the three are the same"])
    return monday


def what_is_unclear_is_seen_and_is_nobodys(story: Story) -> None:
    """A third party, an account that nobody verified, no reference, a reference that came twice."""
    assert story.lin_has() == ("50000.00", "0.00", "0.00")
    assert story.haitian.get("/v1/cash")["total"] == "0.00"
    assert story.day.queue() == [
        ("THIRD_PARTY", "陈玉"),
        ("UNVERIFIED_ACCOUNT", "海天投资有限公司"),
        ("UNKNOWN_REFERENCE", "林雯"),
        ("DUPLICATE", "林雯"),
    ]


def the_same_file_again_and_a_forged_one_change_nothing(story: Story, monday: Path) -> None:
    """The forged one says more of Lin's payment than its balances do."""
    again = story.day.says("import", "statement", str(monday))
    told = "imported before: the ledger has this statement already\n"
    assert (again.returncode, again.stdout) == (0, told)
    forged = monday.with_suffix(".forged")
    forged.write_bytes(monday.read_bytes().replace(b">50000.00<", b">90000.00<"))
    refused = story.day.says("import", "statement", str(forged))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("statement_balances_differ: ")
    assert story.lin_has() == ("50000.00", "0.00", "0.00")


def the_queue_is_worked_off(story: Story) -> None:
    """Haitian's proof comes, the forgotten reference is found; the mother has hers back."""
    day = story.day
    day.verifies(story.haitians["bank_account_id"])
    haitians = day.resolves("M3", resolution="ASSIGN", party_id=story.haitian_id)
    assert haitians["state"] == "ASSIGNED"
    assert day.resolves("M4", resolution="ASSIGN", party_id=story.lin_id)["state"] == "ASSIGNED"
    story.returning = day.resolves("M2", resolution="RETURN")["withdrawal_id"]
    assert story.haitian.get("/v1/cash")["available"] == "300000.00"
    assert story.lin_has() == ("50700.00", "0.00", "0.00")


def lin_wants_part_of_it_at_her_bank(story: Story) -> None:
    """What is approved goes to the bank by itself, as a file."""
    wish = {"bank_account_id": story.lins["bank_account_id"], "amount": "20000.00"}
    story.withdrawal_id = story.lin.post("/v1/withdrawals", wish)["withdrawal_id"]
    story.day.operator.post(f"/v1/withdrawals/{story.withdrawal_id}/approve")
    for each in (story.returning, story.withdrawal_id):
        story.day.waits_for(each, "INSTRUCTED")
    back, out = f"TX-W{story.returning}", f"TX-W{story.withdrawal_id}"
    assert story.bank.instructions() == {
        f"{back}.csv": f"{back},{ICBC},{LIN_S_MOTHER.number},陈玉,8000.00,{back}",
        f"{out}.csv": f"{out},{ICBC},{LIN.number},林雯,20000.00,{out}",
    }
    assert story.lin_has() == ("30700.00", "20000.00", "0.00")


def on_tuesday_the_bank_pays_and_books_its_duplicate_back(story: Story) -> None:
    """What the bank names and the ledger explains was on its way; the rest nobody explains, until
    the statement shows it and somebody sets the two off."""
    day = story.day
    tuesday = story.bank.statement(
        TUESDAY,
        Line("T1", -8_000, LIN_S_MOTHER, f"TX-W{story.returning}"),
        Line("T2", -20_000, LIN, f"TX-W{story.withdrawal_id}"),
        Line("T3", -50_000, LIN, "booked twice, our mistake"),
    )
    breaks = ["break: -28000.00 IN_TRANSIT", "break: -50000.00 UNKNOWN"]
    assert day.reconciles() == (1, breaks)
    told = ["credited to parties: 0", "withdrawals paid: 2", "unmatched: 1"]
    assert day.imports(tuesday) == told
    assert story.lin.get(f"/v1/withdrawals/{story.withdrawal_id}")["state"] == "PAID"
    assert story.lin_has() == ("30700.00", "0.00", "20000.00")
    day.resolves("T3", resolution="OFFSET", against_payment_id=day.payment("M1"))
    assert day.queue() == []


def the_three_figures_are_the_same(story: Story) -> None:
    """To the fen: Lin's 30,700 and Haitian's 300,000."""
    assert story.day.reconciles() == (0, ["the three are the same"])
    (last, *_) = story.day.operator.get("/v1/reconciliations")["items"]
    figures = (last["ledger"], last["escrow_account"], last["statement"], last["suspense"])
    assert figures == ("330700.00", "330700.00", "330700.00", "0.00")
    assert story.bank.balance == 330_700


def test_two_days_at_the_bank(tmp_path: Path) -> None:
    printed = make_venue(tmp_path / "venue")
    key_file = tmp_path / "operator.key"
    key_file.write_text(printed["operator key"])
    bank = Bank(tmp_path / "bank")

    custodian = ("--custodian-folder", str(bank.folder), "--custodian-account", ESCROW)
    with serving(tmp_path / "venue", *custodian) as (process, url):
        operator = Caller(url, printed["operator key"])
        story = Story(bank, Day(url, key_file, operator))
        monday = on_monday_money_comes_in(story)
        what_is_unclear_is_seen_and_is_nobodys(story)
        the_same_file_again_and_a_forged_one_change_nothing(story, monday)
        the_queue_is_worked_off(story)
        lin_wants_part_of_it_at_her_bank(story)
        on_tuesday_the_bank_pays_and_books_its_duplicate_back(story)
        the_three_figures_are_the_same(story)
        for caller in (operator, story.lin, story.haitian):
            caller.client.close()
        assert process.poll() is None

    assert process.returncode == 0
    verified = trustex("verify", str(tmp_path / "venue"))
    assert verified.returncode == 0, verified.stdout
