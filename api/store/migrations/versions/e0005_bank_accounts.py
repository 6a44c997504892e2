"""Bank accounts: their numbers, the secret of their digests, the simulated custodian's books."""

import sqlalchemy as sa
from alembic import op

revision = "e0005"
down_revision = "e0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of bank accounts."""
    op.create_table(
        "own_secrets",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "bank_account_numbers",
        sa.Column("account_digest", sa.LargeBinary(), primary_key=True),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
    )
    op.create_table(
        "custodian_bookings",
        sa.Column("booking_id", sa.Integer(), primary_key=True),
        sa.Column("bank_ref", sa.Text(), nullable=False, unique=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Integer(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("custodian_bookings_by_day", "custodian_bookings", ["booked_on", "booking_id"])
