"""Before anybody says yes: what the rules of two say of a deal in the making, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.dealing import accept, answer, listing, made, offer, request, set_mode
from tests.api.test_book_views import split
from tests.api.venue import Market, Member, code_of

Told = tuple[str | None, list[tuple[str, str]]]


def body(market: Market, side: str, **changes: Any) -> dict[str, Any]:
    told = {"symbol": market.symbol, "side": side, "price": "1.0000", "quantity": "100"}
    return told | changes


def previewed(market: Market, member: Member, side: str, number: str, **changes: Any) -> Told:
    """The refusal, and of each rule of two what it says where it is about the deal."""
    asked = body(market, side, negotiation_id=number, **changes)
    told = market.venue.do("POST", "/v1/orders/preview", member, json=asked)
    refusal = None if told["refusal"] is None else str(told["refusal"]["code"])
    assert told["accepted"] is (refusal is None)
    said = [(each["rule_id"], each["verdict"]) for each in told["pair"]]
    return refusal, [each for each in said if each[1] != "NOT_APPLICABLE"]


def refuses(market: Market, member: Member, side: str, number: str, **changes: Any) -> str:
    """Why the preview is not given."""
    asked = body(market, side, negotiation_id=number, **changes)
    response = market.venue.ask("POST", "/v1/orders/preview", member, json=asked)
    assert response.status_code >= 400, response.text
    return code_of(response)


@pytest.fixture
def person(market: Market) -> Member:
    """A natural person with money."""
    return market.venue.new_party("NATURAL_PERSON", money="100000.00")


@pytest.fixture
def owner(market: Market) -> Member:
    """A natural person who holds 300 units."""
    member = market.venue.new_party("NATURAL_PERSON")
    market.venue.give_units(market.symbol, member, "300")
    return member


def test_a_seller_hears_before_his_yes_that_a_part_goes_to_no_person(
    market: Market, person: Member, owner: Member
) -> None:
    set_mode(market, "NEGOTIATED")
    split(market)
    wish = made(offer(market, by=person, to=owner, side="BUY"))["negotiation_id"]
    refusal, said = previewed(market, owner, "SELL", wish, offer_id=wish)
    assert refusal == "rule_blocks"
    assert ("CN-SPLIT-01", "BLOCK") in said
    refused = accept(market, wish, wish, by=owner)
    assert code_of(refused) == "rule_blocks"
    found = {each["rule_id"]: each["verdict"] for each in refused.json()["findings"]}
    assert {rule_id: found[rule_id] for rule_id, _ in said} == dict(said)


def test_what_passes_is_told_to_pass_and_then_does(
    market: Market, person: Member, owner: Member
) -> None:
    set_mode(market, "NEGOTIATED")
    split(market)
    wish = made(offer(market, by=person, to=owner, side="BUY", quantity="300"))["negotiation_id"]
    refusal, said = previewed(market, owner, "SELL", wish, offer_id=wish, quantity="300")
    assert (refusal, said) == (None, [("CN-SPLIT-01", "PASS")])
    assert accept(market, wish, wish, by=owner).status_code == 200


def test_what_is_on_its_way_to_another_is_kept(
    market: Market, person: Member, owner: Member
) -> None:
    set_mode(market, "NEGOTIATED")
    first = made(offer(market, by=market.buyer, to=owner, side="BUY"))["negotiation_id"]
    made(accept(market, first, first, by=owner))
    split(market)
    wish = made(offer(market, by=person, to=owner, side="BUY", quantity="200"))["negotiation_id"]
    refusal, said = previewed(market, owner, "SELL", wish, offer_id=wish, quantity="200")
    assert (refusal, said) == ("rule_blocks", [("CN-SPLIT-01", "BLOCK")])
    assert code_of(accept(market, wish, wish, by=owner)) == "rule_blocks"


@pytest.mark.parametrize("acceptance", ["FIRST_PASSING", "SELLER_CONFIRMS"])
def test_a_buyer_hears_whether_he_may_take_what_is_listed(
    market: Market, person: Member, owner: Member, acceptance: str
) -> None:
    set_mode(market, "LISTED_PRICE")
    split(market)
    number = made(listing(market, by=owner, acceptance=acceptance))["negotiation_id"]
    refusal, said = previewed(market, person, "BUY", number)
    assert (refusal, said) == ("rule_blocks", [("CN-SPLIT-01", "BLOCK")])
    assert code_of(answer(market, number, by=person)) == "rule_blocks"
    assert previewed(market, market.buyer, "BUY", number) == (None, [])
    made(answer(market, number, by=market.buyer))


def test_a_quote_is_previewed_by_who_would_take_it(
    market: Market, person: Member, owner: Member
) -> None:
    set_mode(market, "RFQ")
    number = made(request(market, by=person))["negotiation_id"]
    quote = made(answer(market, number, by=owner))["offer_id"]
    assert previewed(market, person, "BUY", number, offer_id=quote) == (None, [])
    split(market)
    told = previewed(market, person, "BUY", number, offer_id=quote)
    assert told == ("rule_blocks", [("CN-SPLIT-01", "BLOCK")])
    assert code_of(accept(market, number, quote, by=person)) == "rule_blocks"


def test_nothing_is_told_that_no_word_would_be_asked(
    market: Market, person: Member, owner: Member
) -> None:
    """Else one could find out what anybody holds, offer by offer."""
    set_mode(market, "NEGOTIATED")
    split(market)
    wish = made(offer(market, by=person, to=owner, side="BUY"))["negotiation_id"]
    assert refuses(market, person, "BUY", wish, offer_id=wish) == "offer_not_standing"
    assert refuses(market, owner, "SELL", wish) == "offer_not_standing"
    assert refuses(market, owner, "SELL", wish, offer_id="1") == "offer_not_standing"
    other_terms: tuple[dict[str, Any], ...] = ({"quantity": "200"}, {"price": "1.0001"})
    for terms in other_terms:
        told = refuses(market, owner, "SELL", wish, offer_id=wish, **terms)
        assert told == "offer_out_of_range"
    assert refuses(market, owner, "BUY", wish, offer_id=wish) == "offer_out_of_range"
    assert refuses(market, market.buyer, "SELL", wish, offer_id=wish) == "unknown_negotiation"
    asked = body(market, "SELL", offer_id=wish)
    response = market.venue.ask("POST", "/v1/orders/preview", owner, json=asked)
    assert response.status_code == 422


def test_of_what_has_ended_nothing_is_told(market: Market, owner: Member) -> None:
    set_mode(market, "NEGOTIATED")
    wish = made(offer(market, by=market.buyer, to=owner, side="BUY"))["negotiation_id"]
    made(accept(market, wish, wish, by=owner))
    assert refuses(market, owner, "SELL", wish, offer_id=wish) == "offer_not_standing"
