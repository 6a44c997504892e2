"""Pledges and freezes over HTTP, as who keeps the register enters and ends them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from api.schemas.decimals import format_day
from registry.calendar import day_in_shanghai
from tests.api.venue import Member, TestVenue

AUTHORITY = sha256("协助执行通知书".encode()).hexdigest()


def encumber(
    venue: TestVenue, symbol: str, holder: Member, kind: str, units: str, **more: Any
) -> Any:
    """A pledge or freeze of the holder's units, entered by the operator: the answer."""
    body = {
        "symbol": symbol,
        "holder_id": holder.party_id,
        "kind": kind,
        "units": units,
        "authority_sha256": AUTHORITY,
    }
    return venue.do("POST", "/v1/encumbrances", venue.operator, json=body | more)


def release(venue: TestVenue, placed: Any, *, by: Member | None = None) -> Any:
    """It is ended, by the operator or somebody else: the answer."""
    path = f"/v1/encumbrances/{placed['encumbrance_id']}/release"
    body = {"authority_sha256": AUTHORITY}
    return venue.do("POST", path, by or venue.operator, json=body)


def in_a_month(venue: TestVenue) -> str:
    """A day until which something may be frozen."""
    return format_day(day_in_shanghai(venue.clock.now_ns()) + 30)


def units_of(venue: TestVenue, symbol: str, holder: Member) -> dict[str, str]:
    """What the holder has of the product, by bucket."""
    items = venue.ask("GET", "/v1/holdings", holder).json()["items"]
    (holding,) = (item for item in items if item["symbol"] == symbol)
    told = holding.items() - {("symbol", symbol), ("cost", holding["cost"])}
    return {name: units for name, units in told if units != "0"}
