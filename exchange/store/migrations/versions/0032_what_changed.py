"""Why approvals have lapsed: which of the things that they were about had changed."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of those that lapsed before, it is not known: no part is named."""
    changed = sa.Column("changed", sa.Integer(), nullable=False, server_default="0")
    op.add_column("cases", changed)
