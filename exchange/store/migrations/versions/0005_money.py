"""Client money at the custodian: bank accounts, statements, payments, withdrawals, reconciliations.

Older accounts have nothing frozen and nothing withdrawn.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the new tables and columns."""
    for name in ("frozen", "withdrawn"):
        column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column("accounts", column)
    _bank_accounts()
    _statements()
    _payments()
    _withdrawals()
    _reconciliations()


def _bank_accounts() -> None:
    op.create_table(
        "bank_accounts",
        _number("bank_account_id"),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("account_digest", sa.LargeBinary(), nullable=False),
        sa.Column("tail", sa.Text(), nullable=False),
        sa.Column("registered_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("verified_at_ns", sa.BigInteger(), nullable=True),
        sa.Column("proof_sha256", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("bank_account_id"),
    )
    op.create_index("bank_accounts_of_party", "bank_accounts", ["party_id", "bank_account_id"])


def _statements() -> None:
    op.create_table(
        "statements",
        _number("sequence"),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("account_digest", sa.LargeBinary(), nullable=False),
        sa.Column("opening_balance", sa.BigInteger(), nullable=False),
        sa.Column("closing_balance", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("imported_at_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )


def _payments() -> None:
    op.create_table(
        "payments",
        _number("payment_id"),
        sa.Column("bank_ref", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Integer(), nullable=False),
        sa.Column("account_digest", sa.LargeBinary(), nullable=True),
        sa.Column("party_ref", sa.BigInteger(), nullable=True),
        sa.Column("withdrawal_ref", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("changed_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=True),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("withdrawal_id", sa.BigInteger(), nullable=True),
        sa.Column("against", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("payment_id"),
    )
    op.create_index("payments_by_state", "payments", ["state", "payment_id"])


def _withdrawals() -> None:
    op.create_table(
        "withdrawals",
        _number("withdrawal_id"),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("bank_account_id", sa.BigInteger(), nullable=True),
        sa.Column("account_digest", sa.LargeBinary(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("requested_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("bank_answer", sa.Text(), nullable=True),
        sa.Column("bank_ref", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("withdrawal_id"),
    )
    op.create_index("withdrawals_of_party", "withdrawals", ["party_id", "withdrawal_id"])
    op.create_index("withdrawals_by_state", "withdrawals", ["state", "withdrawal_id"])


def _reconciliations() -> None:
    op.create_table(
        "reconciliations",
        _number("reconciliation_id"),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=True),
        sa.Column("accounts", sa.BigInteger(), nullable=False),
        sa.Column("suspense", sa.BigInteger(), nullable=False),
        sa.Column("escrow_balance", sa.BigInteger(), nullable=False),
        sa.Column("statement_balance", sa.BigInteger(), nullable=False),
        sa.Column("breaks", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("reconciliation_id"),
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(
        name,
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        autoincrement=False,
        nullable=False,
    )
