"""Documents are handed in, replaced, expire, and stop to count when their file is no longer what it
was; what relies on them hears of it.

Buyer and seller hand in while the pack is with them. While the trust company has it, only the trust
company and the operator change it, and the transfer's version grows: who decides on the old one is
refused and looks again. What a maker has proposed about it lapses. Documents of a party's own do
the same to all that it buys and sells: of these it hands in a bounded number while one is reviewed.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from exchange.cases import count_own_evidence, mark_changed, refuse_own_evidence
from exchange.evidence_commands import AttachEvidence, AttachLateEvidence, ReportEvidenceFault
from exchange.evidence_events import EvidenceAttached, EvidenceInvalidated
from exchange.evidence_state import EvidenceLink
from exchange.evidence_types import EvidenceLinkId, EvidenceStatus, EvidenceSubject, MediaType
from exchange.exceptions import raise_about
from exchange.handler import Handler
from exchange.limits import (
    DAY_NS,
    EVIDENCE_BYTES_MAX,
    EVIDENCE_PER_SUBJECT_MAX,
    EVIDENCE_VALIDITY_DAYS_MAX,
    LINKS_PER_EVIDENCE_MAX,
)
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import State
from exchange.transfer_desk import advance, lacks_nothing_more
from exchange.transfer_steps import NOBODY, role_of
from exchange.types import OPERATOR_ID, SHA256_BYTES, ExceptionKind, PartyId, PartyKind
from exchange.types import Sequence as SequenceNumber
from registry.calendar import day_in_shanghai
from registry.terms import DocumentKind
from registry.transfer import Transfer, TransferEvent, TransferState, Who
from registry.types import ProductId, TimeNs, TransferId

EVIDENCE_ID_BYTES: Final = 16
UNATTACHED_NS: Final = DAY_NS
"""How long after its upload a file may first be attached. The sweep of files relies on it."""
SIDES: Final = frozenset({Who.BUYER, Who.SELLER, None})
"""Of a transfer, whose document it may be; None: one for both."""
WITH_THE_PARTIES: Final = frozenset(
    {
        TransferState.AGREEMENT_PENDING,
        TransferState.FUNDS_PENDING,
        TransferState.RETURNED,
    }
)
"""Buyer and seller may change the pack in these states."""
CHANGES: Final = {
    TransferState.SUBMITTED: TransferEvent.DOCUMENT,
    TransferState.UNDER_REVIEW: TransferEvent.RESET,
}
"""What another pack means to the transfer, where the trust company has it."""
Attaching: TypeAlias = AttachEvidence | AttachLateEvidence


def attach_evidence(
    state: State, command: AttachEvidence, sequence: SequenceNumber, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The document counts for its subject, in the place of the one that it replaces."""
    replaced = None if command.replaces is None else state.evidence.links.get(command.replaces)
    refusal = _refusal_of(state, command, replaced, at_ns)
    if refusal is not None:
        return refusal
    version = 1
    if replaced is not None:
        version = replaced.version + 1
        _invalidate(state, replaced, EvidenceStatus.REPLACED, at_ns=at_ns, emit=emit)
    link = EvidenceLink(
        link_id=EvidenceLinkId(sequence),
        subject=command.subject,
        subject_id=command.subject_id,
        kind=command.kind,
        of=command.of,
        version=version,
        evidence_id=command.evidence_id,
        sha256=command.sha256,
        bytes_count=command.bytes_count,
        media_type=command.media_type,
        expires_on=command.expires_on,
        replaces=command.replaces,
        attached_by=command.actor,
        attached_at_ns=at_ns,
    )
    state.evidence.add(link)
    state.evidence.touched[link.link_id] = link
    if link.expires_ns is not None:
        state.note_due(link.expires_ns)
    emit(_attached(link))
    _follow_pack(state, [link], at_ns=at_ns, emit=emit)
    if _is_own(command):
        count_own_evidence(state, command.actor)
    return None


