"""Clients on the wire, as the operator's officers see them. CONFIDENTIAL: none of these answers is
one that a client, a trust company or anybody else may get."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Answer, Body, name_of
from api.schemas.clients import (
    OWNER,
    BasisName,
    OwnCertification,
    OwnRiskAssessment,
    RejectionName,
    Renewal,
    own_certification,
    own_risk_assessment,
    renewals,
)
from api.schemas.decimals import Day, IdText, format_day
from api.schemas.evidence import DayText
from exchange.client_state import Client
from exchange.client_types import NO_OWNER, ListingReason
from exchange.limits import AFFILIATES_MAX, LAYERS_MAX, LOOKTHROUGH_MAX
from exchange.profile import CddRisk
from registry.types import DayNumber

CddRiskName = Literal["LOW", "MEDIUM", "HIGH"]
ListingName = Literal["IDENTITY_CHECK", "SUSPICION", "SANCTIONS", "AUTHORITY"]


class CertificationBody(Body):
    """That somebody is a qualified investor."""

    basis: BasisName
    valid_until: Annotated[DayText, Field(description="The last day, within twelve months.")]


class DueDiligenceBody(Body):
    """That who he is has been established."""

    risk: CddRiskName
    review_by: Annotated[
        DayText,
        Field(description="The last day for the next review: 36, 24 or 12 months by risk."),
    ]


class OwnershipBody(Body):
    """Whose a client is."""

    owner_party_id: Annotated[IdText | None, OWNER] = None
    affiliate_of: Annotated[
        tuple[IdText, ...],
        Field(
            max_length=AFFILIATES_MAX,
            description="Trust companies to which he belongs, smallest id first.",
            strict=False,
        ),
    ] = ()
    layers: Annotated[
        int,
        Field(ge=0, le=LAYERS_MAX, description="Of asset management products behind him."),
    ] = 0
    lookthrough_count: Annotated[
        int,
        Field(
            ge=1,
            le=LOOKTHROUGH_MAX,
            description="As how many holders he counts: those for whom he holds. A person is one.",
        ),
    ] = 1


class FactsBody(Body):
    """What was established; null: nothing new of it."""

    certification: CertificationBody | None = None
    due_diligence: DueDiligenceBody | None = None
    ownership: OwnershipBody | None = None
    professional: bool | None = None


class ApproveApplicationBody(Body):
    """What was established of the applicant."""

    certification: CertificationBody
    due_diligence: DueDiligenceBody
    ownership: OwnershipBody | None = None
    professional: bool | None = None


class RejectApplicationBody(Body):
    """Why; the applicant reads it."""

    reason: RejectionName


class SetListingBody(Body):
    """Why somebody is on the list."""

    reason: Annotated[ListingName | None, Field(description="Null: off the list.")]


class ClientProfile(Answer):
    """All that the venue knows of a client. Confidential."""

    party_id: str
    certification: OwnCertification | None
    risk_assessment: OwnRiskAssessment | None
    assessed_on: list[Day]
    """The days of the tests of twelve months before the last one, which is the last."""
    professional: bool
    cdd_risk: Annotated[str | None, name_of(CddRisk)]
    cdd_review_by: Day | None
    owner_party_id: str | None
    affiliate_of: list[str]
    layers: int
    lookthrough_count: int
    listed_for: Annotated[str | None, name_of(ListingReason)]
    """Null: he is on no list."""
    to_renew: list[Renewal]


class Listing(Answer):
    """A client on the list. Confidential."""

    party_id: str
    listed_for: Annotated[str, name_of(ListingReason)]


def profile_shown(client: Client, *, today: DayNumber) -> ClientProfile:
    """All that is known of a client."""
    profile = client.profile
    diligence = profile.due_diligence
    return ClientProfile(
        party_id=str(client.party_id),
        certification=own_certification(profile, today=today),
        risk_assessment=own_risk_assessment(profile, today=today),
        assessed_on=[format_day(day) for day in profile.assessments],
        professional=profile.professional,
        cdd_risk=None if diligence is None else diligence.risk.name,
        cdd_review_by=None if diligence is None else format_day(diligence.review_by),
        owner_party_id=None if profile.owner_id == NO_OWNER else str(profile.owner_id),
        affiliate_of=[str(party_id) for party_id in profile.affiliate_of],
        layers=profile.layers,
        lookthrough_count=profile.lookthrough_count,
        listed_for=None if client.listing is None else client.listing.name,
        to_renew=renewals(client, today=today),
    )


def listing_shown(client: Client) -> Listing:
    """Somebody on the list."""
    assert client.listing is not None, client.party_id
    return Listing(party_id=str(client.party_id), listed_for=client.listing.name)
