"""Settled transfers are undone by records of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of reversals."""
    op.create_table(
        "reversals",
        sa.Column("transfer_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("payer_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("reversed_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
    )
