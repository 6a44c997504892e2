"""What may I do? Over HTTP: quantities, prices and what of the book could be taken, with what ends
each and what would cure it."""

from __future__ import annotations

from typing import Any

from tests.api.rules import ruled
from tests.api.test_book_views import split
from tests.api.venue import Market, Member, order_body


def may(market: Market, member: Member, price: str | None = None, **headers: str) -> Any:
    """What the member is told."""
    query = "" if price is None else f"?price={price}"
    path = f"/v1/products/{market.symbol}/feasible{query}"
    return market.venue.do("GET", path, member, headers=headers)


def ends(interval: Any) -> list[Any]:
    return [interval["least"], interval["most"], interval["step"]]


def places(market: Market, member: Member, side: str, price: str, quantity: str) -> int:
    body = order_body(market.venue.unique(), market.symbol, side, price, quantity)
    return market.venue.ask("POST", "/v1/orders", member, json=body).status_code


def test_money_and_units_end_what_may_be_ordered(market: Market) -> None:
    told = may(market, market.buyer)
    assert told["sell"]["refusal"]["code"] == "units_not_available"
    buy = told["buy"]
    assert (buy["side"], buy["price"], buy["refusal"]) == ("BUY", "1.0000", None)
    (quantities,) = buy["quantities"]
    assert (quantities["least"], quantities["step"]) == ("100", "100")
    assert quantities["least_by"]["code"] == "quantity_out_of_range"
    assert quantities["most_by"]["code"] == "money_not_available"
    beyond = str(int(quantities["most"]) + 100)
    assert places(market, market.buyer, "BUY", "1.0000", beyond) == 409
    assert places(market, market.buyer, "BUY", "1.0000", quantities["most"]) == 201

    sell = may(market, market.seller)["sell"]
    (quantities,) = sell["quantities"]
    assert ends(quantities) == ["100", "10000", "100"]
    assert quantities["most_by"]["code"] == "units_not_available"


def test_at_a_higher_price_money_buys_less(market: Market) -> None:
    told = may(market, market.buyer, "2.0000")["buy"]
    (dear,) = told["quantities"]
    (cheap,) = may(market, market.buyer, "1.0000")["buy"]["quantities"]
    assert int(dear["most"]) < int(cheap["most"])
    prices = told["prices"]
    assert prices["most_by"]["code"] == "money_not_available"
    assert may(market, market.buyer, prices["most"])["buy"]["quantities"]
    beyond = f"{float(prices['most']) + 0.0001:.4f}"
    assert may(market, market.buyer, beyond)["buy"]["quantities"] == []


def test_a_rule_that_ends_a_range_says_what_would_cure_it(market: Market) -> None:
    ruled(market)
    told = may(market, market.seller)
    (whole,) = told["sell"]["quantities"]
    assert ends(whole) == ["10000", "10000", "100"]
    limit = whole["least_by"]
    assert (limit["code"], limit["finding"]["rule_id"]) == ("rule_blocks", "QI-05")
    assert [(cure["kind"], cure["value"]) for cure in limit["finding"]["cures"]] == [
        ("SELL_EXACTLY", "10000")
    ]
    assert places(market, market.seller, "SELL", "1.0000", "9900") == 409
    assert told["buy"]["refusal"]["code"] == "rule_blocks"
    assert (told["buy"]["quantities"], told["buy"]["prices"]) == ([], None)
    blocked = [each["rule_id"] for each in told["buy"]["findings"] if each["verdict"] == "BLOCK"]
    assert blocked == ["QI-01", "SUI-01"]


def test_what_of_the_book_could_be_taken_names_nobody(market: Market) -> None:
    market.sell("1.0100", "500")
    market.sell("1.0200", "300")
    market.sell("1.0200", "200")
    told = may(market, market.buyer)["buy"]
    assert told["price"] == "1.0100"
    assert told["takes"] == [
        {"price": "1.0100", "quantity": "500", "orders": 1},
        {"price": "1.0200", "quantity": "500", "orders": 2},
    ]
    own = may(market, market.seller)["buy"]
    assert own["takes"] == []
    assert own["refusal"]["code"] == "self_trade"


