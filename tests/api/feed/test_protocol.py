"""What a client may ask of the feed, what it is answered, and when the connection ends."""

import json
from typing import Any

import pytest

from api.feed.limits import FeedLimits
from api.feed.messages import CloseCode
from exchange.types import PartyKind
from matching import Side
from tests.api.feed.desk import EPOCH, MS_NS, S_NS, Client, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.connect()


def book(desk: Desk, **members: Any) -> dict[str, Any]:
    return {"channel": "book", "symbol": desk.symbol(), **members}


def last_error(client: Client) -> dict[str, Any]:
    client.read()
    (error,) = client.mirror.errors
    return error


# --- the first frame ---


def test_the_server_speaks_first_and_tells_its_limits(client: Client) -> None:
    (welcome,) = client.frames
    assert welcome["type"] == "welcome"
    assert welcome["heartbeat_s"] == 5
    assert welcome["subscribe_within_s"] == 10
    assert welcome["limits"]["subscriptions"] == 200
    assert welcome["limits"]["inbound_per_s"] == 20
    assert welcome["limits"]["frame_bytes"] == 65_536
    assert welcome["limits"]["queue_bytes"] == 1_048_576
    assert welcome["nonce"]


# --- each request has one answer ---


def test_a_ping_is_answered_with_the_time_and_what_it_carried(client: Client) -> None:
    pong = client.ask(type="ping", t=17)
    assert (pong["type"], pong["t"]) == ("pong", 17)
    assert pong["server_time"].endswith("Z")


def test_members_that_are_not_known_are_ignored(client: Client) -> None:
    assert client.ask(type="ping", t="a", colour="red", nested={"a": [1, 1.5]})["type"] == "pong"


def test_each_entry_of_a_subscription_is_answered_for_itself(desk: Desk, client: Client) -> None:
    results = client.subscribe(
        book(desk, depth=50),
        {"channel": "trades", "symbol": desk.symbol()},
        {"channel": "transfers"},
        book(desk, depth=1.5),
        {"channel": "ticker", "symbol": "NONE"},
        {"channel": "ticker", "symbol": desk.symbol(1)},
    )
    symbol, other = desk.symbol(), desk.symbol(1)
    assert {"ok": True, "s": f"book.50:{symbol}", "mode": "snapshot"}.items() <= results[0].items()
    assert {
        "ok": True,
        "s": f"trades:{symbol}",
        "mode": "live",
        "epoch": EPOCH,
        "head": 0,
    } == results[1]
    assert [result["error"]["code"] for result in results[2:5]] == [
        "auth_required",
        "bad_request",
        "unknown_symbol",
    ]
    assert results[5]["s"] == f"ticker:{other}"


REFUSED_STREAMS = [
    ({"channel": "orders_l3"}, "unsupported"),
    ({"channel": "book"}, "unknown_symbol"),
    ({"channel": "book", "symbol": "XT2026-00", "view": "mine"}, "bad_request"),
    ({"channel": "book", "symbol": "XT2026-00", "depth": 20}, "bad_request"),
    ({"channel": "book", "symbol": "XT2026-00", "depth": "some"}, "bad_request"),
    ({"channel": "book", "symbol": "XT2026-00", "depth": True}, "bad_request"),
    ({"channel": "book", "symbol": "XT2026-00", "interval_ms": 250}, "bad_request"),
    ({"channel": "book", "symbol": "XT2026-00", "on_slow": "drop"}, "bad_request"),
    ({"channel": "book", "symbol": "XT2026-00", "from": 7}, "bad_request"),
    ({"channel": "book", "symbol": "XT2026-00", "from": {"epoch": "e1"}}, "bad_request"),
    ({"channel": "book", "symbol": 7}, "bad_request"),
    ({"channel": "trades", "symbol": "XT2026-00", "depth": 10}, "bad_request"),
    ({"channel": "trades", "symbol": "XT2026-00", "on_slow": "conflate"}, "bad_request"),
    ({"channel": "transfers", "symbol": "XT2026-00"}, "bad_request"),
    ({"channel": "transfers"}, "auth_required"),
    ({"channel": "negotiations", "symbol": "XT2026-00"}, "bad_request"),
    ({"channel": "negotiations"}, "auth_required"),
    *(
        refused
        for channel in ("orders", "holdings", "cash", "confirmations")
        for refused in (
            ({"channel": channel, "symbol": "XT2026-00"}, "bad_request"),
            ({"channel": channel, "on_slow": "conflate"}, "bad_request"),
        )
    ),
    ({}, "bad_request"),
    ("book.50:XT2026-00", "bad_request"),
    ([], "bad_request"),
]


