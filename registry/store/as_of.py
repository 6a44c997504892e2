"""Who had title of what, as of any sequence: asked of `register`, the history of title.

Every entry says what its holder has after it, so that the register as of a sequence is each
holder's last entry up to it: one seek a holder, however long the history.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    func,
    select,
    tuple_,
)

from registry.entries import Cause
from registry.store.tables import lots, register
from registry.types import DayNumber, HolderId, LotId, ProductId

SEQUENCE_MAX: Final = 2**63 - 1
"""As of it, the register is as it is now."""

# The values of every statement below, which is made once: to make one takes longer than to ask it.
PRODUCT: Final = bindparam("product_id", type_=BigInteger)
HOLDER: Final = bindparam("holder_id", type_=BigInteger)
SEQUENCE: Final = bindparam("as_of", type_=BigInteger)
LIMIT: Final = bindparam("limit", type_=BigInteger)
AFTER: Final = bindparam("after", type_=BigInteger)
AFTER_ORDINAL: Final = bindparam("after_ordinal", type_=BigInteger)
ALL: Final = -1
"""No limit, to SQLite."""

HOLDER_COLUMNS: Final[tuple[ColumnElement[Any], ...]] = (
    register.c.holder_id,
    register.c.holding_units.label("units"),
    register.c.holding_principal.label("principal"),
    register.c.holding_pledged.label("pledged"),
    register.c.holding_frozen.label("frozen"),
    register.c.holding_lots.label("lots"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderAsOf:
    """What one holder had of a product."""

    holder_id: HolderId
    units: int
    principal: int
    """Fen."""
    pledged: int
    frozen: int
    lots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotAsOf:
    """What a holder had under one contract. Principal and cost in fen; the claims are amounts that
    may exceed the units."""

    lot_id: LotId
    contract: str | None
    acquired_on: DayNumber
    units: int
    principal: int
    cost: int
    pledged: int
    frozen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of the register: what a lot had after it, and its holder in all."""

    sequence: int
    ordinal: int
    lot_id: LotId
    units: int
    principal: int
    cost: int
    holding_units: int
    cause: Cause
    cause_id: int


def _holders() -> Select[*tuple[Any, ...]]:
    """From holder to holder, and of each the last entry: SQLite has no skip scan of its own."""
    holders = (
        select(func.min(register.c.holder_id).label("id"))
        .where(register.c.product_id == PRODUCT, register.c.holder_id > AFTER)
        .cte("holders", recursive=True)
    )
    following = (
        select(func.min(register.c.holder_id))
        .where(register.c.product_id == PRODUCT, register.c.holder_id > holders.c.id)
        .scalar_subquery()
    )
    holders = holders.union_all(select(following).where(holders.c.id.is_not(None)))
    entry = register.alias("entry")
    last = (
        select(entry.c.sequence, entry.c.ordinal)
        .where(
            entry.c.product_id == PRODUCT,
            entry.c.holder_id == holders.c.id,
            entry.c.sequence <= SEQUENCE,
        )
        .order_by(entry.c.sequence.desc(), entry.c.ordinal.desc())
        .limit(1)
        .scalar_subquery()
        .correlate(holders)
    )
    return (
        select(*HOLDER_COLUMNS)
        .select_from(holders)
        .join(
            register,
            (register.c.product_id == PRODUCT)
            & (register.c.holder_id == holders.c.id)
            & (tuple_(register.c.sequence, register.c.ordinal) == last),
        )
        .where(register.c.holding_units > 0)
        .order_by(holders.c.id)
        .limit(LIMIT)
    )


def _holder() -> Select[*tuple[Any, ...]]:
    last = (
        select(*HOLDER_COLUMNS)
        .where(*_of_holder())
        .order_by(register.c.sequence.desc(), register.c.ordinal.desc())
        .limit(1)
        .subquery()
    )
    return select(last).where(last.c.units > 0)


