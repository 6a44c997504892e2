"""After the effect: a settled transfer is kept until its change registration is acknowledged, and
the trust company is told when that is late. Source: REG-02 of domain D1."""

from __future__ import annotations

import pytest
from msgspec import structs

from exchange.check import check
from exchange.events import TransferAdvanced, TransferSettled
from exchange.refusals import Refusal
from exchange.snapshot import decode_state, digest, encode_state
from exchange.types import OPERATOR_ID, PartyKind
from registry.transfer import TransferEvent, TransferState
from tests.exchange.steps import DAY_NS, Steps, end_of_day, happened, told
from tests.exchange.steps import steps as matched_transfer
from tests.exchange.venue import the

ALARM, REGISTER = TransferEvent.ALARM, TransferEvent.REGISTER


def settled(**changes: object) -> Steps:
    """A transfer that took effect on the first day, of a product whose changes are registered."""
    on = matched_transfer(registration=True, **changes)
    on.venue.does(on.venue.confirmation(on.transfer_id))
    return on


def test_title_and_money_have_moved_and_the_transfer_is_kept() -> None:
    on = matched_transfer(registration=True)
    venue = on.venue
    effect = the(TransferSettled, venue.does(venue.confirmation(on.transfer_id)))
    assert effect.registration_due_ns == end_of_day(10)
    assert venue.pending() == []
    assert venue.state.parties[venue.buyer].transfers_open == 0
    assert venue.holding(venue.buyer) == (100, 0, 0)
    kept = venue.state.register.unregistered[on.transfer_id]
    assert (kept.state, kept.deadline_ns) == (TransferState.SETTLED, None)
    assert venue.state.next_due_ns() == end_of_day(7)


def test_without_registration_nothing_is_kept() -> None:
    on = matched_transfer()
    effect = the(TransferSettled, on.venue.does(on.venue.confirmation(on.transfer_id)))
    assert effect.registration_due_ns is None
    assert not on.venue.state.register.unregistered
    assert not on.venue.state.settled_legs
    assert on.venue.refuses(on.register()) is Refusal.UNKNOWN_TRANSFER


def test_the_trust_company_is_told_before_it_is_late_and_when_it_is() -> None:
    on = settled()
    assert happened(on.venue.waits(7 * DAY_NS)) == []
    told_first = on.venue.waits(DAY_NS)
    assert happened(told_first) == [ALARM]
    assert the(TransferAdvanced, told_first).state is TransferState.SETTLED
    assert happened(on.venue.waits(2 * DAY_NS)) == []
    assert happened(on.venue.waits(DAY_NS)) == [ALARM]
    assert on.venue.state.next_due_ns() is None
    assert told(on, on.register()).state is TransferState.REGISTERED, "late is better than never"


def test_one_alarm_is_enough_where_both_are_on_one_day() -> None:
    on = settled(registration_days=4, registration_alarm_days=4)
    assert happened(on.venue.waits(20 * DAY_NS)) == [ALARM]
    assert on.transfer_id in on.venue.state.register.unregistered


def test_an_alarm_of_a_downtime_is_told_when_the_venue_is_back() -> None:
    on = settled()
    assert happened(on.venue.waits(8 * DAY_NS, downtime=True)) == [ALARM]


def test_registered_it_leaves_the_state_and_no_clock_runs() -> None:
    on = settled()
    version = on.version
    registered = told(on, on.register())
    assert (registered.event, registered.state) == (REGISTER, TransferState.REGISTERED)
    assert (registered.officer, registered.version) == ("ruan", version + 1)
    state = on.venue.state
    assert not state.register.unregistered
    assert not state.settled_legs
    assert state.next_due_ns() is None
    transfer, leg = state.touched.transfers[on.transfer_id]
    assert (leg.registered_at_ns, transfer.registration_due_ns) == (state.at_ns, end_of_day(10))
    assert on.venue.refuses(on.register()) is Refusal.UNKNOWN_TRANSFER


def test_only_the_trust_company_of_the_product_acknowledges() -> None:
    on = settled()
    venue = on.venue
    other = venue.registers(PartyKind.TRUST_COMPANY)
    assert venue.refuses(on.register(other)) is Refusal.UNKNOWN_TRANSFER
    for party in (venue.buyer, venue.seller, OPERATOR_ID):
        assert venue.refuses(on.register(party)) is Refusal.NOT_PERMITTED
    stale = on.register()
    venue.waits(8 * DAY_NS)
    assert venue.refuses(stale) is Refusal.TRANSFER_VERSION_STALE


def test_by_a_sheet_it_is_acknowledged_whatever_was_told_in_between() -> None:
    on = settled()
    by_sheet = structs.replace(on.register(), version=None)
    assert happened(on.venue.waits(8 * DAY_NS)) == [ALARM]
    assert told(on, by_sheet).state is TransferState.REGISTERED


def test_what_is_not_settled_is_not_registered() -> None:
    on = matched_transfer(registration=True)
    assert on.venue.refuses(on.register()) is Refusal.TRANSFER_NOT_IN_STATE


@pytest.mark.parametrize("days", [0, 8, 12])
def test_a_snapshot_keeps_what_is_waited_for(days: int) -> None:
    on = settled()
    on.venue.waits(days * DAY_NS)
    restored = decode_state(encode_state(on.venue.state))
    assert digest(restored) == digest(on.venue.state)
    assert restored.next_due_ns() == on.venue.state.next_due_ns()
    check(restored)
    on.venue.state = restored
    assert told(on, on.register()).state is TransferState.REGISTERED
