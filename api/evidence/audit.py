"""Every file that a document was ever made of, read and compared with the hash that the journal has
of it. Reads a venue's folder and writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.evidence.store import EvidenceFiles, FileFaulty
from exchange.evidence_types import EvidenceId
from exchange.store.database import open_reader
from exchange.store.evidence_queries import referred_files

FILES_PER_PAGE: Final = 500


@dataclass(slots=True)
class AuditReport:
    """What was found."""

    files: int = 0
    bytes_count: int = 0
    faults: list[FileFaulty] = field(default_factory=list)


def audit(
    *, database: Path, folder: Path, progress: Callable[[int], None] | None = None
) -> AuditReport:
    """Read every file that is referred to.

    Args:
        database: the journaled SQLite file.
        folder: of the evidence.
        progress: called with the number of files read so far.

    Raises:
        OSError: a file that is there cannot be read.

    Cost: some ms a megabyte.
    """
    files, report = EvidenceFiles(folder), AuditReport()
    reader = open_reader(database)
    try:
        after = EvidenceId(b"")
        while True:
            with reader.connect() as connection:
                page = referred_files(connection, after=after, limit=FILES_PER_PAGE)
            if not page:
                return report
            for file in page:
                report.files += 1
                report.bytes_count += file.bytes_count
                try:
                    files.check(file.evidence_id, sha256=file.sha256, bytes_count=file.bytes_count)
                except FileFaulty as fault:
                    report.faults.append(fault)
                if progress is not None:
                    progress(report.files)
            after = page[-1].evidence_id
    finally:
        reader.dispose()
