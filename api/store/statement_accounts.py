"""The accounts that a statement names, until its page is booked: in `edge.sqlite3`, and shown to
nobody.

The journal has a booking's account as a digest, so number and name are written down before it hears
of the digest; but what a statement says that nobody accepts is not kept. Each function works within
a transaction of the caller's, whose connection it is given.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from api.store.bank_accounts import keep_accounts
from api.store.tables import statement_accounts
from exchange.custodian.statement import OtherAccount
from exchange.limits import DAY_NS
from registry.types import TimeNs

WAITED_NS: Final = 60 * DAY_NS
"""Longer than any proposal waits for a second officer."""


class StatementPage(NamedTuple):
    """A page of a file."""

    file_sha256: bytes
    page: int


def hold_accounts(
    connection: Connection,
    page: StatementPage,
    accounts: dict[bytes, OtherAccount],
    *,
    at_ns: TimeNs,
) -> None:
    """Write the accounts of a page down, by digest, instead of those of an earlier try; and forget
    those of pages that nobody has accepted for too long."""
    too_old = statement_accounts.c.held_at_ns < at_ns - WAITED_NS
    connection.execute(delete(statement_accounts).where(too_old))
    connection.execute(delete(statement_accounts).where(_is_of(page)))
    rows = [
        {
            "file_sha256": page.file_sha256,
            "page": page.page,
            "account_digest": digest,
            "bank": account.bank,
            "number": account.number,
            "holder_name": account.holder_name,
            "held_at_ns": at_ns,
        }
        for digest, account in accounts.items()
    ]
    if rows:
        connection.execute(insert(statement_accounts), rows)


def pages_held(connection: Connection) -> list[StatementPage]:
    """The pages of which accounts are held."""
    columns = (statement_accounts.c.file_sha256, statement_accounts.c.page)
    return [
        StatementPage(bytes(row.file_sha256), row.page)
        for row in connection.execute(select(*columns).distinct())
    ]


def accept_accounts(connection: Connection, pages: Iterable[StatementPage]) -> None:
    """These pages are booked: their accounts are the venue's to keep."""
    for page in pages:
        found = connection.execute(select(statement_accounts).where(_is_of(page))).all()
        keep_accounts(
            connection,
            {
                bytes(row.account_digest): OtherAccount(
                    bank=row.bank, number=row.number, holder_name=row.holder_name
                )
                for row in found
            },
        )
        connection.execute(delete(statement_accounts).where(_is_of(page)))


def _is_of(page: StatementPage) -> ColumnElement[bool]:
    return and_(
        statement_accounts.c.file_sha256 == page.file_sha256, statement_accounts.c.page == page.page
    )
