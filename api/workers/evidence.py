"""The worker that looks after the files of evidence: it sweeps those that nobody refers to, reads
all others again and again, and reports what is no longer what it was.

A file of which no document is made a day after its upload never will be: the exchange refuses to
attach it (exchange/evidence.py). So when the journal's time is past that day and the journal's
tables name no document, the file can go, whatever is under way. The edge's own tables are not
asked: what they have forgotten, the journal may know.

SQL and files are in a thread of its own.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import Engine

from api.evidence.store import SUBFOLDERS, EvidenceFiles, FileFaulty
from api.store import evidence as store
from api.store.edge import EdgeStore
from api.waiting import is_set_within
from exchange.clock import Clock
from exchange.errors import Busy
from exchange.evidence import UNATTACHED_NS
from exchange.evidence_commands import ReportEvidenceFault
from exchange.evidence_types import EvidenceId
from exchange.limits import DAY_NS
from exchange.sequencer import Outcome
from exchange.store.evidence_queries import (
    ReferredFile,
    head_at_ns,
    links_of_file,
    referred_among,
    referred_files,
)
from exchange.types import OPERATOR_ID

TURN_S: Final = 1.0
SWEEP_INTERVAL_NS: Final = 3_600 * 10**9
SWEPT_PER_TURN_MAX: Final = 200
SUBFOLDERS_PER_SWEEP: Final = 16
"""Looked through for litter: all of them within a day."""
SCRUB_INTERVAL_NS: Final = DAY_NS
SCRUBBED_BYTES_PER_TURN_MAX: Final = 32 * 2**20
"""With TURN_S some twentieth of a core, and three terabytes a day."""
SCRUBBED_PER_TURN_MAX: Final = 100

Result = TypeVar("Result")
Submit = Callable[[ReportEvidenceFault], Awaitable[Outcome]]

logger = logging.getLogger("trustex.evidence")


@dataclass(slots=True)
class Swept:
    """What a sweep came to."""

    files: int = 0
    is_more: bool = False


class EvidenceWorker:
    """Looks after the files until it is closed."""

    def __init__(
        self,
        *,
        files: EvidenceFiles,
        reader: Engine,
        edge: EdgeStore,
        clock: Clock,
        submit: Submit,
    ) -> None:
        """A worker that has not begun.

        Args:
            reader: of the venue's database; the worker's own, and disposed of by it.
            submit: gives a command to the exchange.
        """
        self._files = files
        self._reader = reader
        self._edge = edge
        self._clock = clock
        self._submit = submit
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="evidence")
        self._sweep_ns = 0
        self._next_subfolder = 0
        self._scrub_ns = 0
        self._scrubbed = EvidenceId(b"")
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Go to work on the running loop."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Let go of everything."""
        self._stopping.set()
        if self._task is not None:
            await self._task
        self._thread.shutdown()
        self._reader.dispose()

    async def report(self, fault: FileFaulty) -> None:
        """A file is no longer what it was: say so in the log, and to the exchange.

        The exchange knows of no document that is made of it when all of them belong to transfers
        that have ended.
        """
        logger.error("%s", fault)
        last = await self._in_thread(lambda: self._last_link(fault.evidence_id))
        command = ReportEvidenceFault(
            actor=OPERATOR_ID,
            key=f"fault-{fault.evidence_id.hex()}-{last}",
            evidence_id=fault.evidence_id,
            fault=fault.fault,
        )
        try:
            await self._submit(command)
        except Busy:
            logger.warning("the fault is reported when the file is read again")

    async def step(self) -> None:
        """One turn: sweep and scrub what is due, a bounded number of files."""
        at_ns = self._clock.now_ns()
        if at_ns >= self._sweep_ns:
            swept = await self._in_thread(self.sweep)
            if not swept.is_more:
                self._sweep_ns = at_ns + SWEEP_INTERVAL_NS
        if at_ns >= self._scrub_ns:
            faults, is_over = await self._in_thread(self._scrub)
            for fault in faults:
                await self.report(fault)
            if is_over:
                self._scrub_ns = at_ns + SCRUB_INTERVAL_NS

    def sweep(self) -> Swept:
        """Remove a bounded number of files that nobody will ever refer to. Blocks."""
        swept = Swept()
        with self._reader.connect() as venue:
            # The time first: a document that is made later is one that the exchange refuses.
            until_ns = head_at_ns(venue) - UNATTACHED_NS
            with self._edge.transaction() as connection:
                old = store.not_looked_after(
                    connection, until_ns=until_ns, limit=SWEPT_PER_TURN_MAX
                )
            kept = referred_among(venue, old)
            lost = [evidence_id for evidence_id in old if evidence_id not in kept]
            # Rows before files: what is left of a crash in between is litter.
            with self._edge.transaction() as connection:
                store.keep_evidence(connection, kept)
                store.delete_evidence(connection, lost)
            for evidence_id in lost:
                self._files.remove(evidence_id)
        swept.files = len(lost)
        swept.is_more = len(old) == SWEPT_PER_TURN_MAX
        if not swept.is_more:
            swept.files += self._sweep_litter()
        return swept

    def _sweep_litter(self) -> int:
        """Remove what no table knows, of the next few subfolders."""
        removed = 0
        for _ in range(SUBFOLDERS_PER_SWEEP):
            subfolder = SUBFOLDERS[self._next_subfolder]
            self._next_subfolder = (self._next_subfolder + 1) % len(SUBFOLDERS)
            removed += self._sweep_subfolder(subfolder)
        return removed

    def _sweep_subfolder(self, subfolder: str) -> int:
        before_ns = self._clock.now_ns() - UNATTACHED_NS
        old = [
            (evidence_id, path)
            for evidence_id, path in self._files.names_in(subfolder)
            if path.stat().st_mtime_ns <= before_ns
        ]
        names = {evidence_id for evidence_id, _ in old}
        with self._edge.transaction() as connection:
            known = store.known_among(connection, names)
        with self._reader.connect() as venue:
            known |= referred_among(venue, names - known)
        litter = [
            path
            for evidence_id, path in old
            if evidence_id not in known or path != self._files.path_of(evidence_id)
        ]
        for path in litter:
            path.unlink(missing_ok=True)
        return len(litter)

    def _scrub(self) -> tuple[list[FileFaulty], bool]:
        """Read the next files, a bounded number of bytes.

        Returns:
            What is wrong, and whether all were read.
        """
        with self._reader.connect() as venue:
            page = referred_files(venue, after=self._scrubbed, limit=SCRUBBED_PER_TURN_MAX)
        faults: list[FileFaulty] = []
        left = SCRUBBED_BYTES_PER_TURN_MAX
        for file in page:
            if left <= 0:
                return faults, False
            left -= file.bytes_count
            self._scrubbed = file.evidence_id
            faults += check_file(self._files, file)
        is_over = len(page) < SCRUBBED_PER_TURN_MAX
        if is_over:
            self._scrubbed = EvidenceId(b"")
        return faults, is_over

    def _last_link(self, evidence_id: EvidenceId) -> int:
        with self._reader.connect() as venue:
            links = links_of_file(venue, evidence_id)
        return links[-1].link_id if links else 0

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.step()
            except Exception:
                # Whatever it is: the venue goes on, and the files are looked at another time.
                logger.exception("evidence waits")
            await is_set_within(self._stopping, TURN_S)

    async def _in_thread(self, do: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, do)


def check_file(files: EvidenceFiles, file: ReferredFile) -> list[FileFaulty]:
    """What is wrong with a file, if something is; what cannot be read now is not wrong yet."""
    try:
        files.check(file.evidence_id, sha256=file.sha256, bytes_count=file.bytes_count)
    except FileFaulty as fault:
        return [fault]
    except OSError:
        logger.exception("evidence %s cannot be read", file.evidence_id.hex())
    return []