def test_a_person_is_told_of_what_is_listed_whole_and_an_institution_of_parts(
    market: Market,
) -> None:
    venue = market.venue
    person = venue.new_party("NATURAL_PERSON", money="100000.00")
    owner = venue.new_party("NATURAL_PERSON")
    venue.give_units(market.symbol, owner, "200")
    split(market)
    market.sell("1.0300", "300")
    venue.place(owner, market.symbol, "SELL", "1.0400", "200", whole_only=True)
    part = {"price": "1.0300", "quantity": "300", "orders": 1}
    whole = {"price": "1.0400", "quantity": "200", "orders": 1}
    told = may(market, person)["buy"]
    assert (told["takes"], told["price"]) == ([whole], "1.0400")
    assert may(market, market.buyer)["buy"]["takes"] == [part, whole]


def test_a_person_who_sells_a_part_is_told_of_the_bids_of_institutions(market: Market) -> None:
    venue = market.venue
    person = venue.new_party("NATURAL_PERSON", money="100000.00")
    owner = venue.new_party("NATURAL_PERSON")
    venue.give_units(market.symbol, owner, "1000")
    split(market)
    venue.place(person, market.symbol, "BUY", "0.9900", "400")
    market.buy("0.9800", "300")
    of_institution = {"price": "0.9800", "quantity": "300", "orders": 1}
    assert may(market, owner)["sell"]["takes"] == [of_institution]
    body = order_body("", market.symbol, "SELL", "0.9800", "400")
    del body["client_order_id"]
    path = "/v1/orders/preview"
    shown = venue.do("POST", path, owner, json=body)
    assert (shown["fillable_quantity"], shown["fillable_worst_price"]) == ("300", "0.9800")
    shown = venue.do("POST", path, owner, json=body | {"quantity": "1000", "whole_only": True})
    assert shown["fillable_worst_price"] == "0.9800"
    assert shown["fillable_quantity"] == "700"


def test_an_order_of_ones_own_ends_the_prices(market: Market) -> None:
    market.buy("0.9900", "100")
    market.venue.give_units(market.symbol, market.buyer, "1000")
    told = may(market, market.buyer)["sell"]
    assert told["refusal"]["code"] == "self_trade"
    assert told["prices"]["least"] == "0.9901"
    assert told["prices"]["least_by"]["code"] == "self_trade"
    assert told["takes"] == []
    assert may(market, market.buyer, "0.9901")["sell"]["refusal"] is None


def test_it_is_told_in_the_callers_language(market: Market) -> None:
    english = may(market, market.buyer)["sell"]["refusal"]
    chinese = may(market, market.buyer, **{"Accept-Language": "zh-CN"})["sell"]["refusal"]
    assert english["code"] == chinese["code"]
    assert english["title"].isascii()
    assert not chinese["title"].isascii()


def test_a_product_that_is_not_traded_lets_nobody_do_anything(market: Market) -> None:
    venue = market.venue
    venue.do("POST", f"/v1/products/{market.symbol}/suspend", venue.operator)
    told = may(market, market.seller)
    for side in ("buy", "sell"):
        assert told[side]["refusal"]["code"] == "product_not_live"
        assert (told[side]["quantities"], told[side]["prices"]) == ([], None)


def test_a_price_that_cannot_be_is_refused(market: Market) -> None:
    path = f"/v1/products/{market.symbol}/feasible"
    for price in ("0", "100000.0001", "1.00001", "-1"):
        refused = market.venue.ask("GET", f"{path}?price={price}", market.buyer)
        assert refused.status_code == 422, price
    between = market.venue.new_product(tick="0.0100")
    told = market.venue.do("GET", f"/v1/products/{between}/feasible?price=1.0050", market.buyer)
    assert told["buy"]["refusal"]["code"] == "price_off_tick"
