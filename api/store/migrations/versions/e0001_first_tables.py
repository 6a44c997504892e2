"""The first tables: names, keys, answers."""

import sqlalchemy as sa
from alembic import op

revision = "e0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables as they were in the first release."""
    op.create_table(
        "names",
        sa.Column("party_id", sa.BigInteger(), autoincrement=False, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
    )
    op.create_table(
        "keys",
        sa.Column("key_id", sa.Text(), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at_ns", sa.BigInteger()),
    )
    op.create_index("keys_of_party", "keys", ["party_id", "key_id"])
    op.create_table(
        "answers",
        sa.Column("party_id", sa.BigInteger(), autoincrement=False, primary_key=True),
        sa.Column("idempotency_key", sa.Text(), primary_key=True),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
    )
    op.create_index("answers_by_time", "answers", ["at_ns"])
