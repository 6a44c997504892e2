"""What every HTTP request meets first: its id, the bound on its body, the headers of its answer.

Plain ASGI, one wrapper: the framework's own base class for middleware costs a task and two queues a
request.
"""

import logging
import re
import secrets
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiProblem, Trouble, problem_response
from exchange.limits import EVIDENCE_BYTES_MAX

BODY_BYTES_MAX: Final = 65_536
"""The largest honest body has a kilobyte."""
BODY_BYTES_MAX_BY_PATH: Final = {"/v1/evidence": EVIDENCE_BYTES_MAX}
"""Of the paths that take more."""
STREAMED: Final = frozenset({"/v1/evidence"})
"""Paths that read their body piece by piece and count it themselves."""
REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")

log = logging.getLogger("trustex.api")


class Edge:
    """The outermost ASGI application."""

    __slots__ = ("_app",)

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; anything but HTTP passes untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = _request_id(headers)
        scope["trustex.request_id"] = request_id.decode("ascii")
        added = [(b"x-request-id", request_id), (b"x-content-type-options", b"nosniff")]
        if scope["path"].startswith("/v1"):
            added.append((b"cache-control", b"no-store"))
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", ()), *added]
            await send(message)

        try:
            bounded = await _bounded(scope["path"], headers, receive)
            if bounded is None:
                await _too_large(scope, receive, send_with_headers)
            else:
                await self._app(scope, bounded, send_with_headers)
        except ClientDisconnect:
            pass  # in the middle of its own request: nobody is there to be answered
        except Exception:
            # A bug: said in full in the log and not at all to the caller.
            log.exception("request %s failed", scope["trustex.request_id"])
            if started:
                raise
            problem = ApiProblem(Trouble.INTERNAL_ERROR, "The request failed; it is in the log.")
            await problem_response(Request(scope), problem)(scope, receive, send_with_headers)


def _request_id(headers: dict[bytes, bytes]) -> bytes:
    given = headers.get(b"x-request-id", b"")
    if REQUEST_ID.fullmatch(given) is not None:
        return given
    else:
        return secrets.token_hex(8).encode("ascii")


def body_bytes_max(path: str) -> int:
    """How many bytes the body of a request to this path may have."""
    return BODY_BYTES_MAX_BY_PATH.get(path, BODY_BYTES_MAX)


async def _bounded(path: str, headers: dict[bytes, bytes], receive: Receive) -> Receive | None:
    """`receive` for a body within the bound, or None for a larger one.

    A declared length is enforced by the server; without one the body is read here, unless the
    path's own route counts it.
    """
    bytes_max = body_bytes_max(path)
    declared = headers.get(b"content-length")
    if declared is not None:
        within = declared.isdigit() and len(declared) <= 9 and int(declared) <= bytes_max
        return receive if within else None
    if b"transfer-encoding" not in headers or path in STREAMED:
        return receive
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return _give_once(message, receive)
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > bytes_max:
            return None
        if not message.get("more_body", False):
            whole = {"type": "http.request", "body": b"".join(parts), "more_body": False}
            return _give_once(whole, receive)


def _give_once(message: Message, receive: Receive) -> Receive:
    pending = [message]

    async def receive_again() -> Message:
        return pending.pop() if pending else await receive()

    return receive_again


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    problem = ApiProblem(
        Trouble.BODY_TOO_LARGE,
        f"A body has at most {body_bytes_max(scope['path'])} bytes.",
        headers={"Connection": "close"},
    )
    await problem_response(Request(scope), problem)(scope, receive, send)
