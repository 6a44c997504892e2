"""Whether an agreement waits for documents only."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: no transfer so far needed documents."""
    column = sa.Column("documents_overdue", sa.Integer(), nullable=False, server_default="0")
    op.add_column("transfers", column)
