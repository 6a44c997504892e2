"""Somebody who listens to a venue's feed beside its HTTP requests: the real application, no socket.
Frames come while a request is under way, as everything else."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any, Final

from api.feed.server import PATH
from tests.api.venue import Member, TestVenue
from tests.model.feed_client import FeedClient

TRIES_MAX: Final = 500
TELLS_STATES: Final = frozenset({"trades", "transfers", "negotiations"})
"""Channels whose updates are lists, under their names, of what is in a state."""


class Listener:
    """A party that is signed in, with a mirror that believes nothing."""

    def __init__(self, venue: TestVenue, member: Member, *streams: dict[str, Any]) -> None:
        self.mirror = FeedClient()
        self.heard: defaultdict[str, list[str]] = defaultdict(list)
        """By channel: the states of which its updates told, in their order, none twice in a row."""
        self._venue = venue
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._inbox.put_nowait({"type": "websocket.connect"})
        self._tell("auth", method="bearer", key=member.key)
        venue.runner.run(self._connect())
        self._wait_for("auth")
        self._tell("subscribe", streams=list(streams))
        self._wait_for("subscribe")
        self.listen()

    def listen(self) -> None:
        """Whatever has been sent is heard."""
        self._tell("ping", req=(req := self._venue.unique("ping")))
        self._wait_for(req)

    def _tell(self, kind: str, **members: Any) -> None:
        text = json.dumps({"req": kind} | members | {"type": kind})
        self._inbox.put_nowait({"type": "websocket.receive", "text": text})

    def _wait_for(self, req: str) -> None:
        for _ in range(TRIES_MAX):
            if req in self.mirror.answers:
                return
            self._venue.runner.run(asyncio.sleep(0.001))
        raise TimeoutError(req)

    async def _connect(self) -> None:
        scope = {"type": "websocket", "path": PATH, "headers": [], "query_string": b""}
        app = self._venue.venue.app
        self._connection = asyncio.create_task(app(scope, self._inbox.get, self._take))

    async def _take(self, message: Any) -> None:
        if message["type"] == "websocket.close":
            self._inbox.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
        elif message["type"] == "websocket.send":
            self.mirror.receive(message["text"])
            frame = json.loads(message["text"])
            if frame["type"] == "update":
                self._hear(frame)

    def _hear(self, frame: dict[str, Any]) -> None:
        channel = frame["s"].partition(":")[0]
        if channel not in TELLS_STATES:
            return
        for each in frame[channel]:
            states = self.heard[channel]
            if states[-1:] != [each["state"]]:
                states.append(each["state"])
