"""Whom quotes are shown to, by the rules of the product: over HTTP and over the feed, before a
certification, with it, and when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.api.clients import tells
from tests.api.dealing import answer, listing, made, offer, set_mode
from tests.api.listener import Listener
from tests.api.rules import load_pack, ruled, set_rules, unseen
from tests.api.venue import Market, Member, TestVenue, code_of

CERTIFIED_UNTIL = "2027-06-30"
HEAD = """
id = "VIS"
version = "1"
title_zh = "报价"
title_en = "Quotes"
effective_from = "2026-01-01"

[[rules]]
id = "VIS-01"
version = "1"
stages = ["V"]
severity = "BLOCK"
reason_code = "QUOTES_WITHHELD"
source = "a test"
text_zh = "认定至 {certified_until_on}"
text_en = "Until {certified_until_on}"
"""
QUOTES = ("book", "candles?interval=1m", "guidance")
STREAMS = ("book", "trades", "ticker")


def asks_of_viewers(market: Market) -> None:
    """Quotes of the market's product are for certified investors from now on, and nothing else is
    asked of anybody."""
    loaded = load_pack(market.venue, unseen(market.venue, "VIS", HEAD))
    set_rules(market.venue, market.symbol, loaded["pack_id"])


def certify(market: Market, member: Member, until: str = CERTIFIED_UNTIL) -> None:
    """Compliance establishes that the member is a qualified investor."""
    basis = "FINANCIAL_ASSETS" if member is market.seller else "LEGAL_PERSON"
    facts = {"certification": {"basis": basis, "valid_until": until}}
    said = tells(market, f"/v1/compliance/parties/{member.party_id}/facts", facts)
    assert said.status_code == 200, said.text


def answers(market: Market, member: Member | None) -> list[int]:
    return [
        market.venue.ask("GET", f"/v1/products/{market.symbol}/{each}", member).status_code
        for each in QUOTES
    ]


def activity(market: Market, member: Member | None = None) -> Any:
    answer = market.venue.ask("GET", f"/v1/products/{market.symbol}/activity", member)
    assert answer.status_code == 200, answer.text
    return answer.json()


def last_deal(market: Market, member: Member | None = None) -> Any:
    product = market.venue.ask("GET", f"/v1/products/{market.symbol}", member).json()
    (listed,) = [
        each
        for each in market.venue.ask("GET", "/v1/products?limit=500", member).json()["items"]
        if each["symbol"] == market.symbol
    ]
    assert listed["pricing"]["last_deal"] == product["pricing"]["last_deal"]
    return product["pricing"]["last_deal"]


@pytest.fixture
def dealt(market: Market) -> Market:
    """A market in which something was dealt before its product got the rule."""
    market.match()
    asks_of_viewers(market)
    return market


def test_who_was_never_certified_is_told_so_and_what_would_cure_it(dealt: Market) -> None:
    refused = dealt.venue.ask("GET", f"/v1/products/{dealt.symbol}/book", dealt.buyer)
    assert (refused.status_code, code_of(refused)) == (403, "quotes_withheld")
    (finding,) = refused.json()["findings"]
    assert (finding["rule_id"], finding["verdict"]) == ("VIS-01", "BLOCK")
    assert [cure["kind"] for cure in finding["cures"]] == ["GET_CERTIFIED"]
    assert answers(dealt, dealt.buyer) == [403, 403, 403]


def test_who_has_not_signed_in_is_asked_to(dealt: Market) -> None:
    refused = dealt.venue.ask("GET", f"/v1/products/{dealt.symbol}/book")
    assert (refused.status_code, code_of(refused)) == (401, "unauthenticated")
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="trustex"'
    assert [each["rule_id"] for each in refused.json()["findings"]] == ["VIS-01"]


def test_who_is_certified_sees_quotes_and_so_do_those_who_do_not_trade(dealt: Market) -> None:
    certify(dealt, dealt.buyer)
    assert answers(dealt, dealt.buyer) == [200, 200, 200]
    for member in (dealt.venue.trust_company, dealt.venue.operator):
        assert answers(dealt, member) == [200, 200, 200]
    assert answers(dealt, dealt.seller) == [403, 403, 403]


def test_everybody_may_know_how_much_was_dealt_and_whether_he_sees_more(dealt: Market) -> None:
    of_all = activity(dealt)
    assert (of_all["deals"], of_all["quantity"], of_all["shows_quotes"]) == (1, "1000", False)
    assert [each["rule_id"] for each in of_all["findings"]] == ["VIS-01"]
    certify(dealt, dealt.buyer)
    of_buyer = activity(dealt, dealt.buyer)
    assert (of_buyer["shows_quotes"], of_buyer["findings"]) == (True, [])
    assert of_buyer["deals"] == of_all["deals"]


def test_the_last_deal_is_a_quote(dealt: Market) -> None:
    assert last_deal(dealt) is None
    assert last_deal(dealt, dealt.buyer) is None
    certify(dealt, dealt.buyer)
    assert last_deal(dealt, dealt.buyer)["price"] == "1.0200"
    assert last_deal(dealt, dealt.venue.operator)["price"] == "1.0200"


def test_a_product_without_the_rule_is_for_everybody_of_a_sandbox(market: Market) -> None:
    market.match()
    assert answers(market, None) == [200, 200, 200]
    assert last_deal(market)["price"] == "1.0200"
    assert activity(market)["shows_quotes"]


def test_a_preview_tells_nothing_of_a_book_that_is_not_for_its_party(dealt: Market) -> None:
    venue = dealt.venue
    dealt.buy("1.0000", "300")
    body = {"symbol": dealt.symbol, "side": "SELL", "price": "1.0000", "quantity": "100"}
    body["time_in_force"] = "GOOD_TILL_CANCELLED"

    def told() -> tuple[Any, Any]:
        answer = venue.ask("POST", "/v1/orders/preview", dealt.seller, json=body).json()
        return answer["fillable_quantity"], answer["fillable_worst_price"]

    assert told() == ("0", None)
    certify(dealt, dealt.seller)
    assert told() == ("100", "1.0000")


def test_the_pack_that_ships_asks_of_viewers(market: Market) -> None:
    ruled(market, "CN-2007")
    assert answers(market, market.buyer) == [403, 403, 403]


def listens(market: Market, member: Member, *more: str) -> Listener:
    streams = [{"channel": channel, "symbol": market.symbol} for channel in STREAMS]
    return Listener(market.venue, member, *streams, *({"channel": each} for each in more))


def codes(listener: Listener) -> list[str]:
    """Why each stream was not given; empty: all were."""
    results = listener.mirror.answers["subscribe"]["results"]
    return [each["error"]["code"] for each in results if not each["ok"]]


def ended(listener: Listener) -> dict[str, str]:
    listener.listen()
    return {each["s"]: each["code"] for each in listener.mirror.ended}


def test_the_feed_gives_quotes_to_whom_the_rules_show_them(dealt: Market) -> None:
    certify(dealt, dealt.buyer)
    assert codes(listens(dealt, dealt.seller)) == ["quotes_withheld"] * 3
    assert codes(listens(dealt, dealt.buyer)) == []
    assert codes(listens(dealt, dealt.venue.trust_company)) == []


def test_a_rule_that_comes_ends_what_it_does_not_let_one_see(market: Market) -> None:
    certify(market, market.buyer)
    seller, buyer = listens(market, market.seller), listens(market, market.buyer)
    asks_of_viewers(market)
    assert set(ended(seller).values()) == {"quotes_withheld"}
    assert len(ended(seller)) == len(STREAMS)
    assert ended(buyer) == {}
    market.match()
    buyer.listen()
    assert list(seller.mirror.streams) == []
    assert buyer.heard["trades"] == ["matched"]


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Market]:
    """A market of its own: days pass in it."""
    with TestVenue(tmp_path) as venue:
        yield Market.make(venue)


def test_a_certification_ends_at_midnight_and_the_feed_with_it(alone: Market) -> None:
    asks_of_viewers(alone)
    certify(alone, alone.buyer, until="2026-11-25")
    certify(alone, alone.seller)
    buyer, seller = listens(alone, alone.buyer), listens(alone, alone.seller)
    alone.venue.time_passes(3 * 86_400)
    assert ended(buyer) == {}  # it is the last day
    alone.venue.time_passes(86_400)
    assert len(ended(buyer)) == len(STREAMS)
    assert ended(seller) == {}
    assert answers(alone, alone.buyer) == [403, 403, 403]
    certify(alone, alone.buyer)
    assert codes(listens(alone, alone.buyer)) == []


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_each_sees_what_he_may(tmp_path: Path, seed: int) -> None:
    """Certified until a day, or for ever by a product without the rule: over HTTP, over the feed
    that was open before, and over one that is opened now."""
    draw = Random(seed)
    with TestVenue(tmp_path) as venue:
        market = Market.make(venue)
        members = (market.seller, market.buyer)
        today, until, has_rule = date(2026, 11, 22), dict[str, date](), False
        for _ in range(12):
            open_before = {each.party_id: listens(market, each) for each in members}
            step, member = draw.randrange(4), draw.choice(members)
            if step == 0:
                asks_of_viewers(market)
                has_rule = True
            elif step == 1:
                set_rules(venue, market.symbol)
                has_rule = False
            elif step == 2:
                until[member.party_id] = today + timedelta(days=draw.randint(0, 2))
                certify(market, member, until=until[member.party_id].isoformat())
            else:
                days = draw.randint(1, 2)
                venue.time_passes(days * 86_400)
                today += timedelta(days=days)
            for each in members:
                sees = not has_rule or until.get(each.party_id, date.min) >= today
                assert answers(market, each) == [200 if sees else 403] * 3, (step, today, until)
                assert codes(listens(market, each)) == ([] if sees else ["quotes_withheld"] * 3)
                listener = open_before[each.party_id]
                listener.listen()
                assert sees or not listener.mirror.streams, (step, today, until)


def test_who_is_certified_is_known_after_a_restart(alone: Market) -> None:
    asks_of_viewers(alone)
    certify(alone, alone.buyer)
    alone.venue.restart()
    assert answers(alone, alone.buyer) == [200, 200, 200]
    assert answers(alone, alone.seller) == [403, 403, 403]


def heard(market: Market, member: Member) -> list[str]:
    """The negotiations that REST lists; each is found by its id too."""
    found = market.venue.ask("GET", "/v1/negotiations", member).json()["items"]
    return [each["negotiation_id"] for each in found if each["symbol"] == market.symbol]


def test_what_is_listed_for_all_is_a_quote_too(market: Market) -> None:
    venue, other = market.venue, market.venue.new_party()
    set_mode(market, "LISTED_PRICE")
    certify(market, market.buyer)
    asks_of_viewers(market)
    uncertified, certified = listens(market, other, "negotiations"), listens(market, market.buyer)
    listed = made(listing(market))["negotiation_id"]
    path = f"/v1/negotiations/{listed}"
    assert heard(market, market.buyer) == heard(market, market.seller) == [listed]
    assert heard(market, other) == []
    assert venue.ask("GET", path, other).status_code == 404
    assert venue.ask("GET", path, market.buyer).status_code == 200
    uncertified.listen()
    assert uncertified.heard["negotiations"] == []
    certified.listen()
    mirror = uncertified.mirror.streams[f"negotiations:{other.party_id}"]
    epoch, seq = mirror.epoch, mirror.seq
    certify(market, other)
    assert ended(uncertified) == {f"negotiations:{other.party_id}": "access_changed"}
    assert heard(market, other) == [listed]
    stream = {"channel": "negotiations", "from": {"epoch": epoch, "seq": seq}}
    back = Listener(venue, other, stream)
    assert back.mirror.answers["subscribe"]["results"][0]["mode"] == "snapshot"


def test_who_may_not_see_a_listing_cannot_feel_for_its_terms(market: Market) -> None:
    """What he hears of it is what he would hear if it were not there, whatever he asks with."""
    set_mode(market, "LISTED_PRICE")
    certify(market, market.buyer)
    asks_of_viewers(market)
    listed, other = made(listing(market))["negotiation_id"], market.venue.new_party(money="500.00")

    def told(member: Member, price: str) -> list[tuple[int, str | None]]:
        asked = {"symbol": market.symbol, "side": "BUY", "price": price, "quantity": "100"}
        asked["negotiation_id"] = listed
        previewed = market.venue.ask("POST", "/v1/orders/preview", member, json=asked)
        answered = answer(market, listed, by=member, price=price)
        return [
            (each.status_code, None if each.status_code < 400 else code_of(each))
            for each in (previewed, answered)
        ]

    unknown = [(404, "unknown_negotiation")] * 2
    assert told(other, "0.9900") == told(other, "1.0000") == unknown
    assert told(market.buyer, "0.9900") == [(422, "offer_out_of_range")] * 2
    certify(market, other)
    assert told(other, "1.0000") == [(200, None), (201, None)]


def test_an_offer_to_a_named_party_is_no_quote_of_the_market(market: Market) -> None:
    set_mode(market, "NEGOTIATED")
    asks_of_viewers(market)
    offered = made(offer(market, by=market.seller, to=market.buyer))["negotiation_id"]
    assert heard(market, market.buyer) == heard(market, market.seller) == [offered]
