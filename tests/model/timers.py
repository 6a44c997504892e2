"""All that time will bring at the naive exchange, and what each of it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.types import CloseReason
from matching import Cancelled, OrderId
from registry.types import ProductId
from tests.model import call_auction, negotiation
from tests.model.dealer import Dealer
from tests.model.deals import Timer

if TYPE_CHECKING:
    from tests.model.exchange import ModelExchange


def all_of(exchange: ModelExchange) -> list[Timer]:
    """Whatever waits for its time."""
    watched = exchange.pending_transfers() + exchange.unregistered_transfers()
    found = [timer for each in watched for timer in exchange.timers_of(each)]
    found += exchange.timers_of_freezes()
    found += exchange.timers_of_proposals()
    found += exchange.papers_that_expire() + exchange.timers_of_clients()
    found += exchange.looks()
    found += [
        (product.closed_at_ns, 1, product.product_id, 0, "WITHDRAW")
        for product in exchange.products.values()
        if product.closed_at_ns is not None and product.book.resting
    ]
    found += [
        (moment, 1, product.product_id, 10**18, "AUCTION")
        for product in exchange.products.values()
        if product.auction is not None and product.closed_at_ns is None
        for moment in product.auction.timers
    ]
    for order in exchange.open_orders():
        expires_at_ns = order.placed.expires_at_ns
        is_left = order.is_aside or order.product.closed_at_ns is not None
        if expires_at_ns is not None and not is_left:
            number = order.order_id
            found.append((expires_at_ns, 1, order.product.product_id, number, "EXPIRE"))
    found += [
        (each.due_ns, 1, 10**18, each.number, "NEGOTIATION")
        for each in negotiation.open_ones(exchange)
    ]
    return found


def fire(exchange: ModelExchange, first: Timer) -> None:
    """What is first happens."""
    if first[4] == "LOOK":
        exchange.look()
    elif first[4] == "CLIENT":
        exchange.tell_client(first)
    elif first[4] == "EXPIRES":
        exchange.expire(first[2])
    elif first[4] == "WITHDRAW":
        exchange.withdraw_first(exchange.products[ProductId(first[2])])
    elif first[4] == "EXPIRE":
        order = exchange.orders[OrderId(first[3])]
        (cancelled,) = order.product.book.cancel(order.order_id)
        assert isinstance(cancelled, Cancelled)
        exchange.close(order, cancelled.quantity, CloseReason.EXPIRED)
    elif first[4] == "NEGOTIATION":
        (over,) = [each for each in exchange.negotiations if each.number == first[3]]
        Dealer(exchange).ring(over)
    elif first[4] == "AUCTION":
        call_auction.ring(exchange, exchange.products[ProductId(first[2])])
    elif first[4] == "FREEZE ENDS":
        (claim,) = [each for each in exchange.claims if each.number == first[2]]
        exchange.release(claim, None)
    elif first[4] == "PROPOSAL":
        exchange.lapse(first)
    else:
        exchange.ring(first)
