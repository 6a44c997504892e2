"""SQLite's view of the simulated disk: a VFS, in which the real SQLite writes its file and log.

What lies in memory while a process lives is not the disk's and is not simulated: the log's index
(shared memory) and the locks are those of SQLite's own `unix-excl`, over an empty file.
"""

# ruff: noqa: N802  the methods have the names that SQLite gave them

from pathlib import Path
from types import TracebackType
from typing import Final, cast

import apsw
from apsw import mapping_open_flags as flag

from tests.simulation.disk import Disk, DiskFault, DiskFile, PowerCut

SYNCED_WITH_FOLDER: Final = (
    int(flag["SQLITE_OPEN_MAIN_JOURNAL"])
    | int(flag["SQLITE_OPEN_SUPER_JOURNAL"])
    | int(flag["SQLITE_OPEN_WAL"])
)
"""As SQLite's unix VFS does: the first sync of one of these syncs the folder too."""
MAIN_DATABASE: Final = int(flag["SQLITE_OPEN_MAIN_DB"])
READONLY: Final = int(flag["SQLITE_OPEN_READONLY"])
READWRITE: Final = int(flag["SQLITE_OPEN_READWRITE"])
CREATE: Final = int(flag["SQLITE_OPEN_CREATE"])
BASE: Final = "unix-excl"


class _Content:
    """The methods of a file that reach the disk."""

    def __init__(self, disk: Disk, file: DiskFile, *, syncs_folder: bool) -> None:
        self._disk = disk
        self._file = file
        self._syncs_folder = syncs_folder

    def xRead(self, amount: int, offset: int) -> bytes:
        if not self._disk.is_on:
            raise PowerCut
        return bytes(self._file.content[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        try:
            self._disk.write(self._file, offset, bytes(data))
        except DiskFault as fault:
            raise apsw.FullError("the simulated disk is full") from fault

    def xTruncate(self, newsize: int) -> None:
        try:
            self._disk.truncate(self._file, newsize)
        except DiskFault as fault:
            raise apsw.IOError("the simulated disk fails") from fault

    def xSync(self, _flags: int) -> None:
        try:
            self._disk.sync(self._file, with_folder=self._syncs_folder)
        except DiskFault as fault:
            raise apsw.IOError("the simulated disk fails") from fault
        self._syncs_folder = False

    def xFileSize(self) -> int:
        return len(self._file.content)

    def xDeviceCharacteristics(self) -> int:
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xFileControl(self, _operation: int, _pointer: int) -> bool:
        return False


class _LogFile(_Content):
    """A log or journal: one process has it, so it has no locks."""

    def xClose(self) -> None:
        pass


class _DatabaseFile(_Content, apsw.VFSFile):
    """The database itself, with locks and shared memory by way of an empty file."""

    def __init__(self, disk: Disk, file: DiskFile, locks: Path, flags: list[int]) -> None:
        # Writable for readers too: their locks could not be taken otherwise.
        apsw.VFSFile.__init__(self, BASE, str(locks), [flags[0] & ~READONLY | READWRITE, 0])
        _Content.__init__(self, disk, file, syncs_folder=False)


class DiskVfs(apsw.VFS):
    """One machine's access to the simulated disk, as the VFS of this name."""

    def __init__(self, name: str, disk: Disk, locks: Path) -> None:
        """Args: `locks` is a path for the empty file; it is made."""
        self.name = name
        self._disk = disk
        self._locks = locks
        locks.touch()
        super().__init__(name, BASE)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        if not self._disk.is_on:
            raise PowerCut
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        assert path is not None
        file = self._disk.files.get(path)
        if file is None:
            if not flags[0] & CREATE:
                raise apsw.CantOpenError(path)
            try:
                file = self._disk.create(path)
            except DiskFault as fault:
                raise apsw.CantOpenError(path) from fault
        flags[1] = flags[0]
        if flags[0] & MAIN_DATABASE:
            return _DatabaseFile(self._disk, file, self._locks, flags)
        syncs_folder = bool(flags[0] & SYNCED_WITH_FOLDER)
        # A file need not be one of theirs: it needs the methods.
        return cast("apsw.VFSFile", _LogFile(self._disk, file, syncs_folder=syncs_folder))

    def xDelete(self, filename: str, syncdir: bool) -> None:
        if filename not in self._disk.files:
            raise apsw.exception_for(apsw.SQLITE_IOERR_DELETE_NOENT)
        try:
            self._disk.delete(filename, with_folder=syncdir)
        except DiskFault as fault:
            raise apsw.IOError("the simulated disk fails") from fault

    def xAccess(self, pathname: str, _flags: int) -> bool:
        if not self._disk.is_on:
            raise PowerCut
        return pathname in self._disk.files

    def xFullPathname(self, name: str) -> str:
        return name

    def excepthook(
        self,
        etype: type[BaseException] | None,
        evalue: BaseException | None,
        etraceback: TracebackType | None,
    ) -> bool:
        # Where SQLite takes no answer, it cannot be told that the power is off; anything else is
        # a bug in here.
        return isinstance(evalue, PowerCut) or super().excepthook(etype, evalue, etraceback)
