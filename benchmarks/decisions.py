"""A batch of 10,000 confirmations over HTTP, while orders go on: how long it takes, and for how
long nothing else could be done meanwhile.

The venue is a real one, served as `trustex serve` serves it, in this process; who sends orders and
who confirms are processes of their own.
"""

import asyncio
import contextlib
import http.client
import json
import multiprocessing
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Final

import msgspec
import uvloop

from api import server
from api.auth.keys import digest_of, mint_key
from api.auth.principal import Principal
from api.cli.demo.connection import HttpConnection
from api.founding import DATABASE, create_venue
from api.main import Venue, open_venue
from benchmarks import disk
from benchmarks.journey import SAMPLE_ROWS_MAX
from benchmarks.report import Figure, median, percentile
from benchmarks.transfers import Trading
from benchmarks.venue import furnish_venue
from benchmarks.workload import FAR_LEVELS, LOT, MIDDLE, TICK, VenueFacts
from exchange.events import TransferOpened
from exchange.types import PartyId, PartyKind

MILLISECOND_NS: Final = 1_000_000
SECOND_NS: Final = 1_000_000_000
WATCH_EVERY_NS: Final = MILLISECOND_NS
CONNECTIONS: Final = 16
RAW_BATCH_ROWS: Final = 256
TAKE: Final = "take"
"""Asks the sender of orders for what it has noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """How much is measured."""

    rounds: int
    decisions: int
    orders_alone_s: float
    """For so long before each batch the same is measured without it."""
    raw_window_s: float
    orders_per_s: int = 300
    traders: int = 200
    products: int = 24
    seed: int = 1


class Orders(msgspec.Struct, frozen=True):
    """Where orders are sent to, by whom, and how many a second."""

    port: int
    keys: list[str]
    symbols: list[str]
    per_s: int
    seed: int


class Batch(msgspec.Struct, frozen=True):
    """A batch to be sent."""

    port: int
    key: str
    idempotency_key: str
    body: bytes


class BatchAnswer(msgspec.Struct, frozen=True):
    """When it was sent and answered, on the machine's monotonic clock, and what came of it."""

    from_ns: int
    until_ns: int
    taken: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What was seen in a stretch of time."""

    seconds: float
    stall_ms: float
    """The longest time for which the loop came to nothing else."""
    order_ms: Sequence[float]
    """Of each order or cancellation: from the moment at which it was due to its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A batch, and the same orders before it."""

    alone: Stretch
    batch: Stretch
    raw_rows_per_s: float


async def measure_decisions(plan: Deciding, directory: Path) -> list[Figure]:
    """Serve a venue, open transfers and have them confirmed in one request, over and over."""
    folder = directory / "venue"
    keys = await create_venue(folder, demo=False, trust_company_name="Jiahe 嘉禾")
    venue = await open_venue(folder)
    exchange, until, serving = venue.exchange, asyncio.Event(), asyncio.Event()
    rounds = []
    with server.listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        running = asyncio.create_task(
            server.serve(venue, listening, on_serving=serving.set, until=until, feed_notice_s=0)
        )
        await serving.wait()
        facts = await furnish_venue(
            exchange,
            [keys.trust_company_id],
            seed=plan.seed,
            traders=plan.traders,
            products=plan.products,
            orders_open=0,
        )
        trading = Trading(exchange, facts)
        server.tune_process()
        clients = _Clients(plan, venue, facts, port)
        try:
            await clients.start()
            for number in range(plan.rounds):
                opened = await trading.open_transfers(plan.decisions)
                batch = _batch(opened, port=port, key=keys.trust_company_key, number=number)
                rounds.append(await _round(plan, clients, batch, folder))
        finally:
            await clients.close()
            until.set()
            await running
    return _figures(plan, rounds)


async def _round(plan: Deciding, clients: "_Clients", batch: Batch, folder: Path) -> Round:
    watch = _LoopWatch()
    from_ns = time.monotonic_ns()
    await asyncio.sleep(plan.orders_alone_s)
    until_ns = time.monotonic_ns()
    answer = await clients.send(batch)
    assert (answer.taken, answer.refused) == (plan.decisions, 0), answer
    watch.stop()
    orders = await clients.take_orders()
    raw_rows_per_s = disk.raw_rows_per_s(
        folder.with_name("raw.sqlite3"),
        disk.journal_sample(folder / DATABASE, SAMPLE_ROWS_MAX),
        batch_rows=RAW_BATCH_ROWS,
        window_s=plan.raw_window_s,
    )
    found = Round(
        alone=_stretch(watch, orders, from_ns, until_ns),
        batch=_stretch(watch, orders, answer.from_ns, answer.until_ns),
        raw_rows_per_s=raw_rows_per_s,
    )
    print(
        f"batch      {found.batch.seconds:8.2f} s  stall {found.batch.stall_ms:6.1f} ms  "
        f"(orders alone {found.alone.stall_ms:.1f} ms)",
        flush=True,
    )
    return found


def _batch(opened: Sequence[TransferOpened], *, port: int, key: str, number: int) -> Batch:
    items = [
        {
            "transfer_id": str(event.transfer_id),
            "version": event.version,
            "decision": "CONFIRM",
        }
        for event in opened
    ]
    return Batch(port, key, f"batch-{number}", msgspec.json.encode({"items": items}))


def _stretch(
    watch: "_LoopWatch", orders: Sequence[tuple[int, int]], from_ns: int, until_ns: int
) -> Stretch:
    return Stretch(
        seconds=(until_ns - from_ns) / SECOND_NS,
        stall_ms=watch.longest_ns(from_ns, until_ns) / MILLISECOND_NS,
        order_ms=[
            (answered_ns - due_ns) / MILLISECOND_NS
            for due_ns, answered_ns in orders
            if from_ns <= due_ns <= until_ns
        ],
    )


class _LoopWatch:
    """How late a timer of the venue's loop is: for so long its one thread did one thing."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._at = array("q")
        self._late = array("q")
        self._set()

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.cancel()

    def longest_ns(self, from_ns: int, until_ns: int) -> int:
        """The longest stall that ended in this stretch."""
        return max(
            late_ns
            for at_ns, late_ns in zip(self._at, self._late, strict=True)
            if from_ns <= at_ns <= until_ns
        )

    def _set(self) -> None:
        self._due_ns = time.monotonic_ns() + WATCH_EVERY_NS
        self._timer = self._loop.call_later(WATCH_EVERY_NS / SECOND_NS, self._note)

    def _note(self) -> None:
        at_ns = time.monotonic_ns()
        self._at.append(at_ns)
        self._late.append(max(0, at_ns - self._due_ns))
        self._set()


