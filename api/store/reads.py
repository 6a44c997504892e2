"""Every statement about the log of what regulators have read, in `edge.sqlite3`.

Each works within a transaction of the caller's, whose connection it is given.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from api.store.tables import reads
from exchange.types import PartyId

READS_KEPT_MAX: Final = 1_000_000
"""The newest: some 150 MB, and years of an examiner at work."""
PATH_LENGTH_MAX: Final = 1_024
"""Of what is kept of a path; honest ones have some hundred characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """Something that a regulator asked for."""

    read_id: int
    at_ns: int
    party_id: PartyId
    key_id: str
    """By which it signed in."""
    path: str
    """With its query."""
    status: int
    """Of the answer."""


def record_read(
    connection: Connection, *, at_ns: int, party_id: PartyId, key_id: str, path: str, status: int
) -> None:
    """Keep it, and forget the oldest beyond READS_KEPT_MAX. Cost: O(1)."""
    values = {
        "at_ns": at_ns,
        "party_id": party_id,
        "key_id": key_id,
        "path": path[:PATH_LENGTH_MAX],
        "status": status,
    }
    read_id = connection.execute(insert(reads).values(values)).lastrowid
    connection.execute(delete(reads).where(reads.c.read_id <= read_id - READS_KEPT_MAX))


def reads_before(connection: Connection, *, before: int | None, limit: int) -> list[ReadRecord]:
    """What was read, newest first; of those older than `before`, if it is given. Cost: O(limit)."""
    wanted = select(reads).order_by(reads.c.read_id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(reads.c.read_id < before)
    return [
        ReadRecord(
            read_id=row.read_id,
            at_ns=row.at_ns,
            party_id=PartyId(row.party_id),
            key_id=row.key_id,
            path=row.path,
            status=row.status,
        )
        for row in connection.execute(wanted)
    ]
