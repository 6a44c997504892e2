"""The operator amends a calendar over HTTP; everybody sees it, and deadlines follow."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.calendars import HOLIDAY, amend
from tests.api.venue import TestVenue


def test_a_calendar_tells_its_exceptions_and_how_far_they_are_known(venue: TestVenue) -> None:
    items = {each["calendar_id"]: each for each in shown(venue, "")["items"]}
    assert items.keys() >= {"CN_WORKING", "CN_BANK", "EVERY_DAY"}
    assert items["CN_WORKING"]["working_weekdays"] == [1, 2, 3, 4, 5]
    assert items["CN_WORKING"]["covered_until"] == "2026-12-31"
    assert items["EVERY_DAY"]["covered_until"] is None
    assert "days" not in items["CN_WORKING"]
    days = {each["day"]: each for each in shown(venue, "/CN_WORKING")["days"]}
    assert days["2026-10-01"] == {"day": "2026-10-01", "worked": False, "traded": False}
    # The Saturday is worked for the holiday, and has no trade.
    assert days["2026-10-10"] == {"day": "2026-10-10", "worked": True, "traded": False}


def test_the_list_of_the_next_year_is_taken_and_kept(venue: TestVenue) -> None:
    said: dict[str, Any] = {
        "days": [{"day": "2027-01-01", "worked": False}, {"day": "2027-01-02", "worked": True}],
        "covered_until": "2027-12-31",
    }
    response = amend(venue, **said)
    assert response.status_code == 200
    body = response.json()
    assert (body["covered_until"], body["ends_soon"]) == ("2027-12-31", False)
    assert body["days"][-2:] == [
        {"day": "2027-01-01", "worked": False, "traded": False},
        {"day": "2027-01-02", "worked": True, "traded": False},
    ]
    assert shown(venue, "/CN_WORKING") == body
    assert shown(venue, "/CN_BANK")["covered_until"] == "2026-12-31"  # each is its own


@pytest.mark.parametrize(
    "days", [[{"day": "2026-13-01", "worked": False}], [{"day": "2026-12-24"}], "2026-12-24"]
)
def test_what_is_no_list_of_days_is_pointed_at(venue: TestVenue, days: object) -> None:
    response = amend(venue, days=days)
    assert response.status_code == 422


def test_the_same_key_amends_once(venue: TestVenue) -> None:
    path = "/v1/calendars/CN_WORKING"
    first = venue.ask("POST", path, venue.operator, key="same", json=HOLIDAY)
    again = venue.ask("POST", path, venue.operator, key="same", json=HOLIDAY)
    assert again.headers["idempotency-replayed"] == "true"
    assert first.json() == again.json()


def shown(venue: TestVenue, path: str) -> Any:
    answer = venue.ask("GET", f"/v1/calendars{path}", venue.trust_company)
    assert answer.status_code == 200, answer.text
    return answer.json()
