"""Commands of deals between named parties, in the modes NEGOTIATED, LISTED_PRICE and RFQ.

Three open a negotiation; the others are about an open one, and name the offer that was read.
"""

from typing import TypeAlias

from exchange.command import Command
from exchange.modes.negotiation import Acceptance
from exchange.types import NegotiationId, OfferId, PartyId
from matching import Price, Quantity, Side
from registry.types import LotId, ProductId, TimeNs


class OfferDeal(Command, frozen=True, kw_only=True, tag=8301):
    """Offer one named party to sell to it or to buy from it. What is offered is reserved."""

    product_id: ProductId
    side: Side
    """The actor's."""
    price: Price
    quantity: Quantity
    counterparty_id: PartyId
    """As that party has given it out."""
    lapses_ns: TimeNs
    lots: tuple[LotId, ...]
    """Of a seller: from which alone he sells; none: from any."""


class ListUnits(Command, frozen=True, kw_only=True, tag=8401):
    """List units at a price. They are reserved as long as the listing stands."""

    product_id: ProductId
    price: Price
    quantity: Quantity
    parts: bool
    """Whether a buyer may take less than all of it."""
    acceptance: Acceptance
    lapses_ns: TimeNs
    lots: tuple[LotId, ...]


class RequestQuotes(Command, frozen=True, kw_only=True, tag=8501):
    """Ask at what price others would trade. Nothing is reserved, and nobody is bound."""

    product_id: ProductId
    side: Side
    """On which the actor would trade."""
    quantity: Quantity
    named: tuple[PartyId, ...]
    """Who may quote; none: every party that may trade the product."""
    lapses_ns: TimeNs


class MakeOffer(Command, frozen=True, kw_only=True, tag=8601):
    """Answer with terms: counter an offer, take listed units or ask for them, or quote."""

    negotiation_id: NegotiationId
    offer_id: OfferId
    """What is answered: the offer that stands; of a listing or a request, its own id."""
    price: Price
    quantity: Quantity
    lapses_ns: TimeNs | None
    """None: as what is answered; a quote, in QUOTE_VALIDITY_NS or with the request."""
    lots: tuple[LotId, ...]


class AcceptOffer(Command, frozen=True, kw_only=True, tag=8701):
    """Say yes: to an offer, to a buyer who asks, to the seller who has picked one, or to a quote.
    Where both have said yes, a transfer is opened."""

    negotiation_id: NegotiationId
    offer_id: OfferId
    lots: tuple[LotId, ...]


class DeclineOffer(Command, frozen=True, kw_only=True, tag=8801):
    """Say no to an offer of another's."""

    negotiation_id: NegotiationId
    offer_id: OfferId


class WithdrawOffer(Command, frozen=True, kw_only=True, tag=8901):
    """Take one's own word back: an offer that stands, a listing, a request, or a wish to take
    listed units."""

    negotiation_id: NegotiationId


OpensNegotiation: TypeAlias = OfferDeal | ListUnits | RequestQuotes
AboutNegotiation: TypeAlias = MakeOffer | AcceptOffer | DeclineOffer | WithdrawOffer
NegotiationCommand: TypeAlias = OpensNegotiation | AboutNegotiation
