"""Sessions, enrolments and second factors on the wire."""

from typing import Annotated

from pydantic import Field

from api.auth.sessions import Session
from api.schemas.base import Answer, Body, name_of
from api.schemas.decimals import Moment, format_moment
from api.schemas.officers import RoleName
from api.store.logins import Language
from exchange.types import PartyKind

LoginText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        description="3 to 64 of a-z, 0-9, '.', '_', '@' and '-'; capitals are the same.",
        examples=["li.wei"],
    ),
]
PasswordText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=512,
        json_schema_extra={"format": "password"},
        description="12 to 128 characters of any script, in Unicode's form NFKC.",
    ),
]
CodeText = Annotated[
    str, Field(pattern=r"^[0-9]{6}$", description="Of the second factor: RFC 6238, six digits.")
]


class SignInBody(Body):
    """Who wants to sign in."""

    login: LoginText
    password: PasswordText
    totp: CodeText | None = None


class WhoAmI(Answer):
    """For whom requests are made, and what a page needs to make them."""

    party_id: str
    kind: Annotated[str, name_of(PartyKind)]
    party_name: str | None
    officer_id: Annotated[str | None, Field(description="Null: nobody in person.")]
    roles: Annotated[
        tuple[RoleName, ...], Field(description="Of the officer; none of who is no officer.")
    ]
    login: Annotated[str | None, Field(description="Null, as what follows: it was a key.")]
    person_name: str | None
    language: Language | None
    session_id: str | None
    csrf_token: Annotated[
        str | None, Field(description="For the header X-CSRF-Token of whatever changes something.")
    ]
    expires_at: Annotated[Moment | None, Field(description="Then the session ends, at the latest.")]
    idle_expires_at: Annotated[
        Moment | None,
        Field(description="Then it ends if nothing is asked for before."),
    ]
    has_totp: bool | None
    needs_totp_setup: Annotated[
        bool | None,
        Field(description="True: nothing is answered before a second factor has been set up."),
    ]


class SessionShown(Answer):
    """A session of one's own login."""

    session_id: str
    is_this: Annotated[bool, Field(description="Whether this very request came by it.")]
    created_at: Moment
    last_used_at: Moment
    expires_at: Moment
    address: str
    agent: Annotated[str, Field(description="What the browser says of itself.")]


class Sessions(Answer):
    """Everything by which a login is signed in at this moment."""

    items: list[SessionShown]


class EnrolBody(Body):
    """A login and a password for who has the token."""

    token: Annotated[str, Field(min_length=1, max_length=128)]
    login: LoginText
    password: PasswordText


class Enrolled(Answer):
    """Somebody who may sign in now."""

    login: str
    person_name: str


class ChangePasswordBody(Body):
    """Another password."""

    password: Annotated[PasswordText, Field(description="The present one.")]
    new_password: PasswordText


class TotpOffered(Answer):
    """The secret of a second factor, shown this once; it counts when a code of it has come."""

    secret: Annotated[str, Field(description="In base32, for who cannot scan a picture.")]
    otpauth_uri: Annotated[str, Field(description="What an authenticator reads from a QR code.")]


class ConfirmTotpBody(Body):
    """The first code of an offered secret."""

    totp: CodeText


class Ticket(Answer):
    """What signs one connection of the feed in, once."""

    ticket: str
    expires_at: Moment


class DemoPerson(Answer):
    """Somebody as whom a visitor of the demo may sign in."""

    login: str
    kind: Annotated[str, name_of(PartyKind)]
    roles: tuple[RoleName, ...]
    label_zh: str
    label_en: str


class DemoPeople(Answer):
    """Everybody as whom one may."""

    items: list[DemoPerson]


class DemoSignInBody(Body):
    """As whom."""

    login: LoginText


def session_shown(session: Session, *, present: Session) -> SessionShown:
    """A session, in an answer to a request that came by `present`."""
    return SessionShown(
        session_id=session.session_id,
        is_this=session is present,
        created_at=format_moment(session.created_at_ns),
        last_used_at=format_moment(session.seen_at_ns),
        expires_at=format_moment(session.expires_at_ns),
        address=session.address,
        agent=session.agent,
    )
