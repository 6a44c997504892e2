"""A process that hands in documents and sweeps files is killed before each of its steps: what
anybody was told is there, no document is without its file, and what nobody refers to goes.
"""

import multiprocessing
import signal
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Final

from api.evidence.audit import audit
from api.evidence.store import EvidenceFiles
from api.founding import DATABASE, EDGE_DATABASE, EVIDENCE
from api.store.edge import EdgeStore
from api.store.evidence import evidence_of
from exchange.evidence import UNATTACHED_NS
from exchange.evidence_types import EvidenceId, EvidenceStatus
from exchange.store.database import open_reader
from exchange.store.evidence_queries import links_of_file, referred_files
from exchange.verify import verify
from registry.types import TimeNs
from tests.api.venue import START_NS, TestVenue
from tests.simulation.hand_in import (
    DayOver,
    DocumentTold,
    FileTold,
    Plan,
    Step,
    Word,
    live,
    look_after_files,
)

LIFE_NS: Final = 100 * UNATTACHED_NS
"""Longer than a life: the next one begins so much later."""
TIMES_MAX: Final = 8

# A process that has all imported, and of which the others are copies: an import takes seconds.
PROCESSES: Final = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.simulation.hand_in"])


def test_whatever_dies_no_document_is_without_its_file_and_litter_goes(tmp_path: Path) -> None:
    directory, random = tmp_path / "venue", Random(13)
    with TestVenue(directory, demo=True) as venue:
        party = venue.new_party()
        venue.stop()
        at_ns = max(START_NS, time.time_ns())  # files have the machine's time
        files: list[FileTold] = []
        documents: list[DocumentTold] = []
        for step in random.sample(list(Step), len(Step)):
            at_ns += LIFE_NS
            plan = Plan(directory, party, TimeNs(at_ns), step, random.randint(1, TIMES_MAX))
            told = told_before_death(plan)
            files += [word for word in told if isinstance(word, FileTold)]
            documents += [word for word in told if isinstance(word, DocumentTold)]
            assert_files_are_there(directory, of_the_last_day(told))
            assert_documents_count(directory, documents)
        venue.clock.time_ns = TimeNs(at_ns + LIFE_NS)
        venue.start()
        venue.new_party()  # in the journal it is so late too
        venue.runner.run(look_after_files(venue.venue, venue.clock))
        assert_documents_count(directory, documents)
        verify(directory / DATABASE)
        left = {path.name for path in (directory / EVIDENCE).glob("*/*")}
        assert left == referred_names(directory)
        assert len(files) > len(left) >= len(documents) > len(Step)


def told_before_death(plan: Plan) -> list[Word]:
    """Let a process run until it dies, and return what people were told."""
    hears, told = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=live, args=(plan, told))
    process.start()
    told.close()
    words: list[Word] = []
    with suppress(EOFError):
        while True:
            words.append(hears.recv())
    process.join()
    assert process.exitcode == -signal.SIGKILL, plan
    return words


def of_the_last_day(told: list[Word]) -> list[FileTold]:
    """The files that nobody may have swept yet."""
    files: list[FileTold] = []
    for word in told:
        if isinstance(word, FileTold):
            files.append(word)
        elif isinstance(word, DayOver):
            files.clear()
    return files


def assert_files_are_there(directory: Path, told: list[FileTold]) -> None:
    """On the disk and in the edge's database."""
    files, edge = EvidenceFiles(directory / EVIDENCE), EdgeStore.open(directory / EDGE_DATABASE)
    with edge.transaction() as connection:
        for word in told:
            files.check(word.evidence_id, sha256=word.sha256, bytes_count=word.bytes_count)
            record = evidence_of(connection, word.evidence_id)
            assert record is not None, word
            assert record.sha256 == word.sha256, word
    edge.close()


def assert_documents_count(directory: Path, told: list[DocumentTold]) -> None:
    """Each told document is in the journal's rows; whatever these name is on the disk."""
    found = audit(database=directory / DATABASE, folder=directory / EVIDENCE)
    assert not found.faults
    reader = open_reader(directory / DATABASE)
    with reader.connect() as connection:
        for word in told:
            (link,) = links_of_file(connection, word.file.evidence_id)
            assert link.link_id == word.link_id
            assert link.sha256 == word.file.sha256
            assert link.status in {EvidenceStatus.VALID, EvidenceStatus.REPLACED}
    reader.dispose()


def referred_names(directory: Path) -> set[str]:
    """The names of all files of which a document was ever made."""
    reader = open_reader(directory / DATABASE)
    with reader.connect() as connection:
        referred = referred_files(connection, after=EvidenceId(b""), limit=10**6)
    reader.dispose()
    return {file.evidence_id.hex() for file in referred}
