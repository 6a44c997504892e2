"""Orders over HTTP: placing, reading, replacing, cancelling, and asking beforehand."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from exchange.book_view import BookLevel, BookView
from matching import Side
from tests.api.venue import Market, TestVenue, code_of, order_body


def test_an_order_that_meets_nobody_rests(market: Market) -> None:
    order = market.sell("1.02", "1000")

    assert order["status"] == "OPEN"
    assert (order["price"], order["open_quantity"], order["fills"]) == ("1.0200", "1000", [])
    shown = market.venue.ask("GET", f"/v1/orders/{order['order_id']}", market.seller)
    assert shown.headers["etag"] == '"1"'
    assert shown.json() == {
        "order_id": order["order_id"],
        "party_id": market.seller.party_id,
        "client_order_id": order["client_order_id"],
        "symbol": market.symbol,
        "side": "SELL",
        "price": "1.0200",
        "quantity": "1000",
        "open_quantity": "1000",
        "filled_quantity": "0",
        "reserved_money": None,
        "reserved_units": "1000",
        "consideration": "0.00",
        "accrued": "0.00",
        "fees": "0.00",
        "time_in_force": "GOOD_TILL_CANCELLED",
        "post_only": False,
        "expires_at": None,
        "minimum_quantity": None,
        "all_or_none": False,
        "whole_only": False,
        "status": "OPEN",
        "version": 1,
        "placed_at": "2026-11-22T04:00:00.000000Z",
        "changed_at": "2026-11-22T04:00:00.000000Z",
        "findings": None,
        "means": None,
    }


def test_a_crossing_order_trades_at_the_makers_price_and_opens_a_transfer(market: Market) -> None:
    market.sell("1.0200", "1000")

    order = market.buy("1.0500", "1500")

    assert order["status"] == "PARTIALLY_MATCHED"
    assert (order["filled_quantity"], order["open_quantity"]) == ("1000", "500")
    (fill,) = order["fills"]
    # 0.05 % of 1,020.00, and 0.10 % of the principal but 200 at least.
    assert fill == {
        "trade_number": 1,
        "transfer_id": fill["transfer_id"],
        "price": "1.0200",
        "quantity": "1000",
        "consideration": "1020.00",
        "accrued": None,
        "fee_venue": "0.51",
        "fee_trust_company": "200.00",
    }


def test_the_answer_to_a_sell_has_the_sellers_fees(market: Market) -> None:
    market.buy("1.0200", "1000")

    (fill,) = market.sell("1.0200", "1000")["fills"]

    assert (fill["fee_venue"], fill["fee_trust_company"]) == ("1.02", "200.00")


def test_an_answer_has_the_fills_of_its_own_order_only(market: Market) -> None:
    bid = market.buy("1.0200", "2000", all_or_none=True)
    assert (bid["status"], bid["all_or_none"]) == ("OPEN", True)
    first = market.sell("1.0100", "1500")
    assert first["fills"] == []

    second = market.sell("1.0200", "800")

    # The bid took 1,500 of the first and 500 of the second: each has what is its own.
    (fill,) = second["fills"]
    assert (fill["price"], fill["quantity"]) == ("1.0200", "500")
    assert (second["status"], second["open_quantity"]) == ("PARTIALLY_MATCHED", "300")
    shown = market.venue.ask("GET", f"/v1/orders/{first['order_id']}", market.seller).json()
    assert shown["status"] == "MATCHED"
    book = market.venue.ask("GET", f"/v1/products/{market.symbol}/book", market.seller).json()
    assert (book["bids"], book["asks"], book["crossed"]) == ([], [["1.0200", "300", 1]], False)


def test_a_book_that_stands_crossed_says_so(market: Market) -> None:
    bid = market.buy("1.0300", "2000", minimum_quantity="1000")
    assert bid["minimum_quantity"] == "1000"

    market.sell("1.0200", "500")

    book = market.venue.ask("GET", f"/v1/products/{market.symbol}/book", market.seller).json()
    assert book["crossed"] is True
    assert book["bids"] == [["1.0300", "2000", 1]]
    assert book["asks"] == [["1.0200", "500", 1]]


@pytest.mark.parametrize(
    ("time_in_force", "status", "filled"),
    [("IMMEDIATE_OR_CANCEL", "CANCELLED", "1000"), ("FILL_OR_KILL", "MATCHED", "1000")],
)
def test_an_order_that_does_not_rest_says_what_became_of_it(
    market: Market, time_in_force: str, status: str, filled: str
) -> None:
    market.sell("1.0200", "1000")
    quantity = "1500" if status == "CANCELLED" else "1000"

    order = market.buy("1.0200", quantity, time_in_force=time_in_force)

    assert (order["status"], order["filled_quantity"], order["open_quantity"]) == (
        status,
        filled,
        "0",
    )


def test_an_order_expires_when_its_time_comes(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        order = market.sell("1.0200", "1000", expires_at="2026-11-22T04:00:30Z")
        assert order["expires_at"] == "2026-11-22T04:00:30.000000Z"

        venue.clock.advance(30)
        venue.new_party()

        path = f"/v1/orders/{order['order_id']}"
        assert venue.ask("GET", path, market.seller).json()["status"] == "EXPIRED"


def test_orders_are_listed_newest_first_in_pages(market: Market) -> None:
    placed = [market.sell(f"1.0{number}00", "100")["order_id"] for number in range(5)]

    seen: list[str] = []
    path: str | None = "/v1/orders?limit=2"
    while path is not None:
        response = market.venue.ask("GET", path, market.seller)
        page = response.json()
        seen += [item["order_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        link = response.headers.get("link")
        assert (link is None) is (cursor is None)
        path = None if link is None else link.removeprefix("<").partition(">")[0]

    assert seen == placed[::-1]


def test_orders_are_listed_by_product_and_status(market: Market) -> None:
    venue = market.venue
    other = venue.new_product()
    venue.give_units(other, market.seller, "1000")
    elsewhere = venue.place(market.seller, other, "SELL", "1.0000", "100")["order_id"]
    matched = market.sell("1.0200", "100")["order_id"]
    market.buy("1.0200", "100")
    resting = market.sell("1.0200", "100")["order_id"]

    def listed(query: str) -> list[str]:
        items = venue.ask("GET", f"/v1/orders?{query}", market.seller).json()["items"]
        return [item["order_id"] for item in items]

    assert listed(f"symbol={other}") == [elsewhere]
    assert listed(f"symbol={market.symbol}&status=OPEN") == [resting]
    assert listed("status=MATCHED") == [matched]
    assert listed("status=EXPIRED") == []
    assert code_of(venue.ask("GET", "/v1/orders?symbol=NONE-1", market.seller)) == "unknown_product"


@pytest.mark.parametrize(
    ("price", "quantity", "kept"),
    [
        ("1.0200", "500", True),
        ("1.0200", "1000", True),
        ("1.0200", "1100", False),
        ("1.0300", "500", False),
    ],
)
def test_a_replacement_says_whether_the_order_kept_its_place(
    market: Market, price: str, quantity: str, *, kept: bool
) -> None:
    order_id = market.sell("1.0200", "1000")["order_id"]

    answer = market.venue.do(
        "PATCH",
        f"/v1/orders/{order_id}",
        market.seller,
        json={"price": price, "quantity": quantity},
    )

    assert answer["priority_kept"] is kept
    assert (answer["price"], answer["open_quantity"], answer["fills"]) == (price, quantity, [])
    shown = market.venue.ask("GET", f"/v1/orders/{order_id}", market.seller).json()
    assert (shown["price"], shown["open_quantity"]) == (price, quantity)
    assert shown["reserved_units"] == quantity


def test_a_replacement_that_crosses_trades(market: Market) -> None:
    market.sell("1.0200", "400")
    order_id = market.buy("1.0000", "1000")["order_id"]

    answer = market.venue.do(
        "PATCH",
        f"/v1/orders/{order_id}",
        market.buyer,
        json={"price": "1.0200", "quantity": "1000"},
    )

    assert answer["open_quantity"] == "600"
    assert [fill["quantity"] for fill in answer["fills"]] == ["400"]


def test_a_cancelled_order_gives_back_what_it_reserved(market: Market) -> None:
    order_id = market.buy("1.0000", "1000")["order_id"]

    answer = market.venue.do("DELETE", f"/v1/orders/{order_id}", market.buyer)

    # 1,000.00 and the fees: 0.50 and 200.00.
    assert answer["released_money"] == "1200.50"
    assert answer["released_units"] is None
    assert answer["cancelled_quantity"] == "1000"
    cash = market.venue.ask("GET", "/v1/cash", market.buyer).json()
    assert (cash["available"], cash["reserved"]) == ("1000000.00", "0.00")


def test_quantities_have_the_decimals_of_their_product(market: Market) -> None:
    venue = market.venue
    symbol = venue.new_product(quantity_scale=4, lot="0.0001", units_issued="1000.0000")
    venue.give_units(symbol, market.seller, "12.5")

    order = venue.place(market.seller, symbol, "SELL", "1.0000", "0.0001")

    assert order["quantity"] == "0.0001"
    (holding,) = [
        item
        for item in venue.ask("GET", "/v1/holdings", market.seller).json()["items"]
        if item["symbol"] == symbol
    ]
    assert holding == {
        "symbol": symbol,
        "total": "12.5000",
        "available": "12.4999",
        "reserved": "0.0001",
        "locked": "0.0000",
        "pledged": "0.0000",
        "frozen": "0.0000",
        "cost": "12.50",
    }


def _preview(market: Market, side: str, price: str, quantity: str, **more: object) -> Any:
    member = market.seller if side == "SELL" else market.buyer
    body = order_body("none", market.symbol, side, price, quantity) | more
    del body["client_order_id"]
    response = market.venue.ask("POST", "/v1/orders/preview", member, json=body)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_preview_tells_fees_and_reserve_and_journals_nothing(market: Market) -> None:
    market.sell("1.0200", "400")
    market.sell("1.0300", "400")
    sequence = market.venue.sequence

    told = _preview(market, "BUY", "1.0500", "1000")

    assert market.venue.sequence == sequence
    rules = [(each["rule_id"], each["verdict"]) for each in told.pop("findings")]
    assert rules == [("PRC-02", "PASS"), ("ORD-01", "NOT_APPLICABLE")]
    assert told == {
        "accepted": True,
        "refusal": None,
        "worst_price": "1.0500",
        "fillable_quantity": "800",
        "fillable_worst_price": "1.0300",
        "consideration": "1050.00",
        "accrued": None,
        "full": "1050.00",
        "fee_venue": "0.53",
        "fee_trust_company": "200.00",
        "total": "1250.53",
        "reserve_money": "1250.53",
        "missing_money": "0.00",
        "rest_due": "0.00",
        "reserve_units": None,
        "proceeds": None,
        "available_money": "1000000.00",
        "available_units": "0",
        "draws": None,
        "taxes": None,
        "fault_fee": "0.00",
        "holder_slots": None,
        "pair": [],
    }
    order_id = market.buy("1.0500", "1000", post_only=False)["order_id"]
    order = market.venue.ask("GET", f"/v1/orders/{order_id}", market.buyer).json()
    spent = order["reserved_money"], order["consideration"], order["fees"]
    fen = sum(int(amount.replace(".", "")) for amount in spent)
    assert fen <= 1250_53


def test_a_preview_tells_what_a_seller_would_get(market: Market) -> None:
    told = _preview(market, "SELL", "1.0200", "1000")

    assert (told["reserve_units"], told["reserve_money"]) == ("1000", None)
    # 1,020.00 less 1.02 and 200.00.
    assert told["proceeds"] == "818.98"


class BookThatKnowsItsReaders(BookView):
    """A book that remembers in which threads its levels were read."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()

    def best_first(self, side: Side) -> Iterator[BookLevel]:
        """The levels of a side."""
        self.threads.add(threading.get_ident())
        return super().best_first(side)


