"""Requests of officers that are refused, each for one reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import httpx

from exchange.refusals import Refusal
from tests.api.venue import Market

Ask = Callable[[Market], httpx.Response]


def _office(**changes: object) -> Ask:
    """An office that the operator gives somebody."""

    def ask(market: Market) -> httpx.Response:
        venue = market.venue
        body = {"person": "Ruan", "roles": ["MAKER"]} | changes
        return venue.ask("POST", "/v1/officers", venue.operator, key=venue.unique(), json=body)

    return ask


def _before_his_time(market: Market) -> httpx.Response:
    venue = market.venue
    officer = venue.new_officer(venue.operator, begins_at="2027-01-01T00:00:00Z")
    path = f"/v1/parties/{market.buyer.party_id}/deposits"
    return venue.ask("POST", path, officer, key=venue.unique(), json={"amount": "1.00"})


def _approve(
    market: Market, *, by_maker: bool = False, digest: str | None = None
) -> httpx.Response:
    venue = market.venue
    maker, checker = venue.pair()
    proposal = venue.propose_deposit(market.buyer.party_id)
    path = f"/v1/proposals/{proposal['proposal_id']}/approve"
    body = {"digest": digest or proposal["digest"]}
    officer = maker if by_maker else checker
    return venue.ask("POST", path, officer, key=venue.unique(), json=body)


REACHED: Final[dict[Refusal, Ask]] = {
    Refusal.UNKNOWN_OFFICER: _office(deputy_for="999", roles=[]),
    Refusal.UNKNOWN_PROPOSAL: lambda m: m.venue.ask("GET", "/v1/proposals/1", m.venue.operator),
    Refusal.OUT_OF_OFFICE: _before_his_time,
    Refusal.DATES_OUT_OF_RANGE: _office(ends_at="2020-01-01T00:00:00Z"),
    Refusal.ROLES_CONFLICT: _office(roles=[]),
    Refusal.CRITERIA_STALE: lambda m: _approve(m, digest="0" * 32),
    Refusal.SAME_PERSON: lambda m: _approve(m, by_maker=True),
}
