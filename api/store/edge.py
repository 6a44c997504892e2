"""What the edge remembers: names of parties, keys by digest, and the answers to its own requests.

The methods block for a commit at most; callers on the event loop hand them to a thread. There is
one connection, used in turn.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, func, select

from api.auth.principal import Principal
from api.store.database import open_database
from api.store.tables import answers, keys, names, persons
from exchange.limits import DAY_NS
from exchange.types import OfficerId, PartyId, PartyKind, PersonId

ANSWER_RETENTION_NS: Final = 30 * DAY_NS
KEYS_LIVE_MAX: Final = 20
"""Of one officer, or of a party and nobody in person; bounds the ring in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A key as it is kept: never the key itself."""

    key_id: str
    digest: bytes
    principal: Principal
    label: str
    created_at_ns: int
    revoked_at_ns: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer to a request that the edge handles by itself."""

    answer: bytes
    replayed: bool


class EdgeStore:
    """The edge's database."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, path: Path) -> "EdgeStore":
        """The store at `path`, created or migrated as needed."""
        return cls(open_database(path))

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def transaction(self) -> AbstractContextManager[Connection]:
        """The connection, for statements that are all done or none; others wait meanwhile."""
        return self._engine.begin()

    def record_name(self, party_id: PartyId, name: str) -> str:
        """Keep the party's name; the name that is kept: the first one stays."""
        with self._engine.begin() as connection:
            kept = connection.scalar(select(names.c.name).where(names.c.party_id == party_id))
            if kept is None:
                connection.execute(names.insert().values(party_id=party_id, name=name))
                return name
            return str(kept)

    def names_of(self, party_ids: list[PartyId]) -> dict[PartyId, str]:
        """The names of these parties, as far as they are known."""
        wanted = select(names.c.party_id, names.c.name).where(names.c.party_id.in_(party_ids))
        with self._engine.connect() as connection:
            return {PartyId(row.party_id): row.name for row in connection.execute(wanted)}

    def person_of(self, party_id: PartyId, reference: str) -> PersonId:
        """The number of the person whom the party knows by this reference; a new one for who is
        heard of for the first time."""
        known = select(persons.c.person_id).where(
            persons.c.party_id == party_id, persons.c.reference == reference
        )
        with self._engine.begin() as connection:
            found = connection.scalar(known)
            if found is None:
                values = {"party_id": party_id, "reference": reference}
                found = connection.execute(persons.insert().values(values)).lastrowid
            return PersonId(found)

    def references_of(self, person_ids: list[PersonId]) -> dict[PersonId, str]:
        """By what their parties know these persons."""
        wanted = select(persons.c.person_id, persons.c.reference).where(
            persons.c.person_id.in_(person_ids)
        )
        with self._engine.connect() as connection:
            return {PersonId(row.person_id): row.reference for row in connection.execute(wanted)}

    def revoke_keys_of(self, officer_ids: list[OfficerId], *, at_ns: int) -> list[KeyRecord]:
        """Mark all keys of these officers as revoked, and return them, those revoked before too."""
        theirs = keys.c.officer_id.in_(officer_ids)
        with self._engine.begin() as connection:
            live = keys.c.revoked_at_ns.is_(None)
            connection.execute(keys.update().where(theirs, live).values(revoked_at_ns=at_ns))
            return [_record(row) for row in connection.execute(select(keys).where(theirs))]

    def live_keys(self) -> list[KeyRecord]:
        """All keys that sign somebody in."""
        wanted = select(keys).where(keys.c.revoked_at_ns.is_(None)).order_by(keys.c.key_id)
        with self._engine.connect() as connection:
            return [_record(row) for row in connection.execute(wanted)]

    def add_key(self, record: KeyRecord) -> None:
        """Keep a new key, outside any request."""
        with self._engine.begin() as connection:
            insert_key(connection, record)

    def once(
        self,
        party_id: PartyId,
        idempotency_key: str,
        *,
        body_digest: bytes,
        at_ns: int,
        act: Callable[[Connection], bytes],
    ) -> Answered | None:
        """Do `act` in one transaction with its answer, or give the first answer again.

        Returns:
            None if the key came before with another body.
        """
        mine = (answers.c.party_id == party_id, answers.c.idempotency_key == idempotency_key)
        with self._engine.begin() as connection:
            first = connection.execute(select(answers).where(*mine)).one_or_none()
            if first is not None:
                return (
                    Answered(answer=first.answer, replayed=True)
                    if first.body_digest == body_digest
                    else None
                )
            answer = act(connection)
            connection.execute(
                answers.delete().where(answers.c.at_ns < at_ns - ANSWER_RETENTION_NS)
            )
            connection.execute(
                answers.insert().values(
                    party_id=party_id,
                    idempotency_key=idempotency_key,
                    body_digest=body_digest,
                    answer=answer,
                    at_ns=at_ns,
                )
            )
            return Answered(answer=answer, replayed=False)


def insert_key(connection: Connection, record: KeyRecord) -> None:
    """Write the row of a new key."""
    connection.execute(
        keys.insert().values(
            key_id=record.key_id,
            digest=record.digest,
            party_id=record.principal.party_id,
            kind=int(record.principal.kind),
            label=record.label,
            created_at_ns=record.created_at_ns,
            revoked_at_ns=record.revoked_at_ns,
            officer_id=record.principal.officer_id,
        )
    )


def count_live_keys(connection: Connection, party_id: PartyId, officer_id: OfficerId | None) -> int:
    """How many keys of the officer, or of the party and nobody in person, sign in."""
    live = (
        keys.c.party_id == party_id,
        keys.c.officer_id.is_not_distinct_from(officer_id),
        keys.c.revoked_at_ns.is_(None),
    )
    return connection.scalar(select(func.count()).select_from(keys).where(*live)) or 0


def revoke_key(
    connection: Connection, *, party_id: PartyId, key_id: str, at_ns: int
) -> bytes | None:
    """Mark the party's key as revoked; its digest, or None if there is no such live key."""
    mine = (keys.c.party_id == party_id, keys.c.key_id == key_id, keys.c.revoked_at_ns.is_(None))
    digest = connection.scalar(select(keys.c.digest).where(*mine))
    if digest is None:
        return None
    connection.execute(keys.update().where(*mine).values(revoked_at_ns=at_ns))
    return bytes(digest)


def _record(row: Row[Any]) -> KeyRecord:
    officer_id = None if row.officer_id is None else OfficerId(row.officer_id)
    return KeyRecord(
        key_id=row.key_id,
        digest=row.digest,
        principal=Principal(PartyId(row.party_id), PartyKind(row.kind), row.key_id, officer_id),
        label=row.label,
        created_at_ns=row.created_at_ns,
        revoked_at_ns=row.revoked_at_ns,
    )
