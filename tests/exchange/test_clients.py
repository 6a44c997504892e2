"""Clients: who asks, who establishes what, when it ends, and who puts whom on the list."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.client_events import (
    ApplicationAdvanced,
    ListingSet,
    ProfileChanged,
    ProfileEnding,
    ProfileLapsed,
)
from exchange.client_types import (
    ApplicationRejection,
    ApplicationState,
    ListingReason,
    ProfileFact,
)
from exchange.commands import AnyCommand
from exchange.events import AnyEvent
from exchange.profile import (
    EMPTY_PROFILE,
    CddRisk,
    CertificationBasis,
    RiskAssessment,
)
from exchange.refusals import Refusal
from exchange.snapshot import decode_state, encode_state
from exchange.types import OPERATOR_ID, OfficerRole, PartyId, PartyKind
from registry.types import DayNumber, TimeNs
from tests.exchange.compliance import Compliance
from tests.exchange.offices import SHEN
from tests.exchange.papers import fault, hands_in, of_party
from tests.exchange.venue import DAY_NS, NOWHERE, START_NS, the

CHECK, SUSPICION, SANCTIONS, _ = ListingReason


@pytest.fixture
def at() -> Compliance:
    """A venue with two officers of compliance."""
    return Compliance()


def of_no_application(at: Compliance) -> AnyCommand:
    return at.review(NOWHERE, facts=None, rejection=ApplicationRejection.OTHER)


def with_nothing_to_say(at: Compliance) -> AnyCommand:
    return at.record(at.venue.other, at.facts())


def half_approved(at: Compliance) -> AnyCommand:
    return at.review(at.applies(at.venue.other), facts=at.certified())


def asked_twice(at: Compliance) -> AnyCommand:
    at.applies(at.venue.other)
    paper = hands_in(at.venue, of_party(at.venue, at.venue.other))
    return at.application(at.venue.other, paper)


def asked_once_more(at: Compliance) -> AnyCommand:
    at.venue.does_all(at.answer(at.venue.buyer) for _ in range(2))
    return at.answer(at.venue.buyer)


def owned_by_himself(at: Compliance) -> AnyCommand:
    return at.record(at.venue.other, at.owned(at.venue.other))


def by_a_maker(at: Compliance) -> AnyCommand:
    maker = at.venue.appoints(SHEN, OfficerRole.MAKER)
    return at.listing(at.venue.buyer, CHECK, officer_id=maker)


ROWS: dict[Refusal, Callable[[Compliance], AnyCommand]] = {
    Refusal.UNKNOWN_APPLICATION: of_no_application,
    Refusal.UNKNOWN_QUESTIONNAIRE: lambda at: at.answer(at.venue.buyer, questionnaire=2),
    Refusal.OFFICER_NOT_COMPLIANCE: by_a_maker,
    Refusal.PROFILE_OUT_OF_RANGE: with_nothing_to_say,
    Refusal.ANSWERS_OUT_OF_RANGE: lambda at: at.answer(at.venue.buyer, 101),
    Refusal.REVIEW_INCOMPLETE: half_approved,
    Refusal.APPLICATION_OPEN: asked_twice,
    Refusal.ASSESSMENTS_MAX: asked_once_more,
    Refusal.OWNER_CONFLICT: owned_by_himself,
}
"""In order of precedence."""


@pytest.mark.parametrize("refusal", ROWS)
def test_a_refusal_is_given_and_nothing_else_changes(at: Compliance, refusal: Refusal) -> None:
    assert at.venue.refuses(ROWS[refusal](at)) is refusal


def test_only_compliance_establishes_anything(at: Compliance) -> None:
    venue = at.venue
    application_id = at.applies(venue.other)
    head = venue.appoints(SHEN, OfficerRole.HEAD | OfficerRole.MAKER | OfficerRole.CHECKER)
    late = venue.appoints(SHEN, OfficerRole.COMPLIANCE, from_ns=venue.at_ns + 1)
    facts = at.certified(due_diligence=at.looked_at())
    for expected, said in (
        (Refusal.OFFICER_NOT_COMPLIANCE, {"officer_id": head}),
        (Refusal.UNKNOWN_OFFICER, {"officer_id": NOWHERE}),
        (Refusal.OUT_OF_OFFICE, {"officer_id": late}),
        (Refusal.NOT_PERMITTED, {"by": venue.other}),
        (Refusal.NOT_PERMITTED, {"by": venue.trust_company}),
    ):
        for command in (
            at.review(application_id, facts=facts, **said),
            at.record(venue.other, facts, **said),
            at.listing(venue.other, CHECK, **said),
        ):
            assert venue.refuses(command) is expected, (said, command)


def test_only_who_may_trade_asks_and_answers(at: Compliance) -> None:
    venue = at.venue
    for actor in (OPERATOR_ID, venue.trust_company, PartyId(NOWHERE)):
        assert venue.refuses(at.application(actor, 1)) is Refusal.NOT_PERMITTED
        assert venue.refuses(at.answer(actor)) is Refusal.NOT_PERMITTED
    for nobody in (OPERATOR_ID, venue.trust_company, PartyId(NOWHERE)):
        assert venue.refuses(at.record(nobody, at.certified())) is Refusal.UNKNOWN_PARTY
        assert venue.refuses(at.listing(nobody, CHECK)) is Refusal.UNKNOWN_PARTY


def test_compliance_is_the_operators_alone(at: Compliance) -> None:
    appointment = at.venue.appointment(SHEN, OfficerRole.COMPLIANCE, of=at.venue.trust_company)
    assert at.venue.refuses(appointment) is Refusal.ROLES_CONFLICT


def test_an_approval_brings_the_facts_and_ends_the_application(at: Compliance) -> None:
    venue, party_id = at.venue, at.venue.other
    application_id = at.applies(party_id)
    facts = at.certified(due_diligence=at.looked_at(), professional=True)
    events = venue.does(at.review(application_id, facts=facts))
    told = the(ApplicationAdvanced, events)
    assert (told.state, told.officer_id) == (ApplicationState.APPROVED, at.qian)
    profile = venue.state.parties[party_id].profile
    assert profile.certification == facts.certification
    assert profile.due_diligence == facts.due_diligence
    assert profile.professional
    changed = the(ProfileChanged, events)
    assert changed.certification == facts.certification
    assert not hasattr(changed, "listed")
    again = at.review(application_id, facts=facts)
    assert venue.refuses(again) is Refusal.UNKNOWN_APPLICATION
    at.applies(party_id)  # a next one may come


def test_a_rejection_leaves_the_profile_as_it_was(at: Compliance) -> None:
    venue = at.venue
    application_id = at.applies(venue.other)
    reason = ApplicationRejection.NOT_QUALIFIED
    events = venue.does(at.review(application_id, facts=None, rejection=reason))
    told = the(ApplicationAdvanced, events)
    assert (told.state, told.rejection) == (ApplicationState.REJECTED, reason)
    assert len(events) == 1
    assert venue.state.parties[venue.other].profile is EMPTY_PROFILE


def test_a_decision_says_one_thing(at: Compliance) -> None:
    application_id = at.applies(at.venue.other)
    whole = at.certified(due_diligence=at.looked_at())
    for facts, rejection in (
        (None, None),
        (whole, ApplicationRejection.OTHER),
        (at.facts(due_diligence=at.looked_at()), None),
    ):
        command = at.review(application_id, facts=facts, rejection=rejection)
        assert at.venue.refuses(command) is Refusal.REVIEW_INCOMPLETE


def test_an_application_names_papers_of_its_own_that_count(at: Compliance) -> None:
    venue, party_id = at.venue, at.venue.other
    mine = hands_in(venue, of_party(venue, party_id))
    theirs = hands_in(venue, of_party(venue, venue.buyer, file=2))
    assert venue.refuses(at.application(party_id)) is Refusal.DOCUMENTS_MISSING
    for papers in ((theirs,), (NOWHERE,), (mine, mine), (mine, theirs)):
        assert venue.refuses(at.application(party_id, *papers)) is Refusal.UNKNOWN_EVIDENCE
    application_id = at.applies(party_id)
    venue.does(fault(venue))
    facts = at.certified(due_diligence=at.looked_at())
    approval = at.review(application_id, facts=facts)
    assert venue.refuses(approval) is Refusal.DOCUMENTS_MISSING
    venue.does(at.review(application_id, facts=None, rejection=ApplicationRejection.OTHER))


@pytest.mark.parametrize("basis", CertificationBasis)
def test_persons_and_institutions_are_qualified_on_bases_of_their_own(
    at: Compliance, basis: CertificationBasis
) -> None:
    venue = at.venue
    of_institution = basis in (CertificationBasis.LEGAL_PERSON, CertificationBasis.DEEMED)
    right, wrong = (venue.other, venue.buyer) if of_institution else (venue.buyer, venue.other)
    facts = at.certified(basis=basis)
    assert venue.refuses(at.record(wrong, facts)) is Refusal.PROFILE_OUT_OF_RANGE
    paper = hands_in(venue, of_party(venue, wrong))
    application = at.application(wrong, paper, basis=basis)
    assert venue.refuses(application) is Refusal.PROFILE_OUT_OF_RANGE
    venue.does(at.record(right, facts))


def test_facts_end_within_the_time_that_the_rules_give_them(at: Compliance) -> None:
    """START is 2023-11-15 in Shanghai: a leap year follows."""
    venue, year = at.venue, 366
    for days, allowed in ((-1, False), (0, True), (year - 1, True), (year, False)):
        command = at.record(venue.other, at.certified(days))
        assert venue.state.at_ns < START_NS + DAY_NS
        if allowed:
            venue.does(command)
        else:
            assert venue.refuses(command) is Refusal.PROFILE_OUT_OF_RANGE
    for risk, ends in (
        (CddRisk.HIGH, year),
        (CddRisk.MEDIUM, year + 365),
        (CddRisk.LOW, year + 730),
    ):
        venue.does(at.record(venue.other, at.facts(due_diligence=at.looked_at(ends - 1, risk))))
        late = at.record(venue.other, at.facts(due_diligence=at.looked_at(ends, risk)))
        assert venue.refuses(late) is Refusal.PROFILE_OUT_OF_RANGE


def test_what_is_not_said_stays_as_it_was(at: Compliance) -> None:
    venue, party_id = at.venue, at.venue.other
    venue.does(at.record(party_id, at.certified(professional=True)))
    venue.does(at.record(party_id, at.owned(0, venue.trust_company, layers=2)))
    venue.does(at.answer(party_id, 85))
    profile = venue.state.parties[party_id].profile
    assert profile.certification is not None
    assert profile.professional
    assert (profile.affiliate_of, profile.layers) == ((venue.trust_company,), 2)
    venue.does(at.record(party_id, at.facts(professional=False)))
    assert not venue.state.parties[party_id].profile.professional


def test_a_person_counts_as_one_holder_and_a_nominee_as_those_behind_it(at: Compliance) -> None:
    venue = at.venue
    fund = venue.registers(PartyKind.INSTITUTION)
    for behind in (0, 10_001):
        refused = venue.refuses(at.record(fund, at.owned(counts_as=behind)))
        assert refused is Refusal.PROFILE_OUT_OF_RANGE
    told = the(ProfileChanged, venue.does(at.record(fund, at.owned(counts_as=10_000))))
    assert told.lookthrough_count == 10_000
    assert venue.state.parties[fund].profile.lookthrough_count == 10_000
    person = venue.registers(PartyKind.NATURAL_PERSON)
    refused = venue.refuses(at.record(person, at.owned(counts_as=2)))
    assert refused is Refusal.PROFILE_OUT_OF_RANGE


def test_owners_are_named_at_one_remove(at: Compliance) -> None:
    venue = at.venue
    venue.does(at.record(venue.other, at.owned(venue.buyer)))
    for party_id, owner in (
        (venue.seller, venue.other),  # who has an owner himself
        (venue.buyer, venue.seller),  # for whom others stand already
        (venue.seller, venue.seller),
    ):
        assert venue.refuses(at.record(party_id, at.owned(owner))) is Refusal.OWNER_CONFLICT
    for nobody in (NOWHERE, venue.trust_company, OPERATOR_ID):
        assert venue.refuses(at.record(venue.other, at.owned(nobody))) is Refusal.UNKNOWN_PARTY
    venue.does(at.record(venue.other, at.owned()))
    venue.does(at.record(venue.buyer, at.owned(venue.other)))


@pytest.mark.parametrize(
    ("companies", "layers", "refusal"),
    [
        ((2, 2), 0, Refusal.PROFILE_OUT_OF_RANGE),
        ((3,), 0, Refusal.UNKNOWN_PARTY),
        ((NOWHERE,), 0, Refusal.UNKNOWN_PARTY),
        ((2,), 10, Refusal.PROFILE_OUT_OF_RANGE),
        ((2,), -1, Refusal.PROFILE_OUT_OF_RANGE),
    ],
)
def test_who_belongs_to_a_trust_company_names_it_once(
    at: Compliance, companies: tuple[int, ...], layers: int, refusal: Refusal
) -> None:
    facts = at.owned(0, *companies, layers=layers)
    assert at.venue.refuses(at.record(at.venue.other, facts)) is refusal


@pytest.mark.parametrize(
    ("score", "level"),
    [(0, 1), (19, 1), (20, 2), (39, 2), (40, 3), (59, 3), (60, 4), (79, 4), (80, 5), (100, 5)],
)
def test_a_score_is_a_level_for_a_year(at: Compliance, score: int, level: int) -> None:
    venue = at.venue
    told = the(ProfileChanged, venue.does(at.answer(venue.buyer, score)))
    assert told.risk == RiskAssessment(level, at.day(), at.day(365))
    assert (told.assessments, told.officer_id) == ((at.day(),), None)
    assert venue.state.parties[venue.buyer].profile.risk == told.risk


def test_answers_are_proved_and_in_range(at: Compliance) -> None:
    client = at.venue.buyer
    for wrong in (at.answer(client, -1), at.answer(client, 5, answers_sha256=b"x")):
        assert at.venue.refuses(wrong) is Refusal.ANSWERS_OUT_OF_RANGE


def test_a_third_test_on_one_day_waits_for_the_next(at: Compliance) -> None:
    venue = at.venue
    venue.does_all([at.answer(venue.buyer), at.answer(venue.buyer)])
    assert venue.refuses(at.answer(venue.buyer)) is Refusal.ASSESSMENTS_MAX
    venue.does(at.answer(venue.other))  # of him it was the first
    midnight = TimeNs(at.day(1) * DAY_NS - DAY_NS // 3)
    venue.waits(midnight - 1 - venue.at_ns, downtime=True)
    assert venue.refuses(at.answer(venue.buyer)) is Refusal.ASSESSMENTS_MAX
    venue.waits(1)
    venue.does(at.answer(venue.buyer))


def test_a_ninth_test_waits_until_the_first_is_a_year_old(at: Compliance) -> None:
    venue, first = at.venue, at.day()
    for _ in range(4):
        venue.does_all([at.answer(venue.buyer), at.answer(venue.buyer)])
        at.begins(at.day(1))
    assert venue.refuses(at.answer(venue.buyer)) is Refusal.ASSESSMENTS_MAX
    at.begins(first + 365)
    assert venue.refuses(at.answer(venue.buyer)) is Refusal.ASSESSMENTS_MAX
    at.begins(first + 366)
    venue.does_all([at.answer(venue.buyer), at.answer(venue.buyer)])
    assert venue.refuses(at.answer(venue.buyer)) is Refusal.ASSESSMENTS_MAX
    assert len(venue.state.parties[venue.buyer].profile.assessments) == 8


def notices(events: tuple[AnyEvent, ...]) -> list[tuple[str, int]]:
    """Of which fact, and how many days are left."""
    return [
        (event.fact.name, event.days_left if isinstance(event, ProfileEnding) else 0)
        for event in events
        if isinstance(event, ProfileEnding | ProfileLapsed)
    ]


def days_and_notices(at: Compliance, days: int) -> dict[int, list[tuple[str, int]]]:
    """What a client hears in the days to come, in the first moment of each."""
    first, heard = at.day(), {}
    for later in range(1, days + 1):
        midnight = TimeNs((first + later) * DAY_NS - DAY_NS // 3)
        assert notices(at.venue.waits(midnight - 1 - at.venue.at_ns)) == []
        told = notices(at.venue.waits(1))
        if told:
            heard[later] = told
    return heard


def test_a_client_hears_30_7_and_1_day_before_a_fact_ends_and_when_it_has(at: Compliance) -> None:
    at.venue.does(at.record(at.venue.other, at.certified(40)))
    assert days_and_notices(at, 45) == {
        11: [("CERTIFICATION", 30)],
        34: [("CERTIFICATION", 7)],
        40: [("CERTIFICATION", 1)],
        41: [("CERTIFICATION", 0)],
    }
    certification = at.venue.state.parties[at.venue.other].profile.certification
    assert certification is not None  # that it has ended is for rules to say
    assert certification.valid_until < at.day()


def test_of_days_that_have_passed_nobody_speaks(at: Compliance) -> None:
    at.venue.does(at.record(at.venue.other, at.certified(6)))
    at.venue.does(at.record(at.venue.other, at.facts(due_diligence=at.looked_at(0))))
    assert days_and_notices(at, 8) == {
        1: [("DUE_DILIGENCE", 0)],
        6: [("CERTIFICATION", 1)],
        7: [("CERTIFICATION", 0)],
    }


def test_a_renewal_ends_the_notices_and_the_same_end_brings_none_twice(at: Compliance) -> None:
    venue, last = at.venue, 8
    venue.does(at.record(venue.other, at.certified(last)))
    at.begins(at.day(2))
    venue.does(at.record(venue.other, at.certified(last - 2, professional=True)))
    assert days_and_notices(at, 4) == {}
    venue.does(at.record(venue.other, at.certified(100)))
    assert days_and_notices(at, 10) == {}


def test_who_was_away_hears_everything_in_its_order(at: Compliance) -> None:
    venue = at.venue
    venue.does(at.record(venue.other, at.certified(40, due_diligence=at.looked_at(33))))
    venue.at_ns = TimeNs(venue.at_ns + 60 * DAY_NS)
    assert notices(venue.waits(0)) == [
        ("DUE_DILIGENCE", 30),
        ("CERTIFICATION", 30),
        ("DUE_DILIGENCE", 7),
        ("DUE_DILIGENCE", 1),
        ("CERTIFICATION", 7),
        ("DUE_DILIGENCE", 0),
        ("CERTIFICATION", 1),
        ("CERTIFICATION", 0),
    ]


def test_an_assessment_ends_after_a_year(at: Compliance) -> None:
    venue, first = at.venue, at.day()
    venue.does(at.answer(venue.buyer))
    venue.at_ns = TimeNs((first + 366) * DAY_NS - DAY_NS // 3 - 1)
    assert [left for _, left in notices(venue.waits(0))] == [30, 7, 1]
    (lapsed,) = [each for each in venue.waits(1) if isinstance(each, ProfileLapsed)]
    assert lapsed == ProfileLapsed(
        party_id=venue.buyer,
        fact=ProfileFact.RISK_ASSESSMENT,
        last_day=DayNumber(first + 365),
    )


def test_one_person_lists_and_another_takes_off(at: Compliance) -> None:
    venue, party_id = at.venue, at.venue.buyer
    told = the(ListingSet, venue.does(at.listing(party_id, SANCTIONS)))
    assert (told.reason, told.officer_id) == (SANCTIONS, at.qian)
    assert venue.state.parties[party_id].profile.listed
    assert venue.refuses(at.listing(party_id, SANCTIONS)) is Refusal.ALREADY_DONE
    assert venue.refuses(at.listing(party_id, None)) is Refusal.SAME_PERSON
    venue.does(at.listing(party_id, SUSPICION, officer_id=at.luo))
    assert venue.refuses(at.listing(party_id, None, officer_id=at.luo)) is Refusal.SAME_PERSON
    venue.does(at.listing(party_id, None))
    assert not venue.state.parties[party_id].profile.listed
    assert venue.refuses(at.listing(party_id, None)) is Refusal.ALREADY_DONE


def test_a_listing_changes_no_other_fact(at: Compliance) -> None:
    venue, party_id = at.venue, at.venue.other
    venue.does(at.record(party_id, at.certified(40)))
    before = venue.state.parties[party_id].profile
    venue.does(at.listing(party_id, CHECK))
    venue.does(at.listing(party_id, None, officer_id=at.luo))
    assert venue.state.parties[party_id].profile == before
    venue.does(at.listing(party_id, CHECK))
    venue.does(at.answer(party_id))
    assert venue.state.parties[party_id].profile.listed


def test_a_restart_keeps_clients_notices_and_applications(at: Compliance) -> None:
    venue = at.venue
    venue.does(at.record(venue.other, at.certified(9)))
    venue.does(at.listing(venue.buyer, SANCTIONS))
    at.begins(at.day(3))
    image = encode_state(venue.state)
    restored = decode_state(image)
    assert encode_state(restored) == image
    assert restored.next_due_ns() == venue.state.next_due_ns()
    venue.state = restored
    assert venue.refuses(at.listing(venue.buyer, None)) is Refusal.SAME_PERSON
    assert days_and_notices(at, 7) == {6: [("CERTIFICATION", 1)], 7: [("CERTIFICATION", 0)]}


def test_the_key_of_an_application_is_kept_while_it_waits(at: Compliance) -> None:
    venue = at.venue
    application_id = at.applies(venue.other)
    application = venue.state.clients.applications[application_id]
    venue.waits(30 * DAY_NS, downtime=True)
    assert application.key in venue.state.keys.entries
    venue.does(at.review(application_id, facts=None, rejection=ApplicationRejection.OTHER))
    venue.waits(7 * DAY_NS - 1, downtime=True)
    assert application.key in venue.state.keys.entries
    venue.waits(1, downtime=True)
    assert application.key not in venue.state.keys.entries
