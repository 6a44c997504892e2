"""Whether a product is in trouble is disclosed: one column, which says of all older disclosures
that it was not."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; its rows of old are not touched."""
    column = sa.Column("distressed", sa.Integer(), nullable=False, server_default="0")
    op.add_column("disclosures", column)
