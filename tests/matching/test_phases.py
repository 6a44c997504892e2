"""Phases, halts, mass cancels, the end of the day, and the call auction in the book."""

from __future__ import annotations

import pytest

from matching import (
    BookRules,
    OrderBook,
    OrderId,
    OrderKind,
    ParticipantId,
    Phase,
    PhaseEntered,
    Price,
    Quantity,
    RefusalReason,
    Refused,
    Side,
)
from matching.types import PHASES_AFTER
from tests.matching.rule_market import RuleMarket, matrix

WAY_TO = {
    Phase.CLOSED: [Phase.CLOSED],
    Phase.AUCTION: [Phase.AUCTION],
    Phase.CONTINUOUS: [],
    Phase.HALTED: [Phase.HALTED],
}


@pytest.fixture
def market() -> RuleMarket:
    return RuleMarket()


@pytest.mark.parametrize("before", Phase)
@pytest.mark.parametrize("after", Phase)
def test_a_phase_follows_only_as_the_table_says(before: Phase, after: Phase) -> None:
    book = OrderBook()
    for phase in WAY_TO[before]:
        book.enter_phase(phase)
    assert book.phase is before
    if after in PHASES_AFTER[before]:
        assert book.enter_phase(after) == [PhaseEntered(after)]
        assert book.phase is after
    else:
        refused = Refused(None, RefusalReason.PHASE_MAY_NOT_FOLLOW)
        assert book.enter_phase(after) == [refused]
        assert book.phase is before


@pytest.mark.parametrize("phase", ["CLOSED", "HALTED"])
def test_without_trading_orders_only_leave(market: RuleMarket, phase: str) -> None:
    market.run(f"""
        a buys 10 @ 100 until 5    | rests 10
        b buys 10 @ 100            | rests 10
        c buys 10 @ 100 trader 7   | rests 10
        phase {phase}              | {phase}
        d buys 10 @ 100            | refused NOT_IN_THIS_PHASE
        d buys 10 market           | refused NOT_IN_THIS_PHASE
        a replaces 10 @ 101        | refused NOT_IN_THIS_PHASE
        a replaces 5 @ 100         | refused NOT_IN_THIS_PHASE
        b reduces 4                | reduced to 4
        clock 5                    | a expires
        b cancels                  | cancelled 4 BY_OWNER
        trader 7 cancelled         | c cancelled 10 MASS_CANCEL
        uncross 100                | refused NOT_IN_THIS_PHASE
    """)


def test_a_halt_keeps_the_priority_of_time(market: RuleMarket) -> None:
    market.run("""
        a buys 10 @ 100    | rests 10
        b buys 10 @ 100    | rests 10
        phase HALTED       | HALTED
        phase CONTINUOUS   | CONTINUOUS
        c sells 5 @ 100    | trades a 5 @ 100
    """)


