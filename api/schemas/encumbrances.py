"""Pledges and freezes on the wire."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Answer, Body, SymbolText, name_of
from api.schemas.decimals import (
    Day,
    Decimal,
    DecimalText,
    IdText,
    Moment,
    format_day,
    format_decimal,
    format_moment,
)
from api.schemas.evidence import DayText
from api.schemas.money import SHA256_PATTERN
from registry.encumbrance import Encumbrance as EncumbranceRecord
from registry.encumbrance import EncumbranceKind

Authority = Annotated[str, Field(pattern=SHA256_PATTERN, max_length=64)]
EncumbranceKindName = Literal["PLEDGE", "FREEZE"]
EncumbranceStateName = Literal["STANDS", "ENDED"]


class EncumberBody(Body):
    """A pledge or freeze of units."""

    symbol: SymbolText
    holder_id: IdText
    kind: EncumbranceKindName
    lot_id: IdText | None = None
    """Without it, the holder's contracts of the product are taken, the oldest first."""
    units: DecimalText
    """A freeze may be of more than there is: the rest waits."""
    authority_sha256: Authority
    """Of the document that orders or agrees it."""
    until: DayText | None = None
    """The last day in Asia/Shanghai, of a freeze: at most three years on. A pledge has none."""


class ReleaseEncumbranceBody(Body):
    """The end of a pledge or freeze."""

    authority_sha256: Authority
    """Of the document that orders or agrees it."""


class Encumbrance(Answer):
    """A pledge or freeze of a holder's units."""

    encumbrance_id: str
    symbol: str
    holder_id: str
    kind: Annotated[str, name_of(EncumbranceKind)]
    lot_id: str | None
    units: Decimal
    held: Decimal
    """Of them, those that it has taken hold of; the others wait for units."""
    authority_sha256: str
    placed_at: Moment
    until: Day | None
    state: EncumbranceStateName
    ended_at: Moment | None
    release_authority_sha256: str | None
    """None of a freeze whose time is over."""


def encumbrance_of(record: EncumbranceRecord, *, symbol: str, quantity_scale: int) -> Encumbrance:
    """A pledge or freeze as the wire shows it."""
    ended_ns, release = record.released_at_ns, record.release_authority
    return Encumbrance(
        encumbrance_id=str(record.encumbrance_id),
        symbol=symbol,
        holder_id=str(record.holder_id),
        kind=record.kind.name,
        lot_id=None if record.lot_id is None else str(record.lot_id),
        units=format_decimal(record.units, scale=quantity_scale),
        held=format_decimal(record.held, scale=quantity_scale),
        authority_sha256=record.authority.hex(),
        placed_at=format_moment(record.placed_at_ns),
        until=None if record.until_on is None else format_day(record.until_on),
        state="STANDS" if ended_ns is None else "ENDED",
        ended_at=None if ended_ns is None else format_moment(ended_ns),
        release_authority_sha256=None if release is None else release.hex(),
    )
