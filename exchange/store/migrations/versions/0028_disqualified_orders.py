"""Orders that the rules let stand no longer."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "disqualified_orders",
        sa.Column("order_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
    )
