"""The tables of clients: what was established of each, and what was asked for."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table

from exchange.client_types import ApplicationState
from registry.store.tables import Id, metadata

profiles = Table(
    "profiles",
    metadata,
    Column("party_id", Id, primary_key=True, autoincrement=False),
    Column("certification_basis", Integer),
    Column("certified_until", Integer),  # days since 1970-01-01, as of all days here
    Column("risk_level", Integer),
    Column("assessed_on", Integer),
    Column("assessed_until", Integer),
    Column("assessments", LargeBinary, nullable=False),  # MessagePack: days of a year's tests
    Column("professional", Integer, nullable=False),
    Column("cdd_risk", Integer),
    Column("cdd_review_by", Integer),
    Column("owner_id", BigInteger, nullable=False),  # 0: the client himself
    Column("affiliate_of", LargeBinary, nullable=False),  # MessagePack: trust companies
    Column("layers", Integer, nullable=False),
    Column("listing", Integer),  # confidential; NULL: not listed
    Column("listed_by", BigInteger),  # a person
    Column("certification_notices", Integer, nullable=False),
    Column("assessment_notices", Integer, nullable=False),
    Column("cdd_notices", Integer, nullable=False),
    Column("lookthrough_count", Integer, nullable=False),
    Column("certified_on", Integer),
    Column("cdd_reviewed_on", Integer),
)
"""A party without a row is one of whom nothing was established."""

applications = Table(
    "applications",
    metadata,
    Column("application_id", Id, primary_key=True, autoincrement=False),
    Column("party_id", BigInteger, nullable=False),
    Column("basis", Integer, nullable=False),
    Column("professional", Integer, nullable=False),
    Column("owner_id", BigInteger, nullable=False),
    Column("evidence", LargeBinary, nullable=False),  # MessagePack: ids of documents
    Column("submitted_at_ns", BigInteger, nullable=False),
    Column("state", Integer, nullable=False),
    Column("rejection", Integer),
    Column("officer_id", BigInteger),
    Column("decided_at_ns", BigInteger),
)
Index("applications_of_party", applications.c.party_id, applications.c.application_id)

LIVE: Final = {"applications": applications.c.state == ApplicationState.SUBMITTED.value}
"""Which rows are of things that the state still holds."""
FIXED: Final = {
    applications: frozenset(
        {"party_id", "basis", "professional", "owner_id", "evidence", "submitted_at_ns"}
    )
}
"""Columns that keep their first value."""
