"""How the units of an English auction are bid for."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what an auction has beside what every deal in the making has."""
    for name in ("increment", "reserve_price", "starts_ns", "ends_ns", "latest_ns"):
        op.add_column("negotiations", sa.Column(name, sa.BigInteger()))
