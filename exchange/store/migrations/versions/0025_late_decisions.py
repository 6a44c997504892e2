"""An exception says what was decided too late, and by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the columns."""
    op.add_column("exceptions", sa.Column("late_decision", sa.Integer()))
    op.add_column("exceptions", sa.Column("late_reason", sa.Integer()))
    op.add_column("exceptions", sa.Column("late_officer_id", sa.BigInteger()))
    op.add_column("exceptions", sa.Column("late_officer", sa.Text()))
