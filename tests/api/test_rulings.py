"""`trustex rulings`, as its users start it: what every rule said of a transfer at each stage, also
where it passed, by the packs as they were then."""

from __future__ import annotations

import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from exchange.limits import TRANSFER_IDS_PER_COMMAND
from tests.api.command_line import Here, trustex_here
from tests.api.rules import load_pack, set_rules
from tests.api.test_held_transfers import decide, transfer_of
from tests.api.test_what_if import PACK
from tests.api.venue import Market, TestVenue

OF_TRANSFERS: Final = (
    PACK.replace('"B", "M"', '"B", "M", "U", "C", "S"')
    .replace("100_000", "10_000")
    .replace("\n\n", '\neffective_from = "2020-01-01"\n\n', 1)
)
"""A buyer has 100.00 yuan of principal afterwards, asked at each stage."""


def version(number: int, minimum_fen: str) -> str:
    """The pack's next file, with another minimum."""
    text = OF_TRANSFERS.replace('version = "1"\n', f'version = "{number}"\n', 1)
    return text.replace("10_000", minimum_fen)


class Past(NamedTuple):
    """A venue in which a pack became stricter between a match and its confirmation, and laxer
    before the transfer was let go; and a trade in a product without packs."""

    directory: Path
    transfer_id: str
    other_id: str
    kept: list[Any]
    """What the venue itself has kept of what the rule of the minimum said when it was held."""

    def tells(self, *words: str, transfer_id: str | None = None) -> Here:
        """What the command says of a transfer."""
        return trustex_here("rulings", transfer_id or self.transfer_id, str(self.directory), *words)

    def told(self, transfer_id: str | None = None) -> Any:
        """The same as JSON."""
        told = self.tells("--json", transfer_id=transfer_id)
        assert told.returncode == 0, told.stderr
        return json.loads(told.stdout)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    folder = tmp_path_factory.mktemp("past")
    with TestVenue(folder / "venue") as venue:
        market = Market.make(venue)
        load_pack(venue, OF_TRANSFERS)
        set_rules(venue, market.symbol, "TRY")
        transfer = market.match("500")
        other = Market.make(venue).match("100")
        load_pack(venue, version(2, "90_000"))
        decide(market, transfer, "confirm")
        kept = transfer_of(market, transfer, venue.operator)["findings"]
        load_pack(venue, version(3, "50_000"))
        assert decide(market, transfer, "overlays/HELD", "DELETE")["state"] == "SETTLED"
    return Past(
        folder / "venue",
        transfer["transfer_id"],
        other["transfer_id"],
        [each for each in kept if each["rule_id"] == "QI-04"],
    )


def stages(shown: Any) -> list[tuple[str, str]]:
    return [(each["stage"], each["of"]) for each in shown["asked"]]


def minimum(asked: Any) -> Any:
    """What the rule of the minimum said then."""
    (found,) = [each for each in asked["findings"] if each["rule_id"] == "QI-04"]
    return found


def test_each_stage_is_told_with_the_packs_and_the_version_of_its_time(past: Past) -> None:
    shown = past.told()
    assert (shown["transfer_id"], len(shown["asked"])) == (past.transfer_id, 11)
    by_buyer = [each for each in shown["asked"] if each["stage"] in "BM" or each["of"] == "BUYER"]
    assert [
        (
            *(each["stage"], each["verdict"], minimum(each)["pack_version"]),
            *(pack["version"] for pack in each["packs"] if pack["pack_id"] == "TRY"),
        )
        for each in by_buyer
    ] == [
        ("B", "PASS", "1", "1"),
        ("M", "PASS", "1", "1"),
        ("U", "PASS", "1", "1"),
        ("C", "BLOCK", "2", "2"),
        ("C", "PASS", "3", "3"),
        ("S", "PASS", "3", "3"),
    ]


def test_what_a_rule_looked_at_its_text_its_source_and_its_cure_are_told(past: Past) -> None:
    held = past.told()["asked"][6]
    assert (held["stage"], held["of"]) == ("C", "BUYER")
    assert minimum(held) == {
        "rule_id": "QI-04",
        "version": "2",
        "pack": "TRY",
        "pack_version": "2",
        "verdict": "BLOCK",
        "queue": None,
        "reason_code": "BELOW_MINIMUM",
        "text_zh": "受让后 500.00，最低 900.00。",
        "text_en": "Afterwards 500.00; the minimum is 900.00.",
        "inputs": [
            {"name": "minimum_fen", "value": "900.00"},
            {"name": "contract_minimum_fen", "value": "0.00"},
            {"name": "principal_after_fen", "value": "500.00"},
        ],
        "cures": [
            {
                "kind": "BUY_AT_LEAST",
                "value": "900",
                "text_zh": "至少受让 900",
                "text_en": "Buy at least 900",
            }
        ],
        "source": "a try",
        "is_own": False,
    }


def test_the_venue_has_kept_the_same_of_what_failed(past: Past) -> None:
    assert past.kept == [minimum(past.told()["asked"][6])]


def test_people_read_the_same_in_both_languages(past: Past) -> None:
    said = past.tells().stdout
    assert said.startswith(f"transfer {past.transfer_id} of ")
    assert "BUYER, SANDBOX 1, TRY 2: BLOCK\n" in said
    assert (
        "    受让后 500.00，最低 900.00。\n    Afterwards 500.00; the minimum is 900.00.\n" in said
    )
    assert "    → 至少受让 900 / Buy at least 900\n    TRY 2: a try\n" in said


def test_a_product_without_packs_was_asked_nothing(past: Past) -> None:
    shown = past.told(past.other_id)
    assert [(each["stage"], each["packs"], each["findings"]) for each in shown["asked"]] == [
        ("M", [], [])
    ]
    assert "BOTH, no packs: PASS\n" in past.tells(transfer_id=past.other_id).stdout


def test_the_folder_is_as_it_was(past: Past) -> None:
    def contents() -> dict[str, bytes]:
        files = (each for each in past.directory.rglob("*") if each.is_file())
        return {
            str(each.relative_to(past.directory)): sha256(each.read_bytes()).digest()
            for each in files
            if not each.name.endswith(("-shm", "-wal"))
        }

    before = contents()
    past.tells()
    assert contents() == before


def test_a_damaged_record_is_refused_and_nothing_is_told(past: Past, tmp_path: Path) -> None:
    damaged = tmp_path / "venue"
    damaged.mkdir()
    for name in ("venue.json", "venue.sqlite3"):
        (damaged / name).write_bytes((past.directory / name).read_bytes())
    with sqlite3.connect(damaged / "venue.sqlite3") as connection:
        connection.execute("DELETE FROM snapshots")
        connection.execute("UPDATE journal SET at_ns = at_ns + 1 WHERE sequence = 20")
    connection.close()
    told = past._replace(directory=damaged).tells()
    assert told.returncode == 1
    assert "different at sequence 20" in told.stderr
    assert told.stdout == ""


def test_what_is_not_there_is_said(past: Past, tmp_path: Path) -> None:
    never = str(int(past.transfer_id) + 1), str(TRANSFER_IDS_PER_COMMAND * 10**9), "1"
    for transfer_id in never:
        told = past.tells(transfer_id=transfer_id)
        assert (told.returncode, told.stdout) == (2, "")
        assert f"there is no transfer {transfer_id}." in told.stderr
    told = past._replace(directory=tmp_path).tells()
    assert told.returncode == 2
    assert "holds no venue" in told.stderr
