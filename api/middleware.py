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
from api.read_log import log_read
from exchange.limits import EVIDENCE_BYTES_MAX

BODY_BYTES_MAX: Final = 65_536
"""The largest honest body has a kilobyte."""
BODY_BYTES_MAX_BY_PATH: Final = {
    "/v1/decisions": 2_097_152,  # 10,000 of them, at some hundred bytes each
    "/v1/decisions/preview": 2_097_152,
    "/v1/decisions/propose": 2_097_152,
    "/v1/imports/decisions": 8_388_608,  # 10,000 rows as CSV have two to four megabytes
    "/v1/imports/holders": 8_388_608,
    "/v1/imports/registration": 8_388_608,
    "/v1/evidence": EVIDENCE_BYTES_MAX,
    "/v1/imports/register": 786_432,  # 1,000 rows, in base64
    "/v1/imports/register/preview": 786_432,
    "/v1/statements": 16_777_216,  # 100,000 bookings, at some hundred bytes each
}
"""Where honest bodies are larger."""
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
                await log_read(scope, status=message["status"])
                started = True
                message["headers"] = [*message.get("headers", ()), *added]
            await send(message)

        bytes_max = BODY_BYTES_MAX_BY_PATH.get(scope["path"], BODY_BYTES_MAX)
        try:
            if _declares_more(headers, bytes_max):
                problem = _too_large(bytes_max)
                await problem_response(Request(scope), problem)(scope, receive, send_with_headers)
            else:
                if b"transfer-encoding" in headers:
                    # A declared length is enforced by the server.
                    receive = _bounded(receive, bytes_max)
                await self._app(scope, receive, send_with_headers)
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


def _declares_more(headers: dict[bytes, bytes], bytes_max: int) -> bool:
    declared = headers.get(b"content-length")
    if declared is None:
        return False
    return not declared.isdigit() or len(declared) > 9 or int(declared) > bytes_max


def _bounded(receive: Receive, bytes_max: int) -> Receive:
    """`receive` that ends the request when its body, whose length is not declared, grows beyond the
    bound. Nothing is read before the route reads it: only who has signed in is listened to."""
    length = 0

    async def receive_bounded() -> Message:
        nonlocal length
        message = await receive()
        length += len(message.get("body", b""))
        if length > bytes_max:
            raise _too_large(bytes_max)
        return message

    return receive_bounded


def _too_large(bytes_max: int) -> ApiProblem:
    return ApiProblem(
        Trouble.BODY_TOO_LARGE,
        f"A body has at most {bytes_max} bytes.",
        headers={"Connection": "close"},
    )
