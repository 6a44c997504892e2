"""What a party holds."""

from fastapi import APIRouter, Request, Response

from api.dependencies import GivenServices, Paged, SymbolInPath, Trader, cut_page
from api.responses import SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.holdings import Holding, Lot, holding_of, lot_of
from api.strict_input import StrictRoute
from registry.store.queries import holdings_of, lots_of
from registry.types import HolderId

router = APIRouter(route_class=StrictRoute, tags=["holdings"])


# A plain function, as all that read rows: the framework runs it in a thread, so that a slow disk
# never holds up the event loop on which the market lives.
@router.get("/v1/holdings", operation_id="list_holdings", responses=problems(*SIGNED_IN, 422))
def list_holdings(
    request: Request, response: Response, services: GivenServices, trader: Trader, paged: Paged
) -> Page[Holding]:
    """The party's units of each product, as of the last committed command."""
    after = decode_cursor(paged.cursor, start=0)
    with services.reader.connect() as connection:
        rows = holdings_of(
            connection, HolderId(trader.party_id), after=after, limit=paged.limit + 1
        )
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each.product_id,))
    items = []
    for row in shown:
        terms = services.exchange.view.products[row.product_id].terms
        items.append(holding_of(row, symbol=terms.symbol, quantity_scale=terms.quantity_scale))
    return Page(items=items, next_cursor=cursor)


@router.get(
    "/v1/holdings/{symbol}/lots", operation_id="list_lots", responses=problems(*SIGNED_IN, 404, 422)
)
def list_lots(
    request: Request,
    response: Response,
    services: GivenServices,
    trader: Trader,
    paged: Paged,
    symbol: SymbolInPath,
) -> Page[Lot]:
    """The party's contracts of a product, smallest number first: so its sell orders draw."""
    product = services.product(symbol)
    with services.reader.connect() as connection:
        lots = lots_of(
            connection,
            product_id=product.product_id,
            holder_id=HolderId(trader.party_id),
            after=decode_cursor(paged.cursor, start=0),
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, lots, lambda each: (each.lot_id,))
    scale = product.terms.quantity_scale
    return Page(items=[lot_of(lot, quantity_scale=scale) for lot in shown], next_cursor=cursor)
