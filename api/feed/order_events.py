"""What the events of a command say of orders, as the channel `orders` tells their owners.

A fill is told to each side with its own fees, and who the other is, never: `transfers` says it to
whom it is for.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias, get_args

from msgspec import UNSET, structs

from api.feed.account_messages import FindingItem, OrderEvent
from api.schemas.decimals import format_decimal, format_money, format_price
from exchange.events import (
    AnyEvent,
    OrderAccepted,
    OrderClosed,
    OrderFilled,
    OrderReduced,
    OrderReplaced,
    OrderRested,
    OrderRetried,
    TransferOpened,
)
from exchange.product_view import ProductView
from exchange.reserve_events import BidUnfunded, ReserveChanged
from exchange.rules.types import Finding
from exchange.rules_events import OrdersDisqualified
from matching import OrderId, Side
from registry.types import ProductId, TransferId

Standing: TypeAlias = (
    OrderAccepted | OrderRested | OrderRetried | OrderReduced | OrderReplaced | ReserveChanged
)
"""After which the order is open."""
OrderTold: TypeAlias = Standing | OrderFilled | OrderClosed
TOLD: Final = frozenset(get_args(OrderTold))
"""To look a type up in a set costs a tenth of asking each event what it is."""
NAMES: Final[Mapping[type, str]] = {
    OrderAccepted: "accepted",
    OrderRested: "rested",
    OrderRetried: "retried",
    OrderReduced: "reduced",
    OrderReplaced: "replaced",
    ReserveChanged: "reserved",
}


class Told(NamedTuple):
    """Something that has happened to one order."""

    order_id: OrderId
    event: OrderEvent


class _Command:
    """What the other events of a command say of what happens to orders in it."""

    def __init__(
        self, events: Iterable[AnyEvent], products: Mapping[ProductId, ProductView]
    ) -> None:
        self.products = products
        self.opened: dict[TransferId, TransferOpened] = {}
        self.findings: dict[OrderId, tuple[Finding, ...]] = {}
        self.unfunded: dict[OrderId, BidUnfunded] = {}
        for event in events:
            if isinstance(event, TransferOpened):
                self.opened[event.transfer_id] = event
            elif isinstance(event, OrdersDisqualified):
                self.findings |= dict.fromkeys(event.order_ids, event.findings)
            elif isinstance(event, BidUnfunded):
                self.unfunded[event.order_id] = event

    def quantity(self, product_id: ProductId, quantity: int) -> str:
        return format_decimal(quantity, scale=self.products[product_id].terms.quantity_scale)


def told_of(
    events: Iterable[AnyEvent],
    order_ids: Container[OrderId],
    products: Mapping[ProductId, ProductView],
) -> Iterator[Told]:
    """What one command's events say of these orders, in their order.

    Cost: 0.1 µs an event that is of none of them, some 5 µs one that is.
    """
    command: _Command | None = None
    for event in events:
        if type(event) not in TOLD:
            continue
        assert isinstance(event, OrderTold), event
        if not any(order_id in order_ids for order_id in _about(event)):
            continue
        if command is None:
            command = _Command(events, products)
        match event:
            case OrderFilled():
                found = _filled(command, event)
            case OrderClosed():
                found = _closed(command, event)
            case _:
                found = _standing(command, event)
        yield from (told for told in found if told.order_id in order_ids)


def _about(event: OrderTold) -> tuple[OrderId, ...]:
    if isinstance(event, OrderFilled):
        return event.maker_order_id, event.taker_order_id
    return (event.order_id,)


def _standing(command: _Command, event: Standing) -> Iterator[Told]:
    if isinstance(event, ReserveChanged):
        told = OrderEvent(order_id=str(event.order_id), event=NAMES[type(event)])
    else:
        told = OrderEvent(
            order_id=str(event.order_id),
            event=NAMES[type(event)],
            price=format_price(event.price),
            quantity=command.quantity(event.product_id, event.quantity),
        )
    yield Told(event.order_id, told)


def _filled(command: _Command, event: OrderFilled) -> Iterator[Told]:
    opened = command.opened[event.transfer_id]
    maker_side = Side.SELL if event.taker_side is Side.BUY else Side.BUY
    for role, order_id, side, remaining in (
        ("maker", event.maker_order_id, maker_side, event.maker_remaining),
        ("taker", event.taker_order_id, event.taker_side, event.taker_remaining),
    ):
        buys = side is Side.BUY
        venue_fee = opened.buyer_fee_venue if buys else opened.seller_fee_venue
        fee = opened.buyer_fee_trust_company if buys else opened.seller_fee_trust_company
        told = OrderEvent(
            order_id=str(order_id),
            event="filled",
            price=format_price(event.price),
            quantity=command.quantity(event.product_id, event.quantity),
            open_quantity=command.quantity(event.product_id, remaining),
            role=role,
            trade_id=str(event.trade_number),
            transfer_id=str(event.transfer_id),
            consideration=format_money(opened.consideration),
            accrued=UNSET if opened.accrued is None else format_money(opened.accrued.amount),
            venue_fee=format_money(venue_fee),
            trust_company_fee=format_money(fee),
        )
        yield Told(order_id, told)


def _closed(command: _Command, event: OrderClosed) -> Iterator[Told]:
    told = OrderEvent(
        order_id=str(event.order_id),
        event="closed",
        price=format_price(event.price),
        quantity=command.quantity(event.product_id, event.quantity),
        reason=event.reason.name,
    )
    findings = command.findings.get(event.order_id)
    unfunded = command.unfunded.get(event.order_id)
    if findings is not None:
        told = structs.replace(told, findings=[_finding(each) for each in findings])
    if unfunded is not None:
        told = structs.replace(
            told,
            money_needed=format_money(unfunded.needed),
            money_available=format_money(unfunded.available),
        )
    yield Told(event.order_id, told)


def _finding(finding: Finding) -> FindingItem:
    return FindingItem(
        rule_id=finding.rule_id,
        version=finding.version,
        pack=finding.pack,
        pack_version=finding.pack_version,
        verdict=finding.verdict.name,
        reason_code=finding.reason_code,
        source=finding.source,
    )
