"""The table of clearances: what rules have left to a person, and what he has let pass."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from registry.store.tables import Id, metadata

clearances = Table(
    "clearances",
    metadata,
    Column("clearance_id", Id, primary_key=True, autoincrement=False),
    Column("party_id", BigInteger, nullable=False),
    Column("product_id", BigInteger, nullable=False),
    Column("side", Integer, nullable=False),
    Column("rule_id", Text, nullable=False),
    Column("queue", Integer, nullable=False),
    Column("transfer_id", BigInteger),  # NULL: it is about an order
    Column("quantity", BigInteger, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("asked_at_ns", BigInteger, nullable=False),
    Column("times", Integer, nullable=False),
    Column("state", Integer, nullable=False),  # a ClearanceState
    Column("cleared_quantity", BigInteger),
    Column("price_least", BigInteger),
    Column("price_most", BigInteger),
    Column("until_on", Integer),  # days since 1970-01-01
    Column("note", Text),
    Column("decided_at_ns", BigInteger),
    Column("decided_sequence", BigInteger),
    Column("order_id", BigInteger),  # that has passed by it
    Column("ended_at_ns", BigInteger),
    Column("basis", LargeBinary, nullable=False),  # what it rests on, as a digest
)
"""One without a moment at which it was refused or ended waits, or may be made use of."""

Index("clearances_of_party", clearances.c.party_id, clearances.c.clearance_id)
Index(
    "clearances_open",
    clearances.c.clearance_id,
    sqlite_where=clearances.c.ended_at_ns.is_(None),
)

LIVE: Final = {"clearances": clearances.c.ended_at_ns.is_(None)}
"""Which rows are of things that the state still holds."""
FIXED: Final = {
    clearances: frozenset(
        {
            *("party_id", "product_id", "side", "rule_id", "queue", "transfer_id"),
            "asked_at_ns",
        }
    )
}
"""Columns that keep their first value."""