@pytest.mark.parametrize(("stream", "code"), REFUSED_STREAMS)
def test_a_stream_that_cannot_be_had_is_refused_with_its_reason(
    client: Client, stream: dict[str, Any], code: str
) -> None:
    (result,) = client.subscribe(stream)
    assert (False, code) == (result["ok"], result["error"]["code"])
    assert result["error"]["doc"].endswith(f"#{code}")
    assert client.close_code() is None


REFUSED_REQUESTS = [
    ({"type": "set", "heartbeat_s": 3}, "unsupported"),
    ({"type": "place_order"}, "unsupported"),
    ({"type": "subscribe"}, "bad_request"),
    ({"type": "subscribe", "streams": []}, "bad_request"),
    ({"type": "subscribe", "streams": "book"}, "bad_request"),
    ({"type": "unsubscribe", "streams": [7]}, "bad_request"),
    ({"type": "resync"}, "bad_request"),
    ({"type": "resync", "s": "book.50:XT2026-00", "have": -1}, "bad_request"),
    ({"type": "resync", "s": "book.50:XT2026-00", "have": 10**30}, "bad_request"),
    ({"type": "resync", "s": "book.50:XT2026-00"}, "not_subscribed"),
    ({"type": "ping", "t": 1.5}, "bad_request"),
    ({"type": "auth"}, "bad_request"),
    ({"type": "auth", "method": "bearer"}, "bad_request"),
    ({"type": "auth", "method": "bearer", "key": ""}, "bad_request"),
    ({"type": "auth", "method": "bearer", "key": "x" * 257}, "bad_request"),
    ({"type": "auth", "method": "ticket"}, "bad_request"),
    ({"type": "auth", "method": "ticket", "key": "k"}, "bad_request"),
    ({"type": "auth", "method": "signature", "key": "k"}, "unsupported"),
    ({"type": 7}, "bad_request"),
    ({}, "bad_request"),
]


@pytest.mark.parametrize(("request_frame", "code"), REFUSED_REQUESTS)
def test_a_request_that_cannot_be_met_gets_one_error_and_the_connection_stays(
    client: Client, request_frame: dict[str, Any], code: str
) -> None:
    error = client.ask(**request_frame)
    assert ("error", code) == (error["type"], error["code"])
    assert error["detail"]
    assert client.close_code() is None


@pytest.mark.parametrize("req", [None, 7, "", "r" * 65, ["a"]])
def test_a_request_without_a_proper_req_is_refused_without_one(client: Client, req: Any) -> None:
    client.send_text(json.dumps({"type": "ping", "req": req}))
    error = last_error(client)
    assert error["code"] == "bad_request"
    assert "req" not in error
    assert client.close_code() is None


BAD_FRAMES = [
    "",
    "ping",
    "7",
    "[]",
    "null",
    '"ping"',
    '{"type":"ping","req":"1"',
    '{"type":"ping","req":"1"} x',
    "{'type':'ping'}",
    "[" * 60_000,
    '{"a":' * 10_000,
    "\x00",
    '{"type":"ping","req":"1","t":NaN}',
]


@pytest.mark.parametrize("text", BAD_FRAMES)
def test_what_is_no_json_object_ends_the_connection(client: Client, text: str) -> None:
    client.send_text(text)
    assert last_error(client)["code"] == "bad_frame"
    assert client.close_code() is CloseCode.BAD_FRAME


def test_a_frame_of_more_than_64_kib_ends_the_connection(client: Client) -> None:
    # In bytes, not in characters.
    client.send_text(
        json.dumps({"type": "ping", "req": "1", "x": "信" * 30_000}, ensure_ascii=False)
    )
    assert last_error(client)["code"] == "bad_frame"
    assert client.close_code() is CloseCode.BAD_FRAME


