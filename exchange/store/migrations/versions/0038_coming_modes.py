"""Market modes that are announced."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was announced before: every mode changed at once."""
    op.add_column("products", sa.Column("coming_mode", sa.LargeBinary()))
