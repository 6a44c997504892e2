"""Webhooks: endpoints, deliveries, attempts."""

import sqlalchemy as sa
from alembic import op

revision = "e0002"
down_revision = "e0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of webhooks."""
    op.create_table(
        "webhook_endpoints",
        sa.Column("endpoint_id", sa.Integer(), primary_key=True),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("previous_secret", sa.LargeBinary()),
        sa.Column("previous_secret_until_ns", sa.BigInteger()),
        sa.Column("disabled_reason", sa.Integer()),
        sa.Column("created_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at_ns", sa.BigInteger()),
        sqlite_autoincrement=True,
    )
    op.create_index("webhook_endpoints_of_party", "webhook_endpoints", ["party_id", "endpoint_id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("endpoint_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("outbox_id", sa.BigInteger(), autoincrement=False, primary_key=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_ns", sa.BigInteger()),
        sa.Column("created_at_ns", sa.BigInteger(), nullable=False),
    )
    op.create_index(
        "webhook_deliveries_due",
        "webhook_deliveries",
        ["endpoint_id", "due_ns"],
        sqlite_where=sa.text("due_ns IS NOT NULL"),
    )
    op.create_index("webhook_deliveries_by_time", "webhook_deliveries", ["created_at_ns"])
    op.create_table(
        "webhook_attempts",
        sa.Column("endpoint_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("outbox_id", sa.BigInteger(), autoincrement=False, primary_key=True),
        sa.Column("number", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("fault", sa.Integer()),
    )
