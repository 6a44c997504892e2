"""Exceptions: what no rule ends and a person has to look at."""

from typing import Annotated, Literal

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
    cut_page,
    officer_in,
)
from api.errors import refused
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.exceptions import DeskException, KindName, ResolveExceptionBody
from api.schemas.exceptions import exception_of as exception_shown
from api.strict_input import StrictRoute
from api.submission import mark_replayed, replay_headers
from exchange.desk_commands import ResolveException
from exchange.refusals import Refusal
from exchange.store.desk_queries import exception_of, exceptions_after
from exchange.types import ExceptionCode, ExceptionId, ExceptionKind, PartyId, PartyKind

router = APIRouter(route_class=StrictRoute, tags=["exceptions"])


@router.get("/v1/exceptions", operation_id="list_exceptions", responses=problems(*SIGNED_IN, 422))
def list_exceptions(
    request: Request,
    response: Response,
    services: GivenServices,
    registrar: Registrar,
    paged: Paged,
    state: Annotated[
        Literal["OPEN"] | None, Query(description="Those that wait for somebody.")
    ] = None,
    kind: Annotated[KindName | None, Query()] = None,
) -> Page[DeskException]:
    """Exceptions, oldest first: a trust company's own, the operator's view of all."""
    with services.reader.connect() as connection:
        rows = exceptions_after(
            connection,
            trust_company_id=_seen_by(registrar),
            open_only=state is not None,
            kind=None if kind is None else ExceptionKind[kind],
            after=decode_cursor(paged.cursor, start=0),
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each.exception_id,))
    return Page(items=[exception_shown(row) for row in shown], next_cursor=cursor)


@router.get(
    "/v1/exceptions/{exception_id}",
    operation_id="get_exception",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_exception(
    services: GivenServices, registrar: Registrar, exception_id: IdInPath
) -> DeskException:
    """An exception, for who may list it."""
    return _find(services, registrar, ExceptionId(int(exception_id)))


@router.post(
    "/v1/exceptions/{exception_id}/resolve",
    operation_id="resolve_exception",
    responses=problems(*CONFLICT, 404),
)
async def resolve_exception(
    response: Response,
    services: GivenServices,
    registrar: Registrar,
    idempotency_key: IdempotencyKey,
    exception_id: IdInPath,
    body: ResolveExceptionBody,
) -> DeskException:
    """Say what has become of it. For the operator, and for an officer of its trust company.

    A PAYMENT is resolved with its payment, and not here.
    """
    is_operator = registrar.kind is PartyKind.OPERATOR
    command = ResolveException(
        actor=registrar.party_id,
        key=idempotency_key,
        officer_id=registrar.officer_id if is_operator else officer_in(registrar),
        exception_id=ExceptionId(int(exception_id)),
        code=ExceptionCode[body.code],
        note=body.note,
    )
    outcome = await services.exchange.submit(command)
    if outcome.refusal is Refusal.UNKNOWN_EXCEPTION:
        # One that is resolved already is not unknown.
        await run_in_threadpool(_find, services, registrar, command.exception_id)
        raise refused(Refusal.ALREADY_DONE, headers=replay_headers(outcome))
    if outcome.refusal is not None:
        raise refused(outcome.refusal, headers=replay_headers(outcome))
    mark_replayed(response, outcome)
    return await run_in_threadpool(_find, services, registrar, command.exception_id)


def _seen_by(registrar: Principal) -> PartyId | None:
    return registrar.shown_party_id


def _find(services: Services, registrar: Principal, exception_id: ExceptionId) -> DeskException:
    with services.reader.connect() as connection:
        row = exception_of(connection, exception_id, trust_company_id=_seen_by(registrar))
    if row is None:
        raise refused(Refusal.UNKNOWN_EXCEPTION)
    return exception_shown(row)
