"""Headings that trust companies have in their files."""

import sqlalchemy as sa
from alembic import op

revision = "e0009"
down_revision = "e0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of headings."""
    op.create_table(
        "own_headings",
        sa.Column("party_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("field", sa.Text(), primary_key=True),
        sa.Column("heading", sa.Text(), nullable=False),
    )
