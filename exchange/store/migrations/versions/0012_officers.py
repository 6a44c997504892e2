"""Officers, and the acts that they propose."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "officers",
        sa.Column("officer_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("roles", sa.Integer(), nullable=False),
        sa.Column("from_ns", sa.BigInteger(), nullable=False),
        sa.Column("until_ns", sa.BigInteger()),
        sa.Column("deputy_for", sa.BigInteger()),
        sa.Column("dismissed_at_ns", sa.BigInteger()),
    )
    op.create_index("officers_of_party", "officers", ["party_id", "officer_id"])
    op.create_table(
        "proposals",
        sa.Column("proposal_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("lapses_ns", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Integer()),
        sa.Column("closed_by", sa.BigInteger()),
        sa.Column("closed_at_ns", sa.BigInteger()),
        sa.Column("closed_sequence", sa.BigInteger()),
    )
