"""Requests that a product's market mode refuses, for tests/api/test_errors.py."""

from collections.abc import Callable
from typing import Final

import httpx

from exchange.refusals import Refusal
from tests.api.venue import Market, order_body

Ask = Callable[[Market], httpx.Response]


def _offer(market: Market, **more: object) -> httpx.Response:
    venue = market.venue
    body = order_body(venue.unique("o"), market.symbol, "SELL", "1.0200", "100") | more
    return venue.ask("POST", "/v1/orders", market.seller, json=body)


def _mode(mode: str, **more: str) -> Ask:
    def ask(market: Market) -> httpx.Response:
        venue, path = market.venue, f"/v1/products/{market.symbol}/market-mode"
        body = {"market_mode": mode} | more
        return venue.ask("POST", path, venue.operator, key=venue.unique(), json=body)

    return ask


def _of_another_mode(market: Market) -> httpx.Response:
    assert _mode("NEGOTIATED")(market).status_code == 200
    return _offer(market)


def _takes_in_an_auction(market: Market) -> httpx.Response:
    market.venue.gather(market.symbol)
    return _offer(market, time_in_force="IMMEDIATE_OR_CANCEL")


def _leaves_orders_behind(market: Market) -> httpx.Response:
    market.sell("1.0200", "100")
    return _mode("NEGOTIATED")(market)


def _calls_off_nothing(market: Market) -> httpx.Response:
    venue, path = market.venue, f"/v1/products/{market.symbol}/market-mode/call-off"
    body = {"market_mode": "NEGOTIATED", "effective_on": "2030-01-01"}
    return venue.ask("POST", path, venue.operator, key=venue.unique(), json=body)


REACHED: Final[dict[Refusal, Ask]] = {
    Refusal.MODE_TERMS_OUT_OF_RANGE: _mode("CALL_AUCTION"),
    Refusal.MODE_DAY_OUT_OF_RANGE: _mode("NEGOTIATED", effective_on="2030-01-01"),
    Refusal.WRONG_MARKET_MODE: _of_another_mode,
    Refusal.AUCTION_PLAIN_ONLY: _takes_in_an_auction,
    Refusal.MODE_NOT_ANNOUNCED: _calls_off_nothing,
    Refusal.MARKET_NOT_EMPTY: _leaves_orders_behind,
}
