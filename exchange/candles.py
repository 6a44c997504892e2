"""What was traded of each product by minute, hour and day: folded from matched trades.

A candle counts what was matched, as the trades do: a transfer that fails later takes nothing out of
it. There are none of a time in which nothing was matched. Minutes and hours are the same in every
zone that is whole hours from UTC; a day is one of Asia/Shanghai. All times are the journal's, so
the same journal gives the same candles, live or read back from the rows of its transfers.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice
from typing import Final, NamedTuple

from sortedcontainers import SortedDict

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

    __slots__ = ("_by_start", "_interval", "_kept_max")

    def __init__(self, interval: Interval, *, kept_max: int) -> None:
        self._interval = interval
        self._kept_max = kept_max
        self._by_start: SortedDict[TimeNs, Candle] = SortedDict()

    def add(self, price: Price, quantity: int, at_ns: TimeNs) -> Candle:
        """A trade was matched, after all others; the candle that counts it. Cost: O(log kept)."""
        start_ns = start_of(self._interval, at_ns)
        before = self._by_start.get(start_ns)
        if before is None:
            last = self.last
            assert last is None or last.start_ns < start_ns, (last, at_ns)
            candle = Candle(start_ns, price, price, price, price, quantity, 1)
        else:
            high, low = max(before.high, price), min(before.low, price)
            volume, trades = before.volume + quantity, before.trades + 1
            candle = Candle(start_ns, before.open, high, low, price, volume, trades)
        self._by_start[start_ns] = candle
        if len(self._by_start) > self._kept_max:
            self._by_start.popitem(0)
        return candle

    @property
    def last(self) -> Candle | None:
        """The newest. Cost: O(1)."""
        return self._by_start.peekitem(-1)[1] if self._by_start else None

    def copy(self, *, kept_max: int) -> "CandleSeries":
        """Another that has the newest of these and goes on by itself. Cost: O(kept_max)."""
        other = CandleSeries(self._interval, kept_max=kept_max)
        other._by_start.update((each.start_ns, each) for each in self.newest(kept_max))
        return other

    def newest(self, candles_max: int) -> list[Candle]:
        """The newest, oldest first. Cost: O(candles_max)."""
        return list(islice(reversed(self._by_start.values()), candles_max))[::-1]

    def starting(self, *, from_ns: int | None, to_ns: int | None, candles_max: int) -> list[Candle]:
        """Those that start at `from_ns` or later and before `to_ns`, oldest first. Cost: O(log kept
        + candles_max)."""
        starts = self._by_start.irange(
            None if from_ns is None else TimeNs(from_ns),
            None if to_ns is None else TimeNs(to_ns),
            inclusive=(True, False),
        )
        return [self._by_start[start_ns] for start_ns in islice(starts, candles_max)]


class Candles:
    """The candles of every product. Read only between two batches, like the market view."""

    __slots__ = ("_numbers", "_series")

    def __init__(self) -> None:
        self._series: dict[tuple[ProductId, Interval], CandleSeries] = {}
        self._numbers: dict[ProductId, int] = {}

    def restore(self, trades: Iterable[MatchedTrade]) -> None:
        """Count what was matched before, in the order of its matches. Cost: some 6 µs a trade."""
        for trade in trades:
            self._add(trade)

    def take(self, changes: Sequence[MarketChange]) -> None:
        """Count what the next commands have matched. Cost: O(products that they touched), and 6 µs
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
        return CandleSeries(interval, kept_max=1) if known is None else known

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
