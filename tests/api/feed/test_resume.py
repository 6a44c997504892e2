"""Who comes back to a private channel gets what it missed, byte for byte, or is told that it is
lost."""

from __future__ import annotations

from typing import Any

import pytest

import api.feed.private as private_module
from api.feed.limits import RESUME_NS
from matching import Side
from tests.api.feed.account_desk import ACCOUNT_CHANNELS, AccountDesk, told_by_feed
from tests.api.feed.desk import EPOCH, Client

SECOND_NS = 1_000_000_000
CHANNELS = (*ACCOUNT_CHANNELS, {"channel": "transfers"}, {"channel": "negotiations"})


@pytest.fixture
def desk() -> AccountDesk:
    return AccountDesk()


def is_cut(desk: AccountDesk, client: Client) -> None:
    """The connection of the client is gone."""
    client.connection.leave()
    desk.clients.remove(client)


def comes_back(desk: AccountDesk, client: Client, *, trader: int = 0) -> tuple[Client, list[Any]]:
    """The same client on a new connection, with what it has; and what it is answered."""
    again = desk.connect()
    again.sign_in(desk.market.trader_ids[trader])
    again.mirror.streams = client.mirror.streams
    streams = [
        {"channel": name.partition(":")[0], "from": {"epoch": mirror.epoch, "seq": mirror.seq}}
        for name, mirror in client.mirror.streams.items()
    ]
    again.send(type="subscribe", streams=streams)
    desk.read_stored()
    again.read()
    (answer,) = [each for each in again.mirror.answers.values() if "results" in each]
    return again, answer["results"]


def modes(results: list[Any]) -> dict[str, str]:
    """How each channel goes on."""
    return {result["s"].partition(":")[0]: result["mode"] for result in results}


def trades(desk: AccountDesk) -> None:
    """The first trader sells, in three commands of two commits; his money comes later."""
    desk.market.place(Side.SELL, 30, 10_000, trader=0)
    desk.market.place(Side.BUY, 10, 10_000, trader=1)
    desk.publish()
    desk.market.place(Side.BUY, 10, 10_000, trader=1)
    desk.publish()


def watch(desk: AccountDesk) -> Client:
    client = desk.watch(0)
    client.subscribe(*CHANNELS[len(ACCOUNT_CHANNELS) :])
    return client


def test_what_was_missed_comes_before_anything_newer(desk: AccountDesk) -> None:
    client, steady = watch(desk), watch(desk)
    is_cut(desk, client)
    trades(desk)
    sent = steady.read()
    again, results = comes_back(desk, client)
    assert {result["mode"] for result in results} == {"resumed"}
    assert "snapshot" not in {frame["type"] for frame in again.frames}
    missed = [frame for frame in again.frames if frame["type"] == "update"]
    assert sorted(map(str, missed)) == sorted(map(str, sent))
    trades(desk)
    again.read()
    party_id = desk.market.trader_ids[0]
    assert told_by_feed(again, party_id) == desk.told_by_rest(party_id)


def test_so_it_is_when_nobody_else_had_the_streams(desk: AccountDesk) -> None:
    client = watch(desk)
    is_cut(desk, client)
    trades(desk)
    again, results = comes_back(desk, client)
    assert {result["mode"] for result in results} == {"resumed"}
    party_id = desk.market.trader_ids[0]
    assert told_by_feed(again, party_id) == desk.told_by_rest(party_id)


def test_who_comes_back_too_late_is_told_that_what_it_missed_is_lost(desk: AccountDesk) -> None:
    client = watch(desk)
    is_cut(desk, client)
    desk.publisher.private.forget(desk.now_ns)
    trades(desk)
    desk.pass_time(RESUME_NS)
    desk.publisher.private.forget(desk.now_ns)
    again, results = comes_back(desk, client)
    assert set(modes(results).values()) == {"snapshot"}
    told = {frame["s"]: frame["reason"] for frame in again.frames if frame["type"] == "snapshot"}
    assert set(told.values()) == {"resume_expired"}
    assert len(told) == len(CHANNELS)


def test_a_stream_that_somebody_has_keeps_no_more_than_that_time(desk: AccountDesk) -> None:
    client, steady = desk.watch(0), desk.watch(0)
    is_cut(desk, client)
    trades(desk)
    desk.pass_time(RESUME_NS)
    desk.publisher.private.forget(desk.now_ns)
    _, results = comes_back(desk, client)
    assert modes(results) == {"orders": "snapshot", "holdings": "snapshot", "cash": "resumed"}
    is_cut(desk, steady)


def test_a_stream_whose_client_came_back_in_time_goes_on(desk: AccountDesk) -> None:
    client = desk.watch(0)
    is_cut(desk, client)
    desk.publisher.private.forget(desk.now_ns)
    desk.pass_time(RESUME_NS - 1)
    again, results = comes_back(desk, client)
    assert {result["mode"] for result in results} == {"resumed"}
    desk.publisher.private.forget(desk.now_ns)
    is_cut(desk, again)
    desk.pass_time(RESUME_NS - 1)
    desk.publisher.private.forget(desk.now_ns)
    _, results = comes_back(desk, again)
    assert {result["mode"] for result in results} == {"resumed"}


def test_what_is_kept_is_bounded_for_all_streams_together(
    desk: AccountDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_module, "RESUME_BYTES_MAX", 2_000)
    client = desk.watch(0)
    is_cut(desk, client)
    for _ in range(3):
        trades(desk)
    again, results = comes_back(desk, client)
    assert modes(results) == {"orders": "snapshot", "holdings": "snapshot", "cash": "resumed"}
    party_id = desk.market.trader_ids[0]
    assert told_by_feed(again, party_id) == desk.told_by_rest(party_id)


def test_no_client_is_sent_more_than_its_queue_takes(
    desk: AccountDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_module, "RESUME_STREAM_BYTES_MAX", 1_000)
    client = desk.watch(0)
    is_cut(desk, client)
    trades(desk)
    _, results = comes_back(desk, client)
    assert modes(results) == {"orders": "snapshot", "holdings": "resumed", "cash": "resumed"}


@pytest.mark.parametrize("token", [{"epoch": EPOCH, "seq": 1}, {"epoch": "e0", "seq": 10**6}])
def test_a_number_that_the_stream_never_had_is_not_resumed_from(
    desk: AccountDesk, token: dict[str, Any]
) -> None:
    desk.watch(0)
    trades(desk)
    client = desk.connect()
    client.sign_in(desk.market.trader_ids[0])
    (result,) = client.subscribe({"channel": "orders", "from": token})
    assert result["mode"] == "snapshot"
    assert client.frames[-1]["reason"] == "resume_expired"


def test_the_welcome_says_how_long(desk: AccountDesk) -> None:
    (welcome,) = desk.connect().frames
    assert welcome["retention"] == {"book": "PT0S", "trades": "PT0S", "private": "PT120S"}
    assert RESUME_NS == 120 * SECOND_NS


def test_a_stream_of_which_nothing_was_sent_is_not_resumed_from(desk: AccountDesk) -> None:
    client = desk.watch(0)
    client.subscribe({"channel": "transfers"})
    client.send(type="unsubscribe", streams=[f"orders:{desk.market.trader_ids[0]}"])
    client.read()
    client.send(type="subscribe", streams=[{"channel": "orders"}])
    trades(desk)
    desk.pass_time(desk.limits.queue_age_max_ns)
    client.read()
    (error,) = client.mirror.errors
    named = {name.partition(":")[0] for name in error["resume"]}
    assert named == {"holdings", "cash", "transfers"}
