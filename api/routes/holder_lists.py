"""Daily reconciliation: a trust company's list of holders beside the register."""

from fastapi import APIRouter, Request, Response

from api.dependencies import GivenServices, Registrar
from api.files.holder_lists import reconcile_holders
from api.responses import COMMAND, problems
from api.routes.files import FILE_BODY
from api.schemas.holder_lists import HolderReconciliation
from api.strict_input import MEDIA_TYPE, FileRoute

router = APIRouter(route_class=FileRoute, tags=["files"])


@router.post(
    "/v1/imports/holders",
    operation_id="reconcile_holders",
    response_model=HolderReconciliation,
    responses=problems(*COMMAND),
    openapi_extra=FILE_BODY,
)
async def reconcile_holder_list(
    request: Request, services: GivenServices, registrar: Registrar
) -> Response:
    """Set a trust company's list of holders beside the register as of the end of its day: every
    difference, with its cause. For the operator and the trust company.

    The register is not changed by it. What no transfer explains is an exception of the product's,
    raised once for a file. The file is its own key; sent again, it is compared anew.
    """
    answer = await reconcile_holders(services, registrar, await request.body())
    return Response(answer, media_type=MEDIA_TYPE)
