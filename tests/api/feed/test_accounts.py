"""The channels of a party's account: what they tell is what REST answers, and nothing of others."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import api.feed.stream as stream_module
from matching import Side, TimeInForce
from tests.api.feed.account_desk import ACCOUNT_CHANNELS, AccountDesk, told_by_feed
from tests.api.feed.desk import Client
from tests.exchange.small_market import HOUR_NS
from tests.model.feed_client import OrdersMirror


@pytest.fixture
def desk() -> AccountDesk:
    return AccountDesk()


def orders_of(client: Client) -> OrdersMirror:
    (mirror,) = [each for each in client.mirror.streams.values() if isinstance(each, OrdersMirror)]
    return mirror


def news(client: Client, channel: str) -> list[dict[str, Any]]:
    """The frames of this channel since the client last read."""
    return [frame for frame in client.read() if frame.get("s", "").startswith(f"{channel}:")]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), batch_max=st.sampled_from((1, 3, 8)))
def test_what_a_client_has_put_together_is_what_rest_answers(seed: int, batch_max: int) -> None:
    random = Random(seed)
    desk = AccountDesk(right_holders=(3,) if random.random() < 0.3 else ())
    watching: dict[int, Client] = {}
    late: list[Any] = []
    for _ in range(15):
        for _ in range(random.randint(1, batch_max)):
            desk.market.step(random)
        desk.store()
        # What a newcomer begins with is read before, between, or after what is told meanwhile.
        if random.random() < 0.3 and (trader := random.randrange(4)) not in watching:
            client = watching[trader] = desk.connect()
            client.sign_in(desk.market.trader_ids[trader])
            client.subscribe(*ACCOUNT_CHANNELS)
            late += [desk.look_up(each) for each in desk.publisher.private.unread]
            desk.publisher.private.unread.clear()
        if random.random() < 0.5:
            desk.tell()
        if random.random() < 0.5:
            for found in late:
                desk.hand_over(*found)
            late.clear()
        desk.tell()
        if late:
            continue
        for trader, client in watching.items():
            client.read()
            party_id = desk.market.trader_ids[trader]
            assert desk.told_by_rest(party_id) == told_by_feed(client, party_id)
            assert client.close_code() is None


def test_an_order_is_told_from_its_acceptance_to_its_end(desk: AccountDesk) -> None:
    seller, buyer = desk.watch(0), desk.watch(1)
    ask = desk.market.place(Side.SELL, 50, 10_000, trader=0)
    desk.publish()
    assert [each["event"] for each in orders_of(seller).events] == []
    (frame,) = news(seller, "orders")
    assert frame["eseq"] == frame["seq"] == ask.sequence
    assert [each["event"] for each in frame["events"]] == ["accepted", "rested"]
    assert news(buyer, "orders") == []
    desk.market.replace(ask.sequence, 40, 10_000)
    desk.market.replace(ask.sequence, 40, 10_100)
    bid = desk.market.place(Side.BUY, 10, 10_100, trader=1)
    desk.market.cancel(ask.sequence)
    desk.publish()
    frames = news(seller, "orders")
    assert [[each["event"] for each in frame["events"]] for frame in frames] == [
        ["reduced"],
        ["replaced", "rested"],
        ["filled"],
        ["closed"],
    ]
    assert [len(frame["orders"]) for frame in frames] == [0, 0, 0, 1]
    assert orders_of(seller).ended == {str(ask.sequence): "CANCELLED"}
    assert frames[-1]["events"][0]["reason"] == "CANCELLED"
    (bought,) = news(buyer, "orders")
    assert bought["eseq"] == frames[2]["eseq"] == bid.sequence
    assert [each["event"] for each in bought["events"]] == ["accepted", "filled"]
    assert orders_of(buyer).ended == {str(bid.sequence): "MATCHED"}


def test_a_fill_joins_its_trade_and_its_transfer_and_has_the_fees_of_its_side(
    desk: AccountDesk,
) -> None:
    seller, buyer = desk.watch(0), desk.watch(1)
    for client in (seller, buyer):
        client.subscribe({"channel": "transfers"}, {"channel": "trades", "symbol": desk.symbol()})
    desk.market.place(Side.SELL, 10, 10_000, trader=0)
    desk.market.place(Side.BUY, 10, 10_000, trader=1)
    desk.publish()
    for client, role in ((seller, "maker"), (buyer, "taker")):
        frames = {frame["s"].partition(":")[0]: frame for frame in client.read()}
        (filled,) = [event for event in frames["orders"]["events"] if event["event"] == "filled"]
        (transfer,) = frames["transfers"]["transfers"]
        (trade,) = frames["trades"]["trades"]
        told = {frames[name]["eseq"] for name in ("orders", "transfers", "trades")}
        assert len(told) == 1
        assert filled["role"] == role
        assert filled["trade_id"] == trade["trade_id"]
        for name in ("transfer_id", "consideration", "venue_fee", "trust_company_fee"):
            assert filled[name] == transfer[name]
        assert not {"buyer_id", "seller_id"} & set(filled)


def test_a_party_is_told_nothing_of_what_others_do(desk: AccountDesk) -> None:
    stranger = desk.watch(3)
    desk.market.place(Side.SELL, 50, 10_000, trader=0)
    desk.market.place(Side.BUY, 30, 10_000, trader=1)
    desk.publish()
    (transfer_id,) = desk.market.state.register.transfers
    desk.market.confirm(transfer_id)
    desk.publish()
    assert stranger.read() == []


def test_money_and_units_are_told_once_for_all_that_a_commit_did(desk: AccountDesk) -> None:
    seller = desk.watch(0)
    desk.market.place(Side.SELL, 50, 10_000, trader=0)
    last = desk.market.place(Side.SELL, 10, 10_100, trader=0)
    desk.publish()
    (frame,) = news(seller, "holdings")
    assert frame["eseq"] == last.sequence
    (holding,) = frame["holdings"]
    assert (holding["reserved"], holding["available"]) == ("60", "999940")
    desk.market.cancel(desk.market.place(Side.SELL, 20, 10_200, trader=0).sequence)
    desk.publish()
    assert news(seller, "holdings") == []


def test_an_order_that_is_over_when_it_is_told_first_has_all_that_happened(
    desk: AccountDesk,
) -> None:
    buyer = desk.watch(1)
    desk.market.place(Side.BUY, 10, 10_000, trader=1, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL)
    desk.publish()
    (frame,) = news(buyer, "orders")
    assert [each["event"] for each in frame["events"]] == ["accepted", "closed"]
    assert frame["events"][-1]["reason"] == "IMMEDIATE_OR_CANCEL"
    assert [each["status"] for each in frame["orders"]] == ["CANCELLED"]


def test_an_order_that_expires_says_so(desk: AccountDesk) -> None:
    buyer = desk.watch(1)
    desk.market.place(
        Side.BUY,
        10,
        10_000,
        trader=1,
        time_in_force=TimeInForce.GOOD_TILL_DATE,
        expires_in_ns=HOUR_NS,
    )
    desk.market.wait(2 * HOUR_NS)
    desk.publish()
    accepted, expired = news(buyer, "orders")
    assert (accepted["orders"], expired["events"][0]["reason"]) == ([], "EXPIRED")
    assert [each["status"] for each in expired["orders"]] == ["EXPIRED"]


def test_nothing_else_is_sent_ahead_of_a_snapshot_that_is_not_ready(desk: AccountDesk) -> None:
    client = desk.connect()
    client.sign_in(desk.market.trader_ids[0])
    client.subscribe({"channel": "orders"})
    assert client.frames[-1]["type"] == "ack"
    client.send(type="ping")
    assert client.read() == []
    desk.read_stored()
    snapshot, pong = client.read()
    assert (snapshot["type"], snapshot["reason"], pong["type"]) == ("snapshot", "subscribe", "pong")


def test_many_orders_come_in_parts(desk: AccountDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "SNAPSHOT_ITEMS_MAX", 2)
    placed = [desk.market.place(Side.SELL, 10, 10_000, trader=0) for _ in range(5)]
    desk.publish()
    client = desk.watch(0)
    parts = [
        frame
        for frame in client.frames
        if frame["type"] == "snapshot" and frame["s"].startswith("orders:")
    ]
    assert [(frame["part"], frame["parts"]) for frame in parts] == [(1, 3), (2, 3), (3, 3)]
    told = [order["order_id"] for frame in parts for order in frame["orders"]]
    assert told == [str(each.sequence) for each in placed]


def test_for_parties_that_nobody_watches_nothing_is_made(
    desk: AccountDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.watch(3)
    made: list[str] = []
    monkeypatch.setattr("api.feed.orders.order_in", lambda row: made.append(str(row)))
    monkeypatch.setattr("api.feed.accounts.account_in", lambda row: made.append(str(row)))
    monkeypatch.setattr("api.feed.accounts.lot_in", lambda row: made.append(str(row)))
    desk.market.place(Side.SELL, 50, 10_000, trader=0)
    desk.market.place(Side.BUY, 30, 10_000, trader=1)
    desk.publish()
    assert made == []


def test_a_client_that_does_not_read_is_told_where_to_resume(desk: AccountDesk) -> None:
    client = desk.watch(0)
    orders = orders_of(client)
    desk.market.place(Side.SELL, 10, 10_000, trader=0)
    desk.publish()
    desk.pass_time(desk.limits.queue_age_max_ns)
    client.read()
    (error,) = client.mirror.errors
    assert error["code"] == "slow_consumer"
    assert error["resume"][orders.name] == [orders.epoch, orders.seq]
