"""The store as the venue's process sees it: reads here, writes by a child process.

SQL then costs the event loop's thread nothing but the encoding of the rows, and a slow disk holds
up nothing but the next commit (docs/decisions/0001-one-transaction.md).
"""

import contextlib
import fcntl
import subprocess
import sys
from pathlib import Path
from typing import Final

from exchange.errors import StoreFault
from exchange.ports import Changes, Head, Snapshot
from exchange.store.database import open_reader
from exchange.store.read import StoreReader
from exchange.store.writer import (
    FAULTS,
    Answer,
    Commit,
    SaveSnapshot,
    TakeOver,
    read_answer,
    request_frame,
)

PIPE_BYTES: Final = 1 << 20
"""A whole batch, where the system allows it: a smaller pipe costs a change of process for each
filling."""


class WriterProcess:
    """A Store whose writing connection lives in a process of its own.

    Used by one thread at a time, as the service does. After a fault nothing works but `close`.
    """

    def __init__(self, database: Path) -> None:
        """Start the writer, which opens the database or makes it. Cost: half a second.

        Raises:
            StoreFault: the database cannot be opened, or not durably.
        """
        self._child = subprocess.Popen(  # noqa: S603  this program itself
            # -P: whatever lies in the working directory is not this program.
            [sys.executable, "-P", "-m", "exchange.store.writer", str(database)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C in the terminal is for the venue, which then closes its store in order.
            start_new_session=True,
        )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._requests = self._child.stdin
        self._answers = self._child.stdout
        self._transaction = b""
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # of a user who has used up their pipes
                fcntl.fcntl(self._requests, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        try:
            self._hear()
            self.read = StoreReader(open_reader(database))
        except BaseException:
            self._end()
            raise

    @property
    def pid(self) -> int:
        """The writer, for those who measure or end it."""
        return self._child.pid

    def take_over(self) -> Head:
        """Raise the term by one, so that any other writer is fenced, and return the head."""
        head = self._ask(request_frame(TakeOver())).head
        assert head is not None
        return head

    def write(self, changes: Changes) -> None:
        """Make the request. Nothing is sent yet: a full pipe would hold up the loop."""
        assert not self._transaction
        self._transaction = request_frame(Commit(changes))

    def commit(self) -> None:
        """Have it written and made durable.

        Raises:
            Fenced: another process has taken over.
            StoreFault: the outcome is unknown.
        """
        transaction, self._transaction = self._transaction, b""
        self._ask(transaction)

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot, in a transaction of its own, and drop all but the last few."""
        self._ask(request_frame(SaveSnapshot(snapshot)))

    def close(self) -> None:
        """Let go of the database, and wait until the writer has too."""
        self.read.close()
        self._end()

    def _ask(self, request: bytes) -> Answer:
        with contextlib.suppress(BrokenPipeError):  # it has ended; it may have said why
            self._requests.write(request)
            self._requests.flush()
        return self._hear()

    def _hear(self) -> Answer:
        answer = read_answer(self._answers)
        if answer is None:
            raise StoreFault("the process that writes the database has ended")
        if answer.fault is not None:
            raise FAULTS[answer.kind](answer.fault)
        return answer

    def _end(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._requests.close()
        self._child.wait()
        self._answers.close()
