"""Documents are attached to transfers, parties and products."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of documents."""
    op.create_table(
        "evidence_links",
        sa.Column("link_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("bytes_count", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Integer()),
        sa.Column("replaces", sa.BigInteger()),
        sa.Column("attached_by", sa.BigInteger(), nullable=False),
        sa.Column("attached_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("ended_at_ns", sa.BigInteger()),
    )
    op.create_index(
        "evidence_links_of_subject", "evidence_links", ["subject", "subject_id", "link_id"]
    )
    op.create_index("evidence_links_of_file", "evidence_links", ["evidence_id"])
