"""What waits for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "exceptions",
        sa.Column("exception_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("trust_company_id", sa.BigInteger()),
        sa.Column("raised_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("resolved_at_ns", sa.BigInteger()),
        sa.Column("resolved_by", sa.BigInteger()),
        sa.Column("officer_id", sa.BigInteger()),
        sa.Column("code", sa.Integer()),
        sa.Column("note", sa.Text()),
    )
    op.create_index("exceptions_of_party", "exceptions", ["trust_company_id", "exception_id"])
    op.create_index(
        "exceptions_open",
        "exceptions",
        ["exception_id"],
        sqlite_where=sa.text("resolved_at_ns IS NULL"),
    )
