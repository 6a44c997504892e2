"""Market orders, with and without protection, and market-to-limit ones."""

from __future__ import annotations

import pytest

from matching import (
    BookRules,
    OrderBook,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    RefusalReason,
    Refused,
    SelfTradePrevention,
    Side,
)
from tests.matching.rule_market import RuleMarket


@pytest.fixture
def market() -> RuleMarket:
    made = RuleMarket()
    made.run("""
        a sells 5 @ 100   | rests 5
        b sells 5 @ 110   | rests 5
        c buys  5 @  90   | rests 5
        d buys  5 @   1   | rests 5
    """)
    return made


def test_a_market_order_takes_every_price_and_never_rests(market: RuleMarket) -> None:
    market.run("""
        e buys 12 market   | trades a 5 @ 100, trades b 5 @ 110, cancelled 2 IMMEDIATE_OR_CANCEL
        f sells 11 market  | trades c 5 @ 90, trades d 5 @ 1, cancelled 1 IMMEDIATE_OR_CANCEL
        g buys   1 market  | cancelled 1 IMMEDIATE_OR_CANCEL
    """)


def test_a_protected_market_order_takes_no_worse_price(market: RuleMarket) -> None:
    market.run("""
        e buys  12 market protected 109   | trades a 5 @ 100, cancelled 7 IMMEDIATE_OR_CANCEL
        f sells 12 market protected 90    | trades c 5 @ 90, cancelled 7 IMMEDIATE_OR_CANCEL
    """)


def test_a_market_to_limit_order_rests_at_the_price_of_its_first_fill(market: RuleMarket) -> None:
    market.run("""
        e buys 12 market to-limit   | trades a 5 @ 100, rests 7
        f sells 8 @ 100             | trades e 7 @ 100, rests 1
    """)
    assert market.book.best(Side.SELL) == (100, 1)


def test_a_market_to_limit_order_takes_all_of_one_price(market: RuleMarket) -> None:
    market.run("""
        e sells  3 @ 100             | rests 3
        f buys  12 market to-limit   | trades a 5 @ 100, trades e 3 @ 100, rests 4
    """)


def test_a_market_to_limit_order_without_a_price_is_cancelled() -> None:
    RuleMarket().run("""
        a buys 5 @ 90                             | rests 5
        b buys 5 market to-limit                  | cancelled 5 NO_PRICE
        c sells 5 market to-limit protected 91    | cancelled 5 NO_PRICE
    """)


def test_a_market_to_limit_order_that_rests_lets_all_or_none_be_tried_again() -> None:
    RuleMarket().run("""
        a sells 5 @ 100                | rests 5
        b sells 7 @ 100 all-or-none    | rests 7
        c buys  11 market to-limit     | trades a 5 @ 100, rests 6
        d buys  1 @ 100                | rests 1, b tried again, \
                                         b trades c 6 @ 100, b trades d 1 @ 100
    """)


def test_a_market_to_limit_order_passes_over_what_it_may_not_take() -> None:
    RuleMarket(BookRules(self_trade=SelfTradePrevention.SKIP)).run("""
        a sells 5 @ 100 owner x            | rests 5
        b sells 5 @ 101                    | rests 5
        c sells 5 @ 102                    | rests 5
        d buys  7 market to-limit owner x  | trades b 5 @ 101, rests 2
    """)


@pytest.mark.parametrize("to_limit", [False, True])
@pytest.mark.parametrize(
    ("reason", "order_id", "quantity", "protection_price", "counterparty_class"),
    [
        (RefusalReason.INVALID_PRICE, 1, 0, 0, 1),
        (RefusalReason.INVALID_PRICE, 1, 0, 2**62 + 1, 1),
        (RefusalReason.INVALID_QUANTITY, 1, 0, None, 1),
        (RefusalReason.INVALID_QUANTITY, 1, 2**62 + 1, None, 1),
        (RefusalReason.INVALID_CLASS, 1, 1, None, 1),
        (RefusalReason.DUPLICATE_ORDER_ID, 1, 1, None, 0),
        (RefusalReason.SELF_TRADE, 3, 1, None, 0),
    ],
)
def test_place_market_reports_the_first_reason_that_applies(
    reason: RefusalReason,
    order_id: int,
    quantity: int,
    protection_price: int | None,
    counterparty_class: int,
    *,
    to_limit: bool,
) -> None:
    book = OrderBook(BookRules(self_trade=SelfTradePrevention.REJECT_INCOMING))
    who = ParticipantId(1)
    book.place(OrderId(1), who, Side.SELL, Price(100), Quantity(5))
    events = book.place_market(
        OrderId(order_id),
        who,
        Side.BUY,
        Quantity(quantity),
        protection_price=None if protection_price is None else Price(protection_price),
        to_limit=to_limit,
        counterparty_class=counterparty_class,
    )
    assert events == [Refused(OrderId(order_id), reason)]
    assert len(book) == 1
