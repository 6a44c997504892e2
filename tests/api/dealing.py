"""A market whose product is in a mode in which parties deal by name, over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import httpx

from api.schemas.decimals import format_moment
from registry.types import TimeNs
from tests.api.venue import Market, Member

MINUTE_NS: Final = 60 * 10**9
DAY_LATER: Final = "2026-11-23T04:00:00Z"
HOUR_LATER: Final = "2026-11-22T05:00:00Z"


def set_mode(market: Market, mode: str, *, effective_on: str | None = None) -> None:
    """Deals in the market's product are made in this mode from now on, or from this day."""
    path = f"/v1/products/{market.symbol}/market-mode"
    body = {"market_mode": mode} | ({} if effective_on is None else {"effective_on": effective_on})
    market.venue.do("POST", path, market.venue.operator, json=body)


def offer(market: Market, *, by: Member, to: Member, **changes: Any) -> httpx.Response:
    """A deal that one party offers to another: 100 units at par, for a day."""
    body = {"symbol": market.symbol, "side": "SELL", "price": "1.0000", "quantity": "100"}
    body |= {"counterparty_id": to.party_id, "lapses_at": DAY_LATER} | changes
    return _post(market, "/v1/negotiations", by, body)


def listing(market: Market, *, by: Member | None = None, **changes: Any) -> httpx.Response:
    """Units that the seller lists: 100 at par, for a day."""
    body = {"symbol": market.symbol, "price": "1.0000", "quantity": "100"}
    body |= {"acceptance": "SELLER_CONFIRMS", "lapses_at": DAY_LATER} | changes
    return _post(market, "/v1/listings", by or market.seller, body)


def request(market: Market, *, by: Member | None = None, **changes: Any) -> httpx.Response:
    """A request of the buyer's for quotes for 100 units."""
    body = {"symbol": market.symbol, "side": "BUY", "quantity": "100"}
    body |= {"lapses_at": DAY_LATER} | changes
    return _post(market, "/v1/quote-requests", by or market.buyer, body)


def auction(market: Market, *, by: Member | None = None, **changes: Any) -> httpx.Response:
    """Units that the seller auctions: 100 from par on, for ten minutes."""
    body = {"symbol": market.symbol, "price": "1.0000", "increment": "0.0100", "quantity": "100"}
    body |= {"starts_at": in_minutes(market, 0), "ends_at": in_minutes(market, 10)}
    body |= {"lapses_at": in_minutes(market, 1_440)} | changes
    return _post(market, "/v1/english-auctions", by or market.seller, body)


def in_minutes(market: Market, minutes: int) -> str:
    """A moment so far from now."""
    return format_moment(TimeNs(market.venue.clock.now_ns() + minutes * MINUTE_NS))


def awarded(market: Market, bidders: Sequence[Member]) -> tuple[str, list[str]]:
    """An auction that the last of these has won, each a step above the one before; and the bids."""
    number = made(auction(market))["negotiation_id"]
    bids = [
        made(answer(market, number, by=bidder, price=f"1.0{step}00"))["offer_id"]
        for step, bidder in enumerate(bidders)
    ]
    minutes_pass(market, 10)
    return number, bids


def minutes_pass(market: Market, minutes: int) -> None:
    """Time passes, and the clock is told: by a command at least once a minute."""
    path = f"/v1/parties/{market.buyer.party_id}/deposits"
    for _ in range(minutes):
        market.venue.clock.advance(60)
        market.venue.do("POST", path, market.venue.operator, json={"amount": "0.01"})


def rejects(market: Market, number: str) -> None:
    """The trust company rejects the transfer of the negotiation's deal."""
    transfer_id = seen(market, number, by=market.seller)["transfer_id"]
    path, trust_company = f"/v1/transfers/{transfer_id}", market.venue.trust_company
    version = market.venue.ask("GET", path, trust_company).json()["version"]
    rejected = market.venue.ask(
        "POST",
        f"{path}/reject",
        trust_company,
        key=market.venue.unique(),
        headers={"If-Match": f'"{version}"'},
        json={"reason": "DOCUMENTS_INCOMPLETE"},
    )
    assert made(rejected)["state"] == "REJECTED"


def answer(market: Market, negotiation_id: str, *, by: Member, **changes: Any) -> httpx.Response:
    """Terms in answer: 100 units at par."""
    body = {"answers": negotiation_id, "price": "1.0000", "quantity": "100"} | changes
    return _post(market, f"/v1/negotiations/{negotiation_id}/offers", by, body)


def accept(market: Market, negotiation_id: str, offer_id: str, *, by: Member) -> httpx.Response:
    """A yes."""
    path = f"/v1/negotiations/{negotiation_id}/offers/{offer_id}/accept"
    return _post(market, path, by, {})


def decline(market: Market, negotiation_id: str, offer_id: str, *, by: Member) -> httpx.Response:
    """A no."""
    path = f"/v1/negotiations/{negotiation_id}/offers/{offer_id}/decline"
    return market.venue.ask("POST", path, by, key=market.venue.unique())


def withdraw(market: Market, negotiation_id: str, *, by: Member) -> httpx.Response:
    """One's own word taken back."""
    path = f"/v1/negotiations/{negotiation_id}"
    return market.venue.ask("DELETE", path, by, key=market.venue.unique())


def seen(market: Market, negotiation_id: str, *, by: Member) -> Any:
    """The negotiation as the party may see it; None: it may not hear of it."""
    response = market.venue.ask("GET", f"/v1/negotiations/{negotiation_id}", by)
    listed = market.venue.ask("GET", f"/v1/negotiations?symbol={market.symbol}", by).json()
    found = [each for each in listed["items"] if each["negotiation_id"] == negotiation_id]
    if response.status_code == 404:
        assert found == []
        return None
    assert found == [response.json()]
    return response.json()


def made(response: httpx.Response) -> Any:
    """The answer to what was not refused."""
    assert response.status_code in (200, 201), response.text
    return response.json()


def _post(market: Market, path: str, by: Member, body: dict[str, Any]) -> httpx.Response:
    return market.venue.ask("POST", path, by, key=market.venue.unique(), json=body)
