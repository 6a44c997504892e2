"""Orders on the wire, and the answers to commands about them.

An answer is built from the command and its events alone, never from the present state: the same
request asked again gets the same bytes.
"""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.accrued import AccruedIncome, accrued_of
from api.schemas.base import Answer, Body, ClientKey, SymbolText, name_of
from api.schemas.decimals import (
    Decimal,
    DecimalText,
    IdText,
    Moment,
    MomentText,
    format_decimal,
    format_moment,
    format_money,
    format_price,
)
from api.schemas.means import Means
from api.schemas.rules import Acknowledged, Finding
from exchange.commands import CreateProduct, PlaceOrder
from exchange.events import (
    AnyEvent,
    OrderAccepted,
    OrderClosed,
    OrderFilled,
    OrderReplaced,
    TransferOpened,
)
from exchange.limits import LOTS_PER_ORDER_MAX
from exchange.order_words import size_terms_of
from exchange.store.queries import OrderRow
from exchange.types import OrderStatus
from matching import OrderId, Side, SizeTerms, TimeInForce

SideName = Literal["BUY", "SELL"]
TimeInForceName = Literal[
    "GOOD_TILL_CANCELLED", "GOOD_TILL_DATE", "IMMEDIATE_OR_CANCEL", "FILL_OR_KILL"
]
StatusName = Literal[
    "OPEN", "PARTIALLY_MATCHED", "MATCHED", "CANCELLED", "EXPIRED", "WITHDRAWN_BY_VENUE"
]
SideShown = Annotated[str, name_of(Side)]
TimeInForceShown = Annotated[str, name_of(TimeInForce)]
StatusShown = Annotated[str, name_of(OrderStatus)]


class OrderTerms(Body):
    """What an order asks for."""

    symbol: SymbolText
    side: SideName
    price: Annotated[DecimalText, Field(description="The limit, in yuan a unit.")]
    quantity: DecimalText
    time_in_force: TimeInForceName = "GOOD_TILL_CANCELLED"
    post_only: Annotated[bool, Field(description="Refused if it would trade at once.")] = False
    expires_at: Annotated[
        MomentText | None, Field(description="Within 30 days; only for an order that rests.")
    ] = None
    minimum_quantity: Annotated[
        DecimalText | None, Field(description="Of each match; the last one may be what is left.")
    ] = None
    all_or_none: Annotated[
        bool, Field(description="All of it at once, with any number of others, or nothing.")
    ] = False
    whole_only: Annotated[
        bool, Field(description="All of it with one other party, or nothing.")
    ] = False
    lots: Annotated[
        list[IdText] | None,
        Field(
            min_length=1,
            max_length=LOTS_PER_ORDER_MAX,
            description="Of a sell: your lots from which alone it draws, in this order; "
            "else it draws from all, the smallest number first.",
        ),
    ] = None
    acknowledge: Acknowledged


class PlaceOrderBody(OrderTerms):
    """A new order. The same client_order_id and body get the same answer, once."""

    client_order_id: Annotated[ClientKey, Field(description="Unique among the party's orders.")]


class ReplaceOrderBody(Body):
    """A new price and open quantity for an order."""

    price: DecimalText
    quantity: Annotated[DecimalText, Field(description="The new open quantity.")]
    acknowledge: Acknowledged


class Fill(Answer):
    """A match with one order; a transfer of the units is now pending."""

    trade_number: int
    transfer_id: str
    price: Decimal
    quantity: Decimal
    consideration: Decimal
    accrued: Annotated[
        AccruedIncome | None,
        Field(description="What the buyer pays besides, where the price is clean; else null."),
    ]
    fee_venue: Decimal
    fee_trust_company: Decimal


class PlacedOrder(Answer):
    """What became of the order at once."""

    order_id: str
    client_order_id: str
    symbol: str
    side: SideShown
    price: Decimal
    quantity: Decimal
    time_in_force: TimeInForceShown
    post_only: bool
    expires_at: Moment | None
    minimum_quantity: Decimal | None
    all_or_none: bool
    whole_only: bool
    status: StatusShown
    open_quantity: Decimal
    filled_quantity: Decimal
    placed_at: Moment
    fills: list[Fill]


