"""What the pair of exchanges compares of documents: those that count, and every row written."""

from __future__ import annotations

from exchange.evidence_state import EvidenceLink, EvidenceState
from exchange.evidence_types import EvidenceLinkId, EvidenceStatus
from tests.model.evidence import Paper, Papers

Row = tuple[object, ...]


class EvidenceRows:
    """What SQL would hold of documents."""

    def __init__(self) -> None:
        self.links: dict[EvidenceLinkId, Row] = {}

    def take(self, state: EvidenceState) -> None:
        """Write down what was touched; nothing is touched any more."""
        for link_id, link in state.touched.items():
            self.links[link_id] = evidence_row(link)
        state.touched.clear()

    def check(self, model: Papers) -> None:
        """Every document that was ever handed in has its row, with what became of it."""
        assert self.links == {paper.number: model_evidence_row(paper) for paper in model.papers}


def check_evidence(model: Papers, state: EvidenceState) -> None:
    """The state holds the documents that count, of what lives."""
    assert {key: evidence_row(link) for key, link in state.links.items()} == {
        paper.number: model_evidence_row(paper) for paper in model.counting()
    }


def evidence_row(link: EvidenceLink) -> Row:
    """A document as the engine keeps it."""
    return (
        *(link.subject, link.subject_id, link.kind, link.of, link.version, link.evidence_id),
        *(link.sha256, link.bytes_count, link.media_type, link.expires_on, link.replaces),
        *(link.attached_by, link.attached_at_ns, link.status, link.ended_at_ns),
    )


def model_evidence_row(paper: Paper) -> Row:
    """The same of the model."""
    said = paper.said
    status = EvidenceStatus.VALID if paper.ended is None else paper.ended
    return (
        *(said.subject, said.subject_id, said.kind, said.of, paper.version, said.evidence_id),
        *(said.sha256, said.bytes_count, said.media_type, said.expires_on, said.replaces),
        *(said.actor, paper.attached_at_ns, status, paper.ended_at_ns),
    )
