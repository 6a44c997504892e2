"""Which endpoints were disabled and nobody has been told."""

import sqlalchemy as sa
from alembic import op

revision = "e0008"
down_revision = "e0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("webhook_endpoints", sa.Column("unreported_ns", sa.BigInteger()))
