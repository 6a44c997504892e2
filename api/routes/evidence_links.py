"""Documents: files that are attached to transfers, parties and products, and what a transfer still
needs."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Paged,
    Registrar,
    Services,
    SignedIn,
    cut_page,
)
from api.errors import refused
from api.evidence.visibility import sees, subject_in
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.evidence import (
    AttachEvidenceBody,
    AttachLateEvidenceBody,
    Checklist,
    EvidenceLink,
    SubjectName,
    SubjectText,
    attached_link,
    checklist_of,
    link_of,
)
from api.store.evidence import EvidenceRecord, evidence_of
from api.strict_input import StrictRoute
from api.submission import day_in, mark_replayed, replay_headers, submit
from exchange.checklist import required_documents
from exchange.evidence_commands import AttachEvidence, AttachLateEvidence
from exchange.evidence_events import EvidenceAttached
from exchange.evidence_types import EvidenceId, EvidenceLinkId, EvidenceStatus, EvidenceSubject
from exchange.refusals import Refusal
from exchange.sequencer import Outcome
from exchange.store.evidence_queries import documents_of_transfer, links_of_subject
from exchange.store.queries import kind_of
from exchange.types import PartyId
from registry.store.queries import TransferRow
from registry.terms import DocumentKind
from registry.transfer import Who

router = APIRouter(route_class=StrictRoute, tags=["evidence"])


@router.post(
    "/v1/evidence-links",
    operation_id="attach_evidence",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def attach_evidence(
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    idempotency_key: IdempotencyKey,
    body: AttachEvidenceBody,
) -> EvidenceLink:
    """Attach a file of yours to a transfer, a party or a product, as a document of some kind.

    Buyer and seller do so while a transfer's pack is with them; while the trust company has it, the
    trust company and the operator do, and the transfer's version grows. For one that has ended see
    late evidence.
    """
    subject, subject_id = subject_in(
        services, name=body.subject, text=body.subject_id, pointer="/subject_id"
    )
    record = await run_in_threadpool(_own_file, services, principal, body.evidence_id)
    command = AttachEvidence(
        actor=principal.party_id,
        key=idempotency_key,
        subject=subject,
        subject_id=subject_id,
        kind=DocumentKind[body.kind],
        of=None if body.of is None else Who[body.of],
        evidence_id=record.evidence_id,
        sha256=record.sha256,
        bytes_count=record.bytes_count,
        media_type=record.media_type,
        uploaded_at_ns=record.created_at_ns,
        expires_on=day_in(body.expires_on, pointer="/expires_on"),
        replaces=None if body.replaces is None else EvidenceLinkId(int(body.replaces)),
    )
    outcome = await _submit(services, principal, command)
    (attached,) = (event for event in outcome.events if isinstance(event, EvidenceAttached))
    mark_replayed(response, outcome)
    return attached_link(attached, body.subject_id, at_ns=outcome.at_ns)


@router.post(
    "/v1/transfers/{transfer_id}/late-evidence",
    operation_id="attach_late_evidence",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def attach_late_evidence(
    response: Response,
    services: GivenServices,
    principal: Registrar,
    idempotency_key: IdempotencyKey,
    transfer_id: IdInPath,
    body: AttachLateEvidenceBody,
) -> EvidenceLink:
    """Attach a file of yours to a transfer that has ended, settled or not: for the record.

    By its trust company or the operator. Nothing follows from it, and no checklist counts it.
    """
    transfer = await run_in_threadpool(_seen_transfer, services, principal, int(transfer_id))
    record = await run_in_threadpool(_own_file, services, principal, body.evidence_id)
    command = AttachLateEvidence(
        actor=principal.party_id,
        key=idempotency_key,
        transfer_id=transfer.transfer_id,
        trust_company_id=PartyId(transfer.trust_company_id),
        kind=DocumentKind[body.kind],
        of=None if body.of is None else Who[body.of],
        evidence_id=record.evidence_id,
        sha256=record.sha256,
        bytes_count=record.bytes_count,
        media_type=record.media_type,
        uploaded_at_ns=record.created_at_ns,
    )
    outcome = await submit(services, command)
    (attached,) = (event for event in outcome.events if isinstance(event, EvidenceAttached))
    mark_replayed(response, outcome)
    return attached_link(attached, transfer_id, at_ns=outcome.at_ns, status=EvidenceStatus.LATE)


@router.get(
    "/v1/evidence-links",
    operation_id="list_evidence_links",
    responses=problems(*SIGNED_IN, 404, 422),
)
def list_evidence_links(
    request: Request,
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    paged: Paged,
    subject: Annotated[SubjectName, Query()],
    subject_id: Annotated[SubjectText, Query()],
) -> Page[EvidenceLink]:
    """The documents of something that you may see, oldest first, those that do not count too.

    Buyer and seller of a transfer see their own documents and those for both.
    """
    kind, number = subject_in(services, name=subject, text=subject_id)
    after = decode_cursor(paged.cursor, start=0)
    with services.reader.connect() as connection:
        seen = sees(connection, services, principal, kind, number)
        if isinstance(seen, Refusal):
            raise refused(seen)
        rows = links_of_subject(
            connection, kind, number, after=after, limit=paged.limit + 1, of=seen.sides
        )
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each.link_id,))
    return Page(items=[link_of(row, subject_id) for row in shown], next_cursor=cursor)


@router.get(
    "/v1/transfers/{transfer_id}/checklist",
    operation_id="get_checklist",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_checklist(services: GivenServices, principal: SignedIn, transfer_id: IdInPath) -> Checklist:
    """What documents a transfer needs, and which of them it has."""
    return checklist_in(services, _seen_transfer(services, principal, int(transfer_id)))


def checklist_in(services: Services, transfer: TransferRow) -> Checklist:
    """What documents the transfer needs, and which of them it has. Blocks."""
    with services.reader.connect() as connection:
        buyer_kind = kind_of(connection, PartyId(transfer.buyer_id))
        assert buyer_kind is not None, transfer.transfer_id
        there = documents_of_transfer(connection, transfer.transfer_id)
    terms = services.exchange.view.products[transfer.product_id].terms.transfer_terms
    return checklist_of(required_documents(terms, buyer_kind=buyer_kind), there)


async def _submit(services: Services, principal: Principal, command: AttachEvidence) -> Outcome:
    """The outcome, accepted; a transfer that has ended is told from one that does not exist."""
    outcome = await services.exchange.submit(command)
    refusal = outcome.refusal
    if refusal is Refusal.UNKNOWN_TRANSFER and await run_in_threadpool(
        _sees_transfer, services, principal, command.subject_id
    ):
        refusal = Refusal.TRANSFER_NOT_PENDING
    if refusal is not None:
        raise refused(refusal, headers=replay_headers(outcome))
    return outcome


def _sees_transfer(services: Services, principal: Principal, transfer_id: int) -> bool:
    with services.reader.connect() as connection:
        seen = sees(connection, services, principal, EvidenceSubject.TRANSFER, transfer_id)
    return not isinstance(seen, Refusal)


def _seen_transfer(services: Services, principal: Principal, transfer_id: int) -> TransferRow:
    """The transfer as its row says; ends the request if the principal does not see it."""
    with services.reader.connect() as connection:
        seen = sees(connection, services, principal, EvidenceSubject.TRANSFER, transfer_id)
    if isinstance(seen, Refusal):
        raise refused(seen)
    assert seen.transfer is not None, transfer_id
    return seen.transfer


def _own_file(services: Services, principal: Principal, name: str) -> EvidenceRecord:
    """The file that the principal has uploaded; ends the request if he has not."""
    with services.edge.transaction() as connection:
        record = evidence_of(connection, EvidenceId(bytes.fromhex(name)))
    if record is None or record.party_id != principal.party_id:
        raise refused(Refusal.UNKNOWN_EVIDENCE, pointer="/evidence_id")
    return record
