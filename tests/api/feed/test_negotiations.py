"""The feed's channel `negotiations`: each party hears what is for it to hear, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest

import api.feed.stream as stream_module
from exchange.market_commands import SetMarketMode
from exchange.modes.negotiation import Acceptance
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import (
    AcceptOffer,
    AuctionUnits,
    ListUnits,
    MakeOffer,
    OfferDeal,
    WithdrawOffer,
)
from exchange.types import OPERATOR_ID, NegotiationId, OfferId, PartyId, PartyKind
from matching import Price, Quantity, Side
from registry.types import TimeNs
from tests.api.feed.desk import Client, Desk
from tests.exchange.small_market import HOUR_NS, TICK
from tests.model.feed_client import NegotiationsMirror


class Talk:
    """Parties of the small market that deal by name in its first product."""

    def __init__(self, mode: MarketMode) -> None:
        self.desk = Desk()
        self.market = self.desk.market
        self.product_id = self.market.product_ids[0]
        self.keys = 0
        self.market.give(
            SetMarketMode(
                actor=OPERATOR_ID,
                key=self.key(),
                product_id=self.product_id,
                mode=mode,
                terms=None,
            )
        )
        self.desk.publish()

    def key(self) -> str:
        self.keys += 1
        return f"talk-{self.keys}"

    def party(self, index: int) -> PartyId:
        return self.market.trader_ids[index]

    def listens(self, index: int) -> Client:
        """The feed of this party."""
        client = self.desk.connect()
        client.sign_in(self.party(index))
        (result,) = client.subscribe({"channel": "negotiations"})
        assert result["s"] == f"negotiations:{self.party(index)}"
        return client

    def lapse(self) -> TimeNs:
        return TimeNs(self.market.at_ns + 24 * HOUR_NS)

    def offers(self, *, by: int, to: int) -> NegotiationId:
        """A deal that one offers to another."""
        self.market.give(
            OfferDeal(
                actor=self.party(by),
                key=self.key(),
                product_id=self.product_id,
                side=Side.SELL,
                price=Price(10_000),
                quantity=Quantity(10),
                counterparty_id=self.party(to),
                lapses_ns=self.lapse(),
                lots=(),
            )
        )
        self.desk.publish()
        return NegotiationId(self.market.state.sequence)

    def lists(self, *, by: int) -> NegotiationId:
        """Units that one lists."""
        self.market.give(
            ListUnits(
                actor=self.party(by),
                key=self.key(),
                product_id=self.product_id,
                price=Price(10_000),
                quantity=Quantity(10),
                parts=False,
                acceptance=Acceptance.SELLER_CONFIRMS,
                lapses_ns=self.lapse(),
                lots=(),
            )
        )
        self.desk.publish()
        return NegotiationId(self.market.state.sequence)

    def auctions(self, *, by: int) -> NegotiationId:
        """Units that one auctions, with a reserve price."""
        now_ns = self.market.at_ns
        self.market.give(
            AuctionUnits(
                actor=self.party(by),
                key=self.key(),
                product_id=self.product_id,
                price=Price(10_000),
                increment=TICK,
                reserve_price=Price(10_000),
                quantity=Quantity(10),
                starts_ns=now_ns,
                ends_ns=TimeNs(now_ns + HOUR_NS),
                lapses_ns=self.lapse(),
                lots=(),
            )
        )
        self.desk.publish()
        return NegotiationId(self.market.state.sequence)

    def answers(self, number: NegotiationId, *, by: int) -> OfferId:
        """A wish for listed units, or a bid."""
        self.market.give(
            MakeOffer(
                actor=self.party(by),
                key=self.key(),
                negotiation_id=number,
                offer_id=OfferId(number),
                price=Price(10_000),
                quantity=Quantity(10),
                lapses_ns=None,
                lots=(),
            )
        )
        self.desk.publish()
        return OfferId(self.market.state.sequence)

    def accepts(self, number: NegotiationId, offer_id: OfferId, *, by: int) -> None:
        self.market.give(
            AcceptOffer(
                actor=self.party(by),
                key=self.key(),
                negotiation_id=number,
                offer_id=offer_id,
                lots=(),
            )
        )
        self.desk.publish()


def news(client: Client) -> list[Any]:
    """What the client was told since it last read."""
    return [each for frame in client.read() for each in frame["negotiations"]]


def test_a_proposal_is_told_to_the_two_and_to_nobody_else() -> None:
    talk = Talk(MarketMode.NEGOTIATED)
    seller, buyer, stranger = (talk.listens(index) for index in range(3))
    number = talk.offers(by=0, to=1)
    told = news(seller)
    assert told == news(buyer)
    (offered,) = told
    assert offered["negotiation_id"] == str(number)
    assert [each["party_id"] for each in offered["offers"]] == [str(talk.party(0))]
    talk.accepts(number, OfferId(number), by=1)
    (dealt,) = news(buyer)
    assert (dealt["state"], dealt["offers"][0]["state"]) == ("DEALT", "ACCEPTED")
    assert dealt["transfer_id"] is not None
    assert stranger.read() == []
    mirror = buyer.mirror.streams[f"negotiations:{talk.party(1)}"]
    assert isinstance(mirror, NegotiationsMirror)
    assert (mirror.open, mirror.ended) == ({}, {str(number): "DEALT"})


def test_who_asks_is_told_to_the_seller_and_not_to_who_else_has_asked() -> None:
    talk = Talk(MarketMode.LISTED_PRICE)
    seller, first, second = (talk.listens(index) for index in range(3))
    number = talk.lists(by=0)
    assert [len(news(client)) for client in (seller, first, second)] == [1, 1, 1]
    asked = talk.answers(number, by=1)
    talk.answers(number, by=2)
    assert [len(each["offers"]) for each in news(seller)] == [1, 2]
    (own,) = news(first)
    assert [each["offer_id"] for each in own["offers"]] == [str(asked)]
    news(second)
    talk.accepts(number, asked, by=0)
    assert [each["state"] for each in news(first)] == ["OFFERED"]
    assert second.read() == []
    talk.market.give(WithdrawOffer(actor=talk.party(1), key=talk.key(), negotiation_id=number))
    talk.desk.publish()
    (gone,) = news(first)
    assert (gone["state"], gone["offers"][0]["state"]) == ("OPEN", "WITHDRAWN")
    (picked,) = news(second)
    assert (picked["state"], picked["offers"][0]["state"]) == ("OFFERED", "PICKED")


def test_who_stands_behind_a_deal_hears_at_once_that_the_units_are_offered_to_him() -> None:
    talk = Talk(MarketMode.LISTED_PRICE)
    number = talk.lists(by=0)
    asked = talk.answers(number, by=1)
    talk.answers(number, by=2)
    talk.accepts(number, asked, by=0)
    seller, behind, stranger = (talk.listens(index) for index in (0, 2, 3))
    talk.accepts(number, asked, by=1)
    (backed,) = news(behind)
    assert (backed["state"], backed["open_quantity"]) == ("BACKED", "0")
    (sold,) = news(seller)
    assert [each["state"] for each in sold["offers"]] == ["ACCEPTED", "STANDING"]
    news(stranger)
    talk.market.reject(int(sold["transfer_id"]))
    talk.desk.publish()
    (picked,) = news(behind)
    assert (picked["state"], picked["offers"][0]["state"]) == ("OFFERED", "PICKED")
    (listed,) = news(stranger)  # the units are to be had again, if he does not take them
    assert (listed["state"], listed["open_quantity"], listed["offers"]) == ("OPEN", "10", [])


def test_a_bid_is_told_to_all_but_not_whose_it_is() -> None:
    talk = Talk(MarketMode.ENGLISH_AUCTION)
    seller, first, second = (talk.listens(index) for index in range(3))
    number = talk.auctions(by=0)
    told = [news(client)[0]["bidding"]["reserve_price"] for client in (seller, first, second)]
    assert told == ["1.0000", None, None]
    offer_id = talk.answers(number, by=1)
    (by_all,) = news(second)
    assert (by_all["state"], by_all["offers"], by_all["transfer_id"]) == ("LED", [], None)
    assert by_all["bidding"]["leading_offer_id"] == str(offer_id)
    assert by_all["bidding"]["leading_price"] == "1.0000"
    assert by_all["bidding"]["reserve_reached"] is True
    assert [each["party_id"] for each in news(seller)[0]["offers"]] == [str(talk.party(1))]
    assert [each["state"] for each in news(first)[0]["offers"]] == ["STANDING"]
    equal = talk.answers(number, by=3)
    assert second.read() == []  # it does not lead, and so is the seller's and the bidder's to know
    assert str(equal) in [each["offer_id"] for each in news(seller)[0]["offers"]]


def test_a_newcomer_gets_what_is_open_in_parts_if_it_is_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream_module, "SNAPSHOT_ITEMS_MAX", 2)
    talk = Talk(MarketMode.NEGOTIATED)
    numbers = [talk.offers(by=0, to=1) for _ in range(5)]
    talk.offers(by=2, to=3)
    client = talk.listens(1)
    parts = [frame for frame in client.frames if frame["type"] == "snapshot"]
    assert [(frame["part"], frame["parts"]) for frame in parts] == [(1, 3), (2, 3), (3, 3)]
    told = [each["negotiation_id"] for frame in parts for each in frame["negotiations"]]
    assert told == [str(number) for number in numbers]


def test_the_operator_and_trust_companies_are_in_no_negotiation() -> None:
    talk = Talk(MarketMode.NEGOTIATED)
    client = talk.desk.connect()
    client.sign_in(talk.market.trust_company_id, PartyKind.TRUST_COMPANY)
    (result,) = client.subscribe({"channel": "negotiations"})
    assert result["error"]["code"] == "forbidden"
