"""What the disk can do in the same minutes: the baselines of the journey."""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count, cycle
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final

from exchange.store.database import WRITER_PRAGMAS

PAGE: Final = bytes(4096)
PROBE_EVERY_S: Final = 0.04
PROBE_BYTES_MAX: Final = 1 << 26

JournalBytes = tuple[int, bytes, bytes, bytes]


def probe(file: Path, stop: Event, results: Connection) -> None:
    """Append a page and fdatasync it, again and again. The entry point of a process of its own.

    Sends an empty list when it begins and, when stopped, one of (moment, duration) in nanoseconds.
    """
    samples: list[tuple[int, int]] = []
    results.send(samples)
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        written = 0
        while not stop.wait(PROBE_EVERY_S):
            begin_ns = time.monotonic_ns()
            written += os.write(descriptor, PAGE)
            os.fdatasync(descriptor)
            samples.append((begin_ns, time.monotonic_ns() - begin_ns))
            if written > PROBE_BYTES_MAX:
                os.ftruncate(descriptor, 0)
                written = 0
    finally:
        os.close(descriptor)
    results.send(samples)


def journal_sample(database: Path, rows_max: int) -> list[JournalBytes]:
    """The newest journal rows of a venue, without their sequences."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        query = "SELECT at_ns, command, events, hash FROM journal ORDER BY sequence DESC LIMIT ?"
        return connection.execute(query, (rows_max,)).fetchall()


def raw_rows_per_s(
    file: Path, sample: Sequence[JournalBytes], *, batch_rows: int, window_s: float
) -> float:
    """Rows a second that the bare driver makes durable in a table like the journal.

    The same pragmas, the same row sizes, the same number of rows a transaction; one thread, nothing
    else to do.
    """
    rows = _rows(sample)
    written = 0
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for name, value in WRITER_PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}").fetchall()
        connection.execute(
            "CREATE TABLE IF NOT EXISTS journal (sequence INTEGER NOT NULL PRIMARY KEY, "
            "at_ns BIGINT NOT NULL, command BLOB NOT NULL, events BLOB NOT NULL, "
            "hash BLOB NOT NULL)"
        )
        connection.execute("DELETE FROM journal")
        begin = time.perf_counter()
        while (elapsed := time.perf_counter() - begin) < window_s:
            batch = [next(rows) for _ in range(batch_rows)]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", batch)
            connection.execute("COMMIT")
            written += batch_rows
    return written / elapsed


def _rows(sample: Sequence[JournalBytes]) -> Iterator[tuple[int, int, bytes, bytes, bytes]]:
    for sequence, row in zip(count(1), cycle(sample)):
        yield (sequence, *row)