def test_a_binary_frame_ends_the_connection(desk: Desk, client: Client) -> None:
    client.connection.receive_bytes(desk.now_ns)
    assert last_error(client)["code"] == "bad_frame"
    assert client.close_code() is CloseCode.BAD_FRAME


def test_nothing_is_answered_after_the_end(desk: Desk, client: Client) -> None:
    client.subscribe(book(desk))
    client.send_text("[]")
    client.send_text('{"type":"ping","req":"9"}')
    desk.market.place(Side.BUY, 10, 10_000, trader=0)
    desk.publish()
    desk.pass_time(60 * S_NS)
    assert [frame["type"] for frame in client.read()] == ["error"]
    assert not desk.publisher._by_product


# --- limits ---


def test_a_burst_is_fine_and_a_frame_too_many_is_refused_with_the_time_to_wait(
    desk: Desk, client: Client
) -> None:
    for _ in range(20):
        client.send(type="ping")
    error = client.ask(type="ping")
    assert (error["type"], error["code"]) == ("error", "limit")
    assert (error["limit"], error["used"], error["retry_after_ms"]) == (20, 21, 50)
    desk.pass_time(error["retry_after_ms"] * MS_NS)
    assert client.ask(type="ping")["type"] == "pong"


def test_a_flood_ends_the_connection(client: Client) -> None:
    for _ in range(41):
        client.send(type="ping")
    client.read()
    assert client.close_code() is CloseCode.LIMIT
    assert client.mirror.answers["41"]["code"] == "limit"


def test_frames_that_are_no_requests_count_too(client: Client) -> None:
    for _ in range(41):
        client.send_text("{}")
    assert client.close_code() is CloseCode.LIMIT


def test_a_connection_has_a_bounded_number_of_subscriptions() -> None:
    desk = Desk(limits=FeedLimits(subscriptions_max=2))
    client = desk.connect()
    results = client.subscribe(book(desk, depth=10), book(desk, depth=50), book(desk, depth="all"))
    assert [result["ok"] for result in results] == [True, True, False]
    assert {"code": "limit", "limit": 2, "used": 2}.items() <= results[2]["error"].items()
    client.ask(type="unsubscribe", streams=[results[0]["s"]])
    assert client.subscribe(book(desk, depth="all"))[0]["ok"]


def test_who_subscribes_to_nothing_is_closed_in_time(desk: Desk, client: Client) -> None:
    client.subscribe({"channel": "ticker", "symbol": "NONE"})
    desk.pass_time(10 * S_NS - 1)
    assert client.close_code() is None
    desk.pass_time(1)
    assert client.close_code() is CloseCode.IDLE
    assert last_error(client)["code"] == "idle"


def test_who_has_subscribed_once_may_be_quiet(desk: Desk, client: Client) -> None:
    (result,) = client.subscribe(book(desk))
    client.ask(type="unsubscribe", streams=[result["s"]])
    desk.pass_time(60 * S_NS)
    assert client.close_code() is None


# --- who is asking ---


def test_a_wrong_key_ends_the_connection(desk: Desk, client: Client) -> None:
    req = client.send(type="auth", method="bearer", key="wrong")
    client.connection.receive_principal(None, desk.now_ns)
    assert client.connection.auth_to_check is None
    client.read()
    assert client.mirror.answers[req]["code"] == "auth_failed"
    assert client.close_code() is CloseCode.AUTH_FAILED


def test_a_party_sees_its_own_transfers_and_no_other(desk: Desk) -> None:
    market = desk.market
    seller, buyer, stranger = market.trader_ids[:3]
    clients = {party_id: desk.connect() for party_id in (seller, buyer, stranger)}
    for party_id, client in clients.items():
        client.sign_in(party_id)
        (result,) = client.subscribe({"channel": "transfers"})
        assert result["s"] == f"transfers:{party_id}"
    market.place(Side.SELL, 10, 10_000, trader=0)
    market.place(Side.BUY, 10, 10_000, trader=1)
    desk.publish()
    roles = {}
    for party_id, client in clients.items():
        roles[party_id] = [t["role"] for frame in client.read() for t in frame["transfers"]]
    assert {seller: ["seller"], buyer: ["buyer"], stranger: []} == roles


