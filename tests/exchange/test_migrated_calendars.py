"""A database of the version before calendars had rows: its calendars are those of its opening."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from exchange.store import migrations
from exchange.store.database import open_writer
from exchange.store.queries import calendars_of_venue
from tests.exchange.stored import StoredVenue, traded


def test_calendars_of_an_older_database_are_those_it_was_opened_with(tmp_path: Path) -> None:
    path = traded(tmp_path)
    (found,) = (Path(migrations.__path__[0]) / "versions").glob("*_calendars.py")
    migration = import_module(f"{migrations.__name__}.versions.{found.stem}")
    writer = open_writer(path)
    with writer.begin() as connection:
        kept = calendars_of_venue(connection)
        connection.execute(text("DROP TABLE calendars"))
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()
        assert kept
        assert calendars_of_venue(connection) == kept
    writer.dispose()
    venue = StoredVenue(path)  # compares every row with the state
    assert list(venue.recovered.state.calendars.values()) == list(kept.values())
    venue.close()
