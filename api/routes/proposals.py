"""Proposals: what the operator's officers want done, and a second person's word."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Operator,
    Paged,
    Services,
    cut_page,
    officer_in,
)
from api.errors import refused
from api.four_eyes import done, proposal_shown
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.proposals import ApproveBody, Proposal
from api.strict_input import StrictRoute
from api.submission import mark_replayed, submit
from exchange.desk_commands import Approve, WithdrawProposal
from exchange.refusals import Refusal
from exchange.store.desk_queries import proposal_of, proposals_after
from exchange.types import ProposalId

router = APIRouter(route_class=StrictRoute, tags=["proposals"])


@router.get("/v1/proposals", operation_id="list_proposals", responses=problems(*SIGNED_IN, 422))
def list_proposals(
    request: Request,
    response: Response,
    services: GivenServices,
    _operator: Operator,
    paged: Paged,
    state: Annotated[
        Literal["OPEN"] | None, Query(description="Those that wait for a second person.")
    ] = None,
) -> Page[Proposal]:
    """Proposals, oldest first. For the operator."""
    after = decode_cursor(paged.cursor, start=0)
    with services.reader.connect() as connection:
        rows = proposals_after(
            connection, open_only=state is not None, after=after, limit=paged.limit + 1
        )
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each.proposal_id,))
    return Page(items=[proposal_shown(services, row) for row in shown], next_cursor=cursor)


@router.get(
    "/v1/proposals/{proposal_id}",
    operation_id="get_proposal",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_proposal(services: GivenServices, _operator: Operator, proposal_id: IdInPath) -> Proposal:
    """A proposal. For the operator."""
    return _find(services, ProposalId(int(proposal_id)))


@router.post(
    "/v1/proposals/{proposal_id}/approve",
    operation_id="approve_proposal",
    responses=problems(*CONFLICT, 404, 412),
)
async def approve_proposal(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    proposal_id: IdInPath,
    body: ApproveBody,
) -> Proposal:
    """Approve what another officer has proposed: it is carried out at once, or refused as it would
    be if it were given now. For an officer of the operator."""
    command = Approve(
        actor=operator.party_id,
        key=idempotency_key,
        officer_id=officer_in(operator),
        proposal_id=ProposalId(int(proposal_id)),
        digest=bytes.fromhex(body.digest),
    )
    outcome = await done(services, await submit(services, command))
    mark_replayed(response, outcome)
    return await run_in_threadpool(_find, services, command.proposal_id)


@router.post(
    "/v1/proposals/{proposal_id}/withdraw",
    operation_id="withdraw_proposal",
    responses=problems(*SIGNED_IN, 400, 404, 422),
)
async def withdraw_proposal(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    proposal_id: IdInPath,
) -> Proposal:
    """Take a proposal back. For its maker, or a head of the operator."""
    command = WithdrawProposal(
        actor=operator.party_id,
        key=idempotency_key,
        officer_id=officer_in(operator),
        proposal_id=ProposalId(int(proposal_id)),
    )
    outcome = await submit(services, command)
    mark_replayed(response, outcome)
    return await run_in_threadpool(_find, services, command.proposal_id)


def _find(services: Services, proposal_id: ProposalId) -> Proposal:
    with services.reader.connect() as connection:
        row = proposal_of(connection, proposal_id)
    if row is None:
        raise refused(Refusal.UNKNOWN_PROPOSAL)
    return proposal_shown(services, row)
