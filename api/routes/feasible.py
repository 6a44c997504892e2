"""Asking what one may do in a product."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from api.dependencies import GivenServices, Services, SymbolInPath, Trader
from api.errors import invalid_parameter, prefers_chinese
from api.findings import findings_shown
from api.order_facts import facts_of, last_trades_of, opposite_of
from api.responses import SIGNED_IN, problems
from api.schemas.decimals import PRICE_SCALE, DecimalText, parse_decimal
from api.schemas.feasible import Feasible, Wording, feasible_side, findings_told
from api.schemas.slots import slots_of_trader
from api.standing_words import Standing, listings_of, standing_for
from api.strict_input import StrictRoute
from exchange.book_view import BookLevel
from exchange.feasible import feasible
from exchange.limits import PRICE_MAX
from exchange.product_view import ProductView
from exchange.turning_view import Turning
from exchange.types import PartyId
from matching import Price, Side

router = APIRouter(route_class=StrictRoute, tags=["orders"])


@router.get(
    "/v1/products/{symbol}/feasible",
    operation_id="get_feasible",
    responses=problems(*SIGNED_IN, 404, 422),
)
async def get_feasible(
    request: Request,
    services: GivenServices,
    trader: Trader,
    symbol: SymbolInPath,
    price: Annotated[
        DecimalText | None,
        Query(
            description="At which quantities are told, in yuan a unit; else the best price of the "
            "other side, the last one, or par: of those that you may see."
        ),
    ] = None,
) -> Feasible:
    """What may I do? The quantities and prices at which an order of the caller would be taken, what
    ends each range and what would cure it, and what of the book a plain order could take; where
    parties deal by name, what that stands the caller may answer, and with what.

    Solved from the rules, the caller's means and the book, from committed facts. Nothing is
    promised: the order itself decides.
    """
    product, stated = services.product(symbol), _price_in(price)
    # Here and not in the thread, which would read the book while the loop changes it.
    levels = {side: opposite_of(services, product, side, trader) for side in Side}
    turning = last_trades_of(services, product, trader.party_id)
    is_hidden = services.quotes.hides(product, trader.party_id, trader.kind)
    last = None if is_hidden else product.last_price
    prices = {side: stated or _usual_price(product, last, levels[side]) for side in Side}
    standing = standing_for(services, product, trader)
    seen = _Seen(levels, prices, turning, standing)
    chinese = prefers_chinese(request.headers.get("accept-language", ""))
    return await run_in_threadpool(
        _answer, services, product, trader.party_id, seen, chinese=chinese
    )


class _Seen(NamedTuple):
    """What was read of the view."""

    levels: dict[Side, list[BookLevel]]
    prices: dict[Side, Price]
    turning: Turning | None
    standing: Standing | None


def _answer(
    services: Services,
    product: ProductView,
    party_id: PartyId,
    seen: _Seen,
    *,
    chinese: bool,
) -> Feasible:
    facts = facts_of(services, product, party_id, [], seen.turning)
    at_ns = services.clock.now_ns()
    told = {
        side: feasible(
            facts, party_id, side, price=seen.prices[side], opposite=seen.levels[side], at_ns=at_ns
        )
        for side in Side
    }
    listings = {
        side: listings_of(services, product, facts, party_id, side, seen.standing, at_ns=at_ns)
        for side in Side
    }
    scale = product.terms.quantity_scale
    findings = list({each for side in Side for each in findings_told(told[side], listings[side])})
    shown = findings_shown(services.reader, findings, scale=scale)
    wording = Wording(chinese, scale, dict(zip(findings, shown, strict=True)))
    return Feasible(
        symbol=product.terms.symbol,
        buy=feasible_side(told[Side.BUY], listings[Side.BUY], wording),
        sell=feasible_side(told[Side.SELL], listings[Side.SELL], wording),
        holder_slots=slots_of_trader(product),
    )


def _price_in(text: str | None) -> Price | None:
    """The price of the query, if there is one; ends the request if it is out of range."""
    if text is None:
        return None
    price = parse_decimal(text, PRICE_SCALE)
    if price is None or not 0 < price <= PRICE_MAX:
        raise invalid_parameter("out_of_range", detail="There is no such price.", parameter="price")
    return Price(price)


def _usual_price(product: ProductView, last: Price | None, levels: list[BookLevel]) -> Price:
    if levels:
        return levels[0].price
    tick = product.terms.tick
    on_tick = (last or product.terms.par_value) // tick * tick
    return Price(on_tick or tick)
