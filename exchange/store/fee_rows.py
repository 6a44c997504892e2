"""The rows of fee schedules: column order of fee_tables.py."""

import msgspec

from exchange.fee_state import DatedFees
from exchange.ports import Row


def fee_row(dated: DatedFees) -> Row:
    """A schedule with the day from which it counts."""
    lines = msgspec.structs.astuple(dated.schedule)
    amounts = [amount for line in lines for amount in msgspec.structs.astuple(line)]
    return (dated.schedule_id, dated.product_id, dated.effective_on, *amounts)
