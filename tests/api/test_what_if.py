"""`trustex whatif`, as its users start it: what another pack would have refused of a venue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from exchange.rules.packs import shipped
from tests.api.command_line import Here, contents, damaged, trustex_here
from tests.api.venue import Market, TestVenue

PACK: Final = """
id = "TRY"
version = "1"
title_zh = "试"
title_en = "A try"
extends = ["SANDBOX"]

[[rules]]
id = "QI-04"
version = "2"
stages = ["B", "M"]
severity = "BLOCK"
reason_code = "BELOW_MINIMUM"
source = "a try"
text_zh = "受让后 {principal_after_fen}，最低 {minimum_fen}。"
text_en = "Afterwards {principal_after_fen}; the minimum is {minimum_fen}."
[rules.params]
minimum_fen = 100_000
"""
"""A buyer has 1,000.00 yuan of principal afterwards."""


class Past(NamedTuple):
    """A venue in which three deals were made, and the product in which that was."""

    directory: Path
    market: Market
    pack: Path

    def tells(self, *words: str) -> Here:
        """What the command says of it."""
        return trustex_here("whatif", str(self.directory), "--pack", str(self.pack), *words)

    def lines(self, *words: str) -> list[Any]:
        """Its lines as JSON."""
        told = self.tells("--json", *words)
        assert told.returncode == 0, told.stderr
        return [json.loads(line) for line in told.stdout.splitlines()]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    folder = tmp_path_factory.mktemp("past")
    with TestVenue(folder / "venue") as venue:
        market = Market.make(venue)
        for quantity in ("100", "2000", "500"):
            market.match(quantity)
        Market.make(venue).match("1000")
    pack = folder / "try.toml"
    pack.write_text(PACK, encoding="utf-8")
    return Past(folder / "venue", market, pack)


def test_two_deals_would_have_failed(past: Past) -> None:
    *failed, _ = past.lines()
    deals = [each for each in failed if each["kind"] == "DEAL"]
    assert [each["quantity"] for each in deals] == ["100", "500"]
    first = deals[0]
    assert first["symbol"] == past.market.symbol
    assert (first["seller_id"], first["seller"]) == (past.market.seller.party_id, [])
    assert first["buyer_id"] == past.market.buyer.party_id
    assert (first["trade_number"], first["price"]) == (1, "1.0200")
    assert first["buyer"] == [
        {
            "rule_id": "QI-04",
            "version": "2",
            "pack": "TRY",
            "pack_version": "1",
            "verdict": "BLOCK",
            "queue": None,
            "reason_code": "BELOW_MINIMUM",
            "text_zh": "受让后 100.00，最低 1000.00。",
            "text_en": "Afterwards 100.00; the minimum is 1000.00.",
            "inputs": [
                {"name": "minimum_fen", "value": "1000.00"},
                {"name": "contract_minimum_fen", "value": "0.00"},
                {"name": "principal_after_fen", "value": "100.00"},
            ],
            "cures": [
                {
                    "kind": "BUY_AT_LEAST",
                    "value": "1000",
                    "text_zh": "至少受让 1000",
                    "text_en": "Buy at least 1000",
                }
            ],
            "source": "a try",
            "is_own": False,
        }
    ]


def test_people_are_told_what_would_have_cured_it(past: Past) -> None:
    said = past.tells().stdout
    assert said.count("→ 至少受让 1000 / Buy at least 1000\n") == 4


def test_the_orders_that_made_them_would_have_failed_and_no_others(past: Past) -> None:
    *failed, _ = past.lines()
    orders = [each for each in failed if each["kind"] == "ORDER"]
    assert [(each["side"], each["quantity"]) for each in orders] == [("BUY", "100"), ("BUY", "500")]
    assert [each["kind"] for each in failed] == ["ORDER", "DEAL"] * 2
    assert [each["order_id"] for each in orders] == [str(each["sequence"]) for each in orders]


def test_last_comes_the_total(past: Past) -> None:
    assert past.lines()[-1] == {
        "kind": "TOTAL",
        "pack_id": "TRY",
        "version": "1",
        "orders": 8,
        "orders_failed": 2,
        "deals": 4,
        "deals_failed": 2,
        "transfers": 4,
        "transfers_failed": 0,
        "by_rule": [
            {
                "rule_id": "QI-04",
                "reason_code": "BELOW_MINIMUM",
                "orders": 2,
                "deals": 2,
                "transfers": 0,
            }
        ],
        "not_judged": ["PRC-03"],
    }


def test_one_product_may_be_looked_at(past: Past) -> None:
    total = past.lines("--product", past.market.symbol)[-1]
    assert (total["orders"], total["deals"], total["deals_failed"]) == (6, 3, 2)


def test_people_read_the_same(past: Past) -> None:
    told = past.tells()
    assert told.returncode == 0, told.stderr
    assert f"  buyer {past.market.buyer.party_id}: QI-04 BELOW_MINIMUM\n" in told.stdout
    assert "    受让后 100.00，最低 1000.00。\n    Afterwards 100.00;" in told.stdout
    assert told.stdout.count("\ndeal ") == 2
    assert "TRY 1: what it would have refused" in told.stdout


def test_a_pack_that_comes_with_the_program_is_named(past: Past) -> None:
    """Nothing is known of the buyers: none is certified."""
    told = past._replace(pack=Path("CN-AMT-2025D")).lines()
    total = told[-1]
    assert (total["orders_failed"], total["deals_failed"]) == (8, 4)
    counted = {
        each["rule_id"]: (each["orders"], each["deals"], each["transfers"])
        for each in total["by_rule"]
    }
    assert counted == {
        "QI-01": (4, 4, 4),
        "QI-04": (4, 4, 0),
        "QI-05": (4, 4, 0),
        "SUI-01": (4, 4, 4),
        "PTY-03": (0, 0, 4),
        "QI-03": (0, 0, 4),
    }
    transfers = [each for each in told if each["kind"] == "TRANSFER"]
    deals = [each for each in told if each["kind"] == "DEAL"]
    assert [each["stage"] for each in transfers] == ["U"] * 4  # nobody has decided them
    assert [each["transfer_id"] for each in transfers] == [each["transfer_id"] for each in deals]
    assert {each["rule_id"] for each in transfers[0]["buyer"]} == {
        *("PTY-03", "QI-01", "QI-03", "SUI-01"),
    }
    assert total["not_judged"] == ["PRD-01", "PRD-06", "VIS-01"]
    read = past._replace(pack=Path("CN-AMT-2025D")).tells().stdout
    assert "not judged: PRD-01" in read
    assert read.count("\nsubmission of ") == 4


def test_the_folder_is_as_it_was(past: Past) -> None:
    before = contents(past.directory)
    past.tells()
    assert contents(past.directory) == before


def test_a_damaged_record_is_refused_and_nothing_is_told(past: Past, tmp_path: Path) -> None:
    shift = "UPDATE journal SET at_ns = at_ns + 1 WHERE sequence = 20"
    copy = damaged(past.directory, tmp_path / "venue", shift)
    told = past._replace(directory=copy).tells()
    assert told.returncode == 1
    assert "different at sequence 20" in told.stderr
    assert told.stdout == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PACK.replace("QI-04", "QI-99"), ":8: QI-99: no such rule"),
        (PACK.replace('"SANDBOX"]', '"GONE"]'), ":6: extends GONE, which is not there"),
        (shipped("SANDBOX"), "SANDBOX is part of the program"),
    ],
)
def test_a_pack_with_faults_is_refused_with_its_lines(
    past: Past, tmp_path: Path, text: str, said: str
) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_text(text, encoding="utf-8")
    told = past._replace(pack=pack).tells()
    assert told.returncode == 2
    assert said in told.stderr
    assert told.stdout == ""


def test_what_is_no_text_is_no_pack(past: Past, tmp_path: Path) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_bytes(b"\xff")
    told = past._replace(pack=pack).tells()
    assert (told.returncode, "no text in UTF-8" in told.stderr) == (2, True)


def test_what_is_not_there_is_said(past: Past, tmp_path: Path) -> None:
    for other, said in (
        (past._replace(pack=Path("CN-2099")), "neither a file nor a pack"),
        (past._replace(directory=tmp_path), "holds no venue"),
    ):
        told = other.tells()
        assert told.returncode == 2
        assert said in told.stderr
    told = past.tells("--product", "NO-SUCH")
    assert told.returncode == 2
    assert "there is no product NO-SUCH" in told.stderr
