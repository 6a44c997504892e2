"""What officers have done with transfers under review."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "cases",
        sa.Column("transfer_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("claimed_by", sa.BigInteger()),
        sa.Column("claimant", sa.BigInteger()),
        sa.Column("claimed_until_ns", sa.BigInteger()),
        sa.Column("made_by", sa.BigInteger()),
        sa.Column("maker", sa.BigInteger()),
        sa.Column("reason", sa.Integer()),
        sa.Column("criteria", sa.LargeBinary()),
        sa.Column("checked_by", sa.BigInteger()),
        sa.Column("lapsed", sa.Integer()),
    )
