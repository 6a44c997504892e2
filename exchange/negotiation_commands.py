"""Commands of deals between named parties, in the modes NEGOTIATED, LISTED_PRICE, RFQ and
ENGLISH_AUCTION.

Four open a negotiation; the others are about an open one, and name the offer that was read.
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


class AuctionUnits(Command, frozen=True, kw_only=True, tag=8602):
    """Auction units in one block. They are reserved until they are sold or bidding has ended."""

    product_id: ProductId
    price: Price
    """At which bidding starts."""
    increment: int
    """Of which bids are above it."""
    reserve_price: Price | None
    """Below which the actor does not sell; no bidder hears of it."""
    quantity: Quantity
    starts_ns: TimeNs
    """When bidding begins; past: at once."""
    ends_ns: TimeNs
    """Of bidding, unless late bids move it."""
    lapses_ns: TimeNs
    """Until when who did not get it stands behind who did."""
    lots: tuple[LotId, ...]


class MakeOffer(Command, frozen=True, kw_only=True, tag=8601):
    """Answer with terms: counter an offer, take listed units or ask for them, quote, or bid."""

    negotiation_id: NegotiationId
    offer_id: OfferId
    """What is answered: the offer that stands; of all else, its own id."""
    price: Price
    quantity: Quantity
    lapses_ns: TimeNs | None
    """None: as what is answered, and so always of a bid; a quote, in QUOTE_VALIDITY_NS or with the
    request."""
    lots: tuple[LotId, ...]


class AcceptOffer(Command, frozen=True, kw_only=True, tag=8701):
    """Say yes: to an offer, to a buyer who asks, to the seller who has picked one, to a quote, to
    the highest bid behind a deal that has failed. Where both have said yes, a transfer is
    opened."""

    negotiation_id: NegotiationId
    offer_id: OfferId
    lots: tuple[LotId, ...]


class DeclineOffer(Command, frozen=True, kw_only=True, tag=8801):
    """Say no to an offer of another's."""

    negotiation_id: NegotiationId
    offer_id: OfferId


class WithdrawOffer(Command, frozen=True, kw_only=True, tag=8901):
    """Take one's own word back: an offer that stands, a listing, a request, an auction in which
    nobody has bid, or a wish to take listed units."""

    negotiation_id: NegotiationId


OpensNegotiation: TypeAlias = OfferDeal | ListUnits | RequestQuotes | AuctionUnits
AboutNegotiation: TypeAlias = MakeOffer | AcceptOffer | DeclineOffer | WithdrawOffer
NegotiationCommand: TypeAlias = OpensNegotiation | AboutNegotiation
