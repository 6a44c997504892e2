"""People sign in with login, password and code, stay so by a cookie, and sign out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.auth.browsers import COOKIE, CSRF_HEADER
from api.auth.rules import RULES, RulesUnusable, SignInRules, read_rules
from api.auth.sessions import csrf_token_of
from tests.api.people import (
    PASSWORD,
    add_person,
    code_of_now,
    enrol,
    knock,
    new_person,
    person_of,
    set_up_totp,
    signed_in,
    token_in,
)
from tests.api.venue import Market, Person, TestVenue, code_of

HOUR_S = 3_600


@pytest.fixture
def own(tmp_path: Path) -> Iterator[TestVenue]:
    """A venue whose clock a test may move."""
    with TestVenue(tmp_path / "venue") as made:
        yield made


def who(venue: TestVenue, person: Person) -> Any:
    """What the venue says of the session, or the code of why it says nothing."""
    answer = venue.ask("GET", "/v1/session", person)
    return answer.json() if answer.status_code == 200 else code_of(answer)


def test_the_cookie_is_for_this_host_over_tls_and_for_no_script(market: Market) -> None:
    person = new_person(market.venue, market.seller)

    _, *attributes = knock(market.venue, person.login).headers["set-cookie"].split("; ")

    assert COOKIE.startswith("__Host-")
    assert {each.lower() for each in attributes} == {
        "httponly",
        "path=/",
        "samesite=strict",
        "secure",
    }


def test_who_has_signed_in_is_told_for_whom(market: Market) -> None:
    venue = market.venue
    officer = venue.reviewer()
    person = person_of(venue, officer)

    told = who(venue, person)

    assert told["party_id"] == officer.party_id
    assert (told["kind"], told["party_name"]) == ("TRUST_COMPANY", "Jiahe Trust 嘉禾信托")
    assert (told["officer_id"], told["roles"]) == (officer.officer_id, ["MAKER", "CHECKER", "HEAD"])
    assert (told["person_name"], told["language"]) == ("Li Wei 李伟", "zh")
    assert (told["login"], told["csrf_token"]) == (person.login, person.csrf_token)
    assert (told["has_totp"], told["needs_totp_setup"]) == (True, False)


def test_who_comes_with_a_key_is_told_too_and_has_no_session(market: Market) -> None:
    told = market.venue.ask("GET", "/v1/session", market.seller).json()

    assert (told["party_id"], told["kind"]) == (market.seller.party_id, "NATURAL_PERSON")
    assert told["csrf_token"] is told["session_id"] is told["login"] is None


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("{login}", "wrong password 27"),
        ("{login}", ""),
        ("nobody.here", PASSWORD),
        ("not a login", PASSWORD),
        ("{login}\u0000", PASSWORD),
    ],
)
def test_nobody_learns_what_was_wrong(market: Market, login: str, password: str) -> None:
    person = new_person(market.venue, market.seller)
    expected = knock(market.venue, "nobody.at.all", "some password 9").json()

    refused = knock(market.venue, login.format(login=person.login), password or "x")

    assert (refused.status_code, code_of(refused)) == (401, "sign_in_failed")
    assert refused.json() | {"request_id": ""} == expected | {"request_id": ""}
    assert "set-cookie" not in refused.headers
    assert "www-authenticate" in refused.headers


def test_a_login_in_capitals_and_another_form_of_the_password_are_the_same(market: Market) -> None:
    venue = market.venue
    token = add_person(venue, market.seller)["enrolment"]["token"]
    assert enrol(venue, token, "Capital.Letters", "ﬁve café \uff11\uff12 words").json() == {
        "login": "capital.letters",
        "person_name": "Li Wei 李伟",
    }

    assert knock(venue, "CAPITAL.letters", "five cafe\u0301 12 words").status_code == 200


def test_a_session_does_what_a_key_does(market: Market) -> None:
    person = new_person(market.venue, market.seller)

    placed = market.venue.place(person, market.symbol, "SELL", "1.0200", "100")

    seen = market.venue.ask("GET", f"/v1/orders/{placed['order_id']}", market.seller)
    assert seen.status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({CSRF_HEADER: ""}, "csrf_token_invalid"),
        ({CSRF_HEADER: "a" * 43}, "csrf_token_invalid"),
        ({CSRF_HEADER: "é"}, "csrf_token_invalid"),
        ({"Origin": "http://evil.example"}, "origin_not_own"),
        ({"Origin": "http://venue.evil.example"}, "origin_not_own"),
        ({"Origin": "http://venue:8080"}, "origin_not_own"),
        ({"Origin": "null"}, "origin_not_own"),
        ({"Origin": ""}, "origin_not_own"),
        ({"Origin": "ftp://venue"}, "origin_not_own"),
        ({"Origin": "http://evil.example", "Referer": "http://venue/"}, "origin_not_own"),
    ],
)
def test_a_foreign_page_does_nothing(market: Market, headers: dict[str, str], code: str) -> None:
    venue = market.venue
    person = new_person(venue, market.seller)
    before = venue.sequence
    encoded: Any = {name: value.encode("utf-8") for name, value in headers.items()}

    refused = venue.ask("DELETE", "/v1/orders/1", person, key="k", headers=encoded)

    assert (refused.status_code, code_of(refused)) == (403, code)
    assert venue.sequence == before
    assert venue.ask("GET", "/v1/orders", person, headers=encoded).status_code == 200


@pytest.mark.parametrize(
    ("referer", "status"),
    [
        ("http://venue/page?x=1", 204),
        ("http://evil.example/http://venue/", 403),
        ("http://[", 403),
        ("", 403),
    ],
)
def test_a_page_may_be_known_by_its_referer(market: Market, referer: str, status: int) -> None:
    person = new_person(market.venue, market.seller)
    headers = {name: text for name, text in person.headers.items() if name != "Origin"}

    answer = market.venue.ask("DELETE", "/v1/session", headers=headers | {"Referer": referer})

    assert answer.status_code == status


def test_a_key_needs_no_word_from_a_page_and_outweighs_a_session(market: Market) -> None:
    venue = market.venue
    person = new_person(venue, market.buyer)

    cookie = {"Cookie": f"{COOKIE}={person.key}", "Origin": "http://evil.example"}
    told = venue.ask("GET", "/v1/session", market.seller, headers=cookie).json()
    assert told["party_id"] == market.seller.party_id
    order = {"client_order_id": "o", "symbol": market.symbol, "side": "SELL", "price": "1.0"}
    body = order | {"quantity": "100"}
    answer = venue.ask("POST", "/v1/orders", market.seller, headers=cookie, json=body)
    assert answer.status_code == 201, answer.text
    wrong = cookie | {"Authorization": "Bearer tx_" + "a" * 43}
    assert venue.ask("GET", "/v1/orders", headers=wrong).status_code == 401


def test_who_signs_out_is_out_at_once_and_for_good(own: TestVenue) -> None:
    person = new_person(own, own.new_party())

    out = own.ask("DELETE", "/v1/session", person)

    assert out.status_code == 204
    assert 'trustex-session=""' in out.headers["set-cookie"]
    assert who(own, person) == "unauthenticated"
    own.restart()
    assert who(own, person) == "unauthenticated"


def test_a_session_outlives_a_restart_and_is_kept_by_its_digest_only(own: TestVenue) -> None:
    person = new_person(own, own.new_party())

    own.restart()

    assert who(own, person)["login"] == person.login
    kept = b"".join(file.read_bytes() for file in own.directory.glob("edge.sqlite3*"))
    assert person.session_id.encode() in kept
    assert person.key.encode() not in kept
    assert person.csrf_token.encode() not in kept
    assert PASSWORD.encode() not in kept


def test_a_session_that_is_not_used_ends(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    own.clock.advance(29 * 60)
    assert who(own, person)["login"] == person.login
    own.clock.advance(29 * 60)
    assert who(own, person)["login"] == person.login

    own.clock.advance(30 * 60)

    assert who(own, person) == "unauthenticated"
    own.restart()
    assert who(own, person) == "unauthenticated"


def test_a_restart_does_not_make_a_session_idle_and_does_not_wake_one(own: TestVenue) -> None:
    used, idle = (new_person(own, own.new_party()) for _ in range(2))
    own.clock.advance(20 * 60)
    who(own, used)
    own.restart()
    own.clock.advance(20 * 60)

    assert who(own, used)["login"] == used.login
    assert who(own, idle) == "unauthenticated"


def test_a_session_ends_after_its_time_however_it_is_used(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    for _ in range(12 * 3 - 1):
        own.clock.advance(20 * 60)
        assert who(own, person)["login"] == person.login

    own.clock.advance(20 * 60)

    assert who(own, person) == "unauthenticated"


def test_signing_in_makes_another_session_whatever_cookie_comes(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    body = {"login": person.login, "password": PASSWORD}

    again = own.ask("POST", "/v1/session", person, json=body)

    other = signed_in(again, person.login_id)
    assert other.key != person.key
    assert other.csrf_token != person.csrf_token
    planted = {"Cookie": f"{COOKIE}=planted-by-somebody"}
    fresh = own.ask("POST", "/v1/session", headers=planted, json=body)
    assert token_in(fresh) != "planted-by-somebody"


def test_ones_own_sessions_are_seen_and_ended(own: TestVenue) -> None:
    person, other = new_person(own, own.new_party()), new_person(own, own.new_party())
    elsewhere = signed_in(knock(own, person.login), person.login_id)

    listed = own.ask("GET", "/v1/sessions", person).json()["items"]

    assert {each["session_id"]: each["is_this"] for each in listed} == {
        person.session_id: True,
        elsewhere.session_id: False,
    }
    for session_id in (other.session_id, "f" * 16):
        refused = own.ask("DELETE", f"/v1/sessions/{session_id}", person)
        assert (refused.status_code, code_of(refused)) == (404, "unknown_session")
    path = f"/v1/sessions/{elsewhere.session_id}"
    assert own.ask("DELETE", path, person).status_code == 204
    assert own.ask("DELETE", path, person).status_code == 404
    assert who(own, elsewhere) == "unauthenticated"
    assert who(own, person)["login"] == person.login
    assert who(own, other)["login"] == other.login


def test_the_eleventh_session_ends_the_one_used_least_recently(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    own.clock.advance(1)
    others = []
    for _ in range(9):
        others.append(signed_in(knock(own, person.login), person.login_id))
        own.clock.advance(1)
    who(own, person)

    newest = signed_in(knock(own, person.login), person.login_id)

    assert who(own, others[0]) == "unauthenticated"
    for each in (person, *others[1:], newest):
        assert who(own, each)["login"] == person.login


def test_no_session_means_no_answer(market: Market) -> None:
    for cookie in ("", "x", "a" * 43, "é", "a" * 5_000):
        headers: Any = {"Cookie": f"{COOKIE}={cookie}".encode()}
        refused = market.venue.ask("GET", "/v1/orders", headers=headers)
        assert (refused.status_code, code_of(refused)) == (401, "unauthenticated")
        assert refused.headers["www-authenticate"].startswith('Bearer realm="trustex"')


def test_attempts_at_a_login_are_bounded_and_counted_again_later(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    for _ in range(10):
        assert code_of(knock(own, person.login, "wrong password 1")) == "sign_in_failed"

    refused = knock(own, person.login)

    assert (refused.status_code, code_of(refused)) == (429, "sign_in_attempts_max")
    assert refused.headers["retry-after"] == "600"
    unknown = [code_of(knock(own, "nobody.here", "wrong password 1")) for _ in range(11)]
    assert unknown == ["sign_in_failed"] * 10 + ["sign_in_attempts_max"]
    assert who(own, person)["login"] == person.login
    own.clock.advance(600)
    assert knock(own, person.login).status_code == 200
    for _ in range(10):
        assert knock(own, person.login).status_code == 200


def test_attempts_from_an_address_are_bounded(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    forwarded = {"X-Forwarded-For": "10.9.9.9, 192.0.2.7"}
    body = {"password": "wrong password 1"}
    for number in range(60):
        given = body | {"login": f"person.{number}"}
        assert own.ask("POST", "/v1/session", headers=forwarded, json=given).status_code == 401

    mine = {"login": person.login, "password": PASSWORD}
    refused = own.ask("POST", "/v1/session", headers=forwarded, json=mine)

    assert (refused.status_code, code_of(refused)) == (429, "sign_in_attempts_max")
    elsewhere = {"X-Forwarded-For": "192.0.2.7, 10.9.9.9"}
    assert own.ask("POST", "/v1/session", headers=elsewhere, json=mine).status_code == 200


def test_a_second_factor_is_asked_for_once_it_is_there(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    assert who(own, person)["needs_totp_setup"] is False
    elsewhere = signed_in(knock(own, person.login), person.login_id)
    secret = set_up_totp(own, person)
    assert who(own, person)["has_totp"] is True
    assert who(own, elsewhere) == "unauthenticated"
    own.clock.advance(60)

    without = knock(own, person.login)
    assert (without.status_code, code_of(without)) == (401, "totp_required")
    for password, totp in ((PASSWORD, "000000"), ("wrong password 1", "000000")):
        refused = knock(own, person.login, password, totp=totp)
        assert (refused.status_code, code_of(refused)) == (401, "sign_in_failed")
    code = code_of_now(own, secret)
    assert knock(own, person.login, "wrong password 1").json()["code"] == "sign_in_failed"
    assert knock(own, person.login, totp=code).status_code == 200
    assert code_of(knock(own, person.login, totp=code)) == "sign_in_failed"


def test_a_code_counts_a_step_early_and_late_and_never_after_a_later_one(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    secret = set_up_totp(own, person)
    own.clock.advance(300)

    for steps in (-2, 2):
        code = code_of_now(own, secret, steps=steps)
        assert code_of(knock(own, person.login, totp=code)) == "sign_in_failed"
    for steps, status in ((-1, 200), (1, 200), (0, 401), (-1, 401), (1, 401)):
        code = code_of_now(own, secret, steps=steps)
        assert knock(own, person.login, totp=code).status_code == status, steps


def test_the_code_that_confirmed_the_second_factor_is_used(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    secret = set_up_totp(own, person)

    assert code_of(knock(own, person.login, totp=code_of_now(own, secret))) == "sign_in_failed"


def test_setting_up_a_second_factor_takes_a_code_of_the_offered_secret(own: TestVenue) -> None:
    person = new_person(own, own.new_party())

    def confirm(code: str) -> str:
        answer = own.ask("POST", "/v1/session/totp/confirm", person, json={"totp": code})
        return "" if answer.status_code == 204 else code_of(answer)

    assert confirm("000000") == "totp_not_offered"
    offered = own.ask("POST", "/v1/session/totp", person).json()
    assert offered["otpauth_uri"].startswith(f"otpauth://totp/trustex:{person.login}?secret=")
    assert f"secret={offered['secret']}" in offered["otpauth_uri"]
    assert confirm("000000") == "totp_invalid"
    assert who(own, person)["has_totp"] is False
    set_up_totp(own, person)
    again = own.ask("POST", "/v1/session/totp", person)
    assert (again.status_code, code_of(again)) == (409, "totp_set_up")


def test_an_officer_does_nothing_before_there_is_a_second_factor(own: TestVenue) -> None:
    officer = own.reviewer()
    person = new_person(own, officer)

    assert who(own, person)["needs_totp_setup"] is True
    for method, path in (
        ("GET", "/v1/transfers"),
        ("GET", "/v1/sessions"),
        ("POST", "/v1/feed/tickets"),
    ):
        refused = own.ask(method, path, person)
        assert (refused.status_code, code_of(refused)) == (403, "totp_setup_required")
    set_up_totp(own, person)
    assert own.ask("GET", "/v1/transfers", person).status_code == 200
    assert who(own, person)["needs_totp_setup"] is False


def test_a_password_is_changed_by_who_knows_it(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    elsewhere = signed_in(knock(own, person.login), person.login_id)

    def change(password: str, new_password: str) -> str:
        body = {"password": password, "new_password": new_password}
        answer = own.ask("POST", "/v1/session/password", person, json=body)
        if answer.status_code == 422:
            return str(answer.json()["errors"][0]["code"])
        return "" if answer.status_code == 204 else code_of(answer)

    other = "another 27 teacups"
    assert change("wrong password 1", other) == "sign_in_failed"
    assert change(PASSWORD, "short") == "too_short"
    assert change(PASSWORD, f"my {person.login} word") == "contains_login"
    assert change(PASSWORD, other) == ""
    assert who(own, person)["login"] == person.login
    assert who(own, elsewhere) == "unauthenticated"
    assert code_of(knock(own, person.login)) == "sign_in_failed"
    assert knock(own, person.login, other).status_code == 200


def test_the_hash_of_a_password_follows_the_rules(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    rules = "[hashing]\nmemory_kib = 7168\npasses = 2\n"
    (own.directory / RULES).write_text(rules)
    own.restart()

    assert knock(own, person.login).status_code == 200

    kept = b"".join(file.read_bytes() for file in own.directory.glob("edge.sqlite3*"))
    assert b"$argon2id$v=19$m=7168,t=2,p=1$" in kept
    assert knock(own, person.login).status_code == 200


def test_named_origins_are_the_only_ones(own: TestVenue) -> None:
    person = new_person(own, own.new_party())
    (own.directory / RULES).write_text('origins = ["https://venue.example"]\n')
    own.restart()

    for origin, status in (("http://venue", 403), ("https://venue.example", 204)):
        answer = own.ask("DELETE", "/v1/session", person, headers={"Origin": origin})
        assert answer.status_code == status


@pytest.mark.parametrize("path", ["/v1/session", "/v1/enrolments"])
def test_a_foreign_page_signs_nobody_in(market: Market, path: str) -> None:
    body = {"login": "li.wei", "password": PASSWORD}
    body |= {"token": "en_x"} if path == "/v1/enrolments" else {}

    refused = market.venue.ask("POST", path, headers={"Origin": "http://evil.example"}, json=body)

    assert (refused.status_code, code_of(refused)) == (403, "origin_not_own")


def test_rules_are_read_from_the_folder(tmp_path: Path) -> None:
    assert read_rules(tmp_path, demo=False) == SignInRules()
    assert read_rules(tmp_path, demo=True).totp_kinds == ()
    (tmp_path / RULES).write_text("idle_minutes = 5\n")
    assert read_rules(tmp_path, demo=False).idle_minutes == 5
    for text in ("idle_minutes = 0", "idle = 5", "[hashing]\nmemory_kib = 64", "\x00"):
        (tmp_path / RULES).write_text(text)
        with pytest.raises(RulesUnusable, match=r"sign-in\.toml"):
            read_rules(tmp_path, demo=False)
    (tmp_path / RULES).unlink()
    (tmp_path / RULES).mkdir()
    with pytest.raises(RulesUnusable, match="cannot be read"):
        read_rules(tmp_path, demo=False)


def test_the_token_against_forged_requests_is_each_sessions_own() -> None:
    assert csrf_token_of("a") != csrf_token_of("b")
    assert csrf_token_of("a") == csrf_token_of("a")
