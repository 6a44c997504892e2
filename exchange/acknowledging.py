"""Offers whose party has read what rules warn of: the offer is carried out as if it were given
alone, and a rule that warns lets it pass if the party has named it.

What was acknowledged stands in the journal twice: in the command as the party gave it, and in
WarningsAcknowledged with what each of the rules said.
"""

from collections.abc import Mapping
from typing import Final

from exchange.commands import (
    Acknowledge,
    PlaceConstrainedOrder,
    PlaceOrder,
    PlaceOrderFromLots,
    ReplaceOrder,
)
from exchange.handler import Handler
from exchange.negotiation_commands import AcceptOffer, AuctionUnits, ListUnits, MakeOffer, OfferDeal
from exchange.negotiations import accept_offer, auction_units, list_units, make_offer, offer_deal
from exchange.orders import place_order, replace_order
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import Sequence
from registry.types import TimeNs

OFFERS: Final[Mapping[type, Handler]] = {
    PlaceOrder: place_order,
    PlaceConstrainedOrder: place_order,
    PlaceOrderFromLots: place_order,
    ReplaceOrder: replace_order,
    OfferDeal: offer_deal,
    ListUnits: list_units,
    AuctionUnits: auction_units,
    MakeOffer: make_offer,
    AcceptOffer: accept_offer,
}
"""What carries out each of the commands of Offering."""


def acknowledge(
    state: State, command: Acknowledge, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Carry the offer out. Refuses what the offer is refused for, and NOT_PERMITTED for one that is
    not of its own actor and key."""
    offer = command.offer
    if (offer.actor, offer.key) != (command.actor, command.key):
        return Refusal.NOT_PERMITTED
    state.rules.acknowledged = command.rules
    refusal = OFFERS[type(offer)](state, offer, sequence, at_ns, emit)
    state.rules.acknowledged = ()
    return refusal


HANDLERS: Final[Mapping[type, Handler]] = {Acknowledge: acknowledge}
