"""Products, their books, and the operator's admission of them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import (
    TRADER,
    GivenServices,
    IdempotencyKey,
    Operator,
    Paged,
    QuoteReader,
    Services,
    SymbolInPath,
    TrustCompany,
    cut_page,
    etag_of,
    onlooker,
)
from api.errors import invalid_field, refused
from api.feed.checksum import book_checksum
from api.four_eyes import act_responses, propose, submit_act
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, PlainInteger, decode_cursor
from api.schemas.decimals import format_moment
from api.schemas.products import (
    Book,
    BookViewAsked,
    CreateProductBody,
    OpenProductBody,
    Product,
    ProductStanding,
    SignOffBody,
    book_of,
    levels_of,
    product_of,
)
from api.strict_input import StrictRoute
from api.submission import mark_replayed, price_in, quantity_in, submit
from exchange.commands import AnyAct, AnyCommand, CreateProduct
from exchange.events import ProductCreated
from exchange.market_events import MarketModeSet
from exchange.product_view import ProductView
from exchange.refusals import Refusal
from exchange.register_commands import (
    CloseProduct,
    OpenProduct,
    ResumeProduct,
    SignOffProduct,
    SuspendProduct,
)
from exchange.register_events import ProductAdvanced
from exchange.types import TRADING_KINDS, PartyId, PartyKind
from matching import Side
from registry.calendar import day_in_shanghai
from registry.types import TimeNs, Units

DEPTH_MAX = 500
DEPTH_DEFAULT = 50
CHECKSUM_LEVELS = 10
router = APIRouter(route_class=StrictRoute, tags=["products"])


@router.get("/v1/products", operation_id="list_products", responses=problems(422))
async def list_products(
    request: Request, response: Response, services: GivenServices, paged: Paged
) -> Page[Product]:
    """All products, oldest first. Open to everybody; last deals are for who sees quotes."""
    after = decode_cursor(paged.cursor, start=0)
    found = [
        product
        for product_id, product in services.exchange.view.products.items()
        if product_id > after
    ]
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.product_id,))
    names = await _trust_companies_of(services, *shown)
    today, halts = day_in_shanghai(TimeNs(services.clock.now_ns())), services.exchange.view.halts
    reader = onlooker(request)
    items = [
        product_of(
            product,
            today,
            halts,
            names=names,
            shows_quotes=services.shows_quotes(product, reader),
        )
        for product in shown
    ]
    return Page(items=items, next_cursor=cursor)


@router.get("/v1/products/{symbol}", operation_id="get_product", responses=problems(404, 422))
async def get_product(
    request: Request, response: Response, services: GivenServices, symbol: SymbolInPath
) -> Product:
    """A product and its terms. Open to everybody; its last deal is for who sees quotes."""
    product = services.product(symbol)
    names = await _trust_companies_of(services, product)
    response.headers["ETag"] = _etag(product)
    today = day_in_shanghai(TimeNs(services.clock.now_ns()))
    shows_quotes = services.shows_quotes(product, onlooker(request))
    halts = services.exchange.view.halts
    return product_of(product, today, halts, names=names, shows_quotes=shows_quotes)


async def _trust_companies_of(services: Services, *products: ProductView) -> dict[PartyId, str]:
    """The names of those whose products these are."""
    party_ids = {product.terms.trust_company_id for product in products}
    return await run_in_threadpool(services.edge.names_of, sorted(party_ids))


@router.get(
    "/v1/products/{symbol}/book", operation_id="get_book", responses=problems(401, 403, 404, 422)
)
async def get_book(
    request: Request,
    services: GivenServices,
    _reader: QuoteReader,
    symbol: SymbolInPath,
    depth: Annotated[PlainInteger, Query(ge=1, le=DEPTH_MAX)] = DEPTH_DEFAULT,
    view: BookViewAsked = BookViewAsked.WHOLE,
) -> Book:
    """The open orders by price, whole or as a class of buyers or sellers sees them: the state of
    one moment, by the feed's own counters.

    Open to everybody where the venue's profile makes quotes public, else to its parties; where the
    product's rules say so, to certified investors alone. `mine` and `mine_seller` are for parties
    that trade.
    """
    # No await from the first read to the last, so that nothing is published in between.
    product, market = services.product(symbol), services.exchange.view
    viewpoint = view.viewpoint(_own_kind(request, view))
    scale = product.terms.quantity_scale
    levels_max = max(depth, CHECKSUM_LEVELS)
    bids = levels_of(product.levels(Side.BUY, levels_max, viewpoint), scale)
    asks = levels_of(product.levels(Side.SELL, levels_max, viewpoint), scale)
    crc = book_checksum(
        bids=[(price, quantity) for price, quantity, _ in bids[:CHECKSUM_LEVELS]],
        asks=[(price, quantity) for price, quantity, _ in asks[:CHECKSUM_LEVELS]],
    )
    return book_of(
        product,
        viewpoint=viewpoint,
        bids=bids[:depth],
        asks=asks[:depth],
        epoch=services.exchange.epoch,
        eseq=market.eseq,
        at_ns=market.at_ns,
        crc=crc,
    )


def _own_kind(request: Request, view: BookViewAsked) -> PartyKind | None:
    """Of the party that asks for its own view, which has to be one that trades; of another view
    None."""
    if view not in {BookViewAsked.MINE, BookViewAsked.MINE_SELLER}:
        return None
    kind = TRADER.principal(request).kind
    if kind not in TRADING_KINDS:  # known already, as one that reads quotes
        raise refused(Refusal.NOT_PERMITTED)
    return kind


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
    """Admit a trust company's product for transfer: at once, or as a draft that its trust company
    has to sign off, as the terms say. For the operator."""
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
        ctrc_code=body.ctrc_code,
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    created, *first_mode = outcome.events
    assert isinstance(created, ProductCreated), created
    mark_replayed(response, outcome)
    response.headers["Location"] = f"/v1/products/{body.symbol}"
    product = ProductView(created.product_id, created.terms)  # as it was then, asked again or not
    for event in first_mode:
        assert isinstance(event, MarketModeSet), event
        product.mode, product.mode_version = event.mode, event.version
    response.headers["ETag"] = _etag(product)
    names = await _trust_companies_of(services, product)
    today, halts = day_in_shanghai(TimeNs(outcome.at_ns)), services.exchange.view.halts
    return product_of(product, today, halts, names=names, shows_quotes=True)


@router.post(
    "/v1/products/{symbol}/sign-off",
    operation_id="sign_off_product",
    responses=problems(*CONFLICT, 404, 412),
)
async def sign_off_product(
    response: Response,
    services: GivenServices,
    company: TrustCompany,
    idempotency_key: IdempotencyKey,
    symbol: SymbolInPath,
    body: SignOffBody,
) -> ProductStanding:
    """Agree to a product's terms as they were read. For its trust company."""
    product = services.product(symbol)
    command = SignOffProduct(
        actor=company.party_id,
        key=idempotency_key,
        product_id=product.product_id,
        terms_digest=bytes.fromhex(body.terms_digest),
    )
    return await _advance(response, services, command, symbol)


