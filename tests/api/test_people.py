"""The operator lets people sign in and hands over tokens; people enrol by themselves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.people import PASSWORD, add_person, enrol, knock, new_person, set_up_totp, signed_in
from tests.api.venue import Market, Person, TestVenue, code_of


@pytest.fixture
def own(tmp_path: Path) -> Iterator[TestVenue]:
    """A venue whose clock a test may move."""
    with TestVenue(tmp_path / "venue") as made:
        yield made


def is_in(venue: TestVenue, person: Person) -> bool:
    """Whether the session still counts."""
    return venue.ask("GET", "/v1/session", person).status_code == 200


def test_a_token_is_told_once_and_counts_once(market: Market) -> None:
    venue = market.venue
    body = {"party_id": market.seller.party_id, "name": "Li Wei", "language": "en"}
    first = venue.ask("POST", "/v1/people", venue.operator, key="add-1", json=body)
    again = venue.ask("POST", "/v1/people", venue.operator, key="add-1", json=body)
    token = first.json()["enrolment"]["token"]

    assert first.status_code == again.status_code == 201
    assert again.headers["idempotency-replayed"] == "true"
    without = first.json()["enrolment"] | {"token": None}
    assert again.json() == first.json() | {"enrolment": without}
    assert enrol(venue, token, "li.wei.once").status_code == 201
    used = enrol(venue, token, "li.wei.twice")
    assert (used.status_code, code_of(used)) == (404, "unknown_enrolment")
    assert enrol(venue, "en_x", "li.wei.thrice").status_code == 404
    other = venue.ask("POST", "/v1/people", venue.operator, key="add-1", json=body | {"name": "X"})
    assert code_of(other) == "idempotency_key_reused"


def test_a_token_ends_after_its_days(own: TestVenue) -> None:
    party = own.new_party()
    tokens = [add_person(own, party)["enrolment"]["token"] for _ in range(2)]
    own.clock.advance(72 * 3_600 - 1)
    assert enrol(own, tokens[0], "in.time").status_code == 201
    own.clock.advance(1)
    assert code_of(enrol(own, tokens[1], "too.late")) == "unknown_enrolment"


@pytest.mark.parametrize(
    ("login", "password", "pointer", "code"),
    [
        ("li wei", PASSWORD, "/login", "malformed"),
        ("li", PASSWORD, "/login", "malformed"),
        ("李伟李伟", PASSWORD, "/login", "malformed"),
        (".li.wei", PASSWORD, "/login", "malformed"),
        ("good.login", "short", "/password", "too_short"),
        ("good.login", "password1234", "/password", "common_password"),
        ("good.login", "my good.login yes", "/password", "contains_login"),
        ("good.login", "y1z2" * 33, "/password", "too_long"),
    ],
)
def test_what_is_wrong_with_an_enrolment_is_pointed_at(
    market: Market, login: str, password: str, pointer: str, code: str
) -> None:
    token = add_person(market.venue, market.seller)["enrolment"]["token"]

    refused = enrol(market.venue, token, login, password)

    assert (refused.status_code, code_of(refused)) == (422, "validation_failed")
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert enrol(market.venue, token, market.venue.unique("p"), PASSWORD).status_code == 201


def test_a_login_is_one_persons_for_ever(market: Market) -> None:
    venue = market.venue
    person = new_person(venue, market.seller)
    venue.ask("DELETE", f"/v1/people/{person.login_id}", venue.operator, key=venue.unique())
    token = add_person(venue, market.buyer)["enrolment"]["token"]

    refused = enrol(venue, token, person.login.upper())

    assert (refused.status_code, code_of(refused)) == (409, "login_taken")


def test_the_operator_sees_who_may_sign_in(market: Market) -> None:
    venue = market.venue
    person = new_person(venue, market.seller)
    waiting = add_person(venue, market.seller)["person"]
    path = f"/v1/people?party_id={market.seller.party_id}"

    listed = venue.ask("GET", path, venue.operator).json()["items"]

    assert [each["login_id"] for each in listed] == [person.login_id, waiting["login_id"]]
    assert [each["login"] for each in listed] == [person.login, None]
    assert [each["is_enrolled"] for each in listed] == [True, False]
    everybody = venue.ask("GET", "/v1/people?limit=500", venue.operator)
    assert PASSWORD not in everybody.text
    assert "argon2" not in everybody.text
    first = venue.ask("GET", f"{path}&limit=1", venue.operator).json()
    then = venue.ask("GET", f"{path}&cursor={first['next_cursor']}", venue.operator).json()
    assert first["items"] + then["items"] == listed


def test_who_enrols_anew_has_nothing_left_of_before(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    set_up_totp(own, person)
    path = f"/v1/people/{person.login_id}/enrolment"

    token = own.do("POST", path, own.operator)["enrolment"]["token"]

    assert not is_in(own, person)
    assert code_of(knock(own, person.login)) == "sign_in_failed"
    newer = own.do("POST", path, own.operator)["enrolment"]["token"]
    assert code_of(enrol(own, token, person.login)) == "unknown_enrolment"
    assert enrol(own, newer, person.login, "another 27 teacups").status_code == 201
    answer = knock(own, person.login, "another 27 teacups")
    assert answer.json()["has_totp"] is False
    assert is_in(own, signed_in(answer, person.login_id))


def test_a_withdrawn_person_is_out_at_once(own: TestVenue) -> None:
    person, party = new_person(own, own.new_party()), own.new_party()
    waiting = add_person(own, party)
    for login_id in (person.login_id, waiting["person"]["login_id"]):
        path = f"/v1/people/{login_id}"
        key = own.unique()
        for _ in range(2):
            assert own.ask("DELETE", path, own.operator, key=key).status_code == 204
        for method, more in (("DELETE", ""), ("POST", "/enrolment")):
            gone = own.ask(method, path + more, own.operator, key=own.unique())
            assert (gone.status_code, code_of(gone)) == (404, "unknown_login")

    assert not is_in(own, person)
    assert code_of(knock(own, person.login)) == "sign_in_failed"
    token = waiting["enrolment"]["token"]
    assert code_of(enrol(own, token, "late.comer")) == "unknown_enrolment"
    own.restart()
    assert not is_in(own, person)


def test_a_dismissed_officer_is_out_at_once(own: TestVenue) -> None:
    officer = own.new_officer(own.operator)
    person = new_person(own, officer)
    other = new_person(own, own.new_officer(own.operator))
    assert is_in(own, person)

    path = f"/v1/officers/{officer.officer_id}"
    assert own.ask("DELETE", path, own.operator, key=own.unique()).status_code == 204

    assert not is_in(own, person)
    assert is_in(own, other)
    assert code_of(knock(own, person.login)) == "sign_in_failed"


def test_people_are_of_parties_and_officers_that_there_are(market: Market) -> None:
    venue = market.venue
    officer = venue.pair()[0]
    for body, code in (
        ({"party_id": "999999", "name": "x"}, "unknown_party"),
        ({"party_id": "999999", "officer_id": officer.officer_id, "name": "x"}, "unknown_officer"),
        (
            {"party_id": market.seller.party_id, "officer_id": officer.officer_id, "name": "x"},
            "unknown_officer",
        ),
    ):
        refused = venue.ask("POST", "/v1/people", venue.operator, key=venue.unique(), json=body)
        assert code_of(refused) == code


def test_an_operators_maker_proposes_by_a_session_as_by_a_key(own: TestVenue) -> None:
    maker, checker = own.pair()
    party = own.new_party()
    people = []
    for officer in (maker, checker):
        person = new_person(own, officer)
        set_up_totp(own, person)
        people.append(person)

    path = f"/v1/parties/{party.party_id}/deposits"
    given = own.ask("POST", path, people[0], key=own.unique(), json={"amount": "10.00"})

    assert given.status_code == 202, given.text
    proposal = given.json()
    path = f"/v1/proposals/{proposal['proposal_id']}/approve"
    body = {"digest": proposal["digest"]}
    alone = own.ask("POST", path, people[0], key=own.unique(), json=body)
    assert alone.status_code in (403, 409)
    assert own.ask("POST", path, people[1], key=own.unique(), json=body).status_code == 200
