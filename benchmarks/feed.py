"""How many frames a second the feed delivers, beside bare writes of the same bytes in the same run.

    python -m benchmarks.feed --json FILE [--quick]

One product's book changes, and every client has the raw stream of it. The server is the real one
(uvicorn, one process); the clients are another process that reads and looks at nothing. Deliveries
a second of the server's CPU time, as the median of three windows, by number of clients. The
baseline writes the same frame to as many plain sockets.

Left out: the engine and the journal (changes are made beforehand), what a client does with a frame,
slow clients, encryption.
"""

import argparse
import asyncio
import base64
import os
import socket
import statistics
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, cast

import uvicorn
import uvloop
from sqlalchemy import create_engine
from starlette.applications import Starlette

from api.auth.principal import Principal
from api.feed.limits import SECOND_NS, FeedLimits
from api.feed.messages import Auth
from api.feed.server import FeedServer
from api.quote_access import QuoteAccess
from benchmarks.report import Figure, print_table, write_json
from exchange.candles import Candles
from exchange.commands import CreateProduct
from exchange.events import AnyEvent, OrderRested, ProductCreated, VenueOpened
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.market_change import MarketChange
from exchange.market_view import MarketView
from exchange.sequencer import Batch
from exchange.types import OPERATOR_ID, PartyId, VenueProfile
from exchange.types import Sequence as SequenceNumber
from matching import OrderId, Price, Quantity, Side
from registry.terms import SANDBOX
from registry.types import ProductId, TimeNs, Units

