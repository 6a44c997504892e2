"""SQL about uploaded files in the edge's database: whose each is, and which were looked after.

Each function is given the connection of a transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from api.evidence.store import StoredFile
from api.store.tables import evidence
from exchange.evidence_types import EvidenceId, MediaType
from exchange.types import PartyId
from registry.types import TimeNs


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """An uploaded file."""

    evidence_id: EvidenceId
    party_id: PartyId
    """Who uploaded it."""
    sha256: bytes
    bytes_count: int
    media_type: MediaType
    created_at_ns: TimeNs


def insert_evidence(
    connection: Connection,
    file: StoredFile,
    *,
    party_id: PartyId,
    media_type: MediaType,
    at_ns: int,
) -> None:
    """Write the row of a file that is on the disk."""
    connection.execute(
        insert(evidence).values(
            evidence_id=file.evidence_id,
            party_id=party_id,
            sha256=file.sha256,
            bytes_count=file.bytes_count,
            media_type=int(media_type),
            created_at_ns=at_ns,
            is_kept=False,
        )
    )


def evidence_of(connection: Connection, evidence_id: EvidenceId) -> EvidenceRecord | None:
    """The file of this name, or None."""
    wanted = select(evidence).where(evidence.c.evidence_id == evidence_id)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    return EvidenceRecord(
        evidence_id=EvidenceId(row.evidence_id),
        party_id=PartyId(row.party_id),
        sha256=row.sha256,
        bytes_count=row.bytes_count,
        media_type=MediaType(row.media_type),
        created_at_ns=TimeNs(row.created_at_ns),
    )


def bytes_since(connection: Connection, party_id: PartyId, *, after_ns: int) -> int:
    """How many bytes the party has uploaded after this moment. Cost: O(its files since)."""
    wanted = select(func.sum(evidence.c.bytes_count)).where(
        evidence.c.party_id == party_id, evidence.c.created_at_ns > after_ns
    )
    return connection.scalar(wanted) or 0


def not_looked_after(connection: Connection, *, until_ns: int, limit: int) -> list[EvidenceId]:
    """Files that were uploaded by this moment and of which it is not yet known whether they stay,
    oldest first."""
    wanted = (
        select(evidence.c.evidence_id)
        .where(~evidence.c.is_kept, evidence.c.created_at_ns <= until_ns)
        .order_by(evidence.c.created_at_ns)
        .limit(limit)
    )
    return [EvidenceId(row.evidence_id) for row in connection.execute(wanted)]


def keep_evidence(connection: Connection, evidence_ids: Iterable[EvidenceId]) -> None:
    """These files stay: they are referred to."""
    connection.execute(
        update(evidence).where(evidence.c.evidence_id.in_(list(evidence_ids))).values(is_kept=True)
    )


def delete_evidence(connection: Connection, evidence_ids: Iterable[EvidenceId]) -> None:
    """Forget these files."""
    connection.execute(delete(evidence).where(evidence.c.evidence_id.in_(list(evidence_ids))))


def known_among(
    connection: Connection, evidence_ids: Iterable[EvidenceId]
) -> frozenset[EvidenceId]:
    """Which of these files have a row."""
    wanted = select(evidence.c.evidence_id).where(evidence.c.evidence_id.in_(list(evidence_ids)))
    return frozenset(EvidenceId(row.evidence_id) for row in connection.execute(wanted))