class ReplacedOrder(Answer):
    """What became of the order at its new price and quantity."""

    order_id: str
    symbol: str
    side: SideShown
    price: Decimal
    priority_kept: Annotated[
        bool, Field(description="False: the order now stands behind all others at its price.")
    ]
    open_quantity: Decimal
    replaced_at: Moment
    fills: list[Fill]


class CancelledOrder(Answer):
    """The open part is withdrawn."""

    order_id: str
    symbol: str
    side: SideShown
    price: Decimal
    cancelled_quantity: Decimal
    released_money: Annotated[Decimal | None, Field(description="Of a buy; with the fees.")]
    released_units: Annotated[Decimal | None, Field(description="Of a sell.")]
    cancelled_at: Moment


class Order(Answer):
    """An order, open or not."""

    order_id: str
    party_id: str
    client_order_id: str
    symbol: str
    side: SideShown
    price: Decimal
    quantity: Decimal
    open_quantity: Decimal
    filled_quantity: Decimal
    reserved_money: Annotated[
        Decimal | None,
        Field(
            description="Of a buy; with the fees and, at a clean price, what accrues until its "
            "last valid day."
        ),
    ]
    reserved_units: Annotated[Decimal | None, Field(description="Of a sell.")]
    consideration: Annotated[Decimal, Field(description="Of all fills.")]
    accrued: Annotated[
        Decimal, Field(description="Of all fills: income paid for besides a clean price.")
    ]
    fees: Annotated[Decimal, Field(description="On all fills; returned if a transfer fails.")]
    time_in_force: TimeInForceShown
    post_only: bool
    expires_at: Moment | None
    minimum_quantity: Decimal | None
    all_or_none: bool
    whole_only: bool
    status: StatusShown
    version: int
    placed_at: Moment
    changed_at: Moment
    findings: Annotated[
        list[Finding] | None,
        Field(
            description="Of an order that the venue has withdrawn because the rules let it stand "
            "no longer: what each of them said."
        ),
    ]
    means: Annotated[
        Means | None,
        Field(
            description="Of a bid that was withdrawn because the product's income changed, and "
            "your money did not suffice for it beside older ones."
        ),
    ]


def placed_order(
    command: PlaceOrder, terms: CreateProduct, events: tuple[AnyEvent, ...], *, at_ns: int
) -> PlacedOrder:
    """The answer to an order that was accepted."""
    accepted = events[0]
    assert isinstance(accepted, OrderAccepted), accepted
    scale = terms.quantity_scale
    fills, filled = fills_of(events, accepted.order_id, command.side, scale)
    closed = any(isinstance(event, OrderClosed) for event in events)
    expires_at_ns = accepted.expires_at_ns
    sizes = size_terms_of(command) or SizeTerms()
    return PlacedOrder.model_construct(
        order_id=str(accepted.order_id),
        client_order_id=command.key,
        symbol=terms.symbol,
        side=command.side.name,
        price=format_price(command.price),
        quantity=format_decimal(command.quantity, scale=scale),
        time_in_force=command.time_in_force.name,
        post_only=command.post_only,
        expires_at=None if expires_at_ns is None else format_moment(expires_at_ns),
        status=_status_after(filled=filled, quantity=command.quantity, closed=closed).name,
        open_quantity=format_decimal(0 if closed else command.quantity - filled, scale=scale),
        filled_quantity=format_decimal(filled, scale=scale),
        placed_at=format_moment(at_ns),
        fills=fills,
        minimum_quantity=_minimum(sizes.minimum_quantity, scale=scale),
        all_or_none=sizes.all_or_none,
        whole_only=sizes.whole_only,
    )


def _minimum(quantity: int, *, scale: int) -> str | None:
    return format_decimal(quantity, scale=scale) if quantity else None


def _status_after(*, filled: int, quantity: int, closed: bool) -> OrderStatus:
    if filled == quantity:
        return OrderStatus.MATCHED
    elif closed:
        return OrderStatus.CANCELLED
    else:
        return OrderStatus.PARTIALLY_MATCHED if filled else OrderStatus.OPEN


