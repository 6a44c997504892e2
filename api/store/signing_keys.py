"""Public keys with which trust companies sign what they send, and their officers what they decide:
each is verified by them."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from api.store.tables import signing_keys
from exchange.types import OfficerId, PartyId

SIGNING_KEYS_LIVE_PER_PARTY_MAX: Final = 20
"""Of one party: each may have to be tried to verify a signature, at 0.1 ms."""
SIGNING_KEYS_LIVE_PER_OFFICER_MAX: Final = 3
"""Of one officer: each may have to be tried for each of the thousands of decisions of a batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeyRecord:
    """A public key as it is kept."""

    key_id: str
    """Made from the key."""
    party_id: PartyId
    public_key: bytes
    label: str
    created_at_ns: int
    revoked_at_ns: int | None
    officer_id: OfficerId | None
    """Whose own it is; None: the party's."""


def insert_signing_key(connection: Connection, record: SigningKeyRecord) -> None:
    """Write the row of a new key."""
    connection.execute(
        signing_keys.insert().values(
            key_id=record.key_id,
            party_id=record.party_id,
            public_key=record.public_key,
            label=record.label,
            created_at_ns=record.created_at_ns,
            revoked_at_ns=record.revoked_at_ns,
            officer_id=record.officer_id,
        )
    )


def signing_key_named(connection: Connection, key_id: str) -> SigningKeyRecord | None:
    """The key, by whomever it was registered, or None if it never was."""
    found = connection.execute(select(signing_keys).where(signing_keys.c.key_id == key_id))
    return next(map(_record, found), None)


def live_signing_keys(
    connection: Connection, party_id: PartyId, *, officer_id: OfficerId | None
) -> list[SigningKeyRecord]:
    """The keys that verify what the party signs, or what this officer of it does, oldest first."""
    return [
        record
        for record in signing_keys_of(connection, party_id)
        if record.revoked_at_ns is None and record.officer_id == officer_id
    ]


def signing_keys_of(connection: Connection, party_id: PartyId) -> list[SigningKeyRecord]:
    """All keys of the party, the revoked ones too, oldest first."""
    wanted = (
        select(signing_keys)
        .where(signing_keys.c.party_id == party_id)
        .order_by(signing_keys.c.created_at_ns, signing_keys.c.key_id)
    )
    return [_record(row) for row in connection.execute(wanted)]


def revoke_signing_key(
    connection: Connection, *, party_id: PartyId, key_id: str, at_ns: int
) -> bool:
    """Mark the party's key as revoked; whether it had such a live key."""
    mine = (
        signing_keys.c.party_id == party_id,
        signing_keys.c.key_id == key_id,
        signing_keys.c.revoked_at_ns.is_(None),
    )
    revoked = connection.execute(signing_keys.update().where(*mine).values(revoked_at_ns=at_ns))
    return revoked.rowcount == 1


def _record(row: Row[Any]) -> SigningKeyRecord:
    return SigningKeyRecord(
        key_id=row.key_id,
        party_id=PartyId(row.party_id),
        public_key=row.public_key,
        label=row.label,
        created_at_ns=row.created_at_ns,
        revoked_at_ns=row.revoked_at_ns,
        officer_id=None if row.officer_id is None else OfficerId(row.officer_id),
    )
