"""The money of a party, and what has moved it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.cash_entries import CashMove, moves_of
from api.dependencies import GivenServices, Paged, SignedIn, cut_page
from api.responses import SIGNED_IN, problems
from api.schemas.base import decode_cursor
from api.schemas.cash import Cash, CashEntries, cash_of, entry_shown
from api.store.journal_index import PLACE_MAX
from api.strict_input import StrictRoute
from exchange.store.queries import account_of

router = APIRouter(route_class=StrictRoute, tags=["cash"])


@router.get("/v1/cash", operation_id="get_cash", responses=problems(*SIGNED_IN, 422))
def get_cash(services: GivenServices, principal: SignedIn) -> Cash:
    """The party's money; of the operator and trust companies, the fees that are theirs."""
    with services.reader.connect() as connection:
        row = account_of(connection, principal.party_id)
    assert row is not None, principal.party_id
    return cash_of(row)


@router.get(
    "/v1/cash/entries", operation_id="list_cash_entries", responses=problems(*SIGNED_IN, 422)
)
async def list_cash_entries(
    request: Request,
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    paged: Paged,
    scope: Annotated[
        Literal["ALL", "MOVED"],
        Query(description="MOVED leaves out what was set aside for orders, and freed again."),
    ] = "ALL",
) -> CashEntries:
    """What has moved the party's money, newest first: in, into escrow and out of it, to whom it was
    due, and out. Taken together they are what `GET /v1/cash` says."""
    await services.journal_index.catch_up()
    upto = await run_in_threadpool(services.journal_index.indexed_up_to)

    def read() -> list[CashMove]:
        return moves_of(
            services.journal_index,
            services.reader,
            principal.party_id,
            before=decode_cursor(paged.cursor, start=PLACE_MAX),
            with_reserves=scope == "ALL",
            limit=paged.limit + 1,
        )

    found = await run_in_threadpool(read)
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.place,))
    products = services.exchange.view.products
    items = [
        entry_shown(
            each, None if each.product_id is None else products[each.product_id].terms.symbol
        )
        for each in shown
    ]
    return CashEntries(items=items, next_cursor=cursor, indexed_up_to=str(upto))
