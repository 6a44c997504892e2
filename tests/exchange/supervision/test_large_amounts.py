"""AML-01: what a party pays or receives for units in a day is reported from a threshold on."""

from __future__ import annotations

import pytest

from exchange.supervision.alerts import Alert, AlertKind, Direction
from exchange.supervision.parameters import LargeAmountTerms, Parameters
from exchange.types import Fen, PartyId
from tests.exchange.supervision.happenings import AN, BAI, CAO, FUND, HOUSE, WAN, Happenings


def told(alerts: list[Alert]) -> list[tuple[PartyId, Direction | None, int, int]]:
    """Of whom, which way, how much, and of how many deals."""
    large = [each for each in alerts if each.kind is AlertKind.LARGE_AMOUNT]
    return [
        (each.party_ids[0], each.direction, each.amount, len(each.transfer_ids)) for each in large
    ]


PAID, RECEIVED = Direction.PAID, Direction.RECEIVED


@pytest.mark.parametrize(
    ("seller", "buyer", "amount", "reported"),
    [
        (AN, BAI, 50 * WAN, [(BAI, PAID), (AN, RECEIVED)]),
        (AN, BAI, 50 * WAN - 1, []),
        (AN, FUND, 50 * WAN, [(AN, RECEIVED)]),
        (FUND, AN, 199 * WAN, [(AN, PAID)]),
        (FUND, HOUSE, 200 * WAN - 1, []),
        (FUND, HOUSE, 200 * WAN, [(HOUSE, PAID), (FUND, RECEIVED)]),
    ],
)
def test_a_deal_is_reported_from_half_a_million_of_a_person_and_two_of_an_institution(
    seller: PartyId, buyer: PartyId, amount: int, reported: list[tuple[PartyId, Direction]]
) -> None:
    alerts = told(Happenings().deals(seller, buyer, amount))
    assert alerts == [(party, direction, amount, 1) for party, direction in reported]


def test_only_what_settles_counts() -> None:
    happenings = Happenings()
    opened, alerts = happenings.opens(AN, BAI, 60 * WAN)
    assert told(alerts) == []
    assert told(happenings.fails(opened)) == []
    assert told(happenings.deals(AN, BAI, 10 * WAN)) == []


def test_the_deals_of_a_day_count_together_and_each_is_reported_once() -> None:
    happenings = Happenings()
    assert told(happenings.deals(BAI, AN, 30 * WAN)) == []
    assert told(happenings.deals(CAO, AN, 19 * WAN)) == []
    assert told(happenings.deals(FUND, AN, 1 * WAN)) == [(AN, PAID, 50 * WAN, 3)]
    assert told(happenings.deals(FUND, AN, 2 * WAN)) == [(AN, PAID, 52 * WAN, 1)]


def test_what_is_paid_and_what_is_received_count_each_by_itself() -> None:
    happenings = Happenings()
    assert told(happenings.deals(FUND, AN, 30 * WAN)) == []
    assert told(happenings.deals(AN, HOUSE, 30 * WAN)) == []
    assert told(happenings.deals(AN, HOUSE, 20 * WAN)) == [(AN, RECEIVED, 50 * WAN, 2)]


def test_another_day_in_shanghai_counts_anew() -> None:
    happenings = Happenings()
    happenings.waits(hours=23)
    assert told(happenings.deals(FUND, AN, 30 * WAN)) == []
    happenings.waits(hours=1)
    assert told(happenings.deals(FUND, AN, 30 * WAN)) == []


def test_the_thresholds_are_parameters() -> None:
    lower = Parameters(large_amounts=LargeAmountTerms(natural_person_fen=Fen(10 * WAN)))
    assert told(Happenings(lower).deals(AN, FUND, 10 * WAN)) == [(AN, RECEIVED, 10 * WAN, 1)]
    (alert,) = Happenings(lower).deals(AN, FUND, 11 * WAN)
    assert (alert.measured, alert.limit) == (11 * WAN, 10 * WAN)
