"""AML-02: a deal within one beneficial owner is found when it is made."""

from __future__ import annotations

from exchange.client_types import NO_OWNER
from exchange.supervision.alerts import AlertKind
from tests.exchange.supervision.happenings import AN, BAI, CAO, FUND, HOUSE, WAN, Happenings


def test_two_parties_of_one_owner_deal_with_themselves() -> None:
    happenings = Happenings()
    happenings.belongs(FUND, HOUSE)
    opened, (alert,) = happenings.opens(FUND, HOUSE, WAN)
    assert (alert.kind, alert.party_ids) == (AlertKind.SAME_OWNER, (FUND, HOUSE))
    assert alert.transfer_ids == (opened.transfer_id,)
    assert (alert.amount, alert.sequence) == (WAN, happenings.sequence)
    assert happenings.settles(opened) == []


def test_so_do_two_whom_a_third_one_owns() -> None:
    happenings = Happenings()
    happenings.belongs(FUND, AN)
    happenings.belongs(HOUSE, AN)
    assert [alert.kind for alert in happenings.deals(HOUSE, FUND, WAN)] == [AlertKind.SAME_OWNER]


def test_owners_are_those_that_are_known_at_the_match() -> None:
    happenings = Happenings()
    assert happenings.deals(FUND, HOUSE, WAN) == []
    happenings.belongs(FUND, HOUSE)
    assert happenings.deals(AN, HOUSE, WAN) == []
    assert len(happenings.deals(HOUSE, FUND, WAN)) == 1
    happenings.belongs(FUND, NO_OWNER)
    assert happenings.deals(HOUSE, FUND, WAN) == []
    happenings.belongs(FUND, CAO)
    assert happenings.deals(BAI, FUND, WAN) == []
