"""Restricted counterparties: who may trade with whom, and what each class sees of the book."""

from __future__ import annotations

import pytest

from matching import BookRules, OrderBook, OrderId, ParticipantId, Price, Quantity, Side
from matching.types import CounterpartyMatrix
from tests.matching.rule_market import RuleMarket, matrix

# Buyers of class 0 may only take what sellers of class 0 give, buyers of class 1 take everything.
PERSONS_AND_INSTITUTIONS = BookRules(matrix=matrix("x.", "xx"))
APART = BookRules(matrix=matrix("x.", ".x"))


@pytest.fixture
def market() -> RuleMarket:
    return RuleMarket(PERSONS_AND_INSTITUTIONS)


def test_the_best_priced_compatible_order_trades_first(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 class 1  | rests 10
        b sells 10 @ 101 class 0  | rests 10
        c buys   5 @ 102 class 0  | trades b 5 @ 101
        d buys  12 @ 102 class 1  | trades a 10 @ 100, trades b 2 @ 101
    """)


def test_time_decides_among_the_classes_at_one_price(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 class 1  | rests 10
        b sells 10 @ 100 class 0  | rests 10
        c sells 10 @ 100 class 1  | rests 10
        d buys  25 @ 100 class 1  | trades a 10 @ 100, trades b 10 @ 100, trades c 5 @ 100
    """)


def test_an_incompatible_order_is_passed_over_and_keeps_its_place(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 class 1  | rests 10
        b sells 10 @ 100 class 0  | rests 10
        c buys   4 @ 100 class 0  | trades b 4 @ 100
        d sells 10 @ 100 class 1  | rests 10
        e buys  12 @ 100 class 1  | trades a 10 @ 100, trades b 2 @ 100
    """)


def test_the_book_may_stand_crossed_between_incompatible_orders(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 class 1  | rests 10
        b buys  10 @ 105 class 0  | rests 10
        c sells 10 @ 103 class 0  | trades b 10 @ 105
        d buys  10 @ 100 class 1  | trades a 10 @ 100
    """)


def test_incompatible_orders_do_not_count_as_examined() -> None:
    market = RuleMarket(BookRules(matrix=matrix("x.", "xx"), candidates_examined_max=1))
    market.run("""
        a sells 10 @ 100 class 1               | rests 10
        b sells 10 @ 100 class 1               | rests 10
        c sells 10 @ 101 class 0 all-or-none   | rests 10
        d sells 10 @ 102 class 0               | rests 10
        e buys   5 @ 102 class 0               | trades d 5 @ 102
    """)


def test_fill_or_kill_counts_only_what_it_may_take(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 class 1       | rests 10
        b sells  5 @ 100 class 0       | rests 5
        c buys   6 @ 100 class 0 FOK   | refused FILL_OR_KILL_UNFILLABLE
        d buys   5 @ 100 class 0 FOK   | trades b 5 @ 100
    """)


def test_post_only_minds_only_what_it_would_take(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 class 1             | rests 10
        b buys   5 @ 101 class 0 post-only   | rests 5
        c buys   5 @ 101 class 1 post-only   | refused POST_ONLY_WOULD_CROSS
    """)


def test_a_class_that_may_trade_with_nobody_only_rests() -> None:
    RuleMarket(BookRules(matrix=matrix("..", "xx"))).run("""
        a sells 10 @ 100 class 0  | rests 10
        b buys  10 @ 100 class 0  | rests 10
        c buys  10 @ 100 class 1  | trades a 10 @ 100
    """)


@pytest.mark.parametrize(
    ("side", "counterparty_class"),
    [("buys", -1), ("buys", 2), ("sells", 3), ("sells", -1), ("buys", 9)],
)
def test_a_class_outside_the_matrix_is_refused(side: str, counterparty_class: int) -> None:
    market = RuleMarket(BookRules(matrix=matrix("xxx", "xxx")))
    market.run(f"""
        a {side} 10 @ 100 class {counterparty_class}   | refused INVALID_CLASS
        a {side} 10 market class {counterparty_class}  | refused INVALID_CLASS
    """)


