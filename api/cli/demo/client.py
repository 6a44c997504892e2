"""The HTTP side of a participant: requests with a key, asked again when the answer was lost."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self, TypeVar
from urllib.parse import urlencode

import msgspec

from api.cli.demo.connection import ConnectionLost, HttpConnection, Response
from api.cli.demo.wire import Problem

CONNECTIONS_MAX: Final = 32
REQUEST_TIMEOUT_S: Final = 10
TRIES_MAX: Final = 6
RETRY_WAIT_S: Final = 0.25

Answer = TypeVar("Answer")

log = logging.getLogger("trustex.demo")


class Refused(Exception):
    """The venue said no; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code}: {problem.detail}")
        self.problem = problem


class VenueGone(Exception):
    """The venue does not answer any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of a party. Whatever changes something carries a key made by the client."""

    method: str
    path: str
    key: str
    query: Mapping[str, str] | None = None
    body: Mapping[str, object] | None = None
    content: bytes | None = None
    """A file, in place of a body; it needs its media type."""
    media_type: str = "application/json"
    idempotency_key: str | None = None
    version: int | None = None
    """What If-Match names."""


class ApiClient:
    """A pool of connections for everybody; each request is signed in by its own key."""

    def __init__(self, host: str, *, port: int) -> None:
        self._host = host
        self._port = port
        self._slots = asyncio.Semaphore(CONNECTIONS_MAX)
        self._idle: list[HttpConnection] = []

    async def __aenter__(self) -> Self:
        """Nothing is opened before the first request."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Let go of the connections."""
        while self._idle:
            self._idle.pop().close()
        await asyncio.sleep(0)  # the loop closes the sockets in its next turn

    async def send(self, request: Request, answer: type[Answer]) -> Answer:
        """The answer to a request.

        A request that was lost or met a busy venue is sent again with the same idempotency key, so
        it is done once.

        Raises:
            Refused: by the venue, for good.
            VenueGone: there was no answer after TRIES_MAX tries.
        """
        return msgspec.json.decode(await self.fetch(request), type=answer)

    async def fetch(self, request: Request) -> bytes:
        """As `send`, of an answer whose bytes are what is wanted."""
        text = self._text(request)
        for attempt in range(TRIES_MAX):
            if attempt > 0:
                await asyncio.sleep(RETRY_WAIT_S * attempt)
            try:
                response = await self._exchange(text)
            except (ConnectionLost, TimeoutError) as error:
                log.warning("%s %s: %r, asked again", request.method, request.path, error)
                continue
            if 200 <= response.status < 300:
                return response.body
            problem = _problem_in(response)
            if not problem.retryable:
                raise Refused(problem)
        raise VenueGone(f"{request.method} {request.path}: no answer after {TRIES_MAX} tries")

    async def _exchange(self, text: bytes) -> Response:
        async with self._slots, asyncio.timeout(REQUEST_TIMEOUT_S):
            connection = self._idle.pop() if self._idle else None
            if connection is None or not connection.is_open:
                connection = await HttpConnection.open(self._host, port=self._port)
            response = await connection.request(text)
            if connection.is_open:
                self._idle.append(connection)
            return response

    def _text(self, request: Request) -> bytes:
        """The request as it goes over the wire."""
        target = request.path if not request.query else f"{request.path}?{urlencode(request.query)}"
        lines = [
            f"{request.method} {target} HTTP/1.1",
            f"Host: {self._host}:{self._port}",
            f"Authorization: Bearer {request.key}",
        ]
        if request.idempotency_key is not None:
            lines.append(f"Idempotency-Key: {request.idempotency_key}")
        if request.version is not None:
            lines.append(f'If-Match: "{request.version}"')
        content = request.content or b""
        if request.body is not None:
            content = msgspec.json.encode(request.body)
        if content:
            lines.append(f"Content-Type: {request.media_type}")
        if request.method != "GET":
            lines.append(f"Content-Length: {len(content)}")
        return "\r\n".join([*lines, "", ""]).encode("ascii") + content


def _problem_in(response: Response) -> Problem:
    try:
        return msgspec.json.decode(response.body, type=Problem)
    except msgspec.MsgspecError:
        return Problem(code=f"http_{response.status}", detail=response.body[:200].decode("latin-1"))
