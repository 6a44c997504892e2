"""A scan that arrives when its transfer has ended: it is put on record and seen like the others."""

from __future__ import annotations

from typing import Any

import httpx

from tests.api.evidence.files import PDF, upload
from tests.api.venue import Market, Member, TestVenue, code_of


def settled(market: Market) -> str:
    """A transfer that has left memory: its id."""
    number: str = market.match()["transfer_id"]
    path = f"/v1/transfers/{number}/confirm"
    market.venue.do("POST", path, market.venue.trust_company, headers={"If-Match": '"2"'})
    return number


def attach_late(
    market: Market, member: Member, number: str, *, key: str | None = None, **more: Any
) -> httpx.Response:
    """A late document, whatever becomes of it."""
    venue = market.venue
    evidence_id = more.pop("evidence_id", None) or upload(venue, member)["evidence_id"]
    body = {"evidence_id": evidence_id, "kind": "SCAN"} | more
    path = f"/v1/transfers/{number}/late-evidence"
    return venue.ask("POST", path, member, key=key or venue.unique("late"), json=body)


def put_on_record(market: Market, member: Member, number: str, **more: Any) -> Any:
    """A late document that is taken: its answer."""
    response = attach_late(market, member, number, **more)
    assert response.status_code == 201, response.text
    return response.json()


def listed(market: Market, member: Member, number: str) -> Any:
    """The documents of a transfer that the member sees."""
    path = f"/v1/evidence-links?subject=TRANSFER&subject_id={number}"
    return market.venue.ask("GET", path, member).json()["items"]


def test_a_scan_that_arrives_after_settlement_is_on_record(market: Market) -> None:
    venue, number = market.venue, settled(market)
    before = venue.ask("GET", f"/v1/transfers/{number}", market.buyer).json()
    link = put_on_record(market, venue.trust_company, number)
    assert (link["status"], link["ended_at"], link["version"]) == ("LATE", None, 1)
    assert listed(market, venue.operator, number) == [link]
    assert venue.ask("GET", f"/v1/transfers/{number}", market.buyer).json() == before
    venue.restart()
    assert listed(market, venue.operator, number) == [link]


def test_who_sees_the_others_sees_late_ones(market: Market) -> None:
    venue, number = market.venue, settled(market)
    of_both = put_on_record(market, venue.trust_company, number)
    of_buyer = put_on_record(market, venue.operator, number, of="BUYER")
    all_of_them, stranger = [of_both, of_buyer], venue.new_party()
    for member, seen in (
        (venue.trust_company, all_of_them),
        (venue.operator, all_of_them),
        (market.buyer, all_of_them),
        (market.seller, [of_both]),
    ):
        assert listed(market, member, number) == seen
        for link in all_of_them:
            response = venue.ask("GET", f"/v1/evidence/{link['evidence_id']}", member)
            assert (response.content == PDF) == (link in seen)
    for link in all_of_them:
        response = venue.ask("GET", f"/v1/evidence/{link['evidence_id']}", stranger)
        assert code_of(response) == "unknown_evidence"


def test_what_was_missing_when_it_ended_stays_missing(venue: TestVenue) -> None:
    before = Market.make(venue)
    terms = {"agreement": True, "signing_days": 9, "checklist": [{"kind": "SCAN", "of": None}]}
    symbol = venue.new_product(transfer_terms=terms)
    venue.give_units(symbol, before.seller, "1000")
    market = Market(venue, symbol, before.seller, before.buyer)
    path = f"/v1/transfers/{market.match()['transfer_id']}"
    for member in (market.buyer, market.seller):
        version = venue.ask("GET", path, member).json()["version"]
        venue.do("POST", f"{path}/cancel", member, headers={"If-Match": f'"{version}"'})
    assert venue.ask("GET", path, market.buyer).json()["state"] == "CANCELLED"
    put_on_record(market, venue.trust_company, path.rpartition("/")[2])
    shown = venue.ask("GET", f"{path}/checklist", venue.operator).json()
    assert shown["items"] == [{"kind": "SCAN", "of": None, "state": "MISSING"}]
    assert not shown["is_complete"]


def test_the_same_key_is_one_document(market: Market) -> None:
    venue, number = market.venue, settled(market)
    file = upload(venue, venue.trust_company)["evidence_id"]
    first, again = (
        attach_late(market, venue.trust_company, number, key="late-once", evidence_id=file)
        for _ in range(2)
    )
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert len(listed(market, venue.operator, number)) == 1


def test_another_ones_file_or_transfer_or_one_under_way_is_refused(market: Market) -> None:
    venue, number = market.venue, settled(market)
    file = upload(venue, venue.operator)["evidence_id"]
    response = attach_late(market, venue.trust_company, number, evidence_id=file)
    assert (response.status_code, code_of(response)) == (404, "unknown_evidence")
    response = attach_late(market, venue.new_party("TRUST_COMPANY"), number)
    assert (response.status_code, code_of(response)) == (404, "unknown_transfer")
    under_way = market.match()["transfer_id"]
    response = attach_late(market, venue.trust_company, under_way)
    assert (response.status_code, code_of(response)) == (409, "transfer_not_in_state")
    response = attach_late(market, market.seller, number)
    assert (response.status_code, code_of(response)) == (403, "not_permitted")
