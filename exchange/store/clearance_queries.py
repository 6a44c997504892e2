"""Every SELECT about clearances: committed state only, for people to read."""

from collections.abc import Iterable

from sqlalchemy import Connection, select
from sqlalchemy.engine.row import RowMapping

from exchange.clearance_types import Clearance, ClearanceId, ClearanceState, ClearanceTerms
from exchange.rules.types import Queue
from exchange.store.clearance_tables import LIVE, clearances
from exchange.types import PartyId
from matching import Side
from registry.types import ProductId


def clearance_row_of(connection: Connection, clearance_id: ClearanceId) -> Clearance | None:
    """The clearance of this id, whatever has become of it. Cost: O(1)."""
    wanted = select(clearances).where(clearances.c.clearance_id == clearance_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _clearance(row)


def clearances_before(
    connection: Connection,
    *,
    before: int | None,
    party_id: PartyId | None,
    state: ClearanceState | None,
    queue: Queue | None,
    limit: int,
) -> list[Clearance]:
    """Clearances with smaller ids than `before`, newest first; None: whatever it is.

    Cost: O(answer), of a selection O(clearances).
    """
    wanted = select(clearances)
    selected = {
        clearances.c.party_id: party_id,
        clearances.c.state: state,
        clearances.c.queue: queue,
    }
    for column, value in selected.items():
        if value is not None:
            wanted = wanted.where(column == int(value))
    if before is not None:
        wanted = wanted.where(clearances.c.clearance_id < before)
    found = connection.execute(wanted.order_by(clearances.c.clearance_id.desc()).limit(limit))
    return [_clearance(row) for row in found.mappings()]


def clearances_for(connection: Connection, transfer_id: int) -> list[Clearance]:
    """What a person had to decide of a transfer, oldest first. Cost: O(clearances)."""
    wanted = select(clearances).where(clearances.c.transfer_id == transfer_id)
    found = connection.execute(wanted.order_by(clearances.c.clearance_id))
    return [_clearance(row) for row in found.mappings()]


def clearances_in(
    connection: Connection, product_id: ProductId, party_ids: Iterable[PartyId]
) -> list[Clearance]:
    """Those of these parties in a product of which something may come, oldest first. Cost:
    O(clearances that live)."""
    wanted = select(clearances).where(
        LIVE["clearances"],
        clearances.c.product_id == product_id,
        clearances.c.party_id.in_(list(party_ids)),
    )
    found = connection.execute(wanted.order_by(clearances.c.clearance_id))
    return [_clearance(row) for row in found.mappings()]


def _clearance(row: RowMapping) -> Clearance:
    read = {name: row[name] for name in Clearance.__struct_fields__ if name in row}
    read |= {"side": Side(row["side"]), "queue": Queue(row["queue"])}
    terms = None
    if row["cleared_quantity"] is not None:
        terms = ClearanceTerms(
            quantity=row["cleared_quantity"],
            price_least=row["price_least"],
            price_most=row["price_most"],
            until=row["until_on"],
        )
    return Clearance(**read | {"state": ClearanceState(row["state"]), "terms": terms})
