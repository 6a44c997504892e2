"""An offer: what one party would trade at, in a negotiation."""

import msgspec

from exchange.modes.negotiation import OfferState
from exchange.types import NegotiationId, OfferId, PartyId
from matching import OrderId, Price, Quantity
from registry.types import TimeNs


class Offer(msgspec.Struct, kw_only=True, array_like=True, eq=False, gc=False):
    """What one party would trade at."""

    offer_id: OfferId
    negotiation_id: NegotiationId
    party_id: PartyId
    price: Price
    quantity: Quantity
    lapses_ns: TimeNs
    made_at_ns: TimeNs
    state: OfferState = OfferState.STANDING
    changed_at_ns: TimeNs
    key: bytes = b""
    """The key that it was made with, kept as long as it stands; empty: the
    negotiation's own."""

    @property
    def order_id(self) -> OrderId:
        """Of the order that reserves for it, if it reserves. Cost: O(1)."""
        return OrderId(self.offer_id)

    def become(self, state: OfferState, *, at_ns: TimeNs) -> None:
        """Let this have come of it: the one place where the state changes. Cost: O(1)."""
        self.state = state
        self.changed_at_ns = at_ns
