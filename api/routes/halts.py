"""Trade is halted, and goes on."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    Halter,
    IdempotencyKey,
    IdInPath,
    Paged,
    Services,
    SignedIn,
    cut_page,
    keeps,
)
from api.errors import refused
from api.four_eyes import act_responses, submit_act
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.halts import Halt, HaltBody, HaltStateName, LiftHaltBody, halt_shown
from api.strict_input import StrictRoute
from api.submission import mark_replayed, moment_in, submit
from exchange.halt_commands import HaltTrade, LiftHalt
from exchange.halt_events import HaltLifted, TradeHalted, halt_of
from exchange.halt_types import VENUE, HaltId, HaltLevel, HaltReason
from exchange.halt_types import Halt as Row
from exchange.refusals import Refusal
from exchange.store.halt_queries import halt_row_of, halts_before
from registry.types import ProductId, TimeNs

router = APIRouter(route_class=StrictRoute, tags=["halts"])


@router.post(
    "/v1/halts",
    operation_id="halt_trade",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def halt_trade(
    response: Response,
    services: GivenServices,
    halter: Halter,
    idempotency_key: IdempotencyKey,
    body: HaltBody,
) -> Halt:
    """Halt trade in a product, or the whole venue: no order is taken, changed or matched. Orders
    keep their place and may be cancelled, and transfers go on. Or halt a party: its orders are
    withdrawn, none is taken, and its transfers are held.

    For the operator and the regulator; for a trust company, in its own products.
    """
    level, subject_id = _subject_in(services, body)
    review_ns = moment_in(body.review_at, pointer="/review_at")
    assert review_ns is not None, body
    command = HaltTrade(
        actor=halter.party_id,
        key=idempotency_key,
        level=level,
        subject_id=subject_id,
        reason=HaltReason[body.reason],
        note=body.note,
        review_ns=review_ns,
        officer=halter.key_id,
    )
    outcome = await submit(services, command)
    event, *_ = outcome.events
    assert isinstance(event, TradeHalted), event
    mark_replayed(response, outcome)
    response.headers["Location"] = f"/v1/halts/{event.halt_id}"
    return _shown(services, halter, halt_of(event, given_at_ns=TimeNs(outcome.at_ns)))


@router.get("/v1/halts", operation_id="list_halts", responses=problems(*SIGNED_IN, 422))
def list_halts(
    request: Request,
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    paged: Paged,
    state: Annotated[HaltStateName | None, Query()] = None,
) -> Page[Halt]:
    """All halts that there ever were, newest first. For all who are signed in; those of parties the
    operator and the regulator see, and a party its own."""
    with services.reader.connect() as connection:
        found = halts_before(
            connection,
            before=None if paged.cursor is None else decode_cursor(paged.cursor, start=0),
            stands=None if state is None else state == "STANDS",
            reader_id=principal.shown_party_id,
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.halt_id,))
    return Page(items=[_shown(services, principal, row) for row in shown], next_cursor=cursor)


@router.get(
    "/v1/halts/{halt_id}", operation_id="get_halt", responses=problems(*SIGNED_IN, 404, 422)
)
def get_halt(services: GivenServices, principal: SignedIn, halt_id: IdInPath) -> Halt:
    """One halt, whether it stands or not. For all who are signed in; that of a party for the
    operator, the regulator and the party itself."""
    row = _find(services, HaltId(int(halt_id)))
    if row.level is HaltLevel.PARTY and not _hears(principal, row):
        raise refused(Refusal.UNKNOWN_HALT)
    return _shown(services, principal, row)


@router.post(
    "/v1/halts/{halt_id}/lift",
    operation_id="lift_halt",
    response_model=Halt,
    responses=act_responses(*CONFLICT, 404),
)
async def lift_halt(
    response: Response,
    services: GivenServices,
    halter: Halter,
    idempotency_key: IdempotencyKey,
    halt_id: IdInPath,
    body: LiftHaltBody,
) -> Halt | Response:
    """End a halt: trade goes on where no other one stands. For whoever gave it; at a venue with
    four eyes two officers of the operator lift what one of them may give."""
    command = LiftHalt(
        actor=halter.party_id,
        key=idempotency_key,
        halt_id=HaltId(int(halt_id)),
        note=body.note,
        officer=halter.key_id,
    )
    outcome = await submit_act(services, halter, command)
    if isinstance(outcome, Response):
        return outcome
    event, *_ = outcome.events
    assert isinstance(event, HaltLifted), event
    mark_replayed(response, outcome)
    row = await run_in_threadpool(_find, services, event.halt_id)
    return _shown(services, halter, row)


def _subject_in(services: Services, body: HaltBody) -> tuple[HaltLevel, int]:
    """What is to be halted; ends the request if that is a product and a party at once."""
    if body.party_id is not None:
        if body.symbol is not None:
            raise refused(Refusal.HALT_OUT_OF_RANGE, pointer="/party_id")
        return HaltLevel.PARTY, int(body.party_id)
    if body.symbol is None:
        return HaltLevel.VENUE, VENUE
    return HaltLevel.PRODUCT, services.product(body.symbol, pointer="/symbol").product_id


def _hears(principal: Principal, row: Row) -> bool:
    """Whether the halt of a party is told to who asks."""
    return principal.reads_all or row.subject_id == principal.party_id


def _find(services: Services, halt_id: HaltId) -> Row:
    with services.reader.connect() as connection:
        row = halt_row_of(connection, halt_id)
    if row is None:
        raise refused(Refusal.UNKNOWN_HALT)
    return row


def _shown(services: Services, principal: Principal, row: Row) -> Halt:
    products = services.exchange.view.products
    is_his = row.level is HaltLevel.PRODUCT and keeps(
        principal, products[ProductId(row.subject_id)]
    )
    return halt_shown(
        row,
        symbol_of=lambda product_id: products[product_id].terms.symbol,
        is_told=is_his or principal.reads_all,
    )
