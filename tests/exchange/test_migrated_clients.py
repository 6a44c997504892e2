"""A database of the version before clients said on which day their facts were established: the
journal does."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from exchange.store import migrations
from exchange.store.database import open_writer
from tests.exchange.stored import StoredVenue
from tests.exchange.test_client_rows import CLIENT, known


def test_clients_of_an_older_database_say_when_their_facts_were_established(tmp_path: Path) -> None:
    path, today = known(tmp_path)
    (found,) = (Path(migrations.__path__[0]) / "versions").glob("*_days_of_facts.py")
    migration = import_module(f"{migrations.__name__}.versions.{found.stem}")
    days = text("SELECT party_id, certified_on, cdd_reviewed_on FROM profiles ORDER BY party_id")
    writer = open_writer(path)
    with writer.begin() as connection:
        kept = connection.execute(days).all()
        for name in ("certified_on", "cdd_reviewed_on"):
            connection.execute(text(f"ALTER TABLE profiles DROP COLUMN {name}"))
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()
        assert (CLIENT, today, today) in kept
        assert connection.execute(days).all() == kept
    writer.dispose()
    StoredVenue(path).close()  # compares every row with the state
