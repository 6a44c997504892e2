"""What each channel publishes of a command, and what a newcomer gets."""

from typing import Any

import pytest

from api.feed import book as book_module
from api.feed import stream as stream_module
from exchange.types import PreemptionAnswer
from matching import Side
from registry.types import TransferId
from tests.api.feed.desk import Client, Desk
from tests.exchange.small_market import SECOND_NS

DAY_NS = 86_400 * SECOND_NS


@pytest.fixture
def desk() -> Desk:
    return Desk(products=1)


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.connect()


def subscribe(client: Client, channel: str, **members: Any) -> str:
    (result,) = client.subscribe({"channel": channel, "symbol": client.desk.symbol(), **members})
    return str(result["s"])


def sell(desk: Desk, *prices: int, quantity: int = 10) -> list[int]:
    """Offers of one trader, one command each, published one by one."""
    order_ids = []
    for price in prices:
        order_ids.append(int(desk.market.place(Side.SELL, quantity, price, trader=0).sequence))
        desk.publish()
    return order_ids


# --- book ---


def test_a_snapshot_and_what_follows_make_the_book(desk: Desk, client: Client) -> None:
    sell(desk, 10_300, 10_200)
    name = subscribe(client, "book")
    assert name == f"book.50:{desk.symbol()}"
    assert client.frames[-1]["asks"] == [["1.0200", "10", 1], ["1.0300", "10", 1]]
    sell(desk, 10_200)
    (update,) = client.read()
    assert (update["bids"], update["asks"]) == ([], [["1.0200", "20", 2]])
    assert (update["prev"], update["seq"]) == (2, 3)


def test_a_command_is_one_frame_however_many_levels_it_takes(desk: Desk, client: Client) -> None:
    sell(desk, 10_100, 10_200, 10_300)
    subscribe(client, "book")
    desk.market.place(Side.BUY, 25, 10_200, trader=1)
    desk.market.place(Side.BUY, 50, 10_200, trader=1)
    desk.publish()
    (update,) = client.read()
    assert sorted(update["asks"]) == [["1.0100", "0", 0], ["1.0200", "0", 0]]
    assert update["bids"] == [["1.0200", "30", 1]]


def test_a_level_that_comes_into_view_is_added_and_one_that_leaves_removed(
    desk: Desk, client: Client
) -> None:
    order_ids = sell(desk, *range(10_100, 11_300, 100))
    name = subscribe(client, "book", depth=10)
    assert len(client.mirror.book(name).asks) == 10
    desk.market.cancel(order_ids[0])
    desk.publish()
    (update,) = client.read()
    assert update["asks"] == [["1.1100", "10", 1], ["1.0100", "0", 0]]
    sell(desk, 10_000)
    (update,) = client.read()
    assert update["asks"] == [["1.0000", "10", 1], ["1.1100", "0", 0]]


def test_what_is_out_of_view_uses_up_a_number_and_no_frame(desk: Desk, client: Client) -> None:
    sell(desk, *range(10_100, 11_100, 100))
    name = subscribe(client, "book", depth=10)
    sell(desk, 12_000)
    assert client.read() == []
    newcomer = desk.connect()
    subscribe(newcomer, "book", depth=10)
    # The newcomer's snapshot links to the frame that both get next.
    assert newcomer.frames[-1]["seq"] == 10
    sell(desk, 10_000)
    (update,) = client.read()
    assert (update["prev"], update["seq"]) == (10, 12)
    assert newcomer.read() == [update]
    assert client.mirror.book(name).asks == newcomer.mirror.book(name).asks


def test_a_gathering_stream_tells_the_difference_once_an_interval(
    desk: Desk, client: Client
) -> None:
    name = subscribe(client, "book", interval_ms=100)
    assert name == f"book.50@100:{desk.symbol()}"
    order_ids = sell(desk, 10_100, 10_200, 10_300)
    desk.market.cancel(order_ids[1])
    desk.publish()
    assert client.read() == []
    desk.publisher.flush(desk.now_ns, interval_ms=1_000)
    assert client.read() == []
    desk.publisher.flush(desk.now_ns, interval_ms=100)
    (update,) = client.read()
    assert update["asks"] == [["1.0100", "10", 1], ["1.0300", "10", 1]]
    assert (update["prev"], update["seq"]) == (0, 4)
    desk.publisher.flush(desk.now_ns, interval_ms=100)
    assert client.read() == []


