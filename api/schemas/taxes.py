"""What taxes a sale may mean for its seller, as the wire shows it: information and no advice."""

from typing import Annotated, Final

from pydantic import Field

from api.schemas.base import Answer, name_of
from api.schemas.decimals import Day, Decimal, format_day, format_money
from api.taxes import load
from exchange.taxes import Tax, Taxpayer, estimate, rates_on
from exchange.types import Fen, PartyKind
from registry.calendar import day_in_shanghai
from registry.store.queries import TransferRow
from registry.transfer import TransferState
from registry.types import TimeNs

NOTE_ZH: Final = "测算，仅供参考，不构成税务意见；平台不代扣代缴，以税务机关核定为准。"
NOTE_EN: Final = (
    "An estimate for information only, and no tax advice. The venue withholds nothing; what the "
    "tax authority assesses counts."
)


class TaxLine(Answer):
    """One tax that the seller may owe."""

    tax: Annotated[str, name_of(Tax)]
    taxpayer: Annotated[
        str,
        name_of(Taxpayer),
        Field(description="Of an institution GENERAL or SMALL_SCALE: whichever it is."),
    ]
    rate_bps: Annotated[int, Field(description="In 1/10000 of the base; 0: exempt or not due.")]
    base: Annotated[
        Decimal,
        Field(
            description="Of VAT the gain, with the tax taken out of it; of the surcharges the VAT; "
            "of the income tax the gain; of the stamp duty the sale."
        ),
    ]
    amount: Decimal


class TaxEstimate(Answer):
    """What a sale may mean for its seller: never booked, never withheld, and no advice."""

    note_zh: str
    note_en: str
    effective_on: Annotated[Day, Field(description="Since when these rates have been in force.")]
    sale: Annotated[Decimal, Field(description="Consideration and accrued income, before fees.")]
    cost: Annotated[
        Decimal, Field(description="What the units had cost, as the register has their lots.")
    ]
    lines: list[TaxLine]


def taxes_of(kind: PartyKind, *, sale: Fen, cost: Fen, at_ns: TimeNs) -> TaxEstimate | None:
    """What a sale of that moment may mean; None before the first rates. Cost: O(rates)."""
    rates = rates_on(load(), day_in_shanghai(at_ns))
    if rates is None:
        return None
    told = estimate(kind, rates, sale=sale, cost=cost)
    return TaxEstimate(
        note_zh=NOTE_ZH,
        note_en=NOTE_EN,
        effective_on=format_day(told.effective_on),
        sale=format_money(told.sale),
        cost=format_money(told.cost),
        lines=[
            TaxLine(
                tax=line.tax.name,
                taxpayer=line.taxpayer.name,
                rate_bps=line.rate_bps,
                base=format_money(line.base),
                amount=format_money(line.amount),
            )
            for line in told.lines
        ],
    )


def taxes_in(row: TransferRow, kind: PartyKind) -> TaxEstimate | None:
    """The same of a transfer that has settled, for its seller of this kind; None where it has not,
    or was reversed."""
    if row.state not in (TransferState.SETTLED, TransferState.REGISTERED):
        return None
    assert row.cost_moved is not None, row.transfer_id
    assert row.decided_at_ns is not None, row.transfer_id
    return taxes_of(
        kind, sale=Fen(row.due_to_seller), cost=Fen(row.cost_moved), at_ns=row.decided_at_ns
    )
