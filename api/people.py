"""People who are to sign in: made by the operator, enrolled by themselves.

The operator never knows a password. It hands over a token, which whoever has it uses once, within
some days, to choose a login and a password. Who has lost either, or his second factor, gets a new
token: what he signed in with before counts no more from that moment.
"""

import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from api.auth.keys import KEY_ID_BYTES, digest_of
from api.auth.rules import SignInRules
from api.auth.sessions import mint_token
from api.store import logins as store
from api.store.edge import EdgeStore
from api.store.logins import Language, LoginRecord, NewLogin
from exchange.types import OPERATOR_ID, OfficerId, PartyId, PartyKind

ENROLMENT_PREFIX: Final = "en_"
FIRST_PERSON: Final = "operator"
LANGUAGE: Final[Language] = "zh"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A token of enrolment, which is kept by its digest alone."""

    token: str
    expires_at_ns: int


def new_enrolment(rules: SignInRules, now_ns: int) -> Enrolment:
    """A token that counts from now on, as long as the rules say."""
    return Enrolment(ENROLMENT_PREFIX + mint_token(), now_ns + rules.enrolment_ns)


def add_person(
    connection: Connection,
    *,
    party_id: PartyId,
    kind: PartyKind,
    officer_id: OfficerId | None,
    name: str,
    language: Language,
    enrolment: Enrolment,
    now_ns: int,
) -> LoginRecord:
    """Keep a person who may enrol with this token."""
    new = NewLogin(
        login_id=secrets.token_hex(KEY_ID_BYTES),
        party_id=party_id,
        kind=kind,
        officer_id=officer_id,
        person_name=name,
        language=language,
        created_at_ns=now_ns,
    )
    store.insert_login(connection, new)
    _keep(connection, new.login_id, enrolment)
    record = store.login_of(connection, new.login_id)
    assert record is not None, new.login_id
    return record


def enrol_anew(connection: Connection, login_id: str, enrolment: Enrolment) -> LoginRecord | None:
    """Have the person enrol again with this token; None if there is no such live login."""
    record = store.login_of(connection, login_id)
    if record is None or record.withdrawn_at_ns is not None:
        return None
    store.forget_credentials(connection, login_id)
    _keep(connection, login_id, enrolment)
    return store.login_of(connection, login_id)


def first_enrolment(edge: EdgeStore, *, rules: SignInRules, now_ns: int) -> str:
    """The token for the first person of a new venue, who signs in as the operator."""
    enrolment = new_enrolment(rules, now_ns)
    with edge.transaction() as connection:
        add_person(
            connection,
            party_id=OPERATOR_ID,
            kind=PartyKind.OPERATOR,
            officer_id=None,
            name=FIRST_PERSON,
            language=LANGUAGE,
            enrolment=enrolment,
            now_ns=now_ns,
        )
    return enrolment.token


def _keep(connection: Connection, login_id: str, enrolment: Enrolment) -> None:
    store.put_enrolment(
        connection,
        login_id,
        digest=digest_of(enrolment.token),
        expires_at_ns=enrolment.expires_at_ns,
    )
