"""What was traded of each product by minute, hour and day: folded from matched trades.

A candle counts what was matched, as the trades do: a transfer that fails later takes nothing out of
it. There are none of a time in which nothing was matched. Minutes and hours are the same in every
zone that is whole hours from UTC; a day is one of Asia/Shanghai. All times are the journal's, so
the same journal gives the same candles, live or read back from the rows of its transfers.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from exchange.market_change import MarketChange
from matching import Price, Quantity
from registry.calendar import DAY_NS, HOUR_NS, SHANGHAI_OFFSET_NS
from registry.types import ProductId, TimeNs

MINUTE_NS: Final = 60_000_000_000


class Interval(StrEnum):
    """How long a candle is. The names are a public contract."""

    MINUTE = "1m"  # a minute
    HOUR = "1h"  # an hour
    DAY = "1d"  # a day of Asia/Shanghai


LENGTH_NS: Final = {Interval.MINUTE: MINUTE_NS, Interval.HOUR: HOUR_NS, Interval.DAY: DAY_NS}
KEPT_MAX: Final = {Interval.MINUTE: 2_880, Interval.HOUR: 8_784, Interval.DAY: 3_660}
"""Candles of a product that are kept, the newest: memory is bounded, and whoever wants the minutes
of another year has the trades. Empty times count for nothing: it is two days, a year and ten years
of trade without a pause."""


class Candle(NamedTuple):
    """What was matched from `start_ns` on, for one interval."""

    start_ns: TimeNs
    open: Price
    high: Price
    low: Price
    close: Price
    volume: int
    """Units."""
    trades: int
    """How many."""


class MatchedTrade(NamedTuple):
    """What a candle is made of."""

    product_id: ProductId
    trade_number: int
    price: Price
    quantity: Quantity
    at_ns: TimeNs


def start_of(interval: Interval, at_ns: TimeNs) -> TimeNs:
    """When the interval that `at_ns` lies in begins. Cost: O(1)."""
    length_ns = LENGTH_NS[interval]
    return TimeNs(at_ns - (at_ns + SHANGHAI_OFFSET_NS) % length_ns)


def end_of(interval: Interval, candle: Candle) -> TimeNs:
    """The first moment after the candle. Cost: O(1)."""
    return TimeNs(candle.start_ns + LENGTH_NS[interval])


class CandleSeries:
    """The newest candles of one product and one interval."""

    __slots__ = ("_candles", "_interval", "_kept_max")

    def __init__(self, interval: Interval, *, kept_max: int) -> None:
        self._interval = interval
        self._kept_max = kept_max
        # The oldest first; up to twice as many, for they are forgotten many at a time.
        self._candles: list[Candle] = []

    def add(self, price: Price, quantity: int, at_ns: TimeNs) -> Candle:
        """A trade was matched, after all others; the candle that counts it. Cost: O(1), now and
        then O(kept)."""
        start_ns = start_of(self._interval, at_ns)
        last = self.last
        if last is not None and last.start_ns == start_ns:
            high, low = max(last.high, price), min(last.low, price)
            volume, trades = last.volume + quantity, last.trades + 1
            candle = Candle(start_ns, last.open, high, low, price, volume, trades)
            self._candles[-1] = candle
            return candle
        assert last is None or last.start_ns < start_ns, (last, at_ns)
        candle = Candle(start_ns, price, price, price, price, quantity, 1)
        self._candles.append(candle)
        if len(self._candles) == 2 * self._kept_max:
            del self._candles[: self._kept_max]
        return candle

    @property
    def last(self) -> Candle | None:
        """The newest. Cost: O(1)."""
        return self._candles[-1] if self._candles else None

    def copy(self, *, kept_max: int) -> "CandleSeries":
        """Another that has the newest of these and goes on by itself. Cost: O(kept_max)."""
        other = CandleSeries(self._interval, kept_max=kept_max)
        other._candles += self.newest(kept_max)
        return other

    def newest(self, candles_max: int) -> list[Candle]:
        """The newest, oldest first. Cost: O(candles_max)."""
        assert 0 < candles_max <= self._kept_max, candles_max
        return self._candles[-candles_max:]

    def starting(self, *, from_ns: int | None, to_ns: int | None, candles_max: int) -> list[Candle]:
        """Those that start at `from_ns` or later and before `to_ns`, oldest first. Cost: O(log kept
        + candles_max)."""
        first, end = max(0, len(self._candles) - self._kept_max), len(self._candles)
        if from_ns is not None:
            first = max(first, bisect_left(self._candles, from_ns, key=_start_of))
        if to_ns is not None:
            end = bisect_left(self._candles, to_ns, key=_start_of)
        return self._candles[first : min(end, first + candles_max)]


def _start_of(candle: Candle) -> int:
    return candle.start_ns


class Candles:
    """The candles of every product. Read only between two batches, like the market view."""

    __slots__ = ("_numbers", "_series")

    def __init__(self) -> None:
        self._series: dict[tuple[ProductId, Interval], CandleSeries] = {}
        self._numbers: dict[ProductId, int] = {}

    def restore(self, trades: Iterable[MatchedTrade]) -> None:
        """Count what was matched before, in the order of its matches. Cost: some 4 µs a trade."""
        for trade in trades:
            self._add(trade)

    def take(self, changes: Sequence[MarketChange]) -> None:
        """Count what the next commands have matched. Cost: O(products that they touched), and 4 µs
        a trade."""
        for market in changes:
            for change in market.products:
                for trade in change.trades:
                    product_id = change.product.product_id
                    # Else it is one of before, which has ended.
                    if trade.trade_number > self._numbers.get(product_id, 0):
                        self._add(
                            MatchedTrade(
                                product_id,
                                trade.trade_number,
                                trade.price,
                                trade.quantity,
                                trade.matched_at_ns,
                            )
                        )

    def of(self, product_id: ProductId, interval: Interval) -> CandleSeries:
        """Those of a product. Cost: O(1)."""
        known = self._series.get((product_id, interval))
        return CandleSeries(interval, kept_max=KEPT_MAX[interval]) if known is None else known

    def _add(self, trade: MatchedTrade) -> None:
        number = self._numbers.get(trade.product_id, 0) + 1
        assert trade.trade_number == number, (trade, number)
        self._numbers[trade.product_id] = number
        for interval, kept_max in KEPT_MAX.items():
            key = trade.product_id, interval
            series = self._series.get(key)
            if series is None:
                series = self._series[key] = CandleSeries(interval, kept_max=kept_max)
            series.add(trade.price, trade.quantity, trade.at_ns)
