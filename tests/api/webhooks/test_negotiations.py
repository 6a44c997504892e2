"""Deals in the making are told to who makes an offer and to whom it is made, and to nobody else."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from api.webhooks.messages import NegotiationTold, encode, message, receivers, told
from exchange.market_commands import SetMarketMode
from exchange.modes.negotiation import OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import DeclineOffer, OfferDeal, RequestQuotes
from exchange.negotiation_events import NegotiationOpened, OfferEnded, OfferMade, OfferPicked
from exchange.store.queries import OutboxRow
from exchange.types import OPERATOR_ID, NegotiationId, OfferId, PartyId, Sequence
from matching import Price, Quantity, Side
from registry.types import ProductId, TimeNs
from tests.api.webhooks.post import (
    BUYER,
    BUYERS,
    REGISTER,
    SELLER,
    SELLERS,
    PostOffice,
    on_loop,
)
from tests.api.webhooks.test_messages import terms_of, trust_companies
from tests.simulation.traffic import TRUST_COMPANY

OPENER, OTHER, THIRD = PartyId(5), PartyId(6), PartyId(7)
HOUR_NS: Final = 3_600 * 10**9
OFFER: Final[dict[str, Any]] = {
    "negotiation_id": NegotiationId(4_711),
    "offer_id": OfferId(4_712),
    "party_id": OTHER,
}
MADE: Final[dict[str, Any]] = OFFER | {"made_to": OPENER}
REQUEST: Final = NegotiationOpened(
    negotiation_id=NegotiationId(4_711),
    product_id=ProductId(8),
    mode=MarketMode.RFQ,
    opener_id=OPENER,
    side=Side.BUY,
    price=None,
    quantity=Quantity(66_666),
    parts=False,
    acceptance=None,
    named=(OTHER, THIRD),
    lapses_ns=TimeNs(66_666),
)
TERMS: Final[dict[str, Any]] = {
    "price": Price(66_666),
    "quantity": Quantity(66_666),
    "lapses_ns": TimeNs(66_666),
}
ROWS: Final[list[tuple[NegotiationTold, str, dict[PartyId, str], str]]] = [
    (REQUEST, "quotes.requested", {OTHER: "TAKER", THIRD: "TAKER"}, "OPEN"),
    (OfferMade(**MADE, **TERMS), "offer.made", {OPENER: "TAKER"}, "STANDING"),
    (
        OfferPicked(**OFFER, lapses_ns=TimeNs(66_666)),
        "offer.picked",
        {OTHER: "MAKER"},
        "PICKED",
    ),
    *(
        (
            OfferEnded(**MADE, state=state),
            "offer.ended",
            {OTHER: "MAKER", OPENER: "TAKER"},
            state.name,
        )
        for state in (OfferState.ACCEPTED, OfferState.LAPSED, OfferState.FREED)
    ),
]


@pytest.mark.parametrize(("event", "name", "roles", "state"), ROWS)
def test_who_takes_part_is_told_what_has_happened_and_not_the_terms(
    event: NegotiationTold, name: str, roles: dict[PartyId, str], state: str
) -> None:
    heard = receivers(told(event), terms_of, trust_companies)
    assert heard == roles
    row = OutboxRow(outbox_id=1, sequence=Sequence(4_711), at_ns=TimeNs(0), event=event)
    for role in heard.values():
        body = encode(message(row, role, terms_of))
        said = json.loads(body)
        offer_id = None if event is REQUEST else "4712"
        data = {"negotiation_id": "4711", "offer_id": offer_id, "role": role, "state": state}
        assert (said["type"], said["data"]) == (name, data)
        assert b"66666" not in body


def set_mode(office: PostOffice, product_id: ProductId, mode: MarketMode) -> None:
    office.venue.give(
        SetMarketMode(actor=OPERATOR_ID, key="mode", product_id=product_id, mode=mode, terms=None)
    )


@on_loop
async def test_a_deal_in_the_making_is_told_to_those_two_alone(office: PostOffice) -> None:
    product_id = office.match().product_id
    for party_id, url in ((SELLER, SELLERS), (BUYER, BUYERS), (PartyId(TRUST_COMPANY), REGISTER)):
        office.register(party_id, url)
    set_mode(office, product_id, MarketMode.NEGOTIATED)
    (outcome,) = office.venue.give(
        OfferDeal(
            actor=SELLER,
            key="offer",
            product_id=product_id,
            side=Side.SELL,
            price=Price(10_000),
            quantity=Quantity(100),
            counterparty_id=BUYER,
            lapses_ns=TimeNs(office.venue.clock.shows_ns + HOUR_NS),
            lots=(),
        )
    )
    assert outcome.sequence is not None
    office.venue.give(
        DeclineOffer(
            actor=BUYER,
            key="no",
            negotiation_id=NegotiationId(outcome.sequence),
            offer_id=OfferId(outcome.sequence),
        )
    )
    await office.settle()

    heard = {
        url: [
            (each.said["type"], each.said["data"]["role"], each.said["data"]["state"])
            for each in office.receivers.sent
            if each.url == url and "negotiation_id" in each.said["data"]
        ]
        for url in (SELLERS, BUYERS, REGISTER)
    }
    assert heard == {
        SELLERS: [("offer.ended", "MAKER", "DECLINED")],
        BUYERS: [("offer.made", "TAKER", "STANDING"), ("offer.ended", "TAKER", "DECLINED")],
        REGISTER: [],
    }


@on_loop
async def test_who_is_asked_by_name_for_a_quote_is_told_and_of_what_all_hear_nobody(
    office: PostOffice,
) -> None:
    product_id = office.match().product_id
    office.register(SELLER, SELLERS)
    set_mode(office, product_id, MarketMode.RFQ)
    numbers = []
    for named in ((SELLER,), ()):
        (outcome,) = office.venue.give(
            RequestQuotes(
                actor=BUYER,
                key=f"request-{len(named)}",
                product_id=product_id,
                side=Side.BUY,
                quantity=Quantity(100),
                named=named,
                lapses_ns=TimeNs(office.venue.clock.shows_ns + HOUR_NS),
            )
        )
        numbers.append(str(outcome.sequence))
    await office.settle()

    heard = [
        each.said["data"]["negotiation_id"]
        for each in office.receivers.sent
        if each.said["type"] == "quotes.requested"
    ]
    assert heard == numbers[:1]
