"""What is stored of clients: a restart finds it again, and whatever was altered is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchange.client_commands import (
    AnswerQuestionnaire,
    RecordFacts,
    ReviewApplication,
    SetListing,
    SubmitApplication,
)
from exchange.client_types import (
    ApplicationId,
    ApplicationRejection,
    EstablishedFacts,
    ListingReason,
    Ownership,
)
from exchange.desk_commands import AppointOfficer
from exchange.errors import JournalCorrupt
from exchange.evidence_commands import AttachEvidence
from exchange.evidence_types import EvidenceId, EvidenceLinkId, EvidenceSubject, MediaType
from exchange.profile import (
    CddRisk,
    Certification,
    CertificationBasis,
    DueDiligence,
    Profile,
    RiskAssessment,
)
from exchange.snapshot import digest as state_digest
from exchange.types import OPERATOR_ID, OfficerId, OfficerRole, PartyId, PersonId
from exchange.verify import verify
from registry.calendar import day_in_shanghai
from registry.terms import DocumentKind
from registry.types import DayNumber
from tests.exchange.stored import StoredVenue
from tests.exchange.test_money_rows import give, table_of
from tests.exchange.test_recovery import alter
from tests.simulation.traffic import TRADERS

CLIENT, LISTED = TRADERS[1], TRADERS[0]
COMPANY = PartyId(2)


def asks(venue: StoredVenue, key: str) -> ApplicationId:
    """An application of the client's, with a paper of its own."""
    paper = AttachEvidence(
        actor=CLIENT,
        key=f"paper-{key}",
        subject=EvidenceSubject.PARTY,
        subject_id=CLIENT,
        kind=DocumentKind.QUALIFICATION,
        of=None,
        evidence_id=EvidenceId(bytes(16)),
        sha256=bytes(32),
        bytes_count=1,
        media_type=MediaType.PDF,
        uploaded_at_ns=venue.clock.now_ns(),
        expires_on=None,
        replaces=None,
    )
    application = SubmitApplication(
        actor=CLIENT,
        key=f"application-{key}",
        basis=CertificationBasis.LEGAL_PERSON,
        professional=False,
        owner_id=0,
        evidence=(EvidenceLinkId(give(venue, paper)),),
    )
    return ApplicationId(give(venue, application))


def known(folder: Path) -> tuple[Path, DayNumber]:
    """A database with a client of whom all is known, one on the list, an application that is
    approved, one rejected and one open; and the day on which that was."""
    path = folder / "venue.sqlite3"
    venue = StoredVenue(path)
    today = day_in_shanghai(venue.clock.now_ns())
    appointment = AppointOfficer(
        actor=OPERATOR_ID,
        key="officer",
        officer_id=None,
        party_id=OPERATOR_ID,
        person=PersonId(7),
        roles=OfficerRole.COMPLIANCE,
        from_ns=None,
        until_ns=None,
        deputy_for=None,
    )
    officer_id = OfficerId(give(venue, appointment))
    facts = EstablishedFacts(
        certification=Certification(CertificationBasis.DEEMED, DayNumber(today + 300)),
        due_diligence=DueDiligence(CddRisk.MEDIUM, DayNumber(today + 20)),
        ownership=Ownership(
            owner_id=LISTED, affiliate_of=(COMPANY,), layers=1, lookthrough_count=7
        ),
        professional=True,
    )
    for key, rejection in (("no", ApplicationRejection.OTHER), ("yes", None)):
        review = ReviewApplication(
            actor=OPERATOR_ID,
            key=f"review-{key}",
            officer_id=officer_id,
            application_id=asks(venue, key),
            rejection=rejection,
            facts=None if rejection else facts,
        )
        give(venue, review)
    test = AnswerQuestionnaire(
        actor=CLIENT, key="test", questionnaire=1, score=80, answers_sha256=bytes(32)
    )
    give(venue, test)
    venue.save_snapshot()
    listing = SetListing(
        actor=OPERATOR_ID,
        key="list",
        officer_id=officer_id,
        party_id=LISTED,
        reason=ListingReason.SANCTIONS,
    )
    give(venue, listing)
    asks(venue, "again")
    venue.close()
    return path, today


def test_a_restart_finds_all_of_it_and_the_journal_gives_all_of_it(tmp_path: Path) -> None:
    path, today = known(tmp_path)
    venue = StoredVenue(path)
    state = venue.recovered.state
    assert state.parties[CLIENT].profile == Profile(
        certification=Certification(CertificationBasis.DEEMED, DayNumber(today + 300)),
        risk=RiskAssessment(5, today, DayNumber(today + 364)),
        assessments=(today,),
        professional=True,
        due_diligence=DueDiligence(CddRisk.MEDIUM, DayNumber(today + 20)),
        owner_id=LISTED,
        affiliate_of=(COMPANY,),
        layers=1,
        lookthrough_count=7,
        certified_on=today,
        reviewed_on=today,
    )
    assert state.parties[LISTED].profile == Profile(listed=True)
    assert [each.party_id for each in state.clients.applications.values()] == [CLIENT]
    assert len(list(venue.store.read.rows("applications"))) == 3
    expected = state_digest(state)
    venue.close()
    assert verify(path).digest == expected


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE profiles SET listing = NULL WHERE listing IS NOT NULL",
        "UPDATE profiles SET certified_until = certified_until + 1",
        "UPDATE profiles SET risk_level = 4 WHERE risk_level = 5",
        "DELETE FROM profiles",
        "UPDATE profiles SET party_id = 1 WHERE owner_id = 0",
        "UPDATE applications SET basis = 5 WHERE state = 1",
        "UPDATE applications SET state = 1 WHERE state = 3",
    ],
)
def test_an_altered_row_of_something_live_refuses_the_start(tmp_path: Path, change: str) -> None:
    path, _ = known(tmp_path)
    alter(path, change)
    with pytest.raises(JournalCorrupt, match=table_of(change)):
        StoredVenue(path)


def test_an_altered_decision_is_found_by_verify(tmp_path: Path) -> None:
    path, _ = known(tmp_path)
    alter(path, "UPDATE applications SET rejection = 1 WHERE state = 3")
    StoredVenue(path).close()
    with pytest.raises(JournalCorrupt, match="applications"):
        verify(path)


def test_facts_of_one_without_an_application_are_stored_as_well(tmp_path: Path) -> None:
    path, _ = known(tmp_path)
    venue = StoredVenue(path)
    (officer_id,) = venue.recovered.state.desk.officers
    nothing = EstablishedFacts(
        certification=None, due_diligence=None, ownership=None, professional=True
    )
    give(
        venue,
        RecordFacts(
            actor=OPERATOR_ID, key="fact", officer_id=officer_id, party_id=LISTED, facts=nothing
        ),
    )
    venue.close()
    again = StoredVenue(path)
    assert again.recovered.state.parties[LISTED].profile == Profile(listed=True, professional=True)
    again.close()
