"""Fee schedules over HTTP: set for a day to come, shown, and in force when it has come."""

from __future__ import annotations

from typing import Any

import httpx

from tests.api.test_accrued_income import days_ago
from tests.api.venue import Member, TestVenue, code_of, order_body

PATH = "/v1/fee-schedules"


def line(rate_bps: int, maximum: str = "1000.00") -> dict[str, Any]:
    return {"rate_bps": rate_bps, "minimum": "0.00", "maximum": maximum}


def lines(buyer_bps: int) -> dict[str, Any]:
    return {
        "venue_buyer": line(buyer_bps),
        "venue_seller": line(0),
        "trust_company_buyer": line(0),
        "trust_company_seller": line(0),
    }


def set_fees(
    venue: TestVenue, buyer_bps: int, *, in_days: int = 1, by: Member | None = None, **more: Any
) -> httpx.Response:
    body = {"effective_on": days_ago(venue, -in_days), "lines": lines(buyer_bps)} | more
    return venue.ask("POST", PATH, by or venue.operator, key=venue.unique(), json=body)


def fee_of(venue: TestVenue, symbol: str, buyer: Member) -> str:
    """What the preview says of ten thousand yuan."""
    wish = order_body("", symbol, "BUY", "1.0000", "10000")
    del wish["client_order_id"]
    told: str = venue.ask("POST", "/v1/orders/preview", buyer, json=wish).json()["fee_venue"]
    return told


def test_a_schedule_is_shown_and_counts_from_its_day_on(venue: TestVenue) -> None:
    symbol = venue.new_product()
    buyer = venue.new_party("INSTITUTION", money="50000.00")
    set_ = set_fees(venue, 20, symbol=symbol)
    assert set_.status_code == 201, set_.text
    body = set_.json()
    assert (body["symbol"], body["effective_on"]) == (symbol, days_ago(venue, -1))
    assert (body["in_force"], body["lines"]) == (False, lines(20))
    listed = venue.ask("GET", PATH).json()["items"]
    assert listed[0] == body
    opening = listed[-1]
    assert (opening["schedule_id"], opening["symbol"], opening["in_force"]) == (None, None, True)
    assert opening["lines"]["venue_buyer"]["rate_bps"] == 5
    assert fee_of(venue, symbol, buyer) == "5.00"
    venue.clock.advance(86_400)
    assert fee_of(venue, symbol, buyer) == "20.00"
    assert venue.ask("GET", PATH).json()["items"][0]["in_force"] is True


def test_pages_go_back_to_the_opening(venue: TestVenue) -> None:
    symbol = venue.new_product()
    for bps in (1, 2):
        assert set_fees(venue, bps, symbol=symbol, in_days=9).status_code == 201
    seen: list[Any] = []
    path: str | None = f"{PATH}?limit=1"
    while path is not None:
        page = venue.ask("GET", path).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        path = None if cursor is None else f"{PATH}?limit=1&cursor={cursor}"
    assert [each["lines"]["venue_buyer"]["rate_bps"] for each in seen[:2]] == [2, 1]
    assert seen[-1]["schedule_id"] is None
    assert seen == venue.ask("GET", PATH).json()["items"]


def test_what_is_refused(venue: TestVenue) -> None:
    assert code_of(set_fees(venue, 1, in_days=-1)) == "fee_day_out_of_range"
    assert code_of(set_fees(venue, 1, symbol="NOBODY")) == "unknown_product"
    assert set_fees(venue, 10_001).status_code == 422
    assert set_fees(venue, 1, effective_on="2026-02-30").status_code == 422
    too_dear = lines(1) | {"venue_buyer": line(1, "1" + "0" * 12 + ".00")}
    assert code_of(set_fees(venue, 1, lines=too_dear)) == "amount_out_of_range"
    assert set_fees(venue, 1, by=venue.trust_company).status_code == 403
