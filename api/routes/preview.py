"""Asking what an order would cost and whether it would be taken."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.counterparty import answered_in, others_of, sold_by_any
from api.dependencies import GivenServices, Services, Trader
from api.errors import invalid_field, prefers_chinese
from api.findings import findings_shown
from api.order_facts import facts_of, last_trades_of, opposite_of
from api.responses import BODY, SIGNED_IN, problems
from api.schemas.accrued import accrued_of
from api.schemas.decimals import format_decimal, format_money, format_price
from api.schemas.preview import Preview, PreviewBody, draw_of, preview_refusal
from api.schemas.slots import slots_of_trader
from api.schemas.taxes import TaxEstimate, taxes_of
from api.strict_input import StrictRoute
from api.submission import order_in
from exchange.book_view import BookLevel
from exchange.commands import PlaceOrder
from exchange.negotiation_checks import first_of
from exchange.pair_preview import findings_with
from exchange.preview import Facts, preview
from exchange.preview import Preview as Told
from exchange.product_view import ProductView
from exchange.refusals import Refusal
from exchange.rules.evaluate import strictest
from exchange.rules.types import Finding, Verdict
from exchange.types import Fen, NegotiationId, OfferId
from matching import Side
from registry.lots import cost_of
from registry.types import TimeNs

router = APIRouter(route_class=StrictRoute, tags=["orders"])


@router.post(
    "/v1/orders/preview",
    operation_id="preview_order",
    responses=problems(*SIGNED_IN, *BODY, 404, 409),
)
async def preview_order(
    request: Request, services: GivenServices, trader: Trader, body: PreviewBody
) -> Preview:
    """Fees, what would be reserved and the refusal that would apply, from committed facts; of the
    book, what you may see and a plain order of yours may meet.

    It needs no key, because it changes nothing. Of a deal in the making it also tells what the
    rules of two say of you and whoever you would deal with.
    """
    product = services.product(body.symbol, pointer="/symbol")
    command = order_in(body, product, actor=trader.party_id, key="")
    # Here and not in the thread, which would read the book while the loop changes it.
    levels = opposite_of(services, product, command.side, trader, is_whole_only=body.whole_only)
    turning = last_trades_of(services, product, command.actor)
    facts = await run_in_threadpool(facts_of, services, product, command.actor, levels, turning)
    now_ns = services.clock.now_ns()
    in_mode = body.in_mode or body.negotiation_id is not None
    told = preview(facts, command, now_ns, acknowledged=tuple(body.acknowledge), in_mode=in_mode)
    pair = await _of_pair(services, product, trader, facts, command, body, now_ns)
    refusal = told.refusal
    if strictest(pair) is Verdict.BLOCK:
        refusal = first_of(refusal, Refusal.RULE_BLOCKS)
    buys = command.side is Side.BUY
    fees = told.fee_venue + told.fee_trust_company
    missing = told.reserve_money - facts.money_available
    scale = product.terms.quantity_scale
    shown = await run_in_threadpool(
        findings_shown, services.reader, (*told.findings, *pair), scale=scale
    )
    quantity, worst_price = _fillable(levels, command)
    chinese = prefers_chinese(request.headers.get("accept-language", ""))
    return Preview(
        accepted=refusal is None,
        refusal=None if refusal is None else preview_refusal(refusal, chinese=chinese),
        worst_price=format_price(command.price),
        fillable_quantity=format_decimal(quantity, scale=scale),
        fillable_worst_price=None if worst_price is None else format_price(worst_price),
        consideration=format_money(told.consideration),
        accrued=accrued_of(told.accrued),
        full=format_money(told.full),
        fee_venue=format_money(told.fee_venue),
        fee_trust_company=format_money(told.fee_trust_company),
        total=format_money(told.full + fees if buys else told.proceeds),
        reserve_money=format_money(told.reserve_money) if buys else None,
        missing_money=format_money(max(missing, 0)) if buys else None,
        rest_due=format_money(told.rest_due) if buys else None,
        reserve_units=None if buys else format_decimal(told.reserve_units, scale=scale),
        proceeds=None if buys else format_money(told.proceeds),
        fault_fee=format_money(told.fault_fee),
        available_money=format_money(facts.money_available),
        available_units=format_decimal(sum(lot.free for lot in facts.lots), scale=scale),
        findings=shown[: len(told.findings)],
        pair=shown[len(told.findings) :],
        holder_slots=slots_of_trader(product),
        taxes=_taxes(facts, told, now_ns),
        draws=None if told.draws is None else [draw_of(draw, scale) for draw in told.draws],
    )


async def _of_pair(
    services: Services,
    product: ProductView,
    trader: Principal,
    facts: Facts,
    command: PlaceOrder,
    body: PreviewBody,
    at_ns: TimeNs,
) -> tuple[Finding, ...]:
    """What the rules of two say of it, if it answers somebody."""
    if body.negotiation_id is None:
        if body.offer_id is not None:
            detail = "An offer is one of a negotiation."
            raise invalid_field("malformed", detail=detail, pointer="/offer_id")
        return ()
    word = await run_in_threadpool(
        answered_in,
        services,
        product,
        trader,
        command,
        NegotiationId(int(body.negotiation_id)),
        None if body.offer_id is None else OfferId(int(body.offer_id)),
    )
    sold = sold_by_any(services, product, (command.actor, word.other_id))
    others = await run_in_threadpool(others_of, services, product, (word.other_id,), sold)
    return findings_with(facts, command, others, at_ns, makes_deal=word.makes_deal)


def _taxes(facts: Facts, told: Told, at_ns: TimeNs) -> TaxEstimate | None:
    """What the sale may mean for its seller, by the lots that it would draw from."""
    if told.draws is None:
        return None
    cost = Fen(cost_of(facts.lots, told.draws))
    return taxes_of(facts.kind, sale=told.full, cost=cost, at_ns=at_ns)


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
