"""Events of deals between named parties. What happened to money and units, the events of orders and
transfers say beside them."""

from typing import TypeAlias

from exchange.event import Event
from exchange.modes.negotiation import Acceptance, Move, NegotiationState, OfferState
from exchange.modes.types import MarketMode
from exchange.types import NegotiationId, OfferId, PartyId
from matching import Price, Quantity, Side
from registry.types import ProductId, TimeNs, TransferId


class NegotiationOpened(Event, frozen=True, kw_only=True, tag=8301):
    """A party would deal. Who may hear of it: the opener, and those who are named; where nobody is,
    every party that may trade the product."""

    negotiation_id: NegotiationId
    product_id: ProductId
    mode: MarketMode
    opener_id: PartyId
    side: Side
    """The opener's."""
    price: Price | None
    """None: quotes are asked for."""
    quantity: Quantity
    parts: bool
    acceptance: Acceptance | None
    """Of a listing."""
    named: tuple[PartyId, ...]
    lapses_ns: TimeNs


class BiddingOpened(Event, frozen=True, kw_only=True, tag=8602):
    """How the units of the negotiation just opened are bid for. Of the reserve price its opener
    alone may hear."""

    negotiation_id: NegotiationId
    increment: int
    reserve_price: Price | None
    starts_ns: TimeNs
    ends_ns: TimeNs
    latest_ns: TimeNs
    """Past which no bid moves the end."""


class BiddingExtended(Event, frozen=True, kw_only=True, tag=8603):
    """Bidding ends later: a bid has come shortly before the end, or nobody could act at it."""

    negotiation_id: NegotiationId
    ends_ns: TimeNs


class OfferMade(Event, frozen=True, kw_only=True, tag=8401):
    """A party would trade at these terms. Opener and maker may hear of it, and nobody else, but for
    the price of the highest bid."""

    negotiation_id: NegotiationId
    offer_id: OfferId
    party_id: PartyId
    made_to: PartyId
    """Opener or, if it is the opener's, whom it has named."""
    price: Price
    quantity: Quantity
    lapses_ns: TimeNs


class OfferPicked(Event, frozen=True, kw_only=True, tag=8501):
    """The units are offered to who has asked for them, until this moment."""

    negotiation_id: NegotiationId
    offer_id: OfferId
    party_id: PartyId
    lapses_ns: TimeNs


class OfferEnded(Event, frozen=True, kw_only=True, tag=8601):
    """The offer stands no longer; what was reserved for it is free or in the deal."""

    negotiation_id: NegotiationId
    offer_id: OfferId
    party_id: PartyId
    made_to: PartyId
    state: OfferState


class NegotiationAdvanced(Event, frozen=True, kw_only=True, tag=8701):
    """This has happened to the negotiation; the last that a command tells of it."""

    negotiation_id: NegotiationId
    move: Move
    state: NegotiationState
    price: Price | None
    quantity: Quantity
    """Of which is spoken now: a counter-offer may name another."""
    open_quantity: int
    """What of it is not dealt."""
    lapses_ns: TimeNs
    version: int
    transfer_id: TransferId | None
    """Of the deal, if one was made."""


NegotiationEvent: TypeAlias = (
    NegotiationOpened
    | BiddingOpened
    | BiddingExtended
    | OfferMade
    | OfferPicked
    | OfferEnded
    | NegotiationAdvanced
)
