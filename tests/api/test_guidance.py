"""What may guide a price, over HTTP: figures of enough cases, and none of fewer."""

from typing import Any

from tests.api.prices import disclose
from tests.api.test_service_level import Company
from tests.api.venue import Market, TestVenue


def guidance(market: Market) -> Any:
    response = market.venue.ask("GET", f"/v1/products/{market.symbol}/guidance")
    assert response.status_code == 200, response.text
    return response.json()


def trade(market: Market, price: str) -> None:
    market.sell(price, "100")
    market.buy(price, "100")


def test_of_fewer_than_three_deals_no_median_is_told(market: Market) -> None:
    told = guidance(market)
    assert (told["deals"], told["newest"], told["median_price"]) == (0, [], None)
    trade(market, "1.0300")
    trade(market, "1.0100")
    told = guidance(market)
    assert (told["deals"], told["median_price"]) == (2, None)
    trade(market, "1.0200")
    told = guidance(market)
    assert (told["deals"], told["median_price"]) == (3, "1.0200")
    assert [deal["price"] for deal in told["newest"]] == ["1.0200", "1.0100", "1.0300"]
    assert told["newest"][0]["quantity"] == "100"


def test_the_newest_five_deals_are_named_and_all_are_counted(market: Market) -> None:
    for number in range(7):
        trade(market, f"1.0{number}00")
    told = guidance(market)
    assert told["deals"] == 7
    assert [deal["price"] for deal in told["newest"]] == [
        f"1.0{number}00" for number in (6, 5, 4, 3, 2)
    ]


def test_par_goes_with_what_was_disclosed(market: Market) -> None:
    told = guidance(market)
    assert (told["par_value"], told["nav"], told["par_with_accrued"]) == ("1.0000", None, None)
    nav = {"value": "1.0150", "on": "2026-11-12"}
    assert disclose(market.venue, market.symbol, nav=nav).status_code == 201
    told = guidance(market)
    assert (told["nav"], told["nav_age_days"]) == ("1.0150", 10)


def test_how_long_an_answer_takes_is_told_of_three(venue: TestVenue) -> None:
    company = Company(venue)
    transfers = [company.match() for _ in range(3)]
    company.pass_time(5)
    company.step(transfers[0], "confirm")
    company.step(transfers[1], "confirm")
    told = guidance(company.market)
    assert (told["answers"], told["median_days"], told["money_usual_on"]) == (2, None, None)
    company.pass_time(17)
    company.step(transfers[2], "confirm")
    told = guidance(company.market)
    assert told["answers"] == 3
    assert (told["median_days"], told["percentile_95_days"]) == (1, 3)
    assert told["money_usual_on"] <= told["money_late_on"]
    assert told["money_late_on"] == "2026-11-22"
    # Days of this calendar last ten seconds: what comes when is told to the second.
    assert told["working_day_s"] == "10.000"
    assert told["money_usual_at"] < told["money_late_at"]
    assert told["money_late_at"].startswith("2026-11-22T")
