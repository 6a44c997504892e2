"""A real venue for tests: real databases in a folder, the real application, no socket.

The loop runs only while a request is under way, and time stands still until a test moves it.
"""

import asyncio
import functools
import ipaddress
import itertools
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import httpx

from api.auth.browsers import COOKIE, CSRF_HEADER
from api.auth.rules import RULES
from api.founding import SANDBOX, FirstKeys, Licence, create_venue
from api.main import Venue, open_venue
from api.signing import DemoSigner
from api.webhooks.addresses import AddressRules
from exchange.custodian.port import Custodian
from registry.types import TimeNs
from tests.api.register_files import Office
from tests.exchange.deadlines import calendar
from tests.exchange.stored import writing_here

START_NS = TimeNs(1_795_320_000_000_000_000)  # 2026-11-22T04:00:00Z
SECOND_NS = 1_000_000_000
TEN_SECONDS = calendar("TEN-SECONDS", day_ns=10 * SECOND_NS, a_day_begins_ns=START_NS)
SHORT_TERMS = {
    "calendar_id": TEN_SECONDS.calendar_id,
    "acknowledge_days": 1,
    "remind_days": 4,
    "escalate_days": 4,
    "decide_days": 4,
}
"""A transfer lapses after fifty seconds, and there is one reminder."""
LOOPBACK = AddressRules((ipaddress.ip_network("127.0.0.0/8"),))
CHEAP_HASHES = "[hashing]\nmemory_kib = 7168\npasses = 1\n"
"""People of tests sign in by the hundred."""
NOBODYS_URL = "http://127.0.0.1:9/hook"
"""No message leaves the machine: where nobody listens, a connection is refused at once."""


class HandClock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.time_ns = START_NS

    def now_ns(self) -> TimeNs:
        """What the hands show."""
        return self.time_ns

    def advance(self, seconds: int) -> None:
        """Move the hands."""
        self.time_ns = TimeNs(self.time_ns + seconds * SECOND_NS)


@dataclass(frozen=True)
class Member:
    """A party with its key."""

    party_id: str
    key: str


@dataclass(frozen=True)
class Person(Member):
    """Somebody who has signed in for a party: what comes with his browser's requests."""

    login_id: str
    login: str
    password: str
    session_id: str
    csrf_token: str
    origin: str = "http://venue"

    @property
    def headers(self) -> dict[str, str]:
        """The cookie, and what a page of the venue's own adds to it."""
        return {
            "Cookie": f"{COOKIE}={self.key}",
            "Origin": self.origin,
            CSRF_HEADER: self.csrf_token,
        }


@dataclass(frozen=True)
class Post:
    """Something that a member asks for."""

    member: Member
    path: str
    body: dict[str, Any]


REVIEWER_ROLES: Final = ["MAKER", "CHECKER", "HEAD"]


@dataclass(frozen=True)
class Officer(Member):
    """An officer of a party with his own key."""

    officer_id: str


@functools.cache
def _found(
    *, demo: bool, four_eyes: bool, licence: Licence
) -> tuple[tempfile.TemporaryDirectory[str], FirstKeys]:
    """An empty venue's folder as `trustex init` leaves it, and its keys. One of a kind is made and
    the others are its copies: nothing in it says where it lies."""
    directory = tempfile.TemporaryDirectory(prefix="trustex-founded-")
    keys = asyncio.run(
        create_venue(
            Path(directory.name),
            demo=demo,
            trust_company_name="Jiahe Trust 嘉禾信托",
            own_calendars=(TEN_SECONDS,),
            four_eyes=four_eyes,
            licence=licence,
            clock=HandClock(),
        )
    )
    return directory, keys


