"""The tables of rules: the packs that were loaded, the rules of products, the orders that the rules
let stand no longer, the transfers that they have kept from going on, and the products that they
admit no longer."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text

from registry.store.tables import Id, metadata

rule_packs = Table(
    "rule_packs",
    metadata,
    Column("pack_id", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("applies_from", Integer, nullable=False),  # days since 1970-01-01
    Column("text", Text, nullable=False),  # the file
    Column("loaded_at_ns", BigInteger, nullable=False),
)
"""Inserted and never changed: a pack that has changed has another version."""

product_rules = Table(
    "product_rules",
    metadata,
    Column("product_id", Id, primary_key=True, autoincrement=False),
    Column("packs", LargeBinary, nullable=False),  # MessagePack
    Column("overrides", LargeBinary, nullable=False),  # MessagePack
    Column("version", Integer, nullable=False),
)
"""Of a product that has none, SANDBOX's rules hold."""

disqualified_orders = Table(
    "disqualified_orders",
    metadata,
    Column("order_id", Id, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
)
"""Inserted and never changed: by which command the venue has withdrawn the order because it no
longer passes. What each rule said is among the command's events, in the journal."""

held_transfers = Table(
    "held_transfers",
    metadata,
    Column("transfer_id", Id, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
)
"""Inserted and never changed: by which commands the rules have kept the transfer from going on.
What each rule said is among the command's events, in the journal."""

suspended_products = Table(
    "suspended_products",
    metadata,
    Column("product_id", Id, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),  # of the product's state, as in products
)
"""Inserted and never changed: by which commands the rules of admission have suspended the product.
What each rule said is among the command's events, in the journal."""
