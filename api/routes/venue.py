"""Whether the venue lives and is ready, and its clock."""

from fastapi import APIRouter, Response

from api.dependencies import GivenServices, IdempotencyKey, Operator
from api.errors import PROBLEM_TYPE_BASE, ApiProblem, Trouble
from api.feed.access import FEED_PAGE
from api.feed.reference import generated_half
from api.problems_page import problems_page
from api.responses import SIGNED_IN, problems
from api.schemas.venue import Alive, ClockAccepted, Ready
from api.strict_input import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["venue"])


@router.get("/healthz", operation_id="get_health", responses=problems(422))
async def get_health() -> Alive:
    """The process is alive. Restart it when this fails."""
    return Alive()


@router.get("/readyz", operation_id="get_readiness", responses=problems(422, 503))
async def get_readiness(services: GivenServices) -> Ready:
    """The venue takes commands. Send none while this fails; the detail says why."""
    reason = services.exchange.readiness
    if reason is not None:
        raise ApiProblem(Trouble.NOT_READY, reason, headers={"Retry-After": "1"})
    return Ready()


@router.post(
    "/v1/venue/clock",
    operation_id="accept_clock",
    responses=problems(*SIGNED_IN, 400, 422),
)
async def accept_clock(
    services: GivenServices,
    _operator: Operator,
    _idempotency_key: IdempotencyKey,
) -> ClockAccepted:
    """Accept the clock after a jump: time goes on from what it says. For the operator.

    Doing it again changes nothing, whatever the key.
    """
    services.exchange.accept_clock()
    return ClockAccepted()


@router.get(PROBLEM_TYPE_BASE, operation_id="get_problems", include_in_schema=False)
async def get_problems() -> Response:
    """What each problem means: where the `type` of a problem document leads."""
    return Response(problems_page(), media_type="text/markdown")


@router.get(FEED_PAGE, operation_id="get_feed_reference", include_in_schema=False)
async def get_feed_reference() -> Response:
    """The frames, limits and errors of the feed: where the `doc` of a feed's error leads."""
    return Response(generated_half(), media_type="text/markdown")
