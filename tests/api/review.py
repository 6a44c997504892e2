"""A trust company's officers at work over HTTP, for tests: each request on what is true then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import httpx

from exchange.limits import OWN_EVIDENCE_PER_REVIEW_MAX
from exchange.refusals import Refusal
from tests.api.evidence.files import attach, upload
from tests.api.venue import Market, Member, Officer, TestVenue

REVIEWED: Final[dict[str, Any]] = {"transfer_terms": {"review": True, "returns_max": 2}}


@dataclass(frozen=True)
class ReviewDesk:
    """One pending transfer of a product with review, and who may work on it."""

    market: Market
    office: Member
    """The trust company, by the key that is nobody's."""
    transfer_id: str
    ruan: Officer
    """Makes."""
    shen: Officer
    """Checks."""
    qian: Officer
    """Does both."""

    @classmethod
    def make(cls, venue: TestVenue, **terms: Any) -> Self:
        """A market of its own in this venue."""
        seller = venue.new_party("NATURAL_PERSON")
        buyer = venue.new_party("INSTITUTION", money="1000000.00")
        office = venue.new_party("TRUST_COMPANY")
        symbol = venue.new_product(office, **(REVIEWED | terms))
        venue.give_units(symbol, seller, "10000")
        market = Market(venue, symbol, seller, buyer)
        market.sell("1.0200", "1000")
        of = {"party_id": office.party_id}
        return cls(
            market,
            office,
            market.buy("1.0200", "1000")["fills"][0]["transfer_id"],
            ruan=venue.new_officer(venue.operator, roles=["MAKER"], **of),
            shen=venue.new_officer(venue.operator, roles=["CHECKER"], **of),
            qian=venue.new_officer(venue.operator, **of),
        )

    @property
    def venue(self) -> TestVenue:
        """Where it is."""
        return self.market.venue

    def transfer(self, reader: Member | None = None) -> Any:
        """The transfer as the trust company, or somebody else, sees it."""
        path = f"/v1/transfers/{self.transfer_id}"
        answer = self.venue.ask("GET", path, reader or self.office)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, step: str, who: Member, **body: Any) -> httpx.Response:
        """A step on the version that is true."""
        return self.venue.ask(
            "POST",
            f"/v1/transfers/{self.transfer_id}/{step}",
            who,
            key=self.venue.unique(),
            headers={"If-Match": f'"{self.transfer()["version"]}"'},
            json=body or None,
        )

    def do(self, step: str, who: Member, **body: Any) -> Any:
        """A step that must be taken."""
        answer = self.ask(step, who, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def criteria(self) -> str:
        """What there is to be read now."""
        criteria: str = self.transfer()["desk"]["criteria"]
        return criteria

    def propose(self, who: Member, **decision: Any) -> httpx.Response:
        """A maker's word on what is true; to confirm, if nothing else is said."""
        body = {"decision": "CONFIRM", "criteria": self.criteria()} | decision
        return self.ask("propose", who, **body)

    def confirm(self, who: Member, **read: Any) -> httpx.Response:
        """A checker's word on what is true."""
        return self.ask("confirm", who, **({"criteria": self.criteria()} | read))

    def is_proposed(self, maker: Officer | None = None) -> None:
        """Ruan, or somebody else, has claimed it and proposed to confirm it."""
        self.do("claim", maker or self.ruan)
        answer = self.propose(maker or self.ruan)
        assert answer.status_code == 200, answer.text


def _claimed_by_another(market: Market) -> httpx.Response:
    desk = ReviewDesk.make(market.venue)
    desk.do("claim", desk.ruan)
    return desk.ask("claim", desk.qian)


def _not_claimed(market: Market) -> httpx.Response:
    desk = ReviewDesk.make(market.venue)
    return desk.propose(desk.ruan)


def _differs(market: Market) -> httpx.Response:
    desk = ReviewDesk.make(market.venue)
    desk.is_proposed()
    return desk.ask("reject", desk.shen, reason="OTHER", criteria=desk.criteria())


def _by_a_maker(market: Market) -> httpx.Response:
    desk = ReviewDesk.make(market.venue)
    desk.is_proposed()
    return desk.confirm(desk.ruan)


def _by_a_checker(market: Market) -> httpx.Response:
    desk = ReviewDesk.make(market.venue)
    return desk.propose(desk.shen)


def _not_by_a_head(market: Market) -> httpx.Response:
    desk = ReviewDesk.make(market.venue)
    return desk.ask("reassign", desk.shen, officer_id=desk.ruan.officer_id)


def _by_a_head(market: Market) -> httpx.Response:
    desk = ReviewDesk.make(market.venue)
    of = desk.office.party_id
    head = market.venue.new_officer(market.venue.operator, party_id=of, roles=["HEAD"])
    return desk.ask("claim", head)


def _unread(market: Market) -> httpx.Response:
    desk = ReviewDesk.make(market.venue)
    desk.is_proposed()
    return desk.ask("confirm", desk.shen)


def _own_evidence(market: Market) -> httpx.Response:
    desk = ReviewDesk.make(market.venue)
    desk.do("claim", desk.ruan)
    buyer = desk.market.buyer
    paper = upload(market.venue, buyer)["evidence_id"]
    for _ in range(OWN_EVIDENCE_PER_REVIEW_MAX):
        own = attach(market.venue, buyer, paper, "PARTY", buyer.party_id)
        assert own.status_code == 201, own.text
    return attach(market.venue, buyer, paper, "PARTY", buyer.party_id)


REACHED: Final = {
    Refusal.OFFICER_NOT_MAKER: _by_a_checker,
    Refusal.OFFICER_NOT_CHECKER: _by_a_maker,
    Refusal.OFFICER_NOT_HEAD: _not_by_a_head,
    Refusal.OFFICER_NOT_REVIEWER: _by_a_head,
    Refusal.CRITERIA_MISSING: _unread,
    Refusal.CLAIMED_BY_ANOTHER: _claimed_by_another,
    Refusal.NOT_CLAIMED: _not_claimed,
    Refusal.DECISION_DIFFERS: _differs,
    Refusal.OWN_EVIDENCE_MAX: _own_evidence,
}