def crossed_book() -> OrderBook:
    """Two markets in one book that do not meet, crossed against one another."""
    market = RuleMarket(APART)
    market.run("""
        a sells 10 @ 100 class 0  | rests 10
        b buys  10 @  99 class 0  | rests 10
        c sells 10 @ 105 class 1  | rests 10
        d buys  10 @ 104 class 1  | rests 10
        e buys   5 @  98 class 1  | rests 5
    """)
    return market.book


def test_the_whole_book_shows_all_orders_even_crossed() -> None:
    book = crossed_book()
    assert book.depth(Side.BUY) == [(104, 10, 1), (99, 10, 1), (98, 5, 1)]
    assert book.depth(Side.SELL) == [(100, 10, 1), (105, 10, 1)]
    assert (book.best(Side.BUY), book.best(Side.SELL)) == ((104, 10), (100, 10))


@pytest.mark.parametrize(
    ("viewer", "bids", "asks"),
    [
        ((Side.BUY, 0), [(99, 10, 1)], [(100, 10, 1)]),
        ((Side.SELL, 0), [(99, 10, 1)], [(100, 10, 1)]),
        ((Side.BUY, 1), [(104, 10, 1), (98, 5, 1)], [(105, 10, 1)]),
        ((Side.SELL, 1), [(104, 10, 1), (98, 5, 1)], [(105, 10, 1)]),
    ],
)
def test_a_class_sees_its_own_market(
    viewer: tuple[Side, int], bids: list[tuple[int, int, int]], asks: list[tuple[int, int, int]]
) -> None:
    book = crossed_book()
    assert bids == book.depth(Side.BUY, seen_by=viewer)
    assert asks == book.depth(Side.SELL, seen_by=viewer)
    assert bids[:1] == book.depth(Side.BUY, 1, seen_by=viewer)
    assert bids[0][:2] == book.best(Side.BUY, seen_by=viewer)
    assert asks[0][:2] == book.best(Side.SELL, seen_by=viewer)


def test_a_class_view_leaves_out_its_own_side_where_it_would_be_crossed() -> None:
    market = RuleMarket(PERSONS_AND_INSTITUTIONS)
    market.run("""
        a sells 10 @ 100 class 1  | rests 10
        b buys  10 @ 105 class 0  | rests 10
        c buys  10 @  99 class 0  | rests 10
        d buys  10 @  98 class 1  | rests 10
        e buys  10 @ 100 class 0  | rests 10
    """)
    # To an institution that buys, 100 is offered; what persons bid there or above is no rival.
    assert market.book.depth(Side.SELL, seen_by=(Side.BUY, 1)) == [(100, 10, 1)]
    assert market.book.depth(Side.BUY, seen_by=(Side.BUY, 1)) == [(99, 10, 1), (98, 10, 1)]
    # To a person nothing is offered, and all buyers compete for what may come.
    assert market.book.depth(Side.SELL, seen_by=(Side.BUY, 0)) == []
    assert market.book.depth(Side.BUY, seen_by=(Side.BUY, 0))[0] == (105, 10, 1)


def test_a_matrix_is_what_its_rows_say() -> None:
    rows = matrix("x.", "xx")
    assert rows == matrix("x.", "xx")
    assert rows != matrix("xx", "x.")
    assert len({rows, matrix("x.", "xx"), matrix("xx")}) == 2
    assert str(rows) == "CounterpartyMatrix(((True, False), (True, True)))"
    assert not rows.may_trade(buy_class=0, sell_class=1)
    assert rows.may_trade(buy_class=1, sell_class=0)


def test_a_class_that_may_trade_with_nobody_sees_nothing() -> None:
    book = OrderBook(BookRules(matrix=CounterpartyMatrix(((False,), (True,)))))
    book.place(OrderId(1), ParticipantId(1), Side.SELL, Price(100), Quantity(5))
    assert book.depth(Side.SELL, seen_by=(Side.BUY, 0)) == []
    assert book.best(Side.SELL, seen_by=(Side.BUY, 0)) is None
    assert book.best(Side.SELL, seen_by=(Side.BUY, 1)) == (100, 5)
