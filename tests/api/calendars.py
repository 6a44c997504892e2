"""Calendars over HTTP: the cases of their routes, and how each refusal about them is reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import httpx

from exchange.refusals import Refusal
from tests.api.case import Case
from tests.api.venue import Market, Member, TestVenue

HOLIDAY: Final[dict[str, Any]] = {"days": [{"day": "2026-12-24", "worked": False}]}
OF_CALENDARS: Final = {
    "list_calendars": Case("GET", "/v1/calendars", "anybody"),
    "get_calendar": Case("GET", "/v1/calendars/CN_WORKING", "anybody"),
    "list_market_claims": Case("GET", "/v1/market-claims", "anybody"),
    "amend_calendar": Case("POST", "/v1/calendars/CN_WORKING", "operator", HOLIDAY),
}


def amend(
    venue: TestVenue, calendar_id: str = "CN_WORKING", by: Member | None = None, **said: Any
) -> httpx.Response:
    """The answer to an amendment, by the operator if nobody else is named."""
    path, who = f"/v1/calendars/{calendar_id}", by or venue.operator
    return venue.ask("POST", path, who, key=venue.unique(), json=said)


REACHED: Final[dict[Refusal, Callable[[Market], httpx.Response]]] = {
    Refusal.UNKNOWN_CALENDAR: lambda market: amend(market.venue, "NONE", **HOLIDAY),
    Refusal.CALENDAR_OUT_OF_RANGE: lambda market: amend(market.venue),
    Refusal.CALENDAR_DAY_PAST: lambda market: amend(
        market.venue, days=[{"day": "2026-01-01", "worked": False}]
    ),
}
