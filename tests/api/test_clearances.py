"""Over HTTP: what a rule warns of is read and acknowledged; what it leaves to a person waits in its
queue, is decided by two, and passes once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from exchange.verify import verify
from tests.api.clearances import (
    DECISION,
    HELD,
    WARNED,
    decide,
    let_pass,
    offers,
    priced,
    waiting,
)
from tests.api.venue import Market, TestVenue, code_of, order_body


def test_a_warning_names_the_rule_and_passes_when_it_is_acknowledged(market: Market) -> None:
    priced(market)
    refused = offers(market, WARNED)
    assert code_of(refused) == "warning_not_acknowledged"
    (finding,) = refused.json()["findings"]
    assert (finding["rule_id"], finding["verdict"], finding["queue"]) == ("PRC-01", "WARN", None)
    assert finding["text_en"] == "1.3000 is 3000 basis points away from 1.0000."
    taken = offers(market, WARNED, "PRC-01")
    assert taken.status_code == 201
    path = f"/v1/orders/{taken.json()['order_id']}"
    venue = market.venue
    body: dict[str, Any] = {"price": "1.3100", "quantity": "100"}
    again = venue.ask("PATCH", path, market.buyer, key=venue.unique(), json=body)
    assert code_of(again) == "warning_not_acknowledged"
    body |= {"acknowledge": ["PRC-01"]}
    again = venue.ask("PATCH", path, market.buyer, key=venue.unique(), json=body)
    assert again.json()["price"] == "1.3100"


def test_the_same_order_acknowledged_again_gets_the_same_answer(market: Market) -> None:
    priced(market)
    venue = market.venue
    body = order_body(venue.unique("o"), market.symbol, "BUY", WARNED, "100")
    body["acknowledge"] = ["PRC-01"]
    first = venue.ask("POST", "/v1/orders", market.buyer, json=body)
    again = venue.ask("POST", "/v1/orders", market.buyer, json=body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    del body["acknowledge"]
    reused = venue.ask("POST", "/v1/orders", market.buyer, json=body)
    assert code_of(reused) == "idempotency_key_reused"


def test_the_preview_warns_and_is_told_what_was_read(market: Market) -> None:
    priced(market)
    body = order_body("-", market.symbol, "BUY", WARNED, "100")
    del body["client_order_id"]
    path = "/v1/orders/preview"
    told = market.venue.ask("POST", path, market.buyer, json=body).json()
    assert told["refusal"]["code"] == "warning_not_acknowledged"
    body["acknowledge"] = ["PRC-01"]
    told = market.venue.ask("POST", path, market.buyer, json=body).json()
    assert told["accepted"]
    assert [each["verdict"] for each in told["findings"]] == ["WARN"]


def test_what_is_held_waits_is_let_pass_and_passes_once(market: Market) -> None:
    priced(market)
    refused = offers(market, HELD)
    assert code_of(refused) == "rule_holds"
    (finding,) = refused.json()["findings"]
    assert finding["queue"] == "OPERATIONS"
    venue, asked = market.venue, waiting(market)
    assert (asked["state"], asked["queue"], asked["rule_id"]) == ("ASKED", "OPERATIONS", "PRC-01")
    assert (asked["quantity"], asked["price"], asked["let_pass"]) == ("100", HELD, None)
    listed = venue.ask("GET", "/v1/clearances?state=ASKED&queue=OPERATIONS", venue.operator)
    assert asked["clearance_id"] in [each["clearance_id"] for each in listed.json()["items"]]

    body = let_pass(venue)
    decided = decide(venue, asked["clearance_id"], body)
    assert decided.json()["state"] == "CLEARED"
    assert decided.json()["let_pass"] == body["let_pass"]
    preview = order_body("-", market.symbol, "BUY", HELD, "100")
    del preview["client_order_id"]
    told = venue.ask("POST", "/v1/orders/preview", market.buyer, json=preview).json()
    assert told["accepted"]
    inputs = {each["name"]: each["value"] for each in told["findings"][0]["inputs"]}
    assert inputs["clearance_id"] == asked["clearance_id"]

    taken = offers(market, HELD)
    assert taken.status_code == 201
    used = venue.ask("GET", f"/v1/clearances/{asked['clearance_id']}", market.buyer).json()
    assert (used["state"], used["order_id"]) == ("USED", taken.json()["order_id"])
    assert code_of(offers(market, HELD)) == "rule_holds"


def test_a_decision_against_it_says_why(market: Market) -> None:
    priced(market)
    offers(market, HELD)
    clearance_id = waiting(market)["clearance_id"]
    decide(market.venue, clearance_id, DECISION)
    told = market.venue.ask("GET", f"/v1/clearances/{clearance_id}", market.buyer).json()
    assert (told["state"], told["note"]) == ("REFUSED", DECISION["note"])


def test_nobody_sees_what_another_has_asked_for(market: Market) -> None:
    priced(market)
    offers(market, HELD)
    path = f"/v1/clearances/{waiting(market)['clearance_id']}"
    assert code_of(market.venue.ask("GET", path, market.seller)) == "unknown_clearance"
    listed = market.venue.ask("GET", "/v1/clearances", market.seller).json()["items"]
    assert listed == []


def test_it_survives_a_restart_and_agrees_with_the_journal(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        priced(market)
        offers(market, HELD)
        decide(venue, waiting(market)["clearance_id"], let_pass(venue))
        offers(market, WARNED, "PRC-01")
        offers(market, "1.7000")
        venue.restart()
        assert offers(market, HELD).status_code == 201
        venue.stop()
        assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0
        venue.start()
