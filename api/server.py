"""Serving an open venue over HTTP and websocket until it is told to stop, or stops itself."""

import asyncio
import contextlib
import gc
import ipaddress
import signal
import socket
import sys
from collections.abc import Callable, Generator
from typing import Any, Final

import msgspec
import uvicorn

from api.http_protocol import BoundedHttp
from api.main import Venue

FEED_NOTICE_S: Final = 10
"""Feed clients are told this long before a planned stop; with none connected nobody waits."""
GRACEFUL_SHUTDOWN_S: Final = 5
KEEP_ALIVE_S: Final = 30
FRAME_BYTES_MAX: Final = 2 * 65_536
"""Above what the feed takes, so that the feed itself says what was wrong."""
GC_THRESHOLDS: Final = (10_000, 20, 500)
"""With the default thresholds collections of everything in the middle of a batch were felt: p99
9–16 ms. The youngest generation stays small: 100,000 young objects, as many as a batch of decisions
makes, took 45 ms; 10,000 take 7."""
SWITCH_INTERVAL_S: Final = 0.0001
"""A thread that reads rows gives the interpreter back this soon; at 5 ms commits waited for it."""
STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class _Server(uvicorn.Server):
    """The web server, leaving signals to us."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_serving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.is_serving.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take no signal: the feed has to say goodbye before the sockets close."""
        yield


def tune_process() -> None:
    """Settle the collector, the types and the threads for serving. Call it after the venue is
    loaded and before threads work for it. Cost: some 10 ms, and a collection."""
    _prepare(msgspec.Struct)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    sys.setswitchinterval(SWITCH_INTERVAL_S)


def _prepare(struct: type[msgspec.Struct]) -> None:
    """Have every kind of Struct looked at now, by one thread. msgspec 0.22 looks at a kind when it
    is first decoded, and of two threads that do so at once one reads what is not there yet: the
    process ends by a segmentation fault."""
    for kind in struct.__subclasses__():
        with contextlib.suppress(TypeError):  # kinds that cannot be told apart: nobody decodes it
            msgspec.msgpack.Decoder(kind)
        _prepare(kind)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on this address; port 0 takes a free one.

    Raises:
        OSError: the address is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2_048)
    except OSError:
        listening.close()
        raise
    return listening


def address_of(listening: socket.socket) -> str:
    """The base address under which the socket is reached, without a scheme."""
    host, port, *_ = listening.getsockname()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def serve(
    venue: Venue,
    listening: socket.socket,
    *,
    on_serving: Callable[[], None],
    until: asyncio.Event | None = None,
    feed_notice_s: int = FEED_NOTICE_S,
) -> BaseException | None:
    """Serve the venue until SIGINT or SIGTERM comes, `until` is set, or the venue stops itself.

    Args:
        on_serving: called when requests are answered.
        feed_notice_s: how long feed clients are told ahead; a second signal cuts it short.

    Returns:
        The fault that stopped the venue, or None after an orderly stop. The venue is closed.
    """
    stop = until or asyncio.Event()
    hurry = asyncio.Event()
    loop = asyncio.get_running_loop()

    def heed() -> None:
        (hurry if stop.is_set() else stop).set()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, heed)
    server = _Server(_config(venue))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await server.is_serving.wait()
        on_serving()
        stopped = venue.exchange.stopped
        ends: tuple[asyncio.Future[Any], ...] = (serving, stopping, stopped)
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        fault = stopped.exception() if stopped.done() else None
        if fault is None and not serving.done():
            await _say_goodbye(venue, hurry, feed_notice_s)
        await venue.services.feed.close()
        server.should_exit = True
        await serving
    finally:
        stopping.cancel()
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
        await venue.close()
    return fault


async def _say_goodbye(venue: Venue, hurry: asyncio.Event, notice_s: int) -> None:
    closing = asyncio.create_task(venue.services.feed.close(notice_s=notice_s))
    hurrying = asyncio.create_task(hurry.wait())
    await asyncio.wait({closing, hurrying}, return_when=asyncio.FIRST_COMPLETED)
    for task in (closing, hurrying):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _config(venue: Venue) -> uvicorn.Config:
    return uvicorn.Config(
        venue.app,
        loop="none",
        http=BoundedHttp,
        ws="websockets-sansio",
        ws_max_size=FRAME_BYTES_MAX,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_S,
    )
