"""The channel `confirmations`: what waits for a trust company's decision, over the real
application."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.types import PartyKind
from matching import Side
from tests.api.feed.desk import Client, Desk
from tests.api.listener import Listener
from tests.api.review import ReviewDesk
from tests.api.venue import TestVenue
from tests.model.feed_client import ConfirmationsMirror


def waiting(listener: Listener) -> ConfirmationsMirror:
    (mirror,) = listener.mirror.streams.values()
    assert isinstance(mirror, ConfirmationsMirror)
    return mirror


def queue(desk: ReviewDesk) -> dict[str, Any]:
    """As REST has it."""
    items = desk.venue.ask("GET", "/v1/desk/queue", desk.office).json()["items"]
    return {each["transfer_id"]: each for each in items}


def test_a_queue_is_followed_through_claims_and_decisions(venue: TestVenue) -> None:
    desk = ReviewDesk.make(venue)
    listener = Listener(venue, desk.office, {"channel": "confirmations"})
    told = waiting(listener)
    assert told.waiting.keys() == queue(desk).keys() == {desk.transfer_id}
    desk.do("claim", desk.ruan)
    listener.listen()
    item = told.waiting[desk.transfer_id]
    shown = queue(desk)[desk.transfer_id]["desk"]
    assert item["transfer"]["claimed_by"] == shown["claimed_by"] == desk.ruan.officer_id
    assert item["claimed_until"][:-4] == shown["claimed_until"][:-1]
    desk.do("release", desk.ruan)
    desk.is_proposed()
    assert desk.confirm(desk.shen).status_code == 200
    listener.listen()
    assert told.changes == ["claimed", "released", "claimed", "released", "gone"]
    assert told.waiting == queue(desk) == {}


def test_a_sale_is_added_with_its_deadline(venue: TestVenue) -> None:
    desk = ReviewDesk.make(venue)
    listener = Listener(venue, desk.office, {"channel": "confirmations"})
    desk.market.sell("1.0100", "100")
    desk.market.buy("1.0100", "100")
    listener.listen()
    told, shown = waiting(listener), queue(desk)
    assert told.changes == ["added"]
    assert told.waiting.keys() == shown.keys()
    for key, item in told.waiting.items():
        assert item["transfer"]["deadline"][:-4] == shown[key]["deadline"][:-1]
        assert item["transfer"]["version"] == shown[key]["version"]


def test_another_trust_company_hears_nothing(venue: TestVenue) -> None:
    other = Listener(venue, venue.trust_company, {"channel": "confirmations"})
    before = dict(waiting(other).waiting)
    ReviewDesk.make(venue)
    other.listen()
    assert (waiting(other).waiting, waiting(other).changes) == (before, [])


def trust_company(desk: Desk) -> Client:
    client = desk.connect()
    client.sign_in(desk.market.trust_company_id, PartyKind.TRUST_COMPANY)
    client.subscribe({"channel": "confirmations"})
    return client


def test_each_command_of_a_batch_has_a_frame_of_its_own() -> None:
    desk = Desk()
    client = trust_company(desk)
    desk.market.place(Side.SELL, 10, 10_000, trader=0)
    bought = desk.market.place(Side.BUY, 10, 10_000, trader=1)
    (transfer_id,) = desk.market.state.register.transfers
    decided = desk.market.reject(transfer_id)
    desk.publish()
    added, gone = client.read()
    assert [added["eseq"], gone["eseq"]] == [bought.sequence, decided.sequence]
    assert [each["change"] for each in added["confirmations"]] == ["added"]
    assert [each["change"] for each in gone["confirmations"]] == ["gone"]
    assert gone["confirmations"][0]["transfer"]["state"] == "REJECTED"


@pytest.mark.parametrize("kind", sorted(set(PartyKind) - {PartyKind.TRUST_COMPANY}))
def test_it_is_for_trust_companies_alone(kind: PartyKind) -> None:
    desk = Desk()
    client = desk.connect()
    client.sign_in(desk.market.trader_ids[0], kind)
    (result,) = client.subscribe({"channel": "confirmations"})
    assert result["error"]["code"] == "forbidden"
