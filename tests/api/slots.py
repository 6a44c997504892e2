"""Products whose holders are capped, over HTTP: how the route is asked, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import httpx

from exchange.refusals import Refusal
from exchange.slots import Caps
from tests.api.case import Case
from tests.api.dealing import accept, made, offer, set_mode
from tests.api.rules import load_pack, set_rules
from tests.api.venue import Market
from tests.exchange.caps import pack_of

OF_SLOTS: Final = {
    "get_holder_slots": Case("GET", "/v1/products/{symbol}/slots", "anybody"),
}
"""For tests/api/test_access.py."""


def cap(market: Market, caps: Caps, stages: str = '["L", "B", "M"]') -> None:
    """The market's product has these caps."""
    pack_id = market.venue.unique("CAPS").upper()
    content = pack_of(caps, version=1, pack_id=pack_id)
    load_pack(market.venue, content.replace('["L", "B", "M"]', stages))
    set_rules(market.venue, market.symbol, pack_id)


def one_too_many(market: Market) -> httpx.Response:
    """The answer to who would be a second holder where there may be one."""
    cap(market, Caps(holders_max=1))
    set_mode(market, "NEGOTIATED")
    number = made(offer(market, by=market.seller, to=market.buyer))["negotiation_id"]
    return accept(market, number, number, by=market.buyer)


def _back_at_once(market: Market) -> httpx.Response:
    cap(market, Caps(turnaround_days=5), stages='["M"]')
    set_mode(market, "NEGOTIATED")
    number = made(offer(market, by=market.seller, to=market.buyer))["negotiation_id"]
    made(accept(market, number, number, by=market.buyer))
    market.venue.do(
        "POST",
        f"/v1/parties/{market.seller.party_id}/deposits",
        market.venue.operator,
        json={"amount": "1000.00"},
    )
    market.venue.give_units(market.symbol, market.buyer, "100")
    wanted = offer(market, by=market.seller, to=market.buyer, side="BUY")
    back = made(wanted)["negotiation_id"]
    return accept(market, back, back, by=market.buyer)


REACHED: Final[dict[Refusal, Callable[[Market], httpx.Response]]] = {
    Refusal.HOLDER_SLOTS: one_too_many,
    Refusal.TURNAROUND: _back_at_once,
}
"""For tests/api/test_errors.py."""
