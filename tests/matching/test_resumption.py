"""Continuous trading goes on: with whom the book keeps apart crossed, and with no trade undone."""

from __future__ import annotations

import pytest

from matching import BookRules, SelfTradePrevention
from tests.matching.rule_market import RuleMarket, matrix


def test_one_owners_orders_that_the_book_keeps_apart_may_stand_crossed_after_a_halt() -> None:
    RuleMarket(BookRules(self_trade=SelfTradePrevention.SKIP)).run("""
        a sells 5 @ 100 owner x   | rests 5
        b buys  5 @ 100 owner x   | rests 5
        phase HALTED           | HALTED
        phase CONTINUOUS       | CONTINUOUS
        phase CLOSED           | CLOSED
        phase CONTINUOUS       | CONTINUOUS
        phase AUCTION          | AUCTION
        phase CONTINUOUS       | refused ORDERS_CROSS              # an auction asks no owner
    """)


@pytest.mark.parametrize(
    ("elder", "later", "taker"),
    [
        ("sells 5 @ 101", "buys  9 @ 102", "sells 2 @  90"),
        ("buys  5 @ 102", "sells 9 @ 101", "buys  2 @ 110"),
    ],
)
def test_a_halt_does_not_bring_together_whom_a_veto_kept_apart(
    elder: str, later: str, taker: str
) -> None:
    market = RuleMarket(vetoed="a-b")
    market.run(f"""
        a {elder}    | rests 5
        b {later}    | vetoed a 5, rests 9
        c {taker}    | trades b 2 @ {later[-3:]}
        phase HALTED       | HALTED
    """)
    market.asked.clear()
    market.run("phase CONTINUOUS | CONTINUOUS")
    assert market.asked == ["a-b 5"]


@pytest.mark.parametrize(
    ("prevention", "seller"),
    [
        (SelfTradePrevention.SKIP, "owner z"),
        (SelfTradePrevention.ALLOW, "owner x"),
        (SelfTradePrevention.REJECT_INCOMING, "owner x"),
    ],
)
def test_a_halt_out_of_an_auction_does_not_do_without_its_trades(
    prevention: SelfTradePrevention, seller: str
) -> None:
    RuleMarket(BookRules(self_trade=prevention)).run(f"""
        phase AUCTION              | AUCTION
        a sells 5 @ 100 {seller}   | rests 5
        b sells 5 @ 101 owner x       | rests 5
        c buys  5 @ 100 owner x       | rests 5
        phase HALTED               | HALTED
        phase CONTINUOUS           | refused ORDERS_CROSS
        a cancels                  | cancelled 5 BY_OWNER
        phase CONTINUOUS           | CONTINUOUS
    """)


@pytest.mark.parametrize(("pairs_max", "outcome"), [(3, "refused ORDERS_CROSS"), (4, "CONTINUOUS")])
def test_more_pairs_than_are_looked_at_are_taken_for_a_trade_undone(
    pairs_max: int, outcome: str
) -> None:
    rules = BookRules(self_trade=SelfTradePrevention.SKIP, candidates_examined_max=pairs_max)
    RuleMarket(rules).run(f"""
        a sells 5 @ 100 owner x   | rests 5
        b sells 5 @ 101 owner x   | rests 5
        c buys  5 @ 101 owner x   | rests 5
        d buys  5 @ 101 owner x   | rests 5
        e buys  5 @  99 owner x   | rests 5
        phase HALTED           | HALTED
        phase CONTINUOUS       | {outcome}
    """)


def test_after_a_halt_only_those_are_looked_at_who_may_trade_and_cross() -> None:
    market = RuleMarket(BookRules(matrix=matrix("x..", ".xx")), vetoed="a-c e-c a-d e-d")
    market.run("""
        a sells 5 @ 100 class 0    | rests 5
        b sells 5 @ 100 class 1    | rests 5
        e sells 5 @  99 class 0    | rests 5
        c buys  5 @ 101 class 0    | vetoed e 5, vetoed a 5, rests 5
        d buys  5 @ 102 class 0    | vetoed e 5, vetoed a 5, rests 5
        f buys  5 @  98 class 1    | rests 5
        phase HALTED               | HALTED
    """)
    market.asked.clear()
    market.run("phase CONTINUOUS | CONTINUOUS")
    assert market.asked == ["e-d 5", "a-d 5", "e-c 5", "a-c 5"]


def test_one_of_several_classes_that_crosses_is_enough() -> None:
    RuleMarket(BookRules(matrix=matrix("xx", "x."))).run("""
        phase AUCTION             | AUCTION
        a sells 5 @ 100 class 0   | rests 5
        b sells 5 @ 105 class 1   | rests 5
        c buys  5 @ 102 class 0   | rests 5
        phase HALTED              | HALTED
        phase CONTINUOUS          | refused ORDERS_CROSS
    """)
