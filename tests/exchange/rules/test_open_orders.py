"""ORD-04: no more of a party's orders stand than a pack says, in all products."""

from __future__ import annotations

from typing import Final

import msgspec
import pytest

from exchange.limits import ORDERS_OPEN_PER_PARTY_MAX
from exchange.refusals import Refusal
from exchange.rules.types import Override
from exchange.types import PartyId
from matching import Side
from tests.exchange.rules.market import ON_WEEKDAYS, RuledMarket, findings_in

VENUE: Final = "CN-VENUE-LICENSED"
TWO: Final = Override("ORD-04", "orders_open_max", 2)


@pytest.fixture
def market() -> RuledMarket:
    """Of no party more than two orders may stand."""
    market = RuledMarket(VENUE)
    market.rules(VENUE, overrides=(TWO,))
    return market


def judged(market: RuledMarket, party_id: PartyId, side: Side, price: int) -> list[str]:
    return market.judged(party_id, side, 100, price=price)


def test_the_third_order_is_refused_and_says_how_many_stand(market: RuledMarket) -> None:
    for price in (9_900, 9_800):
        assert judged(market, market.buyer, Side.BUY, price) == []
    events = market.submit(market.order(market.buyer, Side.BUY, 100, 9_700))
    (said,) = [each for each in findings_in(events) if each.rule_id == "ORD-04" and each.is_own]
    assert said.inputs == (("orders_open_max", 2), ("orders_open", 2))
    assert said.reason_code == "TOO_MANY_ORDERS"


def test_whose_order_is_withdrawn_may_place_another(market: RuledMarket) -> None:
    first = market.buys(100, 9_900)
    market.buys(100, 9_800)
    assert judged(market, market.buyer, Side.BUY, 9_700) == ["ORD-04"]
    market.does(market.cancellation(first, by=market.buyer))
    assert judged(market, market.buyer, Side.BUY, 9_700) == []


def test_an_order_that_takes_its_own_place_is_none_more(market: RuledMarket) -> None:
    first = market.buys(100, 9_900)
    market.buys(100, 9_800)
    market.does(market.replacement(first, 200, 9_850, by=market.buyer))
    assert judged(market, market.buyer, Side.BUY, 9_700) == ["ORD-04"]


def test_orders_of_both_sides_count_and_those_of_others_do_not(market: RuledMarket) -> None:
    market.sells(200_000, 10_100)
    market.sells(300_000, 10_200)
    assert judged(market, market.seller, Side.BUY, 9_900) == ["ORD-04"]
    assert judged(market, market.buyer, Side.BUY, 9_900) == []


def test_orders_of_other_products_count(market: RuledMarket) -> None:
    other = market.lists(msgspec.structs.replace(ON_WEEKDAYS, symbol="BOREAS"))
    for price in (9_900, 9_800):
        market.does(market.order(market.buyer, Side.BUY, 100, price, product_id=other))
    assert judged(market, market.buyer, Side.BUY, 9_900) == ["ORD-04"]
    more = market.order(market.buyer, Side.BUY, 100, 9_700, product_id=other)
    market.does(more)  # that product has no packs


def test_without_a_number_of_the_products_own_two_hundred_stand_and_no_more() -> None:
    market = RuledMarket(VENUE)
    market.does_all(market.order(market.buyer, Side.BUY, 10, 9_900) for _ in range(200))
    assert market.judged(market.buyer, Side.BUY, 10, price=9_900) == ["ORD-04"]


def test_without_packs_the_venue_s_own_bound_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ORDERS_OPEN_PER_PARTY_MAX == 1_000
    monkeypatch.setattr("exchange.eligibility.ORDERS_OPEN_PER_PARTY_MAX", 3)
    market = RuledMarket()
    for price in (9_900, 9_800, 9_700):
        market.buys(100, price)
    refused = market.order(market.buyer, Side.BUY, 100, 9_600)
    assert market.refuses(refused) is Refusal.ORDERS_OPEN_MAX
