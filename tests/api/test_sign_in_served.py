"""Signing in at a venue as it is served: real sockets, real cookies, the feed, the demo."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from api.auth.browsers import COOKIE, CSRF_HEADER
from tests.api.command_line import make_venue, serving
from tests.api.people import PASSWORD, new_person
from tests.api.venue import TestVenue


class Browser:
    """Somebody's browser: it keeps the cookie and says where its page comes from."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, headers={"Origin": url})
        self.told: Any = None
        self.token = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        """A request of the page."""
        headers = {"Cookie": f"{COOKIE}={self.token}"} if self.token else {}
        if self.told is not None:
            headers[CSRF_HEADER] = self.told["csrf_token"]
        more: dict[str, Any] = {} if body is None else {"json": body}
        response = self.client.request(method, path, headers=headers, **more)
        # The jar of the library does not send a Secure cookie to this machine; browsers do.
        cookie = SimpleCookie(response.headers.get("set-cookie", "")).get(COOKIE)
        if cookie is not None:
            assert cookie["secure"]
            assert cookie["httponly"]
            self.token = cookie.value
        return response

    def sign_in(self, path: str, body: dict[str, str]) -> Any:
        """What the venue says to who signs in."""
        response = self.ask("POST", path, body)
        assert response.status_code == 200, response.text
        self.told = response.json()
        return self.told

    def ticket(self) -> str:
        """One for the feed."""
        response = self.ask("POST", "/v1/feed/tickets")
        assert response.status_code == 201, response.text
        ticket: str = response.json()["ticket"]
        return ticket


def test_the_first_person_of_a_new_venue_comes_in_by_what_init_printed(tmp_path: Path) -> None:
    printed = make_venue(tmp_path / "venue")
    enrolment = {"token": printed["operator enrolment"], "login": "first", "password": PASSWORD}
    with serving(tmp_path / "venue") as (_, url), Browser(url) as browser:
        assert browser.ask("POST", "/v1/enrolments", enrolment).status_code == 201
        told = browser.sign_in("/v1/session", {"login": "first", "password": PASSWORD})

        assert (told["kind"], told["needs_totp_setup"]) == ("OPERATOR", True)
        assert browser.ask("GET", "/v1/parties").json()["code"] == "totp_setup_required"
        assert browser.ask("DELETE", "/v1/session").status_code == 204
        assert browser.token == ""
        for path in ("/v1/demo/people", "/v1/demo/session"):
            assert httpx.get(url + path).status_code == 404
            assert httpx.post(url + path, json={"login": "first"}).status_code == 404


def demo_venue(directory: Path) -> None:
    """A demo's venue with its first person enrolled."""
    with TestVenue(directory, demo=True) as venue:
        body = {"party_id": venue.trust_company.party_id, "name": "Li Wei"}
        made = venue.do("POST", "/v1/people", venue.operator, json=body)
        enrolment = {"token": made["enrolment"]["token"], "login": "li.wei", "password": PASSWORD}
        venue.ask("POST", "/v1/enrolments", json=enrolment)


def test_at_a_demo_one_click_signs_in(tmp_path: Path) -> None:
    demo_venue(tmp_path / "venue")
    with serving(tmp_path / "venue") as (_, url), Browser(url) as browser:
        (person,) = browser.ask("GET", "/v1/demo/people").json()["items"]
        assert person == {
            "login": "li.wei",
            "kind": "TRUST_COMPANY",
            "roles": [],
            "label_zh": "信托公司 · 嘉禾信托",
            "label_en": "Trust company · Jiahe Trust",
        }
        told = browser.sign_in("/v1/demo/session", {"login": person["login"]})
        assert (told["kind"], told["needs_totp_setup"]) == ("TRUST_COMPANY", False)
        assert browser.ask("GET", "/v1/transfers").status_code == 200
        nobody = browser.ask("POST", "/v1/demo/session", {"login": "nobody"})
        assert (nobody.status_code, nobody.json()["code"]) == (404, "unknown_login")
        for host in ("rebound.example", "127.0.0.1.rebound.example", "10.0.0.1", ""):
            sent = {"Host": host}
            for method in ("GET", "POST"):
                path = "/v1/demo/people" if method == "GET" else "/v1/demo/session"
                body = None if method == "GET" else {"login": "li.wei"}
                answer = httpx.request(method, url + path, headers=sent, json=body)
                assert answer.status_code in (400, 403), (host, answer.text)
        foreign = {"Origin": "http://evil.example"}
        answer = httpx.post(f"{url}/v1/demo/session", headers=foreign, json={"login": "li.wei"})
        assert answer.json()["code"] == "origin_not_own"


