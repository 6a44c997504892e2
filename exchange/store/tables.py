"""The exchange's tables: the stream head and journal, and rows that can be rebuilt from the
journal.

Hot tables carry no index that no query needs: dropping four gave a factor of 1.46 in commands a
second.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from registry.store.tables import Id, metadata, transfers

stream = Table(
    "stream",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("term", BigInteger, nullable=False),
    Column("last_sequence", BigInteger, nullable=False),
    Column("last_hash", LargeBinary, nullable=False),
    Column("epoch", Text, nullable=False),  # of the feed's counters
)

journal = Table(
    "journal",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("command", LargeBinary, nullable=False),
    Column("events", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),  # the chain's at this sequence
    Column("digest", LargeBinary, nullable=False),  # of the state
    Column("state", LargeBinary, nullable=False),
    Column("view", LargeBinary, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("outbox_id", Id, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("party_id", BigInteger, nullable=False),  # for whom; 0: for every trust company
    Column("event", LargeBinary, nullable=False),
)

parties = Table(
    "parties",
    metadata,
    Column("party_id", Id, primary_key=True, autoincrement=False),
    Column("kind", Integer, nullable=False),
)

products = Table(
    "products",
    metadata,
    Column("product_id", Id, primary_key=True, autoincrement=False),
    Column("symbol", Text, nullable=False, unique=True),
    Column("terms", LargeBinary, nullable=False),  # the CreateProduct command
    Column("units_outstanding", BigInteger, nullable=False),
    Column("state", Integer, nullable=False),
    Column("version", Integer, nullable=False),  # of the state
    Column("market_mode", Integer, nullable=False),
    Column("mode_terms", LargeBinary),  # what the product says of its mode
    Column("coming_mode", LargeBinary),  # the ComingMode that was announced
)

register_files = Table(
    "register_files",
    metadata,
    Column("file_sha256", LargeBinary, primary_key=True),
    Column("product_id", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),  # of the command that posted it
    Column("posting", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("units_outstanding", BigInteger, nullable=False),  # afterwards
    Column("key_id", Text, nullable=False),  # of the trust company's key
    Column("signature", LargeBinary, nullable=False),
)
"""Inserted and never changed, like the entries that the files cause."""

accounts = Table(
    "accounts",
    metadata,
    Column("party_id", Id, primary_key=True, autoincrement=False),
    Column("deposited", BigInteger, nullable=False),
    Column("available", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("escrow", BigInteger, nullable=False),
    Column("frozen", BigInteger, nullable=False),
    Column("withdrawn", BigInteger, nullable=False),
)

orders = Table(
    "orders",
    metadata,
    Column("order_id", Id, primary_key=True, autoincrement=False),
    Column("party_id", BigInteger, nullable=False),
    Column("client_order_id", Text, nullable=False),
    Column("product_id", BigInteger, nullable=False),
    Column("side", Integer, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),  # filled + open + withdrawn
    Column("open_quantity", BigInteger, nullable=False),
    Column("filled_quantity", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),  # fen of a buy, units of a sell
    Column("consideration", BigInteger, nullable=False),  # of all fills
    Column("fees", BigInteger, nullable=False),  # charged on all fills
    Column("time_in_force", Integer, nullable=False),
    Column("post_only", Boolean, nullable=False),
    Column("minimum_quantity", BigInteger, nullable=False),  # of each fill
    Column("all_or_none", Boolean, nullable=False),
    Column("whole_only", Boolean, nullable=False),
    Column("expires_at_ns", BigInteger),
    Column("status", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("placed_at_ns", BigInteger, nullable=False),
    Column("changed_at_ns", BigInteger, nullable=False),
    Column("accrued", BigInteger, nullable=False),  # of all fills, besides a clean price
)

Index("orders_of_party", orders.c.party_id, orders.c.order_id)
Index("transfers_of_seller", transfers.c.seller_id, transfers.c.transfer_id)
Index("transfers_of_buyer", transfers.c.buyer_id, transfers.c.transfer_id)
Index("transfers_of_trust_company", transfers.c.trust_company_id, transfers.c.transfer_id)
