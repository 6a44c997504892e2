"""The generator's process: sends the workload's commands over a socket and reads the answers.

To the venue: length, number and scheduled moment of a command, then its bytes as the journal has
them. Back: length, then MessagePack of what the venue says. Both clocks are the machine's monotonic
one.
"""

import gc
import select
import socket
import struct
import time
from random import Random
from typing import Final, TypeAlias

import msgspec

from benchmarks.workload import Answer, VenueFacts, Workload
from exchange.codec import encode_command

HEADER: Final = struct.Struct("<IIq")
"""Bytes that follow the header, the command's number, its scheduled moment in nanoseconds."""
LENGTH: Final = struct.Struct("<I")
REPORT: Final = 2**32 - 1
"""In place of a command's number: what follows is a Report."""
READ_BYTES: Final = 1 << 18
SENT_AT_ONCE_MAX: Final = 64
SECOND_NS: Final = 1_000_000_000


class Fill(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """Fill the books with resting orders."""

    commands: int
    in_flight_max: int


class Saturate(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """Keep as many commands in flight, so that the venue never waits."""

    until_ns: int
    in_flight_max: int


class Pace(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """Send at this mean rate, at random moments (a Poisson process), however late answers are."""

    from_ns: int
    until_ns: int
    rate_per_s: int


class Answers(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """What became of some commands."""

    answers: list[Answer]


class Stop(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """The run is over."""


class Report(msgspec.Struct, frozen=True, array_like=True):
    """What the generator has sent and learnt since it started."""

    sent: dict[int, int]
    """By kind."""
    refused: dict[int, int]
    """By refusal."""
    transfers_opened: int
    transfers_pending: int
    orders_open: int


Task: TypeAlias = Fill | Saturate | Pace
Said: TypeAlias = VenueFacts | Task | Answers | Stop

_encoder: Final = msgspec.msgpack.Encoder()
_facts: Final = msgspec.msgpack.Decoder(VenueFacts)
_said: Final[msgspec.msgpack.Decoder[Task | Answers | Stop]] = msgspec.msgpack.Decoder(
    Task | Answers | Stop
)


def framed(said: Said) -> bytes:
    """The frame by which the venue says this."""
    data = _encoder.encode(said)
    return LENGTH.pack(len(data)) + data


def frame_of_report(report: Report) -> bytes:
    """The frame by which the generator reports."""
    data = _encoder.encode(report)
    return HEADER.pack(len(data), REPORT, 0) + data


def generate(connection: socket.socket) -> None:
    """Do the tasks that the venue gives until it says stop. The entry point of the process."""
    frames = _Frames(connection)
    facts = _facts.decode(frames.wait())
    generator = _Generator(connection, frames, facts)
    gc.freeze()
    gc.disable()  # what is learnt of the market has no cycles
    while True:
        task = _said.decode(frames.wait())
        match task:
            case Fill():
                generator.fill(task)
            case Saturate():
                generator.saturate(task)
            case Pace():
                generator.pace(task)
            case Stop():
                return
            case Answers():
                raise AssertionError(task)
        generator.drain()
        connection.sendall(frame_of_report(generator.report()))


class _Frames:
    """Whole frames out of a stream of bytes."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray()

    def wait(self) -> bytes:
        """The next frame."""
        while (frame := self._take()) is None:
            self._read()
        return frame

    def arrived(self, *, timeout_ns: int) -> list[bytes]:
        """All frames that are there; waits so long for a first one."""
        ready, _, _ = select.select([self._connection], [], [], timeout_ns / SECOND_NS)
        if ready:
            self._read()
        frames = []
        while (frame := self._take()) is not None:
            frames.append(frame)
        return frames

    def _take(self) -> bytes | None:
        buffer = self._buffer
        if len(buffer) < LENGTH.size:
            return None
        (length,) = LENGTH.unpack_from(buffer)
        end = LENGTH.size + length
        if len(buffer) < end:
            return None
        frame = bytes(buffer[LENGTH.size : end])
        del buffer[:end]
        return frame

    def _read(self) -> None:
        data = self._connection.recv(READ_BYTES)
        if not data:
            raise ConnectionError("the venue's process has gone")
        self._buffer += data


class _Generator:
    """The workload on its way to the venue."""

    def __init__(self, connection: socket.socket, frames: _Frames, facts: VenueFacts) -> None:
        self._connection = connection
        self._frames = frames
        self._workload = Workload(facts)
        self._moments = Random(facts.seed)

    def fill(self, task: Fill) -> None:
        """Send resting orders only."""
        left = task.commands
        while left:
            count = min(left, task.in_flight_max - self._workload.waiting, SENT_AT_ONCE_MAX)
            self._send(count, time.monotonic_ns(), opening=True)
            left -= count
            self._learn(block=self._workload.waiting >= task.in_flight_max)

    def saturate(self, task: Saturate) -> None:
        """Send the next command as soon as fewer than the maximum are in flight."""
        workload = self._workload
        while (now_ns := time.monotonic_ns()) < task.until_ns:
            count = min(task.in_flight_max - workload.waiting, SENT_AT_ONCE_MAX)
            self._send(count, now_ns)
            self._learn(block=workload.waiting >= task.in_flight_max)

    def pace(self, task: Pace) -> None:
        """Send each command at its scheduled moment, or as soon after it as this process runs."""
        mean_ns = SECOND_NS / task.rate_per_s
        due_ns = float(task.from_ns)
        while (due_ns := due_ns + self._moments.expovariate(1.0) * mean_ns) < task.until_ns:
            while (early_ns := int(due_ns) - time.monotonic_ns()) > 0:
                for frame in self._frames.arrived(timeout_ns=early_ns):
                    self._take(frame)
            self._send(1, int(due_ns))

    def drain(self) -> None:
        """Wait for the answers to everything that was sent."""
        while self._workload.waiting:
            self._learn(block=True)

    def report(self) -> Report:
        """What was sent and learnt so far."""
        workload = self._workload
        return Report(
            sent={kind.value: count for kind, count in workload.sent.items()},
            refused=dict(workload.refused),
            transfers_opened=workload.transfers_opened,
            transfers_pending=workload.transfers_pending,
            orders_open=workload.orders_open,
        )

    def _send(self, count: int, scheduled_ns: int, *, opening: bool = False) -> None:
        following = self._workload.opening if opening else self._workload.following
        parts: list[bytes] = []
        for _ in range(count):
            number, command = following()
            data = encode_command(command)
            parts += (HEADER.pack(len(data), number, scheduled_ns), data)
        self._connection.sendall(b"".join(parts))

    def _learn(self, *, block: bool) -> None:
        for frame in [self._frames.wait()] if block else self._frames.arrived(timeout_ns=0):
            self._take(frame)

    def _take(self, frame: bytes) -> None:
        said = _said.decode(frame)
        assert isinstance(said, Answers), said
        for answer in said.answers:
            self._workload.learn(answer)
