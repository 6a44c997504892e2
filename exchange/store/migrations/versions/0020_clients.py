"""What is known of clients, and what they ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of profiles and applications."""
    op.create_table(
        "profiles",
        sa.Column("party_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("certification_basis", sa.Integer()),
        sa.Column("certified_until", sa.Integer()),
        sa.Column("risk_level", sa.Integer()),
        sa.Column("assessed_on", sa.Integer()),
        sa.Column("assessed_until", sa.Integer()),
        sa.Column("assessments", sa.LargeBinary(), nullable=False),
        sa.Column("professional", sa.Integer(), nullable=False),
        sa.Column("cdd_risk", sa.Integer()),
        sa.Column("cdd_review_by", sa.Integer()),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("affiliate_of", sa.LargeBinary(), nullable=False),
        sa.Column("layers", sa.Integer(), nullable=False),
        sa.Column("listing", sa.Integer()),
        sa.Column("listed_by", sa.BigInteger()),
        sa.Column("certification_notices", sa.Integer(), nullable=False),
        sa.Column("assessment_notices", sa.Integer(), nullable=False),
        sa.Column("cdd_notices", sa.Integer(), nullable=False),
    )
    op.create_table(
        "applications",
        sa.Column("application_id", sa.Integer(), autoincrement=False, primary_key=True),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Integer(), nullable=False),
        sa.Column("professional", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("submitted_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("rejection", sa.Integer()),
        sa.Column("officer_id", sa.BigInteger()),
        sa.Column("decided_at_ns", sa.BigInteger()),
    )
    op.create_index("applications_of_party", "applications", ["party_id", "application_id"])
