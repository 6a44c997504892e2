"""Maker and checker: a claim, a proposal, and the word of somebody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from exchange.commands import AnyCommand
from exchange.events import TransferFailed, TransferSettled
from exchange.evidence_types import EvidenceSubject
from exchange.limits import OWN_EVIDENCE_PER_REVIEW_MAX
from exchange.refusals import Refusal
from exchange.review_commands import ProposeDecision
from exchange.review_events import ApprovalsLapsed, Review
from exchange.snapshot import decode_state, encode_state
from exchange.transfer_commands import ReturnTransfer
from exchange.types import OPERATOR_ID, OfficerId, RejectionReason
from registry.transfer import Overlay, TransferEvent, TransferState, Who
from tests.exchange.offices import RUAN
from tests.exchange.papers import fault, hands_in, of_party, of_transfer, paper, today
from tests.exchange.reviewing import CHECKER, CLAIM_NS, MAKER, Reviewing
from tests.exchange.steps import DAY_NS, happened, told, transfer_of
from tests.exchange.venue import NOWHERE, Venue, kinds, the

E = TransferEvent
DISPUTED = RejectionReason.TITLE_DISPUTED


@pytest.fixture
def on() -> Reviewing:
    return Reviewing()


def sent_back_by(on: Reviewing, officer_id: OfficerId | None) -> ReturnTransfer:
    return msgspec.structs.replace(on.send_back(), officer_id=officer_id)


def test_what_a_maker_proposes_another_person_confirms(on: Reviewing) -> None:
    claimed = told(on, on.claim(on.ruan))
    assert (claimed.event, claimed.state) == (E.CLAIM, TransferState.UNDER_REVIEW)
    assert claimed.review is not None
    assert claimed.review.claimed_by == on.ruan
    assert claimed.review.claimed_until_ns == on.venue.at_ns + CLAIM_NS
    made = told(on, on.propose(on.ruan))
    assert made.review is not None
    assert (made.event, made.review.made_by, made.review.claimed_by) == (E.MAKE, on.ruan, None)
    assert made.review.criteria == on.criteria
    settled = the(TransferSettled, on.venue.does(on.confirm(on.shen)))
    assert settled.officer == "key"
    assert on.venue.state.desk.cases == {}
    assert on.venue.state.desk.touched_cases[on.transfer_id].checked_by == on.shen


def test_a_rejection_is_a_decision_of_two_for_the_same_reason(on: Reviewing) -> None:
    on.is_proposed(DISPUTED)
    assert on.venue.refuses(on.reject(on.shen)) is Refusal.DECISION_DIFFERS
    assert on.venue.refuses(on.confirm(on.shen)) is Refusal.DECISION_DIFFERS
    failed = the(TransferFailed, on.venue.does(on.reject(on.shen, DISPUTED)))
    assert (failed.state, failed.reason) == (TransferState.REJECTED, DISPUTED)


def test_nothing_is_checked_that_was_not_proposed(on: Reviewing) -> None:
    assert on.venue.refuses(on.confirm(on.shen)) is Refusal.TRANSFER_NOT_IN_STATE
    on.is_claimed(on.shen)
    assert on.venue.refuses(on.confirm(on.shen)) is Refusal.DECISION_DIFFERS


def test_maker_and_checker_are_two_persons_in_whichever_offices(on: Reviewing) -> None:
    of = on.venue.trust_company
    appointment = on.venue.appointment(RUAN, CHECKER, of=of, by=of, officer_id=on.luo)
    on.venue.does(appointment)
    second_office = OfficerId(on.venue.state.sequence)
    on.is_proposed()
    assert on.venue.refuses(on.confirm(second_office)) is Refusal.SAME_PERSON
    on.is_claimed(on.qian)
    on.venue.does(on.propose(on.qian))
    assert on.venue.refuses(on.confirm(on.qian)) is Refusal.SAME_PERSON
    assert on.venue.refuses(on.confirm(on.ruan)) is Refusal.OFFICER_NOT_CHECKER
    on.venue.does(on.confirm(on.shen))


def test_who_has_claimed_it_keeps_others_away_for_half_an_hour(on: Reviewing) -> None:
    on.is_claimed()
    others: list[AnyCommand] = [on.claim(on.qian), on.release(on.qian), on.propose(on.qian)]
    others.append(sent_back_by(on, on.shen))
    for command in others:
        assert on.venue.refuses(command) is Refusal.CLAIMED_BY_ANOTHER
    assert happened(on.venue.waits(CLAIM_NS)) == [E.NOTICE]
    assert transfer_of(on.venue, on.transfer_id).notices == 0
    assert on.state_name == "UNDER_REVIEW"
    assert on.venue.refuses(on.propose(on.ruan)) is Refusal.NOT_CLAIMED
    assert on.venue.refuses(on.release(on.ruan)) is Refusal.NOT_CLAIMED
    on.is_claimed(on.qian)


def test_a_claim_may_be_prolonged_given_back_and_given_to_another(on: Reviewing) -> None:
    on.is_claimed()
    on.venue.waits(CLAIM_NS - 1)
    on.is_claimed()
    assert on.case.claimed_until_ns == on.venue.at_ns + CLAIM_NS
    on.venue.does(on.release(on.ruan))
    assert (on.case.claimed_by, on.state_name) == (None, "UNDER_REVIEW")
    on.is_claimed()
    assert on.venue.refuses(on.reassign(on.qian, by=on.shen)) is Refusal.OFFICER_NOT_HEAD
    assert on.venue.refuses(on.reassign(on.luo)) is Refusal.OFFICER_NOT_REVIEWER
    unknown = OfficerId(NOWHERE)
    assert on.venue.refuses(on.reassign(unknown)) is Refusal.UNKNOWN_OFFICER
    on.venue.does(on.reassign(on.qian))
    assert on.case.claimed_by == on.qian
    on.venue.does(on.propose(on.qian))


def test_a_checker_who_has_claimed_it_is_the_only_one_to_check(on: Reviewing) -> None:
    on.is_proposed()
    on.is_claimed(on.shen)
    assert on.case.made_by == on.ruan
    assert on.venue.refuses(on.confirm(on.qian)) is Refusal.CLAIMED_BY_ANOTHER
    on.venue.does(on.confirm(on.shen))


def test_a_maker_may_think_better_of_it(on: Reviewing) -> None:
    on.is_proposed()
    on.is_claimed()
    on.venue.does(on.propose(on.ruan, DISPUTED))
    assert on.venue.refuses(on.confirm(on.shen)) is Refusal.DECISION_DIFFERS
    on.venue.does(on.reject(on.shen, DISPUTED))


def test_a_key_that_is_nobodys_decides_nothing_under_review(on: Reviewing) -> None:
    on.is_proposed()
    for command in (on.confirm(None), on.reject(None), on.send_back()):
        assert on.venue.refuses(command) is Refusal.NOT_PERMITTED


def test_an_officer_out_of_office_decides_nothing_with_or_without_review(on: Reviewing) -> None:
    on.is_proposed()
    on.venue.state.desk.officers[on.shen].until_ns = on.venue.at_ns
    assert on.venue.refuses(on.confirm(on.shen)) is Refusal.OUT_OF_OFFICE
    venue = Venue()
    ruan = venue.appoints(RUAN, MAKER, of=venue.trust_company)
    venue.sells(10)
    venue.buys(10)
    command = msgspec.structs.replace(venue.confirmation(venue.pending()[0]), officer_id=ruan)
    venue.state.desk.officers[ruan].until_ns = venue.at_ns
    assert venue.refuses(command) is Refusal.OUT_OF_OFFICE
    venue.state.desk.officers[ruan].until_ns = None
    venue.does(msgspec.structs.replace(command, key=venue.key()))


def test_the_criteria_stand_for_the_version_where_a_decision_names_no_version() -> None:
    venue = Venue()
    on = Reviewing()
    on.is_proposed()
    alone = msgspec.structs.replace(on.confirm(on.shen), version=None)
    on.venue.waits(2 * DAY_NS)  # a reminder makes a new version
    assert on.version > 4
    on.venue.does(alone)
    venue.sells(10)
    venue.buys(10)
    unread = msgspec.structs.replace(venue.confirmation(venue.pending()[0]), criteria=bytes(16))
    assert venue.refuses(unread) is Refusal.CRITERIA_STALE
    nothing = msgspec.structs.replace(unread, key=venue.key(), version=None, criteria=None)
    assert venue.refuses(nothing) is Refusal.TRANSFER_VERSION_STALE


def test_what_was_not_read_is_neither_proposed_nor_approved(on: Reviewing) -> None:
    on.is_claimed()
    unread = msgspec.structs.replace(on.propose(on.ruan), criteria=bytes(16))
    assert on.venue.refuses(unread) is Refusal.CRITERIA_STALE
    on.venue.does(on.propose(on.ruan))
    for criteria, refusal in (
        (None, Refusal.CRITERIA_MISSING),
        (bytes(16), Refusal.CRITERIA_STALE),
    ):
        command = msgspec.structs.replace(on.confirm(on.shen), criteria=criteria)
        assert on.venue.refuses(command) is refusal


def claiming(command: ProposeDecision, **changes: Any) -> ProposeDecision:
    return msgspec.structs.replace(command, claims=True, **changes)


def test_a_maker_claims_with_his_proposal_what_nobody_has(on: Reviewing) -> None:
    read = on.version
    events = on.venue.does(claiming(on.propose(on.ruan)))
    assert happened(events) == [E.CLAIM, E.MAKE]
    assert (on.version, on.case.made_by, on.case.claimed_by) == (read + 2, on.ruan, None)
    again = claiming(on.propose(on.qian), version=None)
    assert happened(on.venue.does(again)) == [E.CLAIM, E.MAKE]
    assert on.case.made_by == on.qian
    on.venue.does(on.confirm(on.shen))


def test_a_proposal_takes_nothing_from_who_has_claimed_it(on: Reviewing) -> None:
    on.is_claimed(on.qian)
    assert on.venue.refuses(claiming(on.propose(on.ruan))) is Refusal.CLAIMED_BY_ANOTHER
    assert happened(on.venue.does(claiming(on.propose(on.qian)))) == [E.MAKE]


def test_who_may_not_propose_claims_nothing_by_it(on: Reviewing) -> None:
    refused = {
        Refusal.OFFICER_NOT_MAKER: claiming(on.propose(on.shen)),
        Refusal.TRANSFER_VERSION_STALE: claiming(on.propose(on.ruan), version=on.version + 1),
        Refusal.CRITERIA_STALE: claiming(on.propose(on.ruan), criteria=bytes(16)),
    }
    for refusal, command in refused.items():
        assert on.venue.refuses(command) is refusal
    assert on.state_name == "SUBMITTED"
    on.venue.does(on.hold())
    assert on.venue.refuses(claiming(on.propose(on.ruan))) is Refusal.TRANSFER_HELD
    plain = Reviewing(review=False)
    command = claiming(plain.propose(plain.ruan))
    assert plain.venue.refuses(command) is Refusal.TRANSFER_NOT_IN_STATE


def test_what_nobody_has_claimed_is_to_be_claimed_first(on: Reviewing) -> None:
    commands: list[Callable[[], AnyCommand]] = [
        lambda: on.propose(on.ruan),
        lambda: on.release(on.ruan),
    ]
    for command in commands:
        assert on.venue.refuses(command()) is Refusal.NOT_CLAIMED
    assert on.venue.refuses(on.propose(on.shen)) is Refusal.OFFICER_NOT_MAKER
    on.venue.does(on.hold())
    for command in commands:
        assert on.venue.refuses(command()) is Refusal.TRANSFER_HELD


CHANGES: dict[str, Callable[[Venue], AnyCommand]] = {
    "a document more": of_transfer,
    "another in its place": lambda venue: of_transfer(
        venue, replaces=max(venue.state.evidence.links)
    ),
    "its file is not what it was": fault,
}


@pytest.mark.parametrize("change", CHANGES)
def test_other_documents_reset_what_was_approved(on: Reviewing, change: str) -> None:
    hands_in(on.venue, of_transfer(on.venue))
    on.is_proposed(DISPUTED)
    before, decision = on.criteria, transfer_of(on.venue, on.transfer_id).decision_ns
    events = on.venue.does(CHANGES[change](on.venue))
    assert kinds(events)[-2:] == ["ApprovalsLapsed", "TransferAdvanced"]
    lapsed = the(ApprovalsLapsed, events)
    assert (lapsed.event, lapsed.made_by, lapsed.reason) == (E.RESET, on.ruan, DISPUTED)
    assert happened(events) == [E.RESET]
    assert on.state_name == "SUBMITTED"
    assert on.criteria != before
    assert (on.case.made_by, on.case.claimed_by, on.case.lapsed) == (None, None, E.RESET)
    assert transfer_of(on.venue, on.transfer_id).decision_ns == decision
    assert on.venue.refuses(on.reject(on.shen, DISPUTED)) is Refusal.TRANSFER_NOT_IN_STATE


def test_a_claim_without_a_proposal_ends_too_and_nothing_lapses(on: Reviewing) -> None:
    on.is_claimed()
    events = on.venue.does(of_transfer(on.venue))
    assert kinds(events) == ["EvidenceAttached", "TransferAdvanced"]
    assert (on.state_name, on.case.claimed_by, on.case.lapsed) == ("SUBMITTED", None, None)


def test_a_document_that_expires_resets_what_was_approved(on: Reviewing) -> None:
    hands_in(on.venue, of_transfer(on.venue, expires_on=today(on.venue)))
    on.is_proposed()
    # A day of the document is a day of the world; the decision's days are shorter.
    transfer_of(on.venue, on.transfer_id).decision_ns = None
    events = on.venue.waits(86_400 * 10**9)
    assert E.RESET in happened(events)
    assert the(ApprovalsLapsed, events).event is E.RESET


def test_a_partys_own_documents_reset_what_was_approved_when_the_clock_says_so(
    on: Reviewing,
) -> None:
    on.is_proposed()
    agreed = on.confirm(on.shen)
    assert kinds(on.venue.does(of_party(on.venue, on.venue.buyer))) == ["EvidenceAttached"]
    assert on.venue.refuses(agreed) is Refusal.CRITERIA_STALE
    assert on.venue.refuses(on.confirm(on.shen)) is Refusal.CRITERIA_STALE
    assert on.venue.state.next_due_ns() == on.venue.at_ns
    events = on.venue.waits(0)
    assert kinds(events) == ["ApprovalsLapsed", "TransferAdvanced", "TimeAdvanced"]
    assert on.state_name == "SUBMITTED"


def test_a_party_disturbs_a_review_with_documents_of_its_own_a_few_times_only(
    on: Reviewing,
) -> None:
    seller = on.venue.seller
    on.venue.does(of_party(on.venue, seller))  # nobody has read anything yet
    for _ in range(OWN_EVIDENCE_PER_REVIEW_MAX):
        on.is_proposed()
        latest = max(on.venue.state.evidence.links)
        on.venue.does(of_party(on.venue, seller, replaces=latest))
        assert E.RESET in happened(on.venue.waits(0))
    on.is_proposed()
    for own in (of_party(on.venue, seller), of_party(on.venue, seller, file=2)):
        assert on.venue.refuses(own) is Refusal.OWN_EVIDENCE_MAX
    # The other side, the operator and the trust company are not held to that.
    on.venue.does(of_party(on.venue, on.venue.buyer, file=3))
    on.venue.does(of_party(on.venue, seller, by=OPERATOR_ID, file=2))
    on.venue.does(of_transfer(on.venue, file=4))
    assert on.state_name == "SUBMITTED"
    on.is_proposed()
    on.venue.does(on.confirm(on.shen))
    on.venue.does(of_party(on.venue, seller))


def test_a_pack_that_is_completed_bears_documents_of_the_partys_own_again(on: Reviewing) -> None:
    on.is_claimed()
    for _ in range(OWN_EVIDENCE_PER_REVIEW_MAX):
        on.venue.does(of_party(on.venue, on.venue.buyer))
    assert on.venue.refuses(of_party(on.venue, on.venue.buyer)) is Refusal.OWN_EVIDENCE_MAX
    on.venue.does(sent_back_by(on, on.ruan))
    on.venue.does(of_party(on.venue, on.venue.buyer))
    on.venue.does(on.resubmit())
    on.venue.does(of_party(on.venue, on.venue.buyer))
    copy = decode_state(encode_state(on.venue.state))
    assert copy.desk.cases[on.transfer_id].own_evidence == {on.venue.buyer: 1}


def test_documents_of_somebody_else_reset_nothing(on: Reviewing) -> None:
    on.is_proposed()
    on.venue.does(of_party(on.venue, on.venue.other))
    product = paper(on.venue, EvidenceSubject.PRODUCT, on.venue.product_id, on.venue.trust_company)
    on.venue.does(product)
    assert kinds(on.venue.waits(0)) == ["TimeAdvanced"]
    on.venue.does(on.confirm(on.shen))


def test_what_is_again_as_it_was_is_still_approved(on: Reviewing) -> None:
    on.is_proposed()
    on.venue.does(of_party(on.venue, on.venue.seller))
    on.venue.does(fault(on.venue))
    assert kinds(on.venue.waits(0)) == ["TimeAdvanced"]
    on.venue.does(on.confirm(on.shen))


def test_returned_and_completed_a_pack_is_another_one(on: Reviewing) -> None:
    on.is_proposed()
    before = on.criteria
    events = on.venue.does(sent_back_by(on, on.shen))
    assert the(ApprovalsLapsed, events).event is E.RETURN
    assert on.state_name == "RETURNED"
    on.venue.does(on.resubmit())
    assert on.criteria != before
    assert on.state_name == "SUBMITTED"
    on.is_proposed()
    on.venue.does(on.confirm(on.qian))


def test_reminders_go_on_under_review_and_in_the_end_it_lapses(on: Reviewing) -> None:
    on.is_proposed()
    assert happened(on.venue.waits(6 * DAY_NS)) == [E.NOTICE] * 3
    assert transfer_of(on.venue, on.transfer_id).notices == 3
    on.is_claimed()
    assert happened(on.venue.waits(6 * DAY_NS)) == [E.NOTICE, E.LAPSE]
    assert on.venue.pending() == []


def test_a_claim_begins_anew_after_an_overlay(on: Reviewing) -> None:
    on.is_claimed()
    on.venue.does(on.hold())
    assert on.venue.refuses(on.claim(on.ruan)) is Refusal.TRANSFER_HELD
    assert on.venue.refuses(on.propose(on.ruan)) is Refusal.TRANSFER_HELD
    on.venue.waits(2 * DAY_NS)
    assert on.case.claimed_by == on.ruan
    on.venue.does(on.let_go())
    assert on.case.claimed_until_ns == on.venue.at_ns + CLAIM_NS
    on.venue.does(on.propose(on.ruan))


def test_what_was_proposed_may_be_rejected_under_an_overlay(on: Reviewing) -> None:
    on.is_proposed(DISPUTED)
    on.venue.does(on.hold(Overlay.HALTED))
    on.venue.does(on.reject(on.shen, DISPUTED))


def test_a_product_without_review_is_neither_claimed_nor_proposed() -> None:
    plain = Reviewing(review=False)
    assert plain.venue.refuses(plain.claim(plain.ruan)) is Refusal.TRANSFER_NOT_IN_STATE
    plain.venue.does(plain.confirm(None))


def test_officers_of_another_trust_company_know_nothing_of_it(on: Reviewing) -> None:
    for by in (on.venue.buyer, on.venue.other):
        command = msgspec.structs.replace(on.claim(on.ruan), actor=by)
        assert on.venue.refuses(command) is Refusal.UNKNOWN_TRANSFER


def test_a_confirmation_that_waits_for_the_next_day_keeps_both_names() -> None:
    on = Reviewing(cut_off_minute=0)
    on.is_proposed()
    confirmed = told(on, on.confirm(on.shen))
    assert confirmed.review is not None
    assert (confirmed.review.made_by, confirmed.review.checked_by) == (on.ruan, on.shen)
    assert on.venue.refuses(on.confirm(on.qian)) is Refusal.TRANSFER_NOT_IN_STATE
    assert on.case.checked_by == on.shen


def test_a_return_names_who_must_act_before_the_claim_is_looked_at(on: Reviewing) -> None:
    on.is_claimed()
    command = msgspec.structs.replace(sent_back_by(on, on.qian), returned_to=Who.CLOCK)
    assert on.venue.refuses(command) is Refusal.RETURN_OUT_OF_RANGE


def test_what_events_say_of_a_review_never_changes() -> None:
    said = "claimed_by claimed_until_ns made_by reason criteria checked_by lapsed changed"
    assert " ".join(Review.__struct_fields__) == said


ROWS: dict[Refusal, Callable[[Reviewing], AnyCommand]] = {
    Refusal.OFFICER_NOT_MAKER: lambda on: on.propose(on.shen),
    Refusal.OFFICER_NOT_CHECKER: lambda on: on.confirm(on.ruan),
    Refusal.OFFICER_NOT_HEAD: lambda on: on.reassign(on.qian, by=on.shen),
    Refusal.OFFICER_NOT_REVIEWER: lambda on: on.claim(on.luo),
    Refusal.CRITERIA_MISSING: lambda on: msgspec.structs.replace(
        on.confirm(on.shen), criteria=None
    ),
    Refusal.CLAIMED_BY_ANOTHER: lambda on: on.claim(on.qian),
    Refusal.NOT_CLAIMED: lambda on: on.propose(on.ruan),
    Refusal.DECISION_DIFFERS: lambda on: on.confirm(on.shen),
    Refusal.OWN_EVIDENCE_MAX: lambda on: of_party(on.venue, on.venue.buyer),
}
"""In order of precedence."""


@pytest.mark.parametrize("refusal", ROWS)
def test_a_refusal_is_given_and_nothing_else_changes(on: Reviewing, refusal: Refusal) -> None:
    on.is_claimed()
    if refusal is not Refusal.CLAIMED_BY_ANOTHER:
        on.venue.does(on.release(on.ruan))
    if refusal is Refusal.OWN_EVIDENCE_MAX:
        on.case.own_evidence[on.venue.buyer] = OWN_EVIDENCE_PER_REVIEW_MAX
    assert on.venue.refuses(ROWS[refusal](on)) is refusal


def test_a_decision_is_told_the_first_refusal_that_applies(on: Reviewing) -> None:
    on.is_claimed(on.qian)
    on.venue.does(on.propose(on.qian, DISPUTED))
    on.is_claimed(on.shen)
    stranger = {"actor": on.venue.other}
    wrong = msgspec.structs.replace(on.confirm(None), **stranger, version=1, criteria=None)
    steps: list[tuple[Refusal, dict[str, object]]] = [
        (Refusal.UNKNOWN_TRANSFER, {"actor": on.venue.trust_company}),
        (Refusal.NOT_PERMITTED, {"officer_id": on.ruan}),
        (Refusal.OFFICER_NOT_CHECKER, {"officer_id": on.qian}),
        (Refusal.CRITERIA_MISSING, {"criteria": bytes(16)}),
        (Refusal.TRANSFER_VERSION_STALE, {"version": on.version}),
        (Refusal.CRITERIA_STALE, {"criteria": on.criteria}),
        (Refusal.CLAIMED_BY_ANOTHER, {}),
    ]
    for refusal, repair in steps:
        assert on.venue.refuses(wrong) is refusal
        wrong = msgspec.structs.replace(wrong, key=on.venue.key(), **repair)
    on.venue.does(on.release(on.shen))
    assert on.venue.refuses(on.confirm(on.qian)) is Refusal.SAME_PERSON
    assert on.venue.refuses(on.confirm(on.shen)) is Refusal.DECISION_DIFFERS
