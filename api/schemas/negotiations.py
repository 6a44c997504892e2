"""Deals between named parties on the wire: offers, listings, requests for quotes, auctions.

Who reads decides what is shown: the opener and the operator see every offer, anybody else his own.
"""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Answer, Body, SymbolText, name_of
from api.schemas.decimals import (
    Decimal,
    DecimalText,
    IdText,
    Moment,
    MomentText,
    format_decimal,
    format_moment,
    format_price,
)
from api.schemas.orders import SideName, SideShown
from api.schemas.rules import Acknowledged
from exchange.commands import CreateProduct
from exchange.events import AnyEvent, TransferOpened
from exchange.limits import LOTS_PER_ORDER_MAX, NAMED_PER_REQUEST_MAX
from exchange.modes.negotiation import OPEN_STATES, Acceptance, NegotiationState, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_events import NegotiationAdvanced, NegotiationOpened, OfferMade
from exchange.negotiation_view import BiddingView, NegotiationView, OfferView
from exchange.types import PartyId

ModeName = Literal["NEGOTIATED", "LISTED_PRICE", "RFQ", "ENGLISH_AUCTION"]
AcceptanceName = Literal["FIRST_PASSING", "SELLER_CONFIRMS"]
StateName = Literal[
    "OPEN",
    "OFFERED",
    "DEALT",
    "DECLINED",
    "WITHDRAWN",
    "LAPSED",
    "WITHDRAWN_BY_VENUE",
    "LED",
    "BACKED",
    "REOPENED",
]
Lots = Annotated[
    list[IdText] | None,
    Field(
        min_length=1,
        max_length=LOTS_PER_ORDER_MAX,
        description="Of a seller: the lots from which alone the units come, in this order.",
    ),
]
Lapses = Annotated[MomentText, Field(description="When it ends by itself; within 30 days.")]


class OfferDealBody(Body):
    """A deal that is offered to one named party."""

    symbol: SymbolText
    side: Annotated[SideName, Field(description="Yours.")]
    price: Annotated[DecimalText, Field(description="In yuan a unit.")]
    quantity: DecimalText
    counterparty_id: Annotated[
        IdText, Field(description="The party's id, as it has given it out to you.")
    ]
    lapses_at: Lapses
    lots: Lots = None
    acknowledge: Acknowledged


class ListUnitsBody(Body):
    """Units that are listed at a price."""

    symbol: SymbolText
    price: Annotated[DecimalText, Field(description="In yuan a unit.")]
    quantity: DecimalText
    parts: Annotated[bool, Field(description="Whether a buyer may take less than all of it.")] = (
        False
    )
    acceptance: Annotated[
        AcceptanceName,
        Field(
            description="FIRST_PASSING: the listing is firm. SELLER_CONFIRMS: buyers ask, and you "
            "pick one."
        ),
    ]
    lapses_at: Lapses
    lots: Lots = None
    acknowledge: Acknowledged


class RequestQuotesBody(Body):
    """What quotes are asked for."""

    symbol: SymbolText
    side: Annotated[SideName, Field(description="On which you would trade.")]
    quantity: DecimalText
    named: Annotated[
        list[IdText] | None,
        Field(
            min_length=1,
            max_length=NAMED_PER_REQUEST_MAX,
            description="Who may quote; left out: every party that may trade the product.",
        ),
    ] = None
    lapses_at: Lapses


class AuctionUnitsBody(Body):
    """Units that are auctioned in one block."""

    symbol: SymbolText
    price: Annotated[DecimalText, Field(description="At which bidding starts, in yuan a unit.")]
    increment: Annotated[
        DecimalText,
        Field(description="Bids are the starting price and so much more any number of times."),
    ]
    reserve_price: Annotated[
        DecimalText | None,
        Field(description="Below which you do not sell; no bidder hears of it."),
    ] = None
    quantity: DecimalText
    starts_at: Annotated[MomentText, Field(description="When bidding begins; past: at once.")]
    ends_at: Annotated[
        MomentText,
        Field(
            description="When bidding ends. A bid that leads in the last three minutes moves the "
            "end three minutes away from it, by an hour in all."
        ),
    ]
    lapses_at: Annotated[
        MomentText,
        Field(
            description="Until when lower bids stand behind the highest: at least an hour after "
            "the end, and within 30 days."
        ),
    ]
    lots: Lots = None
    acknowledge: Acknowledged


class MakeOfferBody(Body):
    """An answer with terms: a counter-offer, a wish to take listed units, a quote, or a bid."""

    answers: Annotated[
        IdText,
        Field(
            description="What is answered: the offer that stands; of a listing, a request or an "
            "auction, its own id."
        ),
    ]
    price: Annotated[DecimalText, Field(description="Of a listing: its own.")]
    quantity: Annotated[
        DecimalText, Field(description="Of a quote: what is asked for; of a bid: all of it.")
    ]
    lapses_at: Annotated[
        MomentText | None,
        Field(
            description="Left out: as what is answered, and so always of a bid; a quote stands for "
            "half an hour, or as long as the request."
        ),
    ] = None
    lots: Lots = None
    acknowledge: Acknowledged


class AcceptOfferBody(Body):
    """What a seller's yes may say."""

    lots: Lots = None
    acknowledge: Acknowledged


class NegotiationStep(Answer):
    """What a command about a negotiation has done."""

    negotiation_id: str
    is_open: Annotated[bool, Field(description="Whether anything can still happen in it.")]
    offer_id: Annotated[str | None, Field(description="Of the offer that you have made by it.")]
    transfer_id: Annotated[str | None, Field(description="Of the deal that it has made.")]
    lapses_at: Moment
    at: Moment


