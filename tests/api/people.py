"""People for tests: made by the operator, enrolled, signed in, all over HTTP."""

import base64
from typing import Any, Final

import httpx
import pyotp

from api.auth.browsers import COOKIE
from tests.api.case import Case
from tests.api.venue import Member, Officer, Person, TestVenue

PASSWORD: Final = "wohl bekomms 27 Tassen"
OF_PEOPLE: Final = {
    "add_person": Case(
        "POST", "/v1/people", "operator", {"party_id": "{seller_id}", "name": "Li Wei"}, 201
    ),
    "list_people": Case("GET", "/v1/people?party_id={seller_id}", "operator"),
    "enrol_anew": Case("POST", "/v1/people/{login_id}/enrolment", "operator", status=201),
    "withdraw_person": Case("DELETE", "/v1/people/{login_id}", "operator", status=204),
    "get_session": Case("GET", "/v1/session", "anybody"),
    "sign_out": Case("DELETE", "/v1/session", "person", status=204),
    "list_sessions": Case("GET", "/v1/sessions", "person"),
    "end_session": Case("DELETE", "/v1/sessions/{session_id}", "person", status=204),
    "change_password": Case(
        "POST",
        "/v1/session/password",
        "person",
        {"password": PASSWORD, "new_password": "another 27 teacups"},
        204,
    ),
    "offer_totp": Case("POST", "/v1/session/totp", "person"),
    "confirm_totp": Case(
        "POST", "/v1/session/totp/confirm", "person", {"totp": "123456"}, status=409
    ),
    "issue_feed_ticket": Case("POST", "/v1/feed/tickets", "person", status=201),
}
"""People who sign in, and what they do with their own login."""


def add_person(venue: TestVenue, member: Member) -> Any:
    """Somebody who may enrol for the member's party, or as the officer that the member is."""
    officer_id = member.officer_id if isinstance(member, Officer) else None
    body = {"party_id": member.party_id, "officer_id": officer_id, "name": "Li Wei 李伟"}
    return venue.do("POST", "/v1/people", venue.operator, json=body)


def enrol(venue: TestVenue, token: str, login: str, password: str = PASSWORD) -> httpx.Response:
    """Login and password, chosen by who has the token."""
    body = {"token": token, "login": login, "password": password}
    return venue.ask("POST", "/v1/enrolments", json=body)


def knock(venue: TestVenue, login: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    """An attempt to sign in."""
    body = {"login": login, "password": password} | more
    return venue.ask("POST", "/v1/session", json=body)


def signed_in(response: httpx.Response, login_id: str, password: str = PASSWORD) -> Person:
    """Who has signed in by this answer, with the cookie that came with it."""
    assert response.status_code == 200, response.text
    told = response.json()
    return Person(
        party_id=told["party_id"],
        key=token_in(response),
        login_id=login_id,
        login=told["login"],
        password=password,
        session_id=told["session_id"],
        csrf_token=told["csrf_token"],
    )


def token_in(response: httpx.Response) -> str:
    """The token in the cookie that an answer sets."""
    name, _, rest = response.headers["set-cookie"].partition("=")
    assert name == COOKIE
    return rest.partition(";")[0]


def new_person(venue: TestVenue, member: Member) -> Person:
    """Somebody who has signed in for the member, without a second factor."""
    made = add_person(venue, member)
    login = venue.unique("person").replace("-", ".")
    enrolled = enrol(venue, made["enrolment"]["token"], login)
    assert enrolled.status_code == 201, enrolled.text
    return signed_in(knock(venue, login), made["person"]["login_id"])


def person_of(venue: TestVenue, member: Member) -> Person:
    """Somebody who has signed in for the member and may do all that it may."""
    person = new_person(venue, member)
    if venue.ask("GET", "/v1/session", person).json()["needs_totp_setup"]:
        set_up_totp(venue, person)
    return person


def set_up_totp(venue: TestVenue, person: Person) -> bytes:
    """A second factor: its secret."""
    offered = venue.ask("POST", "/v1/session/totp", person).json()
    secret = base64.b32decode(offered["secret"])
    body = {"totp": code_of_now(venue, secret)}
    confirmed = venue.ask("POST", "/v1/session/totp/confirm", person, json=body)
    assert confirmed.status_code == 204, confirmed.text
    return secret


def code_of_now(venue: TestVenue, secret: bytes, *, steps: int = 0) -> str:
    """The code of the venue's time, or of so many steps later."""
    totp = pyotp.TOTP(base64.b32encode(secret).decode())
    code: str = totp.at(venue.clock.time_ns // 1_000_000_000 + 30 * steps)
    return code
