"""`trustex rulings`, as its users start it: what every rule said of a transfer at each stage, also
where it passed, by the packs as they were then."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import pytest

from api.errors import ApiProblem
from api.rulings_elsewhere import WAITING_MAX, RulingsElsewhere
from exchange.limits import TRANSFER_IDS_PER_COMMAND
from registry.types import TransferId
from tests.api.command_line import Here, contents, damaged, trustex_here
from tests.api.rules import load_pack, set_rules
from tests.api.test_held_transfers import decide, transfer_of
from tests.api.test_preemptions import Offers
from tests.api.test_what_if import PACK
from tests.api.venue import Market, Member, TestVenue, code_of

TAKEN: Final = [("L", "SELLER"), ("B", "BUYER"), ("M", "BOTH")]

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
    before = contents(past.directory)
    past.tells()
    assert contents(past.directory) == before


def test_a_damaged_record_is_refused_and_nothing_is_told(past: Past, tmp_path: Path) -> None:
    shift = "UPDATE journal SET at_ns = at_ns + 1 WHERE sequence = 20"
    copy = damaged(past.directory, tmp_path / "venue", "DELETE FROM snapshots", shift)
    told = past._replace(directory=copy).tells()
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


def asks(venue: TestVenue, transfer_id: str, member: Member) -> httpx.Response:
    """The answer over HTTP."""
    return venue.ask("GET", f"/v1/transfers/{transfer_id}/rulings", member)


def test_the_operator_and_the_examiner_read_it_of_a_venue_at_work(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        load_pack(venue, OF_TRANSFERS)
        set_rules(venue, market.symbol, "TRY")
        transfer_id = market.match("500")["transfer_id"]
        read = asks(venue, transfer_id, venue.operator)
        assert stages(read.json()) == [*TAKEN, ("U", "SELLER"), ("U", "BUYER")]
        assert asks(venue, transfer_id, venue.new_party("REGULATOR")).content == read.content
        decide(market, {"transfer_id": transfer_id}, "confirm")
        later = asks(venue, transfer_id, venue.operator).json()
        assert stages(later)[5:] == [(at, of) for at in "CS" for of in ("SELLER", "BUYER")]
        for member in (market.seller, market.buyer, venue.trust_company):
            assert asks(venue, transfer_id, member).status_code == 403
        unknown = asks(venue, "1", venue.operator)
        assert (unknown.status_code, code_of(unknown)) == (404, "unknown_transfer")


def test_who_takes_a_buyers_place_is_judged_with_the_sellers_order(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        offers = Offers(venue)
        load_pack(venue, OF_TRANSFERS)
        set_rules(venue, offers.market.symbol, "TRY")
        offers.confirm()
        assert offers.answer(offers.first, "EXERCISE").status_code == 200
        _, successor = venue.do("GET", "/v1/transfers", venue.operator)["items"]
    shown = json.loads(
        trustex_here("rulings", successor["transfer_id"], str(tmp_path / "venue"), "--json").stdout
    )
    assert shown["seller_id"] == offers.market.seller.party_id
    assert shown["buyer_id"] == offers.first.party_id
    met, *later = shown["asked"]
    assert (met["stage"], minimum(met)["verdict"]) == ("M", "PASS")
    assert {each["stage"] for each in later} <= set("UCS")


def test_few_wait_and_whoever_comes_then_is_told_to_come_again(past: Past) -> None:
    async def ask() -> list[bytes | BaseException]:
        elsewhere = RulingsElsewhere(past.directory / "venue.sqlite3")
        transfer_id = TransferId(int(past.transfer_id))
        asked = [elsewhere.find(transfer_id, version=each) for each in range(WAITING_MAX + 1)]
        return await asyncio.gather(*asked, return_exceptions=True)

    *answers, last = asyncio.run(ask())
    assert isinstance(last, ApiProblem)
    assert (last.kind.status, last.kind.code) == (503, "busy")
    assert [json.loads(each) for each in answers if isinstance(each, bytes)] == [past.told()] * 4


def test_what_takes_too_long_is_given_up_and_what_cannot_be_found_is_a_fault(past: Past) -> None:
    async def ask(database: Path, job_max_s: float) -> None:
        elsewhere = RulingsElsewhere(database, job_max_s=job_max_s)
        await elsewhere.find(TransferId(int(past.transfer_id)), version=1)

    with pytest.raises(ApiProblem):
        asyncio.run(ask(past.directory / "venue.sqlite3", 0.01))
    with pytest.raises(RuntimeError, match="StoreFault"):
        asyncio.run(ask(past.directory / "nowhere.sqlite3", 60))


def test_what_was_found_is_kept_and_the_oldest_forgotten(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.rulings_elsewhere.KEPT_MAX", 1)

    async def ask() -> list[bytes]:
        elsewhere = RulingsElsewhere(past.directory / "venue.sqlite3")
        transfer_id = TransferId(int(past.transfer_id))
        return [await elsewhere.find(transfer_id, version=each) for each in (1, 1, 2, 1)]

    first, again, other, anew = asyncio.run(ask())
    assert first is again
    assert first is not anew
    assert first == other == anew
