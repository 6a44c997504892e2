"""Papers for tests of the small venue: what a test does not say about one is unremarkable."""

from __future__ import annotations

from typing import Any

import msgspec

from exchange.evidence_commands import AttachEvidence, AttachLateEvidence, ReportEvidenceFault
from exchange.evidence_types import (
    EvidenceFault,
    EvidenceId,
    EvidenceLinkId,
    EvidenceSubject,
    MediaType,
)
from exchange.types import OPERATOR_ID, PartyId
from registry.terms import DocumentKind
from registry.types import DayNumber, TransferId
from tests.exchange.venue import Venue

DAY_NS = 86_400 * 10**9


def paper(
    venue: Venue, subject: EvidenceSubject, subject_id: int, by: PartyId, **more: Any
) -> AttachEvidence:
    """A stamped scan for this subject, handed in by this party."""
    number = more.pop("file", 1)
    command = AttachEvidence(
        actor=by,
        key=venue.key(),
        subject=subject,
        subject_id=subject_id,
        kind=DocumentKind.SCAN,
        of=None,
        evidence_id=file(number),
        sha256=bytes([number]) * 32,
        bytes_count=1_000 + number,
        media_type=MediaType.PDF,
        uploaded_at_ns=venue.at_ns,
        expires_on=None,
        replaces=None,
    )
    return msgspec.structs.replace(command, **more)


def of_transfer(venue: Venue, **more: Any) -> AttachEvidence:
    """A scan for the only open transfer, handed in by the trust company."""
    (transfer_id,) = venue.pending()
    by = more.pop("by", venue.trust_company)
    return paper(venue, EvidenceSubject.TRANSFER, transfer_id, by, **more)


def of_product(venue: Venue, **more: Any) -> AttachEvidence:
    """A scan for the product, handed in by its trust company."""
    by = more.pop("by", venue.trust_company)
    return paper(venue, EvidenceSubject.PRODUCT, venue.product_id, by, **more)


def of_party(venue: Venue, party_id: PartyId, **more: Any) -> AttachEvidence:
    """A scan for the party, handed in by itself."""
    return paper(venue, EvidenceSubject.PARTY, party_id, more.pop("by", party_id), **more)


def late(venue: Venue, transfer_id: TransferId, **more: Any) -> AttachLateEvidence:
    """A scan for a transfer of the product, handed in by the trust company."""
    number = more.pop("file", 1)
    command = AttachLateEvidence(
        actor=venue.trust_company,
        key=venue.key(),
        transfer_id=transfer_id,
        trust_company_id=venue.trust_company,
        kind=DocumentKind.SCAN,
        of=None,
        evidence_id=file(number),
        sha256=bytes([number]) * 32,
        bytes_count=1_000 + number,
        media_type=MediaType.PDF,
        uploaded_at_ns=venue.at_ns,
    )
    return msgspec.structs.replace(command, **more)


def fault(venue: Venue, number: int = 1, *, by: PartyId = OPERATOR_ID) -> ReportEvidenceFault:
    """The file of this number is not what it was."""
    return ReportEvidenceFault(
        actor=by, key=venue.key(), evidence_id=file(number), fault=EvidenceFault.DIFFERENT
    )


def file(number: int) -> EvidenceId:
    """The name of the file of this number."""
    return EvidenceId(bytes([number]) * 16)


def today(venue: Venue) -> DayNumber:
    """The day in Shanghai."""
    return DayNumber((venue.at_ns + DAY_NS // 3) // DAY_NS)


def hands_in(venue: Venue, command: AttachEvidence) -> EvidenceLinkId:
    """A paper that is taken: its number."""
    venue.does(command)
    return EvidenceLinkId(venue.state.sequence)
