"""The HTTP side of a participant: requests with a key, asked again when the answer was lost."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self, TypeVar

import httpx
import msgspec

from api.cli.demo.wire import Problem

CONNECTIONS_MAX: Final = 32
REQUEST_TIMEOUT_S: Final = 10
TRIES_MAX: Final = 6
RETRY_WAIT_S: Final = 0.25

Answer = TypeVar("Answer")


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
    idempotency_key: str | None = None
    version: int | None = None
    """What If-Match names."""


class ApiClient:
    """One connection pool for everybody; each request is signed in by its own key."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=REQUEST_TIMEOUT_S,
            limits=httpx.Limits(
                max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX
            ),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        """Nothing is opened before the first request."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def send(self, request: Request, answer: type[Answer]) -> Answer:
        """The answer to a request.

        A request that was lost or met a busy venue is sent again with the same idempotency key, so
        it is done once.

        Raises:
            Refused: by the venue, for good.
            VenueGone: there was no answer after TRIES_MAX tries.
        """
        headers = {"Authorization": f"Bearer {request.key}"}
        if request.idempotency_key is not None:
            headers["Idempotency-Key"] = request.idempotency_key
        if request.version is not None:
            headers["If-Match"] = f'"{request.version}"'
        content = None
        if request.body is not None:
            headers["Content-Type"] = "application/json"
            content = msgspec.json.encode(request.body)
        for attempt in range(TRIES_MAX):
            if attempt > 0:
                await asyncio.sleep(RETRY_WAIT_S * attempt)
            try:
                response = await self._http.request(
                    request.method,
                    request.path,
                    params=request.query,
                    headers=headers,
                    content=content,
                )
            except httpx.TransportError:
                continue
            if response.is_success:
                return msgspec.json.decode(response.content, type=answer)
            problem = _problem_in(response)
            if not problem.retryable:
                raise Refused(problem)
        raise VenueGone(f"{request.method} {request.path}: no answer after {TRIES_MAX} tries")


def _problem_in(response: httpx.Response) -> Problem:
    try:
        return msgspec.json.decode(response.content, type=Problem)
    except msgspec.MsgspecError:
        return Problem(code=f"http_{response.status_code}", detail=response.text[:200])
