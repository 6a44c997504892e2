"""The rows of clearances: column order of clearance_tables.py."""

from exchange.clearance_state import Clearances
from exchange.clearance_types import Clearance
from exchange.ports import Row


def clearance_rows(clearances: Clearances) -> list[Row]:
    """The changed rows; they then count as written. Cost: O(those)."""
    changed = [_row(each) for each in clearances.touched.values()]
    clearances.touched.clear()
    return changed


def _row(clearance: Clearance) -> Row:
    terms = clearance.terms
    return (
        clearance.clearance_id,
        clearance.party_id,
        clearance.product_id,
        clearance.side.value,
        clearance.rule_id,
        clearance.queue.value,
        clearance.transfer_id,
        clearance.quantity,
        clearance.price,
        clearance.asked_at_ns,
        clearance.times,
        clearance.state.value,
        None if terms is None else terms.quantity,
        None if terms is None else terms.price_least,
        None if terms is None else terms.price_most,
        None if terms is None else terms.until,
        clearance.note,
        clearance.decided_at_ns,
        clearance.decided_sequence,
        clearance.order_id,
        clearance.ended_at_ns,
        clearance.basis,
    )
