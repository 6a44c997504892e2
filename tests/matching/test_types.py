"""The words of the book where they do more than name, and what it learns about its levels."""

from __future__ import annotations

import pytest

from matching import (
    EVERYBODY,
    CounterpartyMatrix,
    Filled,
    OrderBook,
    OrderId,
    ParticipantId,
    Phase,
    Price,
    Quantity,
    RefusalReason,
    Refused,
    Side,
    SizeTerms,
)

ALL_OR_NONE = SizeTerms(all_or_none=True)


def test_matrices_are_equal_if_they_allow_the_same() -> None:
    assert CounterpartyMatrix(((True,),)) == EVERYBODY
    assert len({EVERYBODY, CounterpartyMatrix(((True,),)), CounterpartyMatrix(((False,),))}) == 2
    assert EVERYBODY != ((True,),)
    assert repr(EVERYBODY) == "CounterpartyMatrix(((True,),))"


def test_a_matrix_counts_its_classes_and_knows_who_may_trade() -> None:
    matrix = CounterpartyMatrix(((True, False, True),))
    assert (matrix.buy_class_count, matrix.sell_class_count) == (1, 3)
    assert not matrix.may_trade(buy_class=0, sell_class=1)
    assert matrix.may_trade(buy_class=0, sell_class=2)


@pytest.mark.parametrize("rows", [(), ((),), ((True,), (True, True)), ((True,),) * 9])
def test_a_matrix_is_a_rectangle_of_one_to_eight_classes(
    rows: tuple[tuple[bool, ...], ...],
) -> None:
    with pytest.raises(AssertionError):
        CounterpartyMatrix(rows)


def test_only_an_auction_can_be_given_the_moment_of_its_end() -> None:
    book = OrderBook()
    refused = [Refused(None, RefusalReason.NOT_IN_THIS_PHASE)]
    assert book.schedule_uncross(earliest_ns=5, latest_ns=5, draw=0) == refused
    book.enter_phase(Phase.AUCTION)
    assert book.schedule_uncross(earliest_ns=5, latest_ns=5, draw=7) == []
    assert book.next_uncross_ns == 5
    book.enter_phase(Phase.HALTED)
    assert book.next_uncross_ns is None


def test_all_or_none_orders_are_tried_again_only_when_enough_may_have_come() -> None:
    book = OrderBook()
    sell = (ParticipantId(1), Side.SELL, Price(100))
    book.place(OrderId(1), *sell, Quantity(10), size_terms=ALL_OR_NONE)
    ladder = book._state.sell_lanes[0].sized
    buy = (ParticipantId(2), Side.BUY, Price(100))
    told = []
    for order_id, quantity in ((2, 4), (3, 5)):
        told += book.place(OrderId(order_id), *buy, Quantity(quantity))
        assert ladder.futile_until > book._state.quantity_rested
    assert not any(isinstance(event, Filled) for event in told)
    assert len(book.place(OrderId(4), *buy, Quantity(1))) == 1 + 1 + 3
    assert len(book) == 0
