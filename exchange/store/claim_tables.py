"""The table of market claims: income that a seller was paid and owes to his buyer."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from registry.store.tables import Id, metadata

market_claims = Table(
    "market_claims",
    metadata,
    Column("transfer_id", Id, primary_key=True, autoincrement=False),
    Column("record_on", Integer, primary_key=True, autoincrement=False),  # days since 1970-01-01
    Column("product_id", BigInteger, nullable=False),
    Column("trade_number", BigInteger, nullable=False),
    Column("seller_id", BigInteger, nullable=False),
    Column("buyer_id", BigInteger, nullable=False),
    Column("trust_company_id", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("matched_on", Integer, nullable=False),
    Column("estimate", BigInteger),  # fen
)
"""Inserted and never changed: what has become of it the parties know."""

for _party in ("seller_id", "buyer_id", "trust_company_id"):
    Index(f"market_claims_by_{_party}", market_claims.c[_party], market_claims.c.transfer_id)
