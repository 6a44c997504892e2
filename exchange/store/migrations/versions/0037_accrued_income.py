"""Accrued income of orders and transfers at clean prices."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has paid any before: no price was clean in money."""
    for table in ("orders", "transfers"):
        amount = sa.Column("accrued", sa.BigInteger(), nullable=False, server_default="0")
        op.add_column(table, amount)
    for name in ("accrued_days", "priced_on"):
        op.add_column("transfers", sa.Column(name, sa.Integer()))
