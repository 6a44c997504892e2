"""A new client: from his application to the midnight on which his certification lapses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from api.schemas.decimals import format_moment
from tests.api.clients import ANSWERS, applies, compliance
from tests.api.evidence.files import attach, attached, upload
from tests.api.venue import Member, TestVenue, code_of
from tests.scenarios.scene import wait_until

LAST_DAY: Final = date(2026, 12, 31)
"""Of the certification. It is 22 November."""


class Newcomer:
    """A natural person at the counter of a venue."""

    def __init__(self, venue: TestVenue) -> None:
        self.venue = venue
        self.himself = venue.new_party("NATURAL_PERSON")
        self.webhook_id: str = venue.register_webhook(self.himself)["webhook_id"]

    @property
    def profile(self) -> Any:
        return self.venue.ask("GET", "/v1/profile", self.himself).json()

    def answers(self, answers: list[int], **more: Any) -> Any:
        body = {"questionnaire": 1, "answers": answers} | more
        path, key = "/v1/risk-assessments", self.venue.unique()
        return self.venue.ask("POST", path, self.himself, key=key, json=body)

    def waits_until(self, day: date, *, seconds: int = 0) -> None:
        """Until so many seconds after the day has begun in Shanghai."""
        wait_until(self.venue, day, seconds=seconds)

    def hears(self) -> tuple[str, str, int]:
        """What he is told by webhook at this moment."""
        path = f"/v1/webhooks/{self.webhook_id}/deliveries"
        now = format_moment(self.venue.clock.now_ns())
        (sent,) = self.venue.messages(self.himself, self.webhook_id, since=now, of="profile.")
        said = self.venue.ask("GET", f"{path}/{sent['message_id']}", self.himself).json()
        data = json.loads(said["body"])["data"]
        assert data["party_id"] == self.himself.party_id
        assert data["last_day"] == LAST_DAY.isoformat()
        return said["type"], data["fact"], data["days_left"]


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[TestVenue]:
    with TestVenue(tmp_path / "venue") as made:
        yield made


@pytest.fixture
def newcomer(venue: TestVenue) -> Newcomer:
    return Newcomer(venue)


CERTIFICATION: Final = {"basis": "INCOME", "valid_until": LAST_DAY.isoformat()}
APPROVAL: Final = {
    "certification": CERTIFICATION,
    "due_diligence": {"risk": "LOW", "review_by": "2029-11-21"},
}


def decides(
    venue: TestVenue, officer: Member, application: Any, verdict: str, body: dict[str, Any]
) -> Any:
    path = f"/v1/compliance/applications/{application['application_id']}/{verdict}"
    return venue.ask("POST", path, officer, key=venue.unique(), json=body)


def test_an_applicant_is_taken_by_compliance_alone(newcomer: Newcomer) -> None:
    venue, himself, officer = newcomer.venue, newcomer.himself, compliance(newcomer.venue)
    assert newcomer.profile["certification"] is None

    # He brings proof of his income; without it there is no application.
    body = {"basis": "INCOME", "evidence": []}
    answer = venue.ask("POST", "/v1/applications", himself, key=venue.unique(), json=body)
    assert (answer.status_code, code_of(answer)) == (422, "validation_failed")
    application = applies(venue, himself, "INCOME")
    assert (application["state"], newcomer.profile["status"]) == ("SUBMITTED", "UNDER_REVIEW")

    # Nobody but compliance establishes who he is; what was decided is not decided again.
    for other in (himself, venue.trust_company, venue.operator):
        answer = decides(venue, other, application, "approve", APPROVAL)
        assert (answer.status_code, code_of(answer)) == (403, "not_permitted")
    maker = venue.new_officer(venue.operator)
    answer = decides(venue, maker, application, "approve", APPROVAL)
    assert (answer.status_code, code_of(answer)) == (403, "officer_not_compliance")
    (waiting,) = venue.ask("GET", "/v1/applications?state=SUBMITTED", officer).json()["items"]
    assert waiting == application
    answer = decides(venue, officer, application, "approve", APPROVAL)
    assert (answer.status_code, answer.json()["state"]) == (200, "APPROVED")
    answer = decides(venue, officer, application, "reject", {"reason": "OTHER"})
    assert (answer.status_code, code_of(answer)) == (409, "already_done")

    profile = newcomer.profile
    assert (profile["status"], profile["to_renew"]) == ("ACTIVE", [])
    assert profile["certification"] == CERTIFICATION | {"state": "VALID"}
    assert profile["documents_due_by"] == "2029-11-21"


def test_nobody_asks_himself_three_times_a_day_what_he_can_bear(newcomer: Newcomer) -> None:
    timid = [1] * len(ANSWERS)
    first, second = newcomer.answers(ANSWERS), newcomer.answers(timid)
    assert (first.status_code, second.status_code) == (201, 201)
    levels = [each.json()["level"] for each in (first, second)]
    assert levels[0] > levels[1]
    third = newcomer.answers(ANSWERS)
    assert (third.status_code, code_of(third)) == (409, "assessments_max")
    assert "2026-11-23" in third.json()["detail"]
    profile = newcomer.profile
    assert profile["risk_assessment"]["level"] == levels[1]
    assert profile["next_assessment_on"] == "2026-11-23"

    # The day is that of Shanghai; the next morning he may, and is told until when it counts.
    newcomer.waits_until(date(2026, 11, 23), seconds=-1)
    assert code_of(newcomer.answers(ANSWERS)) == "assessments_max"
    newcomer.waits_until(date(2026, 11, 23))
    assert newcomer.answers(ANSWERS).status_code == 201
    assert newcomer.profile["risk_assessment"] == {
        "level": levels[0],
        "assessed_on": "2026-11-23",
        "valid_until": "2027-11-22",
        "state": "VALID",
    }


def test_a_certification_ends_at_midnight_and_its_client_has_heard_of_it(
    newcomer: Newcomer,
) -> None:
    venue = newcomer.venue
    application = applies(venue, newcomer.himself, "INCOME")
    answer = decides(venue, compliance(venue), application, "approve", APPROVAL)
    assert answer.status_code == 200

    # Thirty days before the end, the last day included, he is reminded, at midnight in Shanghai.
    newcomer.waits_until(date(2026, 12, 2), seconds=-1)
    assert newcomer.profile["to_renew"] == []
    newcomer.waits_until(date(2026, 12, 2))
    renewal = {"fact": "CERTIFICATION", "last_day": "2026-12-31", "days_left": 30}
    assert newcomer.profile["to_renew"] == [renewal]
    assert newcomer.hears() == ("profile.ending", "CERTIFICATION", 30)
    venue.restart()
    newcomer.waits_until(date(2026, 12, 25))
    assert newcomer.hears() == ("profile.ending", "CERTIFICATION", 7)
    newcomer.waits_until(LAST_DAY)
    assert newcomer.hears() == ("profile.ending", "CERTIFICATION", 1)

    # It counts until the last second of its last day.
    tomorrow = LAST_DAY + timedelta(days=1)
    newcomer.waits_until(tomorrow, seconds=-1)
    assert newcomer.profile["certification"] == CERTIFICATION | {"state": "VALID"}
    newcomer.waits_until(tomorrow)
    assert newcomer.profile["certification"] == CERTIFICATION | {"state": "LAPSED"}
    assert newcomer.profile["to_renew"] == [renewal | {"days_left": 0}]
    assert newcomer.hears() == ("profile.lapsed", "CERTIFICATION", 0)


def test_what_is_rejected_has_a_reason_and_can_be_asked_anew(newcomer: Newcomer) -> None:
    venue, himself, officer = newcomer.venue, newcomer.himself, compliance(newcomer.venue)
    other = venue.new_party("NATURAL_PERSON")
    others_paper = attached(venue, other, "PARTY", other.party_id)["link_id"]

    def asks(*papers: str) -> Any:
        body = {"basis": "NET_ASSETS", "evidence": list(papers)}
        return venue.ask("POST", "/v1/applications", himself, key=venue.unique(), json=body)

    # Another's papers prove nothing, and he learns nothing about them.
    answer, unknown = asks(others_paper), asks("999999999")
    assert code_of(answer) == code_of(unknown) == "unknown_evidence"
    file = upload(venue, himself)["evidence_id"]
    assert attach(venue, himself, file, "PARTY", other.party_id).status_code == 404

    paper = attached(venue, himself, "PARTY", himself.party_id)["link_id"]
    application = asks(paper).json()
    assert code_of(asks(paper)) == "application_open"
    rejected = decides(venue, officer, application, "reject", {"reason": "NOT_QUALIFIED"})
    assert rejected.status_code == 200
    path = f"/v1/applications/{application['application_id']}"
    seen = venue.ask("GET", path, himself).json()
    assert (seen["state"], seen["rejection"]) == ("REJECTED", "NOT_QUALIFIED")
    assert venue.ask("GET", path, other).status_code == 404
    assert (newcomer.profile["status"], newcomer.profile["certification"]) == ("ACTIVE", None)
    assert asks(paper).status_code == 201
