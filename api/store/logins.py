"""Logins, their enrolments and their sessions, as they are kept.

A login is a person's way in for one party, or for one of its officers. It has no name and no
password before its enrolment; a withdrawn one never comes back.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, func, select

from api.auth.principal import Principal
from api.store.tables import enrolments, logins, sessions
from exchange.types import OfficerId, PartyId, PartyKind

Language: TypeAlias = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRecord:
    """A login as it is kept."""

    number: int
    login_id: str
    party_id: PartyId
    kind: PartyKind
    officer_id: OfficerId | None
    person_name: str
    language: Language
    login: str | None
    password_hash: str | None
    totp_secret: bytes | None
    totp_step: int | None
    """Of the last code that was used."""
    totp_offered: bytes | None
    """A secret that was shown and not confirmed yet."""
    created_at_ns: int
    withdrawn_at_ns: int | None

    def principal(self, session_id: str) -> Principal:
        """Who signs in by it."""
        return Principal(self.party_id, self.kind, self.login_id, self.officer_id, session_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A session as it is kept."""

    session_id: str
    digest: bytes
    login_id: str
    created_at_ns: int
    seen_at_ns: int
    expires_at_ns: int
    address: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLogin:
    """A person to be enrolled."""

    login_id: str
    party_id: PartyId
    kind: PartyKind
    officer_id: OfficerId | None
    person_name: str
    language: Language
    created_at_ns: int


def insert_login(connection: Connection, new: NewLogin) -> int:
    """Write the row of a new login; its number."""
    values = {
        "login_id": new.login_id,
        "party_id": new.party_id,
        "kind": int(new.kind),
        "officer_id": new.officer_id,
        "person_name": new.person_name,
        "language": new.language,
        "created_at_ns": new.created_at_ns,
    }
    number: int = connection.execute(logins.insert().values(values)).lastrowid
    return number


def login_of(connection: Connection, login_id: str) -> LoginRecord | None:
    """The login of this id, a withdrawn one too."""
    return _one(connection, logins.c.login_id == login_id)


def login_named(connection: Connection, login: str) -> LoginRecord | None:
    """The live login of this name."""
    return _one(connection, logins.c.login == login, logins.c.withdrawn_at_ns.is_(None))


def logins_after(
    connection: Connection, *, after: int, limit: int, party_id: PartyId | None = None
) -> list[LoginRecord]:
    """The logins past this number, oldest first; of one party if it is named."""
    wanted = select(logins).where(logins.c.number > after).order_by(logins.c.number).limit(limit)
    if party_id is not None:
        wanted = wanted.where(logins.c.party_id == party_id)
    return [_login(row) for row in connection.execute(wanted)]


def count_live_logins(connection: Connection, party_id: PartyId) -> int:
    """How many people may sign in for the party."""
    live = (logins.c.party_id == party_id, logins.c.withdrawn_at_ns.is_(None))
    return connection.scalar(select(func.count()).select_from(logins).where(*live)) or 0


def change_login(connection: Connection, login_id: str, **values: object) -> None:
    """Set columns of a login."""
    connection.execute(logins.update().where(logins.c.login_id == login_id).values(values))


def withdraw_login(connection: Connection, login_id: str, *, at_ns: int) -> bool:
    """End a login with its enrolment and its sessions, and forget its secrets; whether it was
    live."""
    live = (logins.c.login_id == login_id, logins.c.withdrawn_at_ns.is_(None))
    ended = connection.execute(logins.update().where(*live).values(withdrawn_at_ns=at_ns))
    forget_credentials(connection, login_id)
    connection.execute(enrolments.delete().where(enrolments.c.login_id == login_id))
    return ended.rowcount == 1


def forget_credentials(connection: Connection, login_id: str) -> None:
    """Nobody signs in by this login before it is enrolled again: its sessions end too."""
    change_login(
        connection,
        login_id,
        password_hash=None,
        totp_secret=None,
        totp_step=None,
        totp_offered=None,
    )
    connection.execute(sessions.delete().where(sessions.c.login_id == login_id))


def live_logins_of(connection: Connection, officer_ids: list[OfficerId]) -> list[str]:
    """By which logins these officers sign in."""
    live = (logins.c.officer_id.in_(officer_ids), logins.c.withdrawn_at_ns.is_(None))
    return list(connection.scalars(select(logins.c.login_id).where(*live)))


def use_totp_step(connection: Connection, login_id: str, step: int) -> bool:
    """Mark the code of this step as used; False if it was used, or a later one."""
    unused = logins.c.totp_step.is_(None) | (logins.c.totp_step < step)
    used = connection.execute(
        logins.update().where(logins.c.login_id == login_id, unused).values(totp_step=step)
    )
    return used.rowcount == 1


