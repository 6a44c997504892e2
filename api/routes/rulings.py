"""What the rules said of a transfer, whole, at each stage that was taken: for the operator, its
compliance and the regulator."""

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import GivenServices, IdInPath, Operator
from api.errors import refused
from api.responses import SIGNED_IN, problems
from api.routes.transfers import find_transfer
from api.schemas.rulings import TransferRulings
from api.strict_input import StrictRoute
from exchange.refusals import Refusal
from registry.types import TransferId

router = APIRouter(route_class=StrictRoute, tags=["transfers"])


@router.get(
    "/v1/transfers/{transfer_id}/rulings",
    operation_id="get_transfer_rulings",
    responses=problems(*SIGNED_IN, 404, 422, 503),
    response_model=TransferRulings,
)
async def get_transfer_rulings(
    services: GivenServices, operator: Operator, transfer_id: IdInPath
) -> Response:
    """What every rule said of a transfer each time they were asked, also where it passed, by the
    packs as they were then.

    The journal is executed again for it, one transfer at a time: it may take a minute. For the
    operator.
    """
    row = await run_in_threadpool(find_transfer, services, operator, int(transfer_id))
    if row is None:
        raise refused(Refusal.UNKNOWN_TRANSFER)
    found = await services.rulings.find(TransferId(row.transfer_id), version=row.version)
    return Response(found, media_type="application/json")
