"""Every worked call auction of others' documents and suites ends in our book as it did there.

What is left over afterwards differs in two cases, and both say why.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from matching import (
    EVERYBODY,
    BookEvent,
    Clearing,
    Filled,
    OrderBook,
    OrderId,
    OrderKind,
    ParticipantId,
    Phase,
    PhaseEntered,
    Price,
    Quantity,
    Refused,
    RestingOrder,
    Side,
    Uncrossed,
)
from matching.auction import AuctionOrder, tabulate

CASE_COUNT: Final = 16
SIDES: Final = {"buy": Side.BUY, "sell": Side.SELL}
# Where a case states no reference price it decides nothing: nobody sells at this one.
NO_REFERENCE: Final = Price(1)
Case: TypeAlias = dict[str, Any]

LEFT_OTHERWISE: Final[dict[str, list[Case]]] = {
    # There the next phase is another call, for which market orders wait without a price. Here an
    # uncross always opens continuous trading, in which nothing rests without a price: the market
    # order 2 is cancelled, and the market-to-limit order 3 has found the price of the auction.
    "euronext_mtl_auction_2": [{"id": 3, "side": "buy", "quantity": 10, "price": 1000}],
    # The same; and the rest of order 1 stands before order 3, because it came first.
    "euronext_mtl_auction_3": [
        {"id": 1, "side": "buy", "quantity": 5, "price": 1000},
        {"id": 3, "side": "buy", "quantity": 10, "price": 1000},
    ],
}


def cases() -> list[Case]:
    text = (Path(__file__).parent / "call_auctions.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def case_name(case: Case) -> str:
    return str(case["name"])


def place(book: OrderBook, step: Case) -> list[BookEvent]:
    order_id, owner = OrderId(step["id"]), ParticipantId(step["owner"])
    side, quantity = SIDES[step["side"]], Quantity(step["quantity"])
    if step["price"] is None:
        to_limit = {"market": False, "market_to_limit": True}[step["type"]]
        return book.place_market(order_id, owner, side, quantity, to_limit=to_limit)
    return book.place(order_id, owner, side, Price(step["price"]), quantity)


def indicative(book: OrderBook, expected: Case, case: Case) -> Clearing:
    clearing = book.indicative(
        reference_price=Price(expected.get("reference", NO_REFERENCE)),
        pressure_limit_percent=case.get("pressure_limit_percent"),
    )
    assert clearing is not None
    return clearing


def check_clearing(expected: Case, clearing: Clearing) -> None:
    actual = {"price": clearing.price, "volume": clearing.volume, "surplus": clearing.surplus}
    assert expected == {key: actual.get(key, expected[key]) for key in expected}
    assert set(expected) <= {*actual, "reference"}


def check_table(book: OrderBook, expected: list[list[int]]) -> None:
    orders = [
        AuctionOrder(
            order.order_id,
            order.side,
            order.kind,
            order.price,
            order.quantity,
            order.counterparty_class,
            order.order_id,
        )
        for side in Side
        for order in book.orders(side)
    ]
    prices = sorted(Price(row[0]) for row in expected)
    actual = [
        [row.price, row.sold, row.bought, row.executable, row.surplus]
        for row in reversed(tabulate(orders, matrix=EVERYBODY, prices=prices))
    ]
    assert expected == actual


def check_uncross(book: OrderBook, case: Case, announced: Clearing) -> None:
    before = {order.order_id: order.side for side in Side for order in book.orders(side)}
    events = book.uncross(
        reference_price=Price(case["expect_auction"].get("reference", NO_REFERENCE)),
        pressure_limit_percent=case.get("pressure_limit_percent"),
    )
    assert announced.price is not None
    assert events[0] == Uncrossed(announced.price, announced.volume, announced.surplus)
    assert events[-1] == PhaseEntered(Phase.CONTINUOUS)
    fills = [event for event in events if isinstance(event, Filled)]
    assert announced.volume == sum(fill.quantity for fill in fills)
    trades = []
    for fill in fills:
        pair = sorted((fill.maker_order_id, fill.taker_order_id), key=lambda id_: before[id_].value)
        trades.append(
            {"buy": pair[0], "sell": pair[1], "quantity": fill.quantity, "price": fill.price}
        )
    assert case.get("expect_trades", trades) == trades


def remaining(book: OrderBook) -> list[Case]:
    def told(order: RestingOrder) -> Case:
        assert order.kind is OrderKind.LIMIT
        side = order.side.name.lower()
        numbers = {"quantity": order.quantity, "price": order.price}
        return {"id": order.order_id, "side": side, **numbers}

    return [told(order) for side in Side for order in book.orders(side)]


@pytest.mark.parametrize("case", cases(), ids=case_name)
def test_a_worked_auction_ends_as_published(case: Case) -> None:
    assert set(case) <= {
        *("name", "source", "mode", "steps", "note", "decided_by", "pressure_limit_percent"),
        *("expect_auction", "expect_table", "expect_trades", "expect_remaining", "expect_depth"),
        "after_auction",
    }
    assert case["mode"] == "call_auction"
    book = OrderBook()
    book.enter_phase(Phase.AUCTION)
    for step in case["steps"]:
        if step["op"] == "indicative":
            check_clearing(step["expect_auction"], indicative(book, step["expect_auction"], case))
        else:
            assert step["op"] == "place"
            assert not any(isinstance(event, Refused) for event in place(book, step))
        book.check()
    for side, levels in case.get("expect_depth", {}).items():
        assert levels == [list(level) for level in book.depth(SIDES[side])]
    if "expect_auction" in case:
        clearing = indicative(book, case["expect_auction"], case)
        check_clearing(case["expect_auction"], clearing)
        assert clearing.decided_by is not None
        decided_by = clearing.decided_by.name.lower()
        assert case.get("decided_by", decided_by) == decided_by
        check_table(book, case.get("expect_table", []))
        check_uncross(book, case, clearing)
        book.check()
    if "expect_remaining" in case:
        expected = LEFT_OTHERWISE.get(case["name"], case["expect_remaining"])
        assert expected == remaining(book)


def test_all_the_worked_auctions_are_there() -> None:
    assert len(cases()) == CASE_COUNT
    assert set(LEFT_OTHERWISE) <= {case_name(case) for case in cases()}
