"""Asking what an order would cost and whether it would be taken."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from api.dependencies import GivenServices, Services, Trader
from api.errors import prefers_chinese
from api.findings import findings_shown
from api.refusal_kinds import REFUSALS
from api.responses import BODY, SIGNED_IN, problems
from api.schemas.decimals import format_decimal, format_money, format_price
from api.schemas.orders import Preview, PreviewBody, PreviewRefusal, draw_of
from api.strict_input import StrictRoute
from api.submission import order_in
from exchange.commands import PlaceOrder
from exchange.limits import FILLS_PER_COMMAND_MAX
from exchange.modes.types import MarketMode
from exchange.preview import Facts, preview
from exchange.product_view import BookLevel, ProductView
from exchange.refusals import Refusal
from exchange.store.client_queries import client_of
from exchange.store.queries import account_of, calendars_of_venue, kind_of, open_orders_of
from exchange.store.rules_queries import rules_of_product
from matching import Side
from registry.store.queries import lots_of
from registry.types import HolderId

router = APIRouter(route_class=StrictRoute, tags=["orders"])


@router.post(
    "/v1/orders/preview",
    operation_id="preview_order",
    responses=problems(*SIGNED_IN, *BODY, 404),
)
async def preview_order(
    request: Request, services: GivenServices, trader: Trader, body: PreviewBody
) -> Preview:
    """Fees, what would be reserved and the refusal that would apply, from committed facts.

    It needs no key, because it changes nothing.
    """
    product = services.product(body.symbol, pointer="/symbol")
    command = order_in(body, product, actor=trader.party_id, key="")
    # Here and not in the thread, which would read the book while the loop changes it.
    levels = _opposite(product, command.side)
    facts = await run_in_threadpool(_facts, services, product, command, levels)
    told = preview(facts, command, services.clock.now_ns())
    buys = command.side is Side.BUY
    findings = await run_in_threadpool(
        findings_shown, services.reader, told.findings, scale=product.terms.quantity_scale
    )
    scale = product.terms.quantity_scale
    quantity, worst_price = _fillable(levels, command)
    chinese = prefers_chinese(request.headers.get("accept-language", ""))
    return Preview(
        accepted=told.refusal is None,
        refusal=None if told.refusal is None else _refusal(told.refusal, chinese=chinese),
        worst_price=format_price(command.price),
        fillable_quantity=format_decimal(quantity, scale=scale),
        fillable_worst_price=None if worst_price is None else format_price(worst_price),
        consideration=format_money(told.consideration),
        fee_venue=format_money(told.fee_venue),
        fee_trust_company=format_money(told.fee_trust_company),
        reserve_money=format_money(told.reserve_money) if buys else None,
        rest_due=format_money(told.rest_due) if buys else None,
        reserve_units=None if buys else format_decimal(told.reserve_units, scale=scale),
        proceeds=None if buys else format_money(told.proceeds),
        fault_fee=format_money(told.fault_fee),
        available_money=format_money(facts.money_available),
        available_units=format_decimal(sum(lot.free for lot in facts.lots), scale=scale),
        findings=findings,
        draws=None if told.draws is None else [draw_of(draw, scale) for draw in told.draws],
    )


def _facts(
    services: Services, product: ProductView, command: PlaceOrder, levels: list[BookLevel]
) -> Facts:
    holder_id = HolderId(command.actor)
    with services.reader.connect() as connection:
        kind = kind_of(connection, command.actor)
        account = account_of(connection, command.actor)
        own = open_orders_of(connection, command.actor)
        lots = lots_of(connection, product_id=product.product_id, holder_id=holder_id)
        client = client_of(connection, command.actor)
        rules = rules_of_product(connection, product.product_id)
        calendars = calendars_of_venue(connection)
    assert kind is not None, command.actor
    assert account is not None, command.actor
    return Facts(
        kind=kind,
        product_id=product.product_id,
        terms=product.terms,
        state=product.state,
        mode=product.mode,
        fee_schedule=services.fee_schedule,
        money_available=account.available,
        lots=tuple(lots),
        orders_open=len(own),
        own_orders=tuple(
            (side, price) for product_id, side, price in own if product_id == product.product_id
        ),
        disclosed=product.facts,
        profile=client.profile,
        rules=rules,
        calendars=calendars,
        opposite=tuple((level.price, level.quantity) for level in levels),
    )


def _opposite(product: ProductView, side: Side) -> list[BookLevel]:
    if product.mode is not MarketMode.CONTINUOUS:
        return []  # an order meets nobody when it comes
    # No order meets more orders than that, so none reaches more levels.
    book = product.book
    return (
        book.asks(FILLS_PER_COMMAND_MAX) if side is Side.BUY else book.bids(FILLS_PER_COMMAND_MAX)
    )


def _fillable(levels: list[BookLevel], command: PlaceOrder) -> tuple[int, int | None]:
    """How much would match at once, and the worst price of it. A pure reading of the levels."""
    quantity, worst_price = 0, None
    for level in levels:
        if command.side is Side.BUY:
            crosses = level.price <= command.price
        else:
            crosses = level.price >= command.price
        if not crosses or quantity >= command.quantity:
            break
        quantity, worst_price = min(quantity + level.quantity, command.quantity), level.price
    return quantity, worst_price


def _refusal(refusal: Refusal, *, chinese: bool) -> PreviewRefusal:
    kind = REFUSALS[refusal]
    return PreviewRefusal(code=kind.code, title=kind.title_zh if chinese else kind.title_en)
