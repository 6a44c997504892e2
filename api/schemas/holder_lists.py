"""Trust companies' lists of holders beside the register, on the wire."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, name_of
from api.schemas.decimals import (
    Day,
    Decimal,
    SignedDecimal,
    format_decimal,
    format_signed,
)
from registry.trust_company.holder_list import Break, Cause, Held, Stated, What
from registry.types import HolderId


class HolderBreak(Answer):
    """A difference between the list and the register."""

    symbol: str
    holder_id: str
    what: Annotated[str, name_of(What)]
    theirs: Annotated[Decimal, Field(description="Of the holder in all, in the list.")]
    ours: Annotated[Decimal, Field(description="Of the holder in all, in the register.")]
    difference: Annotated[
        SignedDecimal, Field(description="What of theirs less ours has this cause.")
    ]
    cause: Annotated[str, name_of(Cause)]
    transfer_id: Annotated[str | None, Field(description="Of the transfer that is the cause.")]


class ReconciledProduct(Answer):
    """All holders of a product, in the list and in the register."""

    symbol: str
    holders_theirs: int
    holders_ours: int
    units_theirs: Decimal
    units_ours: Decimal
    breaks: int


class HolderReconciliation(Answer):
    """A list of holders beside the register."""

    file_sha256: str
    as_of: Day
    """The list's day; the register is as of the end of it, in Asia/Shanghai."""
    as_of_sequence: str
    registered_since: Annotated[
        Day,
        Field(
            description="Of the transfers that settled before this day, only those are looked at "
            "whose registration is waited for."
        ),
    ]
    products: list[ReconciledProduct]
    """Those that the list names."""
    breaks: Annotated[list[HolderBreak], Field(description="At most 10,000.")]


def break_of(found: Break, *, symbol: str, scale: int) -> HolderBreak:
    """A break as the wire shows it."""
    return HolderBreak(
        symbol=symbol,
        holder_id=str(found.holder_id),
        what=found.what.name,
        theirs=format_decimal(found.theirs, scale=scale),
        ours=format_decimal(found.ours, scale=scale),
        difference=format_signed(found.difference, scale=scale),
        cause=found.cause.name,
        transfer_id=None if found.transfer_id is None else str(found.transfer_id),
    )


def reconciled_product_of(
    theirs: Mapping[HolderId, Stated],
    ours: Mapping[HolderId, Held],
    *,
    symbol: str,
    scale: int,
    breaks: int,
) -> ReconciledProduct:
    """The figures of a product as the wire shows them."""

    def units(holders: Iterable[Held | Stated]) -> str:
        return format_decimal(sum(holder.units for holder in holders), scale=scale)

    return ReconciledProduct(
        symbol=symbol,
        holders_theirs=len(theirs),
        holders_ours=len(ours),
        units_theirs=units(theirs.values()),
        units_ours=units(ours.values()),
        breaks=breaks,
    )
