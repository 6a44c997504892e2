"""Commands about evidence. The file is stored and on the disk before its command is given."""

from typing import TypeAlias

from exchange.command import Command
from exchange.evidence_types import (
    EvidenceFault,
    EvidenceId,
    EvidenceLinkId,
    EvidenceSubject,
    MediaType,
)
from exchange.types import PartyId
from registry.terms import DocumentKind
from registry.transfer import Who
from registry.types import DayNumber, TimeNs, TransferId


class AttachEvidence(Command, frozen=True, kw_only=True, tag=5001):
    """Hand in a document for an application, a party or a product. By whom it concerns, or the
    operator."""

    subject: EvidenceSubject
    subject_id: int
    kind: DocumentKind
    of: Who | None
    """BUYER or SELLER of a transfer; None: one for both, or no transfer."""
    evidence_id: EvidenceId
    sha256: bytes
    bytes_count: int
    media_type: MediaType
    uploaded_at_ns: TimeNs
    """A file that nothing is attached by is let go of a day later."""
    expires_on: DayNumber | None
    """The last day in Asia/Shanghai on which it counts."""
    replaces: EvidenceLinkId | None
    """The document whose place it takes, of the same kind and person."""


class AttachLateEvidence(Command, frozen=True, kw_only=True, tag=6401):
    """Hand in a document for a transfer that has ended, for the record: nothing follows from it. By
    the transfer's trust company, or the operator.

    The state has let go of such a transfer. Who gives the command has read its committed row.
    """

    transfer_id: TransferId
    trust_company_id: PartyId
    """As the row says: what it says of a transfer's parties never changes."""
    kind: DocumentKind
    of: Who | None
    """BUYER or SELLER; None: one for both."""
    evidence_id: EvidenceId
    sha256: bytes
    bytes_count: int
    media_type: MediaType
    uploaded_at_ns: TimeNs
    """As for AttachEvidence."""


class ReportEvidenceFault(Command, frozen=True, kw_only=True, tag=5101):
    """A stored file is gone or altered: no document that is made of it counts. By the operator, for
    whom the venue looks after its files."""

    evidence_id: EvidenceId
    fault: EvidenceFault


EvidenceCommand: TypeAlias = AttachEvidence | AttachLateEvidence | ReportEvidenceFault
