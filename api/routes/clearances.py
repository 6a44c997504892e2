"""What rules leave to a person: the queues, and the decisions."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Operator,
    Paged,
    Services,
    SignIn,
    cut_page,
)
from api.errors import refused
from api.four_eyes import act_responses, submit_act
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.clearances import (
    Clearance,
    ClearanceStateName,
    DecideClearanceBody,
    LetPassBody,
    QueueName,
    clearance_shown,
)
from api.strict_input import StrictRoute
from api.submission import day_in, mark_replayed, price_in, quantity_in
from exchange.clearance_types import Clearance as Row
from exchange.clearance_types import ClearanceId, ClearanceState, ClearanceTerms
from exchange.refusals import Refusal
from exchange.rules.types import Queue
from exchange.rules_commands import DecideClearance
from exchange.store.clearance_queries import clearance_row_of, clearances_before
from exchange.types import TRADING_KINDS, PartyKind

READER: Final = SignIn(TRADING_KINDS | {PartyKind.OPERATOR})
Reader = Annotated[Principal, Depends(READER)]

router = APIRouter(route_class=StrictRoute, tags=["rules"])


@router.get("/v1/clearances", operation_id="list_clearances", responses=problems(*SIGNED_IN, 422))
def list_clearances(
    request: Request,
    response: Response,
    services: GivenServices,
    reader: Reader,
    paged: Paged,
    state: Annotated[ClearanceStateName | None, Query()] = None,
    queue: Annotated[QueueName | None, Query()] = None,
) -> Page[Clearance]:
    """What rules have left to a person, newest first: your own; the operator sees all."""
    with services.reader.connect() as connection:
        found = clearances_before(
            connection,
            before=None if paged.cursor is None else decode_cursor(paged.cursor, start=0),
            party_id=reader.shown_party_id,
            state=None if state is None else ClearanceState[state],
            queue=None if queue is None else Queue[queue],
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.clearance_id,))
    return Page(items=[_shown(services, row) for row in shown], next_cursor=cursor)


@router.get(
    "/v1/clearances/{clearance_id}",
    operation_id="get_clearance",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_clearance(services: GivenServices, reader: Reader, clearance_id: IdInPath) -> Clearance:
    """One of your own, whatever has become of it; the operator sees all."""
    return _shown(services, _find(services, reader, ClearanceId(int(clearance_id))))


@router.post(
    "/v1/clearances/{clearance_id}/decide",
    operation_id="decide_clearance",
    response_model=Clearance,
    responses=act_responses(*CONFLICT, 404),
)
async def decide_clearance(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    clearance_id: IdInPath,
    body: DecideClearanceBody,
) -> Clearance | Response:
    """Let pass what was asked, or part of it; or nothing. For the operator; where it takes two, the
    one who approves what stands in the queue of compliance is an officer of compliance."""
    row = await run_in_threadpool(_find, services, operator, ClearanceId(int(clearance_id)))
    command = DecideClearance(
        actor=operator.party_id,
        key=idempotency_key,
        clearance_id=row.clearance_id,
        terms=None if body.let_pass is None else _terms_in(services, row, body.let_pass),
        note=body.note,
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    mark_replayed(response, outcome)
    decided = await run_in_threadpool(_find, services, operator, row.clearance_id)
    return _shown(services, decided)


def _terms_in(services: Services, row: Row, body: LetPassBody) -> ClearanceTerms:
    until = day_in(body.until, pointer="/let_pass/until")
    assert until is not None, body
    scale = services.exchange.view.products[row.product_id].terms.quantity_scale
    return ClearanceTerms(
        quantity=quantity_in(body.quantity, scale=scale, pointer="/let_pass/quantity"),
        price_least=price_in(body.price_least, pointer="/let_pass/price_least"),
        price_most=price_in(body.price_most, pointer="/let_pass/price_most"),
        until=until,
    )


def _find(services: Services, reader: Principal, clearance_id: ClearanceId) -> Row:
    with services.reader.connect() as connection:
        row = clearance_row_of(connection, clearance_id)
    if row is None or reader.shown_party_id not in (None, row.party_id):
        raise refused(Refusal.UNKNOWN_CLEARANCE)
    return row


def _shown(services: Services, row: Row) -> Clearance:
    return clearance_shown(row, services.exchange.view.products[row.product_id].terms)
