"""Halts on the wire."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import LINE_PATTERN, Answer, Body, SymbolText, name_of
from api.schemas.decimals import IdText, Moment, MomentText, format_moment
from exchange.halt_state import Halts
from exchange.halt_types import Halt as Row
from exchange.halt_types import HaltLevel, HaltReason
from exchange.limits import NOTE_LENGTH_MAX
from registry.types import ProductId

ReasonName = Literal[
    "MATERIAL_EVENT",
    "NEWS_PENDING",
    "DISORDERLY_TRADING",
    "TECHNICAL_FAULT",
    "OFFICIAL_ORDER",
    "UNDER_REVIEW",
    "OTHER",
]
HaltStateName = Literal["STANDS", "LIFTED"]
Note = Annotated[str, Field(pattern=LINE_PATTERN, max_length=NOTE_LENGTH_MAX)]


class HaltBody(Body):
    """A halt of trade, for a stated reason."""

    symbol: Annotated[
        SymbolText | None,
        Field(description="Of the product; null, with no party either: the whole venue."),
    ] = None
    party_id: Annotated[
        IdText | None, Field(description="Whose trade is halted; by the operator and regulator.")
    ] = None
    reason: Annotated[
        ReasonName, Field(description="Of a party's halt the party is told UNDER_REVIEW.")
    ]
    note: Annotated[Note, Field(description="For the operator, the regulator and the trustee.")]
    review_at: Annotated[
        MomentText, Field(description="When it is to be looked at again: within 30 days.")
    ]


class LiftHaltBody(Body):
    """The end of a halt."""

    note: Note


class StandingHalt(Answer):
    """Why trade is halted, as everybody is told. Nothing happens by itself at the review, but that
    a halt for PRICE_BAND ends."""

    halt_id: str
    level: Annotated[str, name_of(HaltLevel)]
    reason: Annotated[str, name_of(HaltReason)]
    since: Moment
    review_at: Moment


class Halt(StandingHalt):
    """A halt, whether it stands or not."""

    symbol: Annotated[str | None, Field(description="Of the product; null: no single one.")]
    party_id: Annotated[str | None, Field(description="Whose trade is halted; null: no party's.")]
    given_by: Annotated[
        str | None,
        Field(description="The party that alone lifts it; null: a halted party is not told."),
    ]
    state: HaltStateName
    lifted_at: Moment | None
    note: Annotated[
        str | None, Field(description="Null for whom it is not: others than keep the register.")
    ]
    lifted_note: str | None


def standing_halt(row: Row) -> StandingHalt:
    """What everybody is told of a halt that stands."""
    return StandingHalt(**_told(row))


def halts_of_product(halts: Halts, product_id: ProductId) -> list[StandingHalt]:
    """The halts that stop trade in a product, the oldest first. Cost: O(halts that stand)."""
    return [standing_halt(row) for row in halts.stopping(product_id)]


def halts_of_venue(halts: Halts) -> list[StandingHalt]:
    """The halts of the whole venue, the oldest first. Cost: O(halts that stand)."""
    standing = list(halts.standing.values())
    return [standing_halt(row) for row in standing if row.level is HaltLevel.VENUE]


def halt_shown(row: Row, *, symbol_of: Callable[[ProductId], str], is_told: bool) -> Halt:
    """A halt as the wire shows it.

    Args:
        is_told: whether the notes are for who reads it, and of a party's halt the reason and who
            gave it.
    """
    of_product, of_party = row.level is HaltLevel.PRODUCT, row.level is HaltLevel.PARTY
    is_confidential = of_party and not is_told
    lifted_at_ns = row.lifted_at_ns
    said = _told(row)
    if is_confidential:
        said["reason"] = HaltReason.UNDER_REVIEW.name
    return Halt(
        **said,
        symbol=symbol_of(ProductId(row.subject_id)) if of_product else None,
        party_id=str(row.subject_id) if of_party else None,
        given_by=None if is_confidential else str(row.given_by),
        state="STANDS" if lifted_at_ns is None else "LIFTED",
        lifted_at=None if lifted_at_ns is None else format_moment(lifted_at_ns),
        note=row.note if is_told else None,
        lifted_note=row.lifted_note if is_told else None,
    )


def _told(row: Row) -> dict[str, str]:
    return {
        "halt_id": str(row.halt_id),
        "level": row.level.name,
        "reason": row.reason.name,
        "since": format_moment(row.given_at_ns),
        "review_at": format_moment(row.review_ns),
    }
