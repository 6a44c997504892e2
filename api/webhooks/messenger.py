"""A process that carries messages: `python -m api.webhooks.messenger NETWORK…`, attempts from
standard input, answers to standard output. And the sender that speaks to it.

An attempt costs a millisecond and a half of a core, a TLS handshake two more: on the venue's loop
they would slow orders down. It starts with the first message and ends when its input does, which is
also how it learns that the venue's process was killed. If it dies, the attempts that were under way
count as failed, and the next one starts it anew.
"""

import asyncio
import contextlib
import ipaddress
import itertools
import os
import sys
from asyncio.subprocess import PIPE, Process
from typing import Final

import msgspec

from api.webhooks.addresses import AddressRules, Network
from api.webhooks.delivery import Answer, Fault
from api.webhooks.sender import ATTEMPT_MAX_S, HttpSender

LENGTH_BYTES: Final = 4
NICENESS: Final = 10
"""Behind the venue, whose cores it may share."""
ANSWER_MAX_S: Final = 2 * ATTEMPT_MAX_S
"""After which it hangs, for it gives each attempt up before."""


class AttemptRequest(msgspec.Struct, frozen=True, array_like=True):
    """An attempt to be made."""

    number: int
    url: str
    headers: dict[str, str]
    body: bytes


class AttemptAnswer(msgspec.Struct, frozen=True, array_like=True):
    """What came of it."""

    number: int
    status: int | None
    fault: Fault | None
    duration_ms: int


_encoder: Final = msgspec.msgpack.Encoder()
_requests: Final = msgspec.msgpack.Decoder(AttemptRequest)
_answers: Final = msgspec.msgpack.Decoder(AttemptAnswer)


class Messenger:
    """A Sender that has a process of its own make the attempts."""

    def __init__(self, allowed: tuple[Network, ...] = ()) -> None:
        """A sender whose process starts with the first message.

        Args:
            allowed: the operator's own networks, to which messages may go too.
        """
        self._allowed = allowed
        self._process: Process | None = None
        self._starting = asyncio.Lock()
        self._hearing: asyncio.Task[None] | None = None
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}

    @property
    def pid(self) -> int | None:
        """The process, if there is one, for those who measure or end it."""
        return None if self._process is None else self._process.pid

    async def send(self, url: str, *, headers: dict[str, str], body: bytes) -> Answer:
        """Have one attempt made; whatever goes wrong is in the answer. Cost: 0.1 ms here."""
        async with self._starting:
            process = self._process or await self._start()
        number = next(self._numbers)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        assert process.stdin is not None
        request = AttemptRequest(number=number, url=url, headers=headers, body=body)
        process.stdin.write(_framed(_encoder.encode(request)))
        try:
            async with asyncio.timeout(ANSWER_MAX_S):
                return await future
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            return Answer(None, Fault.INTERRUPTED, ANSWER_MAX_S * 1_000)
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """End the process."""
        process = self._process
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()
            with contextlib.suppress(ProcessLookupError):
                process.kill()  # what is under way was given up
        if self._hearing is not None:
            await self._hearing

    async def _start(self) -> Process:
        if self._hearing is not None:
            await self._hearing
        process = await asyncio.create_subprocess_exec(
            # -P: whatever lies in the working directory is not this program.
            *(sys.executable, "-P", "-m", "api.webhooks.messenger", *map(str, self._allowed)),
            stdin=PIPE,
            stdout=PIPE,
            # Ctrl-C in the terminal is for the venue, which then ends its messenger.
            start_new_session=True,
        )
        self._process = process
        self._hearing = asyncio.create_task(self._hear(process))
        return process

    async def _hear(self, process: Process) -> None:
        assert process.stdout is not None
        while (frame := await _read_frame(process.stdout)) is not None:
            answer = _answers.decode(frame)
            future = self._waiting.get(answer.number)
            if future is not None and not future.done():
                future.set_result(Answer(answer.status, answer.fault, answer.duration_ms))
        self._process = None
        for future in self._waiting.values():
            if not future.done():
                future.set_result(Answer(None, Fault.INTERRUPTED, 0))
        await process.wait()


async def work(allowed: tuple[Network, ...]) -> None:
    """Make the attempts that are asked for, until nobody asks any more."""
    loop = asyncio.get_running_loop()
    requests = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(requests), sys.stdin.buffer)
    sender = HttpSender(AddressRules(allowed))
    tasks: set[asyncio.Task[None]] = set()

    async def attempt(request: AttemptRequest) -> None:
        answer = await sender.send(request.url, headers=request.headers, body=request.body)
        reply = AttemptAnswer(request.number, answer.status, answer.fault, answer.duration_ms)
        with contextlib.suppress(BrokenPipeError):
            os.write(sys.stdout.fileno(), _framed(_encoder.encode(reply)))

    while (frame := await _read_frame(requests)) is not None:
        task = asyncio.create_task(attempt(_requests.decode(frame)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await sender.close()


def _framed(data: bytes) -> bytes:
    return len(data).to_bytes(LENGTH_BYTES) + data


async def _read_frame(stream: asyncio.StreamReader) -> bytes | None:
    """The next frame; None at the end, also in the middle of a frame: its sender was killed."""
    try:
        header = await stream.readexactly(LENGTH_BYTES)
        return await stream.readexactly(int.from_bytes(header))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


if __name__ == "__main__":
    os.nice(NICENESS)
    asyncio.run(work(tuple(map(ipaddress.ip_network, sys.argv[1:]))))
