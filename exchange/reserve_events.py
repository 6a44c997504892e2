"""What a party has not that its command, or its order, would take; and what else is reserved."""

from typing import TypeAlias

from exchange.event import Event
from exchange.types import PartyId
from matching import OrderId
from registry.types import ProductId


class MeansMissing(Event, frozen=True, kw_only=True, tag=9401):
    """What the actor has of what the command, which is refused for it, would take."""

    product_id: ProductId | None
    """Whose units are meant; None: money."""
    available: int
    """Fen, or units."""
    needed: int


class ReserveChanged(Event, frozen=True, kw_only=True, tag=9411):
    """What is known of the product's income has changed: another amount stands behind a bid."""

    order_id: OrderId
    party_id: PartyId
    product_id: ProductId
    reserved: int


class BidUnfunded(Event, frozen=True, kw_only=True, tag=9421):
    """What is known of the product's income has changed, and the party has not what more a bid
    would take: this command has withdrawn it (OrderClosed)."""

    order_id: OrderId
    party_id: PartyId
    product_id: ProductId
    available: int
    """Fen, with what stands behind its bids for the product, less what older ones take."""
    needed: int


ReserveEvent: TypeAlias = MeansMissing | ReserveChanged | BidUnfunded
