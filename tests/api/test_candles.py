"""What was traded by minute, hour and day, over HTTP: live, after a restart, and page by page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from exchange.types import VenueProfile
from tests.api.dealing import minutes_pass
from tests.api.venue import Market, TestVenue


def candles(market: Market, **query: str) -> Any:
    """All of the answer's page."""
    given = "&".join(f"{name.rstrip('_')}={value}" for name, value in query.items())
    response = market.venue.ask("GET", f"/v1/products/{market.symbol}/candles?{given}")
    assert response.status_code == 200, response.text
    return response.json()


def trade(market: Market, price: str, quantity: str = "100") -> None:
    market.sell(price, quantity)
    market.buy(price, quantity)


def test_candles_are_in_decimals_and_say_whether_they_are_over(market: Market) -> None:
    assert candles(market, interval="1m") == {"items": [], "next_cursor": None}
    trade(market, "1.0200", "300")
    trade(market, "1.0100")
    minutes_pass(market, 3)
    trade(market, "1.0300")
    first, second = candles(market, interval="1m")["items"]
    start = first.pop("start")
    assert start.endswith(":00.000000Z")
    assert first == {
        "open": "1.0200",
        "high": "1.0200",
        "low": "1.0100",
        "close": "1.0100",
        "volume": "400",
        "count": 2,
        "closed": True,
    }
    assert (second["open"], second["closed"]) == ("1.0300", False)
    (day,) = candles(market, interval="1d")["items"]
    assert (day["count"], day["closed"], day["start"][10:19]) == (3, False, "T16:00:00")


def test_a_page_goes_on_where_the_one_before_ended(market: Market) -> None:
    for number in range(5):
        trade(market, f"1.0{number}00")
        minutes_pass(market, 2)
    everything = candles(market, interval="1m")["items"]
    assert [each["open"] for each in everything] == [f"1.0{number}00" for number in range(5)]
    first = candles(market, interval="1m", limit="2")
    second = candles(market, interval="1m", limit="2", cursor=first["next_cursor"])
    last = candles(market, interval="1m", limit="2", cursor=second["next_cursor"])
    assert first["items"] + second["items"] + last["items"] == everything
    assert last["next_cursor"] is None
    starts = [each["start"] for each in everything]
    within = candles(market, interval="1m", from_=starts[1], to=starts[4])["items"]
    assert within == everything[1:4]
    asked = {"interval": "1m", "from_": starts[3], "cursor": first["next_cursor"]}
    assert candles(market, **asked)["items"] == everything[3:]


def test_candles_are_the_same_after_a_restart_and_go_on(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        trade(market, "1.0200")
        minutes_pass(market, 2)
        trade(market, "1.0100")
        intervals = ("1m", "1h", "1d")
        before = [candles(market, interval=interval)["items"] for interval in intervals]
        venue.restart()
        assert [candles(market, interval=each)["items"] for each in intervals] == before
        trade(market, "1.0400")
        (day,) = candles(market, interval="1d")["items"]
        assert (day["open"], day["close"], day["count"]) == ("1.0200", "1.0400", 3)


def test_who_sees_no_quotes_sees_no_candles(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = market.venue.venue.exchange.view
    monkeypatch.setattr(view, "profile", VenueProfile.CN_VENUE_LICENSED)
    path = f"/v1/products/{market.symbol}/candles?interval=1m"
    assert market.venue.ask("GET", path).status_code == 401
    assert market.venue.ask("GET", path, market.buyer).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "",
        "interval=5m",
        "interval=1m&from=yesterday",
        "interval=1m&to=2026-02-30T00:00:00Z",
        "interval=1m&from=2026-02-30T00:00:00Z",
        "interval=1m&cursor=x",
    ],
)
def test_what_is_asked_for_must_make_sense(market: Market, query: str) -> None:
    path = f"/v1/products/{market.symbol}/candles?{query}"
    assert market.venue.ask("GET", path).status_code == 422
