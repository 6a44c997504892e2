"""How each refusal of deals between named parties is brought about over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import httpx

from exchange.limits import NEGOTIATIONS_OPEN_PER_PARTY_MAX, OFFERS_PER_NEGOTIATION_MAX
from exchange.refusals import Refusal
from tests.api.dealing import accept, answer, listing, made, offer, request, set_mode
from tests.api.venue import Market

Ask = Callable[[Market], httpx.Response]


def _not_for_him(market: Market) -> httpx.Response:
    set_mode(market, "NEGOTIATED")
    number = made(offer(market, by=market.seller, to=market.buyer))["negotiation_id"]
    return accept(market, number, number, by=market.venue.new_party())


def _names_himself(market: Market) -> httpx.Response:
    set_mode(market, "RFQ")
    return request(market, named=[market.buyer.party_id])


def _at_another_price(market: Market) -> httpx.Response:
    set_mode(market, "LISTED_PRICE")
    number = made(listing(market))["negotiation_id"]
    return answer(market, number, by=market.buyer, price="0.9000")


def _countered(market: Market) -> httpx.Response:
    set_mode(market, "NEGOTIATED")
    number = made(offer(market, by=market.seller, to=market.buyer))["negotiation_id"]
    made(answer(market, number, by=market.buyer))
    return accept(market, number, number, by=market.seller)


def _own(market: Market) -> httpx.Response:
    set_mode(market, "NEGOTIATED")
    number = made(offer(market, by=market.seller, to=market.buyer))["negotiation_id"]
    return accept(market, number, number, by=market.seller)


def _too_many(market: Market) -> httpx.Response:
    set_mode(market, "RFQ")
    for _ in range(NEGOTIATIONS_OPEN_PER_PARTY_MAX):
        made(request(market))
    return request(market)


def _for_ever(market: Market) -> httpx.Response:
    set_mode(market, "NEGOTIATED")
    number = made(offer(market, by=market.seller, to=market.buyer))["negotiation_id"]
    standing, parties = number, (market.buyer, market.seller)
    for turn in range(OFFERS_PER_NEGOTIATION_MAX - 1):
        by = parties[turn % 2]
        standing = made(answer(market, number, by=by, answers=standing))["offer_id"]
    return answer(market, number, by=parties[1], answers=standing)


REACHED: Final[dict[Refusal, Ask]] = {
    Refusal.UNKNOWN_NEGOTIATION: _not_for_him,
    Refusal.NAMED_OUT_OF_RANGE: _names_himself,
    Refusal.OFFER_OUT_OF_RANGE: _at_another_price,
    Refusal.OFFER_NOT_STANDING: _countered,
    Refusal.NOT_YOUR_TURN: _own,
    Refusal.NEGOTIATIONS_OPEN_MAX: _too_many,
    Refusal.OFFERS_MAX: _for_ever,
}
