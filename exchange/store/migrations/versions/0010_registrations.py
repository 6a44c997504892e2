"""When the change registration of a settled transfer is due, and when it was acknowledged."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns: for no transfer so far was a registration waited for."""
    for name in ("registration_due_ns", "registered_at_ns"):
        op.add_column("transfers", sa.Column(name, sa.BigInteger()))
