"""Every SELECT about halts: committed state only, for people to read."""

from sqlalchemy import Connection, or_, select, union
from sqlalchemy.engine.row import RowMapping

from exchange.halt_types import Halt, HaltId, HaltLevel, HaltReason
from exchange.store.halt_tables import halts
from exchange.store.queries import OPEN_STATUSES
from exchange.store.tables import orders
from exchange.types import PartyId
from registry.store.tables import LOT_LIVES, TRANSFER_OPEN, lots, transfers
from registry.types import ProductId


def halt_row_of(connection: Connection, halt_id: HaltId) -> Halt | None:
    """The halt of this id, whether it stands or not. Cost: O(1)."""
    found = connection.execute(select(halts).where(halts.c.halt_id == halt_id))
    row = found.mappings().one_or_none()
    return None if row is None else _halt(row)


def halts_before(
    connection: Connection,
    *,
    before: int | None,
    stands: bool | None,
    reader_id: PartyId | None,
    limit: int,
) -> list[Halt]:
    """Halts with smaller ids than `before`, newest first.

    Args:
        stands: whether only those that stand, or only the others; None: all.
        reader_id: who hears of no other party's; None: who hears of all.

    Cost: O(answer), of a selection O(halts).
    """
    wanted = select(halts)
    if before is not None:
        wanted = wanted.where(halts.c.halt_id < before)
    if reader_id is not None:
        is_public = halts.c.level != int(HaltLevel.PARTY)
        wanted = wanted.where(or_(is_public, halts.c.subject_id == reader_id))
    if stands is not None:
        lifted = halts.c.lifted_at_ns
        wanted = wanted.where(lifted.is_(None) if stands else lifted.is_not(None))
    found = connection.execute(wanted.order_by(halts.c.halt_id.desc()).limit(limit))
    return [_halt(row) for row in found.mappings()]


def parties_in_product(connection: Connection, product_id: ProductId) -> list[PartyId]:
    """Who holds units of the product, has an open order in it or a transfer of it under way, each
    once, in the order of their ids.

    Cost: O(lots, orders and transfers that there ever were): no index leads from a product to its
    parties, and none is worth its writing for what is asked once a halt.
    """
    holders = select(lots.c.holder_id).where(LOT_LIVES, lots.c.product_id == product_id)
    ordering = select(orders.c.party_id).where(
        orders.c.product_id == product_id, orders.c.status.in_(OPEN_STATUSES)
    )
    under_way = (TRANSFER_OPEN, transfers.c.product_id == product_id)
    sellers = select(transfers.c.seller_id).where(*under_way)
    buyers = select(transfers.c.buyer_id).where(*under_way)
    found = connection.execute(union(holders, ordering, sellers, buyers)).scalars()
    return sorted(map(PartyId, found))


def _halt(row: RowMapping) -> Halt:
    enums = {"level": HaltLevel(row["level"]), "reason": HaltReason(row["reason"])}
    return Halt(**{**row, **enums})
