"""AML-02: money from somebody else's account is found when a statement shows it."""

from __future__ import annotations

import pytest

from exchange.money_types import UnmatchedReason
from exchange.supervision.alerts import AlertKind, Direction
from tests.exchange.supervision.happenings import AN, WAN, Happenings


def test_a_payment_from_an_account_that_is_not_the_partys_is_found() -> None:
    (alert,) = Happenings().pays_unmatched(AN, 3 * WAN, UnmatchedReason.THIRD_PARTY)
    assert (alert.kind, alert.party_ids) == (AlertKind.THIRD_PARTY_PAYER, (AN,))
    assert (alert.payment_id, alert.amount, alert.direction) == (77, 3 * WAN, Direction.PAID)


@pytest.mark.parametrize("reason", set(UnmatchedReason) - {UnmatchedReason.THIRD_PARTY})
def test_what_is_nobodys_for_another_reason_is_not(reason: UnmatchedReason) -> None:
    assert Happenings().pays_unmatched(AN, 3 * WAN, reason) == []


def test_nor_what_is_for_nobody() -> None:
    assert Happenings().pays_unmatched(None, 3 * WAN, UnmatchedReason.THIRD_PARTY) == []
