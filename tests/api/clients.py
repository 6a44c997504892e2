"""Clients over HTTP: who asks, who decides, and how each refusal is reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import httpx

from exchange.refusals import Refusal
from tests.api.case import Case
from tests.api.evidence.files import attached
from tests.api.venue import Market, Member, Officer, TestVenue

Ask = Callable[[Market], httpx.Response]

ANSWERS: Final = [4, 4, 4, 1, 4, 4, 4, 4, 4, 4]
"""Of all questions those that bring most."""
CERTIFICATION: Final = {"basis": "LEGAL_PERSON", "valid_until": "2027-11-21"}
DUE_DILIGENCE: Final = {"risk": "LOW", "review_by": "2029-11-21"}
APPROVAL: Final = {"certification": CERTIFICATION, "due_diligence": DUE_DILIGENCE}

OF_CLIENTS: Final = {
    "submit_application": Case(
        "POST",
        "/v1/applications",
        "trader",
        {"basis": "NET_ASSETS", "evidence": ["{paper_id}"]},
        201,
    ),
    "list_applications": Case("GET", "/v1/applications", "anybody"),
    "get_application": Case("GET", "/v1/applications/{own_application_id}", "anybody"),
    "get_own_profile": Case("GET", "/v1/profile", "trader"),
    "get_questionnaire": Case("GET", "/v1/questionnaires/current", "anybody"),
    "answer_questionnaire": Case(
        "POST", "/v1/risk-assessments", "trader", {"questionnaire": 1, "answers": ANSWERS}, 201
    ),
    "approve_application": Case(
        "POST", "/v1/compliance/applications/{application_id}/approve", "compliance", APPROVAL
    ),
    "reject_application": Case(
        "POST",
        "/v1/compliance/applications/{application_id}/reject",
        "compliance",
        {"reason": "NOT_QUALIFIED"},
    ),
    "record_facts": Case(
        "POST",
        "/v1/compliance/parties/{party_id}/facts",
        "compliance",
        {"due_diligence": DUE_DILIGENCE},
    ),
    "set_listing": Case(
        "PUT", "/v1/compliance/parties/{party_id}/listing", "compliance", {"reason": "SUSPICION"}
    ),
    "list_listings": Case("GET", "/v1/compliance/listings", "operator"),
    "get_profile": Case("GET", "/v1/parties/{party_id}/profile", "operator"),
}


def compliance(venue: TestVenue) -> Officer:
    """A new officer of compliance: another person each time."""
    return venue.new_officer(venue.operator, roles=["COMPLIANCE"])


def applies(venue: TestVenue, member: Member, basis: str = "LEGAL_PERSON", **more: Any) -> Any:
    """The member's application with a paper of its own: the answer."""
    paper = attached(venue, member, "PARTY", member.party_id)["link_id"]
    body = {"basis": basis, "evidence": [paper]} | more
    return venue.do("POST", "/v1/applications", member, json=body)


def tells(
    market: Market, path: str, body: dict[str, Any], *, method: str = "POST"
) -> httpx.Response:
    """What a new officer of compliance is answered."""
    venue = market.venue
    return venue.ask(method, path, compliance(venue), key=venue.unique(), json=body)


def answers(market: Market, **changes: Any) -> httpx.Response:
    """What the buyer is answered who answers the questionnaire."""
    venue = market.venue
    body = {"questionnaire": 1, "answers": ANSWERS} | changes
    return venue.ask("POST", "/v1/risk-assessments", market.buyer, key=venue.unique(), json=body)


def _three_times(market: Market) -> httpx.Response:
    assert [answers(market).status_code for _ in range(2)] == [201, 201]
    return answers(market)


def _asks_twice(market: Market) -> httpx.Response:
    venue = market.venue
    evidence = applies(venue, market.buyer)["evidence"]
    body = {"basis": "DEEMED", "evidence": evidence}
    return venue.ask("POST", "/v1/applications", market.buyer, key=venue.unique(), json=body)


def _facts(**facts: Any) -> Ask:
    def ask(market: Market) -> httpx.Response:
        return tells(market, f"/v1/compliance/parties/{market.buyer.party_id}/facts", facts)

    return ask


def _owned_by_itself(market: Market) -> httpx.Response:
    return _facts(ownership={"owner_party_id": market.buyer.party_id})(market)


def _by_a_maker(market: Market) -> httpx.Response:
    venue = market.venue
    maker = venue.new_officer(venue.operator, roles=["MAKER"])
    path = f"/v1/compliance/parties/{market.buyer.party_id}/facts"
    body = {"due_diligence": DUE_DILIGENCE}
    return venue.ask("POST", path, maker, key=venue.unique(), json=body)


REACHED: Final[dict[Refusal, Ask]] = {
    Refusal.UNKNOWN_APPLICATION: lambda m: tells(
        m, "/v1/compliance/applications/1/reject", {"reason": "OTHER"}
    ),
    Refusal.UNKNOWN_QUESTIONNAIRE: lambda m: answers(m, questionnaire=2),
    Refusal.OFFICER_NOT_COMPLIANCE: _by_a_maker,
    Refusal.PROFILE_OUT_OF_RANGE: _facts(),
    Refusal.ANSWERS_OUT_OF_RANGE: lambda m: answers(m, answers=[1]),
    Refusal.APPLICATION_OPEN: _asks_twice,
    Refusal.ASSESSMENTS_MAX: _three_times,
    Refusal.OWNER_CONFLICT: _owned_by_itself,
}
NOT_OVER_HTTP: Final = {
    Refusal.REVIEW_INCOMPLETE: "the schema asks for certification and due diligence",
}