class _Clients:
    """The two processes that are the venue's clients."""

    def __init__(self, plan: Deciding, venue: Venue, facts: VenueFacts, port: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._orders, theirs = context.Pipe()
        products = venue.exchange.view.products
        task = Orders(
            port=port,
            keys=[_key(venue, party_id) for party_id in facts.traders[:CONNECTIONS]],
            symbols=[products[product_id].terms.symbol for product_id in facts.products],
            per_s=plan.orders_per_s,
            seed=plan.seed,
        )
        self._processes = [context.Process(target=send_orders, args=(theirs, task), daemon=True)]
        self._batches, theirs_too = context.Pipe()
        self._processes.append(
            context.Process(target=send_batches, args=(theirs_too,), daemon=True)
        )

    async def start(self) -> None:
        """Start both; orders are flowing."""
        for process in self._processes:
            process.start()
        await asyncio.to_thread(self._orders.recv)

    async def send(self, batch: Batch) -> BatchAnswer:
        """Have the batch sent, and wait for its answer without holding up the loop."""
        self._batches.send(batch)
        answer = await asyncio.to_thread(self._batches.recv)
        assert isinstance(answer, BatchAnswer), answer
        return answer

    async def take_orders(self) -> list[tuple[int, int]]:
        """When each order so far was due and answered, in nanoseconds."""
        self._orders.send(TAKE)
        samples: list[tuple[int, int]] = await asyncio.to_thread(self._orders.recv)
        return samples

    async def close(self) -> None:
        """End both."""
        for connection in (self._orders, self._batches):
            with contextlib.suppress(OSError):  # of one that has failed, which is seen by itself
                connection.send(None)
        for process in self._processes:
            await asyncio.to_thread(process.join)


def _key(venue: Venue, party_id: PartyId) -> str:
    """A key of this trader, which the edge need not remember."""
    key = mint_key(demo=False)
    principal = Principal(party_id, PartyKind.INSTITUTION, f"{party_id:016}")
    venue.services.keys.add(digest_of(key), principal)
    return key


def send_batches(commands: Connection) -> None:
    """Send each batch that comes, until None does. The entry point of a process."""
    while (batch := commands.recv()) is not None:
        connection = http.client.HTTPConnection("127.0.0.1", batch.port, timeout=300)
        headers = {
            "Authorization": f"Bearer {batch.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": batch.idempotency_key,
        }
        from_ns = time.monotonic_ns()
        connection.request("POST", "/v1/decisions", body=batch.body, headers=headers)
        text = connection.getresponse().read()
        until_ns = time.monotonic_ns()
        connection.close()
        answer = json.loads(text)
        commands.send(BatchAnswer(from_ns, until_ns, answer["taken"], answer["refused"]))


def send_orders(commands: Connection, task: Orders) -> None:
    """Send orders, say so when the first is answered, and tell when asked how long they took, until
    None comes. The entry point of a process."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_OrderSender(commands, task).run())


class _OrderSender:
    """Orders far from the market, and their cancellation: what rests does not grow."""

    def __init__(self, commands: Connection, task: Orders) -> None:
        self._commands = commands
        self._task = task
        self._draw = Random(task.seed)
        self._numbers = count(1)
        self._samples: list[tuple[int, int]] = []
        self._asked_ns: int | None = None
        self._flows = False
        self._open: list[tuple[str, str]] = []
        self._idle: asyncio.Queue[HttpConnection] = asyncio.Queue()
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send at random moments, however late the answers are."""
        for _ in range(CONNECTIONS):
            self._idle.put_nowait(await HttpConnection.open("127.0.0.1", port=self._task.port))
        due_ns = time.monotonic_ns()
        while not await self._is_over(due_ns):
            due_ns += int(self._draw.expovariate(self._task.per_s) * SECOND_NS)
            await asyncio.sleep(max(0, due_ns - time.monotonic_ns()) / SECOND_NS)
            sending = asyncio.create_task(self._send(due_ns))
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)
        await asyncio.gather(*self._sending)
        while not self._idle.empty():
            self._idle.get_nowait().close()

    async def _is_over(self, due_ns: int) -> bool:
        """Whether no more are asked for. Who asks how long they took is told of all that were due
        by then: the slowest are answered last."""
        if self._asked_ns is None and self._commands.poll():
            if self._commands.recv() is None:
                return True
            self._asked_ns = time.monotonic_ns()
        if self._asked_ns is not None and due_ns > self._asked_ns:
            await asyncio.gather(*self._sending)
            self._commands.send(self._samples)
            self._samples, self._asked_ns = [], None
        return False

    async def _send(self, due_ns: int) -> None:
        cancels = len(self._open) > CONNECTIONS and self._draw.random() < 0.5
        text, key = self._cancellation() if cancels else self._order()
        connection = await self._idle.get()
        try:
            response = await connection.request(text)
        finally:
            self._idle.put_nowait(connection)
        assert response.status in (200, 201), response.body
        if not self._flows:
            self._flows = True
            self._commands.send(self._samples)
        self._samples.append((due_ns, time.monotonic_ns()))
        if not cancels:
            self._open.append((json.loads(response.body)["order_id"], key))

    def _order(self) -> tuple[bytes, str]:
        sells = self._draw.random() < 0.5
        away = self._draw.randint(FAR_LEVELS // 2, FAR_LEVELS) * TICK
        price = MIDDLE + away if sells else MIDDLE - away
        key = self._draw.choice(self._task.keys)
        body = {
            "client_order_id": f"far-{next(self._numbers)}",
            "symbol": self._draw.choice(self._task.symbols),
            "side": "SELL" if sells else "BUY",
            "price": f"{price // 10_000}.{price % 10_000:04}",
            "quantity": str(LOT),
        }
        return _request("POST", "/v1/orders", key, msgspec.json.encode(body)), key

    def _cancellation(self) -> tuple[bytes, str]:
        order_id, key = self._open.pop(self._draw.randrange(len(self._open)))
        return _request("DELETE", f"/v1/orders/{order_id}", key, number=next(self._numbers)), key


def _request(method: str, path: str, key: str, body: bytes = b"", *, number: int = 0) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: venue", f"Authorization: Bearer {key}"]
    if number:
        lines.append(f"Idempotency-Key: far-{number}")
    if body:
        lines.append("Content-Type: application/json")
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _figures(plan: Deciding, rounds: Sequence[Round]) -> list[Figure]:
    name = f"register.batch_confirm_{plan.decisions}_s"
    return [
        Figure(
            name=name,
            value=median(each.batch.seconds for each in rounds),
            unit="s",
            baseline=median(plan.decisions / each.raw_rows_per_s for each in rounds),
        ),
        Figure(
            name="register.batch_writer_stall_ms",
            value=max(each.batch.stall_ms for each in rounds),
            unit="ms",
            baseline=max(each.alone.stall_ms for each in rounds),
        ),
        Figure(
            name="register.batch_writer_stall_median_ms",
            value=median(each.batch.stall_ms for each in rounds),
            unit="ms",
            baseline=median(each.alone.stall_ms for each in rounds),
        ),
        *(
            Figure(
                name=f"register.batch_order_p{per_cent}_ms",
                value=median(percentile(each.batch.order_ms, per_cent) for each in rounds),
                unit="ms",
                baseline=median(percentile(each.alone.order_ms, per_cent) for each in rounds),
            )
            for per_cent in (50, 99)
        ),
    ]
