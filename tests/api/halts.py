"""Halts over HTTP: the cases of their routes, and how each refusal about them is reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import httpx

from exchange.refusals import Refusal
from tests.api.case import LAPSES, Case
from tests.api.venue import Market, Member, TestVenue, order_body

HALT: Final = {
    "reason": "MATERIAL_EVENT",
    "note": "the borrower asks for an extension",
    "review_at": LAPSES,
}
OF_HALTS: Final = {
    "halt_trade": Case("POST", "/v1/halts", "halter", HALT | {"symbol": "{other_symbol}"}, 201),
    "list_halts": Case("GET", "/v1/halts", "anybody"),
    "get_halt": Case("GET", "/v1/halts/{halt_id}", "anybody"),
    "lift_halt": Case("POST", "/v1/halts/{halt_id}/lift", "halter", {"note": "disclosed"}),
}


def halt(
    venue: TestVenue, symbol: str | None, by: Member | None = None, **said: Any
) -> httpx.Response:
    """The answer to a halt, by the operator if nobody else is named."""
    body = HALT | {"symbol": symbol} | said
    return venue.ask("POST", "/v1/halts", by or venue.operator, key=venue.unique(), json=body)


def lift(venue: TestVenue, halt_id: str, by: Member | None = None) -> httpx.Response:
    """The answer to its end, by the operator if nobody else is named."""
    path, body = f"/v1/halts/{halt_id}/lift", {"note": "disclosed"}
    return venue.ask("POST", path, by or venue.operator, key=venue.unique(), json=body)


def _order_in_a_halt(market: Market) -> httpx.Response:
    venue = market.venue
    assert halt(venue, market.symbol).status_code == 201
    body = order_body(venue.unique("o"), market.symbol, "SELL", "1.0200", "100")
    return venue.ask("POST", "/v1/orders", market.seller, json=body)


def _order_of_a_halted_party(market: Market) -> httpx.Response:
    venue = market.venue
    assert halt(venue, None, party_id=market.seller.party_id).status_code == 201
    body = order_body(venue.unique("o"), market.symbol, "SELL", "1.0200", "100")
    return venue.ask("POST", "/v1/orders", market.seller, json=body)


REACHED: Final[dict[Refusal, Callable[[Market], httpx.Response]]] = {
    Refusal.UNKNOWN_HALT: lambda market: lift(market.venue, "999999999"),
    Refusal.HALT_OUT_OF_RANGE: lambda market: halt(
        market.venue, market.symbol, review_at="2020-01-01T00:00:00Z"
    ),
    Refusal.TRADE_HALTED: _order_in_a_halt,
    Refusal.PARTY_SUSPENDED: _order_of_a_halted_party,
}
