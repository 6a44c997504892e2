"""Officers sign what they decide and propose."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of signed decisions."""
    op.create_table(
        "signed_decisions",
        sa.Column("sequence", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("transfer_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("criteria", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Integer()),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at_ns", sa.BigInteger(), nullable=False),
    )
    op.create_index("signed_decisions_of_transfer", "signed_decisions", ["transfer_id", "sequence"])
