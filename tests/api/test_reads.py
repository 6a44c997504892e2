"""What a regulator reads is written down before it is told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from api import read_log
from api.store import reads as store
from tests.api.halts import halt
from tests.api.venue import Market, Member, TestVenue, code_of


def log(venue: TestVenue, **query: Any) -> list[dict[str, Any]]:
    """As the operator sees it, newest first."""
    answer = venue.ask("GET", "/v1/reads", venue.operator, params=query)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert isinstance(items, list)
    return items


def paths_of(venue: TestVenue, member: Member) -> list[tuple[str, int]]:
    items = log(venue, limit="500")
    return [(each["path"], each["status"]) for each in items if each["party_id"] == member.party_id]


def test_each_read_of_a_regulator_is_logged_and_nobody_elses(market: Market) -> None:
    venue = market.venue
    examiner = venue.new_party("REGULATOR")
    venue.ask("GET", "/v1/parties", examiner, params={"limit": "3"})
    venue.ask("GET", "/v1/transfers/999999999", examiner)
    venue.ask("GET", "/v1/webhooks", examiner)
    halt(venue, market.symbol, examiner)
    for member in (venue.operator, market.seller, venue.trust_company):
        venue.ask("GET", "/v1/transfers", member)

    first, *_ = log(venue)

    assert paths_of(venue, examiner) == [
        ("/v1/transfers/999999999", 404),
        ("/v1/parties?limit=3", 200),
    ]
    assert first["key_id"]
    assert first["at"].endswith("Z")
    assert {each["party_id"] for each in log(venue, limit="500")}.isdisjoint(
        {venue.operator.party_id, market.seller.party_id, venue.trust_company.party_id}
    )


def test_who_looks_at_the_log_is_in_it_the_next_time(venue: TestVenue) -> None:
    examiner = venue.new_party("REGULATOR")
    venue.ask("GET", "/v1/reads", examiner)
    seen = venue.ask("GET", "/v1/reads", examiner).json()["items"]
    assert (seen[0]["path"], seen[0]["party_id"]) == ("/v1/reads", examiner.party_id)
    assert len(paths_of(venue, examiner)) == 2


def test_the_log_is_read_page_by_page(venue: TestVenue) -> None:
    examiner = venue.new_party("REGULATOR")
    for number in range(5):
        venue.ask("GET", "/v1/parties", examiner, params={"limit": str(number + 1)})
    first = venue.ask("GET", "/v1/reads", venue.operator, params={"limit": "2"}).json()
    query = {"limit": "3", "cursor": first["next_cursor"]}
    second = venue.ask("GET", "/v1/reads", venue.operator, params=query).json()
    asked = [each["path"] for each in first["items"] + second["items"]]
    assert asked == [f"/v1/parties?limit={limit}" for limit in (5, 4, 3, 2, 1)]


def test_the_log_keeps_the_newest(venue: TestVenue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "READS_KEPT_MAX", 3)
    examiner = venue.new_party("REGULATOR")
    for number in range(5):
        venue.ask("GET", "/v1/parties", examiner, params={"limit": str(number + 1)})
    kept = [each["path"] for each in log(venue, limit="500")]
    assert kept == [f"/v1/parties?limit={limit}" for limit in (5, 4, 3)]


def test_of_a_long_path_the_beginning_is_kept(venue: TestVenue) -> None:
    examiner = venue.new_party("REGULATOR")
    refused = venue.ask("GET", "/v1/parties", examiner, params={"limit": "1" * 2_000})
    assert refused.status_code == 422
    ((path, status),) = paths_of(venue, examiner)
    assert (len(path), status) == (store.PATH_LENGTH_MAX, 422)


def test_what_cannot_be_written_down_is_not_answered(
    venue: TestVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    examiner = venue.new_party("REGULATOR")

    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("INSERT", {}, OSError("disk full"))

    monkeypatch.setattr(read_log, "record_read", fail)
    answer = venue.ask("GET", "/v1/parties", examiner)
    assert (answer.status_code, code_of(answer)) == (500, "internal_error")
    assert "items" not in answer.text
    assert venue.ask("GET", "/v1/parties", venue.operator).status_code == 200
