"""E13 sees whatever is wrong with the cases of transfers under review."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.approvals import Look
from exchange.check import check
from exchange.evidence_types import EvidenceSubject
from registry.transfer import TransferState
from registry.types import TimeNs
from tests.exchange.reviewing import Reviewing
from tests.exchange.steps import transfer_of
from tests.exchange.test_check import violated


def no_case(on: Reviewing) -> None:
    on.venue.state.desk.close_case(transfer_of(on.venue, on.transfer_id))


def claim_outside_review(on: Reviewing) -> None:
    transfer_of(on.venue, on.transfer_id).state = TransferState.SUBMITTED
    on.venue.state.desk.forget_proposal(on.case)


def claim_of_nobody(on: Reviewing) -> None:
    on.case.claimed_by = on.case.claimant = None


def claimant_without_a_name(on: Reviewing) -> None:
    on.case.claimant = None


def claim_of_another_length(on: Reviewing) -> None:
    on.case.claimed_until_ns = TimeNs(1)


def proposal_of_nobody(on: Reviewing) -> None:
    on.case.maker = None


def proposal_about_nothing(on: Reviewing) -> None:
    on.case.criteria = None


def proposal_about_something_else(on: Reviewing) -> None:
    on.case.criteria = bytes(16)


def proposal_that_outlasts_the_review(on: Reviewing) -> None:
    transfer, register = transfer_of(on.venue, on.transfer_id), on.venue.state.register
    register.stop_waiting(transfer)
    transfer.state, transfer.claim_ns = TransferState.SUBMITTED, None
    register.wait(transfer)
    on.case.claimed_by = on.case.claimant = on.case.claimed_until_ns = None


def proposal_that_no_party_leads_to(on: Reviewing) -> None:
    on.venue.state.desk.approvals.discard(transfer_of(on.venue, on.transfer_id))


def case_that_a_party_does_not_lead_to(on: Reviewing) -> None:
    del on.venue.state.desk.cases_of[on.venue.seller]


def proposal_that_is_none(on: Reviewing) -> None:
    on.venue.state.desk.forget_proposal(on.case)


def look_at_nothing(on: Reviewing) -> None:
    other = EvidenceSubject.PARTY, on.venue.other
    on.venue.state.desk.approvals.looks[other] = Look(other, TimeNs(1))


@pytest.mark.parametrize(
    "breaks",
    [
        no_case,
        claim_outside_review,
        claim_of_nobody,
        claimant_without_a_name,
        claim_of_another_length,
        proposal_of_nobody,
        proposal_about_nothing,
        proposal_about_something_else,
        proposal_that_outlasts_the_review,
        proposal_that_no_party_leads_to,
        case_that_a_party_does_not_lead_to,
        proposal_that_is_none,
        look_at_nothing,
    ],
)
def test_a_broken_case_is_seen(breaks: Callable[[Reviewing], None]) -> None:
    on = Reviewing()
    on.is_proposed()
    on.is_claimed(on.shen)
    check(on.venue.state)
    breaks(on)
    on.venue.state.next_due_ns()
    with pytest.raises(AssertionError) as caught:
        check(on.venue.state)
    assert violated(caught) == "E13"
