"""Random papers for the small venue: of applications, parties and products, by anybody, some of
them already there, out of range, too late or in another's place."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from exchange.evidence_commands import (
    AttachEvidence,
    AttachLateEvidence,
    EvidenceCommand,
    ReportEvidenceFault,
)
from exchange.evidence_types import (
    EvidenceFault,
    EvidenceId,
    EvidenceLinkId,
    EvidenceSubject,
    MediaType,
)
from exchange.types import OPERATOR_ID, PartyId
from registry.terms import ChecklistItem, DocumentKind
from registry.transfer import Who
from registry.types import DayNumber, TimeNs

if TYPE_CHECKING:
    from tests.model.ledger import ModelTransfer
    from tests.properties.random_commands import RandomCommands

DAY_NS: Final = 86_400 * 10**9
UNKNOWN: Final = 999_999
KINDS: Final = (DocumentKind.QUALIFICATION, DocumentKind.SCAN, DocumentKind.DUAL_RECORDING)
FILES: Final = tuple(EvidenceId(bytes([number]) * 16) for number in range(1, 7))


class RandomEvidence:
    """Draws papers, knowing what the pair of exchanges has come to."""

    def __init__(self, random: RandomCommands, anybody: tuple[PartyId, ...]) -> None:
        self.random = random
        self.anybody = anybody

    def subject(self, draw: Random) -> tuple[EvidenceSubject, int, PartyId]:
        """What the paper is for, and whom that mostly concerns."""
        model = self.random.pair.model
        kind = draw.random()
        if kind < 0.6 and model.transfers:
            pending = model.pending_transfers()
            chosen = pending if pending and draw.random() < 0.95 else list(model.transfers.values())
            transfer = draw.choice(chosen)
            trust_company = transfer.product.terms.trust_company_id
            concerned = draw.choices(
                (trust_company, OPERATOR_ID, transfer.buy.party_id, transfer.sell.party_id),
                (5, 2, 1, 1),
            )[0]
            return EvidenceSubject.TRANSFER, transfer.transfer_id, concerned
        if kind < 0.75:
            product = draw.choice(list(model.products.values()))
            return EvidenceSubject.PRODUCT, product.product_id, product.terms.trust_company_id
        if kind < 0.97:
            party_id = draw.choice(list(model.kinds))
            return EvidenceSubject.PARTY, party_id, party_id
        return draw.choice(list(EvidenceSubject)), UNKNOWN, OPERATOR_ID

    def wanted(self) -> list[tuple[ModelTransfer, ChecklistItem]]:
        """Which papers pending transfers have not, though their products ask for them."""
        model = self.random.pair.model
        return [
            (transfer, line)
            for transfer in model.pending_transfers()
            for line in model.lacking(transfer)
        ]

    def hand_in(self, draw: Random) -> AttachEvidence:
        """A paper, often in the place of another."""
        model, at_ns = self.random.pair.model, self.random.pair.at_ns
        subject, number, concerned = self.subject(draw)
        kind = draw.choice(KINDS)
        of = draw.choice((None, None, Who.BUYER, Who.SELLER))
        wanted = self.wanted()
        if wanted and draw.random() < 0.7:
            transfer, line = draw.choice(wanted)
            subject, number = EvidenceSubject.TRANSFER, int(transfer.transfer_id)
            kind, of = line.kind, line.of
            mine = transfer.buy if of is Who.BUYER else transfer.sell
            concerned = draw.choice((mine.party_id, mine.party_id, OPERATOR_ID))
        elif subject is not EvidenceSubject.TRANSFER and draw.random() < 0.9:
            of = None
        replaces = None
        there = [paper for paper in model.counting() if paper.thing == (subject.name, number)]
        if there and draw.random() < 0.5:
            old = draw.choice(there)
            replaces = EvidenceLinkId(old.number)
            if draw.random() < 0.9:
                kind, of, concerned = old.said.kind, old.said.of, old.said.actor
        elif model.papers and draw.random() < 0.05:
            replaces = EvidenceLinkId(draw.choice(model.papers).number)
        evidence_id = draw.choice(FILES)
        today = (at_ns + DAY_NS // 3) // DAY_NS
        last = draw.choice(
            (None, None, 0, 1, 1, 2, 36_525, *((-1, 36_526) * (draw.random() < 0.1)))
        )
        is_video = kind is DocumentKind.DUAL_RECORDING
        age_ns = draw.choice((0, 1, 3_600 * 10**9, *((DAY_NS - 1, DAY_NS) * (draw.random() < 0.2))))
        return AttachEvidence(
            actor=draw.choice(self.anybody) if draw.random() < 0.07 else concerned,
            key=self.random.key(),
            subject=subject,
            subject_id=number,
            kind=kind,
            of=draw.choice(list(Who)) if draw.random() < 0.03 else of,
            evidence_id=evidence_id if draw.random() < 0.98 else EvidenceId(b"short"),
            sha256=evidence_id * 2 if draw.random() < 0.97 else draw.choice((bytes(32), b"")),
            bytes_count=1_000 if draw.random() < 0.98 else draw.choice((0, 20 * 2**20 + 1)),
            media_type=MediaType.MP4 if is_video or draw.random() < 0.9 else MediaType.PDF,
            uploaded_at_ns=TimeNs(at_ns - age_ns),
            expires_on=None if last is None else DayNumber(today + last),
            replaces=replaces,
        )

    def hand_in_late(self, draw: Random, transfer: ModelTransfer) -> AttachLateEvidence:
        """A paper for the archive; now and then the application is still under way."""
        paper = self.hand_in(draw)
        trust_company = transfer.product.terms.trust_company_id
        somebody = draw.choice(self.anybody) if draw.random() < 0.1 else trust_company
        return AttachLateEvidence(
            actor=draw.choice((somebody, somebody, OPERATOR_ID)),
            key=paper.key,
            transfer_id=transfer.transfer_id,
            trust_company_id=trust_company,
            kind=paper.kind,
            of=paper.of,
            evidence_id=paper.evidence_id,
            sha256=paper.sha256,
            bytes_count=paper.bytes_count,
            media_type=paper.media_type,
            uploaded_at_ns=paper.uploaded_at_ns,
        )

    def report(self, draw: Random) -> ReportEvidenceFault:
        """A file is not what it was, says mostly the operator."""
        return ReportEvidenceFault(
            actor=draw.choice(self.anybody) if draw.random() < 0.1 else OPERATOR_ID,
            key=self.random.key(),
            evidence_id=draw.choice(FILES),
            fault=draw.choice(list(EvidenceFault)),
        )

    def draw(self, draw: Random) -> EvidenceCommand:
        """A paper, now and then a late one or a fault."""
        transfers = list(self.random.pair.model.transfers.values())
        if transfers and draw.random() < 0.08:
            return self.hand_in_late(draw, draw.choice(transfers))
        return self.report(draw) if draw.random() < 0.08 else self.hand_in(draw)
