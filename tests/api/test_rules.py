"""Rules over HTTP: the operator loads packs and gives them to products, and whoever is refused
reads why, what was looked at and what would cure it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from exchange.rules.packs import SHIPPED, shipped
from exchange.verify import verify
from tests.api.command_line import make_venue, serving, trustex_here
from tests.api.rules import PACKS, bids, load_pack, pack_file, ruled, set_rules
from tests.api.test_officers import approve
from tests.api.venue import Market, TestVenue, code_of, order_body
from tests.exchange.rules.released_packs import RELEASED

VERSIONS: Final = dict(list(RELEASED))
"""The newest of each pack."""


def finding(problem: Any, rule_id: str) -> Any:
    """What one rule said."""
    (found,) = [each for each in problem["findings"] if each["rule_id"] == rule_id]
    return found


def test_a_refused_order_says_what_every_rule_said(market: Market) -> None:
    pack_id = ruled(market)

    refused = bids(market, "100")

    assert code_of(refused) == "rule_blocks"
    problem = refused.json()
    assert [each["rule_id"] for each in problem["findings"]] == [
        *("QI-01", "QI-02", "QI-04", "QI-07", "SUI-01", "SUI-02", "PTY-02", "PTY-GUARANTEE-02")
    ]
    too_little = finding(problem, "QI-04")
    assert too_little["verdict"] == "BLOCK"
    assert (too_little["pack"], too_little["pack_version"]) == (pack_id, "3")
    assert too_little["text_en"] == (
        "Afterwards the buyer holds 100.00 of principal; the minimum is 300000.00."
    )
    assert "300000.00" in too_little["text_zh"]
    assert {each["name"]: each["value"] for each in too_little["inputs"]} == {
        "minimum_fen": "300000.00",
        "contract_minimum_fen": "0.00",
        "principal_after_fen": "100.00",
    }
    (cure,) = too_little["cures"]
    assert (cure["kind"], cure["value"]) == ("BUY_AT_LEAST", "300000")
    assert cure["text_en"] == "Buy at least 300000"
    assert finding(problem, "SUI-02")["verdict"] == "NOT_APPLICABLE"


def test_the_same_key_gets_the_same_findings(market: Market) -> None:
    ruled(market)
    body = order_body(market.venue.unique(), market.symbol, "BUY", "1.0000", "100")
    first = market.venue.ask("POST", "/v1/orders", market.buyer, json=body)
    set_rules(market.venue, market.symbol)
    again = market.venue.ask("POST", "/v1/orders", market.buyer, json=body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["findings"] == first.json()["findings"]
    assert bids(market).status_code == 201


def test_the_preview_says_what_the_refusal_says(market: Market) -> None:
    ruled(market, "CN-2007")
    body = order_body("-", market.symbol, "BUY", "1.0000", "100")
    del body["client_order_id"]
    told = market.venue.ask("POST", "/v1/orders/preview", market.buyer, json=body).json()
    assert told["refusal"]["code"] == "rule_blocks"
    assert told["findings"] == bids(market, "100").json()["findings"]


def test_a_product_without_packs_is_previewed_by_sandbox(market: Market) -> None:
    body = order_body("-", market.symbol, "SELL", "1.0000", "100")
    del body["client_order_id"]
    told = market.venue.ask("POST", "/v1/orders/preview", market.seller, json=body).json()
    assert told["accepted"]
    assert [(each["rule_id"], each["verdict"]) for each in told["findings"]] == [
        ("PRC-02", "PASS"),
        ("ORD-01", "NOT_APPLICABLE"),
    ]


def test_a_replacement_is_judged_too(market: Market) -> None:
    order_id = market.sell("1.0000", "1000")["order_id"]
    ruled(market)
    venue, body = market.venue, {"price": "1.0000", "quantity": "900"}
    path = f"/v1/orders/{order_id}"
    refused = venue.ask("PATCH", path, market.seller, key=venue.unique(), json=body)
    assert code_of(refused) == "rule_blocks"
    kinds = [cure["kind"] for cure in finding(refused.json(), "QI-05")["cures"]]
    assert kinds == ["SELL_EXACTLY"]


def test_nobody_learns_of_a_party_that_is_not_cleared(market: Market) -> None:
    ruled(market, "JP-TBI")
    said = finding(bids(market).json(), "PTY-04")
    assert said["inputs"] == []
    assert [cure["kind"] for cure in said["cures"]] == ["ASK_THE_VENUE"]
    assert said["reason_code"] == "PARTY_NOT_CLEARED"


def test_what_is_wrong_with_a_file_is_told_with_its_lines(market: Market) -> None:
    venue = market.venue
    text = pack_file(venue).replace('id = "SUI-02"', 'id = "SUI-99"')
    text = text.replace("\nminimum_fen =", "\nleast_fen =", 1)
    body = {"content": text}
    refused = venue.ask("POST", PACKS, venue.operator, key=venue.unique(), json=body)
    assert code_of(refused) == "rule_pack_out_of_range"
    errors = refused.json()["errors"]
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line == "[[rules]]"]
    assert [error["detail"].partition(":")[0] for error in errors] == [
        f"Line {lines[2]}",
        f"Line {lines[6]}",
    ]
    assert {error["pointer"] for error in errors} == {"/content"}


def test_a_pack_that_extends_nothing_that_is_there_is_told_so(market: Market) -> None:
    venue = market.venue
    text = pack_file(venue, "JP-TBI").replace('["SANDBOX"]', '["NO-PACK"]')
    refused = venue.ask("POST", PACKS, venue.operator, key=venue.unique(), json={"content": text})
    assert "extends NO-PACK" in refused.json()["errors"][0]["detail"]


def test_packs_are_read_by_everybody(market: Market) -> None:
    venue = market.venue
    text = pack_file(venue, "CN-AMT-2025D")
    loaded = load_pack(venue, text, applies_from="2027-01-01")
    assert loaded["effective_from"] is None
    path = f"{PACKS}/{loaded['pack_id']}"
    read = venue.ask("GET", path, market.seller).json()
    assert read == loaded
    assert read["content"] == text
    assert (read["applies_from"], read["version"]) == ("2027-01-01", "4")
    listed = venue.ask("GET", f"{PACKS}?limit=500", market.seller).json()["items"]
    assert loaded["pack_id"] in [each["pack_id"] for each in listed]
    assert venue.ask("GET", f"{PACKS}/SANDBOX", market.seller).json()["loaded_at"] is None
    assert code_of(venue.ask("GET", f"{PACKS}/NO-PACK", market.seller)) == "unknown_rule_pack"


def test_a_product_shows_the_rules_of_today(market: Market) -> None:
    venue, path = market.venue, f"/v1/products/{market.symbol}/rules"
    before = venue.ask("GET", path, market.seller).json()
    assert (before["packs"], before["version"]) == ([], 0)
    assert [each["rule_id"] for each in before["rules"]] == ["PRC-02", "PRC-03", "ORD-01"]
    draft = load_pack(venue, pack_file(venue, "CN-AMT-2025D"))["pack_id"]
    ordinary = load_pack(venue, pack_file(venue, "CN-VENUE-38"))["pack_id"]
    lock_up = {"rule_id": "PRD-03", "parameter": "lockup_days", "value": 30}
    after = set_rules(venue, market.symbol, draft, ordinary, overrides=[lock_up])
    assert after == venue.ask("GET", path, market.seller).json()
    assert (after["packs"], after["overrides"]) == ([draft, ordinary], [lock_up])
    shown = [(each["rule_id"], each["is_own"]) for each in after["rules"]]
    assert shown[-1] == ("PRD-03", True)
    assert ("PRD-03", False) in shown
    assert "QI-01" not in dict(shown)


def test_a_parameter_of_a_product_s_own_that_does_nothing_is_refused_by_its_place(
    market: Market,
) -> None:
    venue = market.venue
    ordinary = load_pack(venue, pack_file(venue, "CN-VENUE-38"))["pack_id"]
    own = [
        {"rule_id": "PRD-03", "parameter": "lockup_days", "value": 30},
        {"rule_id": "HC-02", "parameter": "holders_max", "value": 500},
    ]
    answer = venue.ask(
        "POST",
        f"/v1/products/{market.symbol}/rules",
        venue.operator,
        key=venue.unique(),
        json={"packs": [ordinary], "overrides": own},
    )
    assert (answer.status_code, code_of(answer)) == (422, "overrides_out_of_range")
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["detail"][:5]) == ("/overrides/1", "HC-02")


def test_two_officers_of_the_operator_load_and_set(strict: TestVenue) -> None:
    maker, checker = strict.pair()
    body = {"content": shipped("CN-2007")}
    alone = strict.ask("POST", PACKS, strict.operator, key=strict.unique(), json=body)
    assert code_of(alone) == "four_eyes_required"
    proposed = strict.ask("POST", PACKS, maker, key=strict.unique(), json=body)
    assert proposed.status_code == 202
    assert proposed.json()["act"]["text"] == shipped("CN-2007")
    assert approve(strict, checker, proposed.json()).status_code == 200
    assert strict.ask("GET", f"{PACKS}/CN-2007", maker).status_code == 200


def test_rules_survive_a_restart_and_agree_with_the_journal(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        ruled(market)
        first = bids(market).json()["findings"]
        venue.restart()
        assert bids(market).json()["findings"] == first
        venue.stop()
        assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0
        venue.start()


def test_the_command_line_loads_every_pack_that_ships(tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text(make_venue(tmp_path / "venue")["operator key"])
    with serving(tmp_path / "venue") as (_, url):
        for pack_id in SHIPPED[1:]:
            file = tmp_path / f"{pack_id}.toml"
            file.write_text(shipped(pack_id), encoding="utf-8")
            words = ("rules", "load", str(file), "--key-file", str(key_file), "--url", url)
            loaded = trustex_here(*words)
            assert loaded.returncode == 0, loaded.stderr
            assert f"loaded: {pack_id} {VERSIONS[pack_id]}\n" in loaded.stdout
            assert trustex_here("rules", "load", pack_id, *words[3:]).returncode == 0  # the same
