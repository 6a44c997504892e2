"""The table of documents: what was attached to what, and whether it still counts."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table

from registry.store.tables import Id, metadata

evidence_links = Table(
    "evidence_links",
    metadata,
    Column("link_id", Id, primary_key=True, autoincrement=False),
    Column("subject", Integer, nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("of", Integer),  # BUYER or SELLER; NULL: one for both, or no transfer
    Column("version", Integer, nullable=False),
    Column("evidence_id", LargeBinary, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("bytes_count", BigInteger, nullable=False),
    Column("media_type", Integer, nullable=False),
    Column("expires_on", Integer),  # days since 1970-01-01; the last on which it counts
    Column("replaces", BigInteger),
    Column("attached_by", BigInteger, nullable=False),
    Column("attached_at_ns", BigInteger, nullable=False),
    Column("status", Integer, nullable=False),
    Column("ended_at_ns", BigInteger),
)
"""Rows are never deleted: while one names a file, the file stays."""

Index(
    "evidence_links_of_subject",
    evidence_links.c.subject,
    evidence_links.c.subject_id,
    evidence_links.c.link_id,
)
Index("evidence_links_of_file", evidence_links.c.evidence_id)
