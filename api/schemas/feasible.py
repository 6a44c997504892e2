"""What a party may do, on the wire."""

from collections.abc import Mapping
from typing import Annotated, Final, NamedTuple

from pydantic import Field

from api.schemas.base import Answer, name_of
from api.schemas.decimals import Decimal, format_decimal, format_price
from api.schemas.orders import SideShown
from api.schemas.preview import PreviewRefusal, preview_refusal
from api.schemas.rules import Finding
from api.schemas.slots import SLOTS_OF_TRADER, HolderSlots
from exchange import answerable, feasible
from exchange.modes.types import MarketMode
from exchange.rules import types as rules
from matching import Price

LISTINGS_MAX: Final = 50
"""Told on a side: what a person looks through, and what is solved in some milliseconds."""


class Limit(Answer):
    """What ends a range: what the next order beyond it would hear."""

    code: Annotated[str, Field(description="Of the problem. Stable.")]
    title: str
    finding: Annotated[
        Finding | None,
        Field(description="Where a rule ends it: what it would say, and what would cure it."),
    ]


class QuantityRange(Answer):
    """Every multiple of the step from the one to the other."""

    least: Decimal
    most: Decimal
    step: Annotated[Decimal, Field(description="The product's lot.")]
    least_by: Limit
    most_by: Limit


class PriceRange(Answer):
    """Every multiple of the step from the one to the other, in yuan a unit."""

    least: Decimal
    most: Decimal
    step: Annotated[Decimal, Field(description="The product's tick.")]
    least_by: Limit
    most_by: Limit


class LevelToTake(Answer):
    """Orders of others at one price, which nobody is named of."""

    price: Decimal
    quantity: Decimal
    orders: int


class FeasibleListing(Answer):
    """What stands in a deal by name that the caller may answer: units listed or auctioned, quotes
    asked for, an offer or a quote made to it."""

    negotiation_id: str
    offer_id: Annotated[
        str | None,
        Field(description="The offer to accept; null: you take, ask for, quote or bid."),
    ]
    market_mode: Annotated[str, name_of(MarketMode)]
    price: Annotated[Decimal | None, Field(description="Null: you name your own.")]
    quantity: Annotated[Decimal, Field(description="All that there is.")]
    parts: Annotated[bool, Field(description="Whether less than all of it may be taken.")]
    refusal: Annotated[
        PreviewRefusal | None,
        Field(description="Why no answer would be taken; null: one would."),
    ]
    finding: Annotated[
        Finding | None,
        Field(
            description="Where that is for a rule: the strictest that stands against it, and what "
            "would cure it."
        ),
    ]
    quantities: Annotated[
        list[QuantityRange],
        Field(
            description="Those with which it may be answered, smallest first. Where what the other "
            "one keeps decides, a part is not told, but only the whole."
        ),
    ]
    prices: Annotated[
        PriceRange | None,
        Field(
            description="Where you name your own: those that would be taken; an auction's step is "
            "its increment, and its least is your least bid, though another may lead. Else null."
        ),
    ]


class FeasibleSide(Answer):
    """What one side of the market has for the caller, at one price."""

    side: SideShown
    price: Annotated[Decimal, Field(description="At which the quantities are told.")]
    refusal: Annotated[
        PreviewRefusal | None,
        Field(description="Why nothing would be taken at this price; null: something would."),
    ]
    quantities: Annotated[
        list[QuantityRange],
        Field(description="Those that would be taken at this price, smallest first."),
    ]
    prices: Annotated[
        PriceRange | None,
        Field(description="Those at which something would be taken; null: at no price."),
    ]
    takes: Annotated[
        list[LevelToTake],
        Field(
            description="What of the other side of the book a plain order of the caller's could "
            "take, as its class sees it, best first. Empty where the book does not match by itself."
        ),
    ]
    findings: Annotated[
        list[Finding],
        Field(
            description="What each rule says of the smallest order that would be taken; where none "
            "would, of the smallest that came furthest."
        ),
    ]
    listings: Annotated[
        list[FeasibleListing],
        Field(
            max_length=LISTINGS_MAX,
            description="In a mode in which parties deal by name: what of it you may see and "
            "answer on this side, best price first; whether you may, and how.",
        ),
    ]
    more_listings: Annotated[bool, Field(description="There are more than those.")]
    listings_capped: Annotated[
        bool,
        Field(
            description="Whether holder slots, or the days between opposite trades, may yet keep "
            "you from the deal: how it is, is only seen as it is made."
        ),
    ]


