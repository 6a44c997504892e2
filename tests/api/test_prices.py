"""Disclosures and prices over HTTP."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.api.evidence.files import attached
from tests.api.prices import disclose, quote
from tests.api.venue import Market, TestVenue, code_of

DAY_S = 86_400
INCOME_ON_NO_DAY = {"next_income": {"record_on": "2026-02-30", "payment_on": "2026-03-01"}}


def today(venue: TestVenue) -> date:
    """In Shanghai, by the venue's clock."""
    seconds = venue.clock.now_ns() // 10**9
    return datetime.fromtimestamp(seconds, ZoneInfo("Asia/Shanghai")).date()


def ago(venue: TestVenue, days: int) -> str:
    return (today(venue) - timedelta(days=days)).isoformat()


def plan(venue: TestVenue) -> str:
    """The plan of the rulebook's example: 6 % a year, 73 days since its last distribution, 292 days
    to its maturity."""
    symbol = venue.new_product(
        benchmark_bps=600, maturity_date=ago(venue, -292), par_value="1.0000", tick="0.0001"
    )
    assert disclose(venue, symbol, last_distribution_on=ago(venue, 73)).status_code == 201
    return symbol


def pricing(venue: TestVenue, symbol: str) -> dict[str, Any]:
    shown: dict[str, Any] = venue.ask("GET", f"/v1/products/{symbol}").json()["pricing"]
    return shown


def test_before_any_disclosure_a_product_shows_its_benchmark_with_the_disclaimer(
    venue: TestVenue,
) -> None:
    symbol = venue.new_product(benchmark_bps=600)
    shown = pricing(venue, symbol)
    facts = shown["facts"]
    assert facts["benchmark"] == {
        "rate_bps": 600,
        "disclaimer": "PERFORMANCE_BENCHMARK",
        "disclaimer_zh": "业绩比较基准不是对收益的承诺或保证，投资者可能损失本金。",
        "disclaimer_en": "A performance benchmark is no promise or guarantee of return; "
        "principal may be lost.",
    }
    assert (facts["quote_basis"], facts["nav"], facts["disclosed_at"]) == ("DIRTY", None, None)
    assert shown["pricing_date"] == today(venue).isoformat()
    assert shown["accrued_per_unit"] is shown["nav_age_days"] is shown["last_deal"] is None


def test_what_is_disclosed_is_shown_with_its_age(venue: TestVenue) -> None:
    symbol = plan(venue)
    answer = disclose(
        venue,
        symbol,
        nav={"value": "1.0321", "on": ago(venue, 3)},
        next_income={"record_on": ago(venue, -10), "payment_on": ago(venue, -20)},
        risk_level=4,
        benchmark={"rate_bps": 610, "disclaimer": "LEGACY_EXPECTED_YIELD"},
        text_zh="第三季度报告",
    )
    assert answer.status_code == 201, answer.text
    shown = pricing(venue, symbol)
    assert answer.json()["facts"] == shown["facts"]
    assert answer.json()["text_zh"] == "第三季度报告"
    facts = shown["facts"]
    assert (facts["nav"], facts["nav_on"], shown["nav_age_days"]) == ("1.0321", ago(venue, 3), 3)
    assert (facts["next_record_on"], facts["next_payment_on"]) == (ago(venue, -10), ago(venue, -20))
    product = venue.ask("GET", f"/v1/products/{symbol}").json()
    assert (product["risk_level"], product["benchmark_bps"]) == (4, 610)
    assert "不是对收益的承诺" in facts["benchmark"]["disclaimer_zh"]


def test_a_disclosure_says_what_its_documents_are(venue: TestVenue) -> None:
    symbol = venue.new_product()
    links = [
        attached(venue, venue.trust_company, "PRODUCT", symbol, kind=kind)
        for kind in ("SCAN", "NOTICE")
    ]
    named = [links[1]["link_id"], links[0]["link_id"]]
    made = disclose(venue, symbol, text_zh="管理报告", documents=named)
    assert made.status_code == 201, made.text
    (listed,) = venue.ask("GET", f"/v1/products/{symbol}/disclosures").json()["items"]
    for told in (made.json(), listed):
        assert told["documents"] == named
        assert [(each["link_id"], each["kind"]) for each in told["attached"]] == [
            (named[0], "NOTICE"),
            (named[1], "SCAN"),
        ]
        assert told["attached"][0]["attached_at"] == links[1]["attached_at"]


def test_a_price_is_typed_in_one_way_and_seen_in_all(venue: TestVenue) -> None:
    symbol = plan(venue)
    path = f"/v1/products/{symbol}/price"
    assert pricing(venue, symbol)["accrued_per_unit"] == "0.0120"
    typed = {"CLEAN": "0.9850", "DIRTY": "0.997", "YIELD": "7.8987"}
    for basis, value in typed.items():
        answer = venue.ask("GET", f"{path}?basis={basis}&value={value}").json()
        assert answer == {
            "symbol": symbol,
            "pricing_date": today(venue).isoformat(),
            "basis": basis,
            "value": value,
            "quotes": {
                "clean": "0.9850",
                "full": "0.9970",
                "nav_discount": None,
                "yearly_yield": "7.8987",
                "estimate_zh": "测算，非承诺",
                "estimate_en": "An estimate, not a promise",
            },
        }


