"""What officers are refused: one row each, the least that it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from exchange.commands import AnyCommand
from exchange.refusals import Refusal
from exchange.types import OfficerId, OfficerRole, ProposalId
from tests.exchange.offices import RUAN, SHEN
from tests.exchange.venue import NOWHERE, START_NS, Venue


def by_an_unknown_officer(venue: Venue) -> AnyCommand:
    return venue.proposal(venue.deposit(venue.buyer, 1), officer_id=OfficerId(NOWHERE))


def approval_of_nothing(venue: Venue) -> AnyCommand:
    checker = venue.appoints(SHEN, OfficerRole.CHECKER)
    return venue.approval(ProposalId(NOWHERE), officer_id=checker)


def alone(venue: Venue) -> AnyCommand:
    venue.state.four_eyes = True
    return venue.deposit(venue.buyer, 1)


def too_late(venue: Venue) -> AnyCommand:
    maker = venue.appoints(RUAN, OfficerRole.MAKER, until_ns=START_NS + 1)
    venue.waits(1)
    return venue.proposal(venue.deposit(venue.buyer, 1), officer_id=maker)


def proposed(venue: Venue, **changes: Any) -> AnyCommand:
    """The approval of a deposit by who has proposed it himself."""
    both = venue.appoints(RUAN, OfficerRole.MAKER | OfficerRole.CHECKER)
    proposal_id = venue.proposes(venue.deposit(venue.buyer, 1), officer_id=both)
    return venue.approval(proposal_id, officer_id=both, **changes)


def one_proposal_more(venue: Venue) -> AnyCommand:
    maker = venue.appoints(RUAN, OfficerRole.MAKER)
    act = venue.deposit(venue.buyer, 1)
    venue.does_all(venue.proposal(act, officer_id=maker) for _ in range(200))
    return venue.proposal(act, officer_id=maker)


def one_officer_more(venue: Venue) -> AnyCommand:
    venue.does_all(venue.appointment(RUAN, OfficerRole.MAKER) for _ in range(200))
    return venue.appointment(SHEN, OfficerRole.MAKER)


ROWS: dict[Refusal, Callable[[Venue], AnyCommand]] = {
    Refusal.UNKNOWN_OFFICER: by_an_unknown_officer,
    Refusal.UNKNOWN_PROPOSAL: approval_of_nothing,
    Refusal.FOUR_EYES_REQUIRED: alone,
    Refusal.OUT_OF_OFFICE: too_late,
    Refusal.ROLES_CONFLICT: lambda venue: venue.appointment(RUAN, OfficerRole(0)),
    Refusal.SAME_PERSON: proposed,
    Refusal.PROPOSALS_OPEN_MAX: one_proposal_more,
    Refusal.OFFICERS_MAX: one_officer_more,
}
"""In order of precedence."""


@pytest.mark.parametrize("refusal", ROWS)
def test_a_refusal_is_given_and_nothing_else_changes(refusal: Refusal) -> None:
    venue = Venue()
    assert venue.refuses(ROWS[refusal](venue)) is refusal


def test_what_was_not_seen_is_not_approved() -> None:
    venue = Venue()
    assert venue.refuses(proposed(venue, digest=bytes(16))) is Refusal.CRITERIA_STALE
