"""A process that is there to be killed at one of its steps: people hand in documents over HTTP to a
real venue, while its worker looks after the files.

It never ends by itself. The venue writes its journal in the same process here, so that it dies
within a transaction too. What SIGKILL can tell apart are steps that others see: names in folders,
and what the two databases have committed. That bytes are synced before they are named is for
tests/api/evidence/test_store.py.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from enum import Enum
from hashlib import sha256
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple, TypeAlias

import httpx
from sqlalchemy import event
from sqlalchemy.pool import Pool

from api.evidence.store import PART, SUBFOLDERS
from api.founding import EVIDENCE
from api.main import Venue, open_venue
from api.workers.evidence import SUBFOLDERS_PER_SWEEP, SWEEP_INTERVAL_NS
from exchange.evidence import UNATTACHED_NS
from exchange.evidence_types import EvidenceId
from registry.types import TimeNs
from tests.api.evidence.files import PDF
from tests.api.venue import HandClock, Member
from tests.exchange.stored import writing_here

HANDS: Final = 3
"""Who hand in at once."""
ATTACHED_RATE: Final = 0.6
"""Of what is uploaded; nobody will refer to the rest."""
CONTENT_BYTES_MAX: Final = 1_500_000
PART_BYTES: Final = 600_000
"""More than the edge gathers before it writes."""


class Step(Enum):
    """Before what the process is killed."""

    MAKE_FOLDER = 1  # the subfolder of a new file
    BEGIN = 2  # the file is made, under a name for the time being
    CONTINUE = 3  # more of it comes
    RENAME = 4  # it is whole, and gets its name
    SYNC_NAME = 5  # the name is made durable
    NOTE = 6  # the edge's row of it is written
    COMMIT_NOTE = 7  # and committed
    TELL_FILE = 8  # the upload is answered
    WRITE_DOCUMENT = 9  # the row of a document is written, with its command in the journal
    COMMIT_DOCUMENT = 10  # and committed
    TELL_DOCUMENT = 11  # the document is answered
    FORGET = 12  # the edge's rows of files to be swept are deleted
    COMMIT_FORGET = 13  # and it is committed
    REMOVE = 14  # a file is swept


class FileTold(NamedTuple):
    """An upload that was answered."""

    evidence_id: EvidenceId
    sha256: bytes
    bytes_count: int


class DocumentTold(NamedTuple):
    """A document that was answered."""

    link_id: int
    file: FileTold


class DayOver(NamedTuple):
    """From here on, a file that was told before may be swept if no document is made of it."""


Word: TypeAlias = FileTold | DocumentTold | DayOver


class Plan(NamedTuple):
    """How a process lives and dies."""

    directory: Path
    """Of the venue."""
    party: Member
    """Who hands in."""
    at_ns: TimeNs
    """When the venue is opened."""
    step: Step
    """It dies before this one."""
    times: int
    """How often the step comes; it dies the last time."""


SQL_STEPS: Final = {
    "INSERT INTO evidence ": (Step.NOTE, Step.COMMIT_NOTE),
    "INSERT INTO evidence_links ": (Step.WRITE_DOCUMENT, Step.COMMIT_DOCUMENT),
    "DELETE FROM evidence ": (Step.FORGET, Step.COMMIT_FORGET),
}
"""By how a statement begins; the second is the next COMMIT of its connection."""


class Death:
    """Comes before the how-manyth step of a kind."""

    def __init__(self, step: Step, times: int) -> None:
        self._step = step
        self._times = times

    def may_come(self, step: Step) -> None:
        """The process does this now, or dies."""
        if step is self._step:
            self._times -= 1
            if self._times == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch_files(self, folder: Path) -> None:
        """See what the process, whichever part of it, does in the folder of evidence."""

        def hear(name: str, arguments: tuple[Any, ...]) -> None:
            match name:
                case "os.mkdir" if Path(arguments[0]).parent == folder:
                    self.may_come(Step.MAKE_FOLDER)
                case "open" if isinstance(arguments[0], str | Path):
                    path = Path(arguments[0])
                    if path.suffix == PART and path.parent.parent == folder:
                        self.may_come(Step.BEGIN)
                    elif path.parent == folder:
                        self.may_come(Step.SYNC_NAME)
                case "os.rename" if Path(arguments[0]).parent.parent == folder:
                    self.may_come(Step.RENAME)
                case "os.remove" if Path(arguments[0]).parent.parent == folder:
                    self.may_come(Step.REMOVE)

        sys.addaudithook(hear)

    def watch_databases(self) -> None:
        """See what every connection of the process that is made from now on is told to do."""

        def connected(driver: sqlite3.Connection, _record: object) -> None:
            commit: Step | None = None

            def hear(statement: str) -> None:
                nonlocal commit
                for beginning, (write, commit_of_it) in SQL_STEPS.items():
                    if statement.startswith(beginning):
                        self.may_come(write)
                        commit = commit_of_it
                if statement.startswith("COMMIT") and commit is not None:
                    self.may_come(commit)
                    commit = None

            driver.set_trace_callback(hear)

        event.listen(Pool, "connect", connected)


class Life:
    """What happens in a venue from its opening to its death."""

    def __init__(
        self, venue: Venue, clock: HandClock, party: Member, death: Death, told: Connection
    ) -> None:
        self._venue = venue
        self._clock = clock
        self._party = party
        self._death = death
        self._told = told
        self._random = Random(clock.now_ns())
        self._numbers = count(1)
        self._documents: dict[int, str] = {}
        """The last one of each hand."""
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(venue.app),
            base_url="http://venue",
            headers={"Authorization": f"Bearer {party.key}"},
        )

    async def days(self) -> None:
        """Day after day, for ever."""
        while True:
            await asyncio.gather(
                look_after_files(self._venue, self._clock), *map(self._hand_in, range(HANDS))
            )
            self._told.send(DayOver())
            self._clock.time_ns = TimeNs(self._clock.time_ns + UNATTACHED_NS)

    async def _hand_in(self, hand: int) -> None:
        """A few files one after the other; each document takes the place of the one before."""
        for _ in range(self._random.randint(1, 3)):
            file = await self._upload()
            if self._random.random() < ATTACHED_RATE:
                await self._attach(file, hand)

    async def _upload(self) -> FileTold:
        content = PDF + self._random.randbytes(self._random.randint(1, CONTENT_BYTES_MAX))

        async def in_parts() -> AsyncIterator[bytes]:
            for begin in range(0, len(content), PART_BYTES):
                self._death.may_come(Step.CONTINUE)
                yield content[begin : begin + PART_BYTES]

        answer = await self._post(
            "/v1/evidence", headers={"Content-Type": "application/pdf"}, content=in_parts()
        )
        self._death.may_come(Step.TELL_FILE)
        file = FileTold(
            evidence_id=EvidenceId(bytes.fromhex(answer["evidence_id"])),
            sha256=sha256(content).digest(),
            bytes_count=len(content),
        )
        self._told.send(file)
        return file

    async def _attach(self, file: FileTold, hand: int) -> None:
        body = {
            "subject": "PARTY",
            "subject_id": self._party.party_id,
            "kind": "SCAN",
            "evidence_id": file.evidence_id.hex(),
            "replaces": self._documents.get(hand),
        }
        answer = await self._post("/v1/evidence-links", json=body)
        self._death.may_come(Step.TELL_DOCUMENT)
        self._documents[hand] = answer["link_id"]
        self._told.send(DocumentTold(int(answer["link_id"]), file))

    async def _post(self, path: str, *, headers: dict[str, str] | None = None, **sent: Any) -> Any:
        key = f"{self._clock.now_ns()}-{next(self._numbers)}"
        response = await self._client.post(
            path, headers={"Idempotency-Key": key} | (headers or {}), **sent
        )
        assert response.status_code == 201, response.text
        return response.json()


def live(plan: Plan, told: Connection) -> None:
    """Open the venue and work until the process dies as planned.

    Args:
        told: gets what people are told.
    """
    death = Death(plan.step, plan.times)
    death.watch_files(plan.directory / EVIDENCE)
    death.watch_databases()
    with writing_here():
        asyncio.run(_live(plan, death, told))


async def look_after_files(venue: Venue, clock: HandClock) -> None:
    """All files of which a day is over, and all subfolders: takes some hours."""
    for _ in range(len(SUBFOLDERS) // SUBFOLDERS_PER_SWEEP):
        await venue.services.evidence_worker.step()
        clock.time_ns = TimeNs(clock.time_ns + SWEEP_INTERVAL_NS)


async def _live(plan: Plan, death: Death, told: Connection) -> None:
    clock = HandClock()
    clock.time_ns = plan.at_ns
    venue = await open_venue(plan.directory, clock=clock)
    await Life(venue, clock, plan.party, death, told).days()