@pytest.mark.parametrize("depth", [10, "all"])
def test_a_newcomer_of_a_gathering_stream_has_everybody_told_first(
    desk: Desk, client: Client, depth: int | str
) -> None:
    name = subscribe(client, "book", depth=depth, interval_ms=1_000)
    sell(desk, 10_100)
    newcomer = desk.connect()
    subscribe(newcomer, "book", depth=depth, interval_ms=1_000)
    (update,) = client.read()
    assert update["seq"] == newcomer.frames[-1]["seq"] == 1
    sell(desk, 10_200)
    desk.publisher.flush(desk.now_ns, interval_ms=1_000)
    assert client.read() == newcomer.read()
    assert len(newcomer.mirror.book(name).asks) == 2


def test_frames_of_one_stream_are_the_same_text_for_everybody(desk: Desk) -> None:
    clients = [desk.connect() for _ in range(3)]
    for client in clients:
        subscribe(client, "book")
    sell(desk, 10_100)
    texts = [client.connection.frames_to_send(desk.now_ns) for client in clients]
    assert texts[0][0] is texts[1][0] is texts[2][0]


def test_a_large_book_comes_in_parts_with_one_checksum(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_module, "SNAPSHOT_ITEMS_MAX", 5)
    sell(desk, *range(10_100, 11_300, 100))
    name = subscribe(client, "book", depth="all")
    snapshots = [frame for frame in client.frames if frame["type"] == "snapshot"]
    assert [(frame["part"], frame["parts"], len(frame["asks"])) for frame in snapshots] == [
        (1, 3, 5),
        (2, 3, 5),
        (3, 3, 2),
    ]
    assert len(client.mirror.book(name).asks) == 12
    assert client.mirror.streams[name].state == "LIVE"


def test_the_whole_depth_is_checked_now_and_then(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_module, "CHECKPOINT_UPDATES_MAX", 3)
    name = subscribe(client, "book", depth="all")
    sell(desk, *range(10_100, 11_300, 100))
    client.read()
    assert client.mirror.book(name).checkpoints == 4
    monkeypatch.setattr(book_module, "CHECKPOINT_LEVELS_MAX", 12)
    sell(desk, *range(11_300, 11_900, 100))
    client.read()
    assert client.mirror.book(name).checkpoints == 4


def test_one_command_has_one_event_number_on_all_its_streams(desk: Desk, client: Client) -> None:
    sell(desk, 10_100)
    client.sign_in(desk.market.trader_ids[1])
    for channel in ("book", "trades", "ticker"):
        subscribe(client, channel)
    client.subscribe({"channel": "transfers"})
    committed = desk.market.place(Side.BUY, 10, 10_100, trader=1)
    desk.publish()
    frames = client.read()
    assert len(frames) == 4
    assert {committed.sequence} == {frame["eseq"] for frame in frames}


# --- trades ---


def test_a_trade_is_told_when_it_is_matched_and_when_its_title_moves(
    desk: Desk, client: Client
) -> None:
    subscribe(client, "trades")
    sell(desk, 10_100, 10_200)
    desk.market.place(Side.BUY, 20, 10_200, trader=1)
    desk.publish()
    (matched,) = client.read()
    assert [(t["trade_id"], t["price"], t["aggressor"], t["state"]) for t in matched["trades"]] == [
        ("1", "1.0100", "buy", "matched"),
        ("2", "1.0200", "buy", "matched"),
    ]
    first, second = sorted(desk.view.transfers)
    desk.market.confirm(first)
    desk.market.reject(second)
    desk.publish()
    settled, cancelled = client.read()
    assert [(t["trade_id"], t["state"]) for t in settled["trades"]] == [("1", "settled")]
    assert [(t["trade_id"], t["state"]) for t in cancelled["trades"]] == [("2", "cancelled")]
    assert settled["trades"][0]["time"] == matched["trades"][0]["time"]


