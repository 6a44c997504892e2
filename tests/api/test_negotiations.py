"""Deals between named parties over HTTP: each mode's whole life, and who hears what of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from api.founding import Licence
from exchange.types import VenueProfile
from tests.api.dealing import (
    HOUR_LATER,
    accept,
    answer,
    decline,
    listing,
    made,
    offer,
    request,
    seen,
    set_mode,
    withdraw,
)
from tests.api.venue import Market, Member, TestVenue, code_of


def _settles(market: Market, transfer_id: str) -> None:
    """The trust company confirms: what comes after the match knows no mode."""
    path = f"/v1/transfers/{transfer_id}"
    transfer = market.venue.ask("GET", path, market.venue.trust_company).json()
    confirmed = market.venue.ask(
        "POST",
        f"{path}/confirm",
        market.venue.trust_company,
        key=market.venue.unique(),
        headers={"If-Match": f'"{transfer["version"]}"'},
    )
    assert confirmed.status_code == 200, confirmed.text
    assert confirmed.json()["state"] == "SETTLED"


def _units(market: Market, member: Member) -> str:
    holdings = market.venue.ask("GET", "/v1/holdings", member).json()["items"]
    return next((each["total"] for each in holdings if each["symbol"] == market.symbol), "0")


def test_two_parties_come_to_terms(market: Market) -> None:
    set_mode(market, "NEGOTIATED")
    opened = made(offer(market, by=market.seller, to=market.buyer))
    number = opened["negotiation_id"]
    counter = made(answer(market, number, by=market.buyer, price="0.9000", lapses_at=HOUR_LATER))
    assert counter["lapses_at"] == "2026-11-22T05:00:00.000000Z"
    assert code_of(accept(market, number, number, by=market.seller)) == "offer_not_standing"
    dealt = made(accept(market, number, counter["offer_id"], by=market.seller))
    assert not dealt["is_open"]

    view = seen(market, number, by=market.seller)
    assert view == seen(market, number, by=market.buyer)
    assert view == seen(market, number, by=market.venue.operator)
    assert (view["state"], view["price"], view["open_quantity"]) == ("DEALT", "0.9000", "0")
    assert [each["state"] for each in view["offers"]] == ["COUNTERED", "ACCEPTED"]
    assert view["transfer_id"] == dealt["transfer_id"]
    _settles(market, dealt["transfer_id"])
    assert _units(market, market.buyer) == "100"
    trades = market.venue.ask("GET", f"/v1/products/{market.symbol}/book").json()
    assert trades["bids"] == trades["asks"] == []


def test_a_proposal_is_between_two_and_nobody_else_hears_of_it(market: Market) -> None:
    set_mode(market, "NEGOTIATED")
    number = made(offer(market, by=market.seller, to=market.buyer))["negotiation_id"]
    stranger = market.venue.new_party(money="1000.00")
    assert seen(market, number, by=stranger) is None
    for refused in (
        answer(market, number, by=stranger),
        accept(market, number, number, by=stranger),
        decline(market, number, number, by=stranger),
        withdraw(market, number, by=stranger),
    ):
        assert (refused.status_code, code_of(refused)) == (404, "unknown_negotiation")
    missing = accept(market, "999999999", "1", by=stranger).json()
    theirs = accept(market, number, "1", by=stranger).json()
    for occurrence in ("instance", "request_id"):
        del missing[occurrence], theirs[occurrence]
    assert missing == theirs


def test_a_firm_listing_is_sold_in_parts_to_whoever_comes_first(market: Market) -> None:
    set_mode(market, "LISTED_PRICE")
    listed = made(listing(market, acceptance="FIRST_PASSING", parts=True))
    number = listed["negotiation_id"]
    assert seen(market, number, by=market.buyer)["opener_id"] == market.seller.party_id
    first = made(answer(market, number, by=market.buyer, quantity="100"))
    assert first["transfer_id"] is not None
    assert first["offer_id"] is None
    second = made(listing(market, acceptance="FIRST_PASSING", parts=True, quantity="300"))
    number = second["negotiation_id"]
    made(answer(market, number, by=market.buyer, quantity="100"))
    assert seen(market, number, by=market.buyer)["open_quantity"] == "200"
    poor = market.venue.new_party()
    assert code_of(answer(market, number, by=poor, quantity="200")) == "money_not_available"
    made(withdraw(market, number, by=market.seller))
    view = seen(market, number, by=market.seller)
    assert (view["state"], view["open_quantity"]) == ("WITHDRAWN", "200")


def test_a_seller_picks_a_buyer_and_the_next_is_offered_when_he_is_out(market: Market) -> None:
    venue = market.venue
    set_mode(market, "LISTED_PRICE")
    number = made(listing(market))["negotiation_id"]
    second = venue.new_party(money="1000.00")
    asked = made(answer(market, number, by=market.buyer))["offer_id"]
    backup = made(answer(market, number, by=second))["offer_id"]
    assert venue.ask("GET", "/v1/cash", second).json()["reserved"] == "0.00"

    # Who has asked sees his own wish alone, and nothing of the other's.
    assert [each["offer_id"] for each in seen(market, number, by=second)["offers"]] == [backup]
    assert len(seen(market, number, by=market.seller)["offers"]) == 2
    made(accept(market, number, asked, by=market.seller))
    before = seen(market, number, by=second)
    assert (before["state"], before["version"], before["changed_at"]) == ("OPEN", None, None)
    assert seen(market, number, by=market.buyer)["state"] == "OFFERED"

    made(withdraw(market, number, by=market.buyer))
    assert seen(market, number, by=second)["state"] == "OFFERED"
    dealt = made(accept(market, number, backup, by=second))
    _settles(market, dealt["transfer_id"])
    assert _units(market, second) == "100"
    assert seen(market, number, by=second)["transfer_id"] is None
    late = answer(market, number, by=market.buyer)
    assert (late.status_code, code_of(late)) == (409, "offer_not_standing")


def test_quotes_are_asked_for_given_and_picked(market: Market) -> None:
    venue = market.venue
    set_mode(market, "RFQ")
    other = venue.new_party()
    venue.give_units(market.symbol, other, "1000")
    stranger = venue.new_party()
    asked = made(request(market, named=[market.seller.party_id, other.party_id]))
    number = asked["negotiation_id"]
    assert seen(market, number, by=stranger) is None
    made(answer(market, number, by=market.seller, price="0.9900"))
    cheap = made(answer(market, number, by=other, price="0.9800"))["offer_id"]
    assert code_of(withdraw(market, number, by=other)) == "not_your_turn"
    own = seen(market, number, by=market.seller)
    assert [each["party_id"] for each in own["offers"]] == [market.seller.party_id]
    assert own["named"] == []

    dealt = made(accept(market, number, cheap, by=market.buyer))
    view = seen(market, number, by=market.buyer)
    assert {each["party_id"]: each["state"] for each in view["offers"]} == {
        market.seller.party_id: "FREED",
        other.party_id: "ACCEPTED",
    }
    _settles(market, dealt["transfer_id"])


def test_a_request_without_names_is_heard_by_every_trader(market: Market) -> None:
    set_mode(market, "RFQ")
    number = made(request(market))["negotiation_id"]
    assert seen(market, number, by=market.seller)["open_to_all"]
    quote = made(answer(market, number, by=market.seller))["offer_id"]
    made(decline(market, number, quote, by=market.buyer))
    assert [each["state"] for each in seen(market, number, by=market.seller)["offers"]] == [
        "DECLINED"
    ]


def test_at_an_ordinary_chinese_venue_the_seller_confirms(tmp_path: Path) -> None:
    licence = Licence(profile=VenueProfile.CN_VENUE_38)
    with TestVenue(tmp_path / "venue", licence=licence) as venue:
        market = Market.make(venue)
        set_mode(market, "LISTED_PRICE", effective_on="2026-11-23")
        venue.time_passes(13 * 3_600)
        firm = listing(market, acceptance="FIRST_PASSING")
        assert (firm.status_code, code_of(firm)) == (422, "acceptance_not_licensed")
        made(listing(market))


def test_asked_again_the_same_is_answered_and_after_a_restart_all_is_there(market: Market) -> None:
    venue = market.venue
    set_mode(market, "NEGOTIATED")
    key = venue.unique()
    body = {"symbol": market.symbol, "side": "SELL", "price": "1.0000", "quantity": "100"}
    body |= {"counterparty_id": market.buyer.party_id, "lapses_at": HOUR_LATER}
    first, again = (
        venue.ask("POST", "/v1/negotiations", market.seller, key=key, json=body) for _ in range(2)
    )
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    number = first.json()["negotiation_id"]
    order = venue.ask("GET", f"/v1/orders/{number}", market.seller).json()
    assert (order["status"], order["time_in_force"]) == ("OPEN", "GOOD_TILL_DATE")
    cancelled = venue.ask("DELETE", f"/v1/orders/{number}", market.seller, key=venue.unique())
    assert code_of(cancelled) == "wrong_market_mode"
    before = seen(market, number, by=market.buyer)
    venue.restart()
    assert seen(market, number, by=market.buyer) == before
    made(accept(market, number, number, by=market.buyer))


def test_a_preview_in_the_mode_is_of_the_offer_and_else_of_an_order(market: Market) -> None:
    set_mode(market, "LISTED_PRICE")
    body = {"symbol": market.symbol, "side": "SELL", "price": "1.0200", "quantity": "1000"}

    def previewed(**more: object) -> Any:
        path = "/v1/orders/preview"
        answer = market.venue.ask("POST", path, market.seller, json=body | more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    as_order, as_listing = previewed(), previewed(in_mode=True)
    assert (as_order["accepted"], as_order["refusal"]["code"]) == (False, "wrong_market_mode")
    assert (as_listing["accepted"], as_listing["refusal"]) == (True, None)
    assert as_listing["proceeds"] == as_order["proceeds"] == "818.98"
    too_much = previewed(in_mode=True, quantity="20000")
    assert too_much["refusal"]["code"] == "units_not_available"
