"""Holdings on the wire."""

from api.schemas.base import Answer, Body
from api.schemas.decimals import Decimal, DecimalText, IdText, Moment, format_decimal
from registry.store.queries import HoldingRow


class OpeningHoldingBody(Body):
    """Units that a holder already has in the trust company's register."""

    holder_id: IdText
    units: DecimalText


class OpeningHolding(Answer):
    """Units taken over into the register."""

    symbol: str
    holder_id: str
    units: Decimal
    recorded_at: Moment


class Holding(Answer):
    """What the party has of one product."""

    symbol: str
    total: Decimal
    available: Decimal
    reserved: Decimal
    """Behind open sell orders."""
    locked: Decimal
    """Behind pending transfers."""


def holding_of(row: HoldingRow, *, symbol: str, quantity_scale: int) -> Holding:
    """A holding as the wire shows it."""
    total = row.available + row.reserved + row.locked
    return Holding(
        symbol=symbol,
        total=format_decimal(total, scale=quantity_scale),
        available=format_decimal(row.available, scale=quantity_scale),
        reserved=format_decimal(row.reserved, scale=quantity_scale),
        locked=format_decimal(row.locked, scale=quantity_scale),
    )