def _lots() -> Select[*tuple[Any, ...]]:
    newest_first = register.c.sequence.desc(), register.c.ordinal.desc()
    age = func.row_number().over(partition_by=register.c.lot_id, order_by=newest_first)
    entries = select(register, age.label("age")).where(*_of_holder()).subquery()
    return (
        select(
            entries.c.lot_id,
            lots.c.contract,
            lots.c.acquired_on,
            entries.c.units,
            entries.c.principal,
            entries.c.cost,
            entries.c.pledged,
            entries.c.frozen,
        )
        .join(lots, lots.c.lot_id == entries.c.lot_id)
        .where(entries.c.age == 1, entries.c.units > 0)
        .order_by(entries.c.lot_id)
    )


def _changes() -> Select[*tuple[Any, ...]]:
    later = tuple_(register.c.sequence, register.c.ordinal) > tuple_(AFTER, AFTER_ORDINAL)
    return (
        select(
            register.c.sequence,
            register.c.ordinal,
            register.c.lot_id,
            register.c.units,
            register.c.principal,
            register.c.cost,
            register.c.holding_units,
            register.c.cause,
            register.c.cause_id,
        )
        .where(register.c.product_id == PRODUCT, register.c.holder_id == HOLDER, later)
        .order_by(register.c.sequence, register.c.ordinal)
        .limit(LIMIT)
    )


def _of_holder() -> tuple[ColumnElement[bool], ...]:
    return (
        register.c.product_id == PRODUCT,
        register.c.holder_id == HOLDER,
        register.c.sequence <= SEQUENCE,
    )


HOLDERS: Final = _holders()
ONE_HOLDER: Final = _holder()
LOTS: Final = _lots()
CHANGES: Final = _changes()


def holders_as_of(
    connection: Connection,
    product_id: ProductId,
    *,
    sequence: int,
    after: int = 0,
    limit: int = ALL,
) -> list[HolderAsOf]:
    """The holders of a product as of a sequence, smallest id first.

    Args:
        after: those with larger ids only.
        limit: how many at most.

    Cost: two seeks for everybody who ever held the product, some 2 µs each.
    """
    asked = {"product_id": product_id, "as_of": sequence, "after": after, "limit": limit}
    return [HolderAsOf(**row) for row in connection.execute(HOLDERS, asked).mappings()]


def holder_as_of(
    connection: Connection, product_id: ProductId, holder_id: HolderId, *, sequence: int
) -> HolderAsOf | None:
    """What one holder had, or None: nothing. Cost: one seek."""
    asked = {"product_id": product_id, "holder_id": holder_id, "as_of": sequence}
    row = connection.execute(ONE_HOLDER, asked).mappings().one_or_none()
    return None if row is None else HolderAsOf(**row)


def holders_ever(connection: Connection, product_id: ProductId) -> list[HolderId]:
    """Who has ever had units of a product, smallest id first. Cost: O(entries of the product)."""
    wanted = select(register.c.holder_id).where(register.c.product_id == product_id).distinct()
    return [HolderId(each) for each in connection.scalars(wanted.order_by(register.c.holder_id))]


def lots_as_of(
    connection: Connection, product_id: ProductId, holder_id: HolderId, *, sequence: int
) -> list[LotAsOf]:
    """What a holder had lot by lot, smallest number first. Cost: O(his entries up to then)."""
    asked = {"product_id": product_id, "holder_id": holder_id, "as_of": sequence}
    return [LotAsOf(**row) for row in connection.execute(LOTS, asked).mappings()]


def changes_of(
    connection: Connection,
    product_id: ProductId,
    holder_id: HolderId,
    *,
    after: tuple[int, int],
    limit: int,
) -> list[Change]:
    """A holder's entries, oldest first.

    Args:
        after: sequence and ordinal of the last one that is not wanted.

    Cost: O(limit).
    """
    asked = {"product_id": product_id, "holder_id": holder_id, "limit": limit}
    asked |= {"after": after[0], "after_ordinal": after[1]}
    return [
        Change(**{**row, "cause": Cause(row["cause"])})
        for row in connection.execute(CHANGES, asked).mappings()
    ]
