"""From which row of the outbox on an endpoint is told. One that is there already: from any."""

import sqlalchemy as sa
from alembic import op

revision = "e0020"
down_revision = "e0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "webhook_endpoints",
        sa.Column("after_outbox_id", sa.BigInteger(), nullable=False, server_default="0"),
    )
