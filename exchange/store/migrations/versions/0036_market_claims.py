"""Income that a seller was paid and owes to his buyer: one row a claim."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "market_claims",
        sa.Column("transfer_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("record_on", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("trade_number", sa.BigInteger(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("trust_company_id", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("matched_on", sa.Integer(), nullable=False),
        sa.Column("estimate", sa.BigInteger()),
    )
    for party in ("seller_id", "buyer_id", "trust_company_id"):
        op.create_index(f"market_claims_by_{party}", "market_claims", [party, "transfer_id"])
