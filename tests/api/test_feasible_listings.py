"""What may I answer? Over HTTP: of what stands in deals by name the quantities and prices that
would be taken, or what stands against it."""

from __future__ import annotations

from typing import Any

import pytest

from api.schemas.feasible import LISTINGS_MAX
from tests.api.dealing import (
    accept,
    answer,
    auction,
    in_minutes,
    listing,
    made,
    minutes_pass,
    offer,
    request,
    set_mode,
)
from tests.api.test_book_views import split
from tests.api.test_feasible import ends, may
from tests.api.test_quote_access import asks_of_viewers, certify
from tests.api.venue import Market, Member, code_of


def told(market: Market, member: Member, side: str = "buy", **headers: str) -> list[Any]:
    """What the member may answer on this side."""
    found: list[Any] = may(market, member, **headers)[side]["listings"]
    return found


def ranges(listed: Any) -> list[list[Any]]:
    return [ends(each) for each in listed["quantities"]]


@pytest.fixture
def person(market: Market) -> Member:
    """A natural person with money for 300 units and the fees."""
    return market.venue.new_party("NATURAL_PERSON", money="505.00")


@pytest.fixture
def owner(market: Market) -> Member:
    """A natural person who holds 1,000 units."""
    member = market.venue.new_party("NATURAL_PERSON")
    market.venue.give_units(market.symbol, member, "1000")
    return member


def test_of_what_is_listed_each_hears_how_much_he_may_take(
    market: Market, person: Member, owner: Member
) -> None:
    set_mode(market, "LISTED_PRICE")
    firm = listing(market, by=owner, quantity="500", parts=True, acceptance="FIRST_PASSING")
    number = made(firm)["negotiation_id"]
    (listed,) = told(market, person)
    assert (listed["negotiation_id"], listed["offer_id"]) == (number, None)
    assert (listed["price"], listed["quantity"], listed["parts"]) == ("1.0000", "500", True)
    assert (listed["market_mode"], listed["refusal"], listed["prices"]) == (
        "LISTED_PRICE",
        None,
        None,
    )
    (interval,) = listed["quantities"]
    assert ends(interval) == ["100", "300", "100"]
    assert interval["most_by"]["code"] == "money_not_available"
    beyond = answer(market, number, by=person, quantity="400")
    assert code_of(beyond) == "money_not_available"
    made(answer(market, number, by=person, quantity="300"))
    (listed,) = told(market, market.buyer)
    assert ranges(listed) == [["100", "200", "100"]]
    assert told(market, owner) == told(market, owner, "sell") == []


def test_a_rule_that_stands_against_a_listing_is_told_with_its_cure(
    market: Market, person: Member, owner: Member
) -> None:
    set_mode(market, "LISTED_PRICE")
    split(market)
    made(listing(market, by=owner, quantity="200", parts=True))
    (listed,) = told(market, person, **{"Accept-Language": "zh-CN"})
    assert (listed["refusal"]["code"], listed["quantities"]) == ("rule_blocks", [])
    finding = listed["finding"]
    assert (finding["rule_id"], finding["verdict"]) == ("CN-SPLIT-01", "BLOCK")
    assert finding["text_zh"]
    assert finding["text_en"]
    assert [cure["kind"] for cure in finding["cures"]] == ["TAKE_WHOLE_HOLDING"]
    assert {each["name"]: each["value"] for each in finding["inputs"]}["seller_keeps"] == "PART"
    institution = market.venue.new_party("INSTITUTION", money="100000.00")
    (listed,) = told(market, institution)
    assert (listed["refusal"], ranges(listed)) == (None, [["100", "200", "100"]])


def test_the_best_price_is_first_and_that_there_are_more_is_told(market: Market) -> None:
    set_mode(market, "LISTED_PRICE")
    assert not may(market, market.buyer)["buy"]["more_listings"]
    for number in range(LISTINGS_MAX + 1):
        made(listing(market, price=f"1.{LISTINGS_MAX - number:02}00"))
    buy = may(market, market.buyer)["buy"]
    assert (len(buy["listings"]), buy["more_listings"]) == (LISTINGS_MAX, True)
    prices = [each["price"] for each in buy["listings"]]
    assert (prices[0], prices) == ("1.0000", sorted(prices))
    assert not buy["listings_capped"]


