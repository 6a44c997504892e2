"""The rulebook of continuous trading, a paragraph a test."""

from __future__ import annotations

from tests.matching.market import Market


def test_best_price_first_then_oldest_first(market: Market) -> None:
    market.run("""
        a  sells 10 @ 101   rests 10
        b  sells 10 @ 100   rests 10
        c  sells  5 @ 100   rests 5
        d  buys  12 @ 101   fills b 10 @ 100, fills c 2 @ 100      # the maker's price
        e  buys  20 @ 101   fills c 3 @ 100, fills a 10 @ 101, rests 7
    """)


def test_a_seller_meets_the_highest_bid_first(market: Market) -> None:
    market.run("""
        a  buys  10 @  99   rests 10
        b  buys  10 @ 100   rests 10
        c  buys   5 @ 100   rests 5
        d  sells 18 @  99   fills b 10 @ 100, fills c 5 @ 100, fills a 3 @ 99
        e  sells 10 @ 100   rests 10
    """)


def test_orders_that_do_not_cross_rest_side_by_side(market: Market) -> None:
    market.run("""
        a  sells 10 @ 101   rests 10
        b  buys  10 @ 100   rests 10
        c  buys   1 @ 101   fills a 1 @ 101                        # equal prices cross
    """)


def test_a_partly_filled_maker_keeps_its_place(market: Market) -> None:
    market.run("""
        a  sells 10 @ 100   rests 10
        b  sells 10 @ 100   rests 10
        c  buys   4 @ 100   fills a 4 @ 100
        d  buys  10 @ 100   fills a 6 @ 100, fills b 4 @ 100
    """)


def test_immediate_or_cancel_never_rests(market: Market) -> None:
    market.run("""
        a  buys  10 @ 100 IOC   cancelled 10
        b  sells  4 @ 100       rests 4
        c  buys  10 @ 100 IOC   fills b 4 @ 100, cancelled 6
        d  sells  4 @ 100       rests 4
        e  buys   4 @ 100 IOC   fills d 4 @ 100
    """)


def test_fill_or_kill_is_filled_whole_or_refused(market: Market) -> None:
    market.run("""
        a  sells  4 @ 100       rests 4
        b  sells  4 @ 101       rests 4
        c  buys   5 @ 100 FOK   refused FILL_OR_KILL_UNFILLABLE
        d  buys   9 @ 101 FOK   refused FILL_OR_KILL_UNFILLABLE
        e  buys   8 @ 101 FOK   fills a 4 @ 100, fills b 4 @ 101
        f  buys   1 @ 101 FOK   refused FILL_OR_KILL_UNFILLABLE
    """)


def test_a_post_only_order_rests_or_is_refused(market: Market) -> None:
    market.run("""
        a  sells 10 @ 101             rests 10
        b  buys  10 @ 101 post-only   refused POST_ONLY_WOULD_CROSS
        c  buys  10 @ 100 post-only   rests 10
        d  sells  4 @ 100             fills c 4 @ 100
        c  replaces 10 @ 102          refused POST_ONLY_WOULD_CROSS
        c  replaces  9 @ 100          replaced, rests 9
        c  replaces  9 @  99          replaced, rests 9
    """)


def test_a_cancelled_order_is_gone(market: Market) -> None:
    market.run("""
        a  sells 10 @ 100   rests 10
        b  sells 10 @ 100   rests 10
        c  sells 10 @ 100   rests 10
        b  cancels          cancelled 10
        b  cancels          refused UNKNOWN_ORDER
        d  buys  15 @ 100   fills a 10 @ 100, fills c 5 @ 100
        a  cancels          refused UNKNOWN_ORDER
        c  cancels          cancelled 5
        e  buys   1 @ 100   rests 1
    """)


def test_a_reduced_order_keeps_its_place(market: Market) -> None:
    market.run("""
        a  sells 10 @ 100   rests 10
        b  sells 10 @ 100   rests 10
        a  reduces 3        reduced to 3
        a  reduces 3        refused NOT_A_REDUCTION
        c  buys   5 @ 100   fills a 3 @ 100, fills b 2 @ 100
    """)


def test_a_replacement_keeps_its_place_only_if_it_asks_for_no_more(market: Market) -> None:
    market.run("""
        a  sells 10 @ 100      rests 10
        b  sells 10 @ 100      rests 10
        a  replaces  6 @ 100   reduced to 6
        a  replaces  6 @ 100   nothing
        c  buys   2 @ 100      fills a 2 @ 100
        a  replaces  5 @ 100   replaced, rests 5
        d  buys  12 @ 100      fills b 10 @ 100, fills a 2 @ 100
    """)


def test_a_smaller_order_at_another_price_loses_its_place(market: Market) -> None:
    market.run("""
        a  sells 10 @ 100      rests 10
        b  sells 10 @ 101      rests 10
        a  replaces  5 @ 101   replaced, rests 5
        c  buys  12 @ 101      fills b 10 @ 101, fills a 2 @ 101
    """)


def test_a_replacement_that_crosses_is_the_taker(market: Market) -> None:
    market.run("""
        a  sells 10 @ 101      rests 10
        b  buys   5 @ 100      rests 5
        b  replaces 15 @ 101   replaced, fills a 10 @ 101, rests 5
        c  sells  9 @ 100      fills b 5 @ 101, rests 4
        c  replaces  4 @  99   replaced, rests 4
        d  buys  10 @  98      rests 10
        d  replaces  4 @  99   replaced, fills c 4 @ 99
        d  cancels             refused UNKNOWN_ORDER
    """)


def test_orders_expire_the_earliest_first_and_then_the_oldest(market: Market) -> None:
    market.run("""
        a  sells 10 @ 100 until 7   rests 10
        b  buys  10 @  90 until 5   rests 10
        c  sells 10 @ 101 until 5   rests 10
        d  sells 10 @ 102           rests 10
        clock 4                     nothing
        clock 6                     b expires, c expires
        c  cancels                  refused UNKNOWN_ORDER
        clock 7                     a expires
        e  buys  10 @ 102           fills d 10 @ 102
    """)


def test_an_order_past_its_time_trades_until_the_book_is_told_the_time(market: Market) -> None:
    market.run("""
        a  sells 10 @ 100 until 5   rests 10
        b  buys   4 @ 100           fills a 4 @ 100
        a  replaces 8 @ 101         replaced, rests 8       # the expiry stays
        clock 5                     a expires
    """)


def test_an_id_is_refused_while_its_order_rests(market: Market) -> None:
    market.run("""
        a  sells 10 @ 100   rests 10
        a  buys   5 @  90   refused DUPLICATE_ORDER_ID
        b  buys  10 @ 100   fills a 10 @ 100
        a  buys   5 @  90   rests 5
    """)
