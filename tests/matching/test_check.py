"""Every invariant of the book is attacked: a broken book does not pass `check`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matching import (
    BookRules,
    CounterpartyMatrix,
    OrderBook,
    OrderId,
    OwnerId,
    ParticipantId,
    Phase,
    Price,
    Quantity,
    SelfTradePrevention,
    Side,
    SizeTerms,
)
from matching.ladder import Ladder, Level, Order, Terms
from matching.smallest_fills import Node

TWO_LANES = CounterpartyMatrix(((True,), (True,)))
APART = CounterpartyMatrix(((True, False), (False, True)))


def bids(book: OrderBook) -> Ladder:
    return book._state.buy_lanes[0].plain


def sized(book: OrderBook) -> Ladder:
    return book._state.buy_lanes[0].sized


def best(book: OrderBook) -> Level:
    level = bids(book).best
    assert level is not None
    return level


def first(book: OrderBook) -> Order:
    order = best(book).first
    assert order is not None
    return order


def second(book: OrderBook) -> Order:
    order = first(book).next
    assert order is not None
    return order


def crossed(book: OrderBook) -> None:
    order = Order(OrderId(9), ParticipantId(1), Quantity(1), 0, Terms())
    book._state.rest(order, Side.SELL, Price(100))


def lost_key(book: OrderBook) -> None:
    bids(book).keys.remove(-90)


def wrong_best(book: OrderBook) -> None:
    bids(book).best = None


def wrong_chain(book: OrderBook) -> None:
    best(book).better = best(book)


def empty_level_in_chain(book: OrderBook) -> None:
    empty_level(book)
    bids(book).empty_count += 1
    bids(book).levels[-1].worse = best(book)


def wrong_key(book: OrderBook) -> None:
    best(book).key = -50


def wrong_level_price(book: OrderBook) -> None:
    best(book).price = Price(50)


def empty_level(book: OrderBook) -> None:
    bids(book).levels[-1] = Level(bids(book), -1, Price(1))
    bids(book).keys.add(-1)


def nothing_open(book: OrderBook) -> None:
    best(book).quantity -= first(book).quantity
    first(book).quantity = Quantity(0)


def wrong_quantity(book: OrderBook) -> None:
    best(book).quantity += 1


def wrong_count(book: OrderBook) -> None:
    best(book).order_count += 1


def swap_sequences(book: OrderBook) -> None:
    older, newer = first(book), second(book)
    older.sequence, newer.sequence = newer.sequence, older.sequence


def cut_off(book: OrderBook) -> None:
    best(book).last = first(book)


def wrong_back_link(book: OrderBook) -> None:
    second(book).previous = None


def wrong_level(book: OrderBook) -> None:
    first(book).level = None


def wrong_side(book: OrderBook) -> None:
    bids(book).side = Side.SELL


def wrong_ladder(book: OrderBook) -> None:
    best(book).ladder = sized(book)


def lost_order(book: OrderBook) -> None:
    del book._state.orders[OrderId(1)]


def stray_order(book: OrderBook) -> None:
    order = Order(OrderId(9), ParticipantId(1), Quantity(1), 99, Terms())
    book._state.orders[OrderId(9)] = order


def lost_expiry(book: OrderBook) -> None:
    book._state.timers.clear()


def stray_expiry(book: OrderBook) -> None:
    book._state.timers.add((6, OrderId(2)))


def uncross_without_auction(book: OrderBook) -> None:
    book._state.next_uncross_ns = 5


def plain_among_sized(book: OrderBook) -> None:
    first(book).terms = Terms(size_terms=SizeTerms(residual_minimum=1))


def wrong_lane(book: OrderBook) -> None:
    first(book).terms = Terms(counterparty_class=1)


def gathered_outside_an_auction(book: OrderBook) -> None:
    book.enter_phase(Phase.AUCTION)
    book.place_market(OrderId(9), ParticipantId(1), Side.BUY, Quantity(1))
    book._state.phase = Phase.CONTINUOUS


def root(book: OrderBook) -> Node:
    fills = sized(book).smallest_fills
    assert fills is not None
    assert fills.root is not None
    return fills.root


def lost_node(book: OrderBook) -> None:
    fills = sized(book).smallest_fills
    assert fills is not None
    fills.root = None


def node_that_is_not_found(book: OrderBook) -> None:
    fills = sized(book).smallest_fills
    assert fills is not None
    fills.nodes.clear()


def wrong_fill(book: OrderBook) -> None:
    root(book).fill += 1


def wrong_least_of_a_node(book: OrderBook) -> None:
    root(book).least += 1


def wrong_height(book: OrderBook) -> None:
    root(book).height += 1


def higher_than_it_needs_to_be(book: OrderBook) -> None:
    for order_id in (11, 12):
        terms = (ParticipantId(1), Side.BUY, Price(60), Quantity(1))
        book.place(OrderId(order_id), *terms, size_terms=SizeTerms(all_or_none=True))
    fills, middle, best_node = sized(book).smallest_fills, root(book), root(book).better
    assert fills is not None
    assert best_node is not None
    fills.root, middle.better, best_node.worse = best_node, None, middle
    best_node.parent, middle.parent = None, best_node
    middle.sum_up()
    best_node.sum_up()


def wrong_parent(book: OrderBook) -> None:
    root(book).parent = root(book)


def wrong_parent_of_a_child(book: OrderBook) -> None:
    terms = (ParticipantId(1), Side.BUY, Price(60), Quantity(1))
    book.place(OrderId(11), *terms, size_terms=SizeTerms(all_or_none=True))
    child = root(book).worse or root(book).better
    assert child is not None
    child.parent = None


def least_of_a_plain_ladder(book: OrderBook) -> None:
    bids(book).least_fill = 1


def wrong_least_fill(book: OrderBook) -> None:
    sized(book).least_fill += 1


def wrong_sized_count(book: OrderBook) -> None:
    book._state.sized_count += 1


def wrong_all_or_none_count(book: OrderBook) -> None:
    book._state.all_or_none_count -= 1


def out_of_turn(book: OrderBook) -> None:
    orders = book._state.orders
    orders[OrderId(1)] = orders.pop(OrderId(1))


def sequence_used_again(book: OrderBook) -> None:
    book._state.sequence = 3


@pytest.mark.parametrize(
    "damage",
    [
        crossed,  # B1
        lost_key,  # B2
        wrong_best,
        wrong_chain,
        empty_level_in_chain,
        wrong_key,
        wrong_level_price,
        empty_level,
        nothing_open,  # B3
        wrong_quantity,
        wrong_count,
        swap_sequences,  # B4
        cut_off,
        wrong_back_link,
        wrong_level,
        wrong_side,  # B5
        wrong_ladder,
        lost_order,
        stray_order,
        lost_expiry,  # B6
        stray_expiry,
        uncross_without_auction,
        plain_among_sized,  # B7
        wrong_lane,
        gathered_outside_an_auction,
        lost_node,  # B8
        node_that_is_not_found,
        wrong_fill,
        wrong_least_of_a_node,
        wrong_height,
        higher_than_it_needs_to_be,
        wrong_parent,
        wrong_parent_of_a_child,
        least_of_a_plain_ladder,
        wrong_least_fill,
        wrong_sized_count,
        wrong_all_or_none_count,
        out_of_turn,  # B9
        sequence_used_again,
    ],
)
def test_a_broken_book_is_found_out(damage: Callable[[OrderBook], None]) -> None:
    book = OrderBook(BookRules(matrix=CounterpartyMatrix(((True,), (False,)))))
    for order_id, price, expires_at_ns in ((1, 100, 5), (2, 100, None), (3, 90, None)):
        book.place(
            OrderId(order_id),
            ParticipantId(1),
            Side.BUY,
            Price(price),
            Quantity(10),
            expires_at_ns=expires_at_ns,
        )
    book.place(OrderId(4), ParticipantId(1), Side.SELL, Price(110), Quantity(10))
    all_or_none = SizeTerms(all_or_none=True)
    five = (ParticipantId(1), Side.BUY, Price(95), Quantity(5))
    book.place(OrderId(5), *five, size_terms=all_or_none)
    book.check()
    damage(book)
    with pytest.raises(AssertionError):
        book.check()


def crossed_book(rules: BookRules, *, owners: tuple[int, int], classes: tuple[int, int]) -> None:
    """Let two orders that cross rest, past all rules, and check the book."""
    book = OrderBook(rules)
    sides = ((Side.BUY, 101), (Side.SELL, 99))
    for number, (side, price) in enumerate(sides):
        terms = Terms(owner_id=OwnerId(owners[number]), counterparty_class=classes[number])
        order = Order(OrderId(number), ParticipantId(1), Quantity(1), 0, terms)
        book._state.rest(order, side, Price(price))
    book.check()


def test_a_book_may_stand_crossed_between_classes_and_between_orders_of_one_owner() -> None:
    crossed_book(BookRules(matrix=APART), owners=(1, 2), classes=(0, 1))
    skip = BookRules(self_trade=SelfTradePrevention.SKIP)
    crossed_book(skip, owners=(1, 1), classes=(0, 0))
    with pytest.raises(AssertionError):
        crossed_book(skip, owners=(1, 2), classes=(0, 0))
    with pytest.raises(AssertionError):
        crossed_book(BookRules(matrix=APART), owners=(1, 2), classes=(1, 1))


def test_classes_that_may_trade_with_the_same_classes_share_a_lane() -> None:
    book = OrderBook(BookRules(matrix=TWO_LANES))
    assert len(book._state.buy_lanes) == 1
    assert len(OrderBook(BookRules(matrix=APART))._state.buy_lanes) == 2
