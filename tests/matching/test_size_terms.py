"""Orders that do not accept every quantity: minimum, all-or-none, whole-only, residual."""

from __future__ import annotations

import pytest

from matching import BookRules, Cancelled, CancelReason, OrderBook, SizeTerms
from matching.types import OrderId, OwnerId, ParticipantId, Price, Quantity, RestingOrder, Side
from tests.matching.rule_market import RuleMarket
from tests.model.book_order import ModelOrder, is_accepted, largest_fill


@pytest.fixture
def market() -> RuleMarket:
    return RuleMarket()


def test_a_fill_is_at_least_the_minimum_of_either_side(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 min 5   | rests 10
        b sells 10 @ 100         | rests 10
        c buys   4 @ 100         | trades b 4 @ 100       # a is passed over, and keeps its place
        d buys   5 @ 100         | trades a 5 @ 100
        e buys   9 @ 100 min 7   | rests 9                # 5 of a and 6 of b are too little
    """)


def test_the_minimum_is_no_larger_than_what_is_open(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 min 6   | rests 10
        b buys   7 @ 100         | trades a 7 @ 100
        c buys   2 @ 100         | rests 2
        d buys   3 @ 101         | trades a 3 @ 100
    """)


def test_a_fill_leaves_nothing_or_at_least_the_residual(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 residual 4   | rests 10
        b buys   8 @ 100              | trades a 6 @ 100, rests 2      # 8 would leave 2
        c buys   4 @ 100              | trades a 4 @ 100
    """)


def test_the_residual_of_the_incoming_order_counts_too(market: RuleMarket) -> None:
    market.run("""
        a sells  7 @ 100              | rests 7
        b buys  10 @ 100 residual 5   | trades a 5 @ 100, rests 5
        c sells  3 @ 100 residual 3   | rests 3                        # b would be left with 2
    """)


def test_between_two_residuals_both_are_kept_or_they_do_not_trade(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 residual 3         | rests 10
        b buys  12 @ 100 residual 5         | trades a 7 @ 100, rests 5      # leaves 3 and 5
        c buys   4 @ 100 min 3 residual 2   | rests 4                        # 3 would leave 1
    """)


def test_a_fill_made_smaller_for_one_residual_is_made_smaller_for_the_other(
    market: RuleMarket,
) -> None:
    market.run("""
        a sells 10 @ 100 residual 4   | rests 10
        b buys  12 @ 100 residual 4   | trades a 6 @ 100, rests 6   # 8 would leave a with 2
    """)


def test_one_buyer_takes_the_whole_of_a_whole_only_order(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 whole-only   | rests 10
        b buys   9 @ 100              | rests 9
        c buys  12 @ 100              | trades a 10 @ 100, rests 2
    """)


def test_a_whole_only_order_that_comes_in_takes_one_counterparty(market: RuleMarket) -> None:
    market.run("""
        a sells  6 @ 100              | rests 6
        b sells  6 @ 100              | rests 6
        c sells 12 @ 101              | rests 12
        d buys  10 @ 101 whole-only   | trades c 10 @ 101
        e buys  10 @ 101 whole-only   | rests 10
        f sells 10 @ 101              | trades e 10 @ 101
    """)


def test_all_or_none_is_filled_in_priority_order_or_not_at_all(market: RuleMarket) -> None:
    market.run("""
        a sells  6 @ 100               | rests 6
        b sells  6 @ 101               | rests 6
        c buys  13 @ 101 all-or-none   | rests 13
        d buys  11 @ 101 all-or-none   | trades a 6 @ 100, trades b 5 @ 101
    """)


def test_all_or_none_that_does_not_rest_is_cancelled(market: RuleMarket) -> None:
    market.run("""
        a sells  6 @ 100                   | rests 6
        b buys   7 @ 100 all-or-none IOC   | cancelled 7 IMMEDIATE_OR_CANCEL
        c buys   7 @ 100 all-or-none FOK   | refused FILL_OR_KILL_UNFILLABLE
        d buys   6 @ 100 all-or-none FOK   | trades a 6 @ 100
    """)


def test_resting_all_or_none_is_passed_over_by_what_is_too_small(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 all-or-none   | rests 10
        b sells  5 @ 101               | rests 5
        c buys   4 @ 101               | trades b 4 @ 101
        d buys  11 @ 101               | trades a 10 @ 100, trades b 1 @ 101
    """)


def test_all_or_none_is_tried_again_when_enough_has_come_together(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 all-or-none   | rests 10
        b buys   6 @ 102               | rests 6
        c buys   3 @ 101               | rests 3
        d buys   5 @ 100               | rests 5, a tried again, \
                                         a trades b 6 @ 102, a trades c 3 @ 101, \
                                         a trades d 1 @ 100
    """)
    assert market.book.depth(Side.BUY) == [(100, 4, 1)]


def test_a_reduction_lets_all_or_none_be_tried_again(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 all-or-none   | rests 10
        b buys   6 @ 100               | rests 6
        a reduces 6                    | reduced to 6, tried again, trades b 6 @ 100
    """)


