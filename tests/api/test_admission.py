"""Products before their rules, over HTTP: what is refused and why, and what a suspended one is
suspended for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from exchange.verify import verify
from tests.api.rules import load_pack, set_rules, unseen
from tests.api.venue import TestVenue, code_of
from tests.exchange.rules.packs import whole

CODE = "DEMO-ZXD-2026-000123"


def loaded(venue: TestVenue, pack_id: str) -> str:
    """A pack that ships, whole: the id under which the venue has it."""
    pack = load_pack(venue, unseen(venue, pack_id, whole(pack_id)))
    return str(pack["pack_id"])


def signed_off(venue: TestVenue, **terms: Any) -> str:
    """A product that its trust company stands by, its register posted."""
    symbol = venue.new_product(transfer_terms={"onboarding": True}, **terms)
    shown = venue.ask("GET", f"/v1/products/{symbol}").json()
    digest = {"terms_digest": shown["terms_digest"]}
    venue.do("POST", f"/v1/products/{symbol}/sign-off", venue.trust_company, json=digest)
    venue.give_units(symbol, venue.new_party(), "5000")
    return symbol


def opens(venue: TestVenue, symbol: str) -> Any:
    return venue.ask(
        "POST",
        f"/v1/products/{symbol}/open",
        venue.operator,
        key=venue.unique(),
        json={"units_outstanding": "5000"},
    )


def failed(findings: Any) -> list[str]:
    return [each["rule_id"] for each in findings if each["verdict"] == "BLOCK"]


def state_of(venue: TestVenue, symbol: str) -> Any:
    return venue.ask("GET", f"/v1/products/{symbol}").json()["state"]


def rules_of(venue: TestVenue, symbol: str) -> Any:
    return venue.ask("GET", f"/v1/products/{symbol}/rules", venue.operator).json()


def test_a_product_without_its_code_is_not_opened_and_says_why(venue: TestVenue) -> None:
    pack = loaded(venue, "CN-2007")
    bare, coded = signed_off(venue), signed_off(venue, ctrc_code=CODE)
    for symbol in (bare, coded):
        set_rules(venue, symbol, pack)

    refused = opens(venue, bare)

    assert (refused.status_code, code_of(refused)) == (409, "rule_blocks")
    assert failed(refused.json()["findings"]) == ["PRD-01"]
    (against,) = [each for each in refused.json()["findings"] if each["verdict"] == "BLOCK"]
    assert "(NONE)" in against["text_en"]
    assert (state_of(venue, bare), rules_of(venue, bare)["suspended_for"]) == ("SIGNED_OFF", [])
    assert opens(venue, coded).json()["state"] == "LIVE"
    assert venue.ask("GET", f"/v1/products/{coded}").json()["ctrc_code"] == CODE
    assert venue.ask("GET", f"/v1/products/{bare}").json()["ctrc_code"] is None


def test_a_suspended_product_says_what_for_until_something_else_becomes_of_it(
    tmp_path: Path,
) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        pack = loaded(venue, "CN-2007")
        symbol = venue.new_product()
        seller = venue.new_party()
        venue.give_units(symbol, seller, "1000")
        order = venue.place(seller, symbol, "SELL", "1.0000", "100")

        answer = set_rules(venue, symbol, pack)

        assert failed(answer["suspended_for"]) == ["PRD-01"]
        assert state_of(venue, symbol) == "SUSPENDED"
        path = f"/v1/orders/{order['order_id']}"
        assert venue.ask("GET", path, seller).json()["status"] == "OPEN"
        resume = f"/v1/products/{symbol}/resume"
        refused = venue.ask("POST", resume, venue.operator, key=venue.unique())
        assert failed(refused.json()["findings"]) == ["PRD-01"]
        venue.restart()
        assert rules_of(venue, symbol)["suspended_for"] == answer["suspended_for"]

        set_rules(venue, symbol)
        venue.do("POST", resume, venue.operator)
        assert rules_of(venue, symbol)["suspended_for"] == []
        venue.do("POST", f"/v1/products/{symbol}/suspend", venue.operator)
        assert rules_of(venue, symbol)["suspended_for"] == [], "by hand"
    assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0


def test_an_open_product_is_not_set_to_a_mode_that_its_pack_bars(venue: TestVenue) -> None:
    symbol = signed_off(venue, ctrc_code=CODE, lot="1")
    path = f"/v1/products/{symbol}/market-mode"
    venue.do("POST", path, venue.operator, json={"market_mode": "NEGOTIATED"})
    set_rules(venue, symbol, loaded(venue, "CN-VENUE-38"))
    opens(venue, symbol)

    body = {"market_mode": "CONTINUOUS"}
    refused = venue.ask("POST", path, venue.operator, key=venue.unique(), json=body)

    assert code_of(refused) == "rule_blocks"
    assert failed(refused.json()["findings"]) == ["VEN-01"]
    assert venue.ask("GET", f"/v1/products/{symbol}").json()["market_mode"] == "NEGOTIATED"


def test_a_disclosure_that_suspends_its_product_is_published(venue: TestVenue) -> None:
    symbol = signed_off(venue, ctrc_code=CODE)
    set_rules(venue, symbol, loaded(venue, "CN-AMT-2025D"))
    opens(venue, symbol)
    benchmark = {"rate_bps": 650, "disclaimer": "LEGACY_EXPECTED_YIELD"}

    body = {"benchmark": benchmark}
    venue.do("POST", f"/v1/products/{symbol}/disclosures", venue.trust_company, json=body)

    assert state_of(venue, symbol) == "SUSPENDED"
    assert failed(rules_of(venue, symbol)["suspended_for"]) == ["PRD-06"]
