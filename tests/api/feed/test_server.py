"""The feed over real sockets: a venue in a folder, a web server on a free port, and its clients."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from api.feed.limits import NS_PER_MS, FeedLimits
from api.feed.server import SUBPROTOCOL
from api.founding import FirstKeys, create_venue
from api.main import Venue, open_venue
from api.server import address_of, listen, serve
from exchange.commands import (
    AnyCommand,
    CreateProduct,
    PlaceOrder,
    RecordDeposit,
    RegisterParty,
)
from exchange.market_change import MarketChange
from exchange.types import OPERATOR_ID, Fen, PartyId, PartyKind
from matching import Price, Quantity, Side, TimeInForce
from registry.terms import SANDBOX
from registry.types import ProductId, Units
from tests.exchange.register_files import holders_file
from tests.model.feed_client import BookMirror, FeedClient, TradesMirror

SYMBOL: Final = "XT2026-01"
TRADES_AT_ONCE_MAX: Final = 50
"""Below what one party may have in the exchange's queue."""
SENT_BUFFER: Final = 65_536
"""Of the kernel, so that it is soon felt that a client does not read; a smaller one slows all."""
RECEIVED_BUFFER: Final = 16_384
"""Of the kernel, for a client that is to be slow."""


class FeedVenue:
    """A venue that serves, with a product, a seller with units and a buyer with money."""

    def __init__(self, venue: Venue, keys: FirstKeys, url: str) -> None:
        self.venue = venue
        self.keys = keys
        self.url = url
        self.stop = asyncio.Event()
        self.product_id = ProductId(0)
        self.seller_id = PartyId(0)
        self.buyer_id = PartyId(0)
        self._numbers = 0

    async def submit(self, command: AnyCommand) -> int:
        """Have a command committed; its sequence."""
        outcome = await self.venue.exchange.submit(command)
        assert outcome.refusal is None, outcome
        assert outcome.sequence is not None
        return outcome.sequence

    def key(self) -> str:
        """An idempotency key that was not used before."""
        self._numbers += 1
        return f"{self.venue.exchange.view.eseq}-{self._numbers}"

    async def furnish(self) -> None:
        """Make two traders, and the product if it is not there yet."""
        product = self.venue.exchange.view.product(SYMBOL)
        self.product_id = product.product_id if product else await self.create_product()
        kind = PartyKind.INSTITUTION
        register = [RegisterParty(actor=OPERATOR_ID, key=self.key(), kind=kind) for _ in range(2)]
        self.seller_id, self.buyer_id = [PartyId(await self.submit(c)) for c in register]
        holdings = [(self.seller_id, 10**8)]
        held = 10**8 if product else 0
        await self.submit(holders_file(self.key(), self.product_id, holdings, outstanding=held))
        await self.submit(
            RecordDeposit(
                actor=OPERATOR_ID, key=self.key(), party_id=self.buyer_id, amount=Fen(10**13)
            )
        )

    async def create_product(self) -> ProductId:
        """Make the product."""
        command = CreateProduct(
            actor=OPERATOR_ID,
            key=self.key(),
            symbol=SYMBOL,
            trust_company_id=self.keys.trust_company_id,
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
        return ProductId(await self.submit(command))

    def order(self, side: Side, quantity: int, price: int) -> PlaceOrder:
        """An order of the seller or the buyer."""
        return PlaceOrder(
            actor=self.buyer_id if side is Side.BUY else self.seller_id,
            key=self.key(),
            product_id=self.product_id,
            side=side,
            price=Price(price),
            quantity=Quantity(quantity),
            time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
            post_only=False,
            expires_at_ns=None,
        )

    async def trade(self, count: int) -> int:
        """So many offers, each taken, and the sequence of the last command."""
        sequences = [0]
        for first in range(0, count, TRADES_AT_ONCE_MAX):
            orders: list[PlaceOrder] = []
            for _ in range(min(TRADES_AT_ONCE_MAX, count - first)):
                price = 10_000 + 100 * (len(orders) % 30)
                orders.append(self.order(Side.SELL, 10, price))
                orders.append(self.order(Side.BUY, 10, price))
            sequences += await asyncio.gather(*map(self.submit, orders))
        return max(sequences)

    def connect_slowly(self) -> connect:
        """A connection that takes almost nothing until somebody reads from it."""
        host, _, port = self.url.removeprefix("ws://").partition("/")[0].partition(":")
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED_BUFFER)
        narrow.connect((host, int(port)))
        return self.connect(sock=narrow, max_queue=1)

    def connect(self, **options: Any) -> connect:
        """A connection to the feed, not through any proxy."""
        return connect(self.url, proxy=None, compression=None, max_size=None, **options)


