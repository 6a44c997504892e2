"""Alerts, what officers have said of them, and how far the watch has come."""

import sqlalchemy as sa
from alembic import op

revision = "e0014"
down_revision = "e0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create their tables."""
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("due_ns", sa.BigInteger()),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("alert", sa.LargeBinary(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("alerts_by_state", "alerts", ["state", "alert_id"])
    op.create_index("alerts_by_kind", "alerts", ["kind", "at_ns"])
    op.create_table(
        "alert_steps",
        sa.Column("alert_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("code", sa.Integer()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "watch",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("memory", sa.LargeBinary(), nullable=False),
    )
