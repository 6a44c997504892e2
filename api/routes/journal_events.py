"""What has happened, looked up: by whom and whose, of which product, transfer or order, and when.

For the operator, its compliance and the regulator, who read all; what the regulator asks for is
logged like all its reads.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import GivenServices, Operator, Paged, Services, cut_page
from api.errors import invalid_parameter
from api.journal_subjects import Subject, SubjectKind
from api.responses import SIGNED_IN, problems
from api.schemas.base import ListOrder, SymbolText, decode_cursor
from api.schemas.decimals import IdText, MomentText, parse_moment
from api.schemas.journal_events import (
    EVENT_TYPES,
    EventName,
    JournalEvent,
    JournalEvents,
    event_shown,
)
from api.store.journal_index import PLACE_MAX, Sought, place_of
from api.strict_input import StrictRoute
from api.workers.journal_index import Journaled, tag_of
from exchange.store.queries import sequence_at

router = APIRouter(route_class=StrictRoute, tags=["venue"])


@router.get("/v1/events", operation_id="list_events", responses=problems(*SIGNED_IN, 404, 422))
async def list_events(
    request: Request,
    response: Response,
    services: GivenServices,
    _operator: Operator,
    paged: Paged,
    *,
    party: Annotated[
        IdText | None, Query(description="That has commanded it, or whom it concerns.")
    ] = None,
    symbol: SymbolText | None = None,
    transfer: IdText | None = None,
    order_id: IdText | None = None,
    kind: Annotated[EventName | None, Query()] = None,
    since: Annotated[MomentText | None, Query(description="Not before this moment.")] = None,
    until: Annotated[MomentText | None, Query(description="Before this moment.")] = None,
    order: Annotated[ListOrder, Query(description="By the journal's sequence.")] = "NEWEST",
) -> JournalEvents:
    """Events of the journal that answer to all of this, newest first. For the operator."""
    subjects = _about(party, SubjectKind.PARTY) + _about(transfer, SubjectKind.TRANSFER)
    subjects += _about(order_id, SubjectKind.ORDER)
    if symbol is not None:
        product_id = services.product(symbol).product_id
        subjects += (Subject(SubjectKind.PRODUCT, product_id),)
    first, last = await run_in_threadpool(_stretch, services, since=since, until=until)
    newest_first = order == "NEWEST"
    if paged.cursor is not None:
        place = decode_cursor(paged.cursor, start=0)
        first, last = (first, min(last, place)) if newest_first else (max(first, place), last)
    sought = Sought(
        subjects=subjects,
        tags=() if kind is None else (_tag(kind),),
        after=first,
        before=last,
        newest_first=newest_first,
        limit=paged.limit + 1,
    )
    await services.journal_index.catch_up()
    upto = await run_in_threadpool(services.journal_index.indexed_up_to)
    found = await run_in_threadpool(services.journal_index.find, sought)
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.place,))
    items = [journal_event(services, each) for each in shown]
    return JournalEvents(items=items, next_cursor=cursor, indexed_up_to=str(upto))


def journal_event(services: Services, found: Journaled) -> JournalEvent:
    """An event as the wire shows it."""
    products = services.exchange.view.products
    symbols = {
        product_id: (product.terms.symbol, product.terms.quantity_scale)
        for product_id, product in products.items()
    }
    return event_shown(found, symbols)


def _about(given: str | None, kind: SubjectKind) -> tuple[Subject, ...]:
    return () if given is None else (Subject(kind, int(given)),)


def _tag(kind: str) -> int:
    event_type = EVENT_TYPES.get(kind)
    if event_type is None:
        raise invalid_parameter(
            "unknown_kind", detail="There is no event of this name.", parameter="kind"
        )
    return tag_of(event_type)


def _stretch(services: Services, *, since: str | None, until: str | None) -> tuple[int, int]:
    """The places after which, and before which, the events are that happened in this time."""
    with services.reader.connect() as connection:
        first, last = 0, PLACE_MAX
        if since is not None:
            first = place_of(sequence_at(connection, _ns(since, parameter="since") - 1) + 1) - 1
        if until is not None:
            last = place_of(sequence_at(connection, _ns(until, parameter="until") - 1) + 1)
    return first, last


def _ns(moment: str, *, parameter: str) -> int:
    at_ns = parse_moment(moment)
    if at_ns is None:
        raise invalid_parameter(
            "invalid_moment", detail="Must be a moment that there is.", parameter=parameter
        )
    return at_ns