def test_a_reduction_during_a_halt_trades_nothing(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 all-or-none   | rests 10
        b buys   6 @ 100               | rests 6
        phase HALTED                   | HALTED
        a reduces 6                    | reduced to 6
        phase CONTINUOUS               | CONTINUOUS
        c buys   1 @  99               | rests 1, a tried again, a trades b 6 @ 100
    """)


def test_all_orders_are_cancelled_in_the_order_of_time(market: RuleMarket) -> None:
    market.run("""
        a sells 1 @ 103   | rests 1
        b buys  2 @ 100   | rests 2
        c sells 3 @ 101   | rests 3
        a replaces 1 @ 102 | replaced, rests 1
        all cancelled     | b cancelled 2 MASS_CANCEL, c cancelled 3 MASS_CANCEL, \
                            a cancelled 1 MASS_CANCEL
        all cancelled     | nothing
    """)


def test_a_participant_loses_all_his_orders_and_nobody_else_any(market: RuleMarket) -> None:
    market.run("""
        a sells 1 @ 103 trader 7           | rests 1
        b buys  2 @ 100 trader 8 owner x   | rests 2
        c buys  3 @ 101 trader 7 owner x   | rests 3
        trader 7 cancelled                 | a cancelled 1 MASS_CANCEL, c cancelled 3 MASS_CANCEL
        trader 7 cancelled                 | nothing
    """)


def test_the_end_of_the_day_takes_the_orders_of_the_day(market: RuleMarket) -> None:
    market.run("""
        a sells 1 @ 103 DAY       | rests 1
        b buys  2 @ 100           | rests 2
        c buys  3 @ 101 DAY       | rests 3
        d buys  3 @ 101 GTD until 9 | rests 3
        day ends                  | a expires, c expires
        day ends                  | nothing
        clock 9                   | d expires
    """)


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("GTD", "refused INVALID_EXPIRY"),
        ("GTD until 0", "refused INVALID_EXPIRY"),
        ("GTD until 5", "rests 1"),
        ("until 5", "rests 1"),
        ("DAY", "rests 1"),
        ("DAY until 5", "refused CONTRADICTS_TIME_IN_FORCE"),
        ("IOC until 5", "refused CONTRADICTS_TIME_IN_FORCE"),
        ("FOK until 5", "refused CONTRADICTS_TIME_IN_FORCE"),
        ("IOC post-only", "refused CONTRADICTS_TIME_IN_FORCE"),
        ("FOK post-only", "refused CONTRADICTS_TIME_IN_FORCE"),
        ("DAY post-only", "rests 1"),
        ("GTD until 5 post-only", "rests 1"),
    ],
)
def test_what_the_time_in_force_allows(market: RuleMarket, words: str, outcome: str) -> None:
    market.run(f"a buys 1 @ 100 {words} | {outcome}")


def test_an_auction_gathers_and_trades_at_one_price(market: RuleMarket) -> None:
    market.run("""
        phase AUCTION     | AUCTION
        a buys 10 @ 105   | rests 10
        b sells 4 @ 100   | rests 4
        c sells 8 @ 102   | rests 8
        uncross 101       | uncrossed 10 @ 102 surplus -2, b trades a 4 @ 102, \
                            c trades a 6 @ 102, CONTINUOUS
    """)


def test_an_auction_takes_only_plain_orders(market: RuleMarket) -> None:
    market.run("""
        a buys 5 @ 100                | rests 5
        phase AUCTION                 | AUCTION
        b buys 5 @ 100 min 2          | refused AUCTION_PLAIN_ONLY
        b buys 5 @ 100 residual 2     | refused AUCTION_PLAIN_ONLY
        b buys 5 @ 100 all-or-none    | refused AUCTION_PLAIN_ONLY
        b buys 5 @ 100 whole-only     | refused AUCTION_PLAIN_ONLY
        b buys 5 @ 100 post-only      | refused AUCTION_PLAIN_ONLY
        b buys 5 @ 100 IOC            | refused AUCTION_PLAIN_ONLY
        b buys 5 @ 100 FOK            | refused AUCTION_PLAIN_ONLY
        a buys 5 @ 100 FOK            | refused AUCTION_PLAIN_ONLY
        a buys 5 @ 100                | refused DUPLICATE_ORDER_ID
        b buys 5 @ 100 DAY            | rests 5
        c buys 5 @ 100 GTD until 9    | rests 5
    """)


def test_constrained_orders_from_before_stay_and_take_no_part(market: RuleMarket) -> None:
    market.run("""
        a sells 5 @ 100 all-or-none   | rests 5
        phase AUCTION                 | AUCTION
        b buys 5 @ 100                | rests 5
        c sells 2 @ 100               | rests 2
        uncross 100                   | uncrossed 2 @ 100 surplus 3, c trades b 2 @ 100, CONTINUOUS
        d buys 2 @ 100                | rests 2, a tried again, \
                                        a trades b 3 @ 100, a trades d 2 @ 100
    """)


def test_what_an_auction_leaves_rests_with_its_priority(market: RuleMarket) -> None:
    market.run("""
        a buys 5 @ 100    | rests 5
        phase AUCTION     | AUCTION
        b buys 5 @ 100    | rests 5
        c sells 7 @ 100   | rests 7
        uncross 100       | uncrossed 7 @ 100 surplus 3, c trades a 5 @ 100, c trades b 2 @ 100, \
                            CONTINUOUS
        d buys 5 @ 100    | rests 5
        e sells 4 @ 100   | trades b 3 @ 100, trades d 1 @ 100
    """)


def test_market_orders_come_first_and_what_is_left_of_them_goes(market: RuleMarket) -> None:
    market.run("""
        phase AUCTION             | AUCTION
        a buys 5 @ 100            | rests 5
        b buys 5 market           | rests 5
        c buys 5 market to-limit  | rests 5
        d sells 7 @ 100           | rests 7
        uncross 100               | uncrossed 7 @ 100 surplus 8, d trades b 5 @ 100, \
                                    d trades c 2 @ 100, c rests 3 @ 100, CONTINUOUS
    """)
    assert [order.order_id for order in market.book.orders(Side.BUY)] == [0, 2]


def test_orders_without_a_price_leave_an_auction_that_finds_none(market: RuleMarket) -> None:
    market.run("""
        phase AUCTION             | AUCTION
        a buys 5 market           | rests 5
        b buys 5 market to-limit  | rests 5
        c buys 5 @ 100            | rests 5
        uncross 100               | a cancelled 5 AUCTION_ENDED, b cancelled 5 NO_PRICE, \
                                    CONTINUOUS
    """)


@pytest.mark.parametrize("phase", ["HALTED", "CLOSED", "CONTINUOUS"])
def test_orders_without_a_price_leave_with_the_phase(market: RuleMarket, phase: str) -> None:
    market.run(f"""
        phase AUCTION             | AUCTION
        a buys 5 market           | rests 5
        b buys 5 market to-limit  | rests 5
        phase {phase}             | a cancelled 5 AUCTION_ENDED, b cancelled 5 NO_PRICE, \
                                    {phase}
    """)


def test_orders_without_a_price_leave_in_the_order_of_time(market: RuleMarket) -> None:
    market.run("""
        phase AUCTION      | AUCTION
        a sells 5 market   | rests 5
        b buys  5 market   | rests 5
        c sells 5 market   | rests 5
        phase HALTED       | a cancelled 5 AUCTION_ENDED, b cancelled 5 AUCTION_ENDED, \
                             c cancelled 5 AUCTION_ENDED, HALTED
    """)


def test_a_gathered_market_order_stands_at_no_price(market: RuleMarket) -> None:
    market.run("""
        phase AUCTION     | AUCTION
        a buys 5 market   | rests 5
        b buys 5 @ 100    | rests 5
        a reduces 3       | reduced to 3
    """)
    assert market.book.depth(Side.BUY) == [(100, 5, 1)]
    first = next(market.book.orders(Side.BUY))
    assert (first.kind, first.price, first.quantity) == (OrderKind.MARKET, 0, 3)
    market.run("a cancels | cancelled 3 BY_OWNER")


def test_continuous_trading_never_begins_with_a_trade_undone(market: RuleMarket) -> None:
    market.run("""
        phase AUCTION      | AUCTION
        a buys  5 @ 100    | rests 5
        b sells 5 @ 100    | rests 5
        phase CONTINUOUS   | refused ORDERS_CROSS
        phase HALTED       | HALTED
        phase CONTINUOUS   | refused ORDERS_CROSS
        phase CLOSED       | CLOSED
        phase CONTINUOUS   | refused ORDERS_CROSS
        phase AUCTION      | AUCTION
        b cancels          | cancelled 5 BY_OWNER
        phase CONTINUOUS   | CONTINUOUS
    """)


@pytest.mark.parametrize(
    ("one", "other"),
    [("@ 100", "@ 100"), ("market", "@ 900"), ("@ 1", "market"), ("market to-limit", "market")],
)
def test_an_auction_in_which_something_would_trade_must_be_uncrossed(
    market: RuleMarket, one: str, other: str
) -> None:
    market.run(f"""
        phase AUCTION      | AUCTION
        a buys  5 {one}    | rests 5
        b sells 5 {other}  | rests 5
        phase CONTINUOUS   | refused ORDERS_CROSS
    """)


def test_the_later_order_is_the_taker(market: RuleMarket) -> None:
    market.run("""
        a sells 5 @ 100   | rests 5
        phase AUCTION     | AUCTION
        b buys  5 @ 100   | rests 5
        uncross 100       | uncrossed 5 @ 100 surplus 0, b trades a 5 @ 100, CONTINUOUS
    """)


def test_an_unplain_order_from_before_may_shrink_in_an_auction(market: RuleMarket) -> None:
    market.run("""
        a buys 5 @ 100 post-only   | rests 5
        b buys 8 @  99 min 2       | rests 8
        phase AUCTION              | AUCTION
        a replaces 4 @ 100         | reduced to 4
        b replaces 6 @ 99          | reduced to 6
        a replaces 4 @ 100         | nothing
        a replaces 5 @ 100         | refused AUCTION_PLAIN_ONLY
        b replaces 6 @ 100         | refused AUCTION_PLAIN_ONLY
    """)


def test_a_plain_order_may_be_replaced_in_an_auction_and_trades_nothing(
    market: RuleMarket,
) -> None:
    market.run("""
        a buys  5 @ 100      | rests 5
        phase AUCTION        | AUCTION
        b sells 5 @ 103      | rests 5
        b replaces 6 @ 99    | replaced, rests 6
        c sells 5 market     | rests 5
        c replaces 5 @ 100   | refused AUCTION_PLAIN_ONLY
    """)


def test_a_protected_market_order_is_none_to_gather(market: RuleMarket) -> None:
    market.run("""
        phase AUCTION                            | AUCTION
        a buys 5 market protected 100            | refused AUCTION_PLAIN_ONLY
        a buys 5 market to-limit protected 100   | refused AUCTION_PLAIN_ONLY
    """)


def test_those_for_whom_the_price_was_none_get_a_round_of_their_own() -> None:
    # The first price serves the buyers and sellers of class 0; those of class 1 are far from it.
    RuleMarket(BookRules(matrix=matrix("x.", ".x"))).run("""
        phase AUCTION               | AUCTION
        a buys  10 @ 100 class 0    | rests 10
        b sells 10 @  90 class 0    | rests 10
        c buys   1 @ 200 class 1    | rests 1
        d sells  1 @ 190 class 1    | rests 1
        uncross 95                  | uncrossed 10 @ 100 surplus 1, b trades a 10 @ 100, \
                                      uncrossed 1 @ 190 surplus 0, d trades c 1 @ 190, CONTINUOUS
    """)


def test_orders_that_may_not_trade_keep_no_phase_from_coming() -> None:
    RuleMarket(BookRules(matrix=matrix("x.", ".x"))).run("""
        phase AUCTION             | AUCTION
        a buys  5 @ 100 class 0   | rests 5
        b sells 5 @ 100 class 1   | rests 5
        phase CONTINUOUS          | CONTINUOUS
    """)


def test_an_auction_with_classes_executes_the_most() -> None:
    # The seller c takes either buyer, d only the one of class 0: c goes to b, so that d trades too.
    RuleMarket(BookRules(matrix=matrix("xx", "x."))).run("""
        phase AUCTION             | AUCTION
        a buys  5 @ 100 class 0   | rests 5
        b buys  5 @ 100 class 1   | rests 5
        c sells 5 @ 100 class 0   | rests 5
        d sells 5 @ 100 class 1   | rests 5
        uncross 100               | uncrossed 10 @ 100 surplus 0, d trades a 5 @ 100, \
                                    c trades b 5 @ 100, CONTINUOUS
    """)


def test_an_uncross_is_scheduled_within_its_window() -> None:
    book = OrderBook()
    book.enter_phase(Phase.AUCTION)
    assert book.next_uncross_ns is None
    moments: list[int | None] = []
    for draw in (0, 4, 5, 6, 10**20):
        book.schedule_uncross(earliest_ns=100, latest_ns=105, draw=draw)
        moments.append(book.next_uncross_ns)
    assert moments == [100, 104, 105, 100, 100 + 10**20 % 6]
    book.uncross(reference_price=Price(1))
    assert book.next_uncross_ns is None
    refused = [Refused(None, RefusalReason.NOT_IN_THIS_PHASE)]
    assert book.schedule_uncross(earliest_ns=100, latest_ns=105, draw=0) == refused
    assert book.next_uncross_ns is None


def test_the_indicative_price_changes_nothing_and_is_what_comes() -> None:
    book = OrderBook()
    assert book.indicative(reference_price=Price(100)) is None
    book.enter_phase(Phase.AUCTION)
    who = ParticipantId(1)
    book.place(OrderId(1), who, Side.BUY, Price(101), Quantity(5))
    book.place(OrderId(2), who, Side.SELL, Price(99), Quantity(5))
    clearing = book.indicative(reference_price=Price(100))
    assert clearing is not None
    assert (clearing.price, clearing.volume, clearing.surplus) == (100, 5, 0)
    assert len(book) == 2
    assert len(book.uncross(reference_price=Price(100))) == 3
