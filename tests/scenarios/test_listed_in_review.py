"""A buyer is put on the list while the trust company looks at his transfer: it does not settle, and
he learns no more than that the venue cannot serve it at present.

Over HTTP, with a working day of ten seconds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.clients import DUE_DILIGENCE, compliance
from tests.api.rules import ruled
from tests.api.venue import Member, TestVenue
from tests.scenarios.test_trapped_buyer import Case


def in_review(venue: TestVenue) -> Case:
    """A pending transfer of two parties whom the venue knows, of a product that asks for that."""
    case = Case(venue)
    for member in (case.market.seller, case.buyer):
        path = f"/v1/compliance/parties/{member.party_id}/facts"
        body = {"due_diligence": DUE_DILIGENCE}
        venue.do("POST", path, compliance(venue), json=body)
    ruled(case.market, "JP-TBI")
    return case


def put_on_list(venue: TestVenue, member: Member, reason: str | None) -> None:
    """Compliance has him on the list for this reason, or not on it."""
    path = f"/v1/compliance/parties/{member.party_id}/listing"
    body = {"reason": reason}
    answer = venue.ask("PUT", path, compliance(venue), key=venue.unique(), json=body)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("reason", ["SUSPICION", "IDENTITY_CHECK"])
def test_who_is_listed_gets_his_money_back_in_the_end(tmp_path: Path, reason: str) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case = in_review(venue)
        company = venue.trust_company
        put_on_list(venue, case.buyer, reason)
        assert case.read(case.buyer)["overlays"] == [], "as long as it is in review"

        assert case.does(company, "confirm")["state"] == "CONFIRMED"

        seen = case.read(case.buyer)
        assert seen["overlays"] == ["HELD"]
        (against,) = [each for each in seen["findings"] if each["verdict"] == "BLOCK"]
        assert (against["reason_code"], against["inputs"]) == ("PARTY_NOT_CLEARED", [])
        assert [cure["kind"] for cure in against["cures"]] == ["ASK_THE_VENUE"]
        assert case.read(case.market.seller)["findings"] is None
        assert case.lifts(company, "HELD")["overlays"] == ["HELD"]
        venue.restart()
        assert case.refused(case.buyer, "rescind") == "not_rescindable"
        case.days_pass(6)
        assert case.does(case.buyer, "rescind")["state"] == "CANCELLED"
        assert venue.ask("GET", "/v1/cash", case.buyer).json()["escrow"] == "0.00"


def test_who_is_cleared_in_time_gets_his_units(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case = in_review(venue)
        put_on_list(venue, case.buyer, "SUSPICION")
        case.does(venue.trust_company, "confirm")
        put_on_list(venue, case.buyer, None)
        assert case.read(case.buyer)["overlays"] == ["HELD"]
        assert case.lifts(venue.trust_company, "HELD")["state"] == "SETTLED"
        assert case.read(case.buyer)["state"] == "SETTLED"
