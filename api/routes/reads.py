"""What regulators have read."""

from fastapi import APIRouter, Request, Response

from api.dependencies import GivenServices, Operator, Paged, cut_page
from api.responses import SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.reads import Read, read_shown
from api.store.reads import reads_before
from api.strict_input import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["parties"])


@router.get("/v1/reads", operation_id="list_reads", responses=problems(*SIGNED_IN, 422))
def list_reads(
    request: Request,
    response: Response,
    services: GivenServices,
    _operator: Operator,
    paged: Paged,
) -> Page[Read]:
    """What regulators have asked for with their keys, newest first: the last million. For the
    operator and the regulator, whose looking here is among them the next time."""
    before = None if paged.cursor is None else decode_cursor(paged.cursor, start=0)
    with services.edge.transaction() as connection:
        found = reads_before(connection, before=before, limit=paged.limit + 1)
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.read_id,))
    return Page(items=list(map(read_shown, shown)), next_cursor=cursor)
