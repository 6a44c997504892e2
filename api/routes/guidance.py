"""What may guide a price: the last deals, par and net asset value; how long an answer takes."""

from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from api.dependencies import GivenServices, QuoteReader, Services, SymbolInPath
from api.responses import problems
from api.schemas.decimals import (
    NS_PER_S,
    format_day,
    format_decimal,
    format_moment,
    format_price,
    format_seconds,
)
from api.schemas.guidance import ANSWERS_DAYS, DEALS_DAYS, ENOUGH, Guidance, GuidingDeal
from api.strict_input import StrictRoute
from exchange.candles import Interval, MatchedTrade
from exchange.product_view import ProductView
from exchange.quotes import accrued_of, unit_on
from exchange.store.queries import calendars_of_venue
from exchange.store.trade_queries import newest_trades
from matching import Price
from registry.calendar import Calendar, day_in_shanghai, start_in_shanghai
from registry.store.queries import transfers_ended
from registry.turnaround import Turnaround, percentile, turnaround
from registry.types import DayNumber, TimeNs

DAY_NS: Final = 86_400 * NS_PER_S
DEALS_MAX: Final = 100
DEALS_SHOWN: Final = 5

router = APIRouter(route_class=StrictRoute, tags=["products"])


@router.get(
    "/v1/products/{symbol}/guidance",
    operation_id="get_guidance",
    responses=problems(401, 403, 404, 422),
)
async def get_guidance(
    services: GivenServices, _reader: QuoteReader, symbol: SymbolInPath
) -> Guidance:
    """The last deals, par with accrued income, the net asset value and its age, how long the trust
    company takes to answer, and when money would come. Of fewer than three cases no figure is made.

    Guidance, and never a promise. For whoever sees quotes.
    """
    product, now_ns = services.product(symbol), TimeNs(services.clock.now_ns())
    from_ns = start_in_shanghai(DayNumber(day_in_shanghai(now_ns) - DEALS_DAYS))
    # Here and not in the thread, which would read candles while the loop changes them.
    days = services.candles.of(product.product_id, Interval.DAY).starting(
        from_ns=from_ns, to_ns=None, candles_max=DEALS_DAYS + 1
    )
    dealt = sum(day.trades for day in days)
    deals, answers, calendar = await run_in_threadpool(
        _from_rows, services, product, now_ns, trades_max=min(dealt, DEALS_MAX)
    )
    today, facts = day_in_shanghai(now_ns), product.facts
    par, accrued = product.terms.par_value, accrued_of(unit_on(product.terms, facts, today))
    median_price = percentile(sorted(deal.price for deal in deals), 50)
    is_enough = answers.confirmed + answers.rejected >= ENOUGH
    usual = _days(answers.median_ns, calendar) if is_enough else None
    late = _days(answers.percentile_95_ns, calendar) if is_enough else None
    usual_ns, late_ns = (_end_of(days, calendar, now_ns) for days in (usual, late))
    return Guidance(
        symbol=symbol,
        deals=dealt,
        newest=[_deal(deal, product.terms.quantity_scale) for deal in deals[:DEALS_SHOWN]],
        median_price=(
            None
            if median_price is None or len(deals) < ENOUGH
            else format_price(Price(median_price))
        ),
        par_value=format_price(par),
        accrued_per_unit=None if accrued is None else format_price(accrued),
        par_with_accrued=None if accrued is None else format_price(Price(par + accrued)),
        nav=None if facts.nav is None else format_price(facts.nav.value),
        nav_age_days=None if facts.nav is None else today - facts.nav.on,
        answers=answers.confirmed + answers.rejected,
        median_days=usual,
        percentile_95_days=late,
        working_day_s=format_seconds(calendar.day_ns),
        money_usual_on=None if usual_ns is None else _last_day(usual_ns),
        money_late_on=None if late_ns is None else _last_day(late_ns),
        money_usual_at=None if usual_ns is None else format_moment(usual_ns),
        money_late_at=None if late_ns is None else format_moment(late_ns),
    )


def _from_rows(
    services: Services, product: ProductView, now_ns: TimeNs, *, trades_max: int
) -> tuple[list[MatchedTrade], Turnaround, Calendar]:
    # A copy: this is a thread, and the loop may add a product meanwhile.
    products = services.exchange.view.products.copy()
    with services.reader.connect() as connection:
        known = calendars_of_venue(connection)
        deals = newest_trades(connection, product.product_id, trades_max=trades_max)
        ended = transfers_ended(
            connection,
            trust_company_id=product.terms.trust_company_id,
            from_ns=now_ns - ANSWERS_DAYS * DAY_NS,
            until_ns=now_ns + 1,
        )
        answers = turnaround(
            ended,
            {
                product_id: known[each.terms.transfer_terms.calendar_id]
                for product_id, each in products.items()
            },
        )
    return deals, answers, known[product.terms.transfer_terms.calendar_id]


def _deal(deal: MatchedTrade, scale: int) -> GuidingDeal:
    return GuidingDeal(
        price=format_price(deal.price),
        quantity=format_decimal(deal.quantity, scale=scale),
        matched_at=format_moment(deal.at_ns),
    )


def _days(time_ns: int | None, calendar: Calendar) -> int | None:
    """Days of the calendar, a begun one whole."""
    return None if time_ns is None else max(1, -(-time_ns // calendar.day_ns))


def _end_of(working_days: int | None, calendar: Calendar, now_ns: TimeNs) -> TimeNs | None:
    """When the last of so many working days after now is over."""
    return None if working_days is None else calendar.after(now_ns, working_days)


def _last_day(end_ns: TimeNs) -> str:
    """The day in Asia/Shanghai that ends then, or within which that is."""
    return format_day(day_in_shanghai(TimeNs(end_ns - 1)))
