"""Opening the journaled database: durable, or not at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from exchange.errors import OfAnotherVersion, StoreFault
from exchange.store.commit import SqlStore
from exchange.store.database import (
    READER_PRAGMAS,
    WAL_AUTOCHECKPOINT_PAGES,
    WRITER_PRAGMAS,
    faults_stop,
    migrate,
    open_reader,
    open_writer,
    set_pragmas,
)
from exchange.store.process import WriterProcess
from exchange.store.tables import journal
from tests.exchange.stored import StoredVenue, open_store, traded


def test_a_commit_of_the_writer_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    store = open_store(tmp_path / "venue.sqlite3")
    read = {name: store._driver.execute(f"PRAGMA {name}").fetchone()[0] for name in WRITER_PRAGMAS}
    store.close()
    assert read == WRITER_PRAGMAS
    assert read["journal_mode"] == "wal"
    assert read["synchronous"] == 2
    assert read["wal_autocheckpoint"] == WAL_AUTOCHECKPOINT_PAGES


def test_every_connection_that_reads_has_its_pragmas_and_cannot_write(tmp_path: Path) -> None:
    reader = open_reader(traded(tmp_path))
    with reader.connect() as first, reader.connect() as second:
        for connection in (first, second):
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            for name, value in READER_PRAGMAS.items():
                assert driver.execute(f"PRAGMA {name}").fetchone() == (value,)
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                driver.execute("DELETE FROM journal")
    reader.dispose()


def test_a_pragma_that_does_not_take_is_a_fault() -> None:
    connection: Any = sqlite3.connect(":memory:")
    with pytest.raises(StoreFault, match="journal_mode is 'memory', not 'wal'"):
        set_pragmas(connection, WRITER_PRAGMAS)
    with pytest.raises(StoreFault, match=r"synchronous is \d, not 7"):
        set_pragmas(connection, {"synchronous": 7})
    connection.close()


def test_a_database_that_cannot_have_a_log_is_not_opened() -> None:
    with pytest.raises(StoreFault, match="journal_mode"):
        open_store(Path(":memory:"))


@pytest.mark.parametrize(
    "name", ["venue.sqlite3", "a b.sqlite3", "50%20off.sqlite3", "what?.sqlite3", "#1.sqlite3"]
)
def test_a_path_may_hold_any_character(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name.replace("sqlite3", "folder")
    folder.mkdir()
    venue = StoredVenue(folder / name)
    venue.trade(until=40)
    venue.close()
    assert [path.name for path in folder.iterdir()] == [name]
    StoredVenue(folder / name).close()


def test_what_is_no_database_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "venue.sqlite3"
    path.write_bytes(b"no database, but long enough to look for a header " * 100)
    with pytest.raises(StoreFault, match="not a database"):
        open_store(path)
    with pytest.raises(StoreFault, match="not a database"):
        migrate(open_writer(path))


def test_a_database_in_no_folder_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="unable to open"):
        open_store(tmp_path / "nowhere" / "venue.sqlite3")


def test_a_reader_makes_no_database(tmp_path: Path) -> None:
    reader = open_reader(tmp_path / "venue.sqlite3")
    with pytest.raises(StoreFault, match="unable to open"), faults_stop(reader):
        reader.connect()
    assert list(tmp_path.iterdir()) == []


def test_the_migrations_make_what_the_program_expects(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "venue.sqlite3")
    migrate(writer)
    with writer.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, journal.metadata) == []
    writer.dispose()


def test_a_second_migration_changes_nothing(tmp_path: Path) -> None:
    path = traded(tmp_path)
    before = path.read_bytes()
    writer = open_writer(path)
    migrate(writer)
    writer.dispose()
    assert path.read_bytes() == before


def test_a_database_of_a_later_version_is_told_as_that(tmp_path: Path) -> None:
    path = traded(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    writer = open_writer(path)
    with pytest.raises(OfAnotherVersion, match="a later version of trustex: its schema is 9999"):
        migrate(writer)
    writer.dispose()
    with pytest.raises(OfAnotherVersion, match="9999"):
        WriterProcess(path)


def test_the_last_to_close_leaves_one_file(tmp_path: Path) -> None:
    store = open_store(traded(tmp_path))
    store.take_over()
    assert len(list(tmp_path.iterdir())) == 3
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["venue.sqlite3"]


def test_what_a_driver_complains_of_is_a_fault_of_the_store(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "venue.sqlite3")
    with pytest.raises(StoreFault, match="no such table"), faults_stop(writer):
        writer.connect().execute(text("SELECT * FROM nowhere"))
    with pytest.raises(ZeroDivisionError), faults_stop(writer):
        raise ZeroDivisionError
    writer.dispose()


def test_a_store_is_a_writer_and_a_reader_of_one_file(tmp_path: Path) -> None:
    path = traded(tmp_path)
    store = SqlStore(open_writer(path), open_reader(path))
    assert store.take_over() == store.read.head()
    store.close()