def test_a_ticket_signs_one_connection_of_the_feed_in_until_the_session_ends(
    tmp_path: Path,
) -> None:
    demo_venue(tmp_path / "venue")
    with serving(tmp_path / "venue") as (_, url), Browser(url) as browser:
        told = browser.sign_in("/v1/demo/session", {"login": "li.wei"})
        asyncio.run(_use_tickets(browser, url, told["party_id"]))


async def _use_tickets(browser: Browser, url: str, party_id: str) -> None:
    feed = url.replace("http", "ws", 1) + "/feed/v1"

    def opened(origin: str | None = None) -> connect:
        return connect(feed, proxy=None, origin=None if origin is None else Origin(origin))

    ticket = browser.ticket()
    auth = json.dumps({"req": "1", "type": "auth", "method": "ticket", "ticket": ticket})
    streams = [{"channel": "transfers"}]
    subscribe = json.dumps({"req": "2", "type": "subscribe", "streams": streams})
    async with opened(url) as mine, opened() as late:
        await mine.send(auth)
        assert await _answer(mine, "1") == {"type": "ack", "req": "1", "party_id": party_id}
        await mine.send(subscribe)
        assert (await _answer(mine, "2"))["results"][0]["ok"]
        await late.send(auth)
        assert (await _answer(late, "1"))["code"] == "auth_failed"
        with pytest.raises(ConnectionClosed) as ended:
            await late.recv()
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 4001
        assert browser.ask("DELETE", "/v1/session").status_code == 204
        last = [json.loads(text) async for text in _until_closed(mine)][-1]
        assert (last["code"], last["detail"]) == ("auth_failed", "session: ended")
    for origin in ("http://evil.example", "null"):
        with pytest.raises(InvalidStatus) as refused:
            await opened(origin)
        assert refused.value.response.status_code == 403


async def _until_closed(websocket: ClientConnection) -> AsyncIterator[str | bytes]:
    """What still comes."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            yield await websocket.recv()


async def _answer(websocket: Any, req: str) -> Any:
    """The answer to the request of this number."""
    while True:
        frame = json.loads(await websocket.recv())
        if frame.get("req") == req:
            return frame


def test_tickets_end_and_are_bounded(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        person = new_person(venue, venue.new_party())
        sign_ins = venue.venue.services.sign_ins
        answers = [venue.ask("POST", "/v1/feed/tickets", person) for _ in range(21)]
        assert [each.status_code for each in answers] == [201] * 20 + [429]
        assert answers[-1].json()["code"] == "tickets_max"
        tickets = [each.json()["ticket"] for each in answers[:20]]
        principal = sign_ins.redeem_ticket(tickets[0])
        assert principal is not None
        assert principal.session_id == person.session_id
        assert sign_ins.redeem_ticket(tickets[0]) is None
        venue.clock.advance(29)
        assert sign_ins.redeem_ticket(tickets[1]) is not None
        venue.clock.advance(1)
        assert sign_ins.redeem_ticket(tickets[2]) is None
        late = venue.ask("POST", "/v1/feed/tickets", person).json()["ticket"]
        venue.ask("DELETE", "/v1/session", person)
        assert sign_ins.redeem_ticket(late) is None


def test_a_session_that_idles_out_ends_its_feed(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        ended: list[str] = []
        person = new_person(venue, venue.new_party())
        sign_ins = venue.venue.services.sign_ins
        sign_ins._on_ended = ended.append
        venue.clock.advance(30 * 60 - 1)
        venue.runner.run(sign_ins.sweep())
        assert ended == []
        venue.clock.advance(1)
        venue.runner.run(sign_ins.sweep())
        assert ended == [person.session_id]
