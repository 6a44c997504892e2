"""SQLAlchemy over APSW, just far enough that exchange/store runs on it unchanged.

The standard library's sqlite3 takes no VFS of one's own, so the simulated disk needs another
driver. It behaves like sqlite3 with `isolation_level=None`, as the store's writer has it: a
statement is what it says, and no transaction begins by itself.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import apsw
from sqlalchemy import Engine, StaticPool, create_engine, event

from exchange.store.database import READER_PRAGMAS, WRITER_PRAGMAS, set_pragmas
from tests.simulation.disk import PowerCut

Parameters = Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaws:
    """What is made wrong, to see that the simulation finds it out. Without arguments: nothing."""

    disk_ignores_sync: bool = False
    synchronous: int = 2
    """FULL. 1 is NORMAL, which in WAL mode syncs only when the log is written back; 0 is OFF."""
    publishes_before_commit: bool = False
    splits_the_transaction: bool = False
    """The journal commits before the rows."""
    skips_checkpoint_at_start: bool = False


class Cursor:
    """A DB-API cursor over one of APSW's."""

    arraysize = 1
    lastrowid: int | None = None

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._cursor = connection.cursor()
        self.description: tuple[tuple[Any, ...], ...] | None = None
        self.rowcount = -1

    def execute(self, statement: str, parameters: Parameters = ()) -> "Cursor":
        """Run one statement."""
        self.description = None
        before = self._connection.total_changes()
        # A statement that gives no row is over before it could be asked for its columns.
        self._cursor.exec_trace = self._note_columns
        try:
            self._cursor.execute(statement, tuple(parameters))
        finally:
            self._cursor.exec_trace = None
        self.rowcount = self._connection.total_changes() - before
        return self

    def executemany(self, statement: str, rows: Iterable[Parameters]) -> "Cursor":
        """Run one statement for each row of parameters."""
        self.description = None
        before = self._connection.total_changes()
        self._cursor.executemany(statement, rows)
        self.rowcount = self._connection.total_changes() - before
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        return self._cursor.fetchone()

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows, at most `size`."""
        rows = []
        for row in self._cursor:
            rows.append(row)
            if len(rows) == (size or self.arraysize):
                break
        return rows

    def fetchall(self) -> list[Any]:
        """All further rows."""
        return self._cursor.fetchall()

    def close(self) -> None:
        """Let go of the statement."""
        self._cursor.close(force=True)

    def _note_columns(self, cursor: apsw.Cursor, _statement: str, _bindings: Any) -> bool:
        columns = cursor.get_description()
        if columns:
            self.description = tuple((name, *[None] * 6) for name, _ in columns)
        return True


class Connection:
    """A DB-API connection over one of APSW's, which is always in autocommit mode."""

    isolation_level = None

    def __init__(self, connection: apsw.Connection, flaws: Flaws) -> None:
        self.apsw = connection
        self._flaws = flaws
        self._is_open = True

    def cursor(self) -> Cursor:
        """A new cursor."""
        return Cursor(self.apsw)

    def execute(self, statement: str, parameters: Parameters = ()) -> Cursor:
        """Run one statement with a new cursor."""
        if statement.startswith("PRAGMA wal_checkpoint") and self._flaws.skips_checkpoint_at_start:
            statement = "SELECT 0, 0, 0"
        return self.cursor().execute(statement, parameters)

    def executemany(self, statement: str, rows: Iterable[Parameters]) -> Cursor:
        """Run one statement for each row with a new cursor."""
        if statement.startswith("INSERT INTO accounts") and self._flaws.splits_the_transaction:
            self.execute("COMMIT")
            self.execute("BEGIN IMMEDIATE")
        return self.cursor().executemany(statement, rows)

    def commit(self) -> None:
        """Commit, if a transaction was begun."""
        if self._is_open and self.apsw.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        """Roll back, if a transaction was begun."""
        if self._is_open and self.apsw.in_transaction:
            self.execute("ROLLBACK")

    def create_function(self, *_arguments: Any, **_options: Any) -> None:
        """SQLAlchemy offers functions that no statement of the store uses."""

    def close(self) -> None:
        """Let go of the database; the last of its connections writes the log back, if it can."""
        self._is_open = False
        with contextlib.suppress(PowerCut, apsw.Error):  # SQLite says nothing of it
            self.apsw.close(force=True)


class Driver:
    """What SQLAlchemy asks of a DB-API module."""

    paramstyle: Final = "qmark"
    sqlite_version_info: Final = tuple(map(int, apsw.sqlite_lib_version().split(".")))
    Error: Final = apsw.Error
    DatabaseError: Final = apsw.Error
    OperationalError: Final = apsw.Error
    ProgrammingError: Final = apsw.MisuseError
    IntegrityError: Final = apsw.ConstraintError
    Binary: Final = sqlite3.Binary


class Engines:
    """A writer's and a reader's engine, which one machine after the other uses: what SQLAlchemy
    has compiled stays.

    The pragmas are the product's but for two, which belong to a machine.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._vfs = ""
        self._flaws = Flaws()
        self._writer_pragmas = WRITER_PRAGMAS
        readwrite = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        self.writer = self._engine(readwrite, lambda: self._writer_pragmas)
        self.reader = self._engine(apsw.SQLITE_OPEN_READONLY, lambda: READER_PRAGMAS)

    def use(self, vfs: str, *, checkpoint_pages: int, flaws: Flaws) -> None:
        """From now on connect by this VFS.

        Args:
            checkpoint_pages: after how many pages of log the database itself is written.
        """
        self._vfs = vfs
        self._flaws = flaws
        self._writer_pragmas = {
            **WRITER_PRAGMAS,
            "wal_autocheckpoint": checkpoint_pages,
            "synchronous": flaws.synchronous,
        }

    def abandon(self) -> None:
        """Let go of every connection."""
        for engine in (self.writer, self.reader):
            engine.dispose()

    def _engine(self, flags: int, pragmas: Callable[[], dict[str, str | int]]) -> Engine:
        def connect() -> Connection:
            connection = apsw.Connection(self._name, flags=flags, vfs=self._vfs)
            return Connection(connection, self._flaws)

        engine = create_engine("sqlite://", module=Driver, creator=connect, poolclass=StaticPool)
        event.listen(engine, "connect", lambda driver, _record: set_pragmas(driver, pragmas()))
        return engine
