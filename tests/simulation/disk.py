"""A disk that keeps only what was synced: the rest it may lose, tear and reorder when power fails.

Each file has its content as a running machine sees it, its content as of its last sync, and the
changes since. A power failure keeps of those changes a drawn subset, in a drawn order, and of a
drawn few of them only some sectors of 512 bytes. The bytes beside a write are never harmed: SQLite
counts on that (SQLITE_IOCAP_POWERSAFE_OVERWRITE) on the disks that the product runs on.

Names are content of the folder: a new or a deleted name survives surely only once the folder was
synced, which SQLite does with the first sync of a new journal or log, and with a delete that asks
for it. Until then it is drawn whether the old or the new name is found.

This file knows nothing of SQLite; vfs.py puts it under it.
"""

from collections.abc import Callable
from random import Random
from typing import Final

SECTOR_BYTES: Final = 512

SURVIVAL_RATES: Final = (0.0, 0.2, 0.5, 0.8, 1.0)
"""Of unsynced changes: from a cache that wrote nothing yet to one that wrote everything."""
TORN_RATES: Final = (0.0, 0.1, 0.5)
"""Of the changes that survive."""


class PowerCut(Exception):
    """The machine is off: every call fails from now on."""


class DiskFault(Exception):
    """A write did not fit, or a sync failed."""


Change = tuple[int, bytes] | int
"""A write of bytes at an offset, or a truncation to a size."""


class DiskFile:
    """A file as the machine sees it, as it is durable, and the changes between the two."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = bytearray(content)
        self.durable = bytearray(content)
        self.unsynced: list[Change] = []
        self.has_hole = False
        """What is seen is not durable and will not be, as a sync has failed."""

    def change(self, change: Change) -> None:
        """Change the content; the disk may forget it until the next sync."""
        _apply(self.content, change)
        self.has_hole = self.has_hole and change != 0
        self.unsynced.append(change)

    def sync(self) -> None:
        """Make every change durable."""
        for change in self.unsynced:
            _apply(self.durable, change)
        self.unsynced.clear()

    def fail_sync(self) -> None:
        """The changes are seen and will never be durable: after a failed sync, Linux takes them
        for written."""
        self.unsynced.clear()
        self.has_hole = True

    def lose_power(self, random: Random) -> None:
        """Keep what was synced, and what the draw grants of the rest."""
        survival, torn = random.choice(SURVIVAL_RATES), random.choice(TORN_RATES)
        survivors = [change for change in self.unsynced if random.random() < survival]
        if random.random() < 0.5:
            random.shuffle(survivors)
        for change in survivors:
            if isinstance(change, int) or random.random() >= torn:
                _apply(self.durable, change)
            else:
                for part in _sectors(change):
                    if random.random() < 0.5:
                        _apply(self.durable, part)
        self.unsynced.clear()
        self.content = bytearray(self.durable)
        self.has_hole = False


class Disk:
    """One folder of files under a seeded power supply."""

    def __init__(self, random: Random, files: dict[str, bytes]) -> None:
        self._random = random
        self.files = {name: DiskFile(content) for name, content in files.items()}
        self._durable_names = dict(self.files)
        self.calls = 0
        """Changes asked for so far: the points at which power may fail."""
        self.is_on = True
        self.obeys_sync = True
        """A disk that does not is what the tests must find out."""
        self._cut_at_call: int | None = None
        self._cut_at_sync = False
        self._fail_at_call: int | None = None
        self._fail_at_sync = False

    def has_hole(self, name: str) -> bool:
        """Whether a file shows what will never be durable."""
        return name in self.files and self.files[name].has_hole

    def cut_at_call(self, call: int) -> None:
        """Power fails at this change."""
        self._cut_at_call = call

    def cut_at_next_sync(self) -> None:
        """Power fails in the next sync."""
        self._cut_at_sync = True

    def fail_at_call(self, call: int) -> None:
        """The disk is full, or broken, at this change; the machine goes on."""
        self._fail_at_call = call

    def fail_at_next_sync(self) -> None:
        """The next sync fails; the machine goes on."""
        self._fail_at_sync = True

    def cut(self) -> None:
        """Power fails now.

        Raises:
            PowerCut: always.
        """
        self.is_on = False
        raise PowerCut

    def boot(self, *, power_was_lost: bool) -> None:
        """Power is back, and no failure is planned. After a mere kill nothing is lost: the machine
        still has every change, and the disk will get it some time."""
        if power_was_lost:
            self._lose_power()
        self.is_on = True
        self._cut_at_call, self._fail_at_call = None, None
        self._cut_at_sync = self._fail_at_sync = False

    def write(self, file: DiskFile, offset: int, data: bytes) -> None:
        """Change bytes of a file."""
        self._call(lambda: file.change((offset, data)))

    def truncate(self, file: DiskFile, size: int) -> None:
        """Give a file this size."""
        self._call(lambda: file.change(size))

    def sync(self, file: DiskFile, *, with_folder: bool) -> None:
        """Make a file's changes durable, and with the folder all names."""
        if self._cut_at_sync:
            self._cut_at_call = self.calls
        if self._fail_at_sync:
            self._fail_at_call, self._fail_at_sync = self.calls, False

        def change() -> None:
            if self.obeys_sync:
                file.sync()
                if with_folder:
                    self._durable_names = dict(self.files)

        try:
            self._call(change)
        except DiskFault:
            file.fail_sync()
            raise

    def create(self, name: str) -> DiskFile:
        """A new empty file of this name."""
        file = DiskFile()
        self._call(lambda: self.files.update({name: file}))
        return file

    def delete(self, name: str, *, with_folder: bool) -> None:
        """Remove a name."""

        def change() -> None:
            del self.files[name]
            if with_folder and self.obeys_sync:
                self._durable_names = dict(self.files)

        self._call(change)

    def _call(self, change: Callable[[], None]) -> None:
        """Do a change, unless power or disk fails at it: before or after it took effect."""
        if not self.is_on:
            raise PowerCut
        call, self.calls = self.calls, self.calls + 1
        if call == self._fail_at_call:
            raise DiskFault
        cut = call == self._cut_at_call
        if not cut or self._random.random() < 0.5:
            change()
        if cut:
            self.cut()

    def _lose_power(self) -> None:
        for name in sorted(self.files.keys() | self._durable_names.keys()):
            new, old = self.files.get(name), self._durable_names.get(name)
            found = new if new is old or self._random.random() < 0.5 else old
            if found is None:
                self._durable_names.pop(name, None)
            else:
                self._durable_names[name] = found
        for name in sorted(self._durable_names):
            self._durable_names[name].lose_power(self._random)
        self.files = dict(self._durable_names)


def _apply(content: bytearray, change: Change) -> None:
    if isinstance(change, int):
        del content[change:]
        content.extend(bytes(change - len(content)))
    else:
        offset, data = change
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data


def _sectors(write: tuple[int, bytes]) -> list[tuple[int, bytes]]:
    """The write, cut at the borders of the disk's sectors."""
    offset, data = write
    end = offset + len(data)
    starts = range(offset - offset % SECTOR_BYTES, end, SECTOR_BYTES)
    cuts = [(max(offset, start), min(end, start + SECTOR_BYTES)) for start in starts]
    return [(start, data[start - offset : stop - offset]) for start, stop in cuts]
