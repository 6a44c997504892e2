"""Opening the journaled SQLite database: one writer that alone checkpoints, and readers that
cannot write.

Every pragma is read back: a database that is not durable is not opened.
"""

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from exchange.errors import OfAnotherVersion, StoreFault

WAL_AUTOCHECKPOINT_PAGES: Final = 4_000
"""16 MB: a checkpoint syncs the main file and is felt as a stall, a longer log as a longer
recovery."""
READER_CACHE_KIB: Final = 16_384
READERS_MAX: Final = 8
BUSY_TIMEOUT_MS: Final = 5_000

WRITER_PRAGMAS: Final[dict[str, str | int]] = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: a commit is on the disk when it returns
    "wal_autocheckpoint": WAL_AUTOCHECKPOINT_PAGES,
    "cache_size": -65_536,
    "temp_store": 2,  # memory
}
READER_PRAGMAS: Final[dict[str, str | int]] = {"query_only": 1, "cache_size": -READER_CACHE_KIB}


def open_writer(path: Path) -> Engine:
    """The one writing connection of a database file, created if need be, with durable settings.

    Raises:
        StoreFault: a setting did not take.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=StaticPool,
        connect_args={
            "check_same_thread": False,
            "isolation_level": None,
            "timeout": BUSY_TIMEOUT_MS // 1000,
        },
    )
    event.listen(engine, "connect", lambda driver, _record: set_pragmas(driver, WRITER_PRAGMAS))
    return engine


def open_reader(path: Path) -> Engine:
    """Connections that read committed state and cannot write."""
    engine = create_engine(
        URL.create(
            "sqlite",
            database=f"file:{quote(str(path))}",
            query={"mode": "ro", "uri": "true"},
        ),
        poolclass=QueuePool,
        pool_size=READERS_MAX,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS // 1000},
    )
    event.listen(engine, "connect", lambda driver, _record: set_pragmas(driver, READER_PRAGMAS))
    return engine


def set_pragmas(driver: DBAPIConnection, pragmas: dict[str, str | int]) -> None:
    """Set each pragma of a driver's connection and read it back.

    Raises:
        StoreFault: a setting did not take.
    """
    cursor = driver.cursor()
    for name, value in pragmas.items():
        cursor.execute(f"PRAGMA {name}={value}").fetchall()
        (read,) = cursor.execute(f"PRAGMA {name}").fetchone()
        if read != value:
            raise StoreFault(f"PRAGMA {name} is {read!r}, not {value!r}")
    cursor.close()


@contextlib.contextmanager
def faults_stop(engine: Engine) -> Iterator[None]:
    """Let whatever the database or its driver complains of be a fault of the store.

    Raises:
        StoreFault: instead of the driver's error.
    """
    driver_error: type[Exception] = engine.dialect.loaded_dbapi.Error
    try:
        yield
    except (driver_error, SQLAlchemyError) as fault:
        raise StoreFault(f"{type(fault).__name__}: {fault}") from fault


def migrate(engine: Engine) -> None:
    """Bring the schema forward to this version of the program.

    Raises:
        StoreFault: the file is no database, or cannot be opened durably or written.
        OfAnotherVersion: a later version of the program has migrated it.
    """
    with faults_stop(engine), engine.connect() as connection:
        upgrade(connection, Path(__file__).parent / "migrations")
        connection.commit()


def upgrade(connection: Connection, migrations: Path) -> None:
    """Apply the migrations of a folder that a database has not had yet.

    Raises:
        OfAnotherVersion: it has had one that the folder does not hold.

    Cost: a query where there are none; else alembic is loaded, a quarter of a second.
    """
    revision, known = _revision(connection), _revisions(migrations)
    if revision == known[-1]:
        return
    if revision is not None and revision not in known:
        raise OfAnotherVersion(
            f"the database was made by a later version of trustex: its schema is {revision}, the"
            f" newest that this one knows is {known[-1]}"
        )
    from alembic import command  # noqa: PLC0415  it loads for a quarter of a second
    from alembic.config import Config  # noqa: PLC0415  it loads as long

    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version"))
    return found.scalar_one_or_none()


@functools.cache
def _revisions(migrations: Path) -> list[str]:
    """The revisions of the migrations, in order; their files are named by their revisions."""
    names = (path.stem for path in (migrations / "versions").glob("*_*.py"))
    return sorted(name.partition("_")[0] for name in names if name != "__init__")
