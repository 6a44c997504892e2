"""The table of fee schedules: what matches from a day on cost, beside what the venue was opened
with."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from exchange.fees import FeeLine, FeeSchedule
from registry.store.tables import Id, metadata

LINES: Final = tuple(
    f"{line}_{part}" for line in FeeSchedule.__struct_fields__ for part in FeeLine.__struct_fields__
)
"""A fee is a rate in basis points, with a minimum and a maximum in fen."""

fee_schedules = Table(
    "fee_schedules",
    metadata,
    Column("schedule_id", Id, primary_key=True, autoincrement=False),  # who set it: its command
    Column("product_id", BigInteger),  # NULL: of every product that has none of its own
    Column("effective_on", Integer, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in LINES),
)
"""Inserted and never changed."""

Index("fee_schedules_of_product", fee_schedules.c.product_id, fee_schedules.c.effective_on)
