"""Orders: placing, reading, replacing and cancelling them."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import (
    Dealer,
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Paged,
    Services,
    Trader,
    cut_page,
    etag_of,
)
from api.errors import refused
from api.findings import findings_shown
from api.hot_route import HotRoute
from api.responses import COMMAND, CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, SymbolText, decode_cursor
from api.schemas.decimals import MONEY_SCALE, IdText
from api.schemas.means import means_shown
from api.schemas.orders import (
    CancelledOrder,
    Order,
    PlacedOrder,
    PlaceOrderBody,
    ReplacedOrder,
    ReplaceOrderBody,
    StatusName,
    cancelled_order,
    placed_order,
    replaced_order,
)
from api.schemas.orders import order_of as order_shown
from api.strict_input import StrictRoute
from api.submission import (
    acknowledging,
    mark_replayed,
    order_in,
    price_in,
    quantity_in,
    refused_for,
    submit,
)
from exchange.commands import CancelOrder, ReplaceOrder
from exchange.events import OrderClosed
from exchange.refusals import Refusal
from exchange.reserve_events import BidUnfunded
from exchange.sequencer import Outcome
from exchange.store.queries import OrderRow, order_of, orders_before
from exchange.store.rules_queries import withdrawn_for
from exchange.types import OrderStatus, PartyId
from matching import OrderId

ORDER_ID_MAX = 10**18

router = APIRouter(route_class=StrictRoute, tags=["orders"])
hot_router = APIRouter(route_class=HotRoute, tags=["orders"])


@hot_router.post(
    "/v1/orders",
    operation_id="place_order",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
async def place_order(
    response: Response, services: GivenServices, trader: Trader, body: PlaceOrderBody
) -> PlacedOrder:
    """List units for transfer (SELL) or bid for them (BUY), and learn what matched at once."""
    product = services.product(body.symbol, pointer="/symbol")
    command = order_in(body, product, actor=trader.party_id, key=body.client_order_id)
    outcome = await submit(services, acknowledging(command, body.acknowledge))
    answer = placed_order(command, product.terms, outcome.events, at_ns=outcome.at_ns)
    mark_replayed(response, outcome)
    response.headers["Location"] = f"/v1/orders/{answer.order_id}"
    return answer


@router.get("/v1/orders", operation_id="list_orders", responses=problems(*SIGNED_IN, 404, 422))
def list_orders(
    request: Request,
    response: Response,
    services: GivenServices,
    dealer: Dealer,
    paged: Paged,
    symbol: SymbolText | None = None,
    status: Annotated[StatusName | None, Query()] = None,
    party: Annotated[
        IdText | None, Query(description="Of this party alone; for the operator.")
    ] = None,
) -> Page[Order]:
    """The party's orders, newest first; the operator's, everybody's."""
    with services.reader.connect() as connection:
        rows = orders_before(
            connection,
            party_id=_whose(dealer, party),
            before=decode_cursor(paged.cursor, start=ORDER_ID_MAX),
            product_id=None if symbol is None else services.product(symbol).product_id,
            status=None if status is None else OrderStatus[status],
            limit=paged.limit + 1,
        )
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each.order_id,))
    return Page(items=_shown(services, shown), next_cursor=cursor)


