"""Holdings on the wire."""

import registry.lots
from api.schemas.base import Answer
from api.schemas.decimals import (
    Day,
    Decimal,
    format_day,
    format_decimal,
    format_money,
)
from registry.lots import Buckets, buckets
from registry.store.queries import HoldingRow
from registry.types import LotId


class Holding(Answer):
    """What the party has of one product."""

    symbol: str
    total: Decimal
    available: Decimal
    reserved: Decimal
    """Behind open sell orders."""
    locked: Decimal
    """Behind pending transfers."""
    pledged: Decimal
    frozen: Decimal
    cost: Decimal
    """What all of it was bought for, fees included; of units taken over, their principal."""


class Lot(Answer):
    """What the party has under one contract."""

    lot_id: str
    contract: str
    """The trust company's number of it, or else the lot's own."""
    acquired_on: Day
    total: Decimal
    available: Decimal
    reserved: Decimal
    locked: Decimal
    pledged: Decimal
    frozen: Decimal
    principal: Decimal
    """At par, in yuan; it goes with the units."""
    cost: Decimal
    """What the units were bought for, fees included; of units taken over, their principal."""


def holding_of(row: HoldingRow, *, symbol: str, quantity_scale: int) -> Holding:
    """A holding as the wire shows it."""
    return Holding(
        symbol=symbol,
        total=format_decimal(sum(row.buckets), scale=quantity_scale),
        cost=format_money(row.cost),
        **_in_buckets(row.buckets, scale=quantity_scale),
    )


def lot_of(lot: registry.lots.Lot, *, quantity_scale: int) -> Lot:
    """A lot as the wire shows it."""
    return Lot(
        lot_id=str(lot.lot_id),
        contract=contract_of(lot.lot_id, lot.contract),
        acquired_on=format_day(lot.acquired_on),
        total=format_decimal(lot.units, scale=quantity_scale),
        principal=format_money(lot.principal),
        cost=format_money(lot.cost),
        **_in_buckets(buckets(lot), scale=quantity_scale),
    )


def contract_of(lot_id: LotId, contract: str | None) -> str:
    """The number of a lot's contract: a lot that a transfer made goes by its own."""
    return str(lot_id) if contract is None else contract


def _in_buckets(units: Buckets, *, scale: int) -> dict[str, str]:
    return {name: format_decimal(each, scale=scale) for name, each in units._asdict().items()}
