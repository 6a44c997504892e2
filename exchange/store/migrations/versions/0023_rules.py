"""Packs of rules, and the rules of products."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of rules."""
    op.create_table(
        "rule_packs",
        sa.Column("pack_id", sa.Text(), primary_key=True),
        sa.Column("version", sa.Text(), primary_key=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("applies_from", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_at_ns", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "product_rules",
        sa.Column("product_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("packs", sa.LargeBinary(), nullable=False),
        sa.Column("overrides", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
