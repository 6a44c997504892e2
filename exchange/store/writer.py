"""The process that writes the database: `python -m exchange.store.writer DATABASE`, requests from
standard input, answers to standard output.

It runs the same SqlStore as a process that writes for itself (tests/simulation), one request after
the other, and does nothing that it was not asked. It ends when its input does, which is also how it
learns that the venue's process was killed; a transaction that it has whole by then it may still
commit, and after a fault it does not go on. Whoever opens the venue next fences it by the term.
"""

import contextlib
import gc
import sys
from pathlib import Path
from typing import IO, Final, TypeAlias

import msgspec

from exchange.errors import Fenced, OfAnotherVersion, StoreFault
from exchange.ports import Changes, Head, Snapshot
from exchange.store.commit import SqlStore
from exchange.store.database import migrate, open_reader, open_writer

LENGTH_BYTES: Final = 8
FAULTS: Final = {kind.__name__: kind for kind in (StoreFault, Fenced, OfAnotherVersion)}
"""What an answer may say of a fault, so that the venue's process raises the same."""


class TakeOver(msgspec.Struct, frozen=True, tag="take_over"):
    """Store.take_over."""


class Commit(msgspec.Struct, frozen=True, tag="commit"):
    """Store.write and Store.commit."""

    changes: Changes


class SaveSnapshot(msgspec.Struct, frozen=True, tag="save_snapshot"):
    """Store.save_snapshot."""

    snapshot: Snapshot


Request: TypeAlias = TakeOver | Commit | SaveSnapshot


class Answer(msgspec.Struct, frozen=True):
    """What came of a request; the first one says what came of opening the database."""

    head: Head | None = None
    """After a take-over."""
    fault: str | None = None
    """Why it failed; no other answer follows."""
    kind: str = StoreFault.__name__
    """Of the fault, by its name among FAULTS."""


_encoder: Final = msgspec.msgpack.Encoder()
_requests: Final[msgspec.msgpack.Decoder[Request]] = msgspec.msgpack.Decoder(Request)
_answers: Final = msgspec.msgpack.Decoder(Answer)


def request_frame(request: Request) -> bytes:
    """The bytes by which the venue's process asks. Cost: 2 µs a command of a batch."""
    return _framed(_encoder.encode(request))


def read_answer(answers: IO[bytes]) -> Answer | None:
    """The next answer, or None when the writer has ended."""
    frame = _read_frame(answers)
    return None if frame is None else _answers.decode(frame)


def work(database: Path, *, requests: IO[bytes], answers: IO[bytes]) -> None:
    """Open the database and do what is asked, until nobody asks or something fails."""
    with contextlib.ExitStack() as opened:
        try:
            engine = open_writer(database)
            opened.callback(engine.dispose)
            migrate(engine)
            store = SqlStore(engine, open_reader(database))
            opened.callback(store.close)
            _say(answers, Answer())
            while (frame := _read_frame(requests)) is not None:
                _say(answers, _do(store, _requests.decode(frame)))
        except StoreFault as fault:
            _say(answers, Answer(fault=str(fault), kind=type(fault).__name__))


def _do(store: SqlStore, request: Request) -> Answer:
    match request:
        case Commit(changes=changes):
            store.write(changes)
            store.commit()
            return Answer()
        case TakeOver():
            return Answer(head=store.take_over())
        case SaveSnapshot(snapshot=snapshot):
            store.save_snapshot(snapshot)
            return Answer()


def _say(answers: IO[bytes], answer: Answer) -> None:
    # Small enough for a pipe to take it whole. Nobody may be there any more to hear it.
    with contextlib.suppress(BrokenPipeError):
        answers.write(_framed(_encoder.encode(answer)))


def _framed(data: bytes) -> bytes:
    return len(data).to_bytes(LENGTH_BYTES) + data


def _read_frame(stream: IO[bytes]) -> bytes | None:
    """The next frame; None at the end, also in the middle of a frame: its sender was killed."""
    header = stream.read(LENGTH_BYTES)
    if len(header) < LENGTH_BYTES:
        return None
    length = int.from_bytes(header)
    data = stream.read(length)
    return data if len(data) == length else None


if __name__ == "__main__":
    gc.disable()  # rows have no cycles
    with open(1, "wb", buffering=0) as unbuffered:
        work(Path(sys.argv[1]), requests=sys.stdin.buffer, answers=unbuffered)
