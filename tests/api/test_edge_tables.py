"""The migrations of the edge's database make the tables that the code speaks of."""

import sqlite3
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from api.store.database import open_database
from api.store.tables import metadata

FIRST_TABLES = {"names", "keys", "answers"}


def test_a_migrated_database_has_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "edge.sqlite3")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_database_of_the_first_release_is_brought_forward_with_its_data(tmp_path: Path) -> None:
    path = tmp_path / "edge.sqlite3"
    open_database(path).dispose()
    old = sqlite3.connect(path)
    for name in metadata.tables.keys() - FIRST_TABLES:
        old.execute(f"DROP TABLE {name}")
    old.executescript(
        """
        DROP INDEX keys_of_officer; ALTER TABLE keys DROP COLUMN officer_id;
        INSERT INTO names VALUES (1, 'operator');
        UPDATE alembic_version SET version_num = 'e0001';
        """
    )
    old.close()
    engine = open_database(path)
    with engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM names").scalars().all()
        endpoints = connection.exec_driver_sql("SELECT count(*) FROM webhook_endpoints").scalar()
    engine.dispose()
    assert (list(names), endpoints) == (["operator"], 0)
