"""What the caller forbids, pair by pair, and how long an order searches."""

from __future__ import annotations

from matching import (
    BookRules,
    OrderBook,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    RestingOrder,
    Side,
    SizeTerms,
    TimeInForce,
)
from tests.matching.rule_market import RuleMarket


def test_a_vetoed_pair_is_passed_over_and_reported() -> None:
    market = RuleMarket(vetoed="a-c")
    market.run("""
        a sells 5 @ 100   | rests 5
        b sells 5 @ 101   | rests 5
        c buys  6 @ 101   | vetoed a 5, trades b 5 @ 101, rests 1
        d buys  5 @ 100   | trades a 5 @ 100
    """)


def test_the_veto_is_asked_once_with_the_quantity_that_would_trade() -> None:
    market = RuleMarket(vetoed="b-d")
    market.run("""
        a sells 4 @ 100              | rests 4
        b sells 5 @ 100              | rests 5
        c sells 9 @ 100 residual 5   | rests 9
        d buys 10 @ 100              | trades a 4 @ 100, vetoed b 5, trades c 4 @ 100, rests 2
    """)
    assert market.asked == ["a-d 4", "b-d 5", "c-d 4"]


def test_the_veto_is_not_asked_about_a_pair_that_would_not_trade_anyway() -> None:
    market = RuleMarket(vetoed="x-x")
    market.run("""
        a sells 9 @ 100 whole-only   | rests 9
        b sells 9 @ 101              | rests 9
        c buys  5 @ 100              | rests 5
    """)
    assert market.asked == []


def test_a_refused_order_reports_no_veto() -> None:
    market = RuleMarket(vetoed="a-c a-d a-e")
    market.run("""
        a sells 5 @ 100               | rests 5
        b sells 5 @ 100               | rests 5
        c buys  6 @ 100 FOK           | refused FILL_OR_KILL_UNFILLABLE
        d buys  6 @ 100 post-only     | refused POST_ONLY_WOULD_CROSS
        e buys  6 @ 100 all-or-none   | rests 6
        f buys  5 @ 100 FOK           | trades a 5 @ 100
    """)


def test_a_fill_or_kill_is_filled_around_a_veto() -> None:
    RuleMarket(vetoed="a-c").run("""
        a sells 5 @ 100       | rests 5
        b sells 5 @ 100       | rests 5
        c buys  5 @ 100 FOK   | vetoed a 5, trades b 5 @ 100
    """)


def test_a_post_only_order_that_is_vetoed_everywhere_rests() -> None:
    RuleMarket(vetoed="a-b").run("""
        a sells 5 @ 100             | rests 5
        b buys  5 @ 100 post-only   | vetoed a 5, rests 5
        c buys  5 @ 100             | trades a 5 @ 100
    """)


def test_past_the_limit_of_the_search_the_remainder_does_not_rest_crossed() -> None:
    market = RuleMarket(BookRules(candidates_examined_max=2), vetoed="a-e b-e c-e")
    market.run("""
        a sells 5 @ 100   | rests 5
        b sells 5 @ 100   | rests 5
        c sells 5 @ 100   | rests 5
        d sells 5 @  99   | rests 5
        e buys  9 @ 100   | trades d 5 @ 99, vetoed a 4, vetoed b 4, cancelled 4 SEARCH_LIMIT
    """)


def test_a_search_that_ends_with_the_candidates_is_within_the_limit() -> None:
    RuleMarket(BookRules(candidates_examined_max=2), vetoed="a-c b-c").run("""
        a sells 5 @ 100   | rests 5
        b sells 5 @ 100   | rests 5
        c buys  9 @ 100   | vetoed a 5, vetoed b 5, rests 9
    """)


def test_the_limit_of_the_search_takes_an_all_or_none_order_out() -> None:
    RuleMarket(BookRules(candidates_examined_max=1), vetoed="a-c").run("""
        a sells 5 @ 100                   | rests 5
        b sells 5 @ 100                   | rests 5
        c buys  5 @ 100 all-or-none       | cancelled 5 SEARCH_LIMIT
        d buys  5 @  99                   | rests 5
        d replaces 5 @ 100                | replaced, trades a 5 @ 100
    """)


def test_a_replaced_order_may_be_lost_to_the_limit_of_the_search() -> None:
    RuleMarket(BookRules(candidates_examined_max=1), vetoed="a-c").run("""
        a sells 5 @ 100       | rests 5
        b sells 5 @ 100       | rests 5
        c buys  5 @  99       | rests 5
        c replaces 5 @ 100    | replaced, vetoed a 5, cancelled 5 SEARCH_LIMIT
    """)


def test_one_that_is_tried_again_reports_its_vetoes_only_if_it_fills() -> None:
    RuleMarket(vetoed="a-b b-a").run("""
        a sells 8 @ 100 all-or-none   | rests 8
        b buys  9 @ 101               | vetoed a 8, rests 9
        c buys  4 @ 100               | rests 4
        d buys  4 @ 100               | rests 4, a tried again, a vetoed b 8, a trades c 4 @ 100, \
                                        a trades d 4 @ 100
    """)


def test_who_vetoes_is_told_what_was_carried_out_and_nothing_that_came_to_nothing() -> None:
    asked: list[tuple[int, int]] = []
    told: list[tuple[int, int]] = []

    def veto(candidate: RestingOrder, incoming: RestingOrder, _quantity: int) -> bool:
        asked.append((candidate.order_id, incoming.order_id))
        return False

    book = OrderBook(veto=veto, told=lambda *pair: told.append(pair))
    a, b, c, d = map(OrderId, range(1, 5))
    member, price = ParticipantId(7), Price(100)
    book.place(a, member, Side.BUY, price, Quantity(60), size_terms=SizeTerms(all_or_none=True))
    book.place(b, member, Side.SELL, price, Quantity(30))
    assert (asked, told) == ([], [])
    fill_or_kill = TimeInForce.FILL_OR_KILL
    book.place(c, member, Side.BUY, price, Quantity(40), fill_or_kill)
    assert (asked, told) == ([(b, c)], [])
    book.place(d, member, Side.SELL, price, Quantity(40))
    assert asked[1:] == [(b, a), (d, a)], "tried again"
    assert told == [(b, a), (d, a)]
