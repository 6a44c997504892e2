"""The trapped buyer: whoever stops a transfer, and however often, the buyer gets out.

Over HTTP, with a working day of ten seconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tests.api.transfers import without_states
from tests.api.venue import SHORT_TERMS, Market, Member, TestVenue, code_of

DAY_S = 10
TERMS = SHORT_TERMS | {"decide_days": 30, "overlay_days": 5, "rescission_days": 2}


class Case:
    """A transfer that is pending, of 1,000 units if nobody says otherwise, and what people do with
    it."""

    def __init__(
        self, venue: TestVenue, *, market: Market | None = None, units: str = "1000"
    ) -> None:
        if market is None:
            before = Market.make(venue)
            symbol = venue.new_product(transfer_terms=TERMS)
            venue.give_units(symbol, before.seller, units)
            market = Market(venue, symbol, before.seller, before.buyer)
        self.venue = venue
        self.market = market
        self.path = f"/v1/transfers/{market.match(units)['transfer_id']}"

    @property
    def buyer(self) -> Member:
        return self.market.buyer

    def read(self, by: Member) -> Any:
        return self.venue.ask("GET", self.path, by).json()

    def asks(
        self, by: Member, step: str, *, method: str = "POST", **content: Any
    ) -> httpx.Response:
        """Somebody asks for a step on the version that he has just read."""
        etag = self.venue.ask("GET", self.path, by).headers["etag"]
        return self.venue.ask(
            method,
            f"{self.path}/{step}",
            by,
            key=self.venue.unique(),
            headers={"If-Match": etag},
            **content,
        )

    def does(self, by: Member, step: str, *, method: str = "POST", **content: Any) -> Any:
        response = self.asks(by, step, method=method, **content)
        assert response.status_code == 200, response.text
        assert response.headers["etag"] == f'"{response.json()["version"]}"'
        return response.json()

    def holds(self, by: Member, overlay: str) -> Any:
        return self.does(by, "overlays", json={"overlay": overlay})

    def lifts(self, by: Member, overlay: str) -> Any:
        return self.does(by, f"overlays/{overlay}", method="DELETE")

    def days_pass(self, days: int) -> None:
        self.venue.clock.advance(days * DAY_S)
        self.venue.new_party()  # time comes with a command at the latest

    def refused(self, by: Member, step: str, **content: Any) -> str:
        return code_of(self.asks(by, step, **content))


def test_overlays_set_in_turn_hold_nobody_for_longer_than_five_working_days(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case, company = Case(venue), venue.trust_company
        seller, buyer = case.market.seller, case.buyer
        assert venue.ask("GET", "/v1/cash", buyer).json()["escrow"] == "1220.51"

        # The trust company stops the clocks: nothing brings a decision nearer, and none lapses.
        held = case.holds(company, "HELD")
        assert (held["overlays"], held["deadline"]) == (["HELD"], None)
        assert case.refused(company, "confirm") == "transfer_held"
        assert case.refused(buyer, "rescind") == "not_rescindable"

        # After two days it lets go, and the seller disputes: what was left of five days is left.
        case.days_pass(2)
        case.lifts(company, "HELD")
        case.holds(seller, "DISPUTED")
        assert case.refused(buyer, "overlays/DISPUTED", method="DELETE") == "not_permitted"
        case.days_pass(2)
        assert case.read(buyer)["rescindable"] is False
        case.days_pass(2)
        seen = case.read(buyer)
        assert (seen["rescindable"], seen["overlays"]) == (True, ["DISPUTED"])

        # He need not ask anybody: everything comes back, the fees too.
        assert case.refused(seller, "rescind") == "not_permitted"
        gone = case.does(buyer, "rescind")
        assert gone["state"] == "CANCELLED"
        cash = venue.ask("GET", "/v1/cash", buyer).json()
        assert (cash["available"], cash["escrow"]) == ("1000000.00", "0.00")
        (units,) = [
            item
            for item in venue.ask("GET", "/v1/holdings", seller).json()["items"]
            if item["symbol"] == case.market.symbol
        ]
        assert (units["available"], units["locked"]) == ("1000", "0")
        assert case.refused(buyer, "rescind") == "transfer_not_pending"
        for member in (buyer, seller, company, venue.operator):
            assert case.read(member)["state"] == "CANCELLED"


def test_a_suspicion_is_nobodys_business_and_still_no_trap(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case, operator = Case(venue), venue.operator
        case.holds(operator, "AML_HOLD")
        for member in (case.buyer, case.market.seller, venue.trust_company):
            assert case.read(member)["overlays"] == ["HELD"]
            path = f"/v1/transfers?state=SUBMITTED&symbol={case.market.symbol}"
            (listed,) = venue.ask("GET", path, member).json()["items"]
            assert listed == without_states(case.read(member))
        assert case.read(operator)["overlays"] == ["AML_HOLD"]

        # The trust company cannot lift what it did not set, and is not told what it is.
        company = venue.trust_company
        code = case.refused(company, "overlays/HELD", method="DELETE")
        assert code == "transfer_held"
        assert case.refused(company, "overlays", json={"overlay": "AML_HOLD"}) == "not_permitted"
        assert case.holds(company, "HALTED")["overlays"] == ["HELD", "HALTED"]

        case.days_pass(6)
        assert case.does(case.buyer, "rescind")["state"] == "CANCELLED"
        assert venue.ask("GET", "/v1/cash", case.buyer).json()["available"] == "1000000.00"


def test_when_the_plan_is_in_trouble_the_buyer_has_two_working_days(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case, company = Case(venue), venue.trust_company
        case.holds(company, "CORPORATE_EVENT")
        seen = case.read(case.buyer)
        assert seen["rescindable_until"] is not None
        # The trust company's second thoughts do not take the right away.
        case.lifts(company, "CORPORATE_EVENT")
        case.days_pass(2)
        assert case.does(case.buyer, "rescind")["state"] == "CANCELLED"

        late = Case(venue)
        late.holds(company, "CORPORATE_EVENT")
        late.lifts(company, "CORPORATE_EVENT")
        late.days_pass(3)
        assert late.refused(late.buyer, "rescind") == "not_rescindable"
        # The transfer goes on as before.
        assert late.does(company, "confirm")["state"] == "SETTLED"
