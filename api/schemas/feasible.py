"""What a party may do, on the wire."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple

from pydantic import Field

from api.schemas.base import Answer
from api.schemas.decimals import Decimal, format_decimal, format_price
from api.schemas.orders import SideShown
from api.schemas.preview import PreviewRefusal, preview_refusal
from api.schemas.rules import Finding
from api.schemas.slots import SLOTS_OF_TRADER, HolderSlots
from exchange import feasible
from exchange.rules import types as rules
from matching import Price


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


class Feasible(Answer):
    """What the caller may do in a product, as things are: nothing is promised."""

    symbol: str
    buy: FeasibleSide
    sell: FeasibleSide
    holder_slots: Annotated[HolderSlots | None, SLOTS_OF_TRADER]


class Wording(NamedTuple):
    """How it is told to this caller."""

    chinese: bool
    scale: int
    """Decimals of the product's unit."""
    findings: Mapping[rules.Finding, Finding]
    """Every one that is told, in its words."""


def feasible_side(told: feasible.Feasible, wording: Wording) -> FeasibleSide:
    """One side, as the wire shows it."""

    def quantity(units: int) -> str:
        return format_decimal(units, scale=wording.scale)

    return FeasibleSide(
        side=told.side.name,
        price=format_price(told.price),
        refusal=None
        if told.refusal is None
        else preview_refusal(told.refusal, chinese=wording.chinese),
        quantities=[
            QuantityRange(
                least=quantity(each.least),
                most=quantity(each.most),
                step=quantity(each.step),
                least_by=_limit(each.least_by, wording),
                most_by=_limit(each.most_by, wording),
            )
            for each in told.quantities
        ],
        prices=None if told.prices is None else _prices(told.prices, wording),
        takes=[
            LevelToTake(
                price=format_price(level.price),
                quantity=quantity(level.quantity),
                orders=level.order_count,
            )
            for level in told.takes
        ],
        findings=[wording.findings[each] for each in told.findings],
    )


def findings_told(told: feasible.Feasible) -> set[rules.Finding]:
    """Every finding in it, each once."""
    ends = [*told.quantities, *([] if told.prices is None else [told.prices])]
    limits = [limit for each in ends for limit in (each.least_by, each.most_by)]
    of_limits = {limit.finding for limit in limits if limit.finding is not None}
    return of_limits | set(told.findings)


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
