"""Which class an order is of, told of products whose rules keep classes apart, and of no other: so
that depth as a class sees it can be kept from the events alone (exchange/class_view.py)."""

from typing import TypeAlias

import msgspec

from exchange.event import Event
from matching import OrderId, Price, Quantity, Side
from registry.types import ProductId


class ClassedOrder(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """An order that rests, and its class."""

    order_id: OrderId
    side: Side
    price: Price
    quantity: Quantity
    counterparty_class: int
    """As in exchange/order_class.py."""


class OrderClassed(Event, frozen=True, kw_only=True, tag=9701):
    """The order that was just accepted may trade with this class's counterparties alone, and keeps
    the class."""

    order_id: OrderId
    product_id: ProductId
    counterparty_class: int


class BookClassed(Event, frozen=True, kw_only=True, tag=9711):
    """The product's rules keep other classes apart than before, or its resting orders are of other
    classes now. It is the whole book of that moment."""

    product_id: ProductId
    matrix: tuple[tuple[bool, ...], ...]
    """A row for each class of buyers, with a column for each of sellers: whether they may trade;
    empty: every order may trade with every other."""
    orders: tuple[ClassedOrder, ...]
    """All that rest, in the order in which they came; none without a matrix."""


ClassEvent: TypeAlias = OrderClassed | BookClassed
"""What is told of classes of orders."""
