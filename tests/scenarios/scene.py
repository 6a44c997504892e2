"""A product, its holders and what people do with it, for the table of edge cases.

What a step comes to is a line as the table has it: `PASS`; `BLOCK` or `HOLD` with rule, reason code
and cures; `REFUSED` with the code of the problem; or the state that something is in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx

from api.cli.demo.profiles import answers_of
from api.founding import SANDBOX, Licence
from tests.api.register_files import ACQUIRED_ON, file_text
from tests.api.rules import PACKS, load_pack, set_rules, unseen
from tests.api.venue import Member, TestVenue, code_of, order_body
from tests.exchange.rules.packs import of_parties, only

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
PAR: Final = "1.0000"
MONDAY: Final = date(2026, 11, 23)
"""The working day after the one on which a scene begins."""
LAST_S: Final = 30
AT_ODDS: Final = frozenset({"WARN", "HOLD", "BLOCK"})


@dataclass(frozen=True, kw_only=True)
class Who:
    """Somebody at the venue; a natural person in good order, if nothing else is said."""

    kind: str = "NATURAL_PERSON"
    units: str = "0"
    """One of them is one yuan of principal."""
    further: tuple[str, ...] = ()
    """The units of his other contracts."""
    money: str = "100000000.00"
    certified_until: str = "2027-11-21"
    level: int = 5
    """C1 to C5."""
    stands_for: int = 1
    """So many holders are behind him."""
    owner: str | None = None
    """Whose he is: the name of somebody who came before him."""
    of_trustee: bool = False
    """He belongs to the product's trust company."""
    layers: int = 0
    """So many asset management products are behind him."""


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Natural persons of whom nothing matters but that they hold."""

    number: int
    units: str = "1000000"
    """Of each."""


NOBODY: Final = Crowd(number=0)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where something is tried."""

    packs: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    """Packs that are no law, as if they were."""
    only: tuple[str, ...] = ()
    """Of the packs these rules alone, be they of admission and papers; nothing: all others."""
    overrides: tuple[dict[str, Any], ...] = ()
    """Parameters of the product's own."""
    terms: Mapping[str, Any] = field(default_factory=dict)
    mode: str = "NEGOTIATED"
    licence: Licence = SANDBOX
    people: Mapping[str, Who] = field(default_factory=dict)
    crowd: Crowd = NOBODY


