"""The channels of an account over the real application: the rows are the database's, read and
committed by the exchange itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from api.feed.access import PRIVATE_CHANNELS
from api.feed.orders import OrdersStream
from exchange.sequencer import Batch
from exchange.store.account_queries import Rows
from exchange.types import PartyId, PartyKind
from tests.api.feed.account_desk import ACCOUNT_CHANNELS, AccountDesk, told_by_feed
from tests.api.listener import Listener
from tests.api.rules import load_pack, pack_file, set_rules
from tests.api.venue import Market, Member, TestVenue
from tests.model.feed_client import CashMirror, OrdersMirror


def listens(market: Market, member: Member) -> Listener:
    return Listener(market.venue, member, *ACCOUNT_CHANNELS)


def told_by_rest(market: Market, member: Member) -> dict[str, Any]:
    """The account as REST answers it now, but for what units cost, which the feed does not say."""
    ask = market.venue.ask
    orders = ask("GET", "/v1/orders", member).json()["items"]
    open_ones = [each for each in orders if each["status"] in {"OPEN", "PARTIALLY_MATCHED"}]
    holdings = ask("GET", "/v1/holdings", member).json()["items"]
    return {
        "orders": {each["order_id"]: each for each in open_ones},
        "holdings": {each["symbol"]: each for each in holdings if each.pop("cost")},
        "cash": ask("GET", "/v1/cash", member).json(),
    }


def agree(market: Market, listener: Listener, member: Member) -> None:
    listener.listen()
    assert told_by_rest(market, member) == told_by_feed(listener, int(member.party_id))


def events_of(listener: Listener) -> list[dict[str, Any]]:
    (mirror,) = [
        each for each in listener.mirror.streams.values() if isinstance(each, OrdersMirror)
    ]
    return mirror.events


def test_a_sale_is_followed_on_both_sides_as_rest_tells_it(market: Market) -> None:
    seller, buyer = listens(market, market.seller), listens(market, market.buyer)
    sides = ((seller, market.seller), (buyer, market.buyer))
    market.sell("1.0000", "500")
    bid = market.buy("1.0000", "200")
    for listener, member in sides:
        agree(market, listener, member)
    market.buy("0.9900", "100")
    transfer = market.venue.ask(
        "GET", f"/v1/transfers/{bid['fills'][0]['transfer_id']}", market.buyer
    ).json()
    answer = market.venue.ask(
        "POST",
        f"/v1/transfers/{transfer['transfer_id']}/confirm",
        market.venue.trust_company,
        key=market.venue.unique(),
        headers={"If-Match": f'"{transfer["version"]}"'},
    )
    assert answer.status_code == 200, answer.text
    for listener, member in sides:
        agree(market, listener, member)
    assert told_by_rest(market, market.buyer)["holdings"][market.symbol]["total"] == "200"


def test_an_account_goes_on_after_a_restart(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        market.sell("1.0000", "500")
        before = told_by_rest(market, market.seller)
        venue.restart()
        listener = listens(market, market.seller)
        assert told_by_feed(listener, int(market.seller.party_id)) == before
        market.sell("1.0100", "500")
        agree(market, listener, market.seller)


def test_an_order_that_the_rules_let_stand_no_longer_says_which_rule(market: Market) -> None:
    market.buy("1.0000", "1000")
    listener = listens(market, market.buyer)
    pack_id = load_pack(market.venue, pack_file(market.venue))["pack_id"]
    set_rules(market.venue, market.symbol, pack_id)
    agree(market, listener, market.buyer)
    (closed,) = events_of(listener)
    assert (closed["event"], closed["reason"]) == ("closed", "WITHDRAWN_BY_VENUE")
    (order,) = market.venue.ask("GET", f"/v1/orders?symbol={market.symbol}", market.buyer).json()[
        "items"
    ]
    names = ("rule_id", "version", "pack", "pack_version", "verdict", "reason_code", "source")
    assert closed["findings"] == [
        {name: each[name] for name in names} for each in order["findings"]
    ]


def test_fees_are_told_to_whose_they_are(market: Market) -> None:
    venue = market.venue
    listener = Listener(venue, venue.operator, {"channel": "cash"})
    (mirror,) = listener.mirror.streams.values()
    assert isinstance(mirror, CashMirror)
    assert mirror.cash == venue.ask("GET", "/v1/cash", venue.operator).json()


def test_rows_that_cannot_be_read_end_the_feed_and_not_the_market(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_stream: OrdersStream, _connection: Connection) -> Rows:
        raise OSError("planted")

    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        feed = venue.venue.services.feed
        monkeypatch.setattr(OrdersStream, "read", fail)
        opened = feed._publisher.private.open(
            "orders", PartyId(int(market.seller.party_id)), PartyKind.NATURAL_PERSON
        )
        assert isinstance(opened, OrdersStream)
        venue.runner.run(feed._read_account(opened))
        assert isinstance(feed.fault, OSError)
        market.sell("1.0000", "500")
    assert "the feed has stopped" in caplog.text


def test_a_bug_in_telling_of_accounts_ends_the_feed_and_not_the_market(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_batch: Batch, _now_ns: int) -> None:
        raise AssertionError("planted")

    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        feed = venue.venue.services.feed
        monkeypatch.setattr(feed._publisher.private, "publish_batch", fail)
        market.sell("1.0000", "500")
        assert isinstance(feed.fault, AssertionError)
        market.sell("1.0000", "500")
        assert venue.venue.exchange.readiness is None
    assert "the feed has stopped" in caplog.text


ALLOWED = {
    "transfers": {"NATURAL_PERSON", "INSTITUTION", "TRUST_COMPANY"},
    "negotiations": {"NATURAL_PERSON", "INSTITUTION"},
    "orders": {"NATURAL_PERSON", "INSTITUTION"},
    "holdings": {"NATURAL_PERSON", "INSTITUTION"},
    "cash": {"NATURAL_PERSON", "INSTITUTION", "TRUST_COMPANY", "OPERATOR"},
    "confirmations": {"TRUST_COMPANY"},
}


@pytest.mark.parametrize("channel", sorted(PRIVATE_CHANNELS))
@pytest.mark.parametrize("kind", sorted(PartyKind))
def test_who_has_a_channel_of_his_own(channel: str, kind: PartyKind) -> None:
    desk = AccountDesk(products=0)
    client = desk.connect()
    (refused,) = client.subscribe({"channel": channel})
    assert refused["error"]["code"] == "auth_required"
    party_id = desk.market.trader_ids[0]
    client.sign_in(party_id, kind)
    (result,) = client.subscribe({"channel": channel})
    if kind.name in ALLOWED[channel]:
        assert result["s"] == f"{channel}:{party_id}"
    else:
        assert result["error"]["code"] == "forbidden"
