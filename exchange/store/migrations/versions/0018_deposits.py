"""What a buyer has paid of a transfer's cost, and what of it he has forfeited."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns: so far every buyer has paid everything at the match."""
    for name in ("paid", "forfeited"):
        column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column("transfers", column)
    op.execute(
        "UPDATE transfers SET paid = consideration + buyer_fee_venue + buyer_fee_trust_company"
    )
