"""Random commands about clients: what they ask and answer, what compliance says of them, some of it
by nobody, about nobody, out of range or too late."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final, TypeVar

from exchange.client_commands import (
    AnswerQuestionnaire,
    ClientCommand,
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
from exchange.evidence_commands import AttachEvidence
from exchange.evidence_types import EvidenceId, EvidenceLinkId, EvidenceSubject, MediaType
from exchange.profile import CddRisk, Certification, CertificationBasis, DueDiligence
from exchange.types import OPERATOR_ID, TRADING_KINDS, OfficerId, PartyId, PartyKind
from registry.terms import DocumentKind
from registry.types import DayNumber
from tests.model.clients import number
from tests.model.desk import in_office_as
from tests.properties.exchange_pair import ExchangePair

Item = TypeVar("Item")

UNKNOWN: Final = 999_999
OF_PERSONS: Final = (
    CertificationBasis.NET_ASSETS,
    CertificationBasis.FINANCIAL_ASSETS,
    CertificationBasis.INCOME,
)
OF_INSTITUTIONS: Final = (CertificationBasis.LEGAL_PERSON, CertificationBasis.DEEMED)


class RandomClients:
    """Draws what is said by clients and of them, knowing what the pair has come to."""

    def __init__(
        self,
        pair: ExchangePair,
        key: Callable[[], str],
        officer: Callable[[Random, PartyId], OfficerId],
    ) -> None:
        self.pair = pair
        self.key = key
        self.officer = officer

    def draw(self, draw: Random) -> ClientCommand | AttachEvidence:
        """Any of them, or a paper for an application to come."""
        kinds = (self.answer, self.asked, self.reviewed, self.recorded, self.listed, self.paper)
        return draw.choices(kinds, (5, 4, 4, 5, 2, 3))[0](draw)

    def paper(self, draw: Random) -> AttachEvidence:
        """A party proves something of itself."""
        actor = self.client(draw)
        name = bytes([actor % 256]) * 16
        return AttachEvidence(
            actor=actor,
            key=self.key(),
            subject=EvidenceSubject.PARTY,
            subject_id=actor,
            kind=DocumentKind.QUALIFICATION,
            of=None,
            evidence_id=EvidenceId(name),
            sha256=name * 2,
            bytes_count=1_000,
            media_type=MediaType.PDF,
            uploaded_at_ns=self.pair.at_ns,
            expires_on=None,
            replaces=None,
        )

    def answer(self, draw: Random) -> AnswerQuestionnaire:
        """The questionnaire is filled in."""
        return AnswerQuestionnaire(
            actor=self.client(draw),
            key=self.key(),
            questionnaire=1 if draw.random() < 0.95 else 2,
            score=draw.choice((0, 19, 20, 39, 40, 60, 79, 80, 100, *seldom(draw, -1, 101))),
            answers_sha256=draw.choice((bytes(32), *seldom(draw, b""))),
        )

    def asked(self, draw: Random) -> SubmitApplication:
        """Somebody wants to be taken, mostly with papers of his own."""
        waiting = [each.said.actor for each in self.pair.model.waiting()]
        actor = draw.choice(waiting) if waiting and draw.random() < 0.2 else self.client(draw)
        papers = self.pair.model.counting()
        mine = [each.number for each in papers if each.thing == ("PARTY", actor)]
        if draw.random() < 0.05:
            mine = [*mine, *mine, *(each.number for each in papers[:2]), UNKNOWN]
        papers_named = draw.choice((1, 1, 2, *seldom(draw, 0)))
        evidence = draw.sample(mine, k=min(len(mine), papers_named))
        return SubmitApplication(
            actor=actor,
            key=self.key(),
            basis=self.basis(draw, actor),
            professional=draw.random() < 0.2,
            owner_id=self.owner(draw),
            evidence=tuple(EvidenceLinkId(each) for each in evidence),
        )

    def reviewed(self, draw: Random) -> ReviewApplication:
        """An application is decided, mostly one that waits."""
        waiting = self.pair.model.waiting()
        chosen = draw.choice(waiting) if waiting and draw.random() < 0.95 else None
        rejects = draw.random() < 0.3
        about = PartyId(UNKNOWN) if chosen is None else chosen.said.actor
        facts = None if rejects else self.facts(draw, about, complete=draw.random() < 0.9)
        if draw.random() < 0.03:
            facts = self.facts(draw, about, complete=True) if rejects else None
        return ReviewApplication(
            actor=self.actor(draw),
            key=self.key(),
            officer_id=self.of_compliance(draw),
            application_id=ApplicationId(UNKNOWN if chosen is None else chosen.number),
            rejection=draw.choice(list(ApplicationRejection)) if rejects else None,
            facts=facts,
        )

    def recorded(self, draw: Random) -> RecordFacts:
        """Something else is known of a client."""
        party_id = self.client(draw)
        return RecordFacts(
            actor=self.actor(draw),
            key=self.key(),
            officer_id=self.of_compliance(draw),
            party_id=party_id,
            facts=self.facts(draw, party_id, complete=False),
        )

    def listed(self, draw: Random) -> SetListing:
        """A client is put on the list or taken off it, by the same person or another."""
        listed = [
            party_id for party_id, card in self.pair.model.cards.items() if card.listing is not None
        ]
        off = bool(listed) and draw.random() < 0.6
        return SetListing(
            actor=self.actor(draw),
            key=self.key(),
            officer_id=self.of_compliance(draw),
            party_id=draw.choice(listed) if off else self.client(draw),
            reason=None if off else draw.choice((*ListingReason, *seldom(draw, None))),
        )

    def facts(self, draw: Random, party_id: PartyId, *, complete: bool) -> EstablishedFacts:
        """All that an approval needs, or some of it; most of it ends soon."""
        today = number(self.pair.model.today())
        far = seldom(draw, -1, 364, 365, 366, 730, 731, 1_095)
        lasts = (0, 0, 0, 0, 1, 1, 1, 3, 6, 7, 30, 31, 200, *far)
        certification = Certification(
            self.basis(draw, party_id), DayNumber(today + draw.choice(lasts))
        )
        risk, review_by = draw.choice(list(CddRisk)), DayNumber(today + draw.choice(lasts))
        return EstablishedFacts(
            certification=certification if complete or draw.random() < 0.5 else None,
            due_diligence=(
                DueDiligence(risk, review_by) if complete or draw.random() < 0.5 else None
            ),
            ownership=self.ownership(draw) if draw.random() < 0.4 else None,
            professional=draw.choice((None, None, True, False)),
        )

    def ownership(self, draw: Random) -> Ownership:
        """Whose a client is, mostly possible."""
        companies = draw.choice(((), (2,), (3,), (2, 3), *seldom(draw, (3, 2), (2, 2), (4,))))
        if draw.random() < 0.02:
            companies = (2,) * 17
        return Ownership(
            owner_id=self.owner(draw),
            affiliate_of=tuple(PartyId(each) for each in companies),
            layers=draw.choice((0, 0, 1, 2, 9, *seldom(draw, -1, 10))),
            lookthrough_count=draw.choice((1, 1, 1, 1, 10_000, *seldom(draw, 0, 10_001))),
        )

    def owner(self, draw: Random) -> int:
        """Mostly himself."""
        return 0 if draw.random() < 0.6 else self.client(draw)

    def basis(self, draw: Random, party_id: PartyId) -> CertificationBasis:
        """Mostly one on which the party can be qualified."""
        if draw.random() < 0.05:
            return draw.choice(list(CertificationBasis))
        is_person = self.pair.model.kinds.get(party_id) is PartyKind.NATURAL_PERSON
        return draw.choice(OF_PERSONS if is_person else OF_INSTITUTIONS)

    def client(self, draw: Random) -> PartyId:
        """Mostly one who may trade, of a few the most."""
        if draw.random() < 0.04:
            return draw.choice([*self.pair.model.kinds, PartyId(UNKNOWN)])
        traders = [key for key, kind in self.pair.model.kinds.items() if kind in TRADING_KINDS]
        return draw.choice(traders[:3] if draw.random() < 0.6 else traders)

    def of_compliance(self, draw: Random) -> OfficerId:
        """Mostly an officer who may, and is in office."""
        serving = in_office_as(self.pair.model, OPERATOR_ID, "COMPLIANCE")
        if serving and draw.random() < 0.9:
            return draw.choice(serving).officer_id
        return self.officer(draw, OPERATOR_ID)

    def actor(self, draw: Random) -> PartyId:
        """Mostly the operator."""
        return OPERATOR_ID if draw.random() < 0.96 else self.client(draw)


def seldom(draw: Random, *items: Item) -> tuple[Item, ...]:
    """These, once in fifteen times."""
    return items if draw.random() < 1 / 15 else ()
