"""The accounts that a bank's statement names are kept when it is booked, and not before."""

from sqlalchemy import Engine

from api.store.edge import EdgeStore
from api.store.statement_accounts import accept_accounts, pages_held
from exchange.store.money_queries import pages_booked


def keep_accounts_booked(reader: Engine, edge: EdgeStore) -> None:
    """Keep the accounts that booked pages name. After each command that may have booked one, and
    when the venue starts: it may have stopped in between."""
    with edge.transaction() as connection:
        held = pages_held(connection)
    if not held:
        return
    with reader.connect() as connection:
        booked = set(pages_booked(connection, (page.file_sha256 for page in held)))
    with edge.transaction() as connection:
        accept_accounts(connection, [page for page in held if page in booked])
