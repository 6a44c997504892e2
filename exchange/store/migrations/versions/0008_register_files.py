"""The files of the trust companies' registers, and where each product stands."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LIVE = 3


def upgrade() -> None:
    """Create the table of files; every product that there is is live."""
    for name, value in (("state", LIVE), ("version", 1)):
        column = sa.Column(name, sa.Integer(), nullable=False, server_default=str(value))
        op.add_column("products", column)
    op.create_table(
        "register_files",
        sa.Column("file_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("posting", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("units_outstanding", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("file_sha256"),
    )