def test_a_trust_company_sees_the_transfers_of_its_products(desk: Desk, client: Client) -> None:
    desk.market.place(Side.SELL, 1_000, 10_000, trader=0)
    desk.market.place(Side.BUY, 1_000, 10_000, trader=1)
    desk.publish()
    client.sign_in(desk.market.trust_company_id, PartyKind.TRUST_COMPANY)
    client.subscribe({"channel": "transfers"})
    (transfer,) = client.frames[-1]["transfers"]
    assert (transfer["role"], transfer["state"]) == ("trust_company", "SUBMITTED")
    assert "venue_fee" not in transfer
    assert transfer["trust_company_fee"] == "400.00"


@pytest.mark.parametrize("channel", ["book", "trades", "ticker"])
def test_quotes_are_for_parties_alone_unless_the_profile_makes_them_public(
    desk: Desk, client: Client, channel: str
) -> None:
    desk.view.profile = None
    stream = {"channel": channel, "symbol": desk.symbol()}
    (result,) = client.subscribe(stream)
    assert result["error"]["code"] == "auth_required"
    client.sign_in(desk.market.trader_ids[0])
    (result,) = client.subscribe(stream)
    assert result["ok"]


def test_the_operator_is_in_no_transfer(desk: Desk, client: Client) -> None:
    client.sign_in(desk.market.trader_ids[0], PartyKind.OPERATOR)
    (result,) = client.subscribe({"channel": "transfers"})
    assert result["error"]["code"] == "forbidden"


def test_a_connection_stays_with_its_party(desk: Desk, client: Client) -> None:
    first, second = desk.market.trader_ids[:2]
    client.sign_in(first)
    client.sign_in(first)
    req = client.send(type="auth", method="bearer", key="other")
    assert client.connection.principal is not None
    other = type(client.connection.principal)(second, PartyKind.INSTITUTION, "k2")
    client.connection.receive_principal(other, desk.now_ns)
    client.read()
    assert client.mirror.answers[req]["code"] == "forbidden"
    assert client.connection.principal.party_id == first


def test_a_withdrawn_key_ends_its_connections(desk: Desk, client: Client) -> None:
    client.sign_in(desk.market.trader_ids[0])
    client.connection.withdraw_auth("key: withdrawn", desk.now_ns)
    assert last_error(client)["code"] == "auth_failed"
    assert client.close_code() is CloseCode.AUTH_FAILED


def test_no_party_is_named_on_a_public_stream(desk: Desk, client: Client) -> None:
    symbol = desk.symbol()
    client.subscribe(
        book(desk, depth="all"),
        {"channel": "trades", "symbol": symbol},
        {"channel": "ticker", "symbol": symbol},
    )
    desk.market.place(Side.SELL, 10, 10_000, trader=0)
    desk.market.place(Side.BUY, 10, 10_000, trader=1)
    desk.publish()
    members = {member for frame in client.read() for member in frame}
    members |= {member for f in client.frames for t in f.get("trades", ()) for member in t}
    assert not {name for name in members if "party" in name or "buyer" in name or "seller" in name}


# --- the life of a stream ---


def test_a_stream_cannot_be_had_twice_on_one_connection(desk: Desk, client: Client) -> None:
    first, second = client.subscribe(book(desk), book(desk))
    assert (first["ok"], second["ok"]) == (True, False)
    assert second["error"]["code"] == "already_subscribed"


def test_an_unsubscribed_stream_is_silent_and_can_be_had_again(desk: Desk, client: Client) -> None:
    (result,) = client.subscribe(book(desk))
    desk.market.place(Side.BUY, 10, 10_000, trader=0)
    desk.publish()
    req = client.send(type="unsubscribe", streams=[result["s"], "book.10:NONE"])
    desk.market.place(Side.BUY, 10, 9_900, trader=0)
    desk.publish()
    assert [frame["type"] for frame in client.read()] == ["ack"]
    gone, unknown = client.mirror.answers[req]["results"]
    assert {"ok": True, "s": result["s"]} == gone
    assert unknown["error"]["code"] == "not_subscribed"
    assert not desk.publisher._by_product
    (again,) = client.subscribe(book(desk))
    assert (again["ok"], again["head"]) == (True, 2)
    assert len(client.mirror.book(result["s"]).bids) == 2


