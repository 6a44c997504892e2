"""A seller thinks better of the price and hands in papers of his own, again and again, so that
nobody can decide: he is heard a few times, and then the transfer is decided all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from exchange.limits import OWN_EVIDENCE_PER_REVIEW_MAX
from tests.api.evidence.files import attach, upload
from tests.api.review import ReviewDesk
from tests.api.venue import TestVenue, code_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ReviewDesk]:
    with TestVenue(tmp_path / "venue") as venue:
        yield ReviewDesk.make(venue)


def hands_in_another(desk: ReviewDesk) -> httpx.Response:
    seller = desk.market.seller
    paper = upload(desk.venue, seller)["evidence_id"]
    return attach(desk.venue, seller, paper, "PARTY", seller.party_id)


def test_a_seller_cannot_keep_his_own_transfer_from_being_decided(desk: ReviewDesk) -> None:
    venue = desk.venue

    # Each time that something is proposed he has another paper, and what was approved lapses.
    for _ in range(OWN_EVIDENCE_PER_REVIEW_MAX):
        desk.is_proposed()
        assert hands_in_another(desk).status_code == 201
        venue.new_party()  # time comes with a command at the latest
        refused = desk.confirm(desk.shen)
        assert (refused.status_code, code_of(refused)) == (409, "transfer_not_in_state")
        assert desk.transfer()["desk"]["approvals_lapsed"] == "RESET"

    # Then no more of them are taken, and he is told why.
    desk.is_proposed()
    refused = hands_in_another(desk)
    assert (refused.status_code, code_of(refused)) == (409, "own_evidence_max")

    # The officers decide on what both have read, and the buyer has his units.
    assert desk.confirm(desk.shen).status_code == 200
    (holding,) = venue.ask("GET", "/v1/holdings", desk.market.buyer).json()["items"]
    assert holding["available"] == "1000"

    # Afterwards he may hand in what he likes.
    assert hands_in_another(desk).status_code == 201
