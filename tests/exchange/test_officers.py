"""Who is an officer, of whom, for how long, and who says so."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.desk_events import OfficerAppointed, OfficerDismissed
from exchange.desk_state import Officer
from exchange.limits import DAY_NS, OFFICE_MAX_NS, OFFICERS_PER_PARTY_MAX
from exchange.officers import REFUSAL_OF_ROLE, REVIEWER, officer_of
from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID, OfficerId, OfficerRole, PartyKind, PersonId
from tests.exchange.offices import LUO, NO_ROLE, QIAN, RUAN, SHEN
from tests.exchange.venue import NOBODY, NOWHERE, START_NS, Venue

MAKER, CHECKER, HEAD = OfficerRole.MAKER, OfficerRole.CHECKER, OfficerRole.HEAD
WEEK_NS = 7 * DAY_NS


@pytest.fixture
def venue() -> Venue:
    """A venue whose operator may act alone."""
    return Venue()


def staffed(venue: Venue) -> OfficerId:
    """The trust company's head, appointed by the operator."""
    return venue.appoints(QIAN, HEAD, of=venue.trust_company)


def test_an_officer_is_a_person_in_an_office_of_a_party(venue: Venue) -> None:
    told = venue.does(venue.appointment(RUAN, MAKER | CHECKER, until_ns=START_NS + WEEK_NS))

    officer_id = OfficerId(venue.state.sequence)
    assert told == (
        OfficerAppointed(
            officer_id=officer_id,
            party_id=OPERATOR_ID,
            person=RUAN,
            roles=MAKER | CHECKER,
            from_ns=START_NS,
            until_ns=venue.state.desk.officers[officer_id].until_ns,
            deputy_for=None,
        ),
    )


def test_the_operator_staffs_a_trust_company_until_it_has_a_head_in_office(venue: Venue) -> None:
    company = venue.trust_company
    venue.appoints(RUAN, MAKER, of=company)
    head = venue.appoints(QIAN, HEAD, of=company, until_ns=START_NS + WEEK_NS)

    appointment = venue.appointment(SHEN, CHECKER, of=company)
    assert venue.refuses(appointment) is Refusal.NOT_PERMITTED
    assert venue.refuses(venue.dismissal(head)) is Refusal.NOT_PERMITTED
    venue.appoints(SHEN, CHECKER, of=company, by=company, officer_id=head)
    venue.waits(WEEK_NS)
    own = venue.appointment(LUO, HEAD, of=company, by=company, officer_id=head)
    assert venue.refuses(own) is Refusal.OUT_OF_OFFICE
    venue.appoints(LUO, HEAD, of=company)


def test_only_a_head_staffs_a_trust_company(venue: Venue) -> None:
    company = venue.trust_company
    head, desk = staffed(venue), venue.state.desk
    clerk = venue.appoints(RUAN, MAKER | CHECKER, of=company, by=company, officer_id=head)
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    rivals_head = venue.appoints(LUO, HEAD, of=rival)
    assert desk.roles_of(desk.officers[clerk]) == MAKER | CHECKER

    def says(by: Any, officer_id: OfficerId | None) -> Refusal:
        return venue.refuses(
            venue.appointment(SHEN, CHECKER, of=company, by=by, officer_id=officer_id)
        )

    assert says(company, None) is Refusal.NOT_PERMITTED
    assert says(company, clerk) is Refusal.OFFICER_NOT_HEAD
    assert says(company, rivals_head) is Refusal.UNKNOWN_OFFICER
    assert says(rival, rivals_head) is Refusal.NOT_PERMITTED
    assert says(venue.seller, None) is Refusal.NOT_PERMITTED
    assert says(NOBODY, None) is Refusal.NOT_PERMITTED
    foreign = venue.dismissal(clerk, by=rival, officer_id=rivals_head)
    assert venue.refuses(foreign) is Refusal.UNKNOWN_OFFICER


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"roles": NO_ROLE}, Refusal.ROLES_CONFLICT),
        ({"roles": OfficerRole(16)}, Refusal.ROLES_CONFLICT),
        ({"roles": OfficerRole(31)}, Refusal.ROLES_CONFLICT),
        ({"from_ns": START_NS - 1}, Refusal.DATES_OUT_OF_RANGE),
        ({"from_ns": START_NS + OFFICE_MAX_NS + 1}, Refusal.DATES_OUT_OF_RANGE),
        ({"until_ns": START_NS}, Refusal.DATES_OUT_OF_RANGE),
        ({"until_ns": START_NS + OFFICE_MAX_NS + 1}, Refusal.DATES_OUT_OF_RANGE),
        ({"from_ns": START_NS + 2, "until_ns": START_NS + 2}, Refusal.DATES_OUT_OF_RANGE),
        ({"of": NOBODY}, Refusal.UNKNOWN_PARTY),
        ({"of": NOBODY, "roles": NO_ROLE}, Refusal.UNKNOWN_PARTY),
        ({"officer_id": OfficerId(NOWHERE)}, Refusal.UNKNOWN_OFFICER),
    ],
)
def test_an_office_has_roles_and_dates(
    venue: Venue, changes: dict[str, Any], refusal: Refusal
) -> None:
    good: dict[str, Any] = {
        "roles": MAKER,
        "from_ns": START_NS,
        "until_ns": START_NS + OFFICE_MAX_NS,
    }

    assert venue.refuses(venue.appointment(RUAN, **(good | changes))) is refusal
    venue.does(venue.appointment(RUAN, **good))


