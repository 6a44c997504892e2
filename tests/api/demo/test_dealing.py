"""The demo's deal room, on a venue of its own: every kind of talk is carried to its end."""

from __future__ import annotations

from collections.abc import Sequence
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
from api.cli.demo.ways import PACKS
from api.cli.demo.wire import Problem
from api.schemas.decimals import format_decimal, format_price
from tests.api.clients import APPROVAL
from tests.api.rules import load_pack, set_rules, unseen
from tests.api.venue import TestVenue
from tests.exchange.rules.packs import of_parties

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


def room(venue: TestVenue, product: Product, seed: int) -> tuple[DealRoom, Watch]:
    """Twelve institutions with units and money, and one product that they deal in by name, under
    its rules if it has any."""
    terms: dict[str, Any] = {
        "symbol": product.symbol,
        "trust_company_id": venue.trust_company.party_id,
        "units_issued": format_decimal(product.lot * 10_000, scale=product.type.quantity_scale),
        "par_value": format_price(product.type.par_value),
        "tick": format_price(product.type.tick),
        "lot": format_decimal(product.venue_lot, scale=product.type.quantity_scale),
        "quantity_scale": product.type.quantity_scale,
    }
    venue.new_product(**terms)
    dealers = []
    for number in range(12):
        member = venue.new_party(money="90000000.00")
        held = format_decimal(product.lot * 100, scale=product.type.quantity_scale)
        venue.give_units(product.symbol, member, held)
        dealers.append(Dealer(code=f"i-{number}", party_id=member.party_id, key=member.key))
    body = {"market_mode": product.market_mode}
    venue.do("POST", f"/v1/products/{product.symbol}/market-mode", venue.operator, json=body)
    if product.is_ruled:
        _put_under_law(venue, product, dealers)
    watch = Watch({product.symbol: product}, day_ns=10**9)
    talks = DealRoom(
        dealers,
        holders={product.symbol: dealers},
        products=[product],
        client=VenueClient(venue),
        watch=watch,
        seed=seed,
        start=1,
    )
    return talks, watch


def _put_under_law(venue: TestVenue, product: Product, dealers: Sequence[Dealer]) -> None:
    """It has the rules that are asked before a match, and the dealers are admitted."""
    officer = venue.compliance()
    for dealer in dealers:
        facts = f"/v1/compliance/parties/{dealer.party_id}/facts"
        venue.do("POST", facts, officer, json=APPROVAL | {"professional": True})
    packs = [
        load_pack(venue, unseen(venue, pack_id, of_parties(pack_id)))["pack_id"]
        for pack_id in PACKS[product.way]
    ]
    set_rules(venue, product.symbol, *packs)


@pytest.mark.parametrize("mode", sorted(BY_NAME))
def test_every_talk_is_carried_to_its_end(
    venue: TestVenue, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dealing, "THINK_S", (0.0, 0.0))
    monkeypatch.setattr(Watch, "now_ns", property(lambda _: venue.clock.now_ns()))
    product = PRODUCTS[mode]
    talks, watch = room(venue, product, seed=3)
    for _ in range(12):
        venue.runner.run(talks.talk(product))
    if mode == "ENGLISH_AUCTION":  # the clock does the rest
        for _ in range(0, dealing.BIDDING_S + dealing.BEHIND_S + 60, 60):
            venue.clock.advance(60)
            venue.new_party()
    path = f"/v1/negotiations?symbol={product.symbol}"
    said = venue.ask("GET", path, venue.operator).json()["items"]
    assert watch.counts.refused == 0
    if product.is_ruled:  # nobody sells within five days what he has bought, or the other way round
        path = f"/v1/transfers?symbol={product.symbol}&limit=500"
        deals = venue.ask("GET", path, venue.operator).json()["items"]
        assert len(deals) > 6
        assert {each["buyer_id"] for each in deals}.isdisjoint(
            {each["seller_id"] for each in deals}
        )
    else:
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
