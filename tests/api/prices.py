"""What is said of products over HTTP, and how each refusal about it is reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import httpx

from exchange.refusals import Refusal
from tests.api.case import FEES_OF_2030
from tests.api.venue import Market, Member, TestVenue


def disclose(
    venue: TestVenue, symbol: str, by: Member | None = None, **said: Any
) -> httpx.Response:
    """The answer to a disclosure, by the trust company if nobody else is named."""
    path = f"/v1/products/{symbol}/disclosures"
    return venue.ask("POST", path, by or venue.trust_company, key=venue.unique(), json=said)


def quote(venue: TestVenue, symbol: str, basis: str, by: Member | None = None) -> httpx.Response:
    """The answer to a change of the quote basis, by the operator if nobody else is named."""
    path, body = f"/v1/products/{symbol}/quote-basis", {"quote_basis": basis}
    return venue.ask("POST", path, by or venue.operator, key=venue.unique(), json=body)


def _with_an_order(basis: str) -> Callable[[Market], httpx.Response]:
    def ask(market: Market) -> httpx.Response:
        market.sell("1.0300", "300")
        return quote(market.venue, market.symbol, basis)

    return ask


REACHED: Final[dict[Refusal, Callable[[Market], httpx.Response]]] = {
    Refusal.BANNED_WORDS: lambda market: disclose(
        market.venue, market.symbol, text_zh="本产品保本保收益"
    ),
    Refusal.DISCLOSURE_OUT_OF_RANGE: lambda market: disclose(market.venue, market.symbol),
    Refusal.QUOTE_BASIS_CONFLICT: _with_an_order("NAV"),
    Refusal.ORDERS_REST: _with_an_order("DIRTY"),
    Refusal.FEE_DAY_OUT_OF_RANGE: lambda market: market.venue.ask(
        "POST",
        "/v1/fee-schedules",
        market.venue.operator,
        key=market.venue.unique(),
        json=FEES_OF_2030 | {"effective_on": "2020-01-01"},
    ),
}
