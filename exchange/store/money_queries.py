"""Every SELECT about client money at the custodian, for people and for the worker that pays out:
committed state only.

Nothing is decided from what these return: the engine decides from its own state.
"""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, Table, select

from exchange.money_state import BankAccount, Reconciliation, Statement
from exchange.money_types import BankAccountId, PaymentId, WithdrawalId
from exchange.payments import Payment, PaymentState
from exchange.payouts import Withdrawal, WithdrawalState
from exchange.store.money_rows import decode_breaks
from exchange.store.money_tables import (
    bank_accounts,
    payments,
    reconciliations,
    statements,
    withdrawals,
)
from exchange.types import PartyId
from registry.store.queries import IDS_PER_STATEMENT

Record = TypeVar("Record", bound=msgspec.Struct)

BREAKS: Final = reconciliations.c.breaks.name


def bank_account_of(
    connection: Connection, bank_account_id: BankAccountId, *, party_id: PartyId | None
) -> BankAccount | None:
    """The bank account; None: there is none, or it is not this party's, if one is named."""
    wanted = _of_party(bank_accounts, party_id).where(
        bank_accounts.c.bank_account_id == bank_account_id
    )
    return _first(_records(connection, wanted, BankAccount))


def bank_accounts_after(
    connection: Connection,
    *,
    party_id: PartyId | None,
    is_verified: bool | None,
    after: int,
    limit: int,
) -> list[BankAccount]:
    """Bank accounts with larger ids than `after`, smallest first; of one party, or of all."""
    wanted = _of_party(bank_accounts, party_id).where(bank_accounts.c.bank_account_id > after)
    if is_verified is not None:
        verified_at_ns = bank_accounts.c.verified_at_ns
        wanted = wanted.where(
            verified_at_ns.is_not(None) if is_verified else verified_at_ns.is_(None)
        )
    wanted = wanted.order_by(bank_accounts.c.bank_account_id).limit(limit)
    return _records(connection, wanted, BankAccount)


def verified_accounts_among(
    connection: Connection, party_ids: Sequence[PartyId]
) -> list[BankAccount]:
    """The bank accounts of these parties that are proven to be their own. Cost: O(those
    parties)."""
    found: list[BankAccount] = []
    for begin in range(0, len(party_ids), IDS_PER_STATEMENT):
        wanted = select(bank_accounts).where(
            bank_accounts.c.party_id.in_(party_ids[begin : begin + IDS_PER_STATEMENT]),
            bank_accounts.c.verified_at_ns.is_not(None),
        )
        found += _records(connection, wanted.order_by(bank_accounts.c.bank_account_id), BankAccount)
    return found


def withdrawal_of(
    connection: Connection, withdrawal_id: WithdrawalId, *, party_id: PartyId | None
) -> Withdrawal | None:
    """The withdrawal; None: there is none, or it is not this party's, if one is named."""
    wanted = _of_party(withdrawals, party_id).where(withdrawals.c.withdrawal_id == withdrawal_id)
    return _first(_records(connection, wanted, Withdrawal))


def withdrawals_before(
    connection: Connection,
    *,
    party_id: PartyId | None,
    state: WithdrawalState | None,
    before: int | None,
    limit: int,
) -> list[Withdrawal]:
    """Withdrawals with smaller ids than `before`, newest first; of one party, or of all."""
    wanted = _before(_of_party(withdrawals, party_id), withdrawals.c.withdrawal_id, before)
    if state is not None:
        wanted = wanted.where(withdrawals.c.state == int(state))
    return _records(connection, wanted.limit(limit), Withdrawal)


def withdrawals_to_instruct(connection: Connection, *, limit: int) -> list[Withdrawal]:
    """The approved withdrawals that the custodian has not answered to, oldest first."""
    wanted = (
        select(withdrawals)
        .where(withdrawals.c.state == int(WithdrawalState.APPROVED))
        .order_by(withdrawals.c.withdrawal_id)
        .limit(limit)
    )
    return _records(connection, wanted, Withdrawal)


def payment_of(connection: Connection, payment_id: PaymentId) -> Payment | None:
    """The payment, or None."""
    wanted = select(payments).where(payments.c.payment_id == payment_id)
    return _first(_records(connection, wanted, Payment))


def payments_before(
    connection: Connection, *, state: PaymentState | None, before: int | None, limit: int
) -> list[Payment]:
    """Payments with smaller ids than `before`, newest first."""
    wanted = _before(select(payments), payments.c.payment_id, before)
    if state is not None:
        wanted = wanted.where(payments.c.state == int(state))
    return _records(connection, wanted.limit(limit), Payment)


def statements_before(connection: Connection, *, before: int | None, limit: int) -> list[Statement]:
    """Pages of statements that were booked before this sequence, newest first."""
    wanted = _before(select(statements), statements.c.sequence, before)
    return _records(connection, wanted.limit(limit), Statement)


def last_statement(connection: Connection) -> Statement | None:
    """The page that was booked last, or None."""
    return _first(statements_before(connection, before=None, limit=1))


def pages_booked(connection: Connection, files: Iterable[bytes]) -> list[tuple[bytes, int]]:
    """Which pages of files with these SHA-256 were booked. Cost: O(pages ever booked)."""
    wanted = select(statements.c.file_sha256, statements.c.page).where(
        statements.c.file_sha256.in_(sorted(set(files)))
    )
    return [(bytes(row.file_sha256), row.page) for row in connection.execute(wanted)]


def reconciliations_before(
    connection: Connection, *, before: int | None, limit: int
) -> list[Reconciliation]:
    """Reconciliations with smaller ids than `before`, newest first."""
    wanted = _before(select(reconciliations), reconciliations.c.reconciliation_id, before)
    return _records(connection, wanted.limit(limit), Reconciliation)


def _of_party(table: Table, party_id: PartyId | None) -> Select[*tuple[object, ...]]:
    wanted = select(table)
    return wanted if party_id is None else wanted.where(table.c.party_id == party_id)


def _before(
    wanted: Select[*tuple[object, ...]], number: ColumnElement[int], before: int | None
) -> Select[*tuple[object, ...]]:
    """The newest first, from there on."""
    if before is not None:
        wanted = wanted.where(number < before)
    return wanted.order_by(number.desc())


def _records(
    connection: Connection, wanted: Select[*tuple[object, ...]], record_type: type[Record]
) -> list[Record]:
    """The rows as what they were written from: the columns are its fields (money_rows.py)."""
    records = []
    for row in connection.execute(wanted).mappings():
        values = [decode_breaks(value) if name == BREAKS else value for name, value in row.items()]
        records.append(msgspec.convert(values, type=record_type))
    return records


def _first(records: list[Record]) -> Record | None:
    return records[0] if records else None
