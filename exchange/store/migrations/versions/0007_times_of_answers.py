"""When a trust company got a transfer, and when it answered; what ended is found by time."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the columns and the index."""
    for name in ("submitted_at_ns", "answered_at_ns"):
        op.add_column("transfers", sa.Column(name, sa.BigInteger()))
    op.create_index(
        "transfers_ended",
        "transfers",
        ["trust_company_id", "decided_at_ns"],
        unique=False,
        sqlite_where=sa.text("decided_at_ns IS NOT NULL"),
    )
