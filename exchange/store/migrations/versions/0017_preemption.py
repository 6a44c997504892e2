"""Who has a right of pre-emption may take the buyer's place in a transfer of his own."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add which transfer it takes the place of."""
    op.add_column("transfers", sa.Column("preempts", sa.BigInteger()))
