"""Market modes and the venue's licence over HTTP."""

from __future__ import annotations

from pathlib import Path

import httpx

from api.founding import Licence
from exchange.types import VenueProfile
from tests.api.command_line import make_venue, trustex_here
from tests.api.venue import Market, TestVenue, code_of

TWICE_A_DAY = {"uncross_minutes": [600, 870], "window_minutes": 5}


def test_a_product_goes_from_one_mode_to_another(venue: TestVenue) -> None:
    symbol = venue.new_product()
    path = f"/v1/products/{symbol}/market-mode"
    before = venue.ask("GET", f"/v1/products/{symbol}")
    assert before.json()["market_mode"] == "CONTINUOUS"

    body = {"market_mode": "CALL_AUCTION", "call_auction": TWICE_A_DAY}
    answer = venue.ask("POST", path, venue.operator, key=venue.unique(), json=body)

    expected = {"symbol": symbol, "market_mode": "CALL_AUCTION", "version": 1}
    assert answer.json() == {**expected, "call_auction": TWICE_A_DAY, "coming_mode": None}
    assert venue.ask("GET", path).json() == answer.json()
    assert venue.ask("GET", path).headers["etag"] == answer.headers["etag"] == '"1"'
    after = venue.ask("GET", f"/v1/products/{symbol}")
    assert after.json() == before.json() | {"market_mode": "CALL_AUCTION"}
    assert after.headers["etag"] != before.headers["etag"]
    venue.restart()
    assert venue.ask("GET", path).json() == answer.json()


def test_a_change_of_mode_waits_for_a_second_officer(venue: TestVenue) -> None:
    symbol, (maker, checker) = venue.new_product(), venue.pair()
    path = f"/v1/products/{symbol}/market-mode"
    body = {"market_mode": "CALL_AUCTION", "call_auction": TWICE_A_DAY}
    proposed = venue.ask("POST", path, maker, key=venue.unique(), json=body)
    assert proposed.status_code == 202
    act = proposed.json()["act"]
    assert (act["type"], act["mode"], act["terms"]) == (
        "SetMarketMode",
        "CALL_AUCTION",
        TWICE_A_DAY,
    )
    assert venue.ask("GET", path).json()["market_mode"] == "CONTINUOUS"
    approval = f"/v1/proposals/{proposed.json()['proposal_id']}/approve"
    venue.do("POST", approval, checker, json={"digest": proposed.json()["digest"]})
    assert venue.ask("GET", path).json()["call_auction"] == TWICE_A_DAY


def test_a_venue_tells_its_licence_and_keeps_to_it(tmp_path: Path) -> None:
    licence = Licence(profile=VenueProfile.CN_VENUE_38, approval_ref="沪金 2026-1")
    with TestVenue(tmp_path / "venue", licence=licence) as venue:
        told = venue.ask("GET", "/v1/venue").json()
        assert (told["profile"], told["approval_ref"]) == ("CN_VENUE_38", "沪金 2026-1")
        modes = {each["market_mode"]: each for each in told["market_modes"]}
        assert modes["RFQ"]["permission"] == "CONDITIONAL"
        barred = [name for name, each in modes.items() if not each["allowed"]]
        assert barred == ["CONTINUOUS", "CALL_AUCTION"]

        market = Market.make(venue)
        path = f"/v1/products/{market.symbol}"
        product = venue.ask("GET", path)
        assert product.json()["market_mode"] == "NEGOTIATED"
        refused = venue.ask(
            "POST",
            f"{path}/market-mode",
            venue.operator,
            key=venue.unique(),
            json={"market_mode": "CONTINUOUS"},
        )
        assert (refused.status_code, code_of(refused)) == (422, "mode_day_out_of_range")
        refused = venue.ask(
            "POST",
            f"{path}/market-mode",
            venue.operator,
            key=venue.unique(),
            json={"market_mode": "CONTINUOUS", "effective_on": "2026-11-24"},
        )
        assert (refused.status_code, code_of(refused)) == (409, "mode_not_licensed")


