"""A party's word in a deal in the making, as what it becomes: the order that reserves for it, the
negotiation that it opens, the offer that it makes. Nothing is changed here."""

from exchange.command import Command
from exchange.modes.types import MarketMode
from exchange.negotiation_state import Negotiation
from exchange.offer import Offer
from exchange.state import Order
from exchange.types import NegotiationId, OfferId, PartyId, Sequence
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.transfer import Transfer
from registry.types import LotId, ProductId, TimeNs


def order_for(
    command: Command,
    sequence: Sequence,
    at_ns: TimeNs,
    *,
    product_id: ProductId,
    side: Side,
    price: Price,
    quantity: Quantity,
    lapses_ns: TimeNs | None,
    lots: tuple[LotId, ...],
) -> Order:
    """The order that reserves for a party's word; without a lapse, it is filled at once. Cost:
    O(1)."""
    return _order(
        OrderId(sequence),
        command.actor,
        at_ns,
        product_id=product_id,
        client_order_id=command.key,
        side=side,
        price=price,
        quantity=quantity,
        lapses_ns=lapses_ns,
        lots=lots,
    )


def order_of_wish(negotiation: Negotiation, offer: Offer, at_ns: TimeNs) -> Order:
    """The order with which who has asked for listed units would take them now. Cost: O(1)."""
    return _order(
        offer.order_id,
        offer.party_id,
        at_ns,
        product_id=negotiation.product_id,
        client_order_id="",
        side=Side.BUY,
        price=offer.price,
        quantity=offer.quantity,
        lapses_ns=None,
        lots=(),
    )


def order_again(negotiation: Negotiation, transfer: Transfer, at_ns: TimeNs) -> Order:
    """The order that reserves the units of a failed transfer for the listing of which they were,
    from the same lots. Nobody's command is its own: it has the number of the wish that is first in
    line, for which no order was ever made. Cost: O(sources)."""
    assert negotiation.price is not None, negotiation.negotiation_id
    return _order(
        next(iter(negotiation.offers.values())).order_id,
        negotiation.opener_id,
        at_ns,
        product_id=negotiation.product_id,
        client_order_id="",
        side=Side.SELL,
        price=negotiation.price,
        quantity=Quantity(transfer.units),
        lapses_ns=negotiation.lapses_ns,
        lots=tuple(lot_id for lot_id, _ in transfer.sources),
    )


def negotiation_for(
    order: Order, mode: MarketMode, *, lapses_ns: TimeNs, named: tuple[PartyId, ...] = ()
) -> Negotiation:
    """The negotiation that is opened by the word for which this order reserves. Cost: O(1)."""
    return Negotiation(
        negotiation_id=NegotiationId(order.order_id),
        product_id=order.product_id,
        mode=mode,
        opener_id=order.party_id,
        side=order.side,
        price=order.price,
        quantity=order.quantity,
        open_quantity=order.quantity,
        named=named,
        lapses_ns=lapses_ns,
        opened_at_ns=order.placed_at_ns,
        changed_at_ns=order.placed_at_ns,
    )


def offer_for(order: Order, negotiation: Negotiation, *, lapses_ns: TimeNs) -> Offer:
    """The offer for which this order reserves. Cost: O(1)."""
    return Offer(
        offer_id=OfferId(order.order_id),
        negotiation_id=negotiation.negotiation_id,
        party_id=order.party_id,
        price=order.price,
        quantity=order.quantity,
        lapses_ns=lapses_ns,
        made_at_ns=order.placed_at_ns,
        changed_at_ns=order.placed_at_ns,
    )


def _order(
    order_id: OrderId,
    party_id: PartyId,
    at_ns: TimeNs,
    *,
    product_id: ProductId,
    client_order_id: str,
    side: Side,
    price: Price,
    quantity: Quantity,
    lapses_ns: TimeNs | None,
    lots: tuple[LotId, ...],
) -> Order:
    is_filled = lapses_ns is None
    return Order(
        order_id=order_id,
        party_id=party_id,
        product_id=product_id,
        client_order_id=client_order_id,
        side=side,
        price=price,
        quantity=quantity,
        time_in_force=TimeInForce.FILL_OR_KILL if is_filled else TimeInForce.GOOD_TILL_DATE,
        post_only=False,
        expires_at_ns=lapses_ns,
        placed_at_ns=at_ns,
        changed_at_ns=at_ns,
        open_quantity=quantity,
        lots=lots,
    )