def fills_of(
    events: tuple[AnyEvent, ...], order_id: OrderId, side: Side, quantity_scale: int
) -> tuple[list[Fill], int]:
    """The order's fills among the events, with the money as its side pays or gets it, and their
    quantity. An all-or-none order that the command let trade has fills of its own."""
    own = {
        event.transfer_id: event.quantity
        for event in events
        if isinstance(event, OrderFilled)
        and order_id in (event.maker_order_id, event.taker_order_id)
    }
    fills = [
        Fill.model_construct(
            trade_number=event.trade_number,
            transfer_id=str(event.transfer_id),
            price=format_price(event.price),
            quantity=format_decimal(event.units, scale=quantity_scale),
            consideration=format_money(event.consideration),
            accrued=accrued_of(event.accrued),
            fee_venue=format_money(
                event.buyer_fee_venue if side is Side.BUY else event.seller_fee_venue
            ),
            fee_trust_company=format_money(
                event.buyer_fee_trust_company
                if side is Side.BUY
                else event.seller_fee_trust_company
            ),
        )
        for event in events
        if isinstance(event, TransferOpened) and event.transfer_id in own
    ]
    return fills, sum(own.values())


def replaced_order(
    order: OrderRow,
    terms: CreateProduct,
    events: tuple[AnyEvent, ...],
    *,
    price: int,
    quantity: int,
    at_ns: int,
) -> ReplacedOrder:
    """The answer to a replacement that was accepted. Of `order` only what never changes is used."""
    scale = terms.quantity_scale
    fills, filled = fills_of(events, order.order_id, order.side, scale)
    moved = any(isinstance(event, OrderReplaced) for event in events)
    return ReplacedOrder(
        order_id=str(order.order_id),
        symbol=terms.symbol,
        side=order.side.name,
        price=format_price(price),
        priority_kept=not moved,
        open_quantity=format_decimal(quantity - filled, scale=scale),
        replaced_at=format_moment(at_ns),
        fills=fills,
    )


def cancelled_order(event: OrderClosed, terms: CreateProduct, *, at_ns: int) -> CancelledOrder:
    """The answer to a cancellation."""
    scale = terms.quantity_scale
    buys = event.side is Side.BUY
    return CancelledOrder(
        order_id=str(event.order_id),
        symbol=terms.symbol,
        side=event.side.name,
        price=format_price(event.price),
        cancelled_quantity=format_decimal(event.quantity, scale=scale),
        released_money=format_money(event.released) if buys else None,
        released_units=None if buys else format_decimal(event.released, scale=scale),
        cancelled_at=format_moment(at_ns),
    )


def order_of(
    row: OrderRow,
    terms: CreateProduct,
    *,
    findings: list[Finding] | None = None,
    means: Means | None = None,
) -> Order:
    """An order as the wire shows it.

    Args:
        findings: why it may stand no longer, if that is how it has ended.
        means: what its party had too little of, if that is.
    """
    scale = terms.quantity_scale
    buys = row.side is Side.BUY
    return Order(
        order_id=str(row.order_id),
        party_id=str(row.party_id),
        client_order_id=row.client_order_id,
        symbol=terms.symbol,
        side=row.side.name,
        price=format_price(row.price),
        quantity=format_decimal(row.quantity, scale=scale),
        open_quantity=format_decimal(row.open_quantity, scale=scale),
        filled_quantity=format_decimal(row.filled_quantity, scale=scale),
        reserved_money=format_money(row.reserved) if buys else None,
        reserved_units=None if buys else format_decimal(row.reserved, scale=scale),
        consideration=format_money(row.consideration),
        accrued=format_money(row.accrued),
        fees=format_money(row.fees),
        time_in_force=row.time_in_force.name,
        post_only=row.post_only,
        minimum_quantity=_minimum(row.minimum_quantity, scale=scale),
        all_or_none=row.all_or_none,
        whole_only=row.whole_only,
        expires_at=None if row.expires_at_ns is None else format_moment(row.expires_at_ns),
        status=row.status.name,
        version=row.version,
        placed_at=format_moment(row.placed_at_ns),
        changed_at=format_moment(row.changed_at_ns),
        findings=findings,
        means=means,
    )
