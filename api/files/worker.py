"""A process that reads or writes one sheet: `python -m api.files.worker read|write`, the question
from standard input, the answer to standard output.

Ten thousand rows take a second of a core, a crooked file more, and one call into a library may keep
the interpreter for long: in the venue's process that would be a second of its loop. Here it has its
own memory and time, both bounded, and the venue goes on whatever becomes of it.
"""

import os
import resource
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO, Final, TypeVar

import msgspec

from registry.trust_company.sheets import (
    CellFault,
    FileFault,
    Row,
    Sheet,
    SheetFormat,
    read_sheet,
    write_sheet,
)

READ: Final = "read"
WRITE: Final = "write"
EXIT_TOO_COSTLY: Final = 3
NICENESS: Final = 10
"""Behind the venue, whose cores it may share."""
CPU_MAX_S: Final = 30
MEMORY_BYTES_MAX: Final = 2**30
LENGTH_BYTES: Final = 4
ROWS_PER_FRAME: Final = 500
"""So many are decoded at once, for which the venue's loop waits."""

Part = TypeVar("Part")


class Heading(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What comes before the rows."""

    fault: str | None = None
    """The name of a FileFault: there are no rows."""
    form: str = ""
    encoding: str = ""


class WireRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A row that was read."""

    number: int
    cells: tuple[str, ...]
    faults: dict[int, str]
    """Names of CellFaults, by place."""


_rows: Final = msgspec.msgpack.Decoder(list[WireRow])
_texts: Final = msgspec.msgpack.Decoder(list[list[str]])


def ask_to_write(rows: list[list[str]], form: SheetFormat, *, encoding: str) -> bytes:
    """What `write` reads."""
    heading = Heading(form=form.value, encoding=encoding)
    return b"".join(_frames(heading, rows))


def answer_of_read(sheet: Sheet | FileFault) -> Iterator[bytes]:
    """What `read` writes."""
    if isinstance(sheet, FileFault):
        return _frames(Heading(fault=sheet.name), ())
    rows = (
        WireRow(row.number, row.cells, {place: each.name for place, each in row.faults.items()})
        for row in sheet.rows
    )
    return _frames(Heading(form=sheet.format.value, encoding=sheet.encoding), rows)


def sheet_in(answer: bytes) -> Sheet | FileFault:
    """What `read` has read. Cost: O(bytes), a few hundred rows at a time."""
    heading, rows = _read_frames(answer, _rows)
    if heading.fault is not None:
        return FileFault[heading.fault]
    return Sheet(
        SheetFormat(heading.form),
        heading.encoding,
        tuple(
            Row(
                row.number,
                row.cells,
                {place: CellFault[name] for place, name in row.faults.items()},
            )
            for row in rows
        ),
    )


def work(job: str, *, question: BinaryIO, answer: BinaryIO) -> None:
    """Do what is asked."""
    content = question.read()
    if job == READ:
        answer.writelines(answer_of_read(read_sheet(content)))
    else:
        assert job == WRITE, job
        heading, rows = _read_frames(content, _texts)
        written = write_sheet(list(rows), SheetFormat(heading.form), encoding=heading.encoding)
        answer.write(written)


def _frames(heading: Heading, rows: Iterable[Any]) -> Iterator[bytes]:
    encoder = msgspec.msgpack.Encoder()
    yield _framed(encoder.encode(heading))
    left = iter(rows)
    while part := list(islice(left, ROWS_PER_FRAME)):
        yield _framed(encoder.encode(part))


def _framed(data: bytes) -> bytes:
    return len(data).to_bytes(LENGTH_BYTES) + data


def _read_frames(
    data: bytes, decoder: msgspec.msgpack.Decoder[list[Part]]
) -> tuple[Heading, Iterator[Part]]:
    frames = _split(data)
    heading = msgspec.msgpack.decode(next(frames), type=Heading)
    return heading, (row for frame in frames for row in decoder.decode(frame))


def _split(data: bytes) -> Iterator[memoryview]:
    view, begin = memoryview(data), 0
    while begin < len(data):
        end = begin + LENGTH_BYTES
        length = int.from_bytes(view[begin:end])
        begin = end + length
        yield view[end:begin]


def bound_process() -> None:
    """Give this process so much memory and time, and a place behind the venue."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    # A signal first, which says why; the next second the kernel ends it.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_MAX_S, CPU_MAX_S + 1))


def _main() -> None:
    bound_process()
    try:
        work(sys.argv[1], question=sys.stdin.buffer, answer=sys.stdout.buffer)
    except MemoryError:
        sys.exit(EXIT_TOO_COSTLY)


if __name__ == "__main__":
    _main()
