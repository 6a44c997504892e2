"""What is known of products that their price depends on."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of disclosures."""
    op.create_table(
        "disclosures",
        sa.Column("sequence", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=False),
        sa.Column("quote_basis", sa.Integer(), nullable=False),
        sa.Column("risk_level", sa.Integer(), nullable=False),
        sa.Column("benchmark_bps", sa.Integer()),
        sa.Column("disclaimer", sa.Integer()),
        sa.Column("nav", sa.BigInteger()),
        sa.Column("nav_on", sa.Integer()),
        sa.Column("last_distribution_on", sa.Integer()),
        sa.Column("record_on", sa.Integer()),
        sa.Column("payment_on", sa.Integer()),
        sa.Column("disclosed_at_ns", sa.BigInteger()),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
    )
    op.create_index("disclosures_of_product", "disclosures", ["product_id", "sequence"])
