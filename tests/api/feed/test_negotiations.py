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
    ListUnits,
    MakeOffer,
    OfferDeal,
    WithdrawOffer,
)
from exchange.types import OPERATOR_ID, NegotiationId, OfferId, PartyId, PartyKind
from matching import Price, Quantity, Side
from registry.types import TimeNs
from tests.api.feed.desk import Client, Desk
from tests.exchange.small_market import HOUR_NS
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

    def answers(self, number: NegotiationId, *, by: int) -> OfferId:
        """A wish for listed units."""
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
