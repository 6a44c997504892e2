"""Fee schedules have rows: all that were ever set."""

from typing import Final

import msgspec
import sqlalchemy as sa
from alembic import op

from exchange.codec import decode_events
from exchange.fee_events import FeeScheduleSet
from exchange.store.fee_rows import fee_row

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

LINES: Final = ("venue_buyer", "venue_seller", "trust_company_buyer", "trust_company_seller")
MARK: Final = msgspec.msgpack.encode(FeeScheduleSet.__struct_config__.tag)


def upgrade() -> None:
    """Create the table, with what the journal's events say. Few records set fees: the others are
    passed over without being decoded."""
    fee_schedules = op.create_table(
        "fee_schedules",
        sa.Column(
            "schedule_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("product_id", sa.BigInteger()),
        sa.Column("effective_on", sa.Integer(), nullable=False),
        *(
            sa.Column(f"{line}_{part}", sa.BigInteger(), nullable=False)
            for line in LINES
            for part in ("rate_bps", "minimum", "maximum")
        ),
    )
    op.create_index("fee_schedules_of_product", "fee_schedules", ["product_id", "effective_on"])
    names = [column.name for column in fee_schedules.columns]
    journal = sa.text("SELECT events FROM journal ORDER BY sequence")
    rows = [
        dict(zip(names, fee_row(event.fees), strict=True))
        for events in op.get_bind().execute(journal).scalars()
        if MARK in events
        for event in decode_events(events)
        if isinstance(event, FeeScheduleSet)
    ]
    if rows:
        op.bulk_insert(fee_schedules, rows)
