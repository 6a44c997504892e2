"""Make a snapshot in a process of its own: `python -m exchange.snapshotter DATABASE`, bytes to
standard output.

It reads what is committed, executes what came after the newest snapshot, and so never holds up the
writer; and what it finds is a second opinion: if the journal does not give its events again, the
venue stops.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from exchange.errors import JournalCorrupt
from exchange.ports import Snapshot
from exchange.recovery import recover, snapshot_of
from exchange.store.database import open_reader
from exchange.store.read import StoreReader

EXIT_CORRUPT: Final = 3
NICENESS: Final = 10
"""Behind the writer, whose core it may share."""

logger = logging.getLogger(__name__)


def make_snapshot(database: Path) -> Snapshot:
    """The snapshot of everything that is committed now.

    Raises:
        JournalCorrupt: what is stored contradicts itself.
        StoreFault: it cannot be read.
    """
    read = StoreReader(open_reader(database))
    try:
        read.pin()
        head = read.head()
        recovered = recover(read, head, whole_chain=False)
        return snapshot_of(recovered.state, recovered.view, head)
    finally:
        read.close()


async def make_snapshot_elsewhere(database: Path) -> Snapshot | None:
    """As `make_snapshot`, in a child process; None if that could not be done this time.

    Raises:
        JournalCorrupt: the child found that what is stored contradicts itself.
    """
    child = await asyncio.create_subprocess_exec(
        # -P: whatever lies in the working directory is not this program.
        *(sys.executable, "-P", "-m", "exchange.snapshotter", str(database)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        made, said = await child.communicate()
    except asyncio.CancelledError:
        child.kill()
        await child.wait()
        raise
    if child.returncode == EXIT_CORRUPT:
        sequence, _, what = said.decode(errors="replace").partition(" ")
        raise JournalCorrupt(int(sequence), what)
    if child.returncode != 0:
        logger.warning("no snapshot: %s", said.decode(errors="replace").strip())
        return None
    return msgspec.msgpack.decode(made, type=Snapshot)


def main(database: Path) -> int:
    """Write the snapshot's bytes to standard output, or say on standard error why not."""
    os.nice(NICENESS)
    try:
        snapshot = make_snapshot(database)
    except JournalCorrupt as corrupt:
        sys.stderr.write(f"{corrupt.sequence} {corrupt.what}")
        return EXIT_CORRUPT
    sys.stdout.buffer.write(msgspec.msgpack.encode(snapshot))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