def attach_late_evidence(
    state: State, command: AttachLateEvidence, sequence: SequenceNumber, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The document has its row and is not kept in memory, as the transfer is not."""
    refusal = _late_refusal_of(state, command, at_ns)
    if refusal is not None:
        return refusal
    link = EvidenceLink(
        link_id=EvidenceLinkId(sequence),
        subject=EvidenceSubject.TRANSFER,
        subject_id=command.transfer_id,
        kind=command.kind,
        of=command.of,
        version=1,
        evidence_id=command.evidence_id,
        sha256=command.sha256,
        bytes_count=command.bytes_count,
        media_type=command.media_type,
        expires_on=None,
        replaces=None,
        attached_by=command.actor,
        attached_at_ns=at_ns,
        status=EvidenceStatus.LATE,
    )
    state.evidence.touched[link.link_id] = link
    emit(_attached(link))
    return None


def report_evidence_fault(
    state: State,
    command: ReportEvidenceFault,
    _sequence: SequenceNumber,
    at_ns: TimeNs,
    emit: Emit,
) -> Refusal | None:
    """No document that is made of the file counts any more."""
    if command.actor != OPERATOR_ID:
        return Refusal.NOT_PERMITTED
    links = state.evidence.of_file(command.evidence_id)
    if not links:
        return Refusal.UNKNOWN_EVIDENCE
    for link in links:
        _invalidate(state, link, EvidenceStatus.FAULTY, at_ns=at_ns, emit=emit)
        raise_about(
            state,
            ExceptionKind.EVIDENCE,
            link.link_id,
            party_id=_keeper(state, link),
            at_ns=at_ns,
            emit=emit,
        )
    _follow_pack(state, links, at_ns=at_ns, emit=emit)
    return None


def expire_evidence(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """The last day of the document that expires first is over."""
    first = state.evidence.next_expiry()
    assert first is not None, at_ns
    expires_ns, link_id = first
    assert expires_ns <= at_ns, (link_id, expires_ns, at_ns)
    link = state.evidence.links[link_id]
    _invalidate(state, link, EvidenceStatus.EXPIRED, at_ns=at_ns, emit=emit)
    _follow_pack(state, [link], at_ns=at_ns, emit=emit)


HANDLERS: Final[dict[type, Handler]] = {
    AttachEvidence: attach_evidence,
    AttachLateEvidence: attach_late_evidence,
    ReportEvidenceFault: report_evidence_fault,
}


def _refusal_of(
    state: State, command: AttachEvidence, replaced: EvidenceLink | None, at_ns: TimeNs
) -> Refusal | None:
    actor = state.parties.get(command.actor)
    if actor is not None and actor.kind is PartyKind.REGULATOR:
        return Refusal.NOT_PERMITTED  # not even of itself
    role = _role(state, command)
    if isinstance(role, Refusal):
        return role
    is_party = role in {Who.BUYER, Who.SELLER}
    if is_party and command.of not in {role, None}:
        return Refusal.NOT_PERMITTED
    if replaced is not None and command.actor not in {replaced.attached_by, OPERATOR_ID}:
        return Refusal.NOT_PERMITTED
    same_file = state.evidence.of_file(command.evidence_id)
    if _may_be_swept(command, same_file, at_ns):
        return Refusal.UNKNOWN_EVIDENCE
    if command.replaces is not None and not _takes_place_of(command, replaced):
        return Refusal.UNKNOWN_EVIDENCE
    if not _in_range(command, same_file, at_ns):
        return Refusal.EVIDENCE_OUT_OF_RANGE
    if is_party and _transfer(state, command).state not in WITH_THE_PARTIES:
        return Refusal.TRANSFER_NOT_IN_STATE
    refusal = refuse_own_evidence(state, command.actor) if _is_own(command) else None
    if refusal is not None:
        return refusal
    others = state.evidence.of_subject(command.subject, command.subject_id)
    if (
        len(others) - (replaced is not None) >= EVIDENCE_PER_SUBJECT_MAX
        or len(same_file) >= LINKS_PER_EVIDENCE_MAX
    ):
        return Refusal.EVIDENCE_MAX
    return None


def _late_refusal_of(state: State, command: AttachLateEvidence, at_ns: TimeNs) -> Refusal | None:
    trust_company = state.parties.get(command.trust_company_id)
    if trust_company is None or trust_company.kind is not PartyKind.TRUST_COMPANY:
        return Refusal.NOT_PERMITTED
    if command.actor not in {trust_company.party_id, OPERATOR_ID}:
        return Refusal.NOT_PERMITTED
    same_file = state.evidence.of_file(command.evidence_id)
    if _may_be_swept(command, same_file, at_ns):
        return Refusal.UNKNOWN_EVIDENCE
    if command.of not in SIDES or not _is_file(command, same_file):
        return Refusal.EVIDENCE_OUT_OF_RANGE
    if command.transfer_id in state.register.transfers:
        return Refusal.TRANSFER_NOT_IN_STATE
    return None


def _may_be_swept(command: Attaching, same_file: Sequence[EvidenceLink], at_ns: TimeNs) -> bool:
    return not same_file and at_ns - command.uploaded_at_ns >= UNATTACHED_NS


def _role(state: State, command: AttachEvidence) -> Who | Refusal:
    """As what the actor hands it in; to whom the subject does not exist, it is unknown."""
    actor = command.actor
    match command.subject:
        case EvidenceSubject.TRANSFER:
            transfer = state.register.transfers.get(TransferId(command.subject_id))
            role = NOBODY if transfer is None else role_of(state, transfer, actor)
            return role or Refusal.UNKNOWN_TRANSFER
        case EvidenceSubject.PARTY:
            mine = actor in {command.subject_id, OPERATOR_ID}
            known = mine and PartyId(command.subject_id) in state.parties
            return Who.OPERATOR if known else Refusal.UNKNOWN_PARTY
        case EvidenceSubject.PRODUCT:
            product = state.products.get(ProductId(command.subject_id))
            known = product is not None and actor in {
                product.terms.trust_company_id,
                OPERATOR_ID,
            }
            return Who.TRUST_COMPANY if known else Refusal.UNKNOWN_PRODUCT


def _is_own(command: AttachEvidence) -> bool:
    """Whether a party hands in a document of its own."""
    of_party = command.subject is EvidenceSubject.PARTY
    return of_party and command.actor == command.subject_id


def _takes_place_of(command: AttachEvidence, replaced: EvidenceLink | None) -> bool:
    return replaced is not None and (
        (replaced.subject, replaced.subject_id, replaced.kind, replaced.of)
        == (command.subject, command.subject_id, command.kind, command.of)
    )


def _in_range(command: AttachEvidence, same_file: Sequence[EvidenceLink], at_ns: TimeNs) -> bool:
    of_transfer = command.subject is EvidenceSubject.TRANSFER
    last, today = command.expires_on, day_in_shanghai(at_ns)
    return (
        (command.of is None or (of_transfer and command.of in SIDES))
        and (last is None or today <= last <= today + EVIDENCE_VALIDITY_DAYS_MAX)
        and _is_file(command, same_file)
    )


def _is_file(command: Attaching, same_file: Sequence[EvidenceLink]) -> bool:
    is_recording = command.kind is DocumentKind.DUAL_RECORDING
    said = command.sha256, command.bytes_count, command.media_type
    return (
        len(command.evidence_id) == EVIDENCE_ID_BYTES
        and len(command.sha256) == SHA256_BYTES
        and 0 < command.bytes_count <= EVIDENCE_BYTES_MAX
        and (not is_recording or command.media_type is MediaType.MP4)
        # One name, one file: other bytes never pass for those that were seen.
        and all((link.sha256, link.bytes_count, link.media_type) == said for link in same_file)
    )


def _transfer(state: State, about: AttachEvidence | EvidenceLink) -> Transfer:
    return state.register.transfers[TransferId(about.subject_id)]


def _invalidate(
    state: State, link: EvidenceLink, why: EvidenceStatus, *, at_ns: TimeNs, emit: Emit
) -> None:
    state.evidence.invalidate(link, why, at_ns=at_ns)
    emit(
        EvidenceInvalidated(
            link_id=link.link_id,
            subject=link.subject,
            subject_id=link.subject_id,
            kind=link.kind,
            of=link.of,
            version=link.version,
            evidence_id=link.evidence_id,
            reason=why,
        )
    )


def _follow_pack(state: State, links: Sequence[EvidenceLink], *, at_ns: TimeNs, emit: Emit) -> None:
    """What follows for each transfer whose pack has changed: the one that the trust company has is
    another one, under review to be claimed and read anew, and an agreement that only waited for
    documents is made. A party's own documents concern what is proposed about its transfers."""
    changed = {
        link.subject_id: _transfer(state, link)
        for link in links
        if link.subject is EvidenceSubject.TRANSFER
    }
    for _, transfer in sorted(changed.items()):
        if transfer.state in CHANGES:
            event = CHANGES[transfer.state]
        elif lacks_nothing_more(state, transfer):
            event = TransferEvent.AGREED
        else:
            continue
        refusal = advance(state, transfer, event, at_ns=at_ns, emit=emit)
        assert refusal is None, (transfer.transfer_id, event, refusal)
    parties = {link.subject_id for link in links if link.subject is EvidenceSubject.PARTY}
    for party_id in sorted(parties):
        mark_changed(state, PartyId(party_id), at_ns=at_ns)


def _keeper(state: State, link: EvidenceLink) -> PartyId:
    """Whose matter it is when the document is lost."""
    match link.subject:
        case EvidenceSubject.TRANSFER:
            return state.leg_of(_transfer(state, link)).trust_company_id
        case EvidenceSubject.PARTY:
            return PartyId(link.subject_id)
        case EvidenceSubject.PRODUCT:
            return state.products[ProductId(link.subject_id)].terms.trust_company_id


def _attached(link: EvidenceLink) -> EvidenceAttached:
    return EvidenceAttached(
        link_id=link.link_id,
        subject=link.subject,
        subject_id=link.subject_id,
        kind=link.kind,
        of=link.of,
        version=link.version,
        evidence_id=link.evidence_id,
        sha256=link.sha256,
        bytes_count=link.bytes_count,
        media_type=link.media_type,
        expires_on=link.expires_on,
        replaces=link.replaces,
        attached_by=link.attached_by,
    )
