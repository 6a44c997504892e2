"""Reversals of settled transfers as an operator asks for them."""

from __future__ import annotations

import httpx

from tests.api.bank import PROOF
from tests.api.venue import Market


def settles(market: Market, transfer_id: str) -> str:
    """The trust company confirms a pending transfer: its version then."""
    venue, path = market.venue, f"/v1/transfers/{transfer_id}"
    etag = venue.ask("GET", path, venue.trust_company).headers["etag"]
    confirmed = venue.ask(
        "POST",
        f"{path}/confirm",
        venue.trust_company,
        key=venue.unique(),
        headers={"If-Match": etag},
    )
    assert confirmed.json()["state"] == "SETTLED", confirmed.text
    return confirmed.headers["etag"]


def reverse(
    market: Market, transfer_id: str, etag: str, *, key: str | None = None, **body: object
) -> httpx.Response:
    """The operator undoes a transfer between the market's seller and buyer, without money."""
    venue = market.venue
    if "confirmed_by" not in body:
        body["confirmed_by"] = venue.reviewer().officer_id
    paid = {"payer_id": market.seller.party_id, "amount": "0.00", "authority_sha256": PROOF}
    return venue.ask(
        "POST",
        f"/v1/transfers/{transfer_id}/reverse",
        venue.operator,
        key=key or venue.unique(),
        headers={"If-Match": etag},
        json=paid | body,
    )


def sold_on(market: Market) -> httpx.Response:
    """The answer to a reversal when the buyer has sold some of the units."""
    venue, transfer_id = market.venue, market.match()["transfer_id"]
    etag = settles(market, transfer_id)
    third = venue.new_party(money="10000.00")
    sold = Market(venue, market.symbol, market.buyer, third).match("100")
    settles(market, sold["transfer_id"])
    return reverse(market, transfer_id, etag)
