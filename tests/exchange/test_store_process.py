"""The process that writes: it does what the store does, says why when it cannot, and ends with the
venue's process or by itself without losing what was acknowledged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from exchange.errors import Fenced, OutcomeUnknown, StoreFault
from exchange.ports import Changes, Head
from exchange.recovery import recover, snapshot_of
from exchange.service import Exchange
from exchange.store.commit import SqlStore
from exchange.store.process import WriterProcess
from exchange.store.row_tables import ROW_TABLES
from exchange.store.writer import Answer, Commit, TakeOver, read_answer, request_frame
from exchange.verify import verify
from tests.exchange.desk import HandClock, order
from tests.exchange.stored import LAST_SEQUENCE, StoredVenue, open_store, traded
from tests.exchange.watched import founded, on_loop, resting


def the_batch_of(path: Path) -> Changes:
    """What the next command would change in the venue of this database."""
    venue = StoredVenue(path)
    batch, _ = venue.form(order("next"))
    venue.close()
    return batch.changes


def in_term(changes: Changes, head: Head) -> Changes:
    """The same changes by who has taken over with this head."""
    after = replace(changes.after, term=head.term)
    return replace(changes, before=head, after=after)


def test_what_the_writer_commits_is_what_the_store_would(tmp_path: Path) -> None:
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"
    found: list[object] = []
    for folder, opens in ((elsewhere, WriterProcess), (here, open_store)):
        folder.mkdir()
        path = traded(folder)
        changes = the_batch_of(path)
        store: WriterProcess | SqlStore = opens(path)
        head = store.take_over()
        store.write(in_term(changes, head))
        store.commit()
        after = store.read.head()
        recovered = recover(store.read, after)
        store.save_snapshot(snapshot_of(recovered.state, recovered.view, after))
        store.close()
        assert verify(path).commands == LAST_SEQUENCE + 1
        store = open_store(path)
        rows = [list(store.read.rows(table.name)) for table in ROW_TABLES]
        found.append((rows, list(store.read.snapshots())))
        store.close()
    assert found[0] == found[1]


def test_the_writer_ends_with_the_store_and_leaves_no_log(tmp_path: Path) -> None:
    path = traded(tmp_path)
    store = WriterProcess(path)
    store.take_over()
    assert path.with_name("venue.sqlite3-wal").exists()
    store.close()
    assert not path.with_name("venue.sqlite3-wal").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(store.pid, 0)


def test_who_was_fenced_hears_it_from_the_writer(tmp_path: Path) -> None:
    path = traded(tmp_path)
    changes = the_batch_of(path)
    first, second = WriterProcess(path), WriterProcess(path)
    head = first.take_over()
    second.take_over()
    first.write(in_term(changes, head))
    with pytest.raises(Fenced, match="no longer"):
        first.commit()
    with pytest.raises(StoreFault, match="ended"):
        first.take_over()
    first.close()
    second.close()
    assert verify(path).commands == LAST_SEQUENCE


def test_what_is_no_database_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "venue.sqlite3"
    path.write_bytes(b"a letter, not a database " * 100)
    with pytest.raises(StoreFault, match="not a database"):
        WriterProcess(path)
    with pytest.raises(StoreFault, match="unable to open"):
        WriterProcess(tmp_path / "nowhere" / "venue.sqlite3")


@on_loop
async def test_a_venue_whose_writer_is_killed_stops_and_lost_nothing_acknowledged(
    tmp_path: Path,
) -> None:
    store = WriterProcess(founded(tmp_path))
    exchange = Exchange(store, HandClock())
    acknowledged = await exchange.submit(resting("a"))
    os.kill(store.pid, signal.SIGKILL)
    with pytest.raises(OutcomeUnknown):
        await exchange.submit(resting("b"))
    assert isinstance(exchange.stopped.exception(), StoreFault)
    await exchange.stop()
    restarted = Exchange.open(founded(tmp_path), clock=HandClock())
    again = await restarted.submit(resting("a"))
    assert again.replayed
    assert again.events == acknowledged.events
    assert not (await restarted.submit(resting("b"))).replayed
    await restarted.stop()


@pytest.mark.parametrize("missing", [1, 100])
def test_half_a_batch_is_no_batch(tmp_path: Path, missing: int) -> None:
    # What a venue's process leaves in the pipe that is killed while it sends.
    path = traded(tmp_path)
    changes = the_batch_of(path)
    with writer(path) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert read_answer(child.stdout) == Answer()
        child.stdin.write(request_frame(TakeOver()))
        child.stdin.flush()
        answer = read_answer(child.stdout)
        assert answer is not None
        assert answer.head is not None
        child.stdin.write(request_frame(Commit(in_term(changes, answer.head)))[:-missing])
        child.stdin.close()
        assert read_answer(child.stdout) is None
    assert child.returncode == 0
    assert verify(path).commands == LAST_SEQUENCE


def test_ctrl_c_in_the_terminal_leaves_the_writer_to_the_venue(tmp_path: Path) -> None:
    store = WriterProcess(traded(tmp_path))
    assert os.getpgid(store.pid) != os.getpgid(0)
    store.take_over()
    store.close()


def writer(path: Path) -> subprocess.Popen[bytes]:
    """A bare writer, without the store that would speak for it."""
    command = [sys.executable, "-m", "exchange.store.writer", str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
