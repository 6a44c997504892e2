"""What clients answer about the risk that they can bear."""

import sqlalchemy as sa
from alembic import op

revision = "e0011"
down_revision = "e0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of answers."""
    op.create_table(
        "risk_answers",
        sa.Column("answers_digest", sa.LargeBinary(), primary_key=True),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("questionnaire", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("kept_at_ns", sa.BigInteger(), nullable=False),
    )
