"""The folder of evidence: each file under a name of 128 random bits, in one of 256 subfolders.

    evidence/3f/3f0c…     a file, its bytes never changed
    evidence/3f/3f0c….part   one that is being received

A file is on the disk, under its name, before anybody hears of it: its bytes are synced, it is
renamed, the folder is synced. What a crash leaves behind on the way is litter that nobody refers
to (api/workers/evidence.py sweeps it). The methods block; callers on the event loop hand them to a
thread.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final

from api.evidence.types import HEAD_BYTES
from exchange.errors import Busy, Fault
from exchange.evidence import EVIDENCE_ID_BYTES
from exchange.evidence_types import EvidenceFault, EvidenceId
from exchange.limits import EVIDENCE_BYTES_MAX

UPLOADS_AT_ONCE_MAX: Final = 32
"""Each has a file open and half a megabyte in memory."""
UPLOAD_RETRY_MS: Final = 1_000
READ_BYTES: Final = 262_144
FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
PART: Final = ".part"
SUBFOLDERS: Final = tuple(f"{number:02x}" for number in range(256))


class FileFaulty(Fault):
    """A stored file is gone, or is not what it was."""

    def __init__(self, evidence_id: EvidenceId, fault: EvidenceFault) -> None:
        super().__init__(f"evidence {evidence_id.hex()} is {fault.name.lower()}")
        self.evidence_id = evidence_id
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that is on the disk."""

    evidence_id: EvidenceId
    sha256: bytes
    bytes_count: int


class Upload:
    """A file that is being received. It ends with `finish` or `abort`."""

    def __init__(self, files: "EvidenceFiles", evidence_id: EvidenceId) -> None:
        self._files = files
        self._evidence_id = evidence_id
        self._hash = hashlib.sha256()
        self._head = b""
        self._bytes_count = 0
        path = files.path_of(evidence_id)
        if not path.parent.exists():
            path.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
            _sync_folder(path.parent.parent)
        self._path = path
        self._part = path.with_name(path.name + PART)
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        self._file = os.fdopen(descriptor, "wb", buffering=0)

    @property
    def head(self) -> bytes:
        """How the file begins, as far as it has come."""
        return self._head

    def write(self, data: bytes) -> None:
        """Take the next bytes, no more in all than a file may have. Cost: some ms a megabyte.

        Raises:
            OSError: the disk does not take them.
        """
        self._bytes_count += len(data)
        # The edge bounds a request's body before (api/middleware.py).
        assert self._bytes_count <= EVIDENCE_BYTES_MAX, self._bytes_count
        if len(self._head) < HEAD_BYTES:
            self._head += data[: HEAD_BYTES - len(self._head)]
        self._hash.update(data)
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]

    def finish(self) -> StoredFile:
        """The file, on the disk and under its name.

        Raises:
            OSError: the disk does not keep it.
        """
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.rename(self._path)
        _sync_folder(self._path.parent)
        return StoredFile(
            evidence_id=self._evidence_id,
            sha256=self._hash.digest(),
            bytes_count=self._bytes_count,
        )

    def abort(self) -> None:
        """Nothing of the file stays, finished or not."""
        self._file.close()
        self._part.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Somebody else looks after the file now, or it is gone."""
        self._files.in_progress.discard(self._evidence_id)


class EvidenceFiles:
    """The folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.in_progress: set[EvidenceId] = set()
        """Uploads of which the edge's database does not know yet."""

    @classmethod
    def open(cls, folder: Path) -> "EvidenceFiles":
        """The folder at this path, made if it is not there."""
        if not folder.exists():
            folder.mkdir(mode=FOLDER_MODE)
            _sync_folder(folder.parent)
        return cls(folder)

    def path_of(self, evidence_id: EvidenceId) -> Path:
        """Where the file of this name lies."""
        name = evidence_id.hex()
        return self._folder / name[:2] / name

    def begin(self) -> Upload:
        """A new file, under a name of its own.

        Raises:
            Busy: too many are being received.
            OSError: the disk takes none.
        """
        if len(self.in_progress) >= UPLOADS_AT_ONCE_MAX:
            raise Busy(UPLOAD_RETRY_MS)
        evidence_id = EvidenceId(secrets.token_bytes(EVIDENCE_ID_BYTES))
        self.in_progress.add(evidence_id)
        try:
            return Upload(self, evidence_id)
        except BaseException:
            self.in_progress.discard(evidence_id)
            raise

    def open_file(self, evidence_id: EvidenceId, *, bytes_count: int) -> FileIO:
        """The file for reading, which is as long as it was.

        Raises:
            FileFaulty: it is gone, or has another length.
        """
        try:
            file = FileIO(self.path_of(evidence_id), "rb")
        except FileNotFoundError:
            raise FileFaulty(evidence_id, EvidenceFault.MISSING) from None
        if os.fstat(file.fileno()).st_size != bytes_count:
            file.close()
            raise FileFaulty(evidence_id, EvidenceFault.DIFFERENT)
        return file

    def check(self, evidence_id: EvidenceId, *, sha256: bytes, bytes_count: int) -> None:
        """Read the whole file and compare its hash. Cost: some ms a megabyte.

        Raises:
            FileFaulty: it is gone, or is not what it was.
            OSError: it cannot be read now.
        """
        with self.open_file(evidence_id, bytes_count=bytes_count) as file:
            found = hashlib.file_digest(file, "sha256").digest()
        if found != sha256:
            raise FileFaulty(evidence_id, EvidenceFault.DIFFERENT)

    def remove(self, evidence_id: EvidenceId) -> None:
        """Let go of a file that nobody refers to."""
        self.path_of(evidence_id).unlink(missing_ok=True)

    def names_in(self, subfolder: str) -> Iterator[tuple[EvidenceId, Path]]:
        """The files of a subfolder, received or not, that are not being received now."""
        with suppress(FileNotFoundError):
            for path in sorted((self._folder / subfolder).iterdir()):
                name = path.name.removesuffix(PART)
                with suppress(ValueError):
                    evidence_id = EvidenceId(bytes.fromhex(name))
                    if evidence_id not in self.in_progress:
                        yield evidence_id, path


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
