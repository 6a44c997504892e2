"""What an officer approves besides the deal and its documents: exactly what the criteria have of
the parties and of the packs, and nothing that is confidential."""

from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from api.schemas.base import Answer, name_of
from api.schemas.decimals import Day, format_day
from exchange.client_types import ProfileFact
from exchange.criteria_parts import ProductRulesRead, Standing
from exchange.profile import CertificationBasis
from exchange.review_events import Concern

ConcernName = Literal["DOCUMENTS", "PARTIES", "RULES"]
CONCERN_NAMES: Final[tuple[ConcernName, ...]] = get_args(ConcernName)


class PartyRead(Answer):
    """What is known of a seller or buyer."""

    party_id: str
    certification: Annotated[str, name_of(CertificationBasis)] | None
    certified_until: Day | None
    risk_level: Annotated[int | None, Field(ge=1, le=5, description="C1 to C5.")]
    assessed_on: Day | None
    assessed_until: Day | None
    professional: bool
    identity_until: Annotated[
        Day | None, Field(description="The last day on which it is established who the party is.")
    ]
    ended: Annotated[
        list[Annotated[str, name_of(ProfileFact)]],
        Field(description="The facts whose last day is over."),
    ]


class PackRead(Answer):
    """A version of a rule pack."""

    pack_id: str
    version: str


def party_read(standing: Standing) -> PartyRead:
    """A party as the criteria have it."""
    certification, risk, until = standing.certification, standing.risk, standing.diligence_until
    return PartyRead(
        party_id=str(standing.party_id),
        certification=None if certification is None else certification.basis.name,
        certified_until=None if certification is None else format_day(certification.valid_until),
        risk_level=None if risk is None else risk.level,
        assessed_on=None if risk is None else format_day(risk.assessed_on),
        assessed_until=None if risk is None else format_day(risk.valid_until),
        professional=standing.professional,
        identity_until=None if until is None else format_day(until),
        ended=[fact.name for fact in standing.ended],
    )


def packs_read(rules: ProductRulesRead) -> list[PackRead]:
    """The packs as the criteria have them."""
    return [PackRead(pack_id=pack_id, version=version) for pack_id, version in rules.packs]


def concerns(changed: Concern) -> list[ConcernName]:
    """What has changed, by name."""
    return [name for name in CONCERN_NAMES if Concern[name] in changed]
