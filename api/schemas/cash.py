"""Client money on the wire."""

from api.schemas.base import Answer
from api.schemas.decimals import Decimal, format_money
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
