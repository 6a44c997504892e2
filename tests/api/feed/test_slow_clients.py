"""A client that does not keep up: told first, merged next, closed last. Nothing goes unsaid."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.feed import subscription as subscription_module
from api.feed.limits import FeedLimits
from api.feed.messages import CloseCode
from api.schemas.decimals import format_price
from matching import Side
from tests.api.feed.desk import EPOCH, S_NS, Client, Desk
from tests.model.feed_client import BookMirror, TickerMirror, TransfersMirror

FRAMES_MAX = 10


def narrow_desk(**limits: int) -> Desk:
    return Desk(limits=FeedLimits(**{"queue_frames_max": FRAMES_MAX, **limits}), products=1)


def subscribe(client: Client, channel: str, **members: Any) -> str:
    (result,) = client.subscribe({"channel": channel, "symbol": client.desk.symbol(), **members})
    return str(result["s"])


def quote(desk: Desk, count: int) -> None:
    """So many changes of the book and of the ticker."""
    for number in range(count):
        desk.market.place(Side.BUY, 10, 9_000 + 100 * (number % 20), trader=0)
        desk.publish()


def trade(desk: Desk, count: int) -> None:
    """So many trades."""
    for _ in range(count):
        desk.market.place(Side.SELL, 10, 10_000, trader=2)
        desk.market.place(Side.BUY, 10, 10_000, trader=1)
        desk.publish()


def test_at_half_of_the_queue_the_client_is_warned_once() -> None:
    desk = narrow_desk()
    client = desk.connect()
    subscribe(client, "book")
    quote(desk, 1)
    desk.now_ns += S_NS
    quote(desk, 7)
    first, *updates = client.read()
    assert (first["type"], first["code"]) == ("notice", "slow_consumer_warning")
    assert (first["queued"], first["lag_ms"]) == (6, 1_000)
    assert len(updates) == 8
    # Having read everything it may be warned again.
    quote(desk, 6)
    assert client.read()[0]["type"] == "notice"


def test_past_the_bound_waiting_updates_become_one_and_the_chain_holds() -> None:
    desk = narrow_desk()
    client = desk.connect()
    name = subscribe(client, "book")
    quote(desk, 1)
    client.read()
    quote(desk, 30)
    (update,) = [frame for frame in client.read() if frame["type"] == "update"]
    assert (update["prev"], update["seq"], update["conflated"]) == (1, 31, 30)
    prices = [price for price, _, _ in update["bids"]]
    assert 20 == len(prices) == len(set(prices))
    quote(desk, 1)
    (live,) = client.read()
    assert (live["prev"], live["seq"]) == (31, 32)
    assert "conflated" not in live
    assert len(client.mirror.book(name).bids) == 20


def test_a_merged_ticker_is_the_newest() -> None:
    desk = narrow_desk()
    client = desk.connect()
    name = subscribe(client, "ticker")
    quote(desk, 15)
    client.read()
    mirror = client.mirror.streams[name]
    assert isinstance(mirror, TickerMirror)
    assert mirror.conflated == mirror.seq == 15
    assert mirror.ticker["bid"] == ["1.0400", "10"]


def test_so_much_that_a_snapshot_is_shorter_is_sent_as_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(subscription_module, "MERGED_LEVELS_MAX", 15)
    desk = narrow_desk()
    client = desk.connect()
    subscribe(client, "book")
    quote(desk, 40)
    (snapshot,) = [frame for frame in client.read() if frame["type"] != "notice"]
    assert (
        snapshot["type"],
        snapshot["reason"],
        snapshot["seq"],
    ) == ("snapshot", "slow_consumer", 40)
    quote(desk, 1)
    (live,) = client.read()
    assert live["prev"] == 40


def test_trades_are_never_merged_but_end_the_connection_with_tokens_to_resume() -> None:
    desk = narrow_desk()
    client = desk.connect()
    book, trades = subscribe(client, "book"), subscribe(client, "trades")
    trade(desk, 2)
    client.read()
    trade(desk, FRAMES_MAX + 1)
    assert client.close_code() is CloseCode.SLOW_CONSUMER
    (error,) = client.read()
    assert (error["type"], error["code"]) == ("error", "slow_consumer")
    assert {book: [EPOCH, 4], trades: [EPOCH, 2]} == error["resume"]
    assert not desk.publisher._by_product


def test_a_client_may_choose_to_be_closed_rather_than_merged() -> None:
    desk = narrow_desk()
    client = desk.connect()
    subscribe(client, "book", on_slow="disconnect")
    quote(desk, FRAMES_MAX - 1)  # and a warning
    assert client.close_code() is None
    quote(desk, 1)
    assert client.close_code() is CloseCode.SLOW_CONSUMER


def test_the_queue_is_bounded_in_bytes_too() -> None:
    desk = Desk(limits=FeedLimits(queue_bytes_max=2_000), products=1)
    client = desk.connect()
    subscribe(client, "book")
    quote(desk, 50)
    texts = client.connection.frames_to_send(desk.now_ns)
    assert sum(map(len, texts)) < 4_000


def test_frames_that_have_waited_two_seconds_are_merged_or_end_the_connection() -> None:
    desk = narrow_desk()
    merged, closed = desk.connect(), desk.connect()
    subscribe(merged, "book")
    subscribe(closed, "trades")
    quote(desk, 2)
    trade(desk, 1)
    desk.pass_time(2 * S_NS - 1)
    assert closed.close_code() is None
    desk.pass_time(1)
    assert closed.close_code() is CloseCode.SLOW_CONSUMER
    assert merged.close_code() is None
    (update,) = merged.read()
    assert update["conflated"] == 4


def test_a_flood_of_answers_that_nobody_reads_ends_the_connection() -> None:
    desk = narrow_desk(inbound_per_s_max=1_000)
    client = desk.connect()
    for _ in range(FRAMES_MAX + 1):
        client.send(type="ping")
    assert client.close_code() is CloseCode.SLOW_CONSUMER


def test_a_slow_client_leaves_the_others_as_they_are() -> None:
    desk = narrow_desk()
    quick, slow = desk.connect(), desk.connect()
    for client in (quick, slow):
        subscribe(client, "book")
        subscribe(client, "trades")
    seen = 0
    for _ in range(40):
        quote(desk, 1)
        trade(desk, 1)
        seen += len(quick.read())
    assert slow.close_code() is CloseCode.SLOW_CONSUMER
    assert quick.close_code() is None
    assert not quick.mirror.notices
    assert quick.mirror.book(f"book.50:{desk.symbol()}").conflated == 0
    assert seen == 40 * 4


def test_a_resync_replaces_what_waits_to_be_merged() -> None:
    desk = narrow_desk()
    client = desk.connect()
    name = subscribe(client, "book")
    quote(desk, 20)
    client.send(type="resync", s=name)
    quote(desk, 3)
    kinds = [(frame["type"], frame.get("seq")) for frame in client.read()]
    assert kinds == [("notice", None), ("ack", None), ("snapshot", 23)]


# --- whatever happens ---

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["market", "market", "market", "read", "time", "resync", "again", "flush"]),
        st.integers(min_value=0, max_value=2),
        st.integers(min_value=1, max_value=12),
    ),
    min_size=20,
    max_size=60,
)
WANTED: tuple[tuple[dict[str, Any], ...], ...] = (
    ({"channel": "book", "depth": 10}, {"channel": "ticker"}),
    (
        {"channel": "book", "depth": "all"},
        {"channel": "book", "depth": 10, "interval_ms": 100},
        {"channel": "book", "depth": "all", "interval_ms": 100},
    ),
    ({"channel": "book", "depth": 50}, {"channel": "trades"}, {"channel": "transfers"}),
)


def want(desk: Desk, index: int) -> Client:
    """A client of the feed that asks for its streams and reads nothing yet."""
    client = desk.connect()
    client.sign_in(desk.market.trader_ids[index])
    for symbol in (desk.symbol(0), desk.symbol(1)):
        streams = [
            stream if stream["channel"] == "transfers" else {**stream, "symbol": symbol}
            for stream in WANTED[index]
        ]
        client.send(type="subscribe", streams=streams)
    return client


def check_against_the_market(desk: Desk, client: Client) -> None:
    """Having read everything, a client knows what the market is."""
    for name, mirror in client.mirror.streams.items():
        if isinstance(mirror, BookMirror):
            product = desk.view.product(name.partition(":")[2])
            assert product is not None
            book = desk.market.state.products[product.product_id].book
            depth = mirror.depth or 1_000
            expected = [
                [(format_price(p), str(q), n) for p, q, n in book.depth(side, levels=depth)]
                for side in (Side.BUY, Side.SELL)
            ]
            assert expected == list(mirror.levels()), name
        elif isinstance(mirror, TransfersMirror):
            party_id = desk.market.trader_ids[2]
            pending = [str(t.transfer_id) for t in desk.view.transfers_of(party_id)]
            assert pending == sorted(mirror.pending, key=int)


def do(
    desk: Desk, clients: list[Client], what: str, index: int, count: int, random: Random
) -> None:
    """One step: the market moves as one batch, or a client does something, or time passes."""
    client = clients[index]
    if what == "market":
        for _ in range(count):
            desk.market.step(random)
        desk.publish()
    elif what == "read":
        client.read_some()
    elif what == "time":
        desk.pass_time(count * 100_000_000)
    elif what == "flush":
        desk.publisher.flush(desk.now_ns, interval_ms=100)
    elif what == "resync" and client.mirror.streams:
        names = sorted(client.mirror.streams)
        client.send(type="resync", s=names[count % len(names)])
    elif what == "again" and client.close_code() is not None:
        client.connection.leave()
        clients[index] = want(desk, index)


@given(STEPS, st.integers(min_value=0, max_value=2**32), st.sampled_from([4, 12, 50]))
def test_whatever_happens_a_client_that_catches_up_knows_the_market(
    steps: list[tuple[str, int, int]], seed: int, frames_max: int
) -> None:
    desk = Desk(limits=FeedLimits(queue_frames_max=frames_max, inbound_per_s_max=1_000))
    clients = [want(desk, index) for index in range(3)]
    random = Random(seed)
    for what, index, count in steps:
        do(desk, clients, what, index, count, random)
    desk.publisher.flush(desk.now_ns, interval_ms=100)
    for client in clients:
        client.read()
        if client.close_code() is None:
            assert not client.mirror.errors
            check_against_the_market(desk, client)
        else:
            # Told why, with the last number that it really has of each stream.
            (error,) = client.mirror.errors
            assert error["code"] == "slow_consumer"
            for name, (epoch, seq) in error["resume"].items():
                mirror = client.mirror.streams.get(name)
                if mirror is not None and mirror.state != "RESYNCING":
                    assert (EPOCH, mirror.seq) == (epoch, seq)
