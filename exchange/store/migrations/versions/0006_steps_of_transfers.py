"""What stands over a transfer, who has signed, consented or must complete it, and whose fault its
failure was."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns: of no transfer so far is there anything to say."""
    for name in ("overlay_ns", "rescind_until_ns"):
        op.add_column("transfers", sa.Column(name, sa.BigInteger()))
    op.add_column("transfers", sa.Column("return_reason", sa.Integer()))
    counted = ("overlays", "rescindable", "returns")
    named = ("signed", "consented", "disputed_by", "returned_to", "fault")
    for name in counted + named:
        column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("transfers", column)
    for name in ("fault_fee", "fault_fee_owed"):
        column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column("transfers", column)
