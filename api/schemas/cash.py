"""Client money on the wire."""

from typing import Annotated

from pydantic import Field

from api.cash_entries import CashMove, CashMoveKind
from api.schemas.base import Answer, Page, name_of
from api.schemas.decimals import (
    MONEY_SCALE,
    Decimal,
    Moment,
    SignedDecimal,
    format_moment,
    format_money,
    format_signed,
)
from exchange.store.queries import AccountRow

CURRENCY = "CNY"


class Cash(Answer):
    """The party's money at the custodian."""

    currency: str
    total: Decimal
    available: Decimal
    reserved: Decimal
    """Behind open buy orders, fees included."""
    escrow: Decimal
    """Behind pending transfers, fees included."""
    frozen: Decimal
    """On its way to the party's bank."""
    deposited: Decimal
    withdrawn: Decimal


class CashEntry(Answer):
    """Something that has moved the party's money."""

    entry_id: str
    at: Moment
    kind: Annotated[
        str,
        name_of(CashMoveKind),
        Field(
            description="RESERVED and RELEASED set money aside for an order and free it, and move "
            "none; a fill takes what it needs and frees the rest by itself."
        ),
    ]
    total: Annotated[
        SignedDecimal, Field(description="By how much the party has more, or less, than before.")
    ]
    escrow: Annotated[SignedDecimal, Field(description="By how much more of it is in escrow.")]
    frozen: Annotated[
        SignedDecimal, Field(description="By how much more of it is on its way to the bank.")
    ]
    reserve: Annotated[
        Decimal | None,
        Field(description="What stands behind the order from then on; null: no order's affair."),
    ]
    fees: Annotated[
        Decimal | None,
        Field(description="Of a settlement, what the party has paid in fees: `total` has them."),
    ]
    symbol: str | None
    order_id: str | None
    transfer_id: str | None
    withdrawal_id: str | None
    bank_ref: Annotated[str | None, Field(description="By which the bank knows a payment in.")]


class CashEntries(Page[CashEntry]):
    """A part of the party's ledger."""

    indexed_up_to: Annotated[
        str, Field(description="The last command whose movements are in the ledger.")
    ]


def entry_shown(move: CashMove, symbol: str | None) -> CashEntry:
    """A movement as the wire shows it."""
    return CashEntry(
        entry_id=str(move.place),
        at=format_moment(move.at_ns),
        kind=move.kind.name,
        total=format_signed(move.total, scale=MONEY_SCALE),
        escrow=format_signed(move.escrow, scale=MONEY_SCALE),
        frozen=format_signed(move.frozen, scale=MONEY_SCALE),
        reserve=None if move.reserve is None else format_money(move.reserve),
        fees=None if move.fees is None else format_money(move.fees),
        symbol=symbol,
        order_id=_id(move.order_id),
        transfer_id=_id(move.transfer_id),
        withdrawal_id=_id(move.withdrawal_id),
        bank_ref=move.bank_ref,
    )


def _id(number: int | None) -> str | None:
    return None if number is None else str(number)


def cash_of(row: AccountRow) -> Cash:
    """An account as the wire shows it."""
    return Cash(
        currency=CURRENCY,
        total=format_money(row.available + row.reserved + row.escrow + row.frozen),
        available=format_money(row.available),
        reserved=format_money(row.reserved),
        escrow=format_money(row.escrow),
        frozen=format_money(row.frozen),
        deposited=format_money(row.deposited),
        withdrawn=format_money(row.withdrawn),
    )
