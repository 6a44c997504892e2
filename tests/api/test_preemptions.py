"""The right of pre-emption over HTTP: who sees an offer, what he answers, and what comes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from exchange.verify import verify
from tests.api.transfers import without_states
from tests.api.venue import SHORT_TERMS, Market, Member, TestVenue, code_of


class Offers:
    """A market in which a confirmed transfer is offered to two."""

    def __init__(self, venue: TestVenue) -> None:
        self.venue = venue
        self.first, self.second = (venue.new_party(money="2000.00") for _ in range(2))
        made = Market.make(venue)
        rights = {
            "preemption_days": 30,
            "right_holders": [self.first.party_id, self.second.party_id],
        }
        symbol = venue.new_product(transfer_terms={**SHORT_TERMS, **rights})
        venue.give_units(symbol, made.seller, "10000")
        self.market = Market(venue, symbol, made.seller, made.buyer)
        self.transfer_id = self.market.match("1000")["transfer_id"]

    @property
    def path(self) -> str:
        return f"/v1/transfers/{self.transfer_id}"

    def etag(self) -> str:
        etag: str = self.venue.ask("GET", self.path, self.venue.trust_company).headers["etag"]
        return etag

    def confirm(self) -> Any:
        response = self.venue.ask(
            "POST",
            f"{self.path}/confirm",
            self.venue.trust_company,
            key=self.venue.unique(),
            headers={"If-Match": self.etag()},
        )
        assert response.status_code == 200, response.text
        return response.json()

    def offered(self, member: Member) -> list[Any]:
        listed = self.venue.ask("GET", "/v1/preemptions", member)
        assert listed.status_code == 200, listed.text
        items: list[Any] = listed.json()["items"]
        return items

    def answer(self, member: Member, answer: str, *, key: str | None = None) -> httpx.Response:
        return self.venue.ask(
            "POST",
            f"{self.path}/preemption",
            member,
            key=key or self.venue.unique(),
            headers={"If-Match": self.etag()},
            json={"answer": answer},
        )


@pytest.fixture
def offers(tmp_path: Path) -> Any:
    with TestVenue(tmp_path / "venue") as venue:
        yield Offers(venue)


def test_those_who_are_asked_see_what_they_would_pay_and_nobody_else_does(offers: Offers) -> None:
    assert offers.offered(offers.first) == [], "nobody has confirmed it yet"
    assert offers.confirm()["state"] == "PREEMPTION_OPEN"
    (offer,) = offers.offered(offers.first)
    fees = offer["buyer_fees"]
    paid = 1020 + float(fees["venue"]) + float(fees["trust_company"])
    assert offer == {
        "transfer_id": offers.transfer_id,
        "symbol": offers.market.symbol,
        "units": "1000",
        "price": "1.0200",
        "consideration": "1020.00",
        "accrued": None,
        "buyer_fees": fees,
        "cost": f"{paid:.2f}",
        "deadline": offer["deadline"],
        "version": 3,
        "waived": False,
        "waived_by": None,
    }
    venue = offers.venue
    assert offers.offered(offers.second) == [offer]
    for office in (venue.trust_company, venue.operator):
        assert offers.offered(office) == [offer | {"waived_by": []}]
    for stranger in (offers.market.seller, offers.market.buyer, venue.new_party()):
        assert offers.offered(stranger) == []
    product = venue.ask("GET", f"/v1/products/{offers.market.symbol}").json()
    terms = product["transfer_terms"]
    assert terms["preemption_days"] == 30
    assert terms["right_holders"] == [offers.first.party_id, offers.second.party_id]


def test_lists_can_be_of_what_is_offered_and_of_what_somebody_took(offers: Offers) -> None:
    def listed(member: Member, state: str) -> list[str]:
        items = offers.venue.ask("GET", f"/v1/transfers?state={state}", member).json()["items"]
        return [item["transfer_id"] for item in items]

    offers.confirm()
    for member in (offers.market.buyer, offers.market.seller, offers.venue.trust_company):
        assert listed(member, "PREEMPTION_OPEN") == [offers.transfer_id]
    assert offers.answer(offers.first, "EXERCISE").status_code == 200
    assert listed(offers.market.buyer, "PREEMPTION_OPEN") == []
    assert listed(offers.market.buyer, "PREEMPTED") == [offers.transfer_id]


def test_it_settles_when_the_last_has_waived(offers: Offers) -> None:
    offers.confirm()
    first = offers.answer(offers.first, "WAIVE")
    assert first.status_code == 200, first.text
    assert first.json() == {
        "transfer_id": offers.transfer_id,
        "symbol": offers.market.symbol,
        "answer": "WAIVE",
        "new_transfer_id": None,
        "at": first.json()["at"],
    }
    (offer,) = offers.offered(offers.first)
    assert offer["waived"] is True
    (shown,) = offers.offered(offers.venue.trust_company)
    assert shown["waived_by"] == [offers.first.party_id]
    assert code_of(offers.answer(offers.first, "EXERCISE")) == "already_done"
    assert offers.answer(offers.second, "WAIVE").status_code == 200
    settled = offers.venue.ask("GET", offers.path, offers.market.buyer).json()
    assert settled["state"] == "SETTLED"
    assert offers.offered(offers.second) == []


def test_who_exercises_has_a_transfer_of_his_own(offers: Offers, tmp_path: Path) -> None:
    offers.confirm()
    venue, market = offers.venue, offers.market
    before = venue.ask("GET", offers.path, market.buyer).json()
    taken = offers.answer(offers.first, "EXERCISE", key="once")
    assert taken.status_code == 200, taken.text
    again = venue.ask(
        "POST",
        f"{offers.path}/preemption",
        offers.first,
        key="once",
        headers={"If-Match": '"3"'},
        json={"answer": "EXERCISE"},
    )
    assert (again.status_code, again.json()) == (200, taken.json())
    assert again.headers["idempotency-replayed"] == "true"
    ended = venue.ask("GET", offers.path, market.buyer).json()
    assert (ended["state"], ended["preempts"]) == ("PREEMPTED", None)
    own_id = taken.json()["new_transfer_id"]

    def own() -> Any:
        response = venue.ask("GET", f"/v1/transfers/{own_id}", offers.first)
        assert response.status_code == 200, response.text
        return response.json()

    kept = ("symbol", "trade_number", "seller_id", "units", "price", "buyer_fees", "matched_at")
    assert {name: own()[name] for name in kept} == {name: before[name] for name in kept}
    assert (own()["state"], own()["preempts"]) == ("SUBMITTED", offers.transfer_id)
    assert venue.ask("GET", "/v1/cash", market.buyer).json()["escrow"] == "0.00"
    assert code_of(offers.answer(offers.second, "EXERCISE")) == "unknown_transfer"
    venue.restart()
    assert own()["preempts"] == offers.transfer_id
    listed = venue.ask("GET", "/v1/transfers?state=SUBMITTED", offers.first).json()["items"]
    assert [each["transfer_id"] for each in listed] == [own_id]
    assert listed == [without_states(own())]
    verify(tmp_path / "venue" / "venue.sqlite3")


def test_the_money_has_to_be_there(offers: Offers) -> None:
    offers.confirm()
    venue = offers.venue
    venue.place(offers.first, offers.market.symbol, "BUY", "0.5000", "3000")
    refused = offers.answer(offers.first, "EXERCISE")
    assert (refused.status_code, code_of(refused)) == (409, "money_not_available")


def test_to_who_is_not_asked_there_is_nothing_to_answer(offers: Offers) -> None:
    offers.confirm()
    stranger = offers.venue.new_party(money="2000.00")
    refused = offers.answer(stranger, "EXERCISE")
    assert (refused.status_code, code_of(refused)) == (404, "unknown_transfer")
    for party in (offers.market.buyer, offers.market.seller):
        assert code_of(offers.answer(party, "WAIVE")) == "not_permitted"


def test_the_trust_companys_endpoint_is_told_of_both_transfers(offers: Offers) -> None:
    venue = offers.venue
    endpoint = venue.register_webhook(venue.trust_company)
    offers.confirm()
    offers.answer(offers.first, "EXERCISE")
    told = venue.messages(venue.trust_company, endpoint["webhook_id"], least=3)
    types = [each["type"] for each in told]
    assert types[:3] == ["transfer.opened", "transfer.preempted", "transfer.advanced"]


def test_a_right_holders_endpoint_is_told_of_the_offer_until_he_has_answered(
    offers: Offers,
) -> None:
    venue = offers.venue
    first, second = (venue.register_webhook(each) for each in (offers.first, offers.second))
    office = venue.register_webhook(venue.trust_company)
    offers.confirm()
    for right_holder in (offers.first, offers.second):
        answered = offers.answer(right_holder, "WAIVE")
        assert answered.status_code == 200, answered.text
    venue.messages(venue.trust_company, office["webhook_id"], least=3)
    for member, endpoint, versions in ((offers.first, first, [3]), (offers.second, second, [4, 3])):
        told = venue.messages(member, endpoint["webhook_id"])
        assert {each["type"] for each in told} == {"preemption.offered"}
        shown = [message_of(venue, member, endpoint, each["message_id"]) for each in told]
        assert [each["data"]["version"] for each in shown] == versions
        assert {each["data"]["transfer_id"] for each in shown} == {offers.transfer_id}
        assert not {"seller_id", "buyer_id"} & set(shown[0]["data"])


def message_of(venue: TestVenue, member: Member, endpoint: Any, message_id: str) -> Any:
    """The body of a message to an endpoint."""
    path = f"/v1/webhooks/{endpoint['webhook_id']}/deliveries/{message_id}"
    return json.loads(venue.ask("GET", path, member).json()["body"])
