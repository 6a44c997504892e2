"""The HTTP application: routes, and what becomes of everything that goes wrong in them."""

import logging
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from api.dependencies import Services
from api.errors import ApiProblem, Trouble, problem_response
from api.middleware import Edge
from api.refusal_kinds import Kind
from api.routes import (
    activity,
    alerts,
    bank_accounts,
    calendars,
    candles,
    cases,
    cash,
    claims,
    clearances,
    clients,
    compliance,
    custodian,
    decisions,
    encumbrances,
    evidence,
    evidence_links,
    exceptions,
    feasible,
    fee_schedules,
    file_headings,
    files,
    guidance,
    halts,
    holder_lists,
    holdings,
    journal_events,
    large_amounts,
    market_modes,
    negotiations,
    notifications,
    officers,
    orders,
    parties,
    payments,
    people,
    preemptions,
    preview,
    prices,
    products,
    proposals,
    reads,
    reconciliations,
    register,
    register_files,
    reversals,
    review,
    rules,
    rulings,
    sessions,
    signing_keys,
    slots,
    statements,
    transfer_steps,
    transfers,
    trust_companies,
    venue,
    webhooks,
    withdrawals,
)
from api.strict_input import validation_problem
from exchange.errors import Busy, OutcomeUnknown

VERSION: Final = "1"
DESCRIPTION: Final = """\
A secondary market for trust shares. A match opens a pending transfer; the trust company's
confirmation moves title and money together.

Numbers are decimal strings, moments RFC 3339 in UTC, ids strings of digits. A request that changes
something carries a key made by the client (`client_order_id` for orders, else `Idempotency-Key`):
the same key and body get the same answer, marked `Idempotency-Replayed: true`, and are done once.
Keys are kept at least 7 days past the terminal state of what they are about. Problems are RFC 9457
documents with stable codes.
"""
ROUTERS: Final[tuple[APIRouter, ...]] = (
    orders.hot_router,
    transfers.hot_router,
    decisions.router,
    preview.router,
    feasible.router,
    orders.router,
    transfers.router,
    transfer_steps.router,
    review.router,
    reversals.router,
    rulings.router,
    preemptions.router,
    products.router,
    market_modes.router,
    negotiations.router,
    notifications.router,
    prices.router,
    clearances.router,
    fee_schedules.router,
    halts.router,
    calendars.router,
    activity.router,
    candles.router,
    cases.router,
    guidance.router,
    claims.router,
    holdings.router,
    journal_events.router,
    register.router,
    files.router,
    files.import_router,
    file_headings.router,
    holder_lists.router,
    register_files.router,
    encumbrances.router,
    signing_keys.router,
    cash.router,
    bank_accounts.router,
    withdrawals.router,
    statements.router,
    statements.upload_router,
    payments.router,
    reconciliations.router,
    custodian.router,
    parties.router,
    people.router,
    sessions.router,
    reads.router,
    clients.router,
    compliance.router,
    officers.router,
    proposals.router,
    exceptions.router,
    alerts.router,
    large_amounts.router,
    rules.router,
    slots.router,
    trust_companies.router,
    webhooks.router,
    evidence.upload_router,
    evidence.router,
    evidence_links.router,
    venue.router,
)
STATUS_KINDS: Final[dict[int, Kind]] = {
    404: Trouble.NOT_FOUND,
    405: Trouble.METHOD_NOT_ALLOWED,
    413: Trouble.BODY_TOO_LARGE,
    500: Trouble.INTERNAL_ERROR,
}

log = logging.getLogger("trustex.api")


def build_app(services: Services | None = None, *, feed: BaseRoute | None = None) -> FastAPI:
    """The application of a venue; without services it can only be described.

    Args:
        feed: the websocket route of the feed.
    """
    app = FastAPI(
        title="trustex",
        version=VERSION,
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        # Asking for each request whether somebody wants to know costs 20 µs.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.services = services
    for router in ROUTERS:
        # Taken over one by one: a router that is included as a whole adds 50 µs to each request.
        app.router.routes.extend(router.routes)
    if feed is not None:
        app.router.routes.append(feed)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(Busy, _busy)
    app.add_exception_handler(OutcomeUnknown, _outcome_unknown)
    app.add_exception_handler(SQLAlchemyError, _database_error)
    app.add_middleware(Edge)
    return app


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), error
    if isinstance(error, ApiProblem):
        return problem_response(request, error)
    kind = STATUS_KINDS.get(error.status_code, Trouble.OTHER)
    headers = dict(error.headers or {})
    if kind is Trouble.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods_allowed(request))
    problem = ApiProblem(kind, f"{kind.title_en}.", headers=headers, status=error.status_code)
    return problem_response(request, problem)


def _methods_allowed(request: Request) -> list[str]:
    """The methods of all routes of this path: the framework names those of the first one only."""
    methods: set[str] = set()
    for route in request.app.router.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return sorted(methods)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError), error
    return problem_response(request, validation_problem(list(error.errors())))


async def _busy(request: Request, error: Exception) -> Response:
    assert isinstance(error, Busy), error
    retry_after_s = -(-error.retry_after_ms // 1_000)
    problem = ApiProblem(
        Trouble.BUSY,
        f"Nothing was done. Try again in {error.retry_after_ms} ms.",
        headers={"Retry-After": str(retry_after_s)},
    )
    return problem_response(request, problem)


async def _database_error(request: Request, error: Exception) -> Response:
    """Of the edge's database, or of reading rows; a fault of the journal stops the venue."""
    log.error("request %s: %s", request.scope.get("trustex.request_id"), error)
    if request.method != "GET":
        return await _outcome_unknown(request, error)
    problem = ApiProblem(
        Trouble.NOT_READY, "The database could not be read.", headers={"Retry-After": "1"}
    )
    return problem_response(request, problem)


async def _outcome_unknown(request: Request, _error: Exception) -> Response:
    log.error("request %s: outcome unknown", request.scope.get("trustex.request_id"))
    problem = ApiProblem(
        Trouble.OUTCOME_UNKNOWN,
        "Outcome unknown, ask again with the same key.",
        headers={"Retry-After": "1"},
    )
    return problem_response(request, problem)