def test_a_discount_may_be_a_premium(venue: TestVenue) -> None:
    symbol = plan(venue)
    disclose(venue, symbol, nav={"value": "1.0500", "on": ago(venue, 0)})
    path = f"/v1/products/{symbol}/price?basis=NAV_DISCOUNT&value=-2"
    quotes = venue.ask("GET", path).json()["quotes"]
    assert (quotes["full"], quotes["nav_discount"]) == ("1.0710", "-2.0000")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("basis=CLEAN&value=0", 422, "price_out_of_range"),
        ("basis=DIRTY&value=-1", 422, "price_out_of_range"),
        ("basis=NAV_DISCOUNT&value=1", 422, "quote_basis_conflict"),
        ("basis=PAR&value=1", 422, "validation_failed"),
        ("basis=DIRTY&value=1.00001", 422, "validation_failed"),
        ("basis=DIRTY&value=+1", 422, "validation_failed"),
        ("basis=DIRTY", 422, "validation_failed"),
    ],
)
def test_what_is_no_price_is_refused(venue: TestVenue, query: str, status: int, code: str) -> None:
    answer = venue.ask("GET", f"/v1/products/{venue.new_product()}/price?{query}")
    assert (answer.status_code, code_of(answer)) == (status, code), answer.text


def test_the_last_deal_says_what_its_price_means(market: Market) -> None:
    venue, symbol = market.venue, market.symbol
    disclose(venue, symbol, nav={"value": "1.1000", "on": ago(venue, 0)})
    market.match()
    deal = pricing(venue, symbol)["last_deal"]
    path = f"/v1/products/{symbol}/price?basis=DIRTY&value={deal['price']}"
    assert deal["quotes"] == venue.ask("GET", path).json()["quotes"]
    assert float(deal["quotes"]["nav_discount"]) > 0


def test_what_was_known_on_a_day_can_be_asked_for(venue: TestVenue) -> None:
    symbol = venue.new_product()
    first = disclose(venue, symbol, risk_level=3).json()
    path = f"/v1/products/{symbol}/disclosures"
    day = today(venue)
    venue.time_passes(2 * DAY_S)
    second = disclose(venue, symbol, venue.operator, text_en="later").json()
    assert second["facts"]["risk_level"] == 3
    assert second["published_by"] == venue.operator.party_id
    assert venue.ask("GET", path).json()["items"] == [second, first]
    for asked, expected in ((day, [first]), (day - timedelta(days=1), [])):
        assert venue.ask("GET", f"{path}?as_of={asked}").json()["items"] == expected
    page = venue.ask("GET", f"{path}?limit=1").json()
    rest = venue.ask("GET", f"{path}?limit=1&cursor={page['next_cursor']}").json()
    assert page["items"] + rest["items"] == [second, first]


def test_a_clean_quote_is_set_once_its_income_is_known(venue: TestVenue) -> None:
    symbol = venue.new_product(benchmark_bps=600)
    assert code_of(quote(venue, symbol, "CLEAN")) == "quote_basis_conflict"
    disclose(venue, symbol, last_distribution_on=ago(venue, 20))
    answer = quote(venue, symbol, "CLEAN")
    assert (answer.status_code, answer.json()["facts"]["quote_basis"]) == (200, "CLEAN")
    assert pricing(venue, symbol)["facts"]["quote_basis"] == "CLEAN"


def test_a_disclosure_is_answered_again_as_it_was(venue: TestVenue) -> None:
    symbol, key = venue.new_product(), venue.unique()
    path = f"/v1/products/{symbol}/disclosures"
    body = {"risk_level": 3}
    first = venue.ask("POST", path, venue.trust_company, key=key, json=body)
    disclose(venue, symbol, risk_level=5)
    again = venue.ask("POST", path, venue.trust_company, key=key, json=body)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"nav": {"value": "0", "on": "2026-01-01"}}, "/nav/value"),
        ({"nav": {"value": "1.00", "on": "2026-02-30"}}, "/nav/on"),
        (INCOME_ON_NO_DAY, "/next_income/record_on"),
        ({"last_distribution_on": "2026-02-30"}, "/last_distribution_on"),
    ],
)
def test_a_field_that_cannot_be_is_pointed_at(
    venue: TestVenue, said: dict[str, Any], pointer: str
) -> None:
    answer = disclose(venue, venue.new_product(), **said)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_facts_are_as_they_were_after_a_restart(venue: TestVenue) -> None:
    symbol = plan(venue)
    before = pricing(venue, symbol)
    venue.restart()
    assert pricing(venue, symbol) == before


def test_an_officer_of_the_trust_company_discloses_with_a_key_of_his_own(venue: TestVenue) -> None:
    symbol = venue.new_product()
    answer = disclose(venue, symbol, venue.reviewer(), last_distribution_on=ago(venue, 1))
    assert answer.status_code == 201, answer.text
    stranger = venue.new_party("TRUST_COMPANY")
    assert disclose(venue, symbol, stranger, last_distribution_on=ago(venue, 0)).status_code != 201
