"""Accrued income over HTTP: the preview, the order, the fill, both sides of the transfer, and what
is missing to whom it is too much."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.api.prices import disclose, quote
from tests.api.test_files import export
from tests.api.venue import Member, TestVenue, code_of, order_body

MILLIONS = "3000000"


def days_ago(venue: TestVenue, days: int) -> str:
    today = datetime.fromtimestamp(venue.clock.now_ns() // 10**9, ZoneInfo("Asia/Shanghai")).date()
    return (today - timedelta(days=days)).isoformat()


def clean_plan(venue: TestVenue, seller: Member) -> str:
    """A plan at 6 % a year, 20 days after its last distribution, quoted clean."""
    symbol = venue.new_product(
        benchmark_bps=600,
        par_value="1.0000",
        tick="0.0001",
        lot="1",
        quantity_scale=0,
        units_issued=MILLIONS,
    )
    venue.give_units(symbol, seller, MILLIONS)
    disclosed = disclose(venue, symbol, last_distribution_on=days_ago(venue, 20))
    assert disclosed.status_code == 201, disclosed.text
    assert quote(venue, symbol, "CLEAN").status_code == 200
    return symbol


def order(venue: TestVenue, symbol: str, side: str, quantity: str, **terms: str) -> dict[str, Any]:
    return order_body(venue.unique(), symbol, side, "1.0000", quantity) | terms


def test_three_millions_at_six_percent_over_twenty_days(venue: TestVenue) -> None:
    seller = venue.new_party("NATURAL_PERSON")
    symbol = clean_plan(venue, seller)
    buyer = venue.new_party("INSTITUTION", money="3004500.00")
    offer = order(venue, symbol, "SELL", MILLIONS)
    assert venue.ask("POST", "/v1/orders", seller, json=offer).status_code == 201
    bid = order(venue, symbol, "BUY", MILLIONS, time_in_force="FILL_OR_KILL")
    wish = {name: value for name, value in bid.items() if name != "client_order_id"}
    accrued = {"amount": "9863.01", "days": 20, "priced_on": days_ago(venue, 0)}
    told = venue.ask("POST", "/v1/orders/preview", buyer, json=wish).json()
    assert told["accrued"] == accrued
    assert (told["consideration"], told["full"]) == ("3000000.00", "3009863.01")
    # 0.05 % of the consideration to the venue, 0.10 % of the principal to the trust company.
    assert (told["fee_venue"], told["fee_trust_company"]) == ("1500.00", "3000.00")
    assert told["total"] == told["reserve_money"] == "3014363.01"
    assert (told["refusal"]["code"], told["missing_money"]) == ("money_not_available", "9863.01")
    refused = venue.ask("POST", "/v1/orders", buyer, json=bid)
    assert code_of(refused) == "money_not_available"
    means = {"available": "3004500.00", "needed": "3014363.01", "missing": "9863.01"}
    assert refused.json()["means"] == means
    again = venue.ask("POST", "/v1/orders", buyer, json=bid)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["means"] == means
    deposits = f"/v1/parties/{buyer.party_id}/deposits"
    venue.do("POST", deposits, venue.operator, json={"amount": "9863.01"})
    placed = venue.ask("POST", "/v1/orders", buyer, json=bid | {"client_order_id": "paid"})
    assert placed.status_code == 201, placed.text
    (fill,) = placed.json()["fills"]
    assert (fill["consideration"], fill["accrued"]) == ("3000000.00", accrued)
    path = f"/v1/transfers/{fill['transfer_id']}"
    bought, sold = (venue.ask("GET", path, by).json() for by in (buyer, seller))
    assert bought["accrued"] == sold["accrued"] == accrued
    assert (bought["paid"], bought["rest_due"]) == ("3014363.01", "0.00")
    _, (row,) = export(venue, f"format=csv&symbol={symbol}")
    told = [row[name] for name in ("转让价款", "应计收益", "转让价款合计")]
    assert told == ["3000000.00", "9863.01", "3009863.01"]
    shown = venue.ask("GET", f"/v1/orders/{placed.json()['order_id']}", buyer).json()
    assert (shown["consideration"], shown["accrued"]) == ("3000000.00", "9863.01")


def test_a_bid_without_an_end_says_when_it_ends(venue: TestVenue) -> None:
    symbol = clean_plan(venue, venue.new_party("NATURAL_PERSON"))
    buyer = venue.new_party("INSTITUTION", money="1000000.00")
    bid = order(venue, symbol, "BUY", "365000")
    placed = venue.ask("POST", "/v1/orders", buyer, json=bid).json()
    assert placed["expires_at"][:10] > days_ago(venue, -29)
    shown = venue.ask("GET", f"/v1/orders/{placed['order_id']}", buyer).json()
    assert shown["expires_at"] == placed["expires_at"]
    # 365,000 at 6 % over 50 days, and the fees.
    assert shown["reserved_money"] == "368547.50"


def test_missing_units_are_told_in_the_products_scale(venue: TestVenue) -> None:
    seller = venue.new_party("NATURAL_PERSON")
    symbol = venue.new_product(quantity_scale=2, lot="0.01")
    venue.give_units(symbol, seller, "100")
    refused = venue.ask("POST", "/v1/orders", seller, json=order(venue, symbol, "SELL", "130.50"))
    assert code_of(refused) == "units_not_available"
    means = {"available": "100.00", "needed": "130.50", "missing": "30.50"}
    assert refused.json()["means"] == means


def test_a_bid_that_costs_more_than_there_is_is_withdrawn_and_its_party_told(
    venue: TestVenue,
) -> None:
    symbol = clean_plan(venue, venue.new_party("NATURAL_PERSON"))
    buyer = venue.new_party("INSTITUTION", money="369000.00")
    webhook_id = venue.register_webhook(buyer)["webhook_id"]
    bid = venue.place(buyer, symbol, "BUY", "1.0000", "365000")
    assert disclose(venue, symbol, benchmark={"rate_bps": 730}).status_code == 201
    shown = venue.ask("GET", f"/v1/orders/{bid['order_id']}", buyer).json()
    assert (shown["status"], shown["reserved_money"]) == ("WITHDRAWN_BY_VENUE", "0.00")
    means = {"available": "369000.00", "needed": "369197.50", "missing": "197.50"}
    assert (shown["means"], shown["findings"]) == (means, None)
    (sent,) = venue.messages(buyer, webhook_id, of="orders.")
    path = f"/v1/webhooks/{webhook_id}/deliveries/{sent['message_id']}"
    said = json.loads(venue.ask("GET", path, buyer).json()["body"])
    assert said["type"] == "orders.withdrawn"
    assert said["data"] == {"symbol": symbol, "side": "BUY", "order_ids": [bid["order_id"]]}
