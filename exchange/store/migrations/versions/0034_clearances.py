"""What rules leave to a person, and which rule failed whose check raised."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NUMBERS = ("party_id", "product_id")
ASKED = ("quantity", "price", "asked_at_ns")
CLEARED = ("cleared_quantity", "price_least", "price_most")


def upgrade() -> None:
    """Create the table, and add columns to the exceptions."""
    op.create_table(
        "clearances",
        sa.Column("clearance_id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in NUMBERS),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("queue", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.BigInteger()),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ASKED),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger()) for name in CLEARED),
        sa.Column("until_on", sa.Integer()),
        sa.Column("note", sa.Text()),
        sa.Column("decided_at_ns", sa.BigInteger()),
        sa.Column("decided_sequence", sa.BigInteger()),
        sa.Column("order_id", sa.BigInteger()),
        sa.Column("ended_at_ns", sa.BigInteger()),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("clearance_id"),
    )
    op.create_index("clearances_of_party", "clearances", ["party_id", "clearance_id"])
    op.create_index(
        "clearances_open",
        "clearances",
        ["clearance_id"],
        sqlite_where=sa.text("ended_at_ns IS NULL"),
    )
    op.add_column("exceptions", sa.Column("incident_rule", sa.Text()))
    op.add_column("exceptions", sa.Column("incident_raised", sa.Text()))
