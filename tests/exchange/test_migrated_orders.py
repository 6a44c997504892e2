"""A database of the version before transfers said which orders had made them: the journal does."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from exchange.store import migrations
from exchange.store.database import open_writer
from tests.exchange.stored import StoredVenue, traded


def test_transfers_of_an_older_database_say_which_orders_have_made_them(tmp_path: Path) -> None:
    path = traded(tmp_path)
    (found,) = (Path(migrations.__path__[0]) / "versions").glob("*_orders_of_transfers.py")
    migration = import_module(f"{migrations.__name__}.versions.{found.stem}")
    orders = text("SELECT transfer_id, buy_order_id, sell_order_id FROM transfers")
    writer = open_writer(path)
    with writer.begin() as connection:
        kept = connection.execute(orders).all()
        for name in ("buy_order_id", "sell_order_id"):
            connection.execute(text(f"ALTER TABLE transfers DROP COLUMN {name}"))
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()
        assert kept
        assert connection.execute(orders).all() == kept
    writer.dispose()
    StoredVenue(path).close()  # compares every row with the state
