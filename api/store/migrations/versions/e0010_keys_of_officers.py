"""Officers sign with keys of their own."""

import sqlalchemy as sa
from alembic import op

revision = "e0010"
down_revision = "e0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("signing_keys", sa.Column("officer_id", sa.BigInteger()))