def test_who_may_not_see_a_listing_hears_nothing_of_it(market: Market) -> None:
    set_mode(market, "LISTED_PRICE")
    made(listing(market))
    assert len(told(market, market.buyer)) == 1
    asks_of_viewers(market)
    assert told(market, market.buyer) == []
    certify(market, market.buyer)
    assert len(told(market, market.buyer)) == 1


def test_who_has_asked_hears_so_and_who_was_picked_may_say_yes(
    market: Market, owner: Member
) -> None:
    set_mode(market, "LISTED_PRICE")
    number = made(listing(market, by=owner, quantity="500", parts=True))["negotiation_id"]
    wish = made(answer(market, number, by=market.buyer))["offer_id"]
    (listed,) = told(market, market.buyer)
    assert (listed["refusal"]["code"], listed["finding"]) == ("already_done", None)
    made(accept(market, number, wish, by=owner))
    (listed,) = told(market, market.buyer)
    assert (listed["offer_id"], ranges(listed)) == (wish, [["100", "100", "100"]])
    made(accept(market, number, wish, by=market.buyer))


def test_an_offer_is_told_to_whom_it_is_made_alone(market: Market, person: Member) -> None:
    set_mode(market, "NEGOTIATED")
    number = made(offer(market, by=market.seller, to=person))["negotiation_id"]
    (offered,) = told(market, person)
    assert (offered["negotiation_id"], offered["offer_id"]) == (number, number)
    assert (offered["price"], ranges(offered)) == ("1.0000", [["100", "100", "100"]])
    assert told(market, market.buyer) == told(market, market.seller) == []
    made(accept(market, number, number, by=person))


def test_a_quote_is_told_from_which_price_to_which_it_would_stand(
    market: Market, person: Member, owner: Member
) -> None:
    set_mode(market, "RFQ")
    number = made(request(market, by=person))["negotiation_id"]
    (asked,) = told(market, owner, "sell")
    assert (asked["negotiation_id"], asked["price"]) == (number, None)
    assert asked["prices"]["least"] == "0.0001"
    assert ranges(asked) == [["100", "100", "100"]]
    quote = made(answer(market, number, by=owner, price="4.0000"))["offer_id"]
    (quoted,) = told(market, person)
    assert (quoted["offer_id"], quoted["price"]) == (quote, "4.0000")
    assert quoted["refusal"]["code"] == "money_not_available"
    assert code_of(accept(market, number, quote, by=person)) == "money_not_available"


def test_a_bidder_is_told_his_least_and_highest_bid(market: Market, person: Member) -> None:
    set_mode(market, "ENGLISH_AUCTION")
    begins, ends_at = in_minutes(market, 1), in_minutes(market, 20)
    opened = auction(market, starts_at=begins, ends_at=ends_at)
    number = made(opened)["negotiation_id"]
    (auctioned,) = told(market, person)
    assert auctioned["refusal"]["code"] == "bidding_not_begun"
    minutes_pass(market, 2)
    (auctioned,) = told(market, person)
    prices = auctioned["prices"]
    assert (prices["least"], prices["step"]) == ("1.0000", "0.0100")
    assert prices["most_by"]["code"] == "money_not_available"
    assert ranges(auctioned) == [["100", "100", "100"]]
    beyond = f"{float(prices['most']) + 0.01:.4f}"
    assert code_of(answer(market, number, by=person, price=beyond)) == "money_not_available"
    made(answer(market, number, by=person, price="1.5000"))
    (raised,) = told(market, person)
    assert ends(raised["prices"]) == ["1.5100", prices["most"], "0.0100"]
    made(answer(market, number, by=person, price=prices["most"]))
