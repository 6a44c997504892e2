"""What taxes a sale may mean, over HTTP: told before it to who would sell, after it to who did."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from tests.api.reversals import reverse, settles
from tests.api.test_accrued_income import MILLIONS, clean_plan, order
from tests.api.venue import Market, Member, TestVenue

ROOT: Final = Path(__file__).parents[2]


def foreseen(
    market: Market, seller: Member, price: str, *, side: str = "SELL", quantity: str = "1000"
) -> Any:
    """The taxes that the preview of an order tells of."""
    body = {"symbol": market.symbol, "side": side, "price": price, "quantity": quantity}
    answer = market.venue.ask("POST", "/v1/orders/preview", seller, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["taxes"]


def amounts(taxes: Any) -> list[tuple[str, str, str, str]]:
    """Its lines, without their rates."""
    names = ("taxpayer", "tax", "base", "amount")
    return [tuple(line[name] for name in names) for line in taxes["lines"]]


def test_a_natural_person_is_told_before_the_sale_and_after_it(market: Market) -> None:
    taxes = foreseen(market, market.seller, "1.0600")
    assert (taxes["sale"], taxes["cost"], taxes["effective_on"]) == (
        "1060.00",
        "1000.00",
        "2016-05-01",
    )
    assert "仅供参考" in taxes["note_zh"]
    assert "no tax advice" in taxes["note_en"]
    assert [line["rate_bps"] for line in taxes["lines"]] == [0, 1200, 2000, 0]
    assert amounts(taxes) == [
        ("NATURAL_PERSON", "VAT", "60.00", "0.00"),
        ("NATURAL_PERSON", "SURCHARGES", "0.00", "0.00"),
        ("NATURAL_PERSON", "INCOME_TAX", "60.00", "12.00"),
        ("NATURAL_PERSON", "STAMP_DUTY", "1060.00", "0.00"),
    ]
    would = foreseen(market, market.seller, "1.0200")
    venue, transfer_id = market.venue, market.match("1000")["transfer_id"]
    path = f"/v1/transfers/{transfer_id}"
    assert venue.ask("GET", path, market.seller).json()["taxes"] is None, "not settled"

    etag = settles(market, transfer_id)

    told = venue.ask("GET", path, market.seller).json()["taxes"]
    assert told == would
    assert amounts(told)[2] == ("NATURAL_PERSON", "INCOME_TAX", "20.00", "4.00")
    listed = venue.ask("GET", "/v1/transfers?state=SETTLED", market.seller).json()["items"]
    assert [each["taxes"] for each in listed] == [told]
    for reader in (market.buyer, venue.trust_company, venue.operator):
        assert venue.ask("GET", path, reader).json()["taxes"] is None

    assert reverse(market, transfer_id, etag).status_code == 200
    assert venue.ask("GET", path, market.seller).json()["taxes"] is None, "no sale any more"


def test_an_institutions_cost_is_all_that_it_paid(market: Market) -> None:
    settles(market, market.match("1000")["transfer_id"])
    taxes = foreseen(market, market.buyer, "1.5000")
    # 1,020.00, 0.51 to the venue and 200.00 to the trust company.
    assert (taxes["sale"], taxes["cost"]) == ("1500.00", "1220.51")
    assert amounts(taxes) == [
        ("GENERAL", "VAT", "263.67", "15.82"),
        ("GENERAL", "SURCHARGES", "15.82", "1.90"),
        ("GENERAL", "STAMP_DUTY", "1500.00", "0.00"),
        ("SMALL_SCALE", "VAT", "271.35", "8.14"),
        ("SMALL_SCALE", "SURCHARGES", "8.14", "0.98"),
        ("SMALL_SCALE", "STAMP_DUTY", "1500.00", "0.00"),
    ]
    part = foreseen(market, market.buyer, "1.0000", quantity="300")
    # 1,220.51 * 300 / 1,000, rounded down; it is a loss.
    assert part["cost"] == "366.15"
    assert {line["amount"] for line in part["lines"]} == {"0.00"}


def test_who_buys_or_may_not_sell_is_told_nothing(market: Market) -> None:
    assert foreseen(market, market.buyer, "1.0200", side="BUY") is None
    assert foreseen(market, market.seller, "1.0200", quantity="10100") is None


def test_accrued_income_is_part_of_the_sale(venue: TestVenue) -> None:
    seller = venue.new_party("NATURAL_PERSON")
    symbol = clean_plan(venue, seller)
    wish = order(venue, symbol, "SELL", MILLIONS)
    del wish["client_order_id"]
    taxes = venue.ask("POST", "/v1/orders/preview", seller, json=wish).json()["taxes"]
    assert (taxes["sale"], taxes["cost"]) == ("3009863.01", "3000000.00")
    assert amounts(taxes)[2] == ("NATURAL_PERSON", "INCOME_TAX", "9863.01", "1972.60")


def test_nothing_of_the_engine_depends_on_taxes() -> None:
    """They are information: what is journaled is the same whatever the rates are."""
    reads = re.compile(r"^\s*(from|import) +(api\.taxes|exchange\.taxes|exchange import .*taxes)")
    readers = [
        path.name
        for package in ("exchange", "registry", "matching")
        for path in (ROOT / package).rglob("*.py")
        if any(reads.match(line) for line in path.read_text(encoding="utf-8").splitlines())
    ]
    assert readers == []
    source, *_ = (ROOT / "api" / "taxes" / "CN.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert source.startswith("source,")
    assert "for information only" in source.lower()
