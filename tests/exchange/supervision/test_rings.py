"""AML-02: units that come back to whom they came from are found when they do."""

from __future__ import annotations

import pytest

from exchange.supervision import rings
from exchange.supervision.alerts import Alert, AlertKind
from exchange.supervision.parameters import Parameters, RingTerms
from tests.exchange.supervision.happenings import (
    AN,
    BAI,
    CAO,
    DENG,
    FUND,
    HOUSE,
    OTHER_PRODUCT,
    WAN,
    Happenings,
)


def kinds(alerts: list[Alert]) -> list[AlertKind]:
    return [alert.kind for alert in alerts]


def test_what_is_sold_and_comes_back_within_days_is_a_round_trip() -> None:
    happenings = Happenings()
    assert happenings.deals(AN, BAI, 20 * WAN) == []
    happenings.waits(days=3)
    (alert,) = happenings.deals(BAI, AN, 20 * WAN)
    assert (alert.kind, alert.party_ids) == (AlertKind.ROUND_TRIP, (AN, BAI))
    assert (alert.measured, alert.limit, len(alert.transfer_ids)) == (4, 10, 2)


@pytest.mark.parametrize(("days", "found"), [(9, True), (10, False)])
def test_after_ten_days_it_is_another_matter(days: int, *, found: bool) -> None:
    happenings = Happenings()
    happenings.deals(AN, BAI, 20 * WAN)
    happenings.waits(days=days)
    assert bool(happenings.deals(BAI, AN, 20 * WAN)) == found


@pytest.mark.parametrize(
    ("back", "found"), [(20 * WAN, True), (21 * WAN, True), (22 * WAN, False), (18 * WAN, False)]
)
def test_it_is_about_the_same_units(back: int, *, found: bool) -> None:
    happenings = Happenings()
    happenings.deals(AN, BAI, 20 * WAN)
    assert bool(happenings.deals(BAI, AN, back)) == found


def test_another_product_a_trifle_and_the_same_way_again_are_none() -> None:
    happenings = Happenings()
    happenings.deals(AN, BAI, 20 * WAN)
    assert happenings.deals(BAI, AN, 20 * WAN, product_id=OTHER_PRODUCT) == []
    assert happenings.deals(AN, BAI, 20 * WAN) == []
    happenings.deals(CAO, DENG, 9 * WAN)
    assert happenings.deals(DENG, CAO, 9 * WAN) == []


def test_only_what_settles_moves_units() -> None:
    happenings = Happenings()
    opened, _ = happenings.opens(AN, BAI, 20 * WAN)
    happenings.fails(opened)
    assert happenings.deals(BAI, AN, 20 * WAN) == []


def test_by_way_of_others_it_is_a_circle() -> None:
    happenings = Happenings()
    for seller, buyer in ((AN, BAI), (BAI, CAO), (CAO, DENG)):
        assert happenings.deals(seller, buyer, 20 * WAN) == []
    (alert,) = happenings.deals(DENG, AN, 20 * WAN)
    assert (alert.kind, alert.party_ids) == (AlertKind.CIRCLE, (AN, BAI, CAO, DENG))
    assert list(alert.transfer_ids) == sorted(alert.transfer_ids)


def test_deals_in_another_order_are_no_circle() -> None:
    happenings = Happenings()
    for seller, buyer in ((BAI, CAO), (AN, BAI)):
        happenings.deals(seller, buyer, 20 * WAN)
    assert happenings.deals(CAO, AN, 20 * WAN) == []


def test_of_several_ways_back_the_shortest_is_told_and_of_those_the_latest() -> None:
    happenings = Happenings()
    for seller, buyer in ((AN, BAI), (BAI, CAO), (AN, CAO), (AN, CAO)):
        happenings.deals(seller, buyer, 20 * WAN)
    latest = happenings.sequence
    (alert,) = happenings.deals(CAO, AN, 20 * WAN)
    assert (alert.kind, len(alert.transfer_ids)) == (AlertKind.ROUND_TRIP, 2)
    assert alert.transfer_ids[0] == (latest - 2) * 1_000


def test_a_longer_way_through_a_later_deal_is_found_too() -> None:
    """To CAO there are two ways of the same length; only by that of DENG is it in time order."""
    happenings = Happenings()
    for seller, buyer in ((FUND, CAO), (CAO, BAI), (CAO, DENG), (BAI, AN), (DENG, AN)):
        happenings.deals(seller, buyer, 20 * WAN)
    assert kinds(happenings.deals(AN, FUND, 20 * WAN)) == [AlertKind.CIRCLE]


def test_parties_of_one_owner_are_one() -> None:
    happenings = Happenings()
    happenings.belongs(FUND, HOUSE)
    assert happenings.deals(HOUSE, AN, 20 * WAN) == []
    assert kinds(happenings.deals(AN, FUND, 20 * WAN)) == [AlertKind.ROUND_TRIP]
    assert kinds(happenings.deals(HOUSE, FUND, 20 * WAN)) == [AlertKind.SAME_OWNER]


def test_longer_circles_are_looked_for_as_far_as_the_parameter_says() -> None:
    happenings = Happenings(Parameters(rings=RingTerms(deals_max=3)))
    for seller, buyer in ((AN, BAI), (BAI, CAO), (CAO, DENG)):
        happenings.deals(seller, buyer, 20 * WAN)
    assert happenings.deals(DENG, AN, 20 * WAN) == []


def test_the_oldest_deals_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rings, "DEALS_PER_PRODUCT_MAX", 3)
    happenings = Happenings()
    for buyer in (BAI, CAO, DENG):
        happenings.deals(AN, buyer, 20 * WAN)
    assert kinds(happenings.deals(CAO, AN, 20 * WAN)) == [AlertKind.ROUND_TRIP]
    assert happenings.deals(BAI, AN, 20 * WAN) == []
