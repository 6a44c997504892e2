"""Products have a market mode."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every product so far is traded continuously."""
    with op.batch_alter_table("products") as products:
        products.add_column(
            sa.Column("market_mode", sa.Integer(), nullable=False, server_default="1")
        )
        products.add_column(sa.Column("mode_terms", sa.LargeBinary()))
