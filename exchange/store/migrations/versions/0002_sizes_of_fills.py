"""Orders that do not trade at every size: three columns, which say of all older orders that they
do."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; their rows of old are not touched."""
    for column in (
        sa.Column("minimum_quantity", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("all_or_none", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("whole_only", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("orders", column)
