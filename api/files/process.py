"""Sheets, read and written in processes of their own: see api/files/worker.py."""

import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Final

from anyio import CapacityLimiter, to_thread

from api.errors import ApiProblem, Trouble
from api.files.worker import EXIT_TOO_COSTLY, READ, WRITE, ask_to_write, sheet_in
from registry.trust_company.sheets import FileFault, Sheet, SheetFormat

# -P: whatever lies in the working directory is not this program.
WORKER: Final = (sys.executable, "-P", "-m", "api.files.worker")
PROCESSES_MAX: Final = 2
"""At once; whoever comes then waits for his turn."""
JOB_MAX_S: Final = 60
"""Longer than the processor's time that it is given, for it runs behind the venue."""


TOO_COSTLY: Final = frozenset({EXIT_TOO_COSTLY, -signal.SIGXCPU, -signal.SIGKILL})
"""How a process ends that took more memory or time than it is given."""


class SheetProcesses:
    """Where sheets are read and written: not in the venue's own process."""

    def __init__(self, command: Sequence[str] = WORKER, *, job_max_s: float = JOB_MAX_S) -> None:
        """Where nothing is under way yet.

        Args:
            command: what the process runs, with the name of the job after it.
            job_max_s: after which a job is given up.
        """
        self._command = tuple(command)
        self._job_max_s = job_max_s
        # Threads of their own: those of the venue are for reading rows.
        self._limiter = CapacityLimiter(PROCESSES_MAX)
        self._live: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    async def read(self, content: bytes) -> Sheet | FileFault:
        """What a file says, as `read_sheet` reads it. Cost: O(bytes), and a quarter of a second for
        the process.

        Raises:
            ApiProblem: there was no time for it now.
        """
        return await to_thread.run_sync(
            self._read, content, limiter=self._limiter, abandon_on_cancel=True
        )

    async def write(
        self, rows: list[list[str]], form: SheetFormat, *, encoding: str = "utf-8-sig"
    ) -> bytes:
        """The rows as a file, as `write_sheet` writes it. Cost and errors as of `read`."""
        return await to_thread.run_sync(
            self._write, rows, form, encoding, limiter=self._limiter, abandon_on_cancel=True
        )

    def close(self) -> None:
        """End what is under way: nobody waits for it any more."""
        with self._lock:
            self._is_closed = True
            for process in self._live:
                process.kill()

    def _read(self, content: bytes) -> Sheet | FileFault:
        answer = self._run(READ, content)
        return FileFault.TOO_COSTLY if answer is None else sheet_in(answer)

    def _write(self, rows: list[list[str]], form: SheetFormat, encoding: str) -> bytes:
        content = self._run(WRITE, ask_to_write(rows, form, encoding=encoding))
        assert content is not None, "what was read can be written"
        return content

    def _run(self, job: str, question: bytes) -> bytes | None:
        """The process's answer; None if it took more time or memory than it is given."""
        with self._lock:
            if self._is_closed:
                raise _no_time()
            process = subprocess.Popen(  # noqa: S603  this program, no shell
                [*self._command, job],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Ctrl-C in the terminal is for the venue.
                start_new_session=True,
            )
            self._live.add(process)
        try:
            answer, said = process.communicate(question, timeout=self._job_max_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise _no_time() from None
        finally:
            with self._lock:
                self._live.remove(process)
        if process.returncode in TOO_COSTLY:
            return None
        if process.returncode != 0:
            raise RuntimeError(f"{job}: {said.decode(errors='replace')}")
        return answer


def _no_time() -> ApiProblem:
    return ApiProblem(
        Trouble.BUSY,
        "There is no time for the file now. Send it again.",
        headers={"Retry-After": "5"},
    )
