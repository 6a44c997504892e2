"""Who owes income to whom is seen by both, the trust company and the operator, and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.api.prices import disclose
from tests.api.test_service_level import Company
from tests.api.venue import Member, TestVenue

DAY_S = 86_400


def day(venue: TestVenue, later: int) -> str:
    """So many days after today in Asia/Shanghai."""
    now = datetime.fromtimestamp(venue.clock.now_ns() // 10**9, UTC) + timedelta(hours=8)
    return (now + timedelta(days=later)).date().isoformat()


def claims(venue: TestVenue, by: Member, query: str = "") -> Any:
    answer = venue.ask("GET", f"/v1/market-claims{query}", by)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_claim_is_shown_to_whom_it_concerns(venue: TestVenue) -> None:
    company = Company(venue, {"calendar_id": "CN_WORKING"})
    market, symbol, trustee = company.market, company.market.symbol, company.member
    distributed, record = day(venue, -1), day(venue, 1)
    income = {"record_on": record, "payment_on": day(venue, 9)}
    said: dict[str, Any] = {"last_distribution_on": distributed, "next_income": income}
    benchmark = {"rate_bps": 365, "disclaimer": "PERFORMANCE_BENCHMARK"}
    assert disclose(venue, symbol, trustee, **said, benchmark=benchmark).status_code == 201
    matched = [company.match(), company.match()]
    matched_on = day(venue, 0)
    venue.time_passes(2 * DAY_S)
    for transfer_id in matched:
        company.step(transfer_id, "confirm")

    both = claims(venue, market.buyer)["items"]
    assert [each["transfer_id"] for each in both] == sorted(matched, key=int, reverse=True)
    assert both[0] == {
        "transfer_id": matched[1],
        "symbol": symbol,
        "trade_number": "2",
        "seller_id": market.seller.party_id,
        "buyer_id": market.buyer.party_id,
        "trust_company_id": trustee.party_id,
        "units": "100",
        "matched_on": matched_on,
        "record_on": record,
        "estimate": "0.02",  # two days of 3.65 % on 100.00
    }
    for by in (market.seller, trustee, venue.operator):
        assert claims(venue, by)["items"] == both
    for by in (venue.new_party(), venue.trust_company):
        assert claims(venue, by)["items"] == []
    first = claims(venue, market.seller, "?limit=1")
    assert first["items"] == both[:1]
    rest = claims(venue, market.seller, f"?limit=1&cursor={first['next_cursor']}")
    assert (rest["items"], rest["next_cursor"]) == (both[1:], None)
    raised = venue.ask("GET", "/v1/exceptions?kind=MARKET_CLAIM", trustee).json()
    assert {each["subject_id"] for each in raised["items"]} == set(matched)
