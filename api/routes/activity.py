"""What of a product's trade everybody may know."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from api.dependencies import GivenServices, SymbolInPath, onlooker
from api.findings import findings_shown
from api.responses import problems
from api.schemas.activity import ACTIVITY_DAYS, Activity
from api.schemas.decimals import format_decimal
from api.strict_input import StrictRoute
from exchange.candles import Interval
from registry.calendar import day_in_shanghai, start_in_shanghai
from registry.types import DayNumber

router = APIRouter(route_class=StrictRoute, tags=["products"])


@router.get(
    "/v1/products/{symbol}/activity",
    operation_id="get_activity",
    responses=problems(404, 422),
)
async def get_activity(request: Request, services: GivenServices, symbol: SymbolInPath) -> Activity:
    """How much of a product was traded in the last 30 days, and whether who asks sees its quotes;
    if its rules do not show them, what each says and what would cure it. Open to everybody."""
    product, market, reader = services.product(symbol), services.exchange.view, onlooker(request)
    first = DayNumber(day_in_shanghai(market.at_ns) - ACTIVITY_DAYS + 1)
    days = services.candles.of(product.product_id, Interval.DAY).starting(
        from_ns=start_in_shanghai(first), to_ns=None, candles_max=ACTIVITY_DAYS
    )
    withheld = services.quotes.withheld(product, reader)
    scale = product.terms.quantity_scale
    findings = await run_in_threadpool(findings_shown, services.reader, withheld, scale=scale)
    return Activity(
        symbol=symbol,
        days=ACTIVITY_DAYS,
        deals=sum(day.trades for day in days),
        quantity=format_decimal(sum(day.volume for day in days), scale=scale),
        shows_quotes=services.shows_quotes(product, reader),
        findings=findings,
    )
