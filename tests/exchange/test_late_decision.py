"""What was decided too late is one matter, and says by whom and what."""

from __future__ import annotations

import msgspec
import pytest

from exchange.desk_events import ExceptionRaised
from exchange.late_decision import LateDecision
from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID
from registry.transfer import TransferEvent
from tests.exchange.test_exceptions import DECIDED, LATE, K, only, opened, raised
from tests.exchange.venue import START_NS, Venue


@pytest.fixture
def venue() -> Venue:
    return Venue()


def test_a_late_decision_is_one_matter_however_often_it_is_told(venue: Venue) -> None:
    confirmed = msgspec.structs.replace(DECIDED, decision=TransferEvent.CONFIRM, reason=None)
    for times, late in ((1, DECIDED), (2, confirmed)):
        events = venue.does(msgspec.structs.replace(raised(venue), late=late))
        assert only(venue).late == late
        assert events == (
            ExceptionRaised(
                exception_id=only(venue).exception_id,
                kind=LATE,
                subject_id=7,
                trust_company_id=venue.trust_company,
                times=times,
                late=late,
            ),
        )
    assert only(venue).raised_at_ns == START_NS
    venue.does(raised(venue, kind=K.WEBHOOK, of=venue.buyer, by=OPERATOR_ID))
    assert opened(venue)[1] == (K.WEBHOOK, 7, None, 1), "another kind, another matter"


def test_a_late_decision_and_nothing_else_says_what_was_decided(venue: Venue) -> None:
    unsaid = msgspec.structs.replace(raised(venue), late=None)
    webhook = raised(venue, kind=K.WEBHOOK, of=venue.buyer, by=OPERATOR_ID)
    for command in (unsaid, msgspec.structs.replace(webhook, late=DECIDED)):
        assert venue.refuses(command) is Refusal.NOT_PERMITTED


def test_what_events_say_of_a_late_decision_never_changes() -> None:
    assert LateDecision.__struct_fields__ == ("decision", "reason", "officer_id", "officer")
