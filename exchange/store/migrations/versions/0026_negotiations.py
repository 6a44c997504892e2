"""Parties deal by name: negotiations, who may hear of them, and offers."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "negotiations",
        sa.Column("negotiation_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.Integer(), nullable=False),
        sa.Column("opener_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger()),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("open_quantity", sa.BigInteger(), nullable=False),
        sa.Column("parts", sa.Boolean(), nullable=False),
        sa.Column("acceptance", sa.Integer()),
        sa.Column("is_open_to_all", sa.Boolean(), nullable=False),
        sa.Column("lapses_ns", sa.BigInteger(), nullable=False),
        sa.Column("opened_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.BigInteger()),
    )
    op.create_table(
        "negotiation_parties",
        sa.Column("negotiation_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("party_id", sa.Integer(), autoincrement=False, primary_key=True),
    )
    op.create_table(
        "offers",
        sa.Column("offer_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("negotiation_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("lapses_ns", sa.BigInteger(), nullable=False),
        sa.Column("made_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
    )
    op.create_index("negotiations_of_opener", "negotiations", ["opener_id", "negotiation_id"])
    op.create_index("negotiations_of_named", "negotiation_parties", ["party_id", "negotiation_id"])
    op.create_index("offers_of_negotiation", "offers", ["negotiation_id", "offer_id"])