def test_an_investor_has_no_officers(venue: Venue) -> None:
    appointment = venue.appointment(RUAN, MAKER, of=venue.seller)
    assert venue.refuses(appointment) is Refusal.UNKNOWN_PARTY


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"until_ns": None}, Refusal.DATES_OUT_OF_RANGE),
        ({"until_ns": START_NS + WEEK_NS + 1}, Refusal.DATES_OUT_OF_RANGE),
        ({"roles": MAKER}, Refusal.ROLES_CONFLICT),
        ({"person": RUAN}, Refusal.SAME_PERSON),
        ({"deputy_for": OfficerId(NOWHERE)}, Refusal.UNKNOWN_OFFICER),
    ],
)
def test_a_deputy_is_another_person_with_dates_and_no_roles_of_his_own(
    venue: Venue, changes: dict[str, Any], refusal: Refusal
) -> None:
    principal = venue.appoints(RUAN, MAKER, until_ns=START_NS + WEEK_NS)
    good: dict[str, Any] = {"person": SHEN, "until_ns": START_NS + WEEK_NS, "deputy_for": principal}

    assert venue.refuses(venue.appointment(**(good | changes))) is refusal
    venue.does(venue.appointment(**good))


def test_nobody_stands_in_for_a_deputy_nor_for_an_officer_elsewhere(venue: Venue) -> None:
    principal = venue.appoints(RUAN, MAKER)
    later = venue.appoints(QIAN, MAKER, from_ns=START_NS + DAY_NS)
    until_ns = START_NS + WEEK_NS
    deputy = venue.appoints(SHEN, until_ns=until_ns, deputy_for=principal)

    def says(**changes: Any) -> Refusal:
        return venue.refuses(venue.appointment(LUO, until_ns=until_ns, **changes))

    assert says(deputy_for=deputy) is Refusal.ROLES_CONFLICT
    assert says(deputy_for=later) is Refusal.DATES_OUT_OF_RANGE
    elsewhere = says(deputy_for=principal, of=venue.trust_company)
    assert elsewhere is Refusal.UNKNOWN_OFFICER


def test_a_deputy_may_do_within_his_dates_what_the_other_may(venue: Venue) -> None:
    principal = venue.appoints(RUAN, MAKER | HEAD)
    deputy = venue.appoints(
        SHEN, from_ns=START_NS + DAY_NS, until_ns=START_NS + WEEK_NS, deputy_for=principal
    )

    def may(role: OfficerRole) -> Refusal | Officer:
        return officer_of(venue.state, OPERATOR_ID, deputy, role=role, at_ns=venue.at_ns)

    assert may(MAKER) is Refusal.OUT_OF_OFFICE
    assert may(CHECKER) is Refusal.OUT_OF_OFFICE
    venue.waits(DAY_NS)
    assert may(MAKER) is may(HEAD) is may(REVIEWER) is venue.state.desk.officers[deputy]
    assert may(CHECKER) is Refusal.OFFICER_NOT_CHECKER
    venue.waits(6 * DAY_NS - 1)
    assert isinstance(may(MAKER), Officer)
    venue.waits(1)
    assert may(MAKER) is Refusal.OUT_OF_OFFICE
    strangers = officer_of(venue.state, venue.buyer, deputy, role=MAKER, at_ns=venue.at_ns)
    assert strangers is Refusal.UNKNOWN_OFFICER


def test_who_is_dismissed_is_no_officer_any_more_and_neither_are_his_deputies(
    venue: Venue,
) -> None:
    principal, other = venue.appoints(RUAN, MAKER), venue.appoints(QIAN, MAKER)
    deputy = venue.appoints(SHEN, until_ns=START_NS + WEEK_NS, deputy_for=principal)

    told = venue.does(venue.dismissal(principal))

    assert told == tuple(
        OfficerDismissed(officer_id=each, party_id=OPERATOR_ID) for each in (principal, deputy)
    )
    assert list(venue.state.desk.officers) == [other]
    for gone in (principal, deputy):
        assert venue.refuses(venue.dismissal(gone)) is Refusal.UNKNOWN_OFFICER


def test_a_party_has_so_many_officers_and_no_more(venue: Venue) -> None:
    company = venue.trust_company
    first = venue.state.sequence + 1
    venue.does_all(
        venue.appointment(PersonId(number), MAKER, of=company)
        for number in range(OFFICERS_PER_PARTY_MAX)
    )
    one_more = venue.appointment(RUAN, HEAD, of=company)
    assert venue.refuses(one_more) is Refusal.OFFICERS_MAX
    venue.appoints(RUAN, MAKER)
    venue.does(venue.dismissal(OfficerId(first)))
    venue.appoints(RUAN, HEAD, of=company)


def test_who_lacks_a_role_is_told_which_whatever_it_is() -> None:
    assert set(OfficerRole) <= set(REFUSAL_OF_ROLE)
    assert len(set(REFUSAL_OF_ROLE.values())) == len(REFUSAL_OF_ROLE)