CLIENTS: Final = (1, 10, 100, 1_000)
DELIVERIES: Final = 100_000
DELIVERIES_QUICK: Final = 20_000
WINDOWS: Final = 3
LEVELS: Final = 60
BATCH_COMMANDS: Final = 20
SYMBOL: Final = "XT2026-01"
SUBSCRIPTION: Final = (
    f'{{"type":"subscribe","req":"1","streams":[{{"channel":"book","symbol":"{SYMBOL}",'
    '"on_slow":"disconnect"}]}'
).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A command as the exchange publishes it."""

    sequence: SequenceNumber
    at_ns: TimeNs
    events: Sequence[AnyEvent]


class Market:
    """The committed market of one product in which orders come to rest."""

    def __init__(self) -> None:
        self.view = MarketView()
        self.epoch = "e1"
        self._listener: Callable[[Sequence[MarketChange]], None] | None = None
        self._publish(
            VenueOpened(
                four_eyes=False,
                operator_id=OPERATOR_ID,
                profile=VenueProfile.SANDBOX,
                fee_schedule=DEFAULT_FEE_SCHEDULE,
                calendars=(),
            )
        )
        self._publish(ProductCreated(product_id=ProductId(1), terms=_terms()))

    def on_committed(self, listener: Callable[[Sequence[MarketChange]], None]) -> None:
        """Tell the feed of commits."""
        self._listener = listener

    def on_durable(self, listener: Callable[[Batch], None]) -> None:
        """Nobody has an account here."""

    def commit(self, commands: int) -> None:
        """So many orders come to rest, in turn at each of the levels, as one batch."""
        changes = []
        for _ in range(commands):
            number = self.view.eseq + 1
            away = 1 + number % LEVELS
            is_buy = number % 2 == 0
            changes.append(
                self._publish(
                    OrderRested(
                        order_id=OrderId(number),
                        product_id=ProductId(1),
                        side=Side.BUY if is_buy else Side.SELL,
                        price=Price(10_000 + (-away if is_buy else away) * 100),
                        quantity=Quantity(10),
                    )
                )
            )
        assert self._listener is not None
        self._listener(changes)

    def _publish(self, event: AnyEvent) -> MarketChange:
        sequence = SequenceNumber(self.view.eseq + 1)
        at_ns = TimeNs(time.time_ns())
        return self.view.apply(Published(sequence=sequence, at_ns=at_ns, events=(event,)))


class Reader(asyncio.Protocol):
    """A client that asks for the stream and throws away what comes."""

    def __init__(self, ready: asyncio.Event, *, is_websocket: bool) -> None:
        self.ready = ready
        self.is_websocket = is_websocket
        self.transport: asyncio.Transport | None = None
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        # uvloop's transports do not inherit from asyncio's.
        self.transport = writable = cast(asyncio.Transport, transport)
        if not self.is_websocket:
            self.ready.set()
            return
        key = base64.b64encode(os.urandom(16))
        writable.write(
            b"GET /feed/v1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + key
            + b"\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        """Subscribe after the welcome; be ready after the snapshot."""
        if self.ready.is_set():
            return
        had_welcome = b'"welcome"' in self.received
        self.received += data
        if not had_welcome and b'"welcome"' in self.received:
            assert self.transport is not None
            # A client's frame is masked; with a mask of zeros it reads as it is.
            assert len(SUBSCRIPTION) < 126, len(SUBSCRIPTION)
            header = bytes((0x81, 0x80 | len(SUBSCRIPTION), 0, 0, 0, 0))
            self.transport.write(header + SUBSCRIPTION)
        if b'"snapshot"' in self.received:
            self.ready.set()


async def be_clients(port: int, count: int, *, is_websocket: bool) -> None:
    """Be so many clients until standard input ends."""
    loop = asyncio.get_running_loop()
    readers = []
    for _ in range(count):
        ready = asyncio.Event()
        reader = Reader(ready, is_websocket=is_websocket)
        await loop.create_connection(partial(_same, reader), "127.0.0.1", port)
        await ready.wait()
        readers.append(reader)
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def _same(reader: Reader) -> Reader:
    return reader


async def with_clients(
    port: int, count: int, *, is_websocket: bool, measure: Callable[[], Awaitable[float]]
) -> float:
    """The median of what is measured while another process is so many clients."""
    kind = "--websocket" if is_websocket else "--plain"
    command = [sys.executable, "-m", "benchmarks.feed", "--clients", str(count), str(port), kind]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            assert await process.stdout.readline() == b"ready\n"
        return statistics.median([await measure() for _ in range(WINDOWS)])
    finally:
        process.stdin.close()
        await process.wait()


async def measure_feed(count: int, deliveries: int) -> float:
    """Deliveries a second of CPU time by the real server."""

    async def nobody(_auth: Auth) -> Principal | None:
        return None

    market = Market()
    limits = FeedLimits(connections_per_address_max=count, queue_age_max_ns=60 * SECOND_NS)
    # Nothing is ever traded in this market, and nobody has an account.
    feed = FeedServer(
        market,
        nobody,
        create_engine("sqlite://"),
        candles=Candles(),
        quotes=QuoteAccess(market.view),
        limits=limits,
    )
    app = Starlette(routes=[feed.route()])
    listening = socket.create_server(("127.0.0.1", 0), backlog=2_048)
    config = uvicorn.Config(
        app, ws="websockets-sansio", ws_per_message_deflate=False, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))

    async def measure() -> float:
        started_s = time.process_time()
        for _ in range(max(1, deliveries // (count * BATCH_COMMANDS))):
            market.commit(BATCH_COMMANDS)
            while feed.frames_waiting:  # noqa: ASYNC110  a writer that is done tells nobody
                await asyncio.sleep(0)
        spent_s = time.process_time() - started_s
        assert feed.connections == count, "a client was too slow"
        return max(1, deliveries // (count * BATCH_COMMANDS)) * BATCH_COMMANDS * count / spent_s

    port = listening.getsockname()[1]
    figure = await with_clients(port, count, is_websocket=True, measure=measure)
    await feed.close()
    server.should_exit = True
    await serving
    return figure


async def measure_bare(count: int, deliveries: int) -> float:
    """Deliveries a second of CPU time by writes of a frame that is there already."""
    transports: list[asyncio.StreamWriter] = []

    async def keep(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        transports.append(writer)

    server = await asyncio.start_server(keep, "127.0.0.1", 0, backlog=2_048)
    frame = b"\x81\x7e\x01\x0a" + b"x" * 266

    async def measure() -> float:
        rounds = max(1, deliveries // count)
        started_s = time.process_time()
        for number in range(rounds):
            for writer in transports:
                writer.write(frame)
            if number % BATCH_COMMANDS == 0:
                for writer in transports:
                    await writer.drain()
                await asyncio.sleep(0)  # so that no more is joined to one write than by the feed
        return rounds * count / (time.process_time() - started_s)

    port = server.sockets[0].getsockname()[1]
    figure = await with_clients(port, count, is_websocket=False, measure=measure)
    for writer in transports:
        writer.close()
    server.close()
    await server.wait_closed()
    return figure


async def measure_all(deliveries: int) -> list[Figure]:
    """The figures for every number of clients."""
    figures = []
    for count in CLIENTS:
        value = await measure_feed(count, deliveries)
        baseline = await measure_bare(count, deliveries)
        figures.append(
            Figure(
                name=f"feed.clients_{count}.deliveries_per_cpu_s",
                value=value,
                unit="1/s",
                baseline=baseline,
            )
        )
    return figures


def _terms() -> CreateProduct:
    return CreateProduct(
        actor=OPERATOR_ID,
        key="product",
        symbol=SYMBOL,
        trust_company_id=PartyId(2),
        name_zh="稳健一号",
        name_en="Steady One",
        product_type="FIXED_INCOME",
        risk_level=2,
        benchmark_bps=None,
        maturity_date=None,
        units_issued=Units(10**9),
        par_value=Price(10_000),
        tick=Price(100),
        lot=Quantity(10),
        quantity_scale=0,
        transfer_terms=SANDBOX,
    )


def main() -> None:
    """Measure, or be the clients of a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--quick", action="store_true", help="fewer deliveries")
    parser.add_argument("--clients", nargs=2, type=int, help=argparse.SUPPRESS)
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--websocket", action="store_true", help=argparse.SUPPRESS)
    kinds.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if arguments.clients:
            count, port = arguments.clients
            runner.run(be_clients(port, count, is_websocket=arguments.websocket))
            return
        figures = runner.run(measure_all(DELIVERIES_QUICK if arguments.quick else DELIVERIES))
    print_table(figures)
    if arguments.json is not None:
        write_json(figures, arguments.json)


if __name__ == "__main__":
    main()
