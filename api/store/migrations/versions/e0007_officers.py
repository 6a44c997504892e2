"""Keys of officers, and the persons that officers are."""

import sqlalchemy as sa
from alembic import op

revision = "e0007"
down_revision = "e0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("keys", sa.Column("officer_id", sa.BigInteger()))
    op.create_index(
        "keys_of_officer",
        "keys",
        ["officer_id"],
        sqlite_where=sa.text("officer_id IS NOT NULL"),
    )
    op.create_table(
        "persons",
        sa.Column("person_id", sa.Integer(), primary_key=True),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.UniqueConstraint("party_id", "reference"),
        sqlite_autoincrement=True,
    )