def test_a_resync_gives_one_snapshot_of_that_stream_alone(desk: Desk, client: Client) -> None:
    (result, _) = client.subscribe(book(desk), {"channel": "ticker", "symbol": desk.symbol()})
    desk.market.place(Side.BUY, 10, 10_000, trader=0)
    desk.publish()
    req = client.send(type="resync", s=result["s"], have=0)
    ticker, ack, snapshot = client.read()
    assert ticker["s"].startswith("ticker")
    assert (req, "snapshot") == (ack["req"], ack["results"][0]["mode"])
    assert (result["s"], "resync", 1) == (snapshot["s"], snapshot["reason"], snapshot["seq"])


def test_the_trades_of_late_are_in_a_snapshot_when_asked_for(desk: Desk, client: Client) -> None:
    desk.market.place(Side.SELL, 10, 10_000, trader=0)
    desk.market.place(Side.BUY, 10, 10_000, trader=1)
    desk.publish()
    (result,) = client.subscribe({"channel": "trades", "symbol": desk.symbol()})
    assert (result["mode"], result["head"]) == ("live", 1)
    client.ask(type="resync", s=result["s"])
    snapshot = client.frames[-1]
    assert [trade["trade_id"] for trade in snapshot["trades"]] == ["1"]


@pytest.mark.parametrize("channel", ["book", "trades", "ticker"])
def test_who_missed_nothing_resumes_and_who_missed_something_is_told_so(
    desk: Desk, channel: str
) -> None:
    desk.market.place(Side.SELL, 10, 10_000, trader=0)
    desk.market.place(Side.BUY, 10, 10_000, trader=1)
    desk.publish()
    stream = {"channel": channel, "symbol": desk.symbol()}
    first = desk.connect()
    (result,) = first.subscribe(stream)
    token = {"epoch": result["epoch"], "seq": result["head"]}
    resumed = desk.connect()
    (answer,) = resumed.subscribe({**stream, "from": token})
    assert ("resumed", result["head"]) == (answer["mode"], answer["head"])
    assert resumed.frames[-1]["type"] == "ack"
    for missed in ({**token, "seq": 0}, {**token, "epoch": "e0"}):
        late = desk.connect()
        (answer,) = late.subscribe({**stream, "from": missed})
        assert answer["mode"] == "snapshot"
        assert late.frames[-1]["reason"] == "resume_expired"


# --- life signs and the end ---


def test_a_heartbeat_tells_the_heads_that_moved_and_each_sixth_all(desk: Desk) -> None:
    client = desk.connect()
    results = client.subscribe(book(desk), {"channel": "trades", "symbol": desk.symbol()})
    heads = []
    for beat in range(8):
        if beat == 2:
            desk.market.place(Side.BUY, 10, 10_000, trader=0)
            desk.publish()
        desk.pass_time(5 * S_NS)
        heads.append(client.read()[-1]["heads"])
    everything = {results[0]["s"]: [EPOCH, 0], results[1]["s"]: [EPOCH, 0]}
    moved = {results[0]["s"]: [EPOCH, 1]}
    assert [everything, {}, moved, {}, {}, {}, {**everything, **moved}, {}] == heads


def test_a_client_that_does_not_read_finds_one_heartbeat_not_many(desk: Desk) -> None:
    client = desk.connect()
    client.subscribe(book(desk))
    for _ in range(100):
        desk.pass_time(5 * S_NS)
    assert [frame["type"] for frame in client.read()] == ["heartbeat"]


def test_a_planned_stop_is_announced_and_what_waits_is_still_sent(
    desk: Desk, client: Client
) -> None:
    client.subscribe(book(desk))
    desk.market.place(Side.BUY, 10, 10_000, trader=0)
    desk.publish()
    client.connection.announce_going_away(deadline_ns=desk.now_ns + 10 * S_NS, now_ns=desk.now_ns)
    client.connection.go_away()
    update, notice = client.read()
    assert update["type"] == "update"
    assert (notice["type"], notice["code"]) == ("notice", "going_away")
    assert notice["reconnect_after_ms"] == [200, 5_000]
    assert client.close_code() is CloseCode.GOING_AWAY


def test_a_fault_of_the_feed_ends_the_connection(client: Client) -> None:
    client.connection.end_for_fault()
    assert client.close_code() is CloseCode.INTERNAL_ERROR
    assert client.read() == []
