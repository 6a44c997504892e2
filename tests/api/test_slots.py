"""Holder slots over HTTP: how many are left, and why somebody gets none."""

from __future__ import annotations

from typing import Any

from exchange.slots import Caps, CountBasis
from exchange.types import Fen
from tests.api.slots import cap, one_too_many
from tests.api.venue import Market, Member, code_of, order_body


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


def test_a_trader_is_told_of_the_slots_before_he_orders(market: Market) -> None:
    venue, path = market.venue, f"/v1/products/{market.symbol}/feasible"
    body = order_body("-", market.symbol, "BUY", "1.0000", "100")
    del body["client_order_id"]

    def told() -> list[Any]:
        preview = venue.ask("POST", "/v1/orders/preview", market.buyer, json=body).json()
        feasible = venue.ask("GET", path, market.buyer).json()
        return [preview["holder_slots"], feasible["holder_slots"]]

    assert told() == [None, None]
    cap(market, Caps(holders_max=4))
    trade(market)
    assert told() == [slots(market)] * 2
    assert slots(market)["holders"]["reserved"] == 1


def test_who_has_bought_is_told_when_he_may_sell(market: Market) -> None:
    venue, path = market.venue, f"/v1/products/{market.symbol}/feasible"
    cap(market, Caps(turnaround_days=5))
    venue.give_units(market.symbol, market.buyer, "1000")
    body = order_body("-", market.symbol, "SELL", "1.1000", "100")
    del body["client_order_id"]

    def against() -> Any:
        preview = venue.ask("POST", "/v1/orders/preview", market.buyer, json=body).json()
        sell = venue.ask("GET", path, market.buyer).json()["sell"]
        assert sell["refusal"] == preview["refusal"]
        if preview["accepted"]:
            return None
        (finding,) = [each for each in preview["findings"] if each["rule_id"] == "VEN-03"]
        assert finding in sell["findings"]
        assert preview["refusal"]["code"] == "rule_blocks"
        return [(cure["kind"], cure["value"]) for cure in finding["cures"]]

    assert against() is None
    transfer = market.match("100")
    # Every day is a trading day of the product: 23 to 27 November lie between.
    assert against() == [("WAIT_UNTIL", "2026-11-28")]
    etag = f'"{transfer["version"]}"'
    rejected = venue.ask(
        "POST",
        f"/v1/transfers/{transfer['transfer_id']}/reject",
        venue.trust_company,
        key=venue.unique(),
        headers={"If-Match": etag},
        json={"reason": "OTHER"},
    )
    assert rejected.status_code == 200
    assert against() is None

    transfer = market.match("100")
    confirm = f"/v1/transfers/{transfer['transfer_id']}/confirm"
    etag = f'"{transfer["version"]}"'
    venue.do("POST", confirm, venue.trust_company, headers={"If-Match": etag})
    assert against() == [("WAIT_UNTIL", "2026-11-28")]
    venue.restart()
    assert against() == [("WAIT_UNTIL", "2026-11-28")]
    refused = venue.ask(
        "POST", "/v1/orders", market.buyer, json=body | {"client_order_id": venue.unique("o")}
    )
    assert code_of(refused) == "rule_blocks"


def test_who_gets_no_slot_reads_why_and_what_would_cure_it(market: Market) -> None:
    refused = one_too_many(market)
    assert code_of(refused) == "holder_slots"
    (finding,) = refused.json()["findings"]
    assert (finding["rule_id"], finding["verdict"]) == ("HC-02", "BLOCK")
    looked_at = {each["name"]: each["value"] for each in finding["inputs"]}
    assert (looked_at["holders_before"], looked_at["holders_after"]) == ("1", "2")
    (cure,) = finding["cures"]
    assert (cure["kind"], cure["text_en"]) == ("TAKE_WHOLE_HOLDING", "Ask for the whole holding")
