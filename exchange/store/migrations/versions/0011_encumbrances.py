"""Pledges and freezes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of encumbrances: none lay on what was held before."""
    op.create_table(
        "encumbrances",
        sa.Column("encumbrance_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger()),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.LargeBinary(), nullable=False),
        sa.Column("placed_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("until_on", sa.Integer()),
        sa.Column("ends_ns", sa.BigInteger()),
        sa.Column("draws", sa.LargeBinary(), nullable=False),
        sa.Column("released_at_ns", sa.BigInteger()),
        sa.Column("release_authority", sa.LargeBinary()),
    )
    op.create_index(
        "encumbrances_of_holder", "encumbrances", ["holder_id", "product_id", "encumbrance_id"]
    )
