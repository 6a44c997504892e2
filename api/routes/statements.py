"""Statements of the escrow account: the bank's files, and what they booked."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api.bank_statements import import_statement
from api.dependencies import BatchKey, GivenServices, Operator, Paged, cut_page
from api.four_eyes import act_responses
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.money import ImportedStatement, StatementPage, statement_page_of
from api.schemas.proposals import Proposals
from api.strict_input import FILE_MEDIA_TYPES, FileRoute, StrictRoute
from api.submission import REPLAYED_HEADER
from exchange.store import money_queries

FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "camt.053.001.02 or .08, or the bank's list of bookings as CSV or XLSX.",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in FILE_MEDIA_TYPES
        },
    }
}

router = APIRouter(route_class=StrictRoute, tags=["money"])
upload_router = APIRouter(route_class=FileRoute, tags=["money"])


@upload_router.post(
    "/v1/statements",
    operation_id="upload_statement",
    status_code=201,
    response_model=ImportedStatement,
    responses=act_responses(*CONFLICT, model=Proposals),
    openapi_extra=FILE,
)
async def upload_statement(
    request: Request,
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: BatchKey,
) -> ImportedStatement | Response:
    """Book a statement of the escrow account, which has to begin where the last one ended. For the
    operator.

    What comes from a party's own verified account with its reference is the party's; what left for
    a withdrawal ends it; anything else waits among the payments and is nobody's. Of a statement
    with more than 1,000 entries each thousand is booked by itself: asked again, it goes on.
    """
    content = await request.body()
    imported = await import_statement(services, operator, content, key=idempotency_key)
    if isinstance(imported, Response):
        return imported
    answer, replayed = imported
    if replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return answer


@router.get("/v1/statements", operation_id="list_statements", responses=problems(*SIGNED_IN, 422))
def list_statements(
    request: Request,
    response: Response,
    services: GivenServices,
    _operator: Operator,
    paged: Paged,
) -> Page[StatementPage]:
    """The pages that were booked, newest first. For the operator."""
    with services.reader.connect() as connection:
        records = money_queries.statements_before(
            connection,
            before=None if paged.cursor is None else decode_cursor(paged.cursor, start=0),
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, records, lambda each: (each.sequence,))
    return Page(items=[statement_page_of(record) for record in shown], next_cursor=cursor)
