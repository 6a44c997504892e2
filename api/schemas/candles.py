"""Candles on the wire."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer
from api.schemas.decimals import Decimal, Moment, format_decimal, format_moment, format_price
from exchange.candles import Candle as CandleRecord
from exchange.candles import Interval, end_of


class Candle(Answer):
    """What was matched of a product in one interval, whatever became of the transfers."""

    start: Annotated[Moment, Field(description="Its first moment; of a day in Asia/Shanghai.")]
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    count: Annotated[int, Field(description="Trades.")]
    closed: Annotated[
        bool, Field(description="Whether the interval is over: nothing of it changes any more.")
    ]


def candle_of(
    candle: CandleRecord, interval: Interval, *, quantity_scale: int, at_ns: int
) -> Candle:
    """A candle as the wire shows it at a moment."""
    return Candle(
        start=format_moment(candle.start_ns),
        open=format_price(candle.open),
        high=format_price(candle.high),
        low=format_price(candle.low),
        close=format_price(candle.close),
        volume=format_decimal(candle.volume, scale=quantity_scale),
        count=candle.trades,
        closed=end_of(interval, candle) <= at_ns,
    )
