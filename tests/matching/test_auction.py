"""The call auction: which price, how much, and who with whom.

Sources, where an example is not ours: `tests/oracles/call_auctions.jsonl` names them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from matching import (
    EVERYBODY,
    PRICE_MAX,
    CounterpartyMatrix,
    OrderId,
    OrderKind,
    Price,
    Quantity,
    Side,
)
from matching.auction import AuctionOrder, AuctionRule, Clearing, clear, tabulate

CASES = Path(__file__).parents[1] / "oracles" / "call_auctions.jsonl"
CASE_COUNT = 16
Case: TypeAlias = dict[str, Any]
Row: TypeAlias = tuple[str, int | str, int, int]  # side, price or kind, quantity, class

MARKET = "market"
TO_LIMIT = "market to limit"
KINDS = {MARKET: OrderKind.MARKET, TO_LIMIT: OrderKind.MARKET_TO_LIMIT}
SIDES = {"buy": Side.BUY, "sell": Side.SELL}

NATURAL, INSTITUTION = 0, 1
SMALL_LOT, WHOLE_LOT, INSTITUTIONAL = 0, 1, 2
# Article 29: to a natural person only a natural holder's whole holding.
ARTICLE_29 = CounterpartyMatrix(((False, True, False), (True, True, True)))


def order(number: int, row: Row) -> AuctionOrder:
    side, price, quantity, counterparty_class = row
    return AuctionOrder(
        OrderId(number),
        SIDES[side],
        OrderKind.LIMIT if isinstance(price, int) else KINDS[price],
        Price(price if isinstance(price, int) else 0),
        Quantity(quantity),
        counterparty_class,
        number,
    )


def cleared(
    *rows: Row, matrix: CounterpartyMatrix = EVERYBODY, reference: int, percent: int | None = None
) -> Clearing:
    """The auction of these orders; they are numbered from 1, and their time is their number."""
    return clear(
        [order(number, row) for number, row in enumerate(rows, start=1)],
        matrix=matrix,
        reference_price=Price(reference),
        pressure_limit_percent=percent,
    )


def price_and_rule(clearing: Clearing) -> tuple[int | None, AuctionRule | None]:
    return clearing.price, clearing.decided_by


# Which price


def test_nothing_trades_where_nobody_agrees() -> None:
    for rows in ((), (("buy", 9, 5, 0),), (("buy", 9, 5, 0), ("sell", 10, 5, 0))):
        clearing = cleared(*rows, reference=10)
        assert price_and_rule(clearing) == (None, None)
        assert (clearing.volume, clearing.surplus, clearing.fills) == (0, 0, [])


def test_the_price_is_the_one_at_which_most_trades() -> None:
    clearing = cleared(
        ("buy", 12, 10, 0),
        ("buy", 11, 10, 0),
        ("sell", 11, 15, 0),
        ("sell", 12, 1, 0),
        reference=12,
    )
    assert price_and_rule(clearing) == (11, AuctionRule.VOLUME)
    assert (clearing.volume, clearing.surplus) == (15, 5)


def test_of_those_the_one_that_leaves_least() -> None:
    # At 10 and 11 alike 10 trade; at 11 sellers are left with 5, at 10 with nothing.
    clearing = cleared(("buy", 11, 10, 0), ("sell", 10, 10, 0), ("sell", 11, 5, 0), reference=11)
    assert price_and_rule(clearing) == (10, AuctionRule.SURPLUS)
    assert (clearing.volume, clearing.surplus) == (10, 0)


@pytest.mark.parametrize(
    ("buys", "sells", "price", "surplus"), [(12, 7, 14, 5), (7, 12, 10, -5)], ids=["buy", "sell"]
)
def test_of_those_buyers_left_over_pull_it_up_and_sellers_down(
    buys: int, sells: int, price: int, surplus: int
) -> None:
    clearing = cleared(("buy", 14, buys, 0), ("sell", 10, sells, 0), reference=12)
    assert price_and_rule(clearing) == (price, AuctionRule.PRESSURE)
    assert clearing.surplus == surplus


@pytest.mark.parametrize(("reference", "price"), [(3, 10), (10, 10), (11, 11), (13, 13), (90, 14)])
def test_of_those_the_nearest_to_the_reference_price(reference: int, price: int) -> None:
    clearing = cleared(("buy", 14, 5, 0), ("sell", 10, 5, 0), reference=reference)
    assert price_and_rule(clearing) == (price, AuctionRule.REFERENCE)


def test_of_two_equally_near_the_higher() -> None:
    # Two markets beside each other: at 20 and at 80 alike 5 trade, and 5 of another side are left.
    apart = CounterpartyMatrix(((True, False), (False, True)))
    rows: list[Row] = [("buy", 20, 5, 0), ("sell", 20, 5, 0), ("buy", 80, 5, 1), ("sell", 80, 5, 1)]
    assert price_and_rule(cleared(*rows, matrix=apart, reference=50)) == (80, AuctionRule.REFERENCE)
    assert cleared(*rows, matrix=apart, reference=49).price == 20
    assert cleared(*rows, matrix=apart, reference=51).price == 80


def test_different_sides_left_over_press_nowhere() -> None:
    # At 10 buyers are left with 5, at 12 sellers: the reference price decides.
    rows: list[Row] = [
        ("buy", 12, 10, 0),
        ("buy", 10, 5, 0),
        ("sell", 10, 10, 0),
        ("sell", 12, 5, 0),
    ]
    assert price_and_rule(cleared(*rows, reference=13)) == (12, AuctionRule.REFERENCE)
    assert price_and_rule(cleared(*rows, reference=9)) == (10, AuctionRule.REFERENCE)


@pytest.mark.parametrize(
    ("percent", "price"), [(None, 130), (30, 130), (29, 100), (20, 100), (0, 100)]
)
def test_pressure_stops_at_its_limit(percent: int | None, price: int) -> None:
    clearing = cleared(("buy", 130, 9, 0), ("sell", 95, 5, 0), reference=100, percent=percent)
    assert price_and_rule(clearing) == (price, AuctionRule.PRESSURE)


@pytest.mark.parametrize(
    ("buys", "sells", "price"), [(9, 5, 94), (5, 9, 94)], ids=["buyers", "sellers"]
)
def test_pressure_with_no_price_within_its_limit_takes_the_nearest(
    buys: int, sells: int, price: int
) -> None:
    clearing = cleared(("buy", 94, buys, 0), ("sell", 92, sells, 0), reference=100, percent=5)
    assert price_and_rule(clearing) == (price, AuctionRule.PRESSURE)


def test_the_limit_is_not_rounded() -> None:
    # 5 percent of 110 are 5.5: 115 is within, 116 is not.
    rows: list[Row] = [("buy", 116, 1, 0), ("buy", 115, 9, 0), ("sell", 101, 5, 0)]
    assert cleared(*rows, reference=110, percent=5).price == 115
    rows = [("buy", 116, 9, 0), ("sell", 101, 5, 0)]
    assert cleared(*rows, reference=110, percent=5).price == 110


def test_market_orders_alone_trade_at_the_reference_price() -> None:
    clearing = cleared(("buy", MARKET, 8, 0), ("sell", TO_LIMIT, 5, 0), reference=77)
    assert price_and_rule(clearing) == (77, AuctionRule.VOLUME)
    assert clearing.fills == [(1, 2, 5)]


# Who with whom


def test_market_orders_come_before_limits_and_then_price_and_then_time() -> None:
    clearing = cleared(
        ("buy", 10, 3, 0),
        ("buy", 11, 3, 0),
        ("buy", 11, 3, 0),
        ("buy", MARKET, 3, 0),
        ("buy", TO_LIMIT, 3, 0),
        ("sell", 10, 4, 0),
        ("sell", 9, 4, 0),
        ("sell", MARKET, 3, 0),
        reference=10,
    )
    assert (clearing.price, clearing.volume, clearing.surplus) == (11, 11, 1)
    assert clearing.fills == [(4, 8, 3), (5, 7, 3), (2, 7, 1), (2, 6, 2), (3, 6, 2)]


def test_a_market_order_comes_before_the_best_limit_there_is() -> None:
    clearing = cleared(
        ("buy", PRICE_MAX, 3, 0), ("buy", MARKET, 3, 0), ("sell", MARKET, 4, 0), reference=10
    )
    assert clearing.fills == [(2, 3, 3), (1, 3, 1)]
    clearing = cleared(("sell", 1, 3, 0), ("sell", MARKET, 3, 0), ("buy", 1, 4, 0), reference=10)
    assert clearing.fills == [(3, 2, 3), (3, 1, 1)]


def test_time_is_the_sequence_and_not_the_order_of_the_list() -> None:
    rows: list[Row] = [("buy", 10, 3, 0), ("buy", 10, 3, 0), ("sell", 10, 4, 0), ("sell", 10, 1, 0)]
    orders = [order(number, row) for number, row in enumerate(rows, start=1)]
    for seed in range(20):
        random.Random(seed).shuffle(orders)
        clearing = clear(orders, matrix=EVERYBODY, reference_price=Price(10))
        assert clearing.fills == [(1, 3, 3), (2, 3, 1), (2, 4, 1)]


def test_incompatible_orders_are_passed_over() -> None:
    clearing = cleared(
        ("buy", 12, 5, NATURAL),
        ("buy", 11, 5, INSTITUTION),
        ("sell", 9, 4, INSTITUTIONAL),
        ("sell", 10, 4, SMALL_LOT),
        matrix=ARTICLE_29,
        reference=11,
    )
    assert clearing.volume == 5
    assert clearing.fills == [(2, 3, 4), (2, 4, 1)]


def test_volume_counts_before_price() -> None:
    # The institution could take the whole lot, which is first; then the natural person would go
    # without, and 5 instead of 10 would trade.
    clearing = cleared(
        ("buy", 12, 5, INSTITUTION),
        ("buy", 11, 5, NATURAL),
        ("sell", 9, 5, WHOLE_LOT),
        ("sell", 10, 5, INSTITUTIONAL),
        matrix=ARTICLE_29,
        reference=11,
    )
    assert clearing.volume == 10
    assert clearing.fills == [(1, 4, 5), (2, 3, 5)]


def test_a_pair_takes_what_leaves_the_others_enough() -> None:
    clearing = cleared(
        ("buy", 12, 5, INSTITUTION),
        ("buy", 11, 3, NATURAL),
        ("sell", 9, 5, WHOLE_LOT),
        ("sell", 10, 5, INSTITUTIONAL),
        matrix=ARTICLE_29,
        reference=11,
    )
    assert clearing.volume == 8
    assert clearing.fills == [(1, 3, 2), (1, 4, 3), (2, 3, 3)]


def test_first_buyers_and_first_sellers_are_served_at_once() -> None:
    # Either greedy way alone would leave a seller or a buyer who comes first unserved.
    matrix = CounterpartyMatrix(((True, False), (True, True)))
    clearing = cleared(
        ("buy", 12, 2, 1),
        ("buy", 11, 2, 0),
        ("sell", 9, 2, 1),
        ("sell", 10, 3, 0),
        matrix=matrix,
        reference=11,
    )
    assert clearing.fills == [(1, 3, 2), (2, 4, 2)]


def test_equal_sides_that_classes_keep_apart_are_a_surplus_of_buyers() -> None:
    apart = CounterpartyMatrix(((True, False), (False, True)))
    clearing = cleared(
        ("buy", 10, 5, 0),
        ("buy", 10, 3, 1),
        ("sell", 10, 3, 0),
        ("sell", 10, 5, 1),
        matrix=apart,
        reference=10,
    )
    assert (clearing.volume, clearing.surplus) == (6, 2)


def test_the_fullest_prices_need_not_be_neighbours() -> None:
    # As above, and between the two markets nearly nobody agrees.
    apart = CounterpartyMatrix(((True, False), (False, True)))
    rows: list[Row] = [
        ("buy", 20, 4, 0),
        ("buy", 50, 1, 0),
        ("sell", 20, 5, 0),
        ("buy", 80, 5, 1),
        ("sell", 80, 5, 1),
    ]
    orders = [order(number, row) for number, row in enumerate(rows, start=1)]
    table = tabulate(orders, matrix=apart, prices=[Price(20), Price(50), Price(80)])
    assert [row.executable for row in table] == [5, 1, 5]


def test_a_table_leaves_out_who_accepts_none_of_its_prices() -> None:
    rows: list[Row] = [("buy", 9, 5, 0), ("buy", 11, 4, 0), ("sell", 12, 5, 0), ("sell", 10, 3, 0)]
    orders = [order(number, row) for number, row in enumerate(rows, start=1)]
    table = tabulate(orders, matrix=EVERYBODY, prices=[Price(10), Price(11)])
    assert [(row.bought, row.sold, row.executable) for row in table] == [(4, 3, 3), (4, 3, 3)]
    assert tabulate(orders, matrix=EVERYBODY, prices=[]) == []


@pytest.mark.parametrize(
    ("price", "quantity", "kind"),
    [
        (0, 1, OrderKind.LIMIT),
        (2**62 + 1, 1, OrderKind.LIMIT),
        (1, 0, OrderKind.LIMIT),
        (1, 2**62 + 1, OrderKind.LIMIT),
        (1, 1, OrderKind.MARKET),
    ],
)
def test_an_order_that_no_book_holds_is_a_bug(price: int, quantity: int, kind: OrderKind) -> None:
    with pytest.raises(AssertionError):
        AuctionOrder(OrderId(1), Side.BUY, kind, Price(price), Quantity(quantity), 0, 1)


@pytest.mark.parametrize(
    ("reference", "percent"), [(0, None), (PRICE_MAX + 1, None), (10, -1)], ids=str
)
def test_an_auction_without_sense_is_a_bug(reference: int, percent: int | None) -> None:
    with pytest.raises(AssertionError):
        cleared(("buy", 10, 5, 0), reference=reference, percent=percent)


@pytest.mark.parametrize("price", [1, PRICE_MAX])
def test_the_first_and_the_last_price_are_prices(price: int) -> None:
    clearing = cleared(("buy", price, 5, 0), ("sell", price, 2**62, 0), reference=price, percent=0)
    assert price_and_rule(clearing) == (price, AuctionRule.VOLUME)
    assert clearing.fills == [(1, 2, 5)]


# What others have published


def cases() -> list[Case]:
    return [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]


def orders_of(steps: Sequence[Case]) -> list[AuctionOrder]:
    types: dict[str, OrderKind] = {"limit": OrderKind.LIMIT, "market": OrderKind.MARKET}
    types["market_to_limit"] = OrderKind.MARKET_TO_LIMIT
    return [
        AuctionOrder(
            OrderId(step["id"]),
            SIDES[step["side"]],
            types[step.get("type", "limit")],
            Price(int(step["price"] or 0)),
            Quantity(step["quantity"]),
            0,
            sequence,
        )
        for sequence, step in enumerate(steps)
        if step["op"] == "place"
    ]


def clear_case(case: Case, orders: list[AuctionOrder], expected: Case) -> Clearing:
    # Where the source has no reference price, no rule asks for one: the expected price serves.
    return clear(
        orders,
        matrix=EVERYBODY,
        reference_price=Price(int(expected.get("reference") or expected.get("price") or 1)),
        pressure_limit_percent=case.get("pressure_limit_percent"),
    )


def check_outcome(clearing: Clearing, expected: Case) -> None:
    actual = {
        "price": clearing.price,
        "volume": clearing.volume,
        "surplus": clearing.surplus,
        "reference": expected.get("reference"),
    }
    assert expected == {key: actual[key] for key in expected}


def test_every_published_auction_is_there() -> None:
    assert len(cases()) == CASE_COUNT


@pytest.mark.parametrize("case", cases(), ids=[case["name"] for case in cases()])
def test_a_published_auction_ends_as_published(case: Case) -> None:
    steps = case["steps"]
    for number, step in enumerate(steps):
        if step["op"] == "indicative":
            expected = step["expect_auction"]
            check_outcome(clear_case(case, orders_of(steps[:number]), expected), expected)
    orders = orders_of(steps)
    expected = case.get("expect_auction", {})
    clearing = clear_case(case, orders, expected)
    check_outcome(clearing, expected)
    if not expected:
        assert clearing.price is None
    if "decided_by" in case:
        assert clearing.decided_by is not None
        assert clearing.decided_by.name == case["decided_by"].upper()
    if "expect_trades" in case:
        assert case["expect_trades"] == [
            {"buy": buy, "sell": sell, "quantity": quantity, "price": clearing.price}
            for buy, sell, quantity in clearing.fills
        ]
    for row in case.get("expect_remaining", []):
        filled = sum(quantity for buy, sell, quantity in clearing.fills if row["id"] in {buy, sell})
        (placed,) = [each.quantity for each in orders if each.order_id == row["id"]]
        assert row["quantity"] == placed - filled


@pytest.mark.parametrize(
    "case",
    [case for case in cases() if "expect_table" in case],
    ids=[case["name"] for case in cases() if "expect_table" in case],
)
def test_a_published_table_is_ours_row_by_row(case: Case) -> None:
    expected = sorted(case["expect_table"])
    table = tabulate(
        orders_of(case["steps"]), matrix=EVERYBODY, prices=[row[0] for row in expected]
    )
    assert expected == [
        [row.price, row.sold, row.bought, row.executable, row.surplus] for row in table
    ]
