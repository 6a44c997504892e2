"""What has happened to documents."""

from typing import TypeAlias

from exchange.event import Event
from exchange.evidence_types import (
    EvidenceId,
    EvidenceLinkId,
    EvidenceStatus,
    EvidenceSubject,
    MediaType,
)
from exchange.types import PartyId
from registry.terms import DocumentKind
from registry.transfer import Who
from registry.types import DayNumber


class EvidenceAttached(Event, frozen=True, kw_only=True, tag=5001):
    """The document counts for its subject from now on; it is for the record only where that is a
    transfer that has ended."""

    link_id: EvidenceLinkId
    subject: EvidenceSubject
    subject_id: int
    kind: DocumentKind
    of: Who | None
    version: int
    """From 1; one more than that of the document that it replaces."""
    evidence_id: EvidenceId
    sha256: bytes
    bytes_count: int
    media_type: MediaType
    expires_on: DayNumber | None
    replaces: EvidenceLinkId | None
    attached_by: PartyId


class EvidenceInvalidated(Event, frozen=True, kw_only=True, tag=5101):
    """The document does not count any more."""

    link_id: EvidenceLinkId
    subject: EvidenceSubject
    subject_id: int
    kind: DocumentKind
    of: Who | None
    version: int
    evidence_id: EvidenceId
    reason: EvidenceStatus


EvidenceEvent: TypeAlias = EvidenceAttached | EvidenceInvalidated
