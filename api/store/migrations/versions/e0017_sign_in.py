"""People who sign in: their logins, the tokens by which they enrol, and their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "e0017"
down_revision = "e0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create their tables."""
    op.create_table(
        "logins",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("login_id", sa.Text(), nullable=False, unique=True),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.BigInteger()),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), unique=True),
        sa.Column("password_hash", sa.Text()),
        sa.Column("totp_secret", sa.LargeBinary()),
        sa.Column("totp_step", sa.BigInteger()),
        sa.Column("totp_offered", sa.LargeBinary()),
        sa.Column("created_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at_ns", sa.BigInteger()),
        sqlite_autoincrement=True,
    )
    op.create_index("logins_of_party", "logins", ["party_id", "number"])
    op.create_index(
        "logins_of_officer",
        "logins",
        ["officer_id"],
        sqlite_where=sa.text("officer_id IS NOT NULL"),
    )
    op.create_table(
        "enrolments",
        sa.Column("login_id", sa.Text(), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("expires_at_ns", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Text(), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("login_id", sa.Text(), nullable=False),
        sa.Column("created_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("seen_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
    )
    op.create_index("sessions_of_login", "sessions", ["login_id"])
