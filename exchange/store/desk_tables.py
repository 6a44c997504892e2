"""The tables of officers and of what they have proposed."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table

from registry.store.tables import Id, metadata

officers = Table(
    "officers",
    metadata,
    Column("officer_id", Id, primary_key=True, autoincrement=False),
    Column("party_id", BigInteger, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("roles", Integer, nullable=False),  # an OfficerRole; 0 of a deputy
    Column("from_ns", BigInteger, nullable=False),
    Column("until_ns", BigInteger),
    Column("deputy_for", BigInteger),
    Column("dismissed_at_ns", BigInteger),
)

Index("officers_of_party", officers.c.party_id, officers.c.officer_id)

proposals = Table(
    "proposals",
    metadata,
    Column("proposal_id", Id, primary_key=True, autoincrement=False),
    Column("officer_id", BigInteger, nullable=False),  # the maker
    Column("person", BigInteger, nullable=False),  # of the maker
    Column("act", LargeBinary, nullable=False),  # a command
    Column("digest", LargeBinary, nullable=False),
    Column("proposed_at_ns", BigInteger, nullable=False),
    Column("lapses_ns", BigInteger, nullable=False),
    Column("outcome", Integer),  # a ProposalOutcome; NULL: open
    Column("closed_by", BigInteger),
    Column("closed_at_ns", BigInteger),
    Column("closed_sequence", BigInteger),
)
