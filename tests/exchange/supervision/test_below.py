"""AML-02: amounts that stay just below what is reported are found by the third."""

from __future__ import annotations

import pytest

from exchange.money_events import DepositRecorded
from exchange.payouts import WithdrawalEvent
from exchange.supervision.alerts import Alert, AlertKind, Direction
from exchange.supervision.below import Below
from exchange.supervision.known import Known, Moment
from exchange.supervision.parameters import DEFAULTS
from exchange.types import Fen, PartyId, Sequence
from registry.calendar import DAY_NS
from registry.types import TimeNs
from tests.exchange.supervision.happenings import AN, BAI, CAO, FUND, HOUSE, WAN, Happenings

JUST_BELOW = 49 * WAN


def below(alerts: list[Alert]) -> list[Alert]:
    return [alert for alert in alerts if alert.kind is AlertKind.JUST_BELOW]


def test_three_deals_just_below_within_days_are_found_and_then_it_begins_anew() -> None:
    happenings = Happenings()
    for other in (BAI, FUND):
        assert below(happenings.deals(AN, other, JUST_BELOW)) == []
        happenings.waits(days=3)
    (alert,) = below(happenings.deals(AN, CAO, JUST_BELOW))
    assert (alert.party_ids, alert.direction) == ((AN,), Direction.RECEIVED)
    assert (alert.measured, alert.limit, alert.amount) == (3, 3, 3 * JUST_BELOW)
    assert len(alert.transfer_ids) == 3
    happenings.waits(days=1)
    assert below(happenings.deals(AN, HOUSE, JUST_BELOW)) == []


@pytest.mark.parametrize(
    ("amount", "found"),
    [(45 * WAN, True), (45 * WAN - 1, False), (50 * WAN - 1, True), (50 * WAN, False)],
)
def test_only_a_tenth_below_is_just_below(amount: int, *, found: bool) -> None:
    happenings = Happenings()
    told: list[Alert] = []
    for _ in range(3):
        told += happenings.deposits(AN, amount)
    assert bool(told) == found


def test_an_institutions_threshold_is_its_own() -> None:
    happenings = Happenings()
    assert [bool(happenings.deposits(FUND, JUST_BELOW)) for _ in range(3)] == [False] * 3
    told = [bool(happenings.deposits(FUND, 190 * WAN)) for _ in range(3)]
    assert told == [False, False, True]


def test_what_lies_further_apart_is_not_found() -> None:
    happenings = Happenings()
    for _ in range(5):
        assert happenings.deposits(AN, JUST_BELOW) == []
        happenings.waits(days=5)


def deposit(happenings: Happenings, party_id: PartyId) -> list[Alert]:
    return happenings.deposits(party_id, JUST_BELOW)


def withdrawal(happenings: Happenings, party_id: PartyId) -> list[Alert]:
    return happenings.withdraws(party_id, JUST_BELOW)


def test_ways_and_directions_count_each_by_itself() -> None:
    happenings = Happenings()
    for tell in (deposit, withdrawal, deposit, withdrawal):
        assert tell(happenings, AN) == []
    (alert,) = withdrawal(happenings, AN)
    assert (alert.direction, alert.transfer_ids) == (Direction.RECEIVED, ())
    (alert,) = deposit(happenings, AN)
    assert alert.direction is Direction.PAID


def test_only_booked_withdrawals_of_parties_count() -> None:
    happenings = Happenings()
    for _ in range(3):
        assert happenings.withdraws(AN, JUST_BELOW, WithdrawalEvent.REQUEST) == []
        assert happenings.withdraws(None, JUST_BELOW) == []


def test_who_deals_no_more_is_forgotten() -> None:
    detector, known = Below(), Known()
    for number, party_id in enumerate((AN, BAI)):
        event = DepositRecorded(
            party_id=party_id, amount=Fen(190 * WAN), payment_id=None, bank_ref=None
        )
        at = Moment(Sequence(number + 1), TimeNs(number * 11 * DAY_NS))
        assert detector.observe(event, at, known, DEFAULTS) == []
    assert [party_id for party_id, _, _ in detector.amounts] == [BAI]
