"""Alerts over HTTP: the cases of their routes, deals that give cause for one, and what officers of
compliance say."""

from __future__ import annotations

from typing import Any, Final

import httpx

from tests.api.case import Case
from tests.api.venue import Member, TestVenue

NOTE: Final = {"note": "asked the client for papers"}
EXPLAINED: Final = {"code": "EXPLAINED", "note": "a gift among siblings"}
REPORTED: Final = {"code": "REPORTED", "note": "report 2026-0017"}
DAYS: Final = "first_day=2026-11-22&last_day=2026-11-22"
OF_ALERTS: Final = {
    "list_alerts": Case("GET", "/v1/alerts", "operator"),
    "get_alert": Case("GET", "/v1/alerts/{alert_id}", "operator"),
    "escalate_alert": Case("POST", "/v1/alerts/{alert_id}/escalate", "compliance", NOTE),
    "resolve_alert": Case("POST", "/v1/alerts/{alert_id}/resolve", "compliance", EXPLAINED),
    "get_supervision": Case("GET", "/v1/supervision", "operator"),
    "export_large_amounts": Case("GET", f"/v1/exports/large-amounts?{DAYS}&format=csv", "operator"),
}
"""For tests/api/test_access.py."""


def watched(venue: TestVenue, **query: str) -> list[dict[str, Any]]:
    """The alerts, once all that was committed has been looked at."""
    while True:
        watching = venue.ask("GET", "/v1/supervision", venue.operator).json()
        if watching["sequence"] == watching["head"]:
            break
    answer = venue.ask("GET", "/v1/alerts", venue.operator, params={"limit": "500"} | query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def say(
    venue: TestVenue, by: Member, alert_id: str, word: str, body: dict[str, str], **more: Any
) -> httpx.Response:
    """What an officer is answered who escalates or resolves an alert."""
    path = f"/v1/alerts/{alert_id}/{word}"
    return venue.ask("POST", path, by, **{"key": venue.unique(), "json": body} | more)


def deal(
    venue: TestVenue, seller: Member, buyer: Member, quantity: str, *, price: str = "1.0000"
) -> tuple[str, Any]:
    """A deal of so many units of a product of their own: its symbol, and the pending transfer."""
    symbol = venue.new_product()
    venue.give_units(symbol, seller, quantity)
    venue.place(seller, symbol, "SELL", price, quantity)
    (fill,) = venue.place(buyer, symbol, "BUY", price, quantity)["fills"]
    path = f"/v1/transfers/{fill['transfer_id']}"
    return symbol, venue.ask("GET", path, venue.trust_company).json()


def settle(venue: TestVenue, transfer: Any) -> None:
    """The trust company confirms it."""
    path = f"/v1/transfers/{transfer['transfer_id']}/confirm"
    headers = {"If-Match": f'"{transfer["version"]}"'}
    venue.do("POST", path, venue.trust_company, headers=headers)


def same_owner_deal(venue: TestVenue) -> tuple[Member, Member, Any]:
    """A deal between a fund and its owner: seller, buyer and the pending transfer."""
    fund, owner = venue.new_party(), venue.new_party(money="1000.00")
    facts = {"ownership": {"owner_party_id": owner.party_id, "affiliate_of": [], "layers": 0}}
    path = f"/v1/compliance/parties/{fund.party_id}/facts"
    venue.do("POST", path, venue.compliance(), json=facts)
    _, transfer = deal(venue, fund, owner, "100")
    return fund, owner, transfer
