"""The table of calendars: which days are worked, as the operator has amended them last."""

from sqlalchemy import Column, LargeBinary, Table, Text

from registry.store.tables import metadata

calendars = Table(
    "calendars",
    metadata,
    Column("calendar_id", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),  # MessagePack
)
"""Who has amended it, and when, says the journal."""
