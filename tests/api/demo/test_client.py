"""A participant asks again with the same key when an answer was lost, and never twice in vain."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import msgspec
import pytest

from api.cli.demo import client as client_module
from api.cli.demo.client import TRIES_MAX, ApiClient, Refused, Request, VenueGone

REQUEST = Request(
    method="POST",
    path="/v1/orders",
    key="demo_key",
    body={"symbol": "DEMO-2026-01"},
    idempotency_key="k-1",
    version=2,
)
DONE = b'{"done": true}'
BUSY = b'{"code": "busy", "detail": "Later.", "retryable": true}'
REFUSED = b'{"code": "money_not_available", "detail": "No.", "retryable": false}'


class Answer(msgspec.Struct):
    """What the tests' venue answers."""

    done: bool


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once."""
    monkeypatch.setattr(client_module, "RETRY_WAIT_S", 0)


def answer(status: int, body: bytes) -> bytes:
    """An answer as it goes over the wire, in chunks."""
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:]))
    head = b"HTTP/1.1 %d X\r\ntransfer-encoding: chunked\r\n\r\n" % status
    return head + chunks + b"0\r\n\r\n"


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One whole request."""
    head = await reader.readuntil(b"\r\n\r\n")
    (length,) = (
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    return head + await reader.readexactly(length)


@contextlib.asynccontextmanager
async def venue(answers: list[bytes | None]) -> AsyncGenerator[tuple[ApiClient, list[bytes]]]:
    """A venue that gives these answers in turn, None being a connection that ends without one."""
    requests: list[bytes] = []
    remaining = list(answers)

    handlers: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handler = asyncio.current_task()
        assert handler is not None
        handlers.append(handler)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                requests.append(await read_request(reader))
                given = remaining.pop(0)
                if given is None:
                    break
                writer.write(given)
                await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, ApiClient("127.0.0.1", port=port) as client:
        yield client, requests
    await asyncio.gather(*handlers)


def test_a_request_carries_key_idempotency_key_and_version() -> None:
    async def run() -> None:
        async with venue([answer(201, DONE)]) as (client, requests):
            assert (await client.send(REQUEST, Answer)).done
        (text,) = requests
        assert text.startswith(b"POST /v1/orders HTTP/1.1\r\n")
        assert b"\r\nAuthorization: Bearer demo_key\r\n" in text
        assert b"\r\nIdempotency-Key: k-1\r\n" in text
        assert b'\r\nIf-Match: "2"\r\n' in text
        assert text.endswith(b'\r\n\r\n{"symbol":"DEMO-2026-01"}')

    asyncio.run(run())


def test_a_lost_answer_is_asked_for_again_with_the_same_words() -> None:
    async def run() -> None:
        async with venue([None, answer(201, DONE)]) as (client, requests):
            assert (await client.send(REQUEST, Answer)).done
        assert len(requests) == 2
        assert requests[0] == requests[1]

    asyncio.run(run())


def test_a_busy_venue_is_asked_again_over_the_same_connection() -> None:
    async def run() -> None:
        async with venue([answer(503, BUSY), answer(503, BUSY), answer(201, DONE)]) as (
            client,
            requests,
        ):
            assert (await client.send(REQUEST, Answer)).done
        assert len(requests) == 3

    asyncio.run(run())


def test_a_refusal_is_final() -> None:
    async def run() -> None:
        async with venue([answer(409, REFUSED)]) as (client, requests):
            with pytest.raises(Refused) as refused:
                await client.send(REQUEST, Answer)
        assert refused.value.problem.code == "money_not_available"
        assert len(requests) == 1

    asyncio.run(run())


@pytest.mark.parametrize("given", [None, answer(503, BUSY), b"no HTTP at all\r\n\r\n"])
def test_a_venue_without_an_answer_is_given_up(given: bytes | None) -> None:
    async def run() -> None:
        async with venue([given] * TRIES_MAX) as (client, requests):
            with pytest.raises(VenueGone):
                await client.send(REQUEST, Answer)
        assert len(requests) == TRIES_MAX

    asyncio.run(run())


def test_an_answer_that_nobody_waits_for_is_not_taken_for_the_next_one() -> None:
    async def run() -> None:
        async with venue([answer(409, REFUSED), answer(201, DONE)]) as (client, _):
            waiting = asyncio.create_task(client.send(REQUEST, Answer))
            await asyncio.sleep(0)
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await waiting
            with contextlib.suppress(Refused):  # whichever of the two came to the venue first
                assert (await client.send(REQUEST, Answer)).done

    asyncio.run(run())
