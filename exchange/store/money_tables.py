"""The tables of client money at the custodian: rows that can be rebuilt from the journal.

What they say of bank accounts is a digest and the last digits; numbers and names are not here.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, func, select
from sqlalchemy.sql.elements import ColumnElement

from exchange.payments import OPEN_STATES as UNRESOLVED_STATES
from exchange.payouts import OPEN_STATES
from registry.store.tables import Id, metadata

bank_accounts = Table(
    "bank_accounts",
    metadata,
    Column("bank_account_id", Id, primary_key=True, autoincrement=False),
    Column("party_id", BigInteger, nullable=False),
    Column("account_digest", LargeBinary, nullable=False),
    Column("tail", Text, nullable=False),
    Column("registered_at_ns", BigInteger, nullable=False),
    Column("verified_at_ns", BigInteger),
    Column("proof_sha256", LargeBinary),
)

statements = Table(
    "statements",
    metadata,
    Column("sequence", Id, primary_key=True, autoincrement=False),
    Column("statement_id", Text, nullable=False),
    Column("file_sha256", LargeBinary, nullable=False),
    Column("page", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("account_digest", LargeBinary, nullable=False),
    Column("opening_balance", BigInteger, nullable=False),
    Column("closing_balance", BigInteger, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("imported_at_ns", BigInteger, nullable=False),
)

payments = Table(
    "payments",
    metadata,
    Column("payment_id", Id, primary_key=True, autoincrement=False),
    Column("bank_ref", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),  # fen; negative: it went out
    Column("booked_on", Integer, nullable=False),  # days since 1970-01-01
    Column("account_digest", LargeBinary),
    Column("party_ref", BigInteger),
    Column("withdrawal_ref", BigInteger),
    Column("state", Integer, nullable=False),
    Column("changed_at_ns", BigInteger, nullable=False),
    Column("reason", Integer),  # why it was nobody's
    Column("party_id", BigInteger),
    Column("withdrawal_id", BigInteger),
    Column("against", BigInteger),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("withdrawal_id", Id, primary_key=True, autoincrement=False),
    Column("party_id", BigInteger),
    Column("payment_id", BigInteger),
    Column("bank_account_id", BigInteger),
    Column("account_digest", LargeBinary, nullable=False),
    Column("amount", BigInteger, nullable=False),  # fen
    Column("state", Integer, nullable=False),
    Column("requested_at_ns", BigInteger, nullable=False),
    Column("changed_at_ns", BigInteger, nullable=False),
    Column("bank_answer", Text),
    Column("bank_ref", Text),
)

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("reconciliation_id", Id, primary_key=True, autoincrement=False),
    Column("at_ns", BigInteger, nullable=False),
    Column("statement_id", Text),
    Column("accounts", BigInteger, nullable=False),
    Column("suspense", BigInteger, nullable=False),
    Column("escrow_balance", BigInteger, nullable=False),
    Column("statement_balance", BigInteger, nullable=False),
    Column("breaks", LargeBinary, nullable=False),  # MessagePack: pairs of cause and fen
)

Index("bank_accounts_of_party", bank_accounts.c.party_id, bank_accounts.c.bank_account_id)
Index("withdrawals_of_party", withdrawals.c.party_id, withdrawals.c.withdrawal_id)
Index("payments_by_state", payments.c.state, payments.c.payment_id)
Index("withdrawals_by_state", withdrawals.c.state, withdrawals.c.withdrawal_id)

LIVE: Final[dict[str, ColumnElement[bool]]] = {
    "payments": payments.c.state.in_([state.value for state in UNRESOLVED_STATES]),
    "withdrawals": withdrawals.c.state.in_([state.value for state in OPEN_STATES]),
    "statements": statements.c.sequence
    == select(func.max(statements.c.sequence)).scalar_subquery(),
    # None is remembered.
    "reconciliations": reconciliations.c.reconciliation_id < 0,
}
"""Which rows are of things that the state still holds."""
