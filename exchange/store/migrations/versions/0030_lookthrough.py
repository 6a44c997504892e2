"""As how many holders a client counts, looked through."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every client counts as himself."""
    count = sa.Column("lookthrough_count", sa.Integer(), nullable=False, server_default="1")
    op.add_column("profiles", count)
