"""A transfer's deadline is a moment that moves, and notices are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the new columns in place of the old one."""
    op.drop_column("transfers", "confirmation_deadline_ns")
    op.add_column("transfers", sa.Column("deadline_ns", sa.BigInteger()))
    notices = sa.Column("notices", sa.Integer(), nullable=False, server_default="0")
    op.add_column("transfers", notices)
