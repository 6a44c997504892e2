"""Every route by a session: it does what a key does, and nothing for somebody else's page."""

from dataclasses import replace

import pytest

from tests.api.people import person_of
from tests.api.test_access import CASES, Scene, roles_without
from tests.api.venue import Market, Person, TestVenue, code_of


@pytest.mark.parametrize("name", CASES)
def test_a_session_does_what_the_key_does(market: Market, name: str) -> None:
    scene, case, venue = Scene(market, CASES[name]), CASES[name], market.venue
    who = scene.who(case.who)
    person = who if isinstance(who, Person) else person_of(venue, who)
    if case.body and name in ("place_order", "create_product"):
        member = "client_order_id" if name == "place_order" else "symbol"
        case = case._replace(body=case.body | {member: venue.unique("FREE")})
    before = venue.sequence

    if case.method != "GET":
        for forged, code in (
            (replace(person, csrf_token="guessed"), "csrf_token_invalid"),
            (replace(person, origin="http://evil.example"), "origin_not_own"),
        ):
            refused = scene.ask(case, forged, key=venue.unique())
            assert (refused.status_code, code_of(refused)) == (403, code)
        assert venue.sequence == before
    response = scene.ask(case, person, key=venue.unique())

    assert response.status_code == case.status, response.text


@pytest.fixture(scope="module")
def untouched(venue: TestVenue) -> tuple[Scene, dict[str, Person]]:
    """One scene for all that are refused, because nothing happens in it, and who is signed in."""
    scene = Scene(Market.make(venue))
    scene.find_message()
    signed_in = {
        role: person_of(venue, scene.who(role)) for role in ("trader", "officer", "operator")
    }
    return scene, signed_in


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if case.who not in ("anybody", "person")]
)
def test_a_session_of_another_role_is_not_permitted(
    untouched: tuple[Scene, dict[str, Person]], name: str
) -> None:
    scene, signed_in = untouched
    case, venue = CASES[name], scene.market.venue
    scene.furnish(case)
    role = min(roles_without(case))
    person = signed_in[role]
    before = venue.sequence

    response = scene.ask(case, person)

    assert (response.status_code, code_of(response)) == (403, "not_permitted"), role
    assert venue.sequence == before