@router.get(
    "/v1/orders/{order_id}",
    operation_id="get_order",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_order(
    response: Response, services: GivenServices, dealer: Dealer, order_id: IdInPath
) -> Order:
    """An order of the party; for the operator, anybody's."""
    row = _known_order(services, _whose(dealer, None), order_id)
    response.headers["ETag"] = etag_of(row.version)
    (shown,) = _shown(services, [row])
    return shown


@hot_router.delete(
    "/v1/orders/{order_id}",
    operation_id="cancel_order",
    responses=problems(*COMMAND, 404, 409),
)
async def cancel_order(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    order_id: IdInPath,
) -> CancelledOrder:
    """Withdraw what is still open of an order."""
    command = CancelOrder(
        actor=trader.party_id, key=idempotency_key, order_id=OrderId(int(order_id))
    )
    outcome = await _submit_about_order(services, command)
    (closed,) = outcome.events
    assert isinstance(closed, OrderClosed), closed
    mark_replayed(response, outcome)
    terms = services.exchange.view.products[closed.product_id].terms
    return cancelled_order(closed, terms, at_ns=outcome.at_ns)


@router.patch(
    "/v1/orders/{order_id}",
    operation_id="replace_order",
    responses=problems(*CONFLICT, 404),
)
async def replace_order(
    response: Response,
    services: GivenServices,
    trader: Trader,
    idempotency_key: IdempotencyKey,
    order_id: IdInPath,
    body: ReplaceOrderBody,
) -> ReplacedOrder:
    """Give an open order a new price and open quantity.

    It keeps its place only at the same price and no greater quantity; the answer says so.
    """
    row = await run_in_threadpool(_known_order, services, trader.party_id, order_id)
    terms = services.exchange.view.products[row.product_id].terms
    price = price_in(body.price, pointer="/price")
    quantity = quantity_in(body.quantity, scale=terms.quantity_scale, pointer="/quantity")
    command = ReplaceOrder(
        actor=trader.party_id,
        key=idempotency_key,
        order_id=row.order_id,
        price=price,
        quantity=quantity,
    )
    outcome = await _submit_about_order(services, command, acknowledge=body.acknowledge)
    mark_replayed(response, outcome)
    return replaced_order(
        row, terms, outcome.events, price=price, quantity=quantity, at_ns=outcome.at_ns
    )


async def _submit_about_order(
    services: Services, command: CancelOrder | ReplaceOrder, *, acknowledge: Sequence[str] = ()
) -> Outcome:
    """As `submit`; but an order of the party that is no longer open is told from none at all.

    The engine forgets orders that are not open; the rows do not.
    """
    given = acknowledging(command, acknowledge) if isinstance(command, ReplaceOrder) else command
    outcome = await services.exchange.submit(given)
    refusal = outcome.refusal
    if refusal is Refusal.UNKNOWN_ORDER:
        row = await run_in_threadpool(_find, services, command.actor, command.order_id)
        refusal = Refusal.UNKNOWN_ORDER if row is None else Refusal.ORDER_NOT_OPEN
    if refusal is not None:
        raise await refused_for(services, refusal, outcome)
    return outcome


def _whose(dealer: Principal, party: str | None) -> PartyId | None:
    """Whose orders are asked for: nobody's but its own by a party; None: everybody's."""
    asked = None if party is None else PartyId(int(party))
    if dealer.reads_all:
        return asked
    if asked not in (None, dealer.party_id):
        raise refused(Refusal.UNKNOWN_PARTY)
    return dealer.party_id


def _find(services: Services, party_id: PartyId | None, order_id: int) -> OrderRow | None:
    with services.reader.connect() as connection:
        return order_of(connection, party_id=party_id, order_id=order_id)


def _known_order(services: Services, party_id: PartyId | None, order_id: str) -> OrderRow:
    row = _find(services, party_id, int(order_id))
    if row is None:
        raise refused(Refusal.UNKNOWN_ORDER)
    return row


def _shown(services: Services, rows: Sequence[OrderRow]) -> list[Order]:
    """The orders, with why the venue let some of them stand no longer."""
    with services.reader.connect() as connection:
        reasons = withdrawn_for(connection, [row.order_id for row in rows if _is_withdrawn(row)])
    shown = []
    for row in rows:
        terms = services.exchange.view.products[row.product_id].terms
        said = reasons.get(row.order_id)
        findings, means = None, None
        if isinstance(said, BidUnfunded):
            means = means_shown(available=said.available, needed=said.needed, scale=MONEY_SCALE)
        elif said is not None:
            findings = findings_shown(services.reader, said, scale=terms.quantity_scale)
        shown.append(order_shown(row, terms, findings=findings, means=means))
    return shown


def _is_withdrawn(row: OrderRow) -> bool:
    return row.status is OrderStatus.WITHDRAWN_BY_VENUE