# --- ticker ---


def test_the_ticker_moves_with_the_best_prices_and_the_last_trade(
    desk: Desk, client: Client
) -> None:
    name = subscribe(client, "ticker")
    sell(desk, 10_100)
    (update,) = client.read()
    assert (update["bid"], update["ask"], update["last"]) == (None, ["1.0100", "10"], None)
    sell(desk, 10_200)
    assert client.read() == []
    desk.market.place(Side.BUY, 10, 10_100, trader=1)
    desk.publish()
    (update,) = client.read()
    assert update["ask"] == ["1.0200", "10"]
    assert (update["last"], update["volume_24h"]) == ("1.0100", "10")
    newcomer = desk.connect()
    assert name == subscribe(newcomer, "ticker")
    snapshot = newcomer.frames[-1]
    for member in ("seq", "bid", "ask", "last", "last_time", "volume_24h"):
        assert update[member] == snapshot[member]


# --- auction ---


def test_what_an_auction_would_do_and_has_done_is_told(desk: Desk, client: Client) -> None:
    name = subscribe(client, "auction")
    assert name == f"auction:{desk.symbol()}"
    snapshot = client.frames[-1]
    assert (snapshot["opens_at"], snapshot["price"], snapshot["volume"]) == (None, None, "0")
    desk.market.gather()
    desk.publish()
    (scheduled,) = client.read()
    assert scheduled["opens_at"] == scheduled["latest_at"] > scheduled["time"]
    desk.market.place(Side.SELL, 10, 10_100, trader=0)
    desk.market.place(Side.BUY, 30, 10_100, trader=1)
    desk.market.wait(2 * SECOND_NS)
    desk.publish()
    (told,) = client.read()
    assert (told["price"], told["volume"], told["surplus"]) == ("1.0100", "10", "20")
    newcomer = desk.connect()
    subscribe(newcomer, "auction")
    for member in ("seq", "opens_at", "latest_at", "price", "volume", "surplus", "last_price"):
        assert told[member] == newcomer.frames[-1][member]
    desk.market.wait(DAY_NS)
    desk.publish()
    done = client.read()[-1]
    assert (done["price"], done["last_price"], done["last_volume"]) == (None, "1.0100", "10")
    assert done["opens_at"] > told["opens_at"]


# --- transfers ---


def test_a_partys_pending_transfers_come_first_then_what_becomes_of_them(desk: Desk) -> None:
    sell(desk, 10_100, 10_200)
    desk.market.place(Side.BUY, 20, 10_200, trader=1)
    desk.publish()
    client = desk.connect()
    client.sign_in(desk.market.trader_ids[1])
    client.subscribe({"channel": "transfers"})
    pending = client.frames[-1]["transfers"]
    assert [transfer["trade_id"] for transfer in pending] == ["1", "2"]
    assert pending[0]["deadline"] > pending[0]["opened_at"]
    desk.market.confirm(int(pending[0]["transfer_id"]))
    desk.market.reject(int(pending[1]["transfer_id"]))
    desk.publish()
    settled, rejected = [frame["transfers"][0] for frame in client.read()]
    assert (settled["state"], settled["rejection_reason"]) == ("SETTLED", None)
    assert (rejected["state"], rejected["rejection_reason"]) == ("REJECTED", "DOCUMENTS_INCOMPLETE")
    assert settled["decided_at"] is not None


def test_many_pending_transfers_come_in_parts(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_module, "SNAPSHOT_ITEMS_MAX", 2)
    for _ in range(5):
        sell(desk, 10_100)
        desk.market.place(Side.BUY, 10, 10_100, trader=1)
    desk.publish()
    client.sign_in(desk.market.trader_ids[1])
    client.subscribe({"channel": "transfers"})
    parts = [frame for frame in client.frames if frame["type"] == "snapshot"]
    assert [(frame["part"], frame["parts"]) for frame in parts] == [(1, 3), (2, 3), (3, 3)]
    assert [len(frame["transfers"]) for frame in parts] == [2, 2, 1]
    assert {5} == {frame["seq"] for frame in parts}


# --- what is offered by pre-emption ---


