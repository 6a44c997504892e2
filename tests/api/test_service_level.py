"""How fast a trust company answers, as it and the operator are told."""

from typing import Any

import pytest
from sqlalchemy import event

from registry.store.queries import transfers_ended
from tests.api.venue import SHORT_TERMS, START_NS, Market, Member, TestVenue, code_of

TERMS = SHORT_TERMS | {"remind_days": 2, "escalate_days": 3, "decide_days": 4, "returns_max": 1}
"""Escalated after forty seconds, lapsed after fifty."""
NOTHING = {"confirmed": 0, "rejected": 0, "late": 0, "returned": 0, "lapsed": 0}
NO_TIMES = {"median_s": None, "percentile_95_s": None}


class Company:
    """A trust company of its own, with a market in one product."""

    def __init__(self, venue: TestVenue, calendar_terms: dict[str, Any] = TERMS) -> None:
        self.venue = venue
        self.member = venue.new_party("TRUST_COMPANY")
        seller = venue.new_party("NATURAL_PERSON")
        buyer = venue.new_party("INSTITUTION", money="1000000.00")
        symbol = venue.new_product(self.member, transfer_terms=calendar_terms)
        venue.give_units(symbol, seller, "10000")
        self.market = Market(venue, symbol, seller, buyer)

    def match(self) -> str:
        """A transfer that waits for the company: its number."""
        self.market.sell("1.0200", "100")
        transfer_id: str = self.market.buy("1.0200", "100")["fills"][0]["transfer_id"]
        return transfer_id

    def step(self, transfer_id: str, verb: str, who: Member | None = None, **body: object) -> None:
        """Confirm it, reject it or return it, as it is now; or what another one may do."""
        path, member = f"/v1/transfers/{transfer_id}", who or self.member
        version = self.venue.ask("GET", path, member).json()["version"]
        response = self.venue.ask(
            "POST",
            f"{path}/{verb}",
            member,
            key=self.venue.unique(),
            headers={"If-Match": f'"{version}"'},
            **({"json": body} if body else {}),
        )
        assert response.status_code == 200, response.text

    def give_back(self, transfer_id: str) -> None:
        """Return it to the seller, who shall complete it."""
        self.step(transfer_id, "return", reason="OTHER", returned_to=["SELLER"])

    def pass_time(self, seconds: int) -> None:
        """Let time pass, and the venue see it."""
        self.venue.clock.advance(seconds)
        self.venue.new_party()

    def service_level(self, who: Member | None = None, **query: str) -> Any:
        """What is told of it."""
        path = f"/v1/trust-companies/{self.member.party_id}/sla"
        response = self.venue.ask("GET", path, who or self.member, params=query)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
def company(venue: TestVenue) -> Company:
    return Company(venue)


def test_a_month_says_what_was_answered_and_how_fast(company: Company) -> None:
    transfers = [company.match() for _ in range(6)]
    company.give_back(transfers[2])
    company.step(transfers[2], "resubmit", company.market.seller)
    company.pass_time(8)
    company.step(transfers[0], "confirm")
    company.step(transfers[1], "confirm")
    company.pass_time(7)
    company.step(transfers[2], "reject", reason="OTHER")
    company.pass_time(26)
    company.step(transfers[3], "confirm")
    company.pass_time(20)
    still_open = company.match()

    told = company.service_level(months="2")

    assert told["trust_company_id"] == company.member.party_id
    assert told["items"] == [
        {
            "month": "2026-11",
            "confirmed": 3,
            "rejected": 1,
            "late": 1,
            "returned": 1,
            "lapsed": 2,
            "median_s": "8.000",
            "percentile_95_s": "41.000",
        },
        {"month": "2026-10", **NOTHING, **NO_TIMES},
    ]
    assert company.service_level(company.venue.operator, months="2") == told
    company.step(still_open, "confirm")
    assert company.service_level(months="1")["items"][0]["confirmed"] == 4


def test_a_lapse_while_the_seller_has_it_is_not_the_companys(company: Company) -> None:
    company.give_back(company.match())
    for _ in range(6):
        company.pass_time(20)

    (month,) = company.service_level(months="1")["items"]

    assert month == {"month": "2026-11", **NOTHING, **NO_TIMES, "returned": 1}


def test_time_that_is_not_worked_does_not_count(venue: TestVenue) -> None:
    company = Company(venue, {"calendar_id": "CN_WORKING"})
    transfer_id = company.match()
    company.pass_time(30)  # the venue's clock shows a Sunday
    company.step(transfer_id, "confirm")

    (month,) = company.service_level(months="1")["items"]

    assert (month["confirmed"], month["median_s"]) == (1, "0.000")


def test_the_answer_counts_and_not_the_settlement_after_the_cut_off(venue: TestVenue) -> None:
    company = Company(venue, TERMS | {"cut_off_minute": 0})
    transfer_id = company.match()
    company.pass_time(8)
    company.step(transfer_id, "confirm")
    (month,) = company.service_level(months="1")["items"]
    assert (month["confirmed"], month["median_s"]) == (0, None)
    company.pass_time(30)

    (month,) = company.service_level(months="1")["items"]

    assert (month["confirmed"], month["median_s"]) == (1, "8.000")


def test_a_year_is_told_where_nothing_else_is_asked_for(company: Company) -> None:
    months = [each["month"] for each in company.service_level()["items"]]

    assert months == [
        *(f"2026-{month:02d}" for month in range(11, 0, -1)),
        "2025-12",
    ]


@pytest.mark.parametrize("months", ["0", "37", "-1", "1.5", "x", ""])
def test_so_many_months_are_not_told(company: Company, months: str) -> None:
    path = f"/v1/trust-companies/{company.member.party_id}/sla"
    response = company.venue.ask("GET", path, company.member, params={"months": months})

    assert (response.status_code, code_of(response)) == (422, "validation_failed")


def test_another_company_and_nobody_are_the_same_to_a_company(company: Company) -> None:
    venue = company.venue
    for who, party_id in (
        (company.member, venue.trust_company.party_id),
        (company.member, "999999999"),
        (venue.operator, "999999999"),
        (venue.operator, company.market.buyer.party_id),
    ):
        response = venue.ask("GET", f"/v1/trust-companies/{party_id}/sla", who)
        assert (response.status_code, code_of(response)) == (404, "unknown_party")


def test_a_month_is_found_by_its_index(company: Company) -> None:
    company.step(company.match(), "confirm")
    asked: list[str] = []

    def remember(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    engine = company.venue.venue.services.reader
    event.listen(engine, "before_cursor_execute", remember)
    with engine.connect() as connection:
        party_id = int(company.member.party_id)
        found = list(
            transfers_ended(connection, trust_company_id=party_id, from_ns=START_NS, until_ns=2**62)
        )
        event.remove(engine, "before_cursor_execute", remember)
        (statement,) = asked
        driver = connection.connection.driver_connection
        assert driver is not None
        plan = driver.execute(f"EXPLAIN QUERY PLAN {statement}", (1, 1, 1)).fetchall()
    assert len(found) == 1
    (step,) = [row[3] for row in plan]
    assert step.startswith("SEARCH transfers USING INDEX transfers_ended ("), step
    assert "decided_at_ns>?" in step
