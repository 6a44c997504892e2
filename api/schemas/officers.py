"""Officers on the wire."""

from typing import Annotated, Final, Literal

from pydantic import Field

from api.schemas.base import Answer, Body, Name
from api.schemas.decimals import IdText, Moment, MomentText
from exchange.types import OfficerRole

RoleName = Literal["MAKER", "CHECKER", "HEAD", "COMPLIANCE"]
ROLE_NAMES: Final[dict[RoleName, OfficerRole]] = {
    "MAKER": OfficerRole.MAKER,
    "CHECKER": OfficerRole.CHECKER,
    "HEAD": OfficerRole.HEAD,
    "COMPLIANCE": OfficerRole.COMPLIANCE,
}
Person = Annotated[
    Name,
    Field(
        description="By which the party knows the person, such as a staff number. The same "
        "reference is the same person. Kept outside the journal."
    ),
]


class AppointOfficerBody(Body):
    """An office for a person."""

    party_id: Annotated[
        IdText | None,
        Field(description="Whose officer; null: your own. The operator names a trust company."),
    ] = None
    person: Person
    roles: Annotated[
        tuple[RoleName, ...],
        Field(
            max_length=4,
            description="None of a deputy, who takes the other's. COMPLIANCE is the operator's.",
            strict=False,
        ),
    ] = ()
    begins_at: Annotated[MomentText | None, Field(description="Null: at once.")] = None
    ends_at: Annotated[
        MomentText | None, Field(description="Null: with a dismissal; a deputy has an end.")
    ] = None
    deputy_for: Annotated[IdText | None, Field(description="The officer stood in for.")] = None


class Officer(Answer):
    """A person in an office of a party."""

    officer_id: str
    party_id: str
    person: Annotated[str | None, Field(description="By which the party knows the person.")]
    roles: tuple[RoleName, ...]
    begins_at: Moment
    ends_at: Moment | None
    deputy_for: str | None
    dismissed_at: Moment | None


def role_names(roles: OfficerRole) -> tuple[RoleName, ...]:
    """The names of what an officer may do."""
    return tuple(name for name, role in ROLE_NAMES.items() if role in roles)
