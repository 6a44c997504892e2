"""Clearances on the wire: what rules leave to a person, and what he lets pass."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import LINE_PATTERN, Answer, Body, name_of
from api.schemas.decimals import (
    Day,
    Decimal,
    DecimalText,
    Moment,
    format_day,
    format_decimal,
    format_moment,
    format_price,
)
from api.schemas.orders import SideShown
from api.schemas.rules import DayText
from exchange.clearance_types import Clearance as Row
from exchange.clearance_types import ClearanceState
from exchange.commands import CreateProduct
from exchange.limits import CLEARANCE_DAYS_MAX, NOTE_LENGTH_MAX
from exchange.rules.types import Queue

ClearanceStateName = Literal["ASKED", "CLEARED", "USED", "REFUSED", "ENDED"]
QueueName = Literal["COMPLIANCE", "OPERATIONS"]
Note = Annotated[
    str, Field(pattern=LINE_PATTERN, max_length=NOTE_LENGTH_MAX, description="For the party.")
]


class LetPassBody(Body):
    """How much is let pass."""

    quantity: Annotated[
        DecimalText,
        Field(description="At most; no more than was asked, and of a transfer all of it."),
    ]
    price_least: Annotated[DecimalText, Field(description="In yuan a unit.")]
    price_most: Annotated[DecimalText, Field(description="What was asked lies between the two.")]
    until: Annotated[DayText, Field(description=f"The last day, within {CLEARANCE_DAYS_MAX} days.")]


class DecideClearanceBody(Body):
    """A decision."""

    let_pass: Annotated[LetPassBody | None, Field(description="Null: nothing.")]
    note: Note


class LetPass(Answer):
    """How much is let pass."""

    quantity: Decimal
    price_least: Decimal
    price_most: Decimal
    until: Day


class Clearance(Answer):
    """What a rule leaves to a person: asked for by the order or the transfer that it has held.

    ASKED: it waits in the queue. CLEARED: the next order within what is let pass, or the transfer,
    passes. USED: an order has passed by it; its transfers do as well. REFUSED: nothing passes.
    ENDED: its days are over, what it rested on is another, or a later one has taken its place.
    """

    clearance_id: str
    party_id: str
    symbol: str
    side: SideShown
    rule_id: str
    queue: Annotated[str, name_of(Queue)]
    transfer_id: Annotated[str | None, Field(description="Null: it is about an order.")]
    quantity: Annotated[Decimal, Field(description="Of the last order that was held.")]
    price: Decimal
    asked_at: Moment
    times_asked: int
    state: Annotated[str, name_of(ClearanceState)]
    let_pass: LetPass | None
    note: str | None
    decided_at: Moment | None
    order_id: Annotated[str | None, Field(description="The order that has passed by it.")]
    ended_at: Moment | None


def clearance_shown(row: Row, terms: CreateProduct) -> Clearance:
    """A clearance as the wire shows it.

    Args:
        terms: of its product.
    """
    scale, cleared = terms.quantity_scale, row.terms
    return Clearance(
        clearance_id=str(row.clearance_id),
        party_id=str(row.party_id),
        symbol=terms.symbol,
        side=row.side.name,
        rule_id=row.rule_id,
        queue=row.queue.name,
        transfer_id=None if row.transfer_id is None else str(row.transfer_id),
        quantity=format_decimal(row.quantity, scale=scale),
        price=format_price(row.price),
        asked_at=format_moment(row.asked_at_ns),
        times_asked=row.times,
        state=row.state.name,
        let_pass=None
        if cleared is None
        else LetPass(
            quantity=format_decimal(cleared.quantity, scale=scale),
            price_least=format_price(cleared.price_least),
            price_most=format_price(cleared.price_most),
            until=format_day(cleared.until),
        ),
        note=row.note,
        decided_at=None if row.decided_at_ns is None else format_moment(row.decided_at_ns),
        order_id=None if row.order_id is None else str(row.order_id),
        ended_at=None if row.ended_at_ns is None else format_moment(row.ended_at_ns),
    )
