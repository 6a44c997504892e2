"""A call auction's whole life over the API: the operator sets the times, orders gather and are told
of, all trade at one price, and title and money move as after any other match."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.founding import Licence
from exchange.types import VenueProfile
from tests.api.clearances import PACK
from tests.api.prices import disclose
from tests.api.rules import load_pack, set_rules
from tests.api.test_prices import ago
from tests.api.venue import SHORT_TERMS, Market, TestVenue, code_of, order_body


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """A product whose calendar's days last ten seconds, at a venue approved for auctions."""
    licence = Licence(profile=VenueProfile.JP_PTS, approval_ref="金監第7号")
    with TestVenue(tmp_path / "venue", licence=licence) as venue:
        made = Market.make(venue)
        symbol = venue.new_product(transfer_terms=SHORT_TERMS)
        venue.give_units(symbol, made.seller, "10000")
        yield Market(venue, symbol, made.seller, made.buyer)


def test_orders_gather_trade_at_one_price_and_settle(market: Market) -> None:
    venue, symbol = market.venue, market.symbol
    path = f"/v1/products/{symbol}/call-auction"
    nothing = venue.ask("GET", path, market.buyer)
    assert (nothing.status_code, code_of(nothing)) == (404, "not_found")
    venue.gather(symbol, 720)

    market.sell("0.9900", "300")
    resting = market.sell("1.0000", "300")
    winner = market.buy("1.0100", "400")
    assert winner["status"] == "OPEN"
    body = order_body("now", symbol, "BUY", "1.0100", "100") | {"post_only": True}
    plain_only = venue.ask("POST", "/v1/orders", market.buyer, json=body)
    assert code_of(plain_only) == "auction_plain_only"
    preview = {name: value for name, value in body.items() if name != "client_order_id"}
    told = venue.ask("POST", "/v1/orders/preview", market.buyer, json=preview).json()
    assert (told["accepted"], told["refusal"]["code"]) == (False, "auction_plain_only")
    told = venue.ask(
        "POST", "/v1/orders/preview", market.buyer, json=preview | {"post_only": False}
    ).json()
    assert (told["accepted"], told["fillable_quantity"]) == (True, "0")
    book = venue.ask("GET", f"/v1/products/{symbol}/book", market.buyer).json()
    assert book["crossed"] is True

    # What would trade is told to parties of the venue, and to nobody else.
    assert venue.ask("GET", path).status_code == 401
    assert venue.ask("GET", f"/v1/products/{symbol}/book").status_code == 401
    venue.clock.advance(2)
    venue.new_party()  # any command brings the time
    before = venue.ask("GET", path, market.buyer).json()
    assert before["indicative"] == {"price": "1.0000", "volume": "400", "surplus": "-200"}
    assert before["last"] is None

    venue.restart()
    venue.clock.advance(10)
    venue.new_party()
    after = venue.ask("GET", path, market.buyer).json()
    assert (after["last"]["price"], after["last"]["volume"]) == ("1.0000", "400")
    assert after["indicative"] is None
    assert after["opens_at"] > before["opens_at"]
    order = venue.ask("GET", f"/v1/orders/{winner['order_id']}", market.buyer).json()
    assert (order["status"], order["filled_quantity"]) == ("MATCHED", "400")
    left = venue.ask("GET", f"/v1/orders/{resting['order_id']}", market.seller).json()
    assert (left["status"], left["open_quantity"]) == ("PARTIALLY_MATCHED", "200")

    transfers = venue.ask("GET", "/v1/transfers", market.buyer).json()["items"]
    assert {(each["price"], each["state"]) for each in transfers} == {("1.0000", "SUBMITTED")}
    for transfer in transfers:
        answer = venue.ask(
            "POST",
            f"/v1/transfers/{transfer['transfer_id']}/confirm",
            venue.trust_company,
            key=venue.unique(),
            headers={"If-Match": f'"{transfer["version"]}"'},
        )
        assert answer.json()["state"] == "SETTLED"
    holdings = venue.ask("GET", "/v1/holdings", market.buyer).json()["items"]
    assert [each["total"] for each in holdings if each["symbol"] == symbol] == ["400"]


def test_an_auction_beyond_its_band_comes_again_and_then_trade_is_halted_for_five_minutes(
    market: Market,
) -> None:
    venue, symbol = market.venue, market.symbol
    pack_id = venue.unique("BAND").upper().replace("_", "-")
    pack = PACK.format(name=pack_id, queue="OPERATIONS").replace('"B"]', '"B", "M"]')
    load_pack(venue, pack)
    set_rules(venue, symbol, pack_id)
    venue.gather(symbol, 720)
    market.sell("1.0000", "300")
    market.buy("1.0000", "300")
    disclose(venue, symbol, nav={"value": "1.2000", "on": ago(venue, 0)})

    path = f"/v1/products/{symbol}/call-auction"
    goes_on(venue, 12)
    put_off = venue.ask("GET", path, market.buyer).json()
    assert (put_off["extended"], put_off["last"]) == (True, None)
    assert put_off["indicative"] == {"price": "1.0000", "volume": "300", "surplus": "0"}

    goes_on(venue, 301)
    (halt,) = venue.ask("GET", f"/v1/products/{symbol}").json()["halts"]
    assert (halt["level"], halt["reason"]) == ("PRODUCT", "PRICE_BAND")
    assert halt["review_at"] > halt["since"]
    assert venue.ask("GET", path, market.buyer).json()["extended"] is False
    body = order_body("late", symbol, "BUY", "1.2000", "100")
    refused = venue.ask("POST", "/v1/orders", market.buyer, json=body)
    assert code_of(refused) == "trade_halted"

    venue.restart()
    goes_on(venue, 301)
    assert venue.ask("GET", f"/v1/products/{symbol}").json()["halts"] == []
    ended = venue.ask("GET", f"/v1/halts/{halt['halt_id']}", venue.operator).json()
    assert ended["state"] == "LIFTED"
    assert ended["lifted_at"] >= halt["review_at"]
    assert venue.ask("GET", "/v1/transfers", market.buyer).json()["items"] == []


def goes_on(venue: TestVenue, seconds: int) -> None:
    """So much time passes, step by step, as at a venue that is awake."""
    while seconds > 0:
        venue.clock.advance(min(seconds, 30))
        venue.new_party()  # any command brings the time
        seconds -= 30
