"""Sheets are read and written in processes, whatever becomes of those."""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest

from api.errors import ApiProblem, Trouble
from api.files.process import SheetProcesses
from api.files.worker import READ, WRITE, ask_to_write, sheet_in, work
from registry.trust_company.sheets import FileFault, Sheet, SheetFormat, read_sheet, write_sheet

Job: TypeAlias = Callable[[SheetProcesses], Awaitable[object]]

ROWS = [["转让编号", "=x"], ["1", ""], *([str(number), "b"] for number in range(2, 1_300))]


def script(text: str) -> tuple[str, ...]:
    """A process that does this instead."""
    return (sys.executable, "-c", text)


def answered(job: str, question: bytes) -> bytes:
    """What the worker answers."""
    answer = io.BytesIO()
    work(job, question=io.BytesIO(question), answer=answer)
    return answer.getvalue()


@pytest.mark.parametrize("form", SheetFormat)
def test_a_sheet_is_the_same_by_a_process(form: SheetFormat) -> None:
    async def both() -> tuple[bytes, Sheet | FileFault]:
        sheets = SheetProcesses()
        content = await sheets.write(ROWS, form)
        return content, await sheets.read(content)

    content, sheet = asyncio.run(both())

    assert content == write_sheet(ROWS, form)
    assert sheet == read_sheet(content)


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,=2\n,\n3,'-4\n",
        "转让编号\n某\u0007某\n".encode("gb18030"),
        b"",
        b"PK\x03\x04",
    ],
)
def test_what_is_read_crosses_the_pipe_unchanged(content: bytes) -> None:
    assert sheet_in(answered(READ, content)) == read_sheet(content)


def test_what_is_written_crosses_the_pipe_unchanged() -> None:
    question = ask_to_write(ROWS, SheetFormat.CSV, encoding="gb18030")
    assert answered(WRITE, question) == write_sheet(ROWS, SheetFormat.CSV, encoding="gb18030")


def reads(sheets: SheetProcesses) -> Awaitable[object]:
    """A file is read."""
    return sheets.read(b"a\n")


def writes(sheets: SheetProcesses) -> Awaitable[object]:
    """A file is written."""
    return sheets.write(ROWS, SheetFormat.CSV)


@pytest.mark.parametrize(
    "death",
    [
        "raise SystemExit(3)",  # as it ends without memory
        "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    ],
)
def test_a_file_that_takes_too_much_is_no_file(death: str) -> None:
    sheets = SheetProcesses(script(death))

    assert asyncio.run(sheets.read(b"a\n" * 1_000_000)) is FileFault.TOO_COSTLY


def test_memory_and_time_of_the_process_are_bounded() -> None:
    greedy = "from api.files import worker; worker.bound_process(); bytearray(2 * 2**30)"
    hungry = (
        "from api.files import worker; worker.CPU_MAX_S = 1; worker.bound_process()\n"
        "while True: pass"
    )

    with pytest.raises(RuntimeError, match="MemoryError"):
        asyncio.run(SheetProcesses(script(greedy)).read(b""))
    assert asyncio.run(SheetProcesses(script(hungry)).read(b"")) is FileFault.TOO_COSTLY


@pytest.mark.parametrize("job", [reads, writes])
def test_a_process_that_hangs_is_given_up(
    job: Callable[[SheetProcesses], Awaitable[object]],
) -> None:
    async def wait() -> None:
        await job(SheetProcesses(script("import time; time.sleep(60)"), job_max_s=0.2))

    with pytest.raises(ApiProblem) as raised:
        asyncio.run(wait())
    assert raised.value.kind is Trouble.BUSY


def test_what_is_under_way_ends_with_the_venue() -> None:
    async def close() -> object:
        sheets = SheetProcesses(script("import sys, time; sys.stdin.read(); time.sleep(60)"))
        reading = asyncio.ensure_future(reads(sheets))
        await asyncio.sleep(0.2)
        sheets.close()
        await reading
        with pytest.raises(ApiProblem):
            await reads(sheets)
        return reading.result()

    assert asyncio.run(close()) is FileFault.TOO_COSTLY


def test_a_bug_in_the_process_is_one_here() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        asyncio.run(SheetProcesses(script("raise ValueError('no such thing')")).read(b""))
