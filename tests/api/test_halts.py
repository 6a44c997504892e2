"""Halts over HTTP: who is told what of them, and what they stop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exchange.verify import verify
from tests.api.command_line import make_venue, serving, trustex_here
from tests.api.halts import HALT, halt, lift
from tests.api.venue import Market, Member, TestVenue, code_of, order_body


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


def test_a_halted_party_hears_that_it_is_under_review_and_nobody_else_anything(
    market: Market,
) -> None:
    venue = market.venue
    examiner = venue.new_party("REGULATOR")
    order_id = market.sell("1.0200", "100")["order_id"]
    seller_id = market.seller.party_id
    given = halt(venue, None, examiner, party_id=seller_id, reason="OFFICIAL_ORDER").json()
    path = f"/v1/halts/{given['halt_id']}"
    for member in (venue.operator, examiner):
        assert venue.ask("GET", path, member).json() == given
    assert (given["level"], given["party_id"], given["symbol"]) == ("PARTY", seller_id, None)
    assert (given["reason"], given["given_by"]) == ("OFFICIAL_ORDER", examiner.party_id)
    secret = {"reason": "UNDER_REVIEW", "given_by": None, "note": None}
    assert venue.ask("GET", path, market.seller).json() == given | secret
    for member in (venue.trust_company, market.buyer):
        refused = venue.ask("GET", path, member)
        assert (refused.status_code, code_of(refused)) == (404, "unknown_halt")

    def listed(member: Member) -> bool:
        found = venue.ask("GET", "/v1/halts?limit=500", member).json()["items"]
        return given["halt_id"] in [each["halt_id"] for each in found]

    hear = (venue.operator, examiner, market.seller)
    assert all(map(listed, hear))
    assert not any(map(listed, (venue.trust_company, market.buyer)))
    shown = venue.ask("GET", f"/v1/orders/{order_id}", market.seller).json()
    assert shown["status"] == "WITHDRAWN_BY_VENUE"
    assert venue.ask("GET", "/v1/profile", market.seller).json()["status"] == "UNDER_REVIEW"
    assert venue.ask("GET", f"/v1/products/{market.symbol}").json()["halts"] == []
    assert venue.ask("GET", "/v1/venue").json()["halts"] == []
    body = order_body("", market.symbol, "SELL", "1.0200", "100")
    del body["client_order_id"]
    preview = venue.ask("POST", "/v1/orders/preview", market.seller, json=body).json()
    assert preview["refusal"]["code"] == "party_suspended"
    assert lift(venue, given["halt_id"], examiner).status_code == 200
    assert venue.ask("GET", "/v1/profile", market.seller).json()["status"] == "ACTIVE"
    market.sell("1.0200", "100")


def test_a_transfer_of_a_halted_party_is_held_and_the_operator_alone_sees_for_what(
    market: Market,
) -> None:
    venue = market.venue
    transfer_id = market.match("100")["transfer_id"]
    halt_id = halt(venue, None, party_id=market.buyer.party_id).json()["halt_id"]
    path = f"/v1/transfers/{transfer_id}"
    for member, told in (
        (venue.operator, "PARTY_HALT"),
        (venue.trust_company, "HELD"),
        (market.seller, "HELD"),
        (market.buyer, "HELD"),
    ):
        assert venue.ask("GET", path, member).json()["overlays"] == [told]
    lift(venue, halt_id)
    assert venue.ask("GET", path, market.buyer).json()["overlays"] == []


def test_a_party_is_halted_by_its_own_id_and_by_who_may(market: Market) -> None:
    venue = market.venue
    buyer_id = market.buyer.party_id
    both = halt(venue, market.symbol, party_id=buyer_id)
    assert (both.status_code, code_of(both)) == (422, "halt_out_of_range")
    unknown = halt(venue, None, party_id="999999")
    assert (unknown.status_code, code_of(unknown)) == (404, "unknown_party")
    refused = halt(venue, None, venue.trust_company, party_id=buyer_id)
    assert (refused.status_code, code_of(refused)) == (403, "not_permitted")


def test_halts_survive_a_restart_and_agree_with_the_journal(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        lifted = halt(venue, market.symbol).json()["halt_id"]
        lift(venue, lifted)
        transfer_id = market.match("100")["transfer_id"]
        of_buyer = halt(venue, None, party_id=market.buyer.party_id).json()["halt_id"]
        standing = halt(venue, market.symbol, reason="NEWS_PENDING").json()["halt_id"]
        halt(venue, None, reason="TECHNICAL_FAULT")
        venue.restart()
        shown = venue.ask("GET", f"/v1/products/{market.symbol}").json()["halts"]
        assert [each["level"] for each in shown] == ["PRODUCT", "VENUE"]
        body = order_body(venue.unique("o"), market.symbol, "SELL", "1.0200", "100")
        refused = venue.ask("POST", "/v1/orders", market.seller, json=body)
        assert code_of(refused) == "trade_halted"
        assert lift(venue, standing).status_code == 200
        path = f"/v1/transfers/{transfer_id}"
        assert venue.ask("GET", path, venue.operator).json()["overlays"] == ["PARTY_HALT"]
        assert lift(venue, of_buyer).status_code == 200
        assert venue.ask("GET", path, venue.operator).json()["overlays"] == []
        venue.stop()
        assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0
        venue.start()


def test_the_command_line_halts_and_lifts(tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text(make_venue(tmp_path / "venue")["operator key"])
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with serving(tmp_path / "venue") as (_, url):
        at = ("--key-file", str(key_file), "--url", url, "--note", "停机检查")
        words = ("halt", "trade", *at, "--review-at", tomorrow, "--reason")
        halted = trustex_here(*words, "TECHNICAL_FAULT")
        assert halted.returncode == 0, halted.stderr
        assert halted.stdout.startswith("halted: the venue, since ")
        halt_id = halted.stdout.split()[-1]
        again = trustex_here(*words, "TECHNICAL_FAULT")
        assert (again.returncode, again.stderr.split(":")[0]) == (1, "already_done")
        assert trustex_here(*words, "WEATHER").returncode == 2
        assert trustex_here("halt", "lift", "all", *at).returncode == 2
        lifted = trustex_here("halt", "lift", halt_id, *at)
        assert lifted.returncode == 0, lifted.stderr
        assert lifted.stdout.startswith("lifted: the venue, at ")
        assert trustex_here(*words, "OTHER", "--party", "all").returncode == 2
        unknown = trustex_here(*words, "OTHER", "--party", "999")
        assert (unknown.returncode, unknown.stderr.split(":")[0]) == (1, "unknown_party")