def replace_password(
    connection: Connection, login_id: str, *, was: str | None, password_hash: str
) -> bool:
    """Keep another password; False if the one before is no more what it was."""
    mine = (logins.c.login_id == login_id, logins.c.password_hash == was)
    replaced = connection.execute(logins.update().where(*mine).values(password_hash=password_hash))
    return replaced.rowcount == 1


def take_totp(connection: Connection, login_id: str, *, offered: bytes, step: int) -> bool:
    """Make the offered secret the second factor; False if another one is offered by now."""
    mine = (logins.c.login_id == login_id, logins.c.totp_offered == offered)
    taken = connection.execute(
        logins.update().where(*mine).values(totp_secret=offered, totp_step=step, totp_offered=None)
    )
    return taken.rowcount == 1


def put_enrolment(
    connection: Connection, login_id: str, *, digest: bytes, expires_at_ns: int
) -> None:
    """Keep a token's digest in place of the one before."""
    connection.execute(enrolments.delete().where(enrolments.c.login_id == login_id))
    values = {"login_id": login_id, "digest": digest, "expires_at_ns": expires_at_ns}
    connection.execute(enrolments.insert().values(values))


def enrolling(connection: Connection, digest: bytes, *, now_ns: int) -> LoginRecord | None:
    """Who may enrol with the token of this digest."""
    live = (enrolments.c.digest == digest, enrolments.c.expires_at_ns > now_ns)
    login_id = connection.scalar(select(enrolments.c.login_id).where(*live))
    return None if login_id is None else login_of(connection, login_id)


def enrol(
    connection: Connection, digest: bytes, *, login: str, password_hash: str, now_ns: int
) -> LoginRecord | None:
    """Use the token up: its login has this name and password from now on. None: it was used."""
    record = enrolling(connection, digest, now_ns=now_ns)
    if record is None:
        return None
    connection.execute(enrolments.delete().where(enrolments.c.digest == digest))
    change_login(connection, record.login_id, login=login, password_hash=password_hash)
    return login_of(connection, record.login_id)


def is_login_taken(connection: Connection, login: str, *, but: str) -> bool:
    """Whether another login has this name, or had it."""
    others = (logins.c.login == login, logins.c.login_id != but)
    return connection.scalar(select(logins.c.number).where(*others)) is not None


def insert_session(connection: Connection, record: SessionRecord) -> None:
    """Write the row of a new session."""
    values = {name: getattr(record, name) for name in SessionRecord.__slots__}
    connection.execute(sessions.insert().values(values))


def delete_sessions(connection: Connection, session_ids: list[str]) -> None:
    """Remove the rows of sessions that have ended."""
    connection.execute(sessions.delete().where(sessions.c.session_id.in_(session_ids)))


def mark_seen(connection: Connection, seen: dict[str, int]) -> None:
    """Write down when these sessions were used last."""
    for session_id, seen_at_ns in seen.items():
        mine = sessions.c.session_id == session_id
        connection.execute(sessions.update().where(mine).values(seen_at_ns=seen_at_ns))


def all_sessions(connection: Connection) -> list[tuple[SessionRecord, LoginRecord]]:
    """Every session that is kept, with its login."""
    records = [
        SessionRecord(**row._mapping)  # noqa: SLF001  its public name, says SQLAlchemy
        for row in connection.execute(select(sessions).order_by(sessions.c.created_at_ns))
    ]
    found = []
    for record in records:
        login = login_of(connection, record.login_id)
        assert login is not None, record.session_id
        found.append((record, login))
    return found


def _one(connection: Connection, *conditions: ColumnElement[bool]) -> LoginRecord | None:
    row = connection.execute(select(logins).where(*conditions)).one_or_none()
    return None if row is None else _login(row)


def _login(row: Row[Any]) -> LoginRecord:
    return LoginRecord(
        number=row.number,
        login_id=row.login_id,
        party_id=PartyId(row.party_id),
        kind=PartyKind(row.kind),
        officer_id=None if row.officer_id is None else OfficerId(row.officer_id),
        person_name=row.person_name,
        language=row.language,
        login=row.login,
        password_hash=row.password_hash,
        totp_secret=row.totp_secret,
        totp_step=row.totp_step,
        totp_offered=row.totp_offered,
        created_at_ns=row.created_at_ns,
        withdrawn_at_ns=row.withdrawn_at_ns,
    )
