"""Public keys with which trust companies sign."""

import sqlalchemy as sa
from alembic import op

revision = "e0003"
down_revision = "e0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of signing keys."""
    op.create_table(
        "signing_keys",
        sa.Column("key_id", sa.Text(), primary_key=True),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at_ns", sa.BigInteger()),
    )
    op.create_index("signing_keys_of_party", "signing_keys", ["party_id", "key_id"])
