"""Many decisions of a trust company at once."""

from fastapi import APIRouter, Response

from api.decisions import decide_all, preview_all, propose_all
from api.dependencies import BatchKey, GivenServices, TrustCompany
from api.hot_route import BulkRoute
from api.responses import BODY, COMMAND, SIGNED_IN, problems
from api.schemas.decisions import (
    Decisions,
    DecisionsBody,
    DecisionsPreview,
    Made,
    ProposalsBody,
)
from api.submission import REPLAYED_HEADER

router = APIRouter(route_class=BulkRoute, tags=["transfers"])


@router.post("/v1/decisions", operation_id="decide_transfers", responses=problems(*COMMAND))
async def decide_transfers(
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    idempotency_key: BatchKey,
    body: DecisionsBody,
) -> Decisions:
    """Confirm or reject up to 10,000 transfers, each by itself: one may be refused and the next one
    taken. For the trust company."""
    answer, replayed = await decide_all(services, officer, body.items, key=idempotency_key)
    if replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return answer


@router.post(
    "/v1/decisions/propose", operation_id="propose_decisions", responses=problems(*COMMAND)
)
async def propose_decisions(
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    idempotency_key: BatchKey,
    body: ProposalsBody,
) -> Made:
    """Propose to a checker what to decide about up to 10,000 transfers of products with review,
    each by itself, and claim first what nobody has. For an officer of the trust company's, a
    maker."""
    answer, replayed = await propose_all(services, officer, body.items, key=idempotency_key)
    if replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return answer


@router.post(
    "/v1/decisions/preview",
    operation_id="preview_decisions",
    responses=problems(*SIGNED_IN, *BODY),
)
async def preview_decisions(
    response: Response,  # noqa: ARG001  a hot route has one
    services: GivenServices,
    officer: TrustCompany,
    body: DecisionsBody,
) -> DecisionsPreview:
    """What these decisions would do now, and which would be refused; nothing changes. For the trust
    company. It needs no key."""
    return await preview_all(services, officer, body.items)
