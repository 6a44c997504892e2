"""The sockets of the feed: a reader, a writer and a clock around `Connection`, and no rule.

Each connection has a writer task of its own that alone waits for its socket, so a slow client
holds up nobody: what is published is put into queues and never waits. A fault of the feed ends the
feed's connections, not the exchange.
"""

import asyncio
import contextlib
import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.auth.browsers import is_own_origin
from api.auth.principal import Principal
from api.feed.limits import BOOK_INTERVALS_MS, SECOND_NS, FeedLimits
from api.feed.messages import Auth, CloseCode
from api.feed.private import AccountStream
from api.feed.protocol import Connection
from api.feed.publisher import Publisher
from api.quote_access import Concerned, QuoteAccess
from exchange.candles import Candles
from exchange.clock import Clock, SystemClock
from exchange.market_change import MarketChange
from exchange.market_view import MarketView
from exchange.sequencer import Batch
from exchange.store.queries import as_of

PATH: Final = "/feed/v1"
SUBPROTOCOL: Final = "trustex.v1.json"
TICK_MS: Final = 100
"""How late a heartbeat or a gathered frame may be."""
FORGET_MS: Final = 1_000
"""How long after its time a stream that nobody has come back to may go on."""
CLOSE_WAIT_S: Final = 5
"""At a stop, how long clients that do not read hold it up."""

Authenticate = Callable[[Auth], Awaitable[Principal | None]]

logger = logging.getLogger(__name__)


class Source(Protocol):
    """Where commits come from: the exchange of this process."""

    @property
    def view(self) -> MarketView: ...
    @property
    def epoch(self) -> str: ...
    def on_committed(self, listener: Callable[[Sequence[MarketChange]], None]) -> None: ...
    def on_durable(self, listener: Callable[[Batch], None]) -> None: ...


class _Client:
    """One connection with the tasks that serve it."""

    def __init__(self, connection: Connection, wake: asyncio.Event) -> None:
        self.connection = connection
        self.wake = wake
        self.is_closed = asyncio.Event()


