"""The register's tables: title as of the stream head's sequence, rebuilt at any time from the
journal."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

metadata = MetaData()
"""Of the journaled database: the exchange's tables join it, so that one transaction and one
migration cover both."""

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A single-column key: on SQLite an INTEGER PRIMARY KEY is the row's own id and needs no second
index."""

holdings = Table(
    "holdings",
    metadata,
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("holder_id", BigInteger, primary_key=True, autoincrement=False),
    Column("available", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("locked", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

transfers = Table(
    "transfers",
    metadata,
    Column("transfer_id", Id, primary_key=True, autoincrement=False),
    Column("product_id", BigInteger, nullable=False),
    Column("trade_number", BigInteger, nullable=False),
    Column("seller_id", BigInteger, nullable=False),
    Column("buyer_id", BigInteger, nullable=False),
    Column("trust_company_id", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("consideration", BigInteger, nullable=False),
    Column("buyer_fee_venue", BigInteger, nullable=False),
    Column("buyer_fee_trust_company", BigInteger, nullable=False),
    Column("seller_fee_venue", BigInteger, nullable=False),
    Column("seller_fee_trust_company", BigInteger, nullable=False),
    Column("state", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("matched_at_ns", BigInteger, nullable=False),
    Column("deadline_ns", BigInteger),  # when the state ends by itself
    Column("notices", Integer, nullable=False),  # to the trust company
    Column("decided_at_ns", BigInteger),
    Column("officer", Text),
    Column("reason", Integer),
)