class TestVenue:
    """A venue with an operator and a trust company, spoken to over HTTP alone."""

    __test__ = False

    def __init__(
        self,
        directory: Path,
        *,
        demo: bool = False,
        four_eyes: bool = False,
        licence: Licence = SANDBOX,
        custodian: Custodian | None = None,
        like: "TestVenue | None" = None,
    ) -> None:
        """Args:
        like: a venue that is stopped, as whose copy this one goes on; the terms are its own.
        """
        self.directory = directory
        self.custodian = custodian
        self.clock = HandClock()
        self.runner = asyncio.Runner()
        self.numbers = itertools.count(1)
        self._pair: tuple[Officer, Officer] | None = None
        self._reviewer: Officer | None = None
        self._compliance: Officer | None = None
        self.offices: dict[str, Office] = {}
        if like is None:
            founded, keys = _found(demo=demo, four_eyes=four_eyes, licence=licence)
            shutil.copytree(founded.name, directory, dirs_exist_ok=True)
            self.operator = Member("1", keys.operator_key)
            self.trust_company = Member(str(keys.trust_company_id), keys.trust_company_key)
        else:
            shutil.copytree(like.directory, directory, dirs_exist_ok=True)
            self.operator, self.trust_company = like.operator, like.trust_company
            self.numbers = like.numbers
        (directory / RULES).write_text(CHEAP_HASHES)
        self.venue: Venue
        self.client: httpx.AsyncClient
        self.start()

    def start(self) -> None:
        """Open the venue that is stopped, as it lies in its folder."""
        opening = open_venue(
            self.directory, clock=self.clock, webhook_rules=LOOPBACK, custodian=self.custodian
        )
        with writing_here():
            self.venue = self.runner.run(opening)
        transport = httpx.ASGITransport(app=self.venue.app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://venue")

    def close(self) -> None:
        """Stop the venue and the loop."""
        self.stop()
        self.runner.close()

    def stop(self) -> None:
        """Stop the venue; the loop stays."""
        self.runner.run(self.client.aclose())
        self.runner.run(self.venue.close())

    def restart(self) -> None:
        """Stop the venue and open it anew from its folder."""
        self.stop()
        self.start()

    def time_passes(self, seconds: int, *, is_stopped: bool = False) -> None:
        """So much time passes, at once; the operator accepts the jump, and what is due happens.

        Args:
            is_stopped: the venue does not run meanwhile.
        """
        self.clock.advance(seconds)
        if is_stopped:
            self.restart()
        else:
            self.new_party()  # by which the venue notices that time has jumped
        self.do("POST", "/v1/venue/clock", self.operator)
        self.new_party()  # any command brings the time

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def sequence(self) -> int:
        """The last command in the journal."""
        return self.venue.exchange.view.eseq

    def unique(self, word: str = "k") -> str:
        """A word that this venue has not seen."""
        return f"{word}-{next(self.numbers)}"

    def ask(
        self,
        method: str,
        path: str,
        member: Member | None = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        **content: Any,
    ) -> httpx.Response:
        """One request.

        Args:
            member: who asks; None: nobody.
            key: the Idempotency-Key.
            content: json=…, content=… as httpx takes them.
        """
        return self.runner.run(
            self._request(method, path, member, key=key, headers=headers, **content)
        )

    def post_at_once(self, posts: Sequence[Post]) -> list[httpx.Response]:
        """What is answered to each of these, of which none waits for another."""

        async def ask() -> list[httpx.Response]:
            requests = (
                self._request("POST", post.path, post.member, key=self.unique(), json=post.body)
                for post in posts
            )
            return await asyncio.gather(*requests)

        return self.runner.run(ask())

    async def _request(
        self,
        method: str,
        path: str,
        member: Member | None,
        *,
        key: str | None,
        headers: dict[str, str] | None = None,
        **content: Any,
    ) -> httpx.Response:
        sent = headers_of(member, key) | (headers or {})
        return await self.client.request(method, path, headers=sent, **content)

    def do(self, method: str, path: str, member: Member, **content: Any) -> Any:
        """One request with a new key that must succeed; its body."""
        response = self.ask(method, path, member, key=self.unique(), **content)
        assert response.status_code in (200, 201), response.text
        return response.json()

    def new_party(
        self, kind: str = "INSTITUTION", *, money: str | None = None, name: str = "Party 某某"
    ) -> Member:
        """A party with a key, and money if it shall have some."""
        body = {"kind": kind, "name": name}
        party_id = self.do("POST", "/v1/parties", self.operator, json=body)["party_id"]
        path = f"/v1/parties/{party_id}"
        key = self.do("POST", f"{path}/keys", self.operator, json={"label": "test"})["key"]
        if money is not None:
            self.do("POST", f"{path}/deposits", self.operator, json={"amount": money})
        return Member(party_id, key)

    def new_officer(self, appointer: Member, **office: Any) -> Officer:
        """An officer with a key of his own."""
        body = {"person": self.unique("person"), "roles": ["MAKER", "CHECKER"]} | office
        appointed = self.do("POST", "/v1/officers", appointer, json=body)
        officer_id, party_id = appointed["officer_id"], appointed["party_id"]
        label = {"label": "officer", "officer_id": officer_id}
        key = self.do("POST", f"/v1/parties/{party_id}/keys", self.operator, json=label)["key"]
        return Officer(party_id, key, officer_id)

    def pair(self) -> tuple[Officer, Officer]:
        """Two officers of the operator, always the same: who proposes, and who approves."""
        if self._pair is None:
            self._pair = self.new_officer(self.operator), self.new_officer(self.operator)
        return self._pair

    def reviewer(self) -> Officer:
        """An officer of the trust company's with every role, always the same."""
        if self._reviewer is None:
            of = {"party_id": self.trust_company.party_id, "roles": REVIEWER_ROLES}
            self._reviewer = self.new_officer(self.operator, **of)
        return self._reviewer

    def compliance(self) -> Officer:
        """An officer of compliance, always the same."""
        if self._compliance is None:
            self._compliance = self.new_officer(self.operator, roles=["COMPLIANCE"])
        return self._compliance

    def propose_deposit(self, party_id: str, *, maker: Officer | None = None) -> Any:
        """A proposal of a deposit of ten yuan."""
        response = self.ask(
            "POST",
            f"/v1/parties/{party_id}/deposits",
            maker or self.pair()[0],
            key=self.unique(),
            json={"amount": "10.00"},
        )
        assert response.status_code == 202, response.text
        return response.json()

    def gather(self, symbol: str, *minutes: int, window_minutes: int = 0) -> None:
        """Let the product's orders gather for auctions at these minutes of its calendar's day."""
        schedule = {"uncross_minutes": minutes or (720,), "window_minutes": window_minutes}
        body = {"market_mode": "CALL_AUCTION", "call_auction": schedule}
        self.do("POST", f"/v1/products/{symbol}/market-mode", self.operator, json=body)

    def new_product(self, trust_company: Member | None = None, **terms: Any) -> str:
        """A product of the trust company: its symbol."""
        body = product_body(self.unique("DEMO"), (trust_company or self.trust_company).party_id)
        created = self.do("POST", "/v1/products", self.operator, json=body | terms)
        symbol: str = created["symbol"]
        return symbol

    def give_units(self, symbol: str, holder: Member, units: str) -> None:
        """A contract for the holder, by a file of the product's trust company."""
        product = self.ask("GET", f"/v1/products/{symbol}").json()
        office = self.office(product["trust_company_id"])
        holdings = [(holder.party_id, units)]
        content = office.holders_file(symbol, holdings, par=product["par_value"])
        posted = self.do("POST", "/v1/imports/register", self.operator, json=office.signed(content))
        office.took(symbol, posted["units_outstanding"])

    def office(self, trust_company_id: str) -> Office:
        """The office of a trust company, its key registered."""
        office = self.offices.get(trust_company_id)
        if office is None:
            office = Office(DemoSigner(f"{self.directory}/{trust_company_id}".encode()))
            self.offices[trust_company_id] = office
            path = f"/v1/parties/{trust_company_id}/signing-keys"
            body = {"public_key": office.public_key, "label": "office"}
            self.do("POST", path, self.operator, json=body)
        return office

    def place(
        self, member: Member, symbol: str, side: str, price: str, quantity: str, **more: Any
    ) -> Any:
        """An order that must be accepted: its answer."""
        body = order_body(self.unique("o"), symbol, side, price, quantity) | more
        response = self.ask("POST", "/v1/orders", member, json=body)
        assert response.status_code == 201, response.text
        return response.json()

    def register_webhook(self, member: Member, url: str = NOBODYS_URL) -> Any:
        """An endpoint of the member: the answer with its secret."""
        return self.do("POST", "/v1/webhooks", member, json={"url": url, "label": "test"})

    def messages(
        self,
        member: Member,
        webhook_id: str,
        *,
        attempts: int = 0,
        least: int = 1,
        since: str = "",
        of: str = "",
    ) -> list[Any]:
        """The messages to an endpoint since this moment with this in their type, newest first, once
        there are so many, each tried so often. The worker works while requests are under way."""
        for _ in range(500):
            path = f"/v1/webhooks/{webhook_id}/deliveries"
            listed: list[Any] = self.ask("GET", path, member).json()["items"]
            items = [each for each in listed if each["created_at"] >= since and of in each["type"]]
            if len(items) >= least and all(item["attempts"] >= attempts for item in items):
                return items
            self.runner.run(asyncio.sleep(0.02))
        raise TimeoutError(webhook_id)


@dataclass(frozen=True)
class Market:
    """One product with a seller who has units and a buyer who has money."""

    venue: TestVenue
    symbol: str
    seller: Member
    buyer: Member

    @classmethod
    def make(cls, venue: TestVenue) -> Self:
        """A market of its own in this venue."""
        seller = venue.new_party("NATURAL_PERSON")
        buyer = venue.new_party("INSTITUTION", money="1000000.00")
        symbol = venue.new_product()
        venue.give_units(symbol, seller, "10000")
        return cls(venue, symbol, seller, buyer)

    def sell(self, price: str, quantity: str, **more: Any) -> Any:
        """The seller's order."""
        return self.venue.place(self.seller, self.symbol, "SELL", price, quantity, **more)

    def buy(self, price: str, quantity: str, **more: Any) -> Any:
        """The buyer's order."""
        return self.venue.place(self.buyer, self.symbol, "BUY", price, quantity, **more)

    def match(self, quantity: str = "1000") -> Any:
        """A pending transfer, as the trust company sees it."""
        self.sell("1.0200", quantity)
        fill = self.buy("1.0200", quantity)["fills"][0]
        path = f"/v1/transfers/{fill['transfer_id']}"
        response = self.venue.ask("GET", path, self.venue.trust_company)
        assert response.status_code == 200, response.text
        return response.json()


def product_body(symbol: str, trust_company_id: str) -> dict[str, Any]:
    """Terms of a product that are in range."""
    return {
        "symbol": symbol,
        "trust_company_id": trust_company_id,
        "name_zh": "嘉禾稳健一号集合资金信托计划",
        "name_en": "Jiahe Steady No. 1",
        "product_type": "FIXED_INCOME",
        "risk_level": 2,
        "benchmark_bps": 380,
        "maturity_date": "2028-06-30",
        "units_issued": "1000000",
        "par_value": "1.0000",
        "tick": "0.0001",
        "lot": "100",
        "quantity_scale": 0,
    }


def order_body(
    client_order_id: str, symbol: str, side: str, price: str, quantity: str
) -> dict[str, Any]:
    """The body of an order."""
    return {
        "client_order_id": client_order_id,
        "symbol": symbol,
        "side": side,
        "price": price,
        "quantity": quantity,
    }


def headers_of(member: Member | None, key: str | None) -> dict[str, str]:
    """By what a request says whose it is, and which one it is; None: nobody's, or no matter."""
    keyed = {} if key is None else {"Idempotency-Key": key}
    if member is None:
        return keyed
    if isinstance(member, Person):
        return member.headers | keyed
    return {"Authorization": f"Bearer {member.key}"} | keyed


def filled(value: Any, names: dict[str, str]) -> Any:
    """The body of a case, its {names} filled in at every depth."""
    if isinstance(value, str):
        return value.format_map(names)
    if isinstance(value, dict):
        return {name: filled(member, names) for name, member in value.items()}
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    return value


def code_of(response: httpx.Response) -> str:
    """The stable code of a problem document, which the answer must be."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    code: str = response.json()["code"]
    return code


def pointers_of(response: httpx.Response) -> dict[str, str]:
    """Which code each field of a problem document is blamed with."""
    return {error["pointer"]: error["code"] for error in response.json()["errors"]}
