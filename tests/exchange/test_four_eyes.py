"""What the operator does under four eyes: one proposes, another approves, and not before."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from exchange.commands import AnyAct, RegisterParty
from exchange.desk_events import ActProposed, OfficerAppointed, ProposalClosed
from exchange.engine import HANDLERS
from exchange.events import ProductCreated
from exchange.four_eyes import ACTS, STAFFING, digest_of
from exchange.limits import PROPOSALS_OPEN_MAX
from exchange.money_events import DepositRecorded
from exchange.refusals import Refusal
from exchange.types import (
    OPERATOR_ID,
    OfficerId,
    OfficerRole,
    PartyKind,
    ProposalId,
    ProposalOutcome,
)
from registry.types import ProductId
from tests.exchange.deadlines import calendar
from tests.exchange.offices import LUO, QIAN, RUAN, SHEN
from tests.exchange.venue import CALENDAR, HOUR_NS, NOWHERE, START_NS, TERMS, Venue, the

MAKER, CHECKER, HEAD = OfficerRole.MAKER, OfficerRole.CHECKER, OfficerRole.HEAD


@pytest.fixture
def venue() -> Venue:
    """A venue under four eyes: Ruan proposes, Shen approves."""
    return Venue(four_eyes=True)


def test_every_act_has_the_handler_that_it_has_when_it_is_given_directly() -> None:
    assert set(ACTS) == set(get_args(AnyAct))
    assert all(HANDLERS[act] is handler for act, handler in ACTS.items())
    assert set(ACTS) >= STAFFING


def test_the_operator_does_none_of_the_acts_alone(venue: Venue) -> None:
    for act in (
        TERMS,
        venue.holding_of(venue.seller, 10),
        venue.deposit(venue.buyer, 100),
        venue.deposit(venue.buyer, -1),
        venue.appointment(QIAN, MAKER),
        venue.dismissal(venue.maker),
    ):
        alone = msgspec.structs.replace(act, key=venue.key())
        assert venue.refuses(alone) is Refusal.FOUR_EYES_REQUIRED, act
    # Who is not the operator is told what he would be told anywhere.
    stranger = msgspec.structs.replace(venue.deposit(venue.buyer, 100), actor=venue.buyer)
    assert venue.refuses(stranger) is Refusal.NOT_PERMITTED
    # A party has nothing yet: it is admitted by one.
    venue.does(RegisterParty(actor=OPERATOR_ID, key=venue.key(), kind=PartyKind.INSTITUTION))


def test_an_act_is_done_when_a_second_person_approves_it_and_not_before(venue: Venue) -> None:
    before = venue.account(venue.buyer)
    act = venue.deposit(venue.buyer, 500)
    (proposed,) = venue.does(venue.proposal(act))

    proposal_id = ProposalId(venue.state.sequence)
    assert proposed == ActProposed(
        proposal_id=proposal_id,
        officer_id=venue.maker,
        act=act,
        digest=digest_of(act),
        lapses_ns=CALENDAR.after(START_NS, 5),
    )
    assert venue.account(venue.buyer) == before
    told = venue.does(venue.approval(proposal_id))
    assert told == (
        DepositRecorded(party_id=venue.buyer, amount=act.amount, payment_id=None, bank_ref=None),
        ProposalClosed(
            proposal_id=proposal_id, outcome=ProposalOutcome.APPROVED, officer_id=venue.checker
        ),
    )
    assert venue.account(venue.buyer) == (before[0] + 500, *before[1:])
    assert venue.refuses(venue.approval(proposal_id)) is Refusal.UNKNOWN_PROPOSAL


def test_what_is_made_has_the_number_of_the_command_that_approved_it(venue: Venue) -> None:
    terms = msgspec.structs.replace(TERMS, symbol="BOREAS", key=venue.key())
    venue.appoints(QIAN, MAKER)
    told = venue.does(venue.approval(venue.proposes(terms)))
    assert the(ProductCreated, told).product_id == ProductId(venue.state.sequence)


def test_two_offices_of_one_person_are_one_person(venue: Venue) -> None:
    again = venue.appoints(RUAN, CHECKER)
    proposal_id = venue.proposes(venue.deposit(venue.buyer, 500))

    same = venue.approval(proposal_id, officer_id=again)
    assert venue.refuses(same) is Refusal.SAME_PERSON
    venue.does(venue.approval(proposal_id))


def test_a_deputy_does_not_approve_what_he_has_made(venue: Venue) -> None:
    until_ns = START_NS + 10 * HOUR_NS
    stands_in = venue.appoints(RUAN, until_ns=until_ns, deputy_for=venue.checker)
    proposal_id = venue.proposes(venue.deposit(venue.buyer, 500))

    by_deputy = venue.approval(proposal_id, officer_id=stands_in)
    assert venue.refuses(by_deputy) is Refusal.SAME_PERSON
    others = venue.proposes(venue.deposit(venue.buyer, 500), officer_id=venue.appoints(QIAN, MAKER))
    venue.does(venue.approval(others, officer_id=stands_in))


def test_the_checker_approves_what_the_maker_saw(venue: Venue) -> None:
    seen = venue.deposit(venue.buyer, 500)
    proposal_id = venue.proposes(msgspec.structs.replace(seen, amount=50_000))

    stale = venue.approval(proposal_id, digest=digest_of(seen))
    assert venue.refuses(stale) is Refusal.CRITERIA_STALE


def test_roles_and_offices_count(venue: Venue) -> None:
    act = venue.deposit(venue.buyer, 500)
    proposal_id = venue.proposes(act)
    gone = venue.appoints(QIAN, MAKER | CHECKER, until_ns=START_NS + 1)
    venue.waits(1)

    def says_of_maker(officer_id: OfficerId) -> Refusal:
        return venue.refuses(venue.proposal(act, officer_id=officer_id))

    assert says_of_maker(venue.checker) is Refusal.OFFICER_NOT_MAKER
    assert says_of_maker(OfficerId(NOWHERE)) is Refusal.UNKNOWN_OFFICER
    assert says_of_maker(gone) is Refusal.OUT_OF_OFFICE
    by_maker = venue.approval(proposal_id, officer_id=venue.maker)
    assert venue.refuses(by_maker) is Refusal.OFFICER_NOT_CHECKER
    by_past_officer = venue.approval(proposal_id, officer_id=gone)
    assert venue.refuses(by_past_officer) is Refusal.OUT_OF_OFFICE
    for command in (
        venue.proposal(act, by=venue.trust_company),
        venue.proposal(msgspec.structs.replace(act, actor=venue.trust_company)),
        venue.approval(proposal_id, by=venue.trust_company),
        venue.withdrawal(proposal_id, by=venue.trust_company),
    ):
        assert venue.refuses(command) is Refusal.NOT_PERMITTED


def test_an_act_that_cannot_be_carried_out_stays_a_proposal(venue: Venue) -> None:
    proposal_id = venue.proposes(venue.holding_of(venue.buyer, 950_000))

    assert venue.refuses(venue.approval(proposal_id)) is Refusal.UNITS_EXCEED_ISSUE
    assert list(venue.state.desk.proposals) == [proposal_id]


def test_a_proposal_is_taken_back_by_its_maker_in_any_office_or_by_a_head(venue: Venue) -> None:
    again = venue.appoints(RUAN, CHECKER)
    head = venue.appoints(QIAN, HEAD)
    others = venue.appoints(LUO, MAKER)
    acts = [venue.deposit(venue.buyer, amount) for amount in (1, 2, 3)]
    first, second, third = [venue.proposes(act) for act in acts]

    assert venue.refuses(venue.withdrawal(first, officer_id=others)) is Refusal.OFFICER_NOT_HEAD
    unknown = venue.withdrawal(ProposalId(NOWHERE), officer_id=others)
    assert venue.refuses(unknown) is Refusal.UNKNOWN_PROPOSAL
    nobody = venue.withdrawal(first, officer_id=OfficerId(NOWHERE))
    assert venue.refuses(nobody) is Refusal.UNKNOWN_OFFICER
    for proposal_id, officer_id in ((first, venue.maker), (second, again), (third, head)):
        told = venue.does(venue.withdrawal(proposal_id, officer_id=officer_id))
        assert told == (
            ProposalClosed(
                proposal_id=proposal_id,
                outcome=ProposalOutcome.WITHDRAWN,
                officer_id=officer_id,
            ),
        )
    assert venue.state.desk.proposals == {}


def test_a_proposal_lapses_when_five_working_days_are_over_by_every_calendar() -> None:
    slow = calendar("SLOW", day_ns=HOUR_NS, a_day_begins_ns=START_NS)
    venue = Venue(four_eyes=True, calendars=(slow,))
    proposal_id = venue.proposes(venue.deposit(venue.buyer, 500))
    lapses_ns = slow.after(START_NS, 5)
    assert lapses_ns == START_NS + 6 * HOUR_NS

    venue.waits(6 * HOUR_NS - 1)
    assert list(venue.state.desk.proposals) == [proposal_id]
    closed, _ = venue.waits(1)
    assert closed == ProposalClosed(
        proposal_id=proposal_id, outcome=ProposalOutcome.LAPSED, officer_id=None
    )
    assert venue.refuses(venue.approval(proposal_id)) is Refusal.UNKNOWN_PROPOSAL


def test_so_many_proposals_are_open_and_no_more(venue: Venue) -> None:
    act = venue.deposit(venue.buyer, 1)
    venue.does_all(venue.proposal(act) for _ in range(PROPOSALS_OPEN_MAX))
    assert venue.refuses(venue.proposal(act)) is Refusal.PROPOSALS_OPEN_MAX


def test_the_key_of_a_proposal_is_kept_as_long_as_it_is_open() -> None:
    week_ns = 7 * 24 * HOUR_NS
    slow = msgspec.structs.replace(calendar("MONDAYS", day_ns=week_ns // 7), working_weekdays=1)
    venue = Venue(four_eyes=True, calendars=(slow,))
    proposal_id = venue.proposes(venue.deposit(venue.buyer, 500))
    key = venue.state.desk.proposals[proposal_id].key

    venue.waits(week_ns)
    venue.waits(week_ns)
    assert venue.state.keys.find(key) is not None
    venue.does(venue.withdrawal(proposal_id))
    venue.waits(week_ns - 1)
    assert venue.state.keys.find(key) is not None
    venue.waits(1)
    assert venue.state.keys.find(key) is None


def test_the_first_two_are_appointed_by_one() -> None:
    lone = Venue()
    lone.state.four_eyes = True
    # One person in two offices is not two.
    lone.does(lone.appointment(RUAN, MAKER | CHECKER))
    lone.does(lone.appointment(RUAN, MAKER | CHECKER))
    lone.does(lone.appointment(SHEN, HEAD))
    told = lone.does(lone.appointment(SHEN, CHECKER))
    assert the(OfficerAppointed, told).officer_id == OfficerId(lone.state.sequence)
    alone = lone.appointment(QIAN, MAKER)
    assert lone.refuses(alone) is Refusal.FOUR_EYES_REQUIRED


def test_at_a_venue_without_four_eyes_both_ways_are_open() -> None:
    venue = Venue()
    venue.maker, venue.checker = venue.appoints(RUAN, MAKER), venue.appoints(SHEN, CHECKER)
    venue.does(venue.deposit(venue.buyer, 1))
    venue.does(venue.approval(venue.proposes(venue.deposit(venue.buyer, 1))))
