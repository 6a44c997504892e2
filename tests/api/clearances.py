"""Clearances and warnings over HTTP: a market whose rule warns and holds, and the routes."""

from __future__ import annotations

from typing import Any, Final

import httpx

from api.schemas.decimals import format_day
from exchange.refusals import Refusal
from registry.calendar import day_in_shanghai
from registry.types import DayNumber
from tests.api.case import Case
from tests.api.rules import load_pack, set_rules
from tests.api.venue import Market, Member, TestVenue, order_body

DECISION: Final = {"let_pass": None, "note": "not without an appraisal"}
OF_CLEARANCES: Final = {
    "list_clearances": Case("GET", "/v1/clearances", "dealer"),
    "get_clearance": Case("GET", "/v1/clearances/{clearance_id}", "dealer"),
    "decide_clearance": Case("POST", "/v1/clearances/{clearance_id}/decide", "operator", DECISION),
}
"""For tests/api/test_access.py."""
PACK: Final = """
id = "{name}"
version = "1"
title_zh = "价格"
title_en = "Prices"
effective_from = "2020-01-01"

[[rules]]
id = "PRC-01"
version = "1"
stages = ["L", "B"]
severity = "HOLD"
queue = "{queue}"
reason_code = "PRICE_FAR_FROM_REFERENCE"
source = "a test"
text_zh = "偏离 {{away_bps}}"
text_en = "{{limit_price}} is {{away_bps}} basis points away from {{reference_price}}."
"""
WARNED, HELD = "1.3000", "1.6000"
"""Prices of what is worth 1.0000."""


def priced(market: Market, queue: str = "OPERATIONS") -> None:
    """The market's product has a rule about prices."""
    name = market.venue.unique("PRICES").upper().replace("_", "-")
    load_pack(market.venue, PACK.format(name=name, queue=queue))
    set_rules(market.venue, market.symbol, name)


def offers(
    market: Market, price: str, *acknowledge: str, by: Member | None = None, quantity: str = "100"
) -> httpx.Response:
    """The answer to a bid of the buyer."""
    body = order_body(market.venue.unique("o"), market.symbol, "BUY", price, quantity)
    if acknowledge:
        body["acknowledge"] = list(acknowledge)
    return market.venue.ask("POST", "/v1/orders", by or market.buyer, json=body)


def waiting(market: Market, by: Member | None = None) -> Any:
    """The newest clearance of the buyer."""
    listed = market.venue.ask("GET", "/v1/clearances", by or market.buyer).json()["items"]
    return listed[0]


def let_pass(venue: TestVenue, quantity: str = "100", price: str = HELD) -> Any:
    """All that was asked, for some days."""
    until = format_day(DayNumber(day_in_shanghai(venue.clock.now_ns()) + 10))
    terms = {"quantity": quantity, "price_least": price, "price_most": price, "until": until}
    return {"let_pass": terms, "note": "as the appraisal says"}


def decide(
    venue: TestVenue, clearance_id: str, body: Any, by: Member | None = None
) -> httpx.Response:
    """The answer to a decision, of the operator's if nobody else is named."""
    path = f"/v1/clearances/{clearance_id}/decide"
    return venue.ask("POST", path, by or venue.operator, key=venue.unique(), json=body)


def _warned(market: Market) -> httpx.Response:
    priced(market)
    return offers(market, WARNED)


def _out_of_range(market: Market) -> httpx.Response:
    priced(market)
    offers(market, HELD)
    body = let_pass(market.venue, "101")
    return decide(market.venue, waiting(market)["clearance_id"], body)


def _decided_twice(market: Market) -> httpx.Response:
    priced(market)
    offers(market, HELD)
    clearance_id = waiting(market)["clearance_id"]
    body = let_pass(market.venue)
    assert decide(market.venue, clearance_id, body).status_code == 200
    return decide(market.venue, clearance_id, body)


REACHED: Final = {
    Refusal.WARNING_NOT_ACKNOWLEDGED: _warned,
    Refusal.UNKNOWN_CLEARANCE: lambda market: decide(market.venue, "999999999", DECISION),
    Refusal.CLEARANCE_OUT_OF_RANGE: _out_of_range,
    Refusal.CLEARANCE_NOT_ASKED: _decided_twice,
}
"""For tests/api/test_errors.py."""
