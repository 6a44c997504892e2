"""Accrued income as the wire shows it, beside the consideration of a price that is clean."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer
from api.schemas.decimals import Day, Decimal, format_day, format_money
from exchange.price_types import AccruedIncome as Accrued
from exchange.types import Fen
from registry.store.queries import TransferRow


class AccruedIncome(Answer):
    """What a buyer pays for the income of the units besides a clean price; the seller gets it."""

    amount: Decimal
    days: Annotated[
        int, Field(description="Since the income began: F·y·d/365, rounded once over the order.")
    ]
    priced_on: Annotated[
        Day,
        Field(
            description="The pricing date: the day of the match in Asia/Shanghai, to the end of "
            "which the income is the seller's."
        ),
    ]


def accrued_of(accrued: Accrued | None) -> AccruedIncome | None:
    """Accrued income as the wire shows it; None where the price is not clean."""
    if accrued is None:
        return None
    return AccruedIncome(
        amount=format_money(accrued.amount),
        days=accrued.days,
        priced_on=format_day(accrued.priced_on),
    )


def accrued_in(row: TransferRow) -> AccruedIncome | None:
    """The same of a transfer's row."""
    if row.accrued_days is None or row.priced_on is None:
        return None
    return accrued_of(Accrued(Fen(row.accrued), row.accrued_days, row.priced_on))
