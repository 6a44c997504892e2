"""The accounts that statements name, until these are booked."""

import sqlalchemy as sa
from alembic import op

revision = "e0012"
down_revision = "e0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "statement_accounts",
        sa.Column("file_sha256", sa.LargeBinary(), primary_key=True),
        sa.Column("page", sa.Integer(), primary_key=True),
        sa.Column("account_digest", sa.LargeBinary(), primary_key=True),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("held_at_ns", sa.BigInteger(), nullable=False),
    )
