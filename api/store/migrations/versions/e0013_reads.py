"""The log of what regulators have read."""

import sqlalchemy as sa
from alembic import op

revision = "e0013"
down_revision = "e0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create its table."""
    op.create_table(
        "reads",
        sa.Column("read_id", sa.Integer(), primary_key=True),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sqlite_autoincrement=True,
    )
