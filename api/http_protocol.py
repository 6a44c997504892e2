"""HTTP on a socket, bounded: a request's head has a size, a request a time, the server a number.

The web server bounds none of them. One anonymous client that never ended a header line held the
event loop for 25 s (its parser copies what it has for every piece that comes), and half a request
held its socket for ever.
"""

import asyncio
import resource
from asyncio import TimerHandle
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX: Final = 32_768
"""Of the request line and all headers: honest ones have a kilobyte."""
RECEIVE_S: Final = 20
"""Within it a request is here in full, its body too, if that has no more than 64 KiB."""
BODY_BYTES_PER_TERM_MIN: Final = 655_360
"""What has come of a larger body in RECEIVE_S, for it to get as long again: 32 KiB a second."""
FRAMING_BYTES_MAX: Final = 524_288
"""Of all that is no body, once the head is here: of 64 KiB in chunks of one byte, of trailers."""
CONNECTIONS_MAX: Final = 4_096
FILES_RESERVED: Final = 64
"""Of the process's file descriptors: a flood of connections must not take them from the journal."""


class HeadTooLarge(Exception):
    """The head of a request is larger than `HEAD_BYTES_MAX`."""


class BoundedHttp(HttpToolsProtocol):
    """One connection of the web server, which ends when a bound is passed."""

    _framing_bytes = 0
    _body_bytes = 0
    _in_head = False
    _in_request = False
    _has_begun = False
    _head_too_large = False
    _expiry: TimerHandle | None = None

    def connection_made(  # type: ignore[override]  # as uvicorn's own class narrows asyncio's
        self, transport: asyncio.Transport
    ) -> None:
        """Take the connection, if there is room for it."""
        super().connection_made(transport)
        if len(self.connections) > connections_max():
            transport.abort()
            return
        self._expiry = self.loop.call_later(RECEIVE_S, self._expire)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the connection."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a piece of a request, or of several."""
        if self._in_request:
            self._framing_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            self._disarm()
            return
        if self._in_head and self._framing_bytes > HEAD_BYTES_MAX:
            self._refuse_head()
            return
        if self._in_request and self._framing_bytes > FRAMING_BYTES_MAX:
            self.transport.close()
            return
        # Line ends between requests begin none, yet have ended the time of a kept connection.
        if self._in_request or not self._has_begun or self.cycle.response_complete:
            if self._expiry is None:
                self._expiry = self.loop.call_later(RECEIVE_S, self._expire)
        else:
            self._disarm()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._has_begun = self._in_request = self._in_head = True
        self._framing_bytes = self._body_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is here."""
        head_bytes = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if head_bytes > HEAD_BYTES_MAX:
            self._head_too_large = True
            raise HeadTooLarge
        self._in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of its body is here."""
        self._framing_bytes -= len(body)
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """It is here in full."""
        self._in_request = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser refuses, and close."""
        if self._head_too_large:
            self._refuse_head()
        else:
            super().send_400_response(msg)

    def _refuse_head(self) -> None:
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
            b"content-length: 0\r\nconnection: close\r\n\r\n"
        )
        self.transport.close()

    def _disarm(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None

    def _expire(self) -> None:
        self._expiry = None
        if self._in_request and self._body_bytes >= BODY_BYTES_PER_TERM_MIN:
            self._body_bytes = 0
            self._expiry = self.loop.call_later(RECEIVE_S, self._expire)
            return
        self.transport.close()


def connections_max() -> int:
    """How many connections the process may hold and still open every file that it needs."""
    files_max, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(CONNECTIONS_MAX, max(1, files_max - FILES_RESERVED))
