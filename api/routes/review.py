"""A trust company's officers at work: who has claimed a transfer, and what a maker proposes to a
checker. The checker's word is a decision: api/routes/transfers.py."""

from typing import Final

from fastapi import APIRouter, Request, Response

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    IfMatch,
    Paged,
    Services,
    TrustCompany,
    cut_page,
    etag_of,
    officer_in,
    version_in,
)
from api.responses import COMMAND, SIGNED_IN, problems
from api.routes.transfers import submit_about_transfer, transfers_shown
from api.schemas.base import Page, SymbolText, decode_cursor
from api.schemas.review import ProposeDecisionBody, ReassignBody
from api.schemas.transfer_steps import TransferStep, step_of
from api.schemas.transfers import Transfer
from api.signatures import sign_off
from api.strict_input import StrictRoute
from api.submission import mark_replayed, what_happened
from exchange.events import TransferAdvanced
from exchange.review_commands import (
    ClaimTransfer,
    ProposeDecision,
    ReassignTransfer,
    ReleaseClaim,
    ReviewCommand,
)
from exchange.store.review_queries import UNDECIDED
from exchange.types import OfficerId, RejectionReason
from registry.store.queries import open_transfers_after
from registry.types import TransferId

REVIEW_PROBLEMS: Final = problems(*COMMAND, 404, 409, 412, 428)

router = APIRouter(route_class=StrictRoute, tags=["review"])


@router.get("/v1/desk/queue", operation_id="list_queue", responses=problems(*SIGNED_IN, 404, 422))
def list_queue(
    request: Request,
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    paged: Paged,
    symbol: SymbolText | None = None,
) -> Page[Transfer]:
    """The transfers that wait for the trust company's decision, oldest first: since when, until
    when, who has claimed them and what is proposed. For the trust company."""
    with services.reader.connect() as connection:
        found = open_transfers_after(
            connection,
            trust_company_ids=[officer.party_id],
            states=UNDECIDED,
            after=decode_cursor(paged.cursor, start=0),
            product_id=None if symbol is None else services.product(symbol).product_id,
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.transfer_id,))
    return Page(items=transfers_shown(services, shown, officer), next_cursor=cursor)


@router.post(
    "/v1/transfers/{transfer_id}/claim",
    operation_id="claim_transfer",
    responses=REVIEW_PROBLEMS,
)
async def claim_transfer(
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    idempotency_key: IdempotencyKey,
    if_match: IfMatch,
    transfer_id: IdInPath,
) -> TransferStep:
    """Take a transfer to work on it, for the minutes that its product gives, or for as long anew.
    For an officer of the trust company's, maker or checker."""
    command = ClaimTransfer(
        actor=officer.party_id,
        key=idempotency_key,
        transfer_id=TransferId(int(transfer_id)),
        version=version_in(if_match),
        officer=officer.key_id,
        officer_id=officer_in(officer),
    )
    return await _take(response, services, officer, command)


@router.post(
    "/v1/transfers/{transfer_id}/release",
    operation_id="release_claim",
    responses=REVIEW_PROBLEMS,
)
async def release_claim(
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    idempotency_key: IdempotencyKey,
    if_match: IfMatch,
    transfer_id: IdInPath,
) -> TransferStep:
    """Give back what you have claimed."""
    command = ReleaseClaim(
        actor=officer.party_id,
        key=idempotency_key,
        transfer_id=TransferId(int(transfer_id)),
        version=version_in(if_match),
        officer=officer.key_id,
        officer_id=officer_in(officer),
    )
    return await _take(response, services, officer, command)


@router.post(
    "/v1/transfers/{transfer_id}/reassign",
    operation_id="reassign_transfer",
    responses=REVIEW_PROBLEMS,
)
async def reassign_transfer(
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    idempotency_key: IdempotencyKey,
    if_match: IfMatch,
    transfer_id: IdInPath,
    body: ReassignBody,
) -> TransferStep:
    """Let another officer have a transfer, whoever has claimed it. For the trust company's head."""
    command = ReassignTransfer(
        actor=officer.party_id,
        key=idempotency_key,
        transfer_id=TransferId(int(transfer_id)),
        version=version_in(if_match),
        officer=officer.key_id,
        officer_id=officer_in(officer),
        assigned_id=OfficerId(int(body.officer_id)),
    )
    return await _take(response, services, officer, command)


@router.post(
    "/v1/transfers/{transfer_id}/propose",
    operation_id="propose_decision",
    responses=REVIEW_PROBLEMS,
)
async def propose_decision(
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    idempotency_key: IdempotencyKey,
    if_match: IfMatch,
    transfer_id: IdInPath,
    body: ProposeDecisionBody,
) -> TransferStep:
    """Propose to a checker what to decide, in place of what was proposed before. For the maker who
    has claimed the transfer."""
    command = ProposeDecision(
        actor=officer.party_id,
        key=idempotency_key,
        transfer_id=TransferId(int(transfer_id)),
        version=version_in(if_match),
        officer=officer.key_id,
        officer_id=officer_in(officer),
        criteria=bytes.fromhex(body.criteria),
        reason=None if body.reason is None else RejectionReason[body.reason],
    )
    command = await sign_off(services, officer, command, body.signature)
    return await _take(response, services, officer, command)


async def _take(
    response: Response, services: Services, officer: Principal, command: ReviewCommand
) -> TransferStep:
    outcome = await submit_about_transfer(services, officer, command)
    event = what_happened(outcome)
    assert isinstance(event, TransferAdvanced), event
    mark_replayed(response, outcome)
    response.headers["ETag"] = etag_of(event.version)
    terms = services.exchange.view.products[event.product_id].terms
    return step_of(event, terms, officer, at_ns=outcome.at_ns)
