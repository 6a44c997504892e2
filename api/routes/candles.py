"""What was traded of a product by minute, hour and day."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import GivenServices, Paged, QuoteReader, SymbolInPath, cut_page
from api.errors import invalid_parameter
from api.responses import problems
from api.schemas.base import Page, decode_cursor
from api.schemas.candles import Candle, candle_of
from api.schemas.decimals import NS_PER_S, MomentText, parse_moment
from api.strict_input import StrictRoute
from exchange.candles import Interval

router = APIRouter(route_class=StrictRoute, tags=["products"])


@router.get(
    "/v1/products/{symbol}/candles",
    operation_id="list_candles",
    responses=problems(401, 404, 422),
)
async def list_candles(
    request: Request,
    response: Response,
    services: GivenServices,
    _reader: QuoteReader,
    symbol: SymbolInPath,
    paged: Paged,
    interval: Annotated[Interval, Query(description="A day is one of Asia/Shanghai.")],
    from_: Annotated[
        MomentText | None, Query(alias="from", description="Those that start then or later.")
    ] = None,
    to: Annotated[MomentText | None, Query(description="And before then.")] = None,
) -> Page[Candle]:
    """What was traded of a product, oldest first: the newest 2,880 minutes, 8,784 hours or 3,660
    days in which anything was. There is no candle of any other time.

    They count what was matched, whatever became of the transfers. For whoever sees quotes.
    """
    # No await from the first read to the last, so that nothing is published in between.
    product, at_ns = services.product(symbol), services.exchange.view.at_ns
    # A cursor has the second in which the last candle of its page starts.
    after_s = decode_cursor(paged.cursor, start=-1)
    from_ns = _moment_in(from_, parameter="from")
    found = services.candles.of(product.product_id, interval).starting(
        from_ns=max(from_ns or 0, (after_s + 1) * NS_PER_S),
        to_ns=_moment_in(to, parameter="to"),
        candles_max=paged.limit + 1,
    )
    shown, cursor = cut_page(
        request, response, paged, found, lambda candle: (candle.start_ns // NS_PER_S,)
    )
    scale = product.terms.quantity_scale
    items = [candle_of(each, interval, quantity_scale=scale, at_ns=at_ns) for each in shown]
    return Page(items=items, next_cursor=cursor)


def _moment_in(text: str | None, *, parameter: str) -> int | None:
    if text is None:
        return None
    at_ns = parse_moment(text)
    if at_ns is None:
        raise invalid_parameter(
            "malformed", detail="There is no such date and time.", parameter=parameter
        )
    return at_ns
