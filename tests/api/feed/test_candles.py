"""What was traded by minute, hour and day, on the feed: what the trades say, and nothing else."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.candles import KEPT_MAX, CandleSeries, Interval, start_of
from exchange.types import VenueProfile
from matching import Price, Side
from registry.types import TimeNs
from tests.api.feed.desk import Client, Desk
from tests.exchange.small_market import HOUR_NS, SECOND_NS
from tests.model.candles import candles
from tests.model.feed_client import CandlesMirror, TradesMirror

MINUTE_NS = 60 * SECOND_NS
DAY_NS = 24 * HOUR_NS
DECIMALS = ("open", "high", "low", "close", "volume")


@pytest.fixture
def desk() -> Desk:
    return Desk(products=1)


def follow(client: Client, interval: str = "1m") -> str:
    asked = {"channel": "candles", "symbol": client.desk.symbol(), "interval": interval}
    (result,) = client.subscribe(asked)
    return str(result["s"])


def trade(desk: Desk, price: int, quantity: int = 10) -> None:
    """One trade, which becomes public."""
    desk.market.place(Side.SELL, quantity, price, trader=0)
    desk.market.place(Side.BUY, quantity, price, trader=1)
    desk.publish()


def told(frame: dict[str, Any]) -> list[tuple[str, str, str, str, str, int, bool]]:
    names = ("open", "high", "low", "close", "volume", "count", "closed")
    return [tuple(candle[name] for name in names) for candle in frame["candles"]]


def mirror(client: Client, name: str) -> CandlesMirror:
    found = client.mirror.streams[name]
    assert isinstance(found, CandlesMirror)
    return found


@given(seed=st.integers(0, 2**32))
def test_candles_are_what_the_trades_say(seed: int) -> None:
    random, desk = Random(seed), Desk(products=1)
    client = desk.connect()
    client.subscribe({"channel": "trades", "symbol": desk.symbol()})
    names = {interval: follow(client, interval) for interval in ("1m", "1h", "1d")}
    for _ in range(60):
        desk.market.step(random)
        if random.random() < 0.2:
            desk.market.wait(random.choice([40 * SECOND_NS, HOUR_NS, 5 * HOUR_NS, DAY_NS]))
        if random.random() < 0.7:
            desk.publish()
            client.read()
    desk.publish()
    client.read()
    trades = client.mirror.streams[f"trades:{desk.symbol()}"]
    assert isinstance(trades, TradesMirror)
    matched = [
        (
            datetime.fromisoformat(f"{each['time'][:19]}+00:00"),
            Decimal(each["price"]),
            Decimal(each["quantity"]),
        )
        for _, each in sorted(trades.trades.items())
    ]
    newcomer = desk.connect()
    for interval, name in names.items():
        shown = mirror(client, name).candles
        assert follow(newcomer, interval) == name
        assert mirror(newcomer, name).candles == shown
        plain = [
            {
                "start": each["start"][:19],
                **{member: Decimal(each[member]) for member in DECIMALS},
                "count": each["count"],
            }
            for each in shown.values()
        ]
        assert candles(interval, matched) == plain


def test_a_candle_grows_and_is_over_when_its_minute_is(desk: Desk) -> None:
    client = desk.connect()
    assert follow(client) == f"candles.1m:{desk.symbol()}"
    assert client.frames[-1]["candles"] == []
    desk.market.wait(-desk.market.at_ns % MINUTE_NS)
    trade(desk, 10_000, 10)
    trade(desk, 9_900, 30)
    trade(desk, 10_100, 20)
    assert [told(frame) for frame in client.read()] == [
        [("1.0000", "1.0000", "1.0000", "1.0000", "10", 1, False)],
        [("1.0000", "1.0000", "0.9900", "0.9900", "40", 2, False)],
        [("1.0000", "1.0100", "0.9900", "1.0100", "60", 3, False)],
    ]
    desk.market.wait(2 * MINUTE_NS)
    desk.market.wait(2 * MINUTE_NS)
    desk.publish()
    (over,) = client.read()
    assert told(over) == [("1.0000", "1.0100", "0.9900", "1.0100", "60", 3, True)]
    assert over["seq"] == over["eseq"]


def test_one_command_may_end_a_candle_and_begin_another(desk: Desk) -> None:
    client = desk.connect()
    follow(client)
    trade(desk, 10_000)
    client.read()
    desk.market.place(Side.SELL, 10, 10_200, trader=0)
    desk.publish()
    desk.market.at_ns = TimeNs(desk.market.at_ns + 10 * MINUTE_NS)
    desk.market.place(Side.BUY, 10, 10_200, trader=1)
    desk.publish()
    (update,) = client.read()
    assert [(each[3], each[-1]) for each in told(update)] == [("1.0000", True), ("1.0200", False)]
    starts = [each["start"] for each in update["candles"]]
    assert starts == sorted(starts)


def test_nothing_is_invented_for_times_without_trade(desk: Desk) -> None:
    trade(desk, 10_000)
    desk.market.wait(5 * HOUR_NS)
    trade(desk, 10_000)
    client = desk.connect()
    name = follow(client, "1h")
    assert len(mirror(client, name).candles) == 2
    assert [each["closed"] for each in mirror(client, name).candles.values()] == [True, False]


def test_a_day_begins_at_midnight_in_shanghai(desk: Desk) -> None:
    """Which is 16:00 UTC."""
    client = desk.connect()
    name = follow(client, "1d")
    to_midnight = -(desk.market.at_ns + 8 * HOUR_NS) % DAY_NS
    desk.market.wait(to_midnight - 10 * SECOND_NS)
    trade(desk, 10_000)
    desk.market.wait(20 * SECOND_NS)
    trade(desk, 10_100)
    client.read()
    before, after = mirror(client, name).candles
    assert before[10:19] == after[10:19] == "T16:00:00"
    assert before[:10] < after[:10]
    assert mirror(client, name).candles[before]["closed"]


def test_a_trade_whose_transfer_fails_still_counts(desk: Desk) -> None:
    trade(desk, 10_000)
    client = desk.connect()
    name = follow(client)
    (transfer_id,) = desk.view.transfers
    desk.market.reject(transfer_id)
    desk.publish()
    assert client.read() == []
    (candle,) = mirror(client, name).candles.values()
    assert (candle["volume"], candle["count"]) == ("10", 1)


def test_a_slow_client_gets_the_newest_of_each_candle(desk: Desk) -> None:
    client, prompt = desk.connect(), desk.connect()
    name = follow(client)
    follow(prompt)
    for number in range(desk.limits.queue_frames_max + 2):
        trade(desk, 10_000 + 100 * (number % 3))
        if number % 700 == 0:
            desk.market.wait(2 * MINUTE_NS)
        prompt.read()
    client.read()
    assert client.mirror.streams[name].conflated > 1
    assert mirror(client, name).candles == mirror(prompt, name).candles
    assert len(mirror(client, name).candles) > 1


def test_who_sees_no_quotes_sees_no_candles(desk: Desk) -> None:
    desk.view.profile = VenueProfile.CN_VENUE_38
    asked = {"channel": "candles", "symbol": desk.symbol(), "interval": "1m"}
    (result,) = desk.connect().subscribe(asked)
    assert result["error"]["code"] == "auth_required"


@pytest.mark.parametrize(
    "members",
    [
        {"channel": "candles"},
        {"channel": "candles", "interval": "5m"},
        {"channel": "candles", "interval": "1m", "depth": 10},
        {"channel": "trades", "interval": "1m"},
    ],
)
def test_there_are_no_other_intervals(desk: Desk, members: dict[str, Any]) -> None:
    (result,) = desk.connect().subscribe({"symbol": desk.symbol(), **members})
    assert result["error"]["code"] == "bad_request"


def test_only_the_newest_are_kept() -> None:
    series = CandleSeries(Interval.MINUTE, kept_max=3)
    for number in range(8):
        series.add(Price(100), 1, TimeNs(number * MINUTE_NS))
    kept = series.starting(from_ns=None, to_ns=None, candles_max=10)
    assert [each.start_ns // MINUTE_NS for each in kept] == [5, 6, 7]
    assert series.newest(2) == kept[1:]
    within = series.starting(from_ns=6 * MINUTE_NS, to_ns=7 * MINUTE_NS, candles_max=10)
    assert [each.start_ns // MINUTE_NS for each in within] == [6]
    assert min(KEPT_MAX.values()) >= 500  # what a snapshot of the feed tells


@given(st.integers(0, 2**62))
def test_every_moment_is_in_the_interval_that_begins_before_it(at_ns: int) -> None:
    for interval, length_ns in ((Interval.MINUTE, MINUTE_NS), (Interval.DAY, DAY_NS)):
        start_ns = start_of(interval, TimeNs(at_ns))
        assert start_ns <= at_ns < start_ns + length_ns
