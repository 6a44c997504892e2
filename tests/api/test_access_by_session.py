"""Every route by a session: it does what a key does, and nothing for somebody else's page."""

from dataclasses import dataclass, field, replace

import pytest

from tests.api.people import person_of
from tests.api.scene import Scene
from tests.api.test_access import CASES, READS, roles_without
from tests.api.venue import Market, Member, Person, TestVenue, code_of


@dataclass
class Untouched:
    """A scene, and who is signed in there."""

    scene: Scene
    people: dict[Member, Person] = field(default_factory=dict)

    def person(self, role: str) -> Person:
        """Somebody who may do what the role may."""
        who = self.scene.who(role)
        if isinstance(who, Person):
            return who
        if who not in self.people:
            self.people[who] = person_of(self.scene.market.venue, who)
        return self.people[who]


@pytest.fixture(scope="module")
def untouched(venue: TestVenue) -> Untouched:
    """One scene for all that are refused or read, because nothing happens in it."""
    scene = Scene(Market.make(venue))
    scene.find_message()
    return Untouched(scene)


@pytest.mark.parametrize("name", READS)
def test_a_session_reads_what_the_key_does(untouched: Untouched, name: str) -> None:
    scene, case = untouched.scene, CASES[name]
    scene.furnish(case)

    response = scene.ask(case, untouched.person(case.who))

    assert response.status_code == case.status, response.text


@pytest.mark.parametrize("name", [name for name in CASES if name not in READS])
def test_a_session_does_what_the_key_does(market: Market, name: str) -> None:
    scene, case, venue = Scene(market, CASES[name]), CASES[name], market.venue
    who = scene.who(case.who)
    person = who if isinstance(who, Person) else person_of(venue, who)
    if case.body and name in ("place_order", "create_product"):
        member = "client_order_id" if name == "place_order" else "symbol"
        case = case._replace(body=case.body | {member: venue.unique("FREE")})
    before = venue.sequence

    for forged, code in (
        (replace(person, csrf_token="guessed"), "csrf_token_invalid"),
        (replace(person, origin="http://evil.example"), "origin_not_own"),
    ):
        refused = scene.ask(case, forged, key=venue.unique())
        assert (refused.status_code, code_of(refused)) == (403, code)
    assert venue.sequence == before
    response = scene.ask(case, person, key=venue.unique())

    assert response.status_code == case.status, response.text


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if case.who not in ("anybody", "person")]
)
def test_a_session_of_another_role_is_not_permitted(untouched: Untouched, name: str) -> None:
    scene, case, venue = untouched.scene, CASES[name], untouched.scene.market.venue
    scene.furnish(case)
    role = min(roles_without(case))
    person = untouched.person(role)
    before = venue.sequence

    response = scene.ask(case, person)

    assert (response.status_code, code_of(response)) == (403, "not_permitted"), role
    assert venue.sequence == before
