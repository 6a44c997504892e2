"""Compliance at the small venue: what a test does not say about a client is unremarkable."""

from __future__ import annotations

from typing import Any

from exchange.client_commands import (
    AnswerQuestionnaire,
    RecordFacts,
    ReviewApplication,
    SetListing,
    SubmitApplication,
)
from exchange.client_types import ApplicationId, EstablishedFacts, ListingReason, Ownership
from exchange.evidence_types import EvidenceLinkId
from exchange.profile import CddRisk, Certification, CertificationBasis, DueDiligence
from exchange.types import OPERATOR_ID, OfficerRole, PartyId
from registry.types import DayNumber, TimeNs
from tests.exchange.offices import LUO, QIAN
from tests.exchange.papers import DAY_NS, hands_in, of_party, today
from tests.exchange.venue import Venue


class Compliance:
    """A venue, by default the small one, with two officers of compliance, and what is said there of
    clients."""

    def __init__(self, venue: Venue | None = None) -> None:
        self.venue = venue or Venue()
        self.qian = self.venue.appoints(QIAN, OfficerRole.COMPLIANCE)
        self.luo = self.venue.appoints(LUO, OfficerRole.COMPLIANCE)

    def day(self, later: int = 0) -> DayNumber:
        """So many days after today."""
        return DayNumber(today(self.venue) + later)

    def begins(self, day: int) -> None:
        """Wait for the first moment of a day in Shanghai, and fire what is due."""
        self.venue.waits(TimeNs(day * DAY_NS - DAY_NS // 3) - self.venue.at_ns, downtime=True)

    # Commands, to be given or altered.

    def application(
        self, by: PartyId, *papers: int, owner_id: int = 0, **more: Any
    ) -> SubmitApplication:
        """Of an institution, by its net assets."""
        basis = more.pop("basis", CertificationBasis.LEGAL_PERSON)
        return SubmitApplication(
            actor=by,
            key=self.venue.key(),
            basis=basis,
            professional=False,
            owner_id=owner_id,
            evidence=tuple(EvidenceLinkId(each) for each in papers),
        )

    def review(
        self, application_id: int, *, facts: EstablishedFacts | None, **more: Any
    ) -> ReviewApplication:
        """Approved with these facts, or what else is said."""
        return ReviewApplication(
            actor=more.get("by", OPERATOR_ID),
            key=self.venue.key(),
            officer_id=more.get("officer_id", self.qian),
            application_id=ApplicationId(application_id),
            rejection=more.get("rejection"),
            facts=facts,
        )

    def facts(self, **more: Any) -> EstablishedFacts:
        """Nothing but what is said."""
        return EstablishedFacts(
            certification=more.get("certification"),
            due_diligence=more.get("due_diligence"),
            ownership=more.get("ownership"),
            professional=more.get("professional"),
        )

    def certified(self, days: int = 300, **more: Any) -> EstablishedFacts:
        """As an institution, for so many days."""
        basis = more.pop("basis", CertificationBasis.LEGAL_PERSON)
        return self.facts(certification=Certification(basis, self.day(days)), **more)

    def looked_at(self, days: int = 300, risk: CddRisk = CddRisk.LOW) -> DueDiligence:
        """Until so many days from now."""
        return DueDiligence(risk, self.day(days))

    def owned(
        self, owner_id: int = 0, *companies: int, layers: int = 0, counts_as: int = 1
    ) -> EstablishedFacts:
        """By another client, or belonging to these trust companies."""
        of = tuple(PartyId(each) for each in companies)
        ownership = Ownership(
            owner_id=owner_id, affiliate_of=of, layers=layers, lookthrough_count=counts_as
        )
        return self.facts(ownership=ownership)

    def record(self, party_id: PartyId, facts: EstablishedFacts, **more: Any) -> RecordFacts:
        """That these facts were established."""
        return RecordFacts(
            actor=more.get("by", OPERATOR_ID),
            key=self.venue.key(),
            officer_id=more.get("officer_id", self.qian),
            party_id=party_id,
            facts=facts,
        )

    def answer(self, by: PartyId, score: int = 50, **more: Any) -> AnswerQuestionnaire:
        """The questionnaire with this score."""
        return AnswerQuestionnaire(
            actor=by,
            key=self.venue.key(),
            questionnaire=more.get("questionnaire", 1),
            score=score,
            answers_sha256=more.get("answers_sha256", bytes(32)),
        )

    def listing(
        self,
        party_id: PartyId,
        reason: ListingReason | None,
        **more: Any,
    ) -> SetListing:
        """On the list, or off it."""
        return SetListing(
            actor=more.get("by", OPERATOR_ID),
            key=self.venue.key(),
            officer_id=more.get("officer_id", self.qian),
            party_id=party_id,
            reason=reason,
        )

    # What somebody does, without being refused.

    def applies(self, by: PartyId) -> ApplicationId:
        """An application with one paper."""
        paper = hands_in(self.venue, of_party(self.venue, by))
        self.venue.does(self.application(by, paper))
        return ApplicationId(self.venue.state.sequence)
