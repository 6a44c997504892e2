"""The documents that count, of what is not over: which subject has which, and when they expire."""

from typing import TypeAlias, TypeVar

import msgspec
from sortedcontainers import SortedList

from exchange.evidence_types import (
    EvidenceId,
    EvidenceLinkId,
    EvidenceStatus,
    EvidenceSubject,
    MediaType,
)
from exchange.types import PartyId
from registry.calendar import start_in_shanghai
from registry.terms import DocumentKind
from registry.transfer import Who
from registry.types import DayNumber, TimeNs

SubjectKey: TypeAlias = tuple[EvidenceSubject, int]
Key = TypeVar("Key", SubjectKey, EvidenceId)


class EvidenceLink(msgspec.Struct, kw_only=True, eq=False, gc=False, array_like=True):
    """A file, attached to a subject as a document of some kind."""

    link_id: EvidenceLinkId
    subject: EvidenceSubject
    subject_id: int
    kind: DocumentKind
    of: Who | None
    version: int
    evidence_id: EvidenceId
    sha256: bytes
    bytes_count: int
    media_type: MediaType
    expires_on: DayNumber | None
    replaces: EvidenceLinkId | None
    attached_by: PartyId
    attached_at_ns: TimeNs
    status: EvidenceStatus = EvidenceStatus.VALID
    ended_at_ns: TimeNs | None = None

    @property
    def of_what(self) -> SubjectKey:
        """The subject."""
        return self.subject, self.subject_id

    @property
    def expires_ns(self) -> TimeNs | None:
        """The moment after its last day in Asia/Shanghai; None: it does not expire."""
        if self.expires_on is None:
            return None
        return start_in_shanghai(DayNumber(self.expires_on + 1))


class EvidenceState:
    """The valid documents of subjects that live. What ended or was invalidated, SQL keeps."""

    __slots__ = ("_expiries", "_of_file", "_of_subject", "links", "touched")

    def __init__(self) -> None:
        self.links: dict[EvidenceLinkId, EvidenceLink] = {}
        self.touched: dict[EvidenceLinkId, EvidenceLink] = {}
        """Those whose rows no longer say what is so."""
        self._of_subject: dict[SubjectKey, dict[EvidenceLinkId, EvidenceLink]] = {}
        self._of_file: dict[EvidenceId, dict[EvidenceLinkId, EvidenceLink]] = {}
        self._expiries: SortedList[tuple[TimeNs, EvidenceLinkId]] = SortedList()

    def of_subject(self, subject: EvidenceSubject, subject_id: int) -> list[EvidenceLink]:
        """The subject's documents, oldest first. Cost: O(those)."""
        return list(self._of_subject.get((subject, subject_id), {}).values())

    def of_file(self, evidence_id: EvidenceId) -> list[EvidenceLink]:
        """The documents that are made of this file, oldest first. Cost: O(those)."""
        return list(self._of_file.get(evidence_id, {}).values())

    def next_expiry(self) -> tuple[TimeNs, EvidenceLinkId] | None:
        """Which document expires first, and when. Cost: O(1)."""
        return self._expiries[0] if self._expiries else None

    def add(self, link: EvidenceLink) -> None:
        """Take a valid document; links come in the order of their ids. Cost: O(log n)."""
        assert link.status is EvidenceStatus.VALID, link.link_id
        self.links[link.link_id] = link
        self._of_subject.setdefault(link.of_what, {})[link.link_id] = link
        self._of_file.setdefault(link.evidence_id, {})[link.link_id] = link
        if link.expires_ns is not None:
            self._expiries.add((link.expires_ns, link.link_id))

    def invalidate(self, link: EvidenceLink, why: EvidenceStatus, *, at_ns: TimeNs) -> None:
        """The document does not count any more. Cost: O(log n)."""
        assert why is not EvidenceStatus.VALID, link.link_id
        link.status, link.ended_at_ns = why, at_ns
        self.touched[link.link_id] = link
        self._forget(link)

    def close(self, subject: EvidenceSubject, subject_id: int) -> None:
        """The subject has ended: its documents stay as they are, in their rows. Cost: O(those)."""
        for link in self.of_subject(subject, subject_id):
            self._forget(link)

    def _forget(self, link: EvidenceLink) -> None:
        del self.links[link.link_id]
        _remove(self._of_subject, link.of_what, link)
        _remove(self._of_file, link.evidence_id, link)
        if link.expires_ns is not None:
            self._expiries.remove((link.expires_ns, link.link_id))

    def check(self) -> None:
        """Assert that the indexes are those of the documents. Cost: O(documents)."""
        expiries = [
            (link.expires_ns, link.link_id)
            for link in self.links.values()
            if link.expires_ns is not None
        ]
        assert list(self._expiries) == sorted(expiries)  # V2
        for index in (self._of_subject, self._of_file):
            assert sum(map(len, index.values())) == len(self.links)  # V2
            assert all(index.values())  # V2
        for link_id, link in self.links.items():
            assert link.status is EvidenceStatus.VALID, link_id  # V1
            assert self._of_subject[link.of_what][link_id] is link, link_id  # V2
            assert self._of_file[link.evidence_id][link_id] is link, link_id  # V2


def _remove(
    index: dict[Key, dict[EvidenceLinkId, EvidenceLink]], key: Key, link: EvidenceLink
) -> None:
    links = index[key]
    del links[link.link_id]
    if not links:
        del index[key]
