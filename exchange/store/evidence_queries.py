"""Every SELECT about documents: committed state only, for people and for who looks after files."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.engine.row import RowMapping

from exchange.evidence_state import EvidenceLink
from exchange.evidence_types import (
    EvidenceId,
    EvidenceLinkId,
    EvidenceStatus,
    EvidenceSubject,
    MediaType,
)
from exchange.store.evidence_tables import evidence_links
from exchange.store.tables import journal, stream
from exchange.types import PartyId
from registry.store.queries import IDS_PER_STATEMENT
from registry.terms import ChecklistItem, DocumentKind
from registry.transfer import Who
from registry.types import DayNumber, TimeNs

NEVER_MISSED: Final = (EvidenceStatus.REPLACED.value, EvidenceStatus.LATE.value)
"""In the place of a replaced document there is another, and a late one never counted."""


class ReferredFile(NamedTuple):
    """A file that some document refers to."""

    evidence_id: EvidenceId
    sha256: bytes
    bytes_count: int
    last_link_id: EvidenceLinkId


def links_of_subject(
    connection: Connection,
    subject: EvidenceSubject,
    subject_id: int,
    *,
    after: int,
    limit: int,
    of: tuple[Who | None, ...] | None = None,
) -> list[EvidenceLink]:
    """A subject's documents, valid or not, with larger ids than `after`, oldest first.

    Args:
        of: of which sides of a transfer; None: of all.
    """
    columns = evidence_links.c
    wanted = select(evidence_links).where(
        columns.subject == int(subject), columns.subject_id == subject_id, columns.link_id > after
    )
    if of is not None:
        named = [int(side) for side in of if side is not None]
        wanted = wanted.where(columns.of.in_(named) | columns.of.is_(None))
    found = connection.execute(wanted.order_by(columns.link_id).limit(limit)).mappings()
    return [_link(row) for row in found]


def links_among(
    connection: Connection, link_ids: Sequence[EvidenceLinkId]
) -> dict[EvidenceLinkId, EvidenceLink]:
    """The documents with these numbers. Cost: O(them)."""
    columns, found = evidence_links.c, dict[EvidenceLinkId, EvidenceLink]()
    for begin in range(0, len(link_ids), IDS_PER_STATEMENT):
        among = columns.link_id.in_(link_ids[begin : begin + IDS_PER_STATEMENT])
        for row in connection.execute(select(evidence_links).where(among)).mappings():
            link = _link(row)
            found[link.link_id] = link
    return found


def links_of_file(connection: Connection, evidence_id: EvidenceId) -> list[EvidenceLink]:
    """The documents that were ever made of a file, oldest first."""
    wanted = select(evidence_links).where(evidence_links.c.evidence_id == evidence_id)
    return [
        _link(row)
        for row in connection.execute(wanted.order_by(evidence_links.c.link_id)).mappings()
    ]


def documents_of_transfer(
    connection: Connection, transfer_id: int
) -> dict[ChecklistItem, EvidenceStatus]:
    """What a transfer has of each kind and side: VALID where a document counts, or did when the
    transfer ended; else why the last one does not. Cost: O(documents)."""
    columns = evidence_links.c
    wanted = select(columns.kind, columns.of, columns.status).where(
        columns.subject == EvidenceSubject.TRANSFER.value,
        columns.subject_id == transfer_id,
        columns.status.not_in(NEVER_MISSED),
    )
    found: dict[ChecklistItem, EvidenceStatus] = {}
    for kind, of, status in connection.execute(wanted.order_by(columns.link_id)):
        item = ChecklistItem(DocumentKind(kind), None if of is None else Who(of))
        if found.get(item) is not EvidenceStatus.VALID:
            found[item] = EvidenceStatus(status)
    return found


def valid_documents_among(
    connection: Connection, transfer_ids: Sequence[int]
) -> list[EvidenceLink]:
    """The documents that count of these transfers, each transfer's oldest first. Cost: O(transfers
    + documents)."""
    columns, found = evidence_links.c, list[EvidenceLink]()
    for begin in range(0, len(transfer_ids), IDS_PER_STATEMENT):
        wanted = select(evidence_links).where(
            columns.subject == EvidenceSubject.TRANSFER.value,
            columns.subject_id.in_(transfer_ids[begin : begin + IDS_PER_STATEMENT]),
            columns.status == EvidenceStatus.VALID.value,
        )
        found += [
            _link(row) for row in connection.execute(wanted.order_by(columns.link_id)).mappings()
        ]
    return found


def referred_among(
    connection: Connection, evidence_ids: Iterable[EvidenceId]
) -> frozenset[EvidenceId]:
    """Which of these files a document was ever made of."""
    column = evidence_links.c.evidence_id
    wanted = select(column).where(column.in_(list(evidence_ids))).distinct()
    return frozenset(EvidenceId(row[0]) for row in connection.execute(wanted))


def referred_files(connection: Connection, *, after: EvidenceId, limit: int) -> list[ReferredFile]:
    """Files that documents refer to, with larger names than `after`, smallest first.

    Cost: O(answer), by the index of names.
    """
    columns = evidence_links.c
    names = (
        select(columns.evidence_id)
        .where(columns.evidence_id > after)
        .distinct()
        .order_by(columns.evidence_id)
        .limit(limit)
    )
    found: dict[EvidenceId, ReferredFile] = {}
    wanted = (
        select(columns.evidence_id, columns.sha256, columns.bytes_count, columns.link_id)
        .where(columns.evidence_id.in_(names))
        .order_by(columns.evidence_id, columns.link_id)
    )
    for evidence_id, sha256, bytes_count, link_id in connection.execute(wanted):
        found[evidence_id] = ReferredFile(evidence_id, sha256, bytes_count, link_id)
    return list(found.values())


def head_at_ns(connection: Connection) -> TimeNs:
    """The journaled time of the last committed command: none after it is earlier."""
    head = select(stream.c.last_sequence).scalar_subquery()
    at_ns = connection.scalar(select(journal.c.at_ns).where(journal.c.sequence == head))
    return TimeNs(at_ns or 0)


def _link(values: RowMapping) -> EvidenceLink:
    return EvidenceLink(
        link_id=EvidenceLinkId(values["link_id"]),
        subject=EvidenceSubject(values["subject"]),
        subject_id=values["subject_id"],
        kind=DocumentKind(values["kind"]),
        of=None if values["of"] is None else Who(values["of"]),
        version=values["version"],
        evidence_id=EvidenceId(values["evidence_id"]),
        sha256=values["sha256"],
        bytes_count=values["bytes_count"],
        media_type=MediaType(values["media_type"]),
        expires_on=None if values["expires_on"] is None else DayNumber(values["expires_on"]),
        replaces=None if values["replaces"] is None else EvidenceLinkId(values["replaces"]),
        attached_by=PartyId(values["attached_by"]),
        attached_at_ns=TimeNs(values["attached_at_ns"]),
        status=EvidenceStatus(values["status"]),
        ended_at_ns=None if values["ended_at_ns"] is None else TimeNs(values["ended_at_ns"]),
    )
