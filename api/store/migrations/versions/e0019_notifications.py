"""What parties are notified of, and how far each reader has read."""

import sqlalchemy as sa
from alembic import op

revision = "e0019"
down_revision = "e0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create their tables."""
    op.create_table(
        "notifications",
        sa.Column("party_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("outbox_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "notification_readers",
        sa.Column("party_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("officer_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("read_up_to", sa.BigInteger(), nullable=False),
        sa.Column("muted", sa.BigInteger(), nullable=False),
        sa.Column("mailed", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("mailed_up_to", sa.BigInteger(), nullable=False),
    )
