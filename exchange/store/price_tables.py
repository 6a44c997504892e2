"""The table of what was known of products: one row for each time that it changed."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from registry.store.tables import Id, metadata

disclosures = Table(
    "disclosures",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=False),
    Column("product_id", BigInteger, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("published_by", BigInteger, nullable=False),
    Column("quote_basis", Integer, nullable=False),
    Column("risk_level", Integer, nullable=False),
    Column("benchmark_bps", Integer),
    Column("disclaimer", Integer),
    Column("nav", BigInteger),
    Column("nav_on", Integer),  # days since 1970-01-01, as all of them
    Column("last_distribution_on", Integer),
    Column("record_on", Integer),
    Column("payment_on", Integer),
    Column("disclosed_at_ns", BigInteger),
    Column("documents", LargeBinary, nullable=False),  # their ids, in MessagePack
    Column("text_zh", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("distressed", Integer, nullable=False),
)
"""Inserted and never changed: the last row of a product is what is known now."""

Index("disclosures_of_product", disclosures.c.product_id, disclosures.c.sequence)
