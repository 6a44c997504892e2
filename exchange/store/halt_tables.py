"""The table of halts: what was halted, why, and until when."""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from registry.store.tables import Id, metadata

halts = Table(
    "halts",
    metadata,
    Column("halt_id", Id, primary_key=True, autoincrement=False),
    Column("level", Integer, nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("given_by", BigInteger, nullable=False),
    Column("reason", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("review_ns", BigInteger, nullable=False),
    Column("officer", Text, nullable=False),
    Column("given_at_ns", BigInteger, nullable=False),
    Column("lifted_at_ns", BigInteger),
    Column("lifted_note", Text),
    Column("lifted_officer", Text),
)
"""A halt without a moment at which it was lifted stands."""

LIVE: Final = {"halts": halts.c.lifted_at_ns.is_(None)}
"""Which rows are of things that the state still holds."""
FIXED: Final = {
    halts: frozenset(
        {
            *("level", "subject_id", "given_by", "reason", "note", "review_ns", "officer"),
            "given_at_ns",
        }
    )
}
"""Columns that keep their first value."""
