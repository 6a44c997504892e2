"""No connection costs the venue more than its share: not in time, not in memory, not in files."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api import http_protocol, server
from api.http_protocol import HEAD_BYTES_MAX
from api.main import Venue, open_venue
from tests.api.venue import TestVenue

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]

ALIVE = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
ANSWER_END = b'{"status":"alive"}'


def _serve(directory: Path, use: Callable[[Connect], Awaitable[None]]) -> None:
    """Let `use` connect to a served venue, and fail on what reaches the event loop unhandled."""
    if not directory.exists():
        TestVenue(directory).close()
    unhandled: list[dict[str, object]] = []

    async def run(listening_venue: Venue) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, found: unhandled.append(found))
        until = asyncio.Event()
        serving = asyncio.Event()
        with server.listen("127.0.0.1", 0) as listening:
            host, port = listening.getsockname()
            running = asyncio.create_task(
                server.serve(
                    listening_venue,
                    listening,
                    on_serving=serving.set,
                    until=until,
                    feed_notice_s=0,
                )
            )
            await serving.wait()
            try:
                await use(lambda: asyncio.open_connection(host, port))
            finally:
                until.set()
            assert await running is None

    async def main() -> None:
        await run(await open_venue(directory))

    asyncio.run(main())
    assert unhandled == []


@contextmanager
def _receive_within(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(http_protocol, "RECEIVE_S", seconds)
        yield


async def _is_closed(reader: asyncio.StreamReader) -> bytes:
    """What was still said before the venue closed the connection."""
    try:
        return await asyncio.wait_for(reader.read(), timeout=10)
    except ConnectionError:
        return b""


@pytest.mark.parametrize(
    "begin",
    [
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", id="a header line"),
        pytest.param(b"GET /", id="a request line"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX", id="a header name"),
        pytest.param(
            b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ",
            id="a trailer",
        ),
    ],
)
def test_a_request_whose_head_never_ends_is_cut_off(tmp_path: Path, begin: bytes) -> None:
    async def use(connect: Connect) -> None:
        reader, writer = await connect()
        sent = 0
        writer.write(begin)
        try:
            while sent < 8_000_000:
                writer.write(b"y" * 65_536)
                await asyncio.wait_for(writer.drain(), timeout=10)
                sent += 65_536
        except ConnectionError:
            pass
        await _is_closed(reader)
        writer.close()
        assert sent < 8_000_000

    _serve(tmp_path / "venue", use)


def test_a_whole_head_above_the_bound_is_refused(tmp_path: Path) -> None:
    async def use(connect: Connect) -> None:
        reader, writer = await connect()
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: %b\r\n\r\n" % (b"y" * HEAD_BYTES_MAX))
        assert (await _is_closed(reader)).startswith(b"HTTP/1.1 431 ")
        writer.close()

    _serve(tmp_path / "venue", use)


@pytest.mark.parametrize(
    "half",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\r\n", id="a line end"),
        pytest.param(b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Le", id="half a head"),
        pytest.param(
            b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{ \r\n",
            id="half a body",
        ),
        pytest.param(ALIVE + b"GET /heal", id="a request and a half"),
    ],
)
def test_half_a_request_holds_its_socket_for_a_bounded_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, half: bytes
) -> None:
    async def use(connect: Connect) -> None:
        reader, writer = await connect()
        writer.write(half)
        said = await _is_closed(reader)
        assert said.endswith(ANSWER_END) is half.startswith(ALIVE)
        writer.close()

    with _receive_within(monkeypatch, 0.05):
        _serve(tmp_path / "venue", use)


def test_line_ends_do_not_keep_an_idle_connection_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use(connect: Connect) -> None:
        reader, writer = await connect()
        writer.write(ALIVE)
        await reader.readuntil(ANSWER_END)
        writer.write(b"\r\n")
        assert await _is_closed(reader) == b""
        writer.close()

    with _receive_within(monkeypatch, 0.05):
        _serve(tmp_path / "venue", use)


def test_a_kept_connection_answers_one_request_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use(connect: Connect) -> None:
        reader, writer = await connect()
        for _ in range(3):
            # In pieces, and two at a time.
            for piece in (ALIVE[:20], ALIVE[20:] + ALIVE[:1], ALIVE[1:]):
                writer.write(piece)
                await writer.drain()
            for _answer in range(2):
                await asyncio.wait_for(reader.readuntil(ANSWER_END), timeout=10)
        writer.close()

    with _receive_within(monkeypatch, 10):
        _serve(tmp_path / "venue", use)


def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_bug_of_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        key = venue.operator.key.encode()

    async def use(connect: Connect) -> None:
        _, writer = await connect()
        writer.write(
            b"POST /v1/parties HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Authorization: Bearer %b\r\nIdempotency-Key: k\r\nContent-Length: 99\r\n\r\n{" % key
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    _serve(tmp_path / "venue", use)
    assert caplog.records == []


def test_connections_leave_files_for_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "CONNECTIONS_MAX", 2)

    async def use(connect: Connect) -> None:
        held = [await connect() for _ in range(2)]
        for reader, writer in held:
            writer.write(ALIVE)
            await reader.readuntil(ANSWER_END)
        reader, one_too_many = await connect()
        one_too_many.write(ALIVE)
        assert await _is_closed(reader) == b""
        one_too_many.close()
        for _, writer in held:
            writer.close()

    _serve(tmp_path / "venue", use)
