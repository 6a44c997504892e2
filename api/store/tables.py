"""The tables of `edge.sqlite3`: what the edge must remember and the journal must not know."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

names = Table(
    "names",
    metadata,
    Column("party_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),  # SHA-256 of the key
    Column("party_id", BigInteger, nullable=False),
    Column("kind", Integer, nullable=False),  # of the party; a PartyKind
    Column("label", Text, nullable=False),
    Column("created_at_ns", BigInteger, nullable=False),
    Column("revoked_at_ns", BigInteger),
)

Index("keys_of_party", keys.c.party_id, keys.c.key_id)

answers = Table(
    "answers",
    metadata,
    Column("party_id", BigInteger, primary_key=True, autoincrement=False),
    Column("idempotency_key", Text, primary_key=True),
    Column("body_digest", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),  # JSON, without any secret
    Column("at_ns", BigInteger, nullable=False),
)

Index("answers_by_time", answers.c.at_ns)
