"""Income that was paid to who had sold its units: who owes it to whom."""

from fastapi import APIRouter, Request, Response

from api.dependencies import GivenServices, Paged, SignedIn, cut_page
from api.responses import SIGNED_IN, problems
from api.schemas.base import Page, decode_numbers
from api.schemas.claims import MarketClaim, claim_of
from api.strict_input import StrictRoute
from exchange.store.claim_queries import claims_before

router = APIRouter(route_class=StrictRoute, tags=["transfers"])


@router.get(
    "/v1/market-claims", operation_id="list_market_claims", responses=problems(*SIGNED_IN, 422)
)
def list_market_claims(
    request: Request,
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    paged: Paged,
) -> Page[MarketClaim]:
    """What is owed to you or by you because a transfer settled behind a record day, the latest
    transfer first. A trust company sees those of its products, operator and regulator all."""
    before = None
    if paged.cursor is not None:
        transfer_id, record_on = decode_numbers(paged.cursor, count=2)
        before = transfer_id, record_on
    with services.reader.connect() as connection:
        found = claims_before(
            connection,
            party_id=principal.shown_party_id,
            before=before,
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(
        request, response, paged, found, lambda each: (each.transfer_id, each.record_on)
    )
    products = services.exchange.view.products
    items = []
    for claim in shown:
        terms = products[claim.product_id].terms
        items.append(claim_of(claim, symbol=terms.symbol, scale=terms.quantity_scale))
    return Page(items=items, next_cursor=cursor)
