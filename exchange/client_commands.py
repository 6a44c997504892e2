"""Commands about clients: what they ask for and answer, and what compliance establishes of them.

`officer_id` is the officer of compliance, as the edge knows him by his key.
"""

from typing import TypeAlias

from exchange.client_types import (
    ApplicationId,
    ApplicationRejection,
    EstablishedFacts,
    ListingReason,
)
from exchange.command import Command
from exchange.evidence_types import EvidenceLinkId
from exchange.profile import CertificationBasis
from exchange.types import OfficerId, PartyId


class SubmitApplication(Command, frozen=True, kw_only=True, tag=7501):
    """Ask to be taken as a client. By a party that may trade; it has a key and no rights yet."""

    basis: CertificationBasis
    professional: bool
    """Whether it asks to be treated as a professional investor."""
    owner_id: int
    """As it declares it itself: as of an Ownership."""
    evidence: tuple[EvidenceLinkId, ...]
    """Its own documents that prove what it declares."""


class ReviewApplication(Command, frozen=True, kw_only=True, tag=7601):
    """Approve an application, with what was established, or reject it. By compliance."""

    officer_id: OfficerId
    application_id: ApplicationId
    rejection: ApplicationRejection | None
    """None: it is approved."""
    facts: EstablishedFacts | None
    """Of an approval, with certification and due diligence."""


class AnswerQuestionnaire(Command, frozen=True, kw_only=True, tag=7701):
    """Answer the questionnaire of what risk one can bear. By a party that may trade."""

    questionnaire: int
    """Its version."""
    score: int
    """The sum of its answers' points: the answers themselves are the edge's."""
    answers_sha256: bytes
    """Of the answers as the edge keeps them."""


class RecordFacts(Command, frozen=True, kw_only=True, tag=7801):
    """State what was established of a client: a fact takes the place of the one before. By
    compliance."""

    officer_id: OfficerId
    party_id: PartyId
    facts: EstablishedFacts


class SetListing(Command, frozen=True, kw_only=True, tag=7901):
    """Put a client on the list of those who may not deal, or take him off it. By compliance; off it
    by another person than has put him on."""

    officer_id: OfficerId
    party_id: PartyId
    reason: ListingReason | None
    """None: he is taken off."""


ClientCommand: TypeAlias = (
    SubmitApplication | ReviewApplication | AnswerQuestionnaire | RecordFacts | SetListing
)
