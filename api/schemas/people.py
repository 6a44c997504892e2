"""People who may sign in, as the operator sees them."""

from typing import Annotated

from pydantic import Field

from api.people import Enrolment
from api.schemas.base import Answer, Body, Name, name_of
from api.schemas.decimals import IdText, Moment, format_moment
from api.store.logins import Language, LoginRecord
from exchange.types import PartyKind


class AddPersonBody(Body):
    """A person who is to sign in for a party."""

    party_id: IdText
    officer_id: Annotated[
        IdText | None, Field(description="In whose office; null: the party's, nobody's in person.")
    ] = None
    name: Annotated[Name, Field(description="What the person is called. Outside the journal.")]
    language: Language = "zh"


class EnrolmentToken(Answer):
    """What the person enrols with, at POST /v1/enrolments."""

    token: Annotated[
        str | None, Field(description="In the first answer only: it is not kept. To be used once.")
    ]
    expires_at: Moment


class Person(Answer):
    """Somebody who signs in, or will."""

    login_id: str
    party_id: str
    kind: Annotated[str, name_of(PartyKind)]
    officer_id: str | None
    name: str
    language: Language
    login: Annotated[str | None, Field(description="Null: not enrolled yet.")]
    is_enrolled: Annotated[bool, Field(description="Whether there is a password to sign in with.")]
    has_totp: bool
    created_at: Moment
    withdrawn_at: Moment | None


class NewPerson(Answer):
    """A person, and the token to hand over."""

    person: Person
    enrolment: EnrolmentToken


def person_shown(record: LoginRecord) -> Person:
    """A person."""
    withdrawn_at_ns = record.withdrawn_at_ns
    return Person(
        login_id=record.login_id,
        party_id=str(record.party_id),
        kind=record.kind.name,
        officer_id=None if record.officer_id is None else str(record.officer_id),
        name=record.person_name,
        language=record.language,
        login=record.login,
        is_enrolled=record.password_hash is not None,
        has_totp=record.totp_secret is not None,
        created_at=format_moment(record.created_at_ns),
        withdrawn_at=None if withdrawn_at_ns is None else format_moment(withdrawn_at_ns),
    )


def new_person_shown(record: LoginRecord, enrolment: Enrolment) -> NewPerson:
    """A person and the end of the token, which is not shown."""
    expires_at = format_moment(enrolment.expires_at_ns)
    token = EnrolmentToken(token=None, expires_at=expires_at)
    return NewPerson(person=person_shown(record), enrolment=token)


def with_token(shown: NewPerson, token: str) -> NewPerson:
    """The same with the token, for the first answer."""
    enrolment = shown.enrolment.model_copy(update={"token": token})
    return shown.model_copy(update={"enrolment": enrolment})
