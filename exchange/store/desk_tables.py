"""The tables of officers, of what they have proposed, of the transfers that they work on, and of
what waits for a person."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

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

cases = Table(
    "cases",
    metadata,
    Column("transfer_id", Id, primary_key=True, autoincrement=False),
    Column("claimed_by", BigInteger),
    Column("claimant", BigInteger),  # who that is
    Column("claimed_until_ns", BigInteger),
    Column("made_by", BigInteger),  # whose proposal waits for a checker, or was approved
    Column("maker", BigInteger),  # who that is
    Column("reason", Integer),  # a RejectionReason, of a proposed rejection
    Column("criteria", LargeBinary),  # of the transfer as the maker has read it
    Column("checked_by", BigInteger),
    Column("lapsed", Integer),  # a TransferEvent: why the last proposal lapsed
    Column("changed", Integer, nullable=False),  # Concerns, of a RESET
)

exceptions = Table(
    "exceptions",
    metadata,
    Column("exception_id", Id, primary_key=True, autoincrement=False),
    Column("kind", Integer, nullable=False),  # an ExceptionKind
    Column("subject_id", BigInteger, nullable=False),  # of what the kind says
    Column("trust_company_id", BigInteger),  # NULL: the operator alone sees it
    Column("raised_at_ns", BigInteger, nullable=False),
    Column("times", Integer, nullable=False),  # raised while it was open
    Column("resolved_at_ns", BigInteger),  # NULL: open
    Column("resolved_by", BigInteger),  # a party; NULL: it ended with its subject
    Column("officer_id", BigInteger),
    Column("code", Integer),  # an ExceptionCode
    Column("note", Text),
    Column("late_decision", Integer),  # a TransferEvent, of the last LATE_DECISION; so to the end
    Column("late_reason", Integer),  # a RejectionReason
    Column("late_officer_id", BigInteger),
    Column("late_officer", Text),  # his key
    Column("incident_rule", Text),  # of the last RULE_INCIDENT
    Column("incident_raised", Text),
)

Index("exceptions_of_party", exceptions.c.trust_company_id, exceptions.c.exception_id)
Index(
    "exceptions_open",
    exceptions.c.exception_id,
    sqlite_where=exceptions.c.resolved_at_ns.is_(None),
)

signed_decisions = Table(
    "signed_decisions",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=False),
    Column("transfer_id", BigInteger, nullable=False),
    Column("act", Integer, nullable=False),  # a DecisionAct
    Column("officer_id", BigInteger, nullable=False),
    Column("criteria", LargeBinary, nullable=False),
    Column("reason", Integer),  # a RejectionReason; NULL: to confirm
    Column("key_id", Text, nullable=False),  # of the officer's key
    Column("signature", LargeBinary, nullable=False),  # Ed25519
    Column("signed_at_ns", BigInteger, nullable=False),
)
"""Inserted and never changed."""

Index("signed_decisions_of_transfer", signed_decisions.c.transfer_id, signed_decisions.c.sequence)
