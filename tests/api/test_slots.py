"""Holder slots over HTTP: how many are left, and why somebody gets none."""

from __future__ import annotations

from typing import Any

from exchange.slots import Caps, CountBasis
from exchange.types import Fen
from tests.api.slots import cap, one_too_many
from tests.api.venue import Market, Member, code_of


def slots(market: Market, by: Member | None = None) -> Any:
    """What is said of the market's product."""
    path = f"/v1/products/{market.symbol}/slots"
    return market.venue.do("GET", path, by or market.buyer)


def trade(market: Market) -> None:
    """The buyer buys 100 of the seller's units."""
    market.match("100")


def test_a_pending_transfer_holds_a_slot(market: Market) -> None:
    caps = Caps(natural_small_max=50, natural_threshold=Fen(300_000_000), holders_max=4)
    cap(market, caps)
    before = slots(market)["holders"]["held"]
    trade(market)
    told = slots(market)
    assert told["holders"] == {
        "slots_max": 4,
        "held": before,
        "reserved": 1,
        "left": 3 - before,
        "text_zh": f"4 个名额剩余 {3 - before} 个，1 个由待过户交易占用",
        "text_en": f"{3 - before} of 4 slots left, 1 held by a pending transfer",
    }
    assert told["natural_threshold"] == "3000000.00"
    assert told["natural_small"]["slots_max"] == 50
    assert told["ever"] is None


def test_a_product_without_caps_has_no_slots(market: Market) -> None:
    told = slots(market)
    assert (told["holders"], told["natural_small"], told["institutions"]) == (None, None, None)
    cap(market, Caps(holders_max=4))
    assert slots(market)["natural_small"] is None
    cap(market, Caps())
    assert slots(market)["holders"] is None


def test_who_has_ever_held_is_counted_for_the_operator_alone(market: Market) -> None:
    cap(market, Caps(holders_max=4, count_basis=CountBasis.EVER))
    trade(market)
    told = slots(market)
    assert (told["count_basis"], told["ever"], told["holders"]["left"]) == ("EVER", None, None)
    assert told["holders"]["text_en"] == "1 holders, 1 more by pending transfers"
    ever = slots(market, market.venue.operator)["ever"]
    assert (ever["held"], ever["reserved"], ever["left"]) == (1, 1, 2)


def test_who_gets_no_slot_reads_why_and_what_would_cure_it(market: Market) -> None:
    refused = one_too_many(market)
    assert code_of(refused) == "holder_slots"
    (finding,) = refused.json()["findings"]
    assert (finding["rule_id"], finding["verdict"]) == ("HC-02", "BLOCK")
    looked_at = {each["name"]: each["value"] for each in finding["inputs"]}
    assert (looked_at["holders_before"], looked_at["holders_after"]) == ("1", "2")
    (cure,) = finding["cures"]
    assert (cure["kind"], cure["text_en"]) == ("TAKE_WHOLE_HOLDING", "Ask for the whole holding")
