"""The feed side of a participant: one connection that is opened again whenever it ends.

What is kept of each stream is the epoch and seq of its last frame. A frame is taken if its `prev`
is that seq; otherwise the thread is lost and a snapshot asked for.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from api.cli.demo.wire import Frame

PATH: Final = "/feed/v1"
RECONNECT_S: Final = 0.5
SILENCE_MAX_S: Final = 15
"""A heartbeat comes every 5 s; after three without one the connection is dead."""
FRAME_BYTES_MAX: Final = 4 * 1_048_576
SUBSCRIBED_AT_ONCE_MAX: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A stream to be followed."""

    channel: str
    symbol: str | None = None

    def as_entry(self) -> dict[str, str]:
        """The entry of a subscription."""
        entry = {"channel": self.channel}
        if self.symbol is not None:
            entry["symbol"] = self.symbol
        return entry


class FeedClient:
    """Follows streams for one party, or for anybody where no key is given.

    Args:
        take: gets the envelope and the text of every frame of a stream, in order.
    """

    def __init__(
        self, base_url: str, *, key: str | None, take: Callable[[Frame, bytes], object]
    ) -> None:
        self._url = f"ws{base_url.removeprefix('http')}{PATH}"
        self._key = key
        self._take = take
        self._last_seqs: dict[str, int] = {}
        self._requests = 0
        self.ready = asyncio.Event()
        """Set once the first subscription is answered."""

    async def follow(self, wishes: Sequence[Wish]) -> None:
        """Follow the streams until cancelled."""
        while True:
            with contextlib.suppress(OSError, TimeoutError, WebSocketException):
                async with connect(
                    self._url, max_size=FRAME_BYTES_MAX, proxy=None, compression=None
                ) as socket:
                    await self._follow(socket, wishes)
            await asyncio.sleep(RECONNECT_S)

    async def _follow(self, socket: ClientConnection, wishes: Sequence[Wish]) -> None:
        self._last_seqs.clear()
        if self._key is not None:
            await self._request(socket, "auth", method="bearer", key=self._key)
        for start in range(0, len(wishes), SUBSCRIBED_AT_ONCE_MAX):
            entries = [wish.as_entry() for wish in wishes[start : start + SUBSCRIBED_AT_ONCE_MAX]]
            await self._request(socket, "subscribe", streams=entries)
        while True:
            async with asyncio.timeout(SILENCE_MAX_S):
                text = await socket.recv(decode=False)
            frame = msgspec.json.decode(text, type=Frame)
            if frame.type == "ack":
                self._note_heads(frame)
                continue
            last_seq = self._last_seqs.get(frame.s)
            links = frame.type == "update" and last_seq == frame.prev
            if frame.type == "snapshot" or links:
                self._last_seqs[frame.s] = frame.seq
                self._take(frame, text)
            elif frame.type == "update" and last_seq is not None:
                del self._last_seqs[frame.s]  # what comes before the snapshot is no use
                await self._request(socket, "resync", s=frame.s)

    def _note_heads(self, frame: Frame) -> None:
        for result in frame.results:
            if result.ok:
                self._last_seqs[result.s] = result.head
                self.ready.set()

    async def _request(self, socket: ClientConnection, kind: str, **members: object) -> None:
        self._requests += 1
        request = {"type": kind, "req": str(self._requests), **members}
        await socket.send(msgspec.json.encode(request).decode())
