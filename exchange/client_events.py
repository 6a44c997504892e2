"""Events about clients. What is listed is told by one event alone, which nobody outside hears."""

from typing import TypeAlias

from exchange.client_types import (
    ApplicationId,
    ApplicationRejection,
    ApplicationState,
    ListingReason,
    ProfileFact,
)
from exchange.event import Event
from exchange.evidence_types import EvidenceLinkId
from exchange.profile import Certification, CertificationBasis, DueDiligence, RiskAssessment
from exchange.types import OfficerId, PartyId
from registry.types import DayNumber


class ApplicationAdvanced(Event, frozen=True, kw_only=True, tag=7501):
    """The application was submitted, or is decided: what an approval established follows."""

    application_id: ApplicationId
    party_id: PartyId
    state: ApplicationState
    basis: CertificationBasis
    professional: bool
    owner_id: int
    evidence: tuple[EvidenceLinkId, ...]
    officer_id: OfficerId | None
    """Who has decided it."""
    rejection: ApplicationRejection | None


class ProfileChanged(Event, frozen=True, kw_only=True, tag=7601):
    """These are the client's facts now, all but whether he is listed."""

    party_id: PartyId
    certification: Certification | None
    risk: RiskAssessment | None
    assessments: tuple[DayNumber, ...]
    professional: bool
    due_diligence: DueDiligence | None
    owner_id: int
    affiliate_of: tuple[PartyId, ...]
    layers: int
    officer_id: OfficerId | None
    """Who has established it; None: the client's own answers."""
    lookthrough_count: int = 1


class ProfileEnding(Event, frozen=True, kw_only=True, tag=7701):
    """A fact of the client ends soon: he is reminded to renew it."""

    party_id: PartyId
    fact: ProfileFact
    last_day: DayNumber
    days_left: int
    """The last day included."""


class ProfileLapsed(Event, frozen=True, kw_only=True, tag=7801):
    """The last day of a fact of the client is over."""

    party_id: PartyId
    fact: ProfileFact
    last_day: DayNumber


class ListingSet(Event, frozen=True, kw_only=True, tag=7901):
    """The client is listed for this reason, or is not any more. Confidential."""

    party_id: PartyId
    reason: ListingReason | None
    officer_id: OfficerId


ClientEvent: TypeAlias = (
    ApplicationAdvanced | ProfileChanged | ProfileEnding | ProfileLapsed | ListingSet
)
