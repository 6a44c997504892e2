"""Candles from a plain list of trades, by the calendar and in decimals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

SHANGHAI: Final = timezone(timedelta(hours=8))


def start_of(interval: str, at: datetime) -> datetime:
    """The first moment of the interval, in UTC."""
    local = at.astimezone(SHANGHAI).replace(second=0, microsecond=0)
    if interval != "1m":
        local = local.replace(minute=0)
    if interval == "1d":
        local = local.replace(hour=0)
    return local.astimezone(UTC)


def candles(
    interval: str, trades: Iterable[tuple[datetime, Decimal, Decimal]]
) -> list[dict[str, Any]]:
    """Of trades in their order: moment, price, quantity."""
    by_start: dict[datetime, list[tuple[Decimal, Decimal]]] = {}
    for at, price, quantity in trades:
        by_start.setdefault(start_of(interval, at), []).append((price, quantity))
    return [
        {
            "start": f"{start:%Y-%m-%dT%H:%M:%S}",
            "open": inside[0][0],
            "high": max(price for price, _ in inside),
            "low": min(price for price, _ in inside),
            "close": inside[-1][0],
            "volume": sum(quantity for _, quantity in inside),
            "count": len(inside),
        }
        for start, inside in by_start.items()
    ]
