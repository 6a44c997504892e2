"""The register of title on the wire, as of a command."""

from typing import Annotated, Final

from pydantic import Field

from api.schemas.base import Answer, Page, name_of
from api.schemas.decimals import (
    Day,
    Decimal,
    Moment,
    format_day,
    format_decimal,
    format_moment,
    format_money,
)
from api.schemas.holdings import contract_of
from registry.entries import Cause
from registry.store.as_of import Change, HolderAsOf, LotAsOf
from registry.types import HolderId

AS_OF_SEQUENCE: Final = Field(description="The command up to which all is counted.")
AS_OF: Final = Field(description="When that command was journaled; null: before the first one.")


class RegisteredHolder(Answer):
    """What a holder had title of."""

    holder_id: str
    name: Annotated[
        str | None, Field(description="As admitted, outside the journal; null where it has none.")
    ]
    units: Decimal
    pledged: Annotated[Decimal, Field(description="Of the units.")]
    frozen: Annotated[Decimal, Field(description="Of the units.")]
    principal: Decimal
    lots: Annotated[int, Field(description="Under how many contracts.")]


class Register(Page[RegisteredHolder]):
    """The holders of a product, smallest id first. The pages that follow are as of the same
    command."""

    symbol: str
    as_of_sequence: Annotated[str, AS_OF_SEQUENCE]
    as_of: Annotated[Moment | None, AS_OF]


class RegisteredLot(Answer):
    """What a holder had under one contract."""

    lot_id: str
    contract: str
    acquired_on: Day
    units: Decimal
    pledged: Annotated[Decimal, Field(description="Claimed; may exceed the units.")]
    frozen: Annotated[Decimal, Field(description="Claimed; may exceed the units.")]
    principal: Decimal
    cost: Decimal


class RegisterOfHolder(RegisteredHolder):
    """What a holder had title of, lot by lot."""

    symbol: str
    as_of_sequence: Annotated[str, AS_OF_SEQUENCE]
    as_of: Annotated[Moment | None, AS_OF]
    held: Annotated[list[RegisteredLot], Field(description="Smallest number first.")]


class RegisterChange(Answer):
    """One change of a lot, and what was true after it."""

    sequence: str
    at: Moment
    cause: Annotated[str, name_of(Cause)]
    transfer_id: Annotated[str | None, Field(description="Of a transfer, the one that settled.")]
    lot_id: str
    units: Annotated[Decimal, Field(description="Of the lot, then; so the amounts that follow.")]
    principal: Decimal
    cost: Decimal
    holder_units: Annotated[Decimal, Field(description="Of the holder in all, then.")]


def holder_of(row: HolderAsOf, name: str | None, *, scale: int) -> RegisteredHolder:
    """A holder as the wire shows him."""
    return RegisteredHolder(
        holder_id=str(row.holder_id),
        name=name,
        units=format_decimal(row.units, scale=scale),
        pledged=format_decimal(row.pledged, scale=scale),
        frozen=format_decimal(row.frozen, scale=scale),
        principal=format_money(row.principal),
        lots=row.lots,
    )


def register_of_holder(
    row: HolderAsOf | None,
    lots: list[LotAsOf],
    *,
    holder_id: HolderId,
    name: str | None,
    symbol: str,
    scale: int,
    as_of_sequence: int,
    as_of_ns: int | None,
) -> RegisterOfHolder:
    """A holder with his lots as the wire shows them; no row: he had nothing."""
    nothing = HolderAsOf(holder_id=holder_id, units=0, principal=0, pledged=0, frozen=0, lots=0)
    return RegisterOfHolder(
        **holder_of(row or nothing, name, scale=scale).model_dump(),
        symbol=symbol,
        as_of_sequence=str(as_of_sequence),
        as_of=None if as_of_ns is None else format_moment(as_of_ns),
        held=[_lot(lot, scale=scale) for lot in lots],
    )


def change_of(change: Change, *, scale: int, at_ns: int) -> RegisterChange:
    """An entry of the register as the wire shows it."""
    transfers = change.cause is Cause.TRANSFER
    return RegisterChange(
        sequence=str(change.sequence),
        at=format_moment(at_ns),
        cause=change.cause.name,
        transfer_id=str(change.cause_id) if transfers else None,
        lot_id=str(change.lot_id),
        units=format_decimal(change.units, scale=scale),
        principal=format_money(change.principal),
        cost=format_money(change.cost),
        holder_units=format_decimal(change.holding_units, scale=scale),
    )


def _lot(lot: LotAsOf, *, scale: int) -> RegisteredLot:
    return RegisteredLot(
        lot_id=str(lot.lot_id),
        contract=contract_of(lot.lot_id, lot.contract),
        acquired_on=format_day(lot.acquired_on),
        units=format_decimal(lot.units, scale=scale),
        pledged=format_decimal(lot.pledged, scale=scale),
        frozen=format_decimal(lot.frozen, scale=scale),
        principal=format_money(lot.principal),
        cost=format_money(lot.cost),
    )
