"""The book as a class of buyers or sellers sees it, over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from exchange.class_view import Viewpoint
from exchange.types import VenueProfile
from tests.api.rules import load_pack, set_rules
from tests.api.venue import Market, Member, TestVenue, code_of
from tests.exchange.pairs import PACK, SPLIT, pack_of

VIEWS = ("whole", *(viewpoint.value for viewpoint in Viewpoint))


def book(market: Market, view: str | None = None, member: Member | None = None) -> Any:
    path = f"/v1/products/{market.symbol}/book" + ("" if view is None else f"?view={view}")
    response = market.venue.ask("GET", path, member)
    assert response.status_code == 200, response.text
    return response.json()


def split(market: Market) -> None:
    """From now on natural persons take no part of a holding."""
    venue = market.venue
    text = pack_of(*SPLIT).replace(f'"{PACK}"', f'"{venue.unique("PACK").upper()}"')
    set_rules(venue, market.symbol, load_pack(venue, text)["pack_id"])


def test_a_natural_person_does_not_see_a_part(market: Market) -> None:
    market.sell("1.0300", "300")
    market.sell("1.0400", "100", whole_only=True)
    split(market)
    part, other_part = ["1.0300", "300", 1], ["1.0400", "100", 1]
    shown = {view: book(market, view) for view in VIEWS}
    assert shown["whole"]["asks"] == shown["institution"]["asks"] == [part, other_part]
    assert shown["natural"]["asks"] == []
    assert shown["natural"]["crc"] == crc32(b"B|A")
    assert {each["view"] for each in shown.values()} == set(VIEWS)
    assert all(each["classes_apart"] for each in shown.values())
    assert len({(each["seq"], each["eseq"], each["epoch"]) for each in shown.values()}) == 1
    assert book(market) == shown["whole"]


def test_mine_is_the_view_of_who_asks(market: Market) -> None:
    split(market)
    venue = market.venue
    person, institution = venue.new_party("NATURAL_PERSON"), venue.new_party("INSTITUTION")
    market.sell("1.0300", "300")
    for member, mine in ((person, "natural"), (institution, "institution")):
        assert book(market, "mine", member) == book(market, mine)
        assert book(market, "mine_seller", member) == book(market, f"{mine}_seller")
    path = f"/v1/products/{market.symbol}/book?view=mine"
    assert venue.ask("GET", path).status_code == 401
    assert venue.ask("GET", path, venue.operator).status_code == 403
    assert venue.ask("GET", path.replace("mine", "ours")).status_code == 422


def test_who_reads_quotes_and_does_not_trade_has_no_view_of_its_own(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    venue = market.venue
    view = venue.venue.exchange.view
    monkeypatch.setattr(view, "profile", VenueProfile.CN_VENUE_LICENSED)
    path = f"/v1/products/{market.symbol}/book?view=mine"
    refused = venue.ask("GET", path, venue.operator)
    assert (refused.status_code, code_of(refused)) == (403, "not_permitted")
    assert venue.ask("GET", path, market.buyer).status_code == 200


def test_without_rules_every_class_sees_the_whole_book(market: Market) -> None:
    market.sell("1.0300", "300")
    market.buy("1.0200", "100")
    shown = [book(market, view) for view in VIEWS]
    assert len({(str(each["bids"]), str(each["asks"]), each["crc"]) for each in shown}) == 1
    assert not any(each["classes_apart"] for each in shown)


def test_views_go_on_after_a_restart(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        split(market)
        market.sell("1.0300", "300")
        market.buy("1.0400", "100")
        before = [book(market, view)["crc"] for view in VIEWS]
        venue.restart()
        assert [book(market, view)["crc"] for view in VIEWS] == before
        assert len(set(before)) > 1
        market.sell("1.0500", "100")
        assert book(market, "natural")["asks"] == []
        assert len(book(market, "institution")["asks"]) == 2