class Scene:
    """The setting at a venue of its own, and what has come of it."""

    def __init__(self, venue: TestVenue, setting: Setting, crowd: Sequence[str] = ()) -> None:
        """Args:
        crowd: natural persons whom the venue knows, at least as many as the setting has of them.
        """
        assert len(crowd) >= setting.crowd.number, setting
        self.venue = venue
        terms = {"units_issued": "1000000000"} | dict(setting.terms)
        self.symbol = venue.new_product(**terms)
        self.path = f"/v1/products/{self.symbol}"
        shown = venue.ask("GET", self.path).json()
        self.people: dict[str, Member] = {}
        for name, who in setting.people.items():
            self.people[name] = self._comes(who)
        holdings = [
            (self.people[name].party_id, units)
            for name, who in setting.people.items()
            for units in (who.units, *who.further)
        ]
        holdings += [(holder, setting.crowd.units) for holder in crowd[: setting.crowd.number]]
        office = venue.office(venue.trust_company.party_id)
        held = [(holder, units) for holder, units in holdings if units != "0"]
        if held:
            self._post(office.holders_file(self.symbol, held))
        packs = [self._loads(pack, setting.only) for pack in setting.packs]
        packs += map(self._enacts, setting.drafts)
        if packs:
            set_rules(venue, self.symbol, *packs, overrides=list(setting.overrides))
        if setting.mode != shown["market_mode"]:
            self._changes_mode(setting.mode)
        self.words: list[tuple[Member, str]] = []
        """Negotiations and orders, by whom."""
        self.transfers: list[str] = []

    def _changes_mode(self, mode: str) -> None:
        """On the next day, where the licence asks for a day's notice."""
        body = {"market_mode": mode}
        if self.venue.ask("GET", "/v1/venue").json()["notice_working_days"]:
            body["effective_on"] = MONDAY.isoformat()
        self.does("POST", f"{self.path}/market-mode", json=body)
        if len(body) > 1:
            wait_until(self.venue, MONDAY)

    def _comes(self, who: Who) -> Member:
        """A party whom the venue knows as this."""
        venue = self.venue
        is_institution = who.kind == "INSTITUTION"
        member = venue.new_party(who.kind, money=who.money)
        self.states(
            member,
            certification={
                "basis": "LEGAL_PERSON" if is_institution else "NET_ASSETS",
                "valid_until": who.certified_until,
            },
            due_diligence={"risk": "LOW", "review_by": "2029-11-21"},
            professional=is_institution,
            ownership={
                "owner_party_id": self.people[who.owner].party_id if who.owner else None,
                "affiliate_of": [venue.trust_company.party_id] if who.of_trustee else [],
                "layers": who.layers,
                "lookthrough_count": who.stands_for,
            },
        )
        if not is_institution:
            body = {"questionnaire": 1, "answers": answers_of(who.level)}
            venue.do("POST", "/v1/risk-assessments", member, json=body)
        return member

    def _loads(self, pack_id: str, rules: tuple[str, ...]) -> str:
        """The pack as it ships is one of the venue's, but for admission and papers, or these rules
        of it: its id."""
        if rules:
            loaded = load_pack(self.venue, unseen(self.venue, pack_id, only(pack_id, *rules)))
            return str(loaded["pack_id"])
        if not self.venue.ask("GET", f"{PACKS}/{pack_id}", self.venue.operator).is_success:
            load_pack(self.venue, of_parties(pack_id))
        return pack_id

    def _enacts(self, pack_id: str) -> str:
        """A draft has come into force under a name of its own: that."""
        enacted = self.venue.unique(pack_id).upper()
        text = of_parties(pack_id).replace(f'"{pack_id}"', f'"{enacted}"')
        from_now = 'effective_from = "2026-01-01"\ntitle_zh'
        load_pack(self.venue, text.replace("title_zh", from_now, 1))
        return enacted

    def states(self, member: Member, **facts: Any) -> None:
        """Compliance states this of him."""
        path = f"/v1/compliance/parties/{member.party_id}/facts"
        self.venue.do("POST", path, self.venue.compliance(), json=facts)

    def _post(self, content: bytes) -> None:
        office = self.venue.office(self.venue.trust_company.party_id)
        posted = self.does("POST", "/v1/imports/register", json=office.signed(content))
        office.took(self.symbol, posted["units_outstanding"])

    def conveys(self, name: str, shares: Mapping[str, str]) -> None:
        """By a file of the trust company's, his one contract goes to others in such shares."""
        path = f"/v1/holdings/{self.symbol}/lots"
        (lot,) = self.venue.ask("GET", path, self.people[name]).json()["items"]
        of = f"TRANSFER,{lot['contract']},{self.people[name].party_id}"
        rows = [
            f"{of},{units},,,{ACQUIRED_ON},{self.people[heir].party_id},{lot['contract']}-{heir}"
            for heir, units in shares.items()
        ]
        office = self.venue.office(self.venue.trust_company.party_id)
        total = str(office.outstanding[self.symbol])
        self._post(file_text(self.symbol, "CHANGES", total, rows).encode())

    def does(self, method: str, path: str, by: Member | None = None, **content: Any) -> Any:
        """What the operator, or somebody else, is answered who must succeed."""
        return self.venue.do(method, path, by or self.venue.operator, **content)

    def asks(
        self, method: str, path: str, by: Member | None = None, **content: Any
    ) -> httpx.Response:
        """What the operator, or somebody else, is answered."""
        key = self.venue.unique()
        return self.venue.ask(method, path, by or self.venue.operator, key=key, **content)

    def proposes(
        self, by: str, to: str, side: str, quantity: str, price: str = PAR, **more: Any
    ) -> httpx.Response:
        """One proposes a deal to the other, for twenty days."""
        lapses = datetime.fromtimestamp(self.venue.clock.now_ns() / 10**9, UTC) + timedelta(20)
        body = {
            "symbol": self.symbol,
            "side": side,
            "price": price,
            "quantity": quantity,
            "counterparty_id": self.people[to].party_id,
            "lapses_at": lapses.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        body |= more
        response = self.asks("POST", "/v1/negotiations", self.people[by], json=body)
        if response.is_success:
            self.words.append((self.people[by], response.json()["negotiation_id"]))
        return response

    def orders(self, by: str, side: str, quantity: str, **more: Any) -> httpx.Response:
        """He enters an order at par into the book."""
        body = order_body(self.venue.unique("o"), self.symbol, side, PAR, quantity) | more
        response = self.venue.ask("POST", "/v1/orders", self.people[by], json=body)
        if response.is_success:
            self.words.append((self.people[by], response.json()["order_id"]))
        return response

    def accepts(self, by: str, **more: Any) -> httpx.Response:
        """He says yes to what was proposed last."""
        _, number = self.words[-1]
        path = f"/v1/negotiations/{number}/offers/{number}/accept"
        response = self.asks("POST", path, self.people[by], json=more)
        if response.is_success:
            self.transfers.append(response.json()["transfer_id"])
        return response

    def steps(self, step: str, by: Member, method: str = "POST", **content: Any) -> httpx.Response:
        """A step of the last transfer, on the version that is true."""
        path = f"/v1/transfers/{self.transfers[-1]}"
        etag = self.venue.ask("GET", path, by).headers["etag"]
        return self.asks(method, f"{path}/{step}", by, headers={"If-Match": etag}, **content)

    def transfer(self, by: str = "buyer") -> Any:
        """The last transfer, as one of its parties reads it."""
        path = f"/v1/transfers/{self.transfers[-1]}"
        return self.venue.ask("GET", path, self.people[by]).json()


def persons(venue: TestVenue, number: int) -> list[str]:
    """So many natural persons whom the venue knows from now on, for a crowd."""
    body = {"kind": "NATURAL_PERSON", "name": "某某"}
    made = [venue.do("POST", "/v1/parties", venue.operator, json=body) for _ in range(number)]
    return [each["party_id"] for each in made]


def wait_until(venue: TestVenue, day: date, *, seconds: int = 0) -> None:
    """Until so many seconds after the day has begun in Shanghai. The last half minute is one in
    which everybody could act: what is due then is not put off."""
    begins = datetime.combine(day, time(), SHANGHAI) + timedelta(seconds=seconds)
    now = datetime.fromtimestamp(venue.clock.now_ns() / 10**9, UTC)
    missing_s = round((begins - now).total_seconds())
    if missing_s > LAST_S:
        venue.time_passes(missing_s - LAST_S)
        missing_s = LAST_S
    venue.clock.advance(missing_s)
    venue.new_party()


def told(response: httpx.Response) -> str:
    """An answer as the table has it."""
    if response.is_success:
        return "PASS"
    problem = response.json()
    means = problem.get("means")
    missing = f" ({means['missing']} missing)" if means else ""
    return verdicts(problem.get("findings")) or f"REFUSED {code_of(response)}{missing}"


def verdicts(findings: Any) -> str:
    """What stands against it, by each rule; nothing: an empty line."""
    return "; ".join(
        " ".join([each["verdict"], each["rule_id"], each["reason_code"], *_cures(each)])
        for each in findings or ()
        if each["verdict"] in AT_ODDS
    )


def _cures(finding: Any) -> list[str]:
    words = [" ".join(filter(None, (cure["kind"], cure["value"]))) for cure in finding["cures"]]
    return [f"({', '.join(words)})"] if words else []


Step = Callable[[Scene], str]
"""Something that is done, and what comes of it."""