def test_a_preview_reads_the_book_where_nobody_changes_it_meanwhile(market: Market) -> None:
    product = market.venue.venue.exchange.view.product(market.symbol)
    assert product is not None
    product.book = book = BookThatKnowsItsReaders()

    _preview(market, "BUY", "1.0500", "1000")

    assert book.threads == {threading.get_ident()}  # the loop's, which alone changes the book


PREVIEWED: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "units_not_available": ("SELL", "1.0200", "10100", {}),
    "money_not_available": ("BUY", "1.0200", "1000000", {}),
    "self_trade": ("SELL", "1.0000", "100", {}),
    "post_only_would_cross": ("BUY", "1.9000", "100", {"post_only": True}),
    "fill_or_kill_unfillable": ("BUY", "1.9000", "200", {"time_in_force": "FILL_OR_KILL"}),
    "time_in_force_conflict": (
        "SELL",
        "1.9000",
        "100",
        {"time_in_force": "FILL_OR_KILL", "post_only": True},
    ),
    "quantity_off_lot": ("SELL", "1.9000", "150", {}),
}


@pytest.mark.parametrize("code", PREVIEWED)
def test_a_preview_names_the_refusal_that_the_order_gets(market: Market, code: str) -> None:
    side, price, quantity, more = PREVIEWED[code]
    market.sell("1.8000", "100")
    if code == "self_trade":
        path = f"/v1/parties/{market.seller.party_id}/deposits"
        market.venue.do("POST", path, market.venue.operator, json={"amount": "1000.00"})
        market.venue.place(market.seller, market.symbol, "BUY", "1.0100", "100")

    told = _preview(market, side, price, quantity, **more)

    member = market.seller if side == "SELL" else market.buyer
    body = order_body(market.venue.unique("o"), market.symbol, side, price, quantity) | more
    placed = market.venue.ask("POST", "/v1/orders", member, json=body)
    assert told["accepted"] is False
    assert told["refusal"]["code"] == code == code_of(placed)