def test_a_replaced_order_lets_all_or_none_be_tried_again(market: RuleMarket) -> None:
    market.run("""
        a sells 10 @ 100 all-or-none   | rests 10
        b buys   6 @ 100               | rests 6
        c buys   4 @  99               | rests 4
        c replaces 4 @ 100             | replaced, rests 4, a tried again, \
                                         a trades b 6 @ 100, a trades c 4 @ 100
    """)


def test_orders_opposite_to_the_command_are_tried_again_first(market: RuleMarket) -> None:
    market.run("""
        a sells  8 @ 100 all-or-none   | rests 8
        b sells  8 @  99 all-or-none   | rests 8
        c buys   5 @ 100               | rests 5
        d buys   3 @ 100               | rests 3, b tried again, \
                                         b trades c 5 @ 100, b trades d 3 @ 100
    """)


def test_orders_of_the_commands_side_are_tried_again_last() -> None:
    market = RuleMarket(BookRules(retried_max=1))
    market.run("""
        a sells 8 @ 100 all-or-none   | rests 8
        b buys 20 @ 100 whole-only    | rests 20
        c buys  6 @ 101 all-or-none   | rests 6
        d sells 3 @ 101               | rests 3
        e sells 3 @ 101               | rests 3, c tried again, c trades d 3 @ 101, \
                                        c trades e 3 @ 101          # a would have failed first
    """)


def test_a_post_only_order_never_takes_and_so_is_not_tried_again(market: RuleMarket) -> None:
    market.run("""
        a sells 8 @ 100 all-or-none post-only   | rests 8
        b buys  4 @ 100                         | rests 4
        c buys  4 @ 100                         | rests 4
        d buys  8 @ 100                         | trades a 8 @ 100
    """)


def test_no_more_is_filled_by_trying_again_than_the_book_allows() -> None:
    market = RuleMarket(BookRules(retried_fills_max=2))
    market.run("""
        a sells 6 @ 100 all-or-none   | rests 6
        b buys  2 @ 100               | rests 2
        c buys  2 @ 100               | rests 2
        d buys  2 @ 100               | rests 2                     # it would take three fills
        e buys  4 @ 101               | rests 4, a tried again, a trades e 4 @ 101, \
                                        a trades b 2 @ 100
    """)


def test_no_more_orders_are_tried_again_than_the_book_allows() -> None:
    market = RuleMarket(BookRules(retried_max=1))
    market.run("""
        a sells  9 @  99 all-or-none   | rests 9
        b sells  8 @ 100 all-or-none   | rests 8
        x buys  20 @ 100 whole-only    | rests 20
        c buys   5 @ 100               | rests 5
        d buys   3 @ 100               | rests 3                     # only a was tried
        a cancels                      | cancelled 9 BY_OWNER
        e buys   1 @  98               | rests 1, b tried again, \
                                         b trades c 5 @ 100, b trades d 3 @ 100
    """)


def test_all_or_none_that_is_tried_again_gives_up_at_the_search_limit() -> None:
    market = RuleMarket(BookRules(candidates_examined_max=1))
    market.run("""
        a buys  3 @ 100 residual 3     | rests 3
        b buys  2 @ 100 residual 2     | rests 2
        c sells 7 @ 100 all-or-none    | rests 7
        d buys  5 @  99                | rests 5
    """)


def test_hopeless_orders_do_not_count_as_examined() -> None:
    market = RuleMarket(BookRules(candidates_examined_max=1))
    market.run("""
        a sells 10 @ 100 all-or-none   | rests 10
        b sells 10 @ 100 whole-only    | rests 10
        c sells 10 @ 100 min 6         | rests 10
        d sells 10 @ 101               | rests 10
        e buys   5 @ 101               | trades d 5 @ 101
    """)


def test_orders_that_become_hopeless_on_the_way_do_not_count_either() -> None:
    market = RuleMarket(BookRules(candidates_examined_max=1))
    market.run("""
        a sells  5 @ 100               | rests 5
        b sells 10 @ 100 all-or-none   | rests 10
        c sells  6 @ 100 min 5         | rests 6
        d sells  2 @ 100 min 1         | rests 2
        e sells  9 @ 101               | rests 9
        f buys   9 @ 101               | trades a 5 @ 100, trades d 2 @ 100, trades e 2 @ 101
    """)


def test_candidates_that_are_passed_over_for_size_count_as_examined() -> None:
    market = RuleMarket(BookRules(candidates_examined_max=1))
    market.run("""
        a sells 10 @ 100 residual 8    | rests 10
        b sells 10 @ 101               | rests 10
        c buys   5 @ 101               | trades a 2 @ 100, trades b 3 @ 101
        d buys   5 @ 101               | cancelled 5 SEARCH_LIMIT
    """)