def follow_transfers(desk: Desk, trader: int) -> Client:
    """A client of the trader of this index."""
    client = desk.connect()
    client.sign_in(desk.market.trader_ids[trader])
    client.subscribe({"channel": "transfers"})
    return client


def offered_to_two(desk: Desk) -> TransferId:
    """A transfer from the first trader to the second that waits for the other two."""
    sell(desk, 10_100)
    desk.market.place(Side.BUY, 10, 10_100, trader=1)
    (transfer_id,) = desk.market.state.register.transfers
    desk.publish()
    desk.market.confirm(transfer_id)
    return transfer_id


def test_a_right_holder_is_told_of_an_offer_and_its_end_and_of_nothing_before() -> None:
    desk = Desk(products=1, right_holders=(0, 2, 3))
    early, seller = follow_transfers(desk, 2), follow_transfers(desk, 0)
    transfer_id = offered_to_two(desk)
    assert early.read() == [], "nobody has confirmed it yet"
    desk.publish()
    (offered,) = early.read()
    (offer,) = offered["offers"]
    assert offered["transfers"] == []
    pending = desk.view.transfers[transfer_id]
    fees = {
        "venue_fee": f"{pending.buyer_fee_venue / 100:.2f}",
        "trust_company_fee": f"{pending.buyer_fee_trust_company / 100:.2f}",
    }
    assert offer == fees | {
        "transfer_id": str(transfer_id),
        "symbol": desk.symbol(),
        "units": "10",
        "price": "1.0100",
        "consideration": "10.10",
        "deadline": offer["deadline"],
        "version": 3,
        "waived": False,
        "offered": True,
    }
    late = follow_transfers(desk, 3)
    assert (late.frames[-1]["transfers"], late.frames[-1]["offers"]) == ([], [offer])
    desk.market.answer(transfer_id, PreemptionAnswer.WAIVE, trader=2)
    desk.publish()
    waived = offer | {"version": 4}
    assert early.read()[0]["offers"] == [waived | {"waived": True}]
    assert late.read()[0]["offers"] == [waived]
    desk.market.answer(transfer_id, PreemptionAnswer.WAIVE, trader=3)
    desk.publish()
    settled = {"offered": False, "deadline": None, "version": 7}
    for client in (early, late):
        (update,) = client.read()
        assert (update["transfers"], update["offers"]) == ([], [offer | settled])
    assert not any("offers" in frame for frame in seller.read())
    assert "offers" not in follow_transfers(desk, 2).frames[-1]


def test_who_takes_the_buyers_place_has_a_transfer_and_the_others_no_offer() -> None:
    desk = Desk(products=1, right_holders=(2, 3))
    taker, other = follow_transfers(desk, 2), follow_transfers(desk, 3)
    transfer_id = offered_to_two(desk)
    desk.publish()
    for client in (taker, other):
        client.read()
    desk.market.answer(transfer_id, PreemptionAnswer.EXERCISE, trader=2)
    desk.publish()
    (taken,), (ended,) = taker.read(), other.read()
    assert [each["role"] for each in taken["transfers"]] == ["buyer"]
    for frame in (taken, ended):
        assert [each["offered"] for each in frame["offers"]] == [False]
    assert ended["transfers"] == []


def test_offers_come_in_parts_after_the_transfers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "SNAPSHOT_ITEMS_MAX", 2)
    desk = Desk(products=1, right_holders=(2,))
    for _ in range(3):
        sell(desk, 10_100)
        desk.market.place(Side.BUY, 10, 10_100, trader=1)
    for transfer_id in tuple(desk.market.state.register.transfers):
        desk.market.confirm(transfer_id)
    for _ in range(3):
        sell(desk, 10_100)
        desk.market.place(Side.BUY, 10, 10_100, trader=2)
    desk.publish()
    client = follow_transfers(desk, 2)
    parts = [frame for frame in client.frames if frame["type"] == "snapshot"]
    assert [(len(each["transfers"]), len(each.get("offers", ()))) for each in parts] == [
        (2, 0),
        (1, 0),
        (0, 2),
        (0, 1),
    ]
    assert {each["parts"] for each in parts} == {4}
