"""Evidence on the wire: files, what they are attached to, and checklists."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec
from pydantic import Field

from api.evidence.types import KINDS
from api.schemas.base import Answer, Body, name_of
from api.schemas.decimals import Day, IdText, Moment, format_day, format_moment
from exchange import evidence_state
from exchange.evidence_events import EvidenceAttached
from exchange.evidence_types import EvidenceStatus, EvidenceSubject, MediaType
from registry.terms import ChecklistItem, DocumentKind
from registry.transfer import Who
from registry.types import TimeNs

EVIDENCE_ID_PATTERN: Final = r"^[0-9a-f]{32}$"
DAY_PATTERN: Final = r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]$"

EvidenceIdText = Annotated[
    str,
    Field(
        pattern=EVIDENCE_ID_PATTERN, max_length=32, examples=["3f0c9a5be1d2774186aa20c4f19e6b58"]
    ),
]
SubjectText = Annotated[
    str,
    Field(
        pattern=r"^[A-Z0-9][A-Z0-9.-]{0,31}$",
        max_length=32,
        examples=["1042"],
        description="The id of a transfer or a party, or a product's symbol.",
    ),
]
DayText = Annotated[
    str,
    Field(
        pattern=DAY_PATTERN,
        max_length=10,
        json_schema_extra={"format": "date"},
        examples=["2026-11-22"],
    ),
]
SubjectName = Literal["TRANSFER", "PARTY", "PRODUCT"]
SideName = Literal["BUYER", "SELLER"]
KindName = Literal[
    "QUALIFICATION",
    "DUAL_RECORDING",
    "AUTHORITY",
    "AGREEMENT",
    "RISK_STATEMENT",
    "SCAN",
    "NOTICE",
    "OWN_FUNDS",
    "NO_REPURCHASE",
    "FIXED_DATE",
]
ItemState = Literal["VALID", "MISSING", "EXPIRED", "FAULTY"]
Sha256: Final = Field(description="Of the bytes, in hexadecimal digits.")


class Evidence(Answer):
    """A file that was uploaded. Attach it within a day, or it is let go of."""

    evidence_id: EvidenceIdText
    sha256: Annotated[str, Sha256]
    bytes: int
    media_type: str


class AttachEvidenceBody(Body):
    """A document for a transfer, a party or a product."""

    subject: SubjectName
    subject_id: SubjectText
    evidence_id: EvidenceIdText
    """Of a file that you have uploaded."""
    kind: KindName
    of: SideName | None = None
    """Whose document of a transfer it is; left out: one for both."""
    expires_on: DayText | None = None
    """The last day in Asia/Shanghai on which it counts."""
    replaces: IdText | None = None
    """The document whose place it takes: your own, of the same kind and side."""


class AttachLateEvidenceBody(Body):
    """A document for a transfer that has ended."""

    evidence_id: EvidenceIdText
    """Of a file that you have uploaded."""
    kind: KindName
    of: SideName | None = None
    """Whose document it is; left out: one for both."""


class EvidenceLink(Answer):
    """A document: a file, attached to something."""

    link_id: str
    subject: Annotated[str, name_of(EvidenceSubject)]
    subject_id: str
    kind: Annotated[str, name_of(DocumentKind)]
    of: SideName | None
    version: int
    """One more than that of the document that it replaces."""
    evidence_id: EvidenceIdText
    sha256: Annotated[str, Sha256]
    bytes: int
    media_type: str
    expires_on: Day | None
    replaces: str | None
    attached_by: str
    attached_at: Moment
    status: Annotated[str, name_of(EvidenceStatus)]
    ended_at: Moment | None
    """Since when it does not count any more; null while it does, and if it came late."""


class ChecklistLine(Answer):
    """A document that a transfer needs."""

    kind: Annotated[str, name_of(DocumentKind)]
    of: SideName | None
    state: ItemState
    """VALID: there is one that counts, or did when the transfer ended; else why there is none: the
    last one expired, its file was found faulty, or none came in time."""


class Checklist(Answer):
    """The documents that a transfer needs before the trust company is asked."""

    items: list[ChecklistLine]
    is_complete: bool


def link_of(link: evidence_state.EvidenceLink, subject_id: str) -> EvidenceLink:
    """A document as the wire shows it."""
    return EvidenceLink(
        link_id=str(link.link_id),
        subject=link.subject.name,
        subject_id=subject_id,
        kind=link.kind.name,
        of=side_name(link.of),
        version=link.version,
        evidence_id=link.evidence_id.hex(),
        sha256=link.sha256.hex(),
        bytes=link.bytes_count,
        media_type=media_type_name(link.media_type),
        expires_on=None if link.expires_on is None else format_day(link.expires_on),
        replaces=None if link.replaces is None else str(link.replaces),
        attached_by=str(link.attached_by),
        attached_at=format_moment(link.attached_at_ns),
        status=link.status.name,
        ended_at=None if link.ended_at_ns is None else format_moment(link.ended_at_ns),
    )


def attached_link(
    event: EvidenceAttached,
    subject_id: str,
    *,
    at_ns: int,
    status: EvidenceStatus = EvidenceStatus.VALID,
) -> EvidenceLink:
    """The document that was just attached."""
    link = evidence_state.EvidenceLink(
        **msgspec.structs.asdict(event), attached_at_ns=TimeNs(at_ns), status=status
    )
    return link_of(link, subject_id)


def checklist_of(
    required: tuple[ChecklistItem, ...], there: Mapping[ChecklistItem, EvidenceStatus]
) -> Checklist:
    """What is needed, against what there is."""
    items = [
        ChecklistLine(
            kind=item.kind.name,
            of=side_name(item.of),
            state=_item_state(there.get(item)),
        )
        for item in required
    ]
    return Checklist(items=items, is_complete=all(item.state == "VALID" for item in items))


def _item_state(status: EvidenceStatus | None) -> ItemState:
    match status:
        case EvidenceStatus.VALID:
            return "VALID"
        case EvidenceStatus.EXPIRED:
            return "EXPIRED"
        case EvidenceStatus.FAULTY:
            return "FAULTY"
        case _:
            return "MISSING"


def media_type_name(media_type: MediaType) -> str:
    """The name that HTTP has for it."""
    return KINDS[media_type].name


def side_name(side: Who | None) -> SideName | None:
    """BUYER or SELLER, or nothing where it is both."""
    if side is None:
        return None
    return "BUYER" if side is Who.BUYER else "SELLER"
