"""Trade is halted for a stated reason: one row a halt."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "halts",
        sa.Column("halt_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("review_ns", sa.BigInteger(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("given_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at_ns", sa.BigInteger()),
        sa.Column("lifted_note", sa.Text()),
        sa.Column("lifted_officer", sa.Text()),
    )
