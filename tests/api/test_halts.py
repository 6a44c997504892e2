"""Halts over HTTP: who is told what of them, and what they stop."""

from __future__ import annotations

import pytest

from tests.api.halts import HALT, halt, lift
from tests.api.venue import Market, code_of, order_body


def test_everybody_is_told_why_trade_is_halted_and_since_when(market: Market) -> None:
    venue = market.venue
    given = halt(venue, market.symbol, venue.trust_company)
    assert given.status_code == 201
    told = given.json()
    assert told["given_by"] == venue.trust_company.party_id
    assert (told["level"], told["reason"], told["state"]) == ("PRODUCT", HALT["reason"], "STANDS")
    assert given.headers["location"] == f"/v1/halts/{told['halt_id']}"
    product = venue.ask("GET", f"/v1/products/{market.symbol}").json()
    public = ("halt_id", "level", "reason", "since", "review_at")
    assert product["halts"] == [{name: told[name] for name in public}]
    assert lift(venue, told["halt_id"], venue.trust_company).json()["state"] == "LIFTED"
    assert venue.ask("GET", f"/v1/products/{market.symbol}").json()["halts"] == []


def test_a_halt_of_the_venue_stops_every_product(market: Market) -> None:
    venue = market.venue
    order_id = market.sell("1.0200", "100")["order_id"]
    told = halt(venue, None, reason="TECHNICAL_FAULT").json()
    assert (told["level"], told["symbol"]) == ("VENUE", None)
    (shown,) = venue.ask("GET", "/v1/venue").json()["halts"]
    assert shown["halt_id"] == told["halt_id"]
    assert venue.ask("GET", f"/v1/products/{market.symbol}").json()["halts"] == [shown]
    body = order_body(venue.unique("o"), market.symbol, "BUY", "1.0200", "100")
    refused = venue.ask("POST", "/v1/orders", market.buyer, json=body)
    assert (refused.status_code, code_of(refused)) == (409, "trade_halted")
    del body["client_order_id"]
    preview = venue.ask("POST", "/v1/orders/preview", market.buyer, json=body).json()
    assert preview["refusal"]["code"] == "trade_halted"
    gone = venue.ask("DELETE", f"/v1/orders/{order_id}", market.seller, key=venue.unique())
    assert gone.status_code == 200
    assert lift(venue, told["halt_id"]).status_code == 200
    assert venue.ask("GET", "/v1/venue").json()["halts"] == []


def test_the_notes_are_for_who_keeps_the_register(market: Market) -> None:
    venue = market.venue
    examiner = venue.new_party("REGULATOR")
    halt_id = halt(venue, market.symbol, examiner).json()["halt_id"]
    lift(venue, halt_id, examiner)
    rival = venue.new_party("TRUST_COMPANY")
    notes = (HALT["note"], "disclosed")
    for member, told in (
        (venue.operator, notes),
        (examiner, notes),
        (venue.trust_company, notes),
        (rival, (None, None)),
        (market.seller, (None, None)),
    ):
        shown = venue.ask("GET", f"/v1/halts/{halt_id}", member).json()
        assert (shown["note"], shown["lifted_note"]) == told


def test_halts_are_listed_newest_first(market: Market) -> None:
    venue, symbol = market.venue, market.symbol
    first = halt(venue, symbol).json()["halt_id"]
    second = halt(venue, symbol, venue.trust_company).json()["halt_id"]
    lift(venue, first)

    def listed(query: str) -> list[str]:
        found = venue.ask("GET", f"/v1/halts?limit=500{query}", market.buyer).json()["items"]
        return [each["halt_id"] for each in found if each["halt_id"] in (first, second)]

    assert listed("") == [second, first]
    assert listed("&state=STANDS") == [second]
    assert listed("&state=LIFTED") == [first]
    page = venue.ask("GET", "/v1/halts?limit=1", market.buyer).json()
    assert [each["halt_id"] for each in page["items"]] == [second]
    path = f"/v1/halts?limit=1&cursor={page['next_cursor']}"
    assert venue.ask("GET", path, market.buyer).json()["items"][0]["halt_id"] == first
    lift(venue, second, venue.trust_company)


def test_an_officer_of_the_operator_halts_alone_and_proposes_the_end(market: Market) -> None:
    venue = market.venue
    maker, checker = venue.pair()
    halt_id = halt(venue, market.symbol, maker).json()["halt_id"]
    proposed = lift(venue, halt_id, maker)
    assert proposed.status_code == 202
    proposal = proposed.json()
    assert proposal["act"]["halt_id"] == halt_id
    path = f"/v1/proposals/{proposal['proposal_id']}/approve"
    body = {"digest": proposal["digest"]}
    assert venue.ask("POST", path, checker, key=venue.unique(), json=body).status_code == 200
    assert venue.ask("GET", f"/v1/halts/{halt_id}", maker).json()["state"] == "LIFTED"


@pytest.mark.parametrize("who", ["seller", "buyer"])
def test_who_trades_halts_nothing(market: Market, who: str) -> None:
    refused = halt(market.venue, market.symbol, getattr(market, who))
    assert (refused.status_code, code_of(refused)) == (403, "not_permitted")


def test_a_trust_company_halts_its_own_products_alone(market: Market) -> None:
    venue = market.venue
    rival = venue.new_party("TRUST_COMPANY")
    refused = halt(venue, market.symbol, rival)
    assert (refused.status_code, code_of(refused)) == (404, "unknown_product")
    refused = halt(venue, None, venue.trust_company)
    assert (refused.status_code, code_of(refused)) == (403, "not_permitted")
