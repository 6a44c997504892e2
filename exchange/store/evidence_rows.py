"""The rows of documents, from what a batch touched: column order of evidence_tables.py."""

from exchange.evidence_state import EvidenceLink, EvidenceState
from exchange.ports import Row


def rows(evidence: EvidenceState) -> dict[str, list[Row]]:
    """The changed rows by table; they then count as written. Cost: O(documents touched)."""
    taken = [_row(link) for link in evidence.touched.values()]
    evidence.touched.clear()
    return {"evidence_links": taken}


def _row(link: EvidenceLink) -> Row:
    return (
        link.link_id,
        int(link.subject),
        link.subject_id,
        int(link.kind),
        None if link.of is None else int(link.of),
        link.version,
        link.evidence_id,
        link.sha256,
        link.bytes_count,
        int(link.media_type),
        link.expires_on,
        link.replaces,
        link.attached_by,
        link.attached_at_ns,
        int(link.status),
        link.ended_at_ns,
    )
