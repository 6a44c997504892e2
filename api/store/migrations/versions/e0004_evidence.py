"""Uploaded files."""

import sqlalchemy as sa
from alembic import op

revision = "e0004"
down_revision = "e0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of uploaded files."""
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.LargeBinary(), primary_key=True),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("bytes_count", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Integer(), nullable=False),
        sa.Column("created_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
    )
    op.create_index("evidence_of_party", "evidence", ["party_id", "created_at_ns"])
    op.create_index(
        "evidence_not_looked_after",
        "evidence",
        ["created_at_ns"],
        sqlite_where=sa.text("NOT is_kept"),
    )
