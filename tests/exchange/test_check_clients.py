"""K1 to K5 see whatever is wrong with clients and their applications."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from exchange.check import check
from exchange.client_types import ApplicationState, ListingReason, ProfileFact
from exchange.profile import EMPTY_PROFILE, Profile
from exchange.types import PersonId
from registry.types import DayNumber, TimeNs
from tests.exchange.compliance import Compliance
from tests.exchange.test_check import violated


def two_profiles(at: Compliance) -> None:
    at.venue.state.parties[at.venue.other].profile = Profile(professional=True)


def facts_of_a_trust_company(at: Compliance) -> None:
    client = at.venue.state.clients.client(at.venue.trust_company)
    at.venue.state.parties[at.venue.trust_company].profile = client.profile


def listed_for_no_reason(at: Compliance) -> None:
    client = at.venue.state.clients.clients[at.venue.other]
    client.profile = replace(client.profile, listed=True)
    at.venue.state.parties[at.venue.other].profile = client.profile


def listed_by_nobody(at: Compliance) -> None:
    at.venue.state.clients.clients[at.venue.buyer].listed_by = None


def on_no_list_by_somebody(at: Compliance) -> None:
    at.venue.state.clients.clients[at.venue.other].listed_by = PersonId(1)


def notice_at_another_time(at: Compliance) -> None:
    dues = at.venue.state.clients.dues
    _, party_id, fact = dues.pop(0)
    dues.add((TimeNs(10**18), party_id, fact))


def notice_given_and_waited_for(at: Compliance) -> None:
    at.venue.state.clients.clients[at.venue.other].notices[ProfileFact.CERTIFICATION - 1] += 1


def owner_not_counted(at: Compliance) -> None:
    at.venue.state.clients.owned.clear()


def owner_of_an_owner(at: Compliance) -> None:
    state = at.venue.state
    client = state.clients.client(at.venue.buyer)
    profile = replace(client.profile, owner_id=at.venue.seller)
    state.clients.set_profile(client, profile, at_ns=state.at_ns)
    state.parties[at.venue.buyer].profile = profile


def application_of_nobody(at: Compliance) -> None:
    at.venue.state.clients.applicants.clear()


def application_that_is_decided(at: Compliance) -> None:
    (application,) = at.venue.state.clients.applications.values()
    application.state = ApplicationState.APPROVED


def certified_on_no_day(at: Compliance) -> None:
    _says(at, certified_on=None)


def looked_at_on_a_day_and_never(at: Compliance) -> None:
    _says(at, reviewed_on=DayNumber(20_000))


def _says(at: Compliance, **facts: DayNumber | None) -> None:
    client = at.venue.state.clients.clients[at.venue.other]
    client.profile = replace(client.profile, **facts)
    at.venue.state.parties[at.venue.other].profile = client.profile


VIOLATIONS: dict[str, list[Callable[[Compliance], None]]] = {
    "K1": [
        *(two_profiles, facts_of_a_trust_company, listed_for_no_reason, listed_by_nobody),
        on_no_list_by_somebody,
    ],
    "K2": [notice_at_another_time, notice_given_and_waited_for],
    "K3": [owner_not_counted, owner_of_an_owner],
    "K4": [application_of_nobody, application_that_is_decided],
    "K5": [certified_on_no_day, looked_at_on_a_day_and_never],
}


@pytest.mark.parametrize(
    ("number", "violate"),
    [(number, violate) for number, violates in VIOLATIONS.items() for violate in violates],
)
def test_a_violation_is_seen(number: str, violate: Callable[[Compliance], None]) -> None:
    at = Compliance()
    venue = at.venue
    venue.does(at.record(venue.other, at.certified(40)))
    venue.does(at.record(venue.other, at.owned(venue.buyer)))
    venue.does(at.listing(venue.buyer, ListingReason.SANCTIONS))
    at.applies(venue.other)
    check(venue.state)
    assert venue.state.parties[venue.seller].profile is EMPTY_PROFILE
    violate(at)
    venue.state.next_due_ns()
    with pytest.raises(AssertionError) as caught:
        check(venue.state)
    assert violated(caught) == number