def test_a_mode_is_announced_where_the_licence_asks_for_notice(tmp_path: Path) -> None:
    licence = Licence(profile=VenueProfile.CN_VENUE_38)
    with TestVenue(tmp_path / "venue", licence=licence) as venue:
        assert venue.ask("GET", "/v1/venue").json()["notice_working_days"] == 1
        path = f"/v1/products/{venue.new_product()}"
        body = {"market_mode": "LISTED_PRICE", "effective_on": "2026-11-24"}
        told = venue.do("POST", f"{path}/market-mode", venue.operator, json=body)
        assert told == body | {"call_auction": None}
        venue.restart()
        for shown in (path, f"{path}/market-mode"):
            product = venue.ask("GET", shown).json()
            assert (product["market_mode"], product["coming_mode"]) == ("NEGOTIATED", told)
        venue.time_passes(3 * 86_400)
        product = venue.ask("GET", path).json()
        assert (product["market_mode"], product["coming_mode"]) == ("LISTED_PRICE", None)


def test_an_announced_mode_is_called_off_by_two_officers_before_its_day(tmp_path: Path) -> None:
    licence = Licence(profile=VenueProfile.CN_VENUE_38)
    with TestVenue(tmp_path / "venue", licence=licence) as venue:
        symbol, (maker, checker) = venue.new_product(), venue.pair()
        path = f"/v1/products/{symbol}/market-mode"
        body = {"market_mode": "LISTED_PRICE", "effective_on": "2026-11-24"}

        def by_two(path: str, body: dict[str, str]) -> httpx.Response:
            proposed = venue.ask("POST", path, maker, key=venue.unique(), json=body)
            assert proposed.status_code == 202
            approval = f"/v1/proposals/{proposed.json()['proposal_id']}/approve"
            read = {"digest": proposed.json()["digest"]}
            return venue.ask("POST", approval, checker, key=venue.unique(), json=read)

        assert by_two(path, body).status_code == 200
        announced = venue.ask("GET", path).json()
        assert announced["coming_mode"] == body | {"call_auction": None}
        other_day = body | {"effective_on": "2026-11-25"}
        refused = by_two(f"{path}/call-off", other_day)
        assert (refused.status_code, code_of(refused)) == (409, "mode_not_announced")
        assert by_two(f"{path}/call-off", body).status_code == 200
        venue.restart()
        for shown in (path, f"/v1/products/{symbol}"):
            product = venue.ask("GET", shown).json()
            assert (product["market_mode"], product["coming_mode"]) == ("NEGOTIATED", None)
        venue.clock.advance(3 * 86_400)
        venue.new_party()  # any command brings the time, which has jumped
        venue.do("POST", "/v1/venue/clock", venue.operator)
        venue.new_party()
        assert venue.ask("GET", path).json()["market_mode"] == "NEGOTIATED"


def test_what_is_called_off_answers_with_the_mode_that_stays(tmp_path: Path) -> None:
    licence = Licence(profile=VenueProfile.CN_VENUE_38)
    with TestVenue(tmp_path / "venue", licence=licence) as venue:
        path = f"/v1/products/{venue.new_product()}/market-mode"
        before = venue.ask("GET", path)
        body = {"market_mode": "LISTED_PRICE", "effective_on": "2026-11-24"}
        venue.do("POST", path, venue.operator, json=body)
        key = venue.unique()
        for _ in range(2):  # asked again the same is answered
            off = venue.ask("POST", f"{path}/call-off", venue.operator, key=key, json=body)
            assert off.json() == before.json() == venue.ask("GET", path).json()
            assert off.headers["etag"] == before.headers["etag"]


def test_init_opens_a_venue_under_the_licence_that_is_named(tmp_path: Path) -> None:
    options = ("--licence", "JP_PTS", "--approval-ref", "第1号")
    assert make_venue(tmp_path / "jp", *options)["profile"] == "JP_PTS"
    for wrong in (("--licence", "JP"), ("--approval-ref", " ")):
        refused = trustex_here("init", str(tmp_path / "wrong"), *wrong)
        assert refused.returncode == 2
        assert not (tmp_path / "wrong").exists()
