"""Two officers are on leave: who stands in for them decides within his dates, never on what he has
made himself, and nothing is decided by nobody.

Over HTTP, with a working day of ten seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.review import ReviewDesk
from tests.api.venue import SHORT_TERMS, Officer, TestVenue, code_of

DAY_S = 10
TERMS = SHORT_TERMS | {"review": True, "decide_days": 5}
LEAVE = {"begins_at": "2026-11-22T04:00:10Z", "ends_at": "2026-11-22T04:00:30Z"}
"""The day after the match and the one after that."""


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[TestVenue]:
    with TestVenue(tmp_path / "venue") as venue:
        yield venue


def a_day_passes(venue: TestVenue) -> None:
    venue.clock.advance(DAY_S)
    venue.new_party()  # time comes with a command at the latest


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, code_of(answer)


def deputy(venue: TestVenue, head: Officer, person: str, officer: Officer) -> Officer:
    """Who stands in for an officer while he is on leave."""
    office = {"person": person, "roles": [], "deputy_for": officer.officer_id}
    return venue.new_officer(head, **office, **LEAVE)


def test_deputies_decide_within_their_dates_and_never_alone(venue: TestVenue) -> None:
    desk = ReviewDesk.make(venue, transfer_terms=TERMS)
    head = venue.new_officer(venue.operator, party_id=desk.office.party_id, roles=["HEAD"])
    lin_for_ruan = deputy(venue, head, "Lin 林", desk.ruan)
    lin_for_shen = deputy(venue, head, "Lin 林", desk.shen)
    mo_for_shen = deputy(venue, head, "Mo 莫", desk.shen)

    # Today Ruan and Shen are here, and nobody stands in for them.
    assert refused(desk.ask("claim", lin_for_ruan)) == (403, "out_of_office")

    # On the first day of their leave Lin does what Ruan would do, and no more.
    a_day_passes(venue)
    desk.is_proposed(lin_for_ruan)
    assert refused(desk.confirm(lin_for_ruan)) == (403, "officer_not_checker")
    # He stands in for Shen, too; but it is he who has made it.
    assert refused(desk.confirm(lin_for_shen)) == (403, "same_person")

    # Mo checks it, and the record says for whom each stood in.
    assert desk.confirm(mo_for_shen).json()["state"] == "SETTLED"
    record = desk.transfer()["desk"]
    assert record["made_by"] == lin_for_ruan.officer_id
    assert record["checked_by"] == mo_for_shen.officer_id
    appointed = venue.ask("GET", "/v1/officers", head).json()["items"]
    for_whom = {each["officer_id"]: each["deputy_for"] for each in appointed}
    assert for_whom[record["made_by"]] == desk.ruan.officer_id
    assert for_whom[record["checked_by"]] == desk.shen.officer_id


def test_what_nobody_checks_lapses_and_is_never_approved_by_silence(venue: TestVenue) -> None:
    desk = ReviewDesk.make(venue, transfer_terms=TERMS)
    head = venue.new_officer(venue.operator, party_id=desk.office.party_id, roles=["HEAD"])
    lin = deputy(venue, head, "Lin 林", desk.ruan)

    # Lin proposes to confirm it, and nobody stands in for Shen.
    a_day_passes(venue)
    desk.is_proposed(lin)
    a_day_passes(venue)
    assert desk.transfer()["notices"] == 1

    # His time is over before anybody has checked it; what he did in office stands.
    a_day_passes(venue)
    assert refused(desk.ask("claim", lin)) == (403, "out_of_office")
    waiting = desk.transfer()
    assert (waiting["state"], waiting["desk"]["made_by"]) == ("UNDER_REVIEW", lin.officer_id)

    # The reminders come; nobody answers. At the end of the fifth day everything goes back.
    for _ in range(3):
        a_day_passes(venue)
    lapsed = desk.transfer()
    assert (lapsed["state"], lapsed["fault"], lapsed["fault_fee"]) == ("LAPSED", [], "0.00")
    assert refused(desk.confirm(desk.shen, criteria=waiting["desk"]["criteria"])) == (
        409,
        "transfer_not_pending",
    )
    cash = venue.ask("GET", "/v1/cash", desk.market.buyer).json()
    assert (cash["available"], cash["escrow"]) == ("1000000.00", "0.00")
    (holding,) = venue.ask("GET", "/v1/holdings", desk.market.seller).json()["items"]
    assert (holding["available"], holding["locked"]) == ("10000", "0")
