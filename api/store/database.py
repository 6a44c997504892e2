"""Opening `edge.sqlite3`: pragmas set and read back, migrated to the newest revision."""

from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from exchange.errors import StoreFault
from exchange.store.database import set_pragmas, upgrade

PRAGMAS: Final[dict[str, str | int]] = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: a key that was handed out, or revoked, is so after a power cut
}
BUSY_TIMEOUT_S: Final = 5


def open_database(path: Path) -> Engine:
    """An engine on the migrated database at `path`, which is created if it is not there.

    Raises:
        StoreFault: it is no database, the disk is full, or it does not take a setting on which its
            promises rest.
    """
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,  # errors are logged; the names of people are not
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
    )
    event.listen(engine, "connect", lambda driver, _record: set_pragmas(driver, PRAGMAS))
    try:
        with engine.begin() as connection:
            upgrade(connection, Path(__file__).parent / "migrations")
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreFault(f"{path}: {getattr(error, 'orig', None) or error}") from error
    return engine
