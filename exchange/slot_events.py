"""Events of holder slots."""

from typing import TypeAlias

from exchange.event import Event
from exchange.match_rule import MatchRule
from exchange.slots import Caps, Counts
from matching import OrderId, Quantity
from registry.types import ProductId


class MatchSkipped(Event, frozen=True, kw_only=True, tag=9001):
    """Two orders that agree on the price were kept apart, and both keep their place: the incoming
    one went on to the next."""

    product_id: ProductId
    maker_order_id: OrderId
    taker_order_id: OrderId
    quantity: Quantity
    """What would have traded."""
    rule: MatchRule


class HolderSlotsChanged(Event, frozen=True, kw_only=True, tag=9002):
    """The product has these caps and so many holders and pending buyers, after all that the command
    did."""

    product_id: ProductId
    caps: Caps
    counts: Counts | None
    """None: nothing is capped any more, and nothing counted."""


SlotEvent: TypeAlias = MatchSkipped | HolderSlotsChanged