@pytest.mark.parametrize(("side", "price"), [(Side.BUY, 101), (Side.SELL, 99)])
def test_past_the_search_limit_the_rest_of_a_plain_order_never_came_to_rest(
    side: Side, price: int
) -> None:
    book = OrderBook(BookRules(candidates_examined_max=1))
    of_maker = (ParticipantId(1), Side.SELL if side is Side.BUY else Side.BUY, Price(100))
    for number in (1, 2):
        terms = SizeTerms(minimum_quantity=3, residual_minimum=8)
        book.place(OrderId(number), *of_maker, Quantity(10), size_terms=terms)
    (event,) = book.place(OrderId(3), ParticipantId(2), side, Price(price), Quantity(5))
    reason = CancelReason.SEARCH_LIMIT
    assert event == Cancelled(OrderId(3), side, Price(price), Quantity(5), reason)
    assert isinstance(event, Cancelled)
    assert not event.was_resting
    book.check()


def test_an_order_that_becomes_hopeless_leads_on_to_the_next_level(market: RuleMarket) -> None:
    market.run("""
        a sells  2 @  99 min 1   | rests 2
        b sells  3 @ 100         | rests 3
        c sells  6 @ 101 min 5   | rests 6
        d sells 10 @ 102 min 1   | rests 10
        e buys   9 @ 102         | trades a 2 @ 99, trades b 3 @ 100, trades d 4 @ 102
    """)


@pytest.mark.parametrize(
    "terms", ["min 11", "residual 11", "min -1", "residual -1", "all-or-none whole-only"]
)
def test_terms_that_contradict_are_refused(market: RuleMarket, terms: str) -> None:
    market.run(f"a buys 10 @ 100 {terms} | refused INVALID_SIZE_TERMS")


def test_terms_as_large_as_the_order_are_accepted(market: RuleMarket) -> None:
    market.run("a buys 10 @ 100 min 10 residual 10 | rests 10")


def test_an_order_may_not_be_made_smaller_than_its_residual(market: RuleMarket) -> None:
    market.run("""
        a buys 10 @ 100 residual 4   | rests 10
        a reduces 3                  | refused INVALID_QUANTITY
        a replaces 3 @ 101           | refused INVALID_QUANTITY
        a replaces 3 @ 100           | refused INVALID_QUANTITY
        a reduces 4                  | reduced to 4
        a replaces 5 @ 101           | replaced, rests 5
    """)


def test_a_whole_only_order_may_not_be_made_smaller(market: RuleMarket) -> None:
    market.run("""
        a buys 10 @ 100 whole-only   | rests 10
        a reduces 9                  | refused INVALID_QUANTITY
        a replaces 9 @ 101           | refused INVALID_QUANTITY
        a reduces 10                 | refused NOT_A_REDUCTION
        a replaces 11 @ 101          | replaced, rests 11
    """)


def test_an_all_or_none_order_may_be_made_smaller_and_keeps_its_place(market: RuleMarket) -> None:
    market.run("""
        a buys 10 @ 100 all-or-none   | rests 10
        b buys 10 @ 100               | rests 10
        a reduces 5                   | reduced to 5
        c sells 5 @ 100               | trades a 5 @ 100
    """)


def test_a_post_only_order_that_cannot_fill_whole_rests(market: RuleMarket) -> None:
    market.run("""
        a sells 5 @ 100                          | rests 5
        b buys  6 @ 100 all-or-none post-only    | rests 6
        c buys  5 @ 100 all-or-none post-only    | refused POST_ONLY_WOULD_CROSS
    """)


def test_a_view_shows_the_terms(market: RuleMarket) -> None:
    market.run("a buys 10 @ 100 min 2 residual 3 class 0 DAY | rests 10")
    view = market.book.order(OrderId(0))
    assert isinstance(view, RestingOrder)
    assert view.size_terms == SizeTerms(minimum_quantity=2, residual_minimum=3)


def test_the_model_tries_enough_sizes_to_find_the_largest_fill() -> None:
    def order(side: Side, quantity: int, terms: SizeTerms) -> ModelOrder:
        return ModelOrder(
            order_id=OrderId(side.value),
            participant_id=ParticipantId(1),
            owner_id=OwnerId(1),
            side=side,
            price=Price(1),
            quantity=Quantity(quantity),
            size_terms=terms,
        )

    kinds = [
        SizeTerms(minimum_quantity=minimum, residual_minimum=residual, all_or_none=a, whole_only=w)
        for minimum in (0, 2, 4)
        for residual in (0, 2, 3)
        for a, w in ((False, False), (True, False), (False, True))
    ]
    for one in kinds:
        for other in kinds:
            for quantity, left in ((4, 4), (5, 4), (4, 6), (7, 4), (4, 9)):
                candidate = order(Side.SELL, quantity, one)
                incoming = order(Side.BUY, left, other)
                accepted = [
                    fill
                    for fill in range(1, min(quantity, left) + 1)
                    if is_accepted(candidate, incoming, left=left, fill=fill)
                ]
                assert max(accepted, default=0) == largest_fill(candidate, incoming, left=left)
