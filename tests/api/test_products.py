"""Products and their books over HTTP."""

from typing import Any
from zlib import crc32

import pytest

from tests.api.venue import Market, TestVenue, code_of, product_body


def test_a_product_is_shown_on_its_terms(market: Market) -> None:
    venue = market.venue
    response = venue.ask("GET", f"/v1/products/{market.symbol}")

    shown = response.json()
    assert response.headers["etag"] == '"1"'
    body = product_body(market.symbol, venue.trust_company.party_id)
    assert {name: shown[name] for name in body} == body
    assert (
        shown["trust_company_name"]
        == venue.ask("GET", "/v1/session", venue.trust_company).json()["party_name"]
    )
    assert shown["trust_company_name"]
    assert (shown["price_scale"], shown["time_zone"]) == (4, "Asia/Shanghai")
    listed = venue.ask("GET", "/v1/products?limit=500").json()["items"]
    assert shown in listed


def test_an_open_ended_product_has_neither_maturity_nor_benchmark(venue: TestVenue) -> None:
    symbol = venue.new_product(maturity_date=None, benchmark_bps=None)

    shown = venue.ask("GET", f"/v1/products/{symbol}").json()

    assert shown["maturity_date"] is shown["benchmark_bps"] is None


def test_a_product_shows_the_documents_that_it_asks_for(venue: TestVenue) -> None:
    asked = {
        "agreement": True,
        "dual_recording": True,
        "checklist": [{"kind": "AUTHORITY", "of": "SELLER"}, {"kind": "SCAN", "of": None}],
    }
    symbol = venue.new_product(transfer_terms=asked)

    terms = venue.ask("GET", f"/v1/products/{symbol}").json()["transfer_terms"]

    assert {name: terms[name] for name in asked} == asked


@pytest.mark.parametrize(
    "asked",
    [
        {"dual_recording": True},
        {"checklist": [{"kind": "SCAN"}]},
        {"agreement": True, "checklist": [{"kind": "SCAN"}, {"kind": "SCAN", "of": None}]},
    ],
    ids=repr,
)
def test_documents_need_an_agreement_and_are_asked_for_once(
    venue: TestVenue, asked: dict[str, Any]
) -> None:
    body = product_body("NEW-2", venue.trust_company.party_id) | {"transfer_terms": asked}

    response = venue.ask("POST", "/v1/products", venue.operator, key=venue.unique(), json=body)

    assert (response.status_code, code_of(response)) == (422, "terms_out_of_range")


def test_products_are_listed_in_pages(venue: TestVenue) -> None:
    made = [venue.new_product() for _ in range(5)]

    seen: list[str] = []
    cursor = ""
    while True:
        page = venue.ask("GET", f"/v1/products?limit=2{cursor}").json()
        seen += [item["symbol"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen[-5:] == made
    assert len(seen) == len(set(seen))


def test_the_book_is_one_atomic_state_with_the_feeds_counters(market: Market) -> None:
    market.sell("1.0300", "300")
    market.sell("1.0400", "100")
    market.sell("1.0400", "200")
    market.buy("1.0200", "500")

    response = market.venue.ask("GET", f"/v1/products/{market.symbol}/book")

    book = response.json()
    assert book["bids"] == [["1.0200", "500", 1]]
    assert book["asks"] == [["1.0300", "300", 1], ["1.0400", "300", 2]]
    assert book["seq"] == 4
    assert book["eseq"] == market.venue.sequence
    assert book["epoch"] == market.venue.venue.exchange.epoch
    assert book["crc"] == crc32(b"B|1.0200:500|A|1.0300:300|1.0400:300")


def test_the_checksum_covers_ten_levels_whatever_depth_is_asked_for(market: Market) -> None:
    for number in range(12):
        market.sell(f"1.{number + 10}00", "100")

    path = f"/v1/products/{market.symbol}/book"
    one, all_of_it = (market.venue.ask("GET", f"{path}?depth={depth}").json() for depth in (1, 50))

    assert len(one["asks"]) == 1
    assert len(all_of_it["asks"]) == 12
    top = "".join(f"|1.{number + 10}00:100" for number in range(10))
    assert one["crc"] == all_of_it["crc"] == crc32(f"B|A{top}".encode())


def test_an_empty_book_has_the_published_checksum(market: Market) -> None:
    book = market.venue.ask("GET", f"/v1/products/{market.symbol}/book").json()

    assert (book["bids"], book["asks"], book["crc"]) == ([], [], 235849536)


def test_the_books_counters_go_on_after_a_restart(venue: TestVenue) -> None:
    market = Market.make(venue)
    market.sell("1.0300", "300")
    path = f"/v1/products/{market.symbol}/book"
    before = venue.ask("GET", path).json()

    venue.restart()

    after = venue.ask("GET", path).json()
    assert (after["epoch"], after["seq"], after["crc"]) == (
        before["epoch"],
        before["seq"],
        before["crc"],
    )