class Offer(Answer):
    """What one party would trade at."""

    offer_id: str
    party_id: str
    price: Decimal
    quantity: Decimal
    state: Annotated[str, name_of(OfferState)]
    made_at: Moment
    lapses_at: Moment
    changed_at: Moment


class Bidding(Answer):
    """How the units of an auction are bid for, and how far it has come."""

    increment: Decimal
    reserve_price: Annotated[Decimal | None, Field(description="To its opener alone.")]
    starts_at: Moment
    ends_at: Annotated[Moment, Field(description="As it is now.")]
    latest_at: Annotated[Moment, Field(description="Past which no bid moves the end.")]
    leading_offer_id: Annotated[
        str | None,
        Field(description="The highest bid, of equal ones the earliest, while bids are taken."),
    ]
    leading_price: Decimal | None
    reserve_reached: Annotated[bool | None, Field(description="Whether the seller sells at that.")]


class Negotiation(Answer):
    """One deal in the making, or what became of it, as you may see it."""

    negotiation_id: str
    symbol: str
    market_mode: Annotated[str, name_of(MarketMode)]
    opener_id: str
    side: Annotated[SideShown, Field(description="The opener's.")]
    price: Annotated[Decimal | None, Field(description="Null: quotes are asked for.")]
    quantity: Decimal
    open_quantity: Annotated[Decimal, Field(description="What of it is not dealt.")]
    parts: bool
    acceptance: Annotated[str | None, name_of(Acceptance)]
    open_to_all: Annotated[
        bool, Field(description="Every party that may trade the product may hear of it.")
    ]
    named: Annotated[
        list[str], Field(description="Who else may hear of it; to its opener, or between two.")
    ]
    state: Annotated[str, name_of(NegotiationState)]
    version: Annotated[int | None, Field(description="The ETag; to its opener, or between two.")]
    opened_at: Moment
    lapses_at: Moment
    changed_at: Annotated[Moment | None, Field(description="To its opener, or between two.")]
    transfer_id: Annotated[
        str | None, Field(description="Of the last deal; to its opener, or between two.")
    ]
    offers: Annotated[
        list[Offer],
        Field(description="Oldest first: all to the opener, and to the other of two; else yours."),
    ]
    bidding: Annotated[Bidding | None, Field(description="Of an auction.")]


def step_of(events: tuple[AnyEvent, ...], *, actor: PartyId, at_ns: int) -> NegotiationStep:
    """The answer to an accepted command, from its events alone."""
    (last,) = [each for each in events if isinstance(each, NegotiationOpened | NegotiationAdvanced)]
    made = [each for each in events if isinstance(each, OfferMade) and each.party_id == actor]
    transfers = [each for each in events if isinstance(each, TransferOpened)]
    return NegotiationStep(
        negotiation_id=str(last.negotiation_id),
        is_open=isinstance(last, NegotiationOpened) or last.state in OPEN_STATES,
        offer_id=str(made[0].offer_id) if made else None,
        transfer_id=str(transfers[0].transfer_id) if transfers else None,
        lapses_at=format_moment(last.lapses_ns),
        at=format_moment(at_ns),
    )


def negotiation_shown(view: NegotiationView, terms: CreateProduct) -> Negotiation:
    """A negotiation as its reader may see it."""
    scale = terms.quantity_scale
    return Negotiation(
        negotiation_id=str(view.negotiation_id),
        symbol=terms.symbol,
        market_mode=view.mode.name,
        opener_id=str(view.opener_id),
        side=view.side.name,
        price=None if view.price is None else format_price(view.price),
        quantity=format_decimal(view.quantity, scale=scale),
        open_quantity=format_decimal(view.open_quantity, scale=scale),
        parts=view.parts,
        acceptance=None if view.acceptance is None else view.acceptance.name,
        open_to_all=view.is_open_to_all,
        named=[str(each) for each in view.named],
        state=view.state.name,
        version=view.version,
        opened_at=format_moment(view.opened_at_ns),
        lapses_at=format_moment(view.lapses_ns),
        changed_at=None if view.changed_at_ns is None else format_moment(view.changed_at_ns),
        transfer_id=None if view.transfer_id is None else str(view.transfer_id),
        offers=[_offer(each, scale) for each in view.offers],
        bidding=None if view.bidding is None else _bidding(view.bidding),
    )


def _bidding(seen: BiddingView) -> Bidding:
    terms, leading = seen.terms, seen.leading_price
    return Bidding(
        increment=format_price(terms.increment),
        reserve_price=None if terms.reserve_price is None else format_price(terms.reserve_price),
        starts_at=format_moment(terms.starts_ns),
        ends_at=format_moment(terms.ends_ns),
        latest_at=format_moment(terms.latest_ns),
        leading_offer_id=None if seen.leader_id is None else str(seen.leader_id),
        leading_price=None if leading is None else format_price(leading),
        reserve_reached=seen.is_reached,
    )


def _offer(row: OfferView, scale: int) -> Offer:
    return Offer(
        offer_id=str(row.offer_id),
        party_id=str(row.party_id),
        price=format_price(row.price),
        quantity=format_decimal(row.quantity, scale=scale),
        state=row.state.name,
        made_at=format_moment(row.made_at_ns),
        lapses_at=format_moment(row.lapses_ns),
        changed_at=format_moment(row.changed_at_ns),
    )
