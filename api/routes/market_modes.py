"""How deals in a product are made, and by what licence."""

from fastapi import APIRouter, Response

from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    Operator,
    QuoteReader,
    SymbolInPath,
    etag_of,
)
from api.errors import ApiProblem, Trouble
from api.four_eyes import act_responses, submit_act
from api.responses import CONFLICT, problems
from api.schemas.market_modes import (
    AnnouncedMode,
    CallAuction,
    CallOffModeBody,
    MarketModeBody,
    ProductMarketMode,
    Venue,
    announced_mode,
    call_auction_of,
    market_mode_of,
    market_mode_shown,
    venue_of,
)
from api.strict_input import StrictRoute
from api.submission import day_in, mark_replayed
from exchange.market_commands import CallOffMarketMode, SetMarketMode
from exchange.market_events import MarketModeAnnounced, MarketModeSet
from exchange.modes.types import MarketMode

router = APIRouter(route_class=StrictRoute, tags=["market modes"])


@router.get("/v1/venue", operation_id="get_venue", responses=problems(422))
async def get_venue(services: GivenServices) -> Venue:
    """By what licence the venue runs, which market modes it allows, and whether the whole venue is
    halted. Open to everybody."""
    view = services.exchange.view
    assert view.profile is not None, view.eseq
    return venue_of(view.profile, view.approval_ref, view.halts)


@router.get(
    "/v1/products/{symbol}/market-mode",
    operation_id="get_market_mode",
    responses=problems(404, 422),
)
async def get_market_mode(
    response: Response, services: GivenServices, symbol: SymbolInPath
) -> ProductMarketMode:
    """How deals in a product are made. Open to everybody."""
    product = services.product(symbol)
    response.headers["ETag"] = etag_of(product.mode_version)
    return market_mode_of(product)


@router.get(
    "/v1/products/{symbol}/call-auction",
    operation_id="get_call_auction",
    responses=problems(401, 404, 422),
)
async def get_call_auction(
    services: GivenServices, _reader: QuoteReader, symbol: SymbolInPath
) -> CallAuction:
    """When a product's next call auction may come, what it would do, and what the last one did; 404
    while the product is in another market mode. For whom quotes are.

    Orders for one buyer to take whole do not gather, so where the rules let natural persons take
    nothing else (Article 29), only institutions buy in a call auction."""
    product = services.product(symbol)
    shown = call_auction_of(product)
    if shown is None:
        raise ApiProblem(Trouble.NOT_FOUND, "The product has no call auctions now.")
    return shown


@router.post(
    "/v1/products/{symbol}/market-mode",
    operation_id="set_market_mode",
    response_model=ProductMarketMode | AnnouncedMode,
    responses=act_responses(*CONFLICT, 404),
)
async def set_market_mode(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    symbol: SymbolInPath,
    body: MarketModeBody,
) -> ProductMarketMode | AnnouncedMode | Response:
    """Make deals in a product in another mode, which the venue's licence allows: only while nothing
    of the present mode is open. For the operator.

    Where the licence asks for notice the change is announced, in place of what was announced
    before, and comes when the day that is named begins; or it lapses if something is open then.
    """
    command = SetMarketMode(
        actor=operator.party_id,
        key=idempotency_key,
        product_id=services.product(symbol).product_id,
        mode=MarketMode[body.market_mode],
        terms=body.terms(),
        effective_on=day_in(body.effective_on, pointer="/effective_on"),
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    event, *_ = outcome.events
    mark_replayed(response, outcome)
    if isinstance(event, MarketModeAnnounced):
        return announced_mode(event.coming)
    assert isinstance(event, MarketModeSet), event
    response.headers["ETag"] = etag_of(event.version)
    return market_mode_shown(
        symbol, event.mode, terms=event.terms, version=event.version, coming=None
    )


@router.post(
    "/v1/products/{symbol}/market-mode/call-off",
    operation_id="call_off_market_mode",
    response_model=ProductMarketMode,
    responses=act_responses(*CONFLICT, 404),
)
async def call_off_market_mode(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    symbol: SymbolInPath,
    body: CallOffModeBody,
) -> ProductMarketMode | Response:
    """Call an announced change of market mode off before its day begins: the product keeps the mode
    that it has. For the operator.

    You name what you have read; if it is not what is announced any more, nothing is called off.
    """
    product = services.product(symbol)
    effective_on = day_in(body.effective_on, pointer="/effective_on")
    assert effective_on is not None, body
    command = CallOffMarketMode(
        actor=operator.party_id,
        key=idempotency_key,
        product_id=product.product_id,
        mode=MarketMode[body.market_mode],
        effective_on=effective_on,
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    mark_replayed(response, outcome)
    response.headers["ETag"] = etag_of(product.mode_version)
    return market_mode_shown(
        symbol,
        product.mode,
        terms=product.mode_terms,
        version=product.mode_version,
        coming=None,
    )
