"""What the rules said of a transfer, found in a process of its own, JSON to standard output:
`python -m api.rulings_elsewhere DATABASE TRANSFER`.

It reads what is committed and executes a part of the journal again, so it takes a core for as long
as that is: one at a time, behind the venue, and few wait for it.
"""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import OrderedDict
from pathlib import Path
from typing import Final

from api.errors import ApiProblem, Trouble
from api.rulings import rulings_shown
from exchange.past_rulings import past_rulings
from registry.types import TransferId

WAITING_MAX: Final = 4
"""That one included which is found just now: each may take a minute, and people wait."""
JOB_MAX_S: Final = 300
"""Some ten million commands."""
KEPT_MAX: Final = 64
"""Answers of some 100 kB: a case is looked at by several, one after the other."""
NICENESS: Final = 10
"""Behind the writer, whose core it may share."""


class RulingsElsewhere:
    """Where what the rules said of transfers is found: not in the venue's own process."""

    def __init__(self, database: Path, *, job_max_s: float = JOB_MAX_S) -> None:
        """Where nothing is under way yet.

        Args:
            database: the journaled SQLite file.
            job_max_s: after which one is given up.
        """
        self._database = database
        self._job_max_s = job_max_s
        self._one_at_a_time = asyncio.Lock()
        self._waiting = 0
        self._kept: OrderedDict[tuple[TransferId, int], bytes] = OrderedDict()
        """By transfer and version: whatever is asked of it anew gives it another."""
        self._process: Process | None = None

    async def find(self, transfer_id: TransferId, *, version: int) -> bytes:
        """What the rules said of a transfer until it had this version, as JSON.

        Raises:
            ApiProblem: there was no time for it now.
            RuntimeError: it could not be found; the journal may contradict itself.

        Cost: as `past_rulings`, and a second for the process; O(1) if it was found before.
        """
        key = transfer_id, version
        if key not in self._kept:
            if self._waiting >= WAITING_MAX:
                raise _no_time()
            self._waiting += 1
            try:
                async with self._one_at_a_time:
                    if key not in self._kept:  # as it may be since somebody else has asked
                        self._keep(key, await self._ask(transfer_id))
            finally:
                self._waiting -= 1
        self._kept.move_to_end(key)
        return self._kept[key]

    def close(self) -> None:
        """End what is under way: nobody waits for it any more."""
        if self._process is not None:
            self._process.kill()

    def _keep(self, key: tuple[TransferId, int], answer: bytes) -> None:
        self._kept[key] = answer
        if len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)

    async def _ask(self, transfer_id: TransferId) -> bytes:
        self._process = process = await asyncio.create_subprocess_exec(
            # -P: whatever lies in the working directory is not this program.
            *(sys.executable, "-P", "-m", "api.rulings_elsewhere"),
            *(str(self._database), str(transfer_id)),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            # Ctrl-C in the terminal is for the venue.
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._job_max_s):
                found, said = await process.communicate()
        except TimeoutError:
            raise _no_time() from None
        finally:
            self._process = None
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            raise RuntimeError(said.decode(errors="replace"))
        return found


def main(database: Path, transfer_id: TransferId) -> int:
    """Write what was found to standard output."""
    os.nice(NICENESS)
    past = past_rulings(database, transfer_id)
    assert past is not None, transfer_id  # its row was read
    sys.stdout.write(rulings_shown(past).model_dump_json())
    return 0


def _no_time() -> ApiProblem:
    return ApiProblem(
        Trouble.BUSY,
        "There is no time to look it up now. Ask again.",
        headers={"Retry-After": "30"},
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), TransferId(int(sys.argv[2]))))
