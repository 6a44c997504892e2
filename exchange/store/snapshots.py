"""Snapshots as files beside the database: a cache of the journal, which stays the one truth.

A file is complete or absent: it is written under another name, synced, and renamed. Losing the
folder costs a longer replay and nothing else, so any process that has executed the journal may
write one.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from exchange.errors import JournalCorrupt
from exchange.ports import Snapshot
from exchange.types import Sequence

SNAPSHOTS_KEPT: Final = 2
"""The newest, and the one before it in case an operator has to go back."""
FILE_NAME: Final = re.compile(r"([0-9]{20})\.snapshot", re.ASCII)


class SnapshotFolder:
    """The snapshots of one venue."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def newest_first(self) -> Iterator[Snapshot]:
        """The snapshots kept.

        Raises:
            JournalCorrupt: a file is not what was written.
        """
        for sequence, path in sorted(self._files(), reverse=True):
            try:
                snapshot = msgspec.msgpack.decode(path.read_bytes(), type=Snapshot)
            except msgspec.MsgspecError as error:
                raise JournalCorrupt(sequence, f"{path.name} is no snapshot") from error
            if snapshot.sequence != sequence:
                raise JournalCorrupt(sequence, f"{path.name} is of {snapshot.sequence}")
            yield snapshot

    def save(self, snapshot: Snapshot) -> None:
        """Keep a snapshot and drop all but the last few."""
        path = self._folder / f"{snapshot.sequence:020}.snapshot"
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            file.write(msgspec.msgpack.encode(snapshot))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        for _, old in sorted(self._files(), reverse=True)[SNAPSHOTS_KEPT:]:
            old.unlink()

    def _files(self) -> Iterator[tuple[Sequence, Path]]:
        for path in self._folder.iterdir():
            named = FILE_NAME.fullmatch(path.name)
            if named is not None:
                yield Sequence(int(named[1])), path