class Watcher:
    """A client that reads, and the mirror that checks what it reads."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.mirror = FeedClient()
        self.frames: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        """The next frame, checked."""
        text = await self.socket.recv()
        assert isinstance(text, str)
        self.mirror.receive(text)
        self.frames.append(json.loads(text))
        return self.frames[-1]

    async def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read until a frame meets the condition."""
        while not condition(frame := await self.receive()):
            pass
        return frame

    async def until_command(self, sequence: int) -> dict[str, Any]:
        """Read until a frame that this command caused."""
        return await self.until(lambda frame: frame.get("eseq") == sequence)

    async def ask(self, **members: Any) -> dict[str, Any]:
        """Send a request and read until its answer."""
        req = f"r{len(self.frames)}"
        await self.socket.send(json.dumps({"req": req, **members}))
        return await self.until(lambda frame: frame.get("req") == req)

    async def subscribe(self, *channels: str, **members: Any) -> list[dict[str, Any]]:
        """Subscribe to channels of the product, and read its answer."""
        streams = [{"channel": channel, "symbol": SYMBOL, **members} for channel in channels]
        return list((await self.ask(type="subscribe", streams=streams))["results"])

    async def until_closed(self) -> int:
        """Read to the end; the close code."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.receive()
        assert self.socket.close_code is not None
        return self.socket.close_code


Scenario = Callable[[FeedVenue], Awaitable[None]]


def run(directory: Path, scenario: Scenario, *, limits: FeedLimits | None = None) -> None:
    """Make a venue in the folder unless there is one, serve it, and let the scenario play."""
    asyncio.run(_run(directory, scenario, limits or FeedLimits()))


async def _run(directory: Path, scenario: Scenario, limits: FeedLimits) -> None:
    keys = await create_venue(directory, demo=False, trust_company_name="Jiahe Trust")
    await _serve(directory, keys, scenario, limits)


async def _serve(directory: Path, keys: FirstKeys, scenario: Scenario, limits: FeedLimits) -> None:
    venue = await open_venue(directory)
    venue.services.feed._limits = limits
    listening = listen("127.0.0.1", 0)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_BUFFER)
    served = FeedVenue(venue, keys, f"ws://{address_of(listening)}/feed/v1")
    is_serving = asyncio.Event()
    serving = asyncio.create_task(
        serve(
            venue,
            listening,
            on_serving=is_serving.set,
            until=served.stop,
            feed_notice_s=0,
        )
    )
    await is_serving.wait()
    try:
        async with asyncio.timeout(60):
            await served.furnish()
            await scenario(served)
    finally:
        served.stop.set()
        await serving


def test_anybody_can_follow_the_market_of_a_sandbox(tmp_path: Path) -> None:
    async def scenario(served: FeedVenue) -> None:
        async with served.connect(subprotocols=[SUBPROTOCOL]) as websocket:
            assert websocket.subprotocol == SUBPROTOCOL
            watcher = Watcher(websocket)
            await watcher.subscribe("book", "trades", "ticker")
            last = await served.trade(20)
            await watcher.until(lambda f: f.get("eseq") == last and "volume_24h" in f)
            book = watcher.mirror.book(f"book.50:{SYMBOL}")
            assert (book.bids, book.asks) == ({}, {})
            trades = watcher.mirror.streams[f"trades:{SYMBOL}"]
            assert isinstance(trades, TradesMirror)
            assert sorted(trades.trades) == list(range(1, 21))

    run(tmp_path / "venue", scenario)


def test_a_trust_company_signs_in_and_follows_its_transfers(tmp_path: Path) -> None:
    async def scenario(served: FeedVenue) -> None:
        async with served.connect() as websocket:
            watcher = Watcher(websocket)
            key = served.keys.trust_company_key
            answer = await watcher.ask(type="auth", method="bearer", key=key)
            assert answer["party_id"] == str(served.keys.trust_company_id)
            ack = await watcher.ask(type="subscribe", streams=[{"channel": "transfers"}])
            assert ack["results"][0]["s"] == f"transfers:{served.keys.trust_company_id}"
            await served.trade(1)
            frame = await watcher.until(lambda frame: frame["type"] == "update")
            assert frame["transfers"][0]["role"] == "trust_company"

    run(tmp_path / "venue", scenario)


FAULTS: list[tuple[Sequence[str | bytes], int]] = [
    ((b"\x00",), 4000),
    (("[]",), 4000),
    (('{"type":"ping","req":"1","x":"' + "y" * 65_536 + '"}',), 4000),
    (('{"type":"auth","req":"1","method":"bearer","key":"wrong"}',), 4001),
    (('{"type":"ping","req":"1"}',) * 60, 4009),
]


@pytest.mark.parametrize(("messages", "code"), FAULTS, ids=lambda value: str(value)[:20])
def test_what_a_client_does_wrong_ends_in_its_close_code(
    tmp_path: Path, messages: Sequence[str | bytes], code: int
) -> None:
    async def scenario(served: FeedVenue) -> None:
        async with served.connect() as websocket:
            await websocket.recv()
            for message in messages:
                await websocket.send(message)
            texts = [json.loads(text) async for text in _all_of(websocket)]
            assert texts[-1]["type"] == "error"
            assert websocket.close_code == code

    run(tmp_path / "venue", scenario)


async def _all_of(websocket: ClientConnection) -> Any:
    try:
        while True:
            yield await websocket.recv()
    except ConnectionClosed:
        return


def test_time_passes_on_real_connections_too(tmp_path: Path) -> None:
    async def scenario(served: FeedVenue) -> None:
        async with served.connect() as idle, served.connect() as busy:
            watcher = Watcher(busy)
            await watcher.subscribe("ticker")
            await watcher.until(lambda frame: frame["type"] == "heartbeat" and frame["n"] == 3)
            assert await Watcher(idle).until_closed() == 4002

    limits = FeedLimits(heartbeat_ns=150 * NS_PER_MS, subscribe_within_ns=300 * NS_PER_MS)
    run(tmp_path / "venue", scenario, limits=limits)


def test_gathered_books_come_at_their_interval(tmp_path: Path) -> None:
    async def scenario(served: FeedVenue) -> None:
        async with served.connect() as websocket:
            watcher = Watcher(websocket)
            (result,) = await watcher.subscribe("book", interval_ms=100)
            await served.submit(served.order(Side.SELL, 10, 10_000))
            await served.submit(served.order(Side.SELL, 10, 10_100))
            name = result["s"]
            await watcher.until(lambda f: f.get("s") == name and f.get("seq") == 2)
            assert len(watcher.mirror.book(name).asks) == 2

    run(tmp_path / "venue", scenario)


def test_the_server_has_a_bounded_number_of_connections(tmp_path: Path) -> None:
    async def scenario(served: FeedVenue) -> None:
        async with served.connect(), served.connect() as second:
            watcher = Watcher(second)
            assert await watcher.until_closed() == 4009
            assert watcher.frames[-1]["limit"] == 1

    run(tmp_path / "venue", scenario, limits=FeedLimits(connections_max=1))


def test_a_withdrawn_key_ends_the_connections_that_signed_in_with_it(tmp_path: Path) -> None:
    async def scenario(served: FeedVenue) -> None:
        feed = served.venue.services.feed
        async with served.connect() as signed_in, served.connect() as anonymous:
            key = served.keys.trust_company_key
            watchers = Watcher(signed_in), Watcher(anonymous)
            await watchers[0].ask(type="auth", method="bearer", key=key)
            await watchers[1].subscribe("book")
            (key_id,) = {
                client.connection.principal.key_id
                for client in feed._clients
                if client.connection.principal is not None
            }
            feed.withdraw_key("another")
            feed.withdraw_key(key_id)
            assert await watchers[0].until_closed() == 4001
            assert (await watchers[1].ask(type="ping"))["type"] == "pong"

    run(tmp_path / "venue", scenario)


def test_an_address_has_a_bounded_number_of_connections(tmp_path: Path) -> None:
    async def scenario(served: FeedVenue) -> None:
        async with served.connect() as first, served.connect(), served.connect() as third:
            watcher = Watcher(third)
            assert await watcher.until_closed() == 4009
            assert watcher.frames[-1]["code"] == "limit"
            await first.close()
            async with served.connect() as fourth:
                assert (await Watcher(fourth).subscribe("book"))[0]["ok"]

    limits = FeedLimits(connections_per_address_max=2)
    run(tmp_path / "venue", scenario, limits=limits)


def test_a_client_that_does_not_read_is_merged_or_closed_and_never_felt_by_another(
    tmp_path: Path,
) -> None:
    async def scenario(served: FeedVenue) -> None:
        async with (
            served.connect() as quick_socket,
            served.connect_slowly() as merged_socket,
            served.connect_slowly() as closed_socket,
        ):
            quick, merged, closed = map(Watcher, (quick_socket, merged_socket, closed_socket))
            await quick.subscribe("book", "trades", depth=None)
            await merged.subscribe("book")
            await closed.subscribe("trades")
            last = 0
            for _ in range(60):
                last = await served.trade(TRADES_AT_ONCE_MAX)
                await quick.until_command(last)
            book = quick.mirror.book(f"book.50:{SYMBOL}")
            assert (book.conflated, quick.mirror.notices) == (0, [])
            # Only now do the slow ones begin to read.
            assert await closed.until_closed() == 4008
            error = closed.frames[-1]
            assert (error["code"], closed.mirror.errors) == ("slow_consumer", [error])
            trades = closed.mirror.streams[f"trades:{SYMBOL}"]
            assert error["resume"] == {trades.name: [trades.epoch, trades.seq]}
            await merged.until_command(last)
            mirror = merged.mirror.book(f"book.50:{SYMBOL}")
            assert isinstance(mirror, BookMirror)
            assert mirror.conflated > 0
            assert mirror.levels() == book.levels()

    limits = FeedLimits(queue_frames_max=400)
    run(tmp_path / "venue", scenario, limits=limits)


def test_a_stop_is_announced_and_closes_with_going_away(tmp_path: Path) -> None:
    async def scenario(served: FeedVenue) -> None:
        async with served.connect() as websocket:
            watcher = Watcher(websocket)
            await watcher.subscribe("book")
            served.stop.set()
            assert await watcher.until_closed() == 1001
            assert watcher.frames[-1]["code"] == "going_away"

    run(tmp_path / "venue", scenario)


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    tokens: list[tuple[str, str, int]] = []

    async def before(served: FeedVenue) -> None:
        await served.trade(3)
        async with served.connect() as websocket:
            results = await Watcher(websocket).subscribe("book", "trades", "ticker")
            tokens.extend((result["s"], result["epoch"], result["head"]) for result in results)

    async def after(served: FeedVenue) -> None:
        async with served.connect() as websocket:
            watcher = Watcher(websocket)
            for name, epoch, seq in tokens:
                (result,) = await watcher.subscribe(
                    name.partition(":")[0].partition(".")[0],
                    **{"from": {"epoch": epoch, "seq": seq}},
                )
                assert (result["mode"], result["s"]) == ("resumed", name)
            last = await served.trade(1)
            await watcher.until(lambda f: f.get("eseq") == last and "volume_24h" in f)

    async def play() -> None:
        directory = tmp_path / "venue"
        keys = await create_venue(directory, demo=False, trust_company_name="Jiahe Trust")
        await _serve(directory, keys, before, FeedLimits())
        await _serve(directory, keys, after, FeedLimits())

    asyncio.run(play())


def test_a_bug_in_one_connection_ends_that_connection_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_now_ns: int) -> list[str]:
        raise AssertionError("planted")

    async def scenario(served: FeedVenue) -> None:
        feed = served.venue.services.feed
        async with served.connect() as broken, served.connect() as whole:
            watchers = Watcher(broken), Watcher(whole)
            for watcher in watchers:
                await watcher.subscribe("book")
            monkeypatch.setattr(next(iter(feed._clients)).connection, "frames_to_send", fail)
            last = await served.trade(1)
            assert await watchers[0].until_closed() == 1011
            await watchers[1].until_command(last)
            assert feed.fault is None

    run(tmp_path / "venue", scenario)
    assert "planted" in caplog.text


def test_a_bug_of_the_feed_ends_the_feed_and_not_the_market(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_changes: Sequence[MarketChange], _now_ns: int) -> None:
        raise AssertionError("planted")

    async def scenario(served: FeedVenue) -> None:
        feed = served.venue.services.feed
        async with served.connect() as websocket:
            watcher = Watcher(websocket)
            await watcher.subscribe("book")
            monkeypatch.setattr(feed._publisher, "publish", fail)
            await served.trade(2)
            assert await watcher.until_closed() == 1011
        assert isinstance(feed.fault, AssertionError)
        async with served.connect() as websocket:
            assert await Watcher(websocket).until_closed() == 1011
        assert served.venue.exchange.readiness is None
        await served.trade(1)

    run(tmp_path / "venue", scenario)
    assert "the feed has stopped" in caplog.text
