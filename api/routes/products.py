"""Products, their books, and the operator's admission of them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    Operator,
    Paged,
    SymbolInPath,
    cut_page,
    etag_of,
)
from api.errors import invalid_field
from api.feed.checksum import book_checksum
from api.four_eyes import act_responses, submit_act
from api.responses import CONFLICT, problems
from api.schemas.base import Page, PlainInteger, decode_cursor
from api.schemas.decimals import format_decimal, format_moment
from api.schemas.holdings import OpeningHolding, OpeningHoldingBody
from api.schemas.products import (
    Book,
    CreateProductBody,
    Product,
    book_of,
    levels_of,
    product_of,
)
from api.strict_input import StrictRoute
from api.submission import mark_replayed, price_in, quantity_in
from exchange.commands import CreateProduct, RecordOpeningHolding
from exchange.events import OpeningHoldingRecorded, ProductCreated
from exchange.types import PartyId
from registry.types import Units

DEPTH_MAX = 500
DEPTH_DEFAULT = 50
CHECKSUM_LEVELS = 10
TERMS_VERSION = 1
"""The terms of a product do not change yet."""

router = APIRouter(route_class=StrictRoute, tags=["products"])


@router.get("/v1/products", operation_id="list_products", responses=problems(422))
async def list_products(
    request: Request, response: Response, services: GivenServices, paged: Paged
) -> Page[Product]:
    """All products, oldest first. Open to everybody."""
    after = decode_cursor(paged.cursor, start=0)
    found = [
        product
        for product_id, product in services.exchange.view.products.items()
        if product_id > after
    ]
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.product_id,))
    items = [product_of(product.product_id, product.terms) for product in shown]
    return Page(items=items, next_cursor=cursor)


@router.get("/v1/products/{symbol}", operation_id="get_product", responses=problems(404, 422))
async def get_product(response: Response, services: GivenServices, symbol: SymbolInPath) -> Product:
    """A product and its terms. Open to everybody."""
    product = services.product(symbol)
    response.headers["ETag"] = etag_of(TERMS_VERSION)
    return product_of(product.product_id, product.terms)


@router.get("/v1/products/{symbol}/book", operation_id="get_book", responses=problems(404, 422))
async def get_book(
    services: GivenServices,
    symbol: SymbolInPath,
    depth: Annotated[PlainInteger, Query(ge=1, le=DEPTH_MAX)] = DEPTH_DEFAULT,
) -> Book:
    """The open orders by price: the state of one moment, by the feed's own counters.

    Open to everybody, because the venue's profile makes quotes public.
    """
    # No await from the first read to the last, so that nothing is published in between.
    product, view = services.product(symbol), services.exchange.view
    scale = product.terms.quantity_scale
    levels_max = max(depth, CHECKSUM_LEVELS)
    bids = levels_of(product.book.bids(levels_max), scale)
    asks = levels_of(product.book.asks(levels_max), scale)
    crc = book_checksum(
        bids=[(price, quantity) for price, quantity, _ in bids[:CHECKSUM_LEVELS]],
        asks=[(price, quantity) for price, quantity, _ in asks[:CHECKSUM_LEVELS]],
    )
    return book_of(
        product,
        bids=bids[:depth],
        asks=asks[:depth],
        epoch=services.exchange.epoch,
        eseq=view.eseq,
        at_ns=view.at_ns,
        crc=crc,
    )


@router.post(
    "/v1/products",
    operation_id="create_product",
    status_code=201,
    response_model=Product,
    responses=act_responses(*CONFLICT, 404),
)
async def create_product(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    body: CreateProductBody,
) -> Product | Response:
    """Admit a trust company's product for transfer. For the operator."""
    scale = body.quantity_scale
    command = CreateProduct(
        actor=operator.party_id,
        key=idempotency_key,
        symbol=body.symbol,
        trust_company_id=PartyId(int(body.trust_company_id)),
        name_zh=body.name_zh,
        name_en=body.name_en,
        product_type=body.product_type,
        risk_level=body.risk_level,
        benchmark_bps=body.benchmark_bps,
        maturity_date=_date_in(body.maturity_date),
        units_issued=Units(quantity_in(body.units_issued, scale=scale, pointer="/units_issued")),
        par_value=price_in(body.par_value, pointer="/par_value"),
        tick=price_in(body.tick, pointer="/tick"),
        lot=quantity_in(body.lot, scale=scale, pointer="/lot"),
        quantity_scale=scale,
        transfer_terms=body.transfer_terms.to_terms(),
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    (created,) = outcome.events
    assert isinstance(created, ProductCreated), created
    mark_replayed(response, outcome)
    response.headers["Location"] = f"/v1/products/{body.symbol}"
    response.headers["ETag"] = etag_of(TERMS_VERSION)
    return product_of(created.product_id, created.terms)


@router.post(
    "/v1/products/{symbol}/holdings",
    operation_id="record_opening_holding",
    status_code=201,
    response_model=OpeningHolding,
    responses=act_responses(*CONFLICT, 404),
)
async def record_opening_holding(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    symbol: SymbolInPath,
    body: OpeningHoldingBody,
) -> OpeningHolding | Response:
    """Take over units that a holder has in the trust company's register. For the operator."""
    product = services.product(symbol)
    scale = product.terms.quantity_scale
    command = RecordOpeningHolding(
        actor=operator.party_id,
        key=idempotency_key,
        product_id=product.product_id,
        holder_id=PartyId(int(body.holder_id)),
        units=Units(quantity_in(body.units, scale=scale, pointer="/units")),
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    (recorded,) = outcome.events
    assert isinstance(recorded, OpeningHoldingRecorded), recorded
    mark_replayed(response, outcome)
    return OpeningHolding(
        symbol=symbol,
        holder_id=str(recorded.holder_id),
        units=format_decimal(recorded.units, scale=scale),
        recorded_at=format_moment(outcome.at_ns),
    )


def _date_in(text: str | None) -> str | None:
    if text is not None:
        try:
            date.fromisoformat(text)
        except ValueError:
            raise invalid_field(
                "malformed", detail="There is no such date.", pointer="/maturity_date"
            ) from None
    return text
