"""The demo's examiner, on a venue of its own: what it halts, and that it lets trade go on."""

from __future__ import annotations

from typing import Any

import pytest

from api.cli.demo import examiner as examiner_module
from api.cli.demo.examiner import Examiner
from api.cli.demo.watch import Watch
from tests.api.demo.market import PRODUCTS
from tests.api.demo.test_dealing import VenueClient
from tests.api.halts import halt
from tests.api.venue import Member, TestVenue

PRODUCT = next(iter(PRODUCTS.values()))


@pytest.fixture(autouse=True)
def in_no_time(venue: TestVenue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examiner_module, "HALTS_AFTER_S", (0.0, 0.0))
    monkeypatch.setattr(examiner_module, "HALT_S", 0.0)
    monkeypatch.setattr(Watch, "now_ns", property(lambda _: venue.clock.now_ns()))
    known = venue.ask("GET", f"/v1/products/{PRODUCT.symbol}", venue.operator)
    if known.status_code == 404:
        venue.new_product(symbol=PRODUCT.symbol)


def examiner_of(venue: TestVenue, member: Member, *, start: int = 1) -> Examiner:
    return Examiner(
        [PRODUCT],
        party_id=member.party_id,
        key=member.key,
        client=VenueClient(venue),
        watch=Watch({PRODUCT.symbol: PRODUCT}, day_ns=10**9),
        seed=1,
        start=start,
    )


def standing(venue: TestVenue) -> list[dict[str, Any]]:
    found = venue.ask("GET", f"/v1/products/{PRODUCT.symbol}", venue.operator).json()["halts"]
    assert isinstance(found, list)
    return found


def test_the_examiner_halts_one_product_and_lets_it_go_on(venue: TestVenue) -> None:
    member = venue.new_party("REGULATOR")
    examiner = examiner_of(venue, member)

    venue.runner.run(examiner.run())

    assert standing(venue) == []
    first, *_ = venue.ask("GET", "/v1/halts", venue.operator).json()["items"]
    assert (first["symbol"], first["given_by"]) == (PRODUCT.symbol, member.party_id)
    assert (first["state"], first["reason"]) == ("LIFTED", "DISORDERLY_TRADING")
    assert [deed.what for deed in examiner._watch.deeds] == [
        f"halts {PRODUCT.symbol}",
        f"lets {PRODUCT.symbol} be traded again",
    ]


def test_a_halt_that_an_earlier_run_left_is_lifted_and_nobody_elses(venue: TestVenue) -> None:
    member = venue.new_party("REGULATOR")
    others = halt(venue, PRODUCT.symbol).json()["halt_id"]
    venue.runner.run(examiner_of(venue, member).halt(PRODUCT))
    assert len(standing(venue)) == 2

    venue.runner.run(examiner_of(venue, member, start=2).lift_all())

    assert [each["halt_id"] for each in standing(venue)] == [others]
    body = {"note": "disclosed"}
    venue.do("POST", f"/v1/halts/{others}/lift", venue.operator, json=body)


def test_an_examiner_who_is_refused_leaves_the_market_alone(venue: TestVenue) -> None:
    examiner = examiner_of(venue, venue.new_party())
    venue.runner.run(examiner.run())
    assert standing(venue) == []
    assert list(examiner._watch.deeds) == []
