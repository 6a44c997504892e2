"""The demo's deal room, on a venue of its own: every kind of talk is carried to its end."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import httpx
import msgspec
import pytest

from api.cli.demo import dealing
from api.cli.demo.client import ApiClient, Refused, Request
from api.cli.demo.dataset import make_data_set
from api.cli.demo.dealing import Dealer, DealRoom
from api.cli.demo.products import BY_NAME, Product
from api.cli.demo.watch import Watch
from api.cli.demo.wire import Problem
from api.schemas.decimals import format_decimal, format_price
from tests.api.venue import TestVenue

PRODUCTS: Final = {
    each.market_mode: each
    for each in make_data_set(1, date(2026, 11, 22)).products
    if each.market_mode in BY_NAME
}


class VenueClient(ApiClient):
    """The demo's client, at a venue in this process."""

    def __init__(self, venue: TestVenue) -> None:
        super().__init__("venue", port=80)
        self.venue = venue

    async def fetch(self, request: Request) -> bytes:
        headers = {"Authorization": f"Bearer {request.key}"}
        headers["Idempotency-Key"] = request.idempotency_key or ""
        response: httpx.Response = await self.venue.client.request(
            request.method,
            request.path,
            headers=headers,
            params=request.query,
            json=request.body,
        )
        if response.is_success:
            return response.content
        raise Refused(msgspec.json.decode(response.content, type=Problem))


def room(venue: TestVenue, product: Product, seed: int) -> DealRoom:
    """Six institutions with units and money, and one product that they deal in by name."""
    terms: dict[str, Any] = {
        "symbol": product.symbol,
        "trust_company_id": venue.trust_company.party_id,
        "units_issued": format_decimal(product.lot * 10_000, scale=product.type.quantity_scale),
        "par_value": format_price(product.type.par_value),
        "tick": format_price(product.type.tick),
        "lot": format_decimal(product.lot, scale=product.type.quantity_scale),
        "quantity_scale": product.type.quantity_scale,
    }
    venue.new_product(**terms)
    dealers = []
    for number in range(6):
        member = venue.new_party(money="90000000.00")
        held = format_decimal(product.lot * 100, scale=product.type.quantity_scale)
        venue.give_units(product.symbol, member, held)
        dealers.append(Dealer(code=f"i-{number}", party_id=member.party_id, key=member.key))
    body = {"market_mode": product.market_mode}
    venue.do("POST", f"/v1/products/{product.symbol}/market-mode", venue.operator, json=body)
    watch = Watch({product.symbol: product}, day_ns=10**9)
    return DealRoom(
        dealers,
        holders={product.symbol: dealers},
        products=[product],
        client=VenueClient(venue),
        watch=watch,
        seed=seed,
        start=1,
    )


@pytest.mark.parametrize("mode", sorted(BY_NAME))
def test_every_talk_is_carried_to_its_end(
    venue: TestVenue, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dealing, "THINK_S", (0.0, 0.0))
    monkeypatch.setattr(Watch, "now_ns", property(lambda _: venue.clock.now_ns()))
    product = PRODUCTS[mode]
    talks = room(venue, product, seed=3)
    for _ in range(12):
        venue.runner.run(talks.talk(product))
    if mode == "ENGLISH_AUCTION":  # the clock does the rest
        for _ in range(0, dealing.BIDDING_S + dealing.BEHIND_S + 60, 60):
            venue.clock.advance(60)
            venue.new_party()
    path = f"/v1/negotiations?symbol={product.symbol}"
    said = venue.ask("GET", path, venue.operator).json()["items"]
    assert len(said) == 12
    states = {each["state"] for each in said}
    # Who stands behind a listing's deal stays there: nobody decides its transfer.
    also = {"NEGOTIATED": {"DECLINED"}, "LISTED_PRICE": {"BACKED"}}
    assert states == {"DEALT"} | also.get(mode, set())
    assert {each["market_mode"] for each in said} == {mode}
    outcomes = {offer["state"] for each in said for offer in each["offers"]}
    wanted = {
        "NEGOTIATED": {"ACCEPTED", "COUNTERED", "DECLINED"},
        "LISTED_PRICE": {"ACCEPTED", "STANDING", "WITHDRAWN"},
        "RFQ": {"ACCEPTED", "FREED"},
        "ENGLISH_AUCTION": {"ACCEPTED", "FREED", "RAISED"},
    }
    assert outcomes == wanted[mode]
