"""AML-02: a price that is off what units are worth by more than a fifth is found at the match."""

from __future__ import annotations

import pytest

from exchange.supervision.alerts import Alert, AlertKind
from registry.types import TransferId
from tests.exchange.supervision.happenings import AN, BAI, OTHER_PRODUCT, WAN, Happenings


def measured(alerts: list[Alert]) -> list[int]:
    assert {alert.kind for alert in alerts} <= {AlertKind.OFF_VALUE}
    return [alert.measured for alert in alerts]


@pytest.mark.parametrize(
    ("price", "deviation"),
    [(12_000, []), (12_010, [2_010]), (8_000, []), (7_990, [2_010]), (10, [9_990])],
)
def test_a_fifth_off_the_net_asset_value_is_the_most(price: int, deviation: list[int]) -> None:
    happenings = Happenings()
    happenings.values(10_000)
    _, alerts = happenings.opens(AN, BAI, WAN, price=price)
    assert measured(alerts) == deviation


def test_without_any_value_nothing_can_be_said() -> None:
    happenings = Happenings()
    happenings.values(10_000, product_id=OTHER_PRODUCT)
    assert measured(happenings.deals(AN, BAI, WAN, price=50_000)) == []


def test_the_middle_of_the_last_deals_stands_in_for_a_value() -> None:
    happenings = Happenings()
    for price in (10_000, 10_000, 10_000, 10_000, 10_000, 11_000, 11_000, 90_000, 1_000):
        assert measured(happenings.deals(AN, BAI, WAN, price=price)) == []
    assert measured(happenings.deals(AN, BAI, WAN, price=12_100)) == [2_100]
    assert measured(happenings.deals(AN, BAI, WAN, price=12_000)) == []


def test_a_market_that_has_moved_is_followed() -> None:
    happenings = Happenings()
    for price in [10_000] * 9:
        happenings.deals(AN, BAI, WAN, price=price)
    moved = [measured(happenings.deals(AN, BAI, WAN, price=13_000)) for _ in range(6)]
    assert moved == [[3_000]] * 5 + [[]]


@pytest.mark.parametrize(("days", "deviation"), [(92, [3_000]), (93, [])])
def test_an_old_value_counts_no_more(days: int, deviation: list[int]) -> None:
    happenings = Happenings()
    happenings.values(10_000)
    happenings.waits(days=days)
    assert measured(happenings.deals(AN, BAI, WAN, price=13_000)) == deviation


def test_a_new_value_takes_the_place_of_the_old_one() -> None:
    happenings = Happenings()
    happenings.values(10_000)
    happenings.values(13_000)
    assert measured(happenings.deals(AN, BAI, WAN, price=13_000)) == []


def test_who_takes_a_buyers_place_by_his_right_has_made_no_price() -> None:
    happenings = Happenings()
    happenings.values(10_000)
    _, alerts = happenings.opens(AN, BAI, WAN, price=13_000, preempts=TransferId(1))
    assert measured(alerts) == []
