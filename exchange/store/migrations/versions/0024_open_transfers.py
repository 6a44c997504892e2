"""What waits for a trust company is found by state."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        "transfers_open",
        "transfers",
        ["trust_company_id", "state", "transfer_id"],
        unique=False,
        sqlite_where=sa.text("decided_at_ns IS NULL"),
    )