@router.post(
    "/v1/products/{symbol}/open",
    operation_id="open_product",
    response_model=ProductStanding,
    responses=act_responses(*CONFLICT, 404),
)
async def open_product(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    symbol: SymbolInPath,
    body: OpenProductBody,
) -> ProductStanding | Response:
    """Begin to trade a product that is signed off, on the register that is posted. For the
    operator."""
    product = services.product(symbol)
    units = quantity_in(
        body.units_outstanding,
        scale=product.terms.quantity_scale,
        pointer="/units_outstanding",
    )
    command = OpenProduct(
        actor=operator.party_id,
        key=idempotency_key,
        product_id=product.product_id,
        units_outstanding=Units(units),
    )
    return await _act(response, services, operator, command, symbol)


@router.post(
    "/v1/products/{symbol}/suspend",
    operation_id="suspend_product",
    response_model=ProductStanding,
    responses=act_responses(*SIGNED_IN, 400, 404, 409, 422),
)
async def suspend_product(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    symbol: SymbolInPath,
) -> ProductStanding | Response:
    """Take no order of a product for now; those that rest keep their place. For the operator."""
    product_id = services.product(symbol).product_id
    command = SuspendProduct(actor=operator.party_id, key=idempotency_key, product_id=product_id)
    return await _act(response, services, operator, command, symbol)


@router.post(
    "/v1/products/{symbol}/resume",
    operation_id="resume_product",
    response_model=ProductStanding,
    responses=act_responses(*SIGNED_IN, 400, 404, 409, 422),
)
async def resume_product(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    symbol: SymbolInPath,
) -> ProductStanding | Response:
    """Take orders of a suspended product again. For the operator."""
    product_id = services.product(symbol).product_id
    command = ResumeProduct(actor=operator.party_id, key=idempotency_key, product_id=product_id)
    return await _act(response, services, operator, command, symbol)


@router.post(
    "/v1/products/{symbol}/close",
    operation_id="close_product",
    response_model=ProductStanding,
    responses=act_responses(*SIGNED_IN, 400, 404, 409, 422),
)
async def close_product(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    symbol: SymbolInPath,
) -> ProductStanding | Response:
    """End the trade of a suspended product without open transfers for good: its orders are
    withdrawn. For the operator."""
    product_id = services.product(symbol).product_id
    command = CloseProduct(actor=operator.party_id, key=idempotency_key, product_id=product_id)
    return await _act(response, services, operator, command, symbol)


async def _act(
    response: Response, services: Services, operator: Principal, act: AnyAct, symbol: str
) -> ProductStanding | Response:
    proposed = await propose(services, operator, act)
    if proposed is not None:
        return proposed
    return await _advance(response, services, act, symbol)


async def _advance(
    response: Response, services: Services, command: AnyCommand, symbol: str
) -> ProductStanding:
    outcome = await submit(services, command)
    (event,) = outcome.events
    assert isinstance(event, ProductAdvanced), event
    mark_replayed(response, outcome)
    response.headers["ETag"] = etag_of(event.version)
    return ProductStanding(
        symbol=symbol,
        state=event.state.name,
        version=event.version,
        since=format_moment(outcome.at_ns),
    )


def _etag(product: ProductView) -> str:
    # Neither ever falls: another sum is another product to see.
    return etag_of(product.version + product.mode_version)


def _date_in(text: str | None) -> str | None:
    if text is not None:
        try:
            date.fromisoformat(text)
        except ValueError:
            raise invalid_field(
                "malformed", detail="There is no such date.", pointer="/maturity_date"
            ) from None
    return text