class Feasible(Answer):
    """What the caller may do in a product, as things are: nothing is promised."""

    symbol: str
    buy: FeasibleSide
    sell: FeasibleSide
    holder_slots: Annotated[HolderSlots | None, SLOTS_OF_TRADER]


class Listings(NamedTuple):
    """What of the deals by name a side has for a party."""

    told: tuple[answerable.Answerable, ...]
    are_more: bool
    are_capped: bool


class Wording(NamedTuple):
    """How it is told to this caller."""

    chinese: bool
    scale: int
    """Decimals of the product's unit."""
    findings: Mapping[rules.Finding, Finding]
    """Every one that is told, in its words."""


def feasible_side(told: feasible.Feasible, listings: Listings, wording: Wording) -> FeasibleSide:
    """One side, as the wire shows it."""

    return FeasibleSide(
        side=told.side.name,
        price=format_price(told.price),
        refusal=None
        if told.refusal is None
        else preview_refusal(told.refusal, chinese=wording.chinese),
        quantities=[_quantities(each, wording) for each in told.quantities],
        prices=None if told.prices is None else _prices(told.prices, wording),
        takes=[
            LevelToTake(
                price=format_price(level.price),
                quantity=format_decimal(level.quantity, scale=wording.scale),
                orders=level.order_count,
            )
            for level in told.takes
        ],
        findings=[wording.findings[each] for each in told.findings],
        listings=[_listing(each, wording) for each in listings.told],
        more_listings=listings.are_more,
        listings_capped=listings.are_capped,
    )


def findings_told(told: feasible.Feasible, listings: Listings) -> set[rules.Finding]:
    """Every finding in it, each once."""
    answers = listings.told
    prices = [told.prices, *(each.prices for each in answers)]
    ends = [
        *told.quantities,
        *(interval for each in answers for interval in each.quantities),
        *(each for each in prices if each is not None),
    ]
    limits = [limit for each in ends for limit in (each.least_by, each.most_by)]
    of_limits = {limit.finding for limit in limits if limit.finding is not None}
    of_listings = {each.finding for each in answers if each.finding is not None}
    return of_limits | of_listings | set(told.findings)


def _listing(told: answerable.Answerable, wording: Wording) -> FeasibleListing:
    word, refusal, finding = told.word, told.refusal, told.finding
    return FeasibleListing(
        negotiation_id=str(word.negotiation_id),
        offer_id=None if word.offer_id is None else str(word.offer_id),
        market_mode=word.mode.name,
        price=None if word.price is None else format_price(word.price),
        quantity=format_decimal(word.quantity, scale=wording.scale),
        parts=word.parts,
        refusal=None if refusal is None else preview_refusal(refusal, chinese=wording.chinese),
        finding=None if finding is None else wording.findings[finding],
        quantities=[_quantities(each, wording) for each in told.quantities],
        prices=None if told.prices is None else _prices(told.prices, wording),
    )


def _quantities(interval: feasible.Interval, wording: Wording) -> QuantityRange:
    def quantity(units: int) -> str:
        return format_decimal(units, scale=wording.scale)

    return QuantityRange(
        least=quantity(interval.least),
        most=quantity(interval.most),
        step=quantity(interval.step),
        least_by=_limit(interval.least_by, wording),
        most_by=_limit(interval.most_by, wording),
    )


def _prices(prices: feasible.Interval, wording: Wording) -> PriceRange:
    return PriceRange(
        least=format_price(Price(prices.least)),
        most=format_price(Price(prices.most)),
        step=format_price(Price(prices.step)),
        least_by=_limit(prices.least_by, wording),
        most_by=_limit(prices.most_by, wording),
    )


def _limit(limit: feasible.Limit, wording: Wording) -> Limit:
    said = preview_refusal(limit.refusal, chinese=wording.chinese)
    finding = None if limit.finding is None else wording.findings[limit.finding]
    return Limit(code=said.code, title=said.title, finding=finding)
