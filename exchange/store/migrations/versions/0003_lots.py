"""Holdings by lot and the history of title, in place of one row a holding.

A folder of an earlier format is refused before its database is opened (api/main.py), so that there
are no holdings and no transfers to carry over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the new tables and columns, and drop the old table."""
    _lots()
    _lot_claims()
    _register()
    for column in (
        sa.Column("sources", sa.LargeBinary(), nullable=False, server_default=sa.text("x'90'")),
        sa.Column("decided_sequence", sa.BigInteger(), nullable=True),
        sa.Column("cost_moved", sa.BigInteger(), nullable=True),
        sa.Column("lot_id", sa.BigInteger(), nullable=True),
    ):
        op.add_column("transfers", column)
    op.drop_table("holdings")


def _lots() -> None:
    op.create_table(
        "lots",
        _number("lot_id"),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.Text(), nullable=True),
        sa.Column("acquired_on", sa.Integer(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("principal", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("pledged", sa.BigInteger(), nullable=False),
        sa.Column("frozen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lot_id"),
    )
    op.create_index(
        "lots_live",
        "lots",
        ["holder_id", "product_id"],
        unique=False,
        sqlite_where=sa.text("units > 0"),
    )


def _lot_claims() -> None:
    op.create_table(
        "lot_claims",
        _number("lot_id"),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("locked", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lot_id"),
    )


def _register() -> None:
    op.create_table(
        "register",
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("holder_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("principal", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("pledged", sa.BigInteger(), nullable=False),
        sa.Column("frozen", sa.BigInteger(), nullable=False),
        sa.Column("holding_units", sa.BigInteger(), nullable=False),
        sa.Column("holding_principal", sa.BigInteger(), nullable=False),
        sa.Column("holding_pledged", sa.BigInteger(), nullable=False),
        sa.Column("holding_frozen", sa.BigInteger(), nullable=False),
        sa.Column("holding_lots", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Integer(), nullable=False),
        sa.Column("cause_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "holder_id", "sequence", "ordinal"),
        sqlite_with_rowid=False,
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(
        name,
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        autoincrement=False,
        nullable=False,
    )