class FeedServer:
    """The feed of one exchange, to be made inside the loop on which the exchange lives.

    Args:
        exchange: whose commits are published.
        authenticate: who has this bearer key or ticket, if anybody.
        reader: of what is stored, with which the streams of accounts begin.
        candles: what was traded so far; whoever has made them lets them follow the exchange.
        quotes: who may see which; likewise.
        origins: where the venue's own pages come from; empty: from the host that is asked for.
        limits: what clients may take.
        clock: read once: a jump of it must not make all clients look slow.
    """

    def __init__(
        self,
        exchange: Source,
        authenticate: Authenticate,
        reader: Engine,
        *,
        candles: Candles,
        quotes: QuoteAccess,
        origins: tuple[str, ...] = (),
        limits: FeedLimits | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._authenticate = authenticate
        self._origins = origins
        self._limits = limits or FeedLimits()
        self._loop = asyncio.get_running_loop()
        self._loop_began_ns = (clock or SystemClock()).now_ns() - self._loop_ns()
        self._publisher = Publisher(
            view=exchange.view, candles=candles, quotes=quotes, epoch=exchange.epoch
        )
        self._clients: dict[_Client, None] = {}
        self._addresses: Counter[str] = Counter()
        self._connections_opened = 0
        self._ticker: asyncio.Task[None] | None = None
        self._is_stopping = False
        self.fault: Exception | None = None
        """The bug that stopped the feed, if one did."""
        self._reader = reader
        self._readings: set[asyncio.Task[None]] = set()
        exchange.on_committed(self._publish)
        exchange.on_durable(self._publish_batch)
        quotes.on_changed(self._look_again)

    def route(self) -> WebSocketRoute:
        """The websocket's route, to be mounted at the root of the application."""
        return WebSocketRoute(PATH, self._serve, name="feed")

    @property
    def connections(self) -> int:
        """How many clients there are."""
        return len(self._clients)

    @property
    def frames_waiting(self) -> int:
        """Texts that wait to be sent, of all clients together."""
        return sum(client.connection.frames_waiting for client in self._clients)

    async def close(self, *, notice_s: int = 0) -> None:
        """Tell every client that the server stops, wait `notice_s`, then end all connections.

        Call it before the web server stops, which would cut connections without a word. A second
        call cuts the waiting short.
        """
        if not self._is_stopping:
            self._is_stopping = True
            now_ns = self._now_ns()
            deadline_ns = now_ns + notice_s * SECOND_NS
            for client in self._clients:
                client.connection.announce_going_away(deadline_ns=deadline_ns, now_ns=now_ns)
        if notice_s and self._clients:
            await asyncio.sleep(notice_s)
        for client in self._clients:
            client.connection.go_away()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WAIT_S):
                for client in tuple(self._clients):
                    await client.is_closed.wait()
        for reading in tuple(self._readings):
            reading.cancel()
        if self._ticker is not None:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker
            self._ticker = None

    def withdraw_key(self, key_id: str) -> None:
        """End the connections that signed in with a key that is no longer valid."""
        self._withdraw("key: withdrawn", lambda each: each.key_id == key_id)

    def withdraw_session(self, session_id: str) -> None:
        """End the connections that signed in by a session that has ended."""
        self._withdraw("session: ended", lambda each: each.session_id == session_id)

    def _withdraw(self, detail: str, concerns: Callable[[Principal], bool]) -> None:
        now_ns = self._now_ns()
        for client in self._clients:
            principal = client.connection.principal
            if principal is not None and concerns(principal):
                client.connection.withdraw_auth(detail, now_ns)

    def _now_ns(self) -> int:
        return self._loop_began_ns + self._loop_ns()

    def _loop_ns(self) -> int:
        return int(self._loop.time() * SECOND_NS)

    def _publish(self, changes: Sequence[MarketChange]) -> None:
        if self.fault is not None:
            return
        try:
            self._publisher.publish(changes, self._now_ns())
        except Exception as fault:  # noqa: BLE001  the caller is the exchange: it must go on
            self._stop_for(fault)

    def _publish_batch(self, batch: Batch) -> None:
        if self.fault is not None:
            return
        try:
            self._publisher.private.publish_batch(batch, self._now_ns())
        except Exception as fault:  # noqa: BLE001  the caller is the exchange: it must go on
            self._stop_for(fault)

    def _look_again(self, concerned: Concerned) -> None:
        if self.fault is not None:
            return
        try:
            now_ns = self._now_ns()
            for client in self._clients:
                client.connection.look_again(concerned, now_ns)
            self._publisher.private.look_again(concerned)
        except Exception as fault:  # noqa: BLE001  the caller is the exchange: it must go on
            self._stop_for(fault)

    def _read_accounts(self) -> None:
        """Have what is stored read for the streams that were just opened: in threads, so that a
        slow disk holds up nobody else."""
        unread = self._publisher.private.unread
        while unread:
            reading = asyncio.create_task(self._read_account(unread.pop()))
            self._readings.add(reading)
            reading.add_done_callback(self._readings.discard)

    async def _read_account(self, stream: AccountStream) -> None:
        try:
            sequence, rows = await run_in_threadpool(as_of, self._reader, stream.read)
            self._publisher.private.begin(stream, rows, sequence, self._now_ns())
        except Exception as fault:  # noqa: BLE001  nobody awaits this task
            self._stop_for(fault)

    async def _tick(self) -> None:
        elapsed_ms = 0
        while self.fault is None:
            await asyncio.sleep(TICK_MS / 1_000)
            elapsed_ms += TICK_MS
            try:
                self._pass_time(elapsed_ms)
            except Exception as fault:  # noqa: BLE001  nobody awaits this task
                self._stop_for(fault)

    def _pass_time(self, elapsed_ms: int) -> None:
        now_ns = self._now_ns()
        for interval_ms in BOOK_INTERVALS_MS:
            if interval_ms and elapsed_ms % interval_ms == 0:
                self._publisher.flush(now_ns, interval_ms=interval_ms)
        if elapsed_ms % FORGET_MS == 0:
            self._publisher.private.forget(now_ns)
        for client in self._clients:
            client.connection.tick(now_ns)

    def _stop_for(self, fault: Exception) -> None:
        # Clients can check every frame, so no feed is better than a wrong one.
        logger.error("the feed has stopped", exc_info=fault)
        self.fault = fault
        for client in self._clients:
            client.connection.end_for_fault()

    async def _serve(self, websocket: WebSocket) -> None:
        if not self._is_welcome(websocket):
            await websocket.close()  # before it is accepted: the answer is 403
            return
        offered = websocket.scope.get("subprotocols", [])
        await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        if self._ticker is None:
            self._ticker = asyncio.create_task(self._tick())
        address = websocket.client.host if websocket.client else ""
        client = self._admit(address)
        writer = asyncio.create_task(self._write(websocket, client))
        try:
            await self._read(websocket, client.connection)
        finally:
            client.connection.leave()
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]
            del self._clients[client]
            client.is_closed.set()

    def _is_welcome(self, websocket: WebSocket) -> bool:
        """A browser says which page asks; one of somebody else's is not answered."""
        origin = websocket.headers.get("origin")
        host = websocket.headers.get("host", "")
        return origin is None or is_own_origin(origin, host=host, origins=self._origins)

    def _admit(self, address: str) -> _Client:
        now_ns = self._now_ns()
        self._connections_opened += 1
        wake = asyncio.Event()
        connection = Connection(
            publisher=self._publisher,
            limits=self._limits,
            connection_id=f"c_{self._connections_opened}",
            nonce=secrets.token_urlsafe(24),
            now_ns=now_ns,
            wake=wake.set,
        )
        client = _Client(connection, wake)
        limits = self._limits
        if self._is_stopping:
            connection.go_away()
        elif self.fault is not None:
            connection.end_for_fault()
        elif len(self._clients) >= limits.connections_max:
            detail = "connections: the server is full"
            connection.refuse_connection(detail, limit=limits.connections_max, now_ns=now_ns)
        elif self._addresses[address] >= limits.connections_per_address_max:
            detail = "connections: too many from this address"
            limit = limits.connections_per_address_max
            connection.refuse_connection(detail, limit=limit, now_ns=now_ns)
        self._addresses[address] += 1
        self._clients[client] = None
        return client

    async def _read(self, websocket: WebSocket, connection: Connection) -> None:
        """Hand in what the client sends, until it is gone.

        It is waited for even after the connection was closed: a client that does not take its
        close frame keeps its place among the connections of its address.
        """
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                connection.receive_bytes(self._now_ns())
                continue
            connection.receive_text(text, self._now_ns())
            self._read_accounts()
            auth = connection.auth_to_check
            if auth is not None:
                principal = await self._authenticate(auth)
                connection.receive_principal(principal, self._now_ns())

    async def _write(self, websocket: WebSocket, client: _Client) -> None:
        try:
            await self._send_all(websocket, client)
        except WebSocketDisconnect:
            pass  # the reader learns it too, and ends the connection
        except Exception:
            logger.exception("a feed connection has failed")
            await websocket.close(CloseCode.INTERNAL_ERROR)

    async def _send_all(self, websocket: WebSocket, client: _Client) -> None:
        """Send what waits, as it comes, until the connection is to be closed."""
        connection = client.connection
        while True:
            client.wake.clear()
            texts = connection.frames_to_send(self._now_ns())
            for text in texts:
                await websocket.send({"type": "websocket.send", "text": text})
            if texts:
                continue
            if connection.close_code is not None:
                await websocket.close(connection.close_code)
                return
            await client.wake.wait()
