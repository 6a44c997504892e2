"""Flows between classes: what can trade, who of a queue comes first, and what a pair leaves."""

from __future__ import annotations

from itertools import product

import pytest

from matching.flow import Room, cuts, first_takes, maximum_flow

EVERYBODY = [[True]]
APART = [[True, False], [False, True]]  # each class with its own only
ONE_BOTH = [[True, True], [True, False]]  # class 1 of buyers only with class 0 of sellers


def most_by_trying(rows: list[list[bool]], wanted: list[int], given: list[int]) -> int:
    """The largest flow, by trying every quantity of every pair."""
    pairs = [
        (row, column) for row, line in enumerate(rows) for column, may in enumerate(line) if may
    ]

    def most(number: int, wanted: list[int], given: list[int]) -> int:
        if number == len(pairs):
            return 0
        row, column = pairs[number]
        best = 0
        for quantity in range(min(wanted[row], given[column]) + 1):
            less_wanted, less_given = wanted.copy(), given.copy()
            less_wanted[row] -= quantity
            less_given[column] -= quantity
            best = max(best, quantity + most(number + 1, less_wanted, less_given))
        return best

    return most(0, wanted, given)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (2, 2), (2, 3), (3, 2)])
def test_the_least_cut_is_the_largest_flow(shape: tuple[int, int]) -> None:
    height, width = shape
    tried = 0
    for bits in product([False, True], repeat=height * width):
        rows = [list(bits[row * width : (row + 1) * width]) for row in range(height)]
        among = cuts(rows)
        for wanted in product(range(3), repeat=height):
            for given in product((0, 1, 3), repeat=width):
                expected = most_by_trying(rows, list(wanted), list(given))
                actual = maximum_flow(among, wanted=list(wanted), given=list(given))
                assert expected == actual, (rows, wanted, given)
                tried += 1
    assert tried == 2 ** (height * width) * 3 ** (height + width)


def test_without_restrictions_the_smaller_side_trades_whole() -> None:
    assert maximum_flow(cuts(EVERYBODY), wanted=[30], given=[20]) == 20
    assert maximum_flow(cuts(EVERYBODY), wanted=[10], given=[20]) == 10


def test_a_class_that_may_trade_with_nobody_trades_nothing() -> None:
    assert maximum_flow(cuts([[False], [True]]), wanted=[5, 3], given=[10]) == 3


def test_choices_that_reach_the_same_sellers_make_one_cut() -> None:
    assert len(cuts(EVERYBODY)) == 2
    assert len(cuts([[True, True], [True, True], [True, True]])) == 2
    assert len(cuts(APART)) == 4
    everybody_but_the_own = [[row != column for column in range(8)] for row in range(8)]
    assert len(cuts(everybody_but_the_own)) == 10
    each_with_its_own = [[row == column for column in range(8)] for row in range(8)]
    assert len(cuts(each_with_its_own)) == 256


def test_the_first_of_the_queue_takes_what_it_wants() -> None:
    takes = first_takes(cuts(EVERYBODY), classes=[0, 0, 0], quantities=[4, 4, 4], given=[9])
    assert takes == [4, 4, 1]


def test_an_order_gets_less_only_when_its_class_can_get_no_more() -> None:
    takes = first_takes(
        cuts(APART), classes=[0, 1, 0, 1, 0], quantities=[4, 1, 4, 1, 4], given=[5, 2]
    )
    assert takes == [4, 1, 1, 1, 0]


def test_the_queue_takes_as_much_in_all_as_any_way_of_trading() -> None:
    # The first buyer could use up class 0, which is all that the second may trade with; class 1
    # is there for the first one too, so both are served.
    among = cuts(ONE_BOTH)
    takes = first_takes(among, classes=[0, 1], quantities=[5, 5], given=[5, 5])
    assert takes == [5, 5]
    assert sum(takes) == maximum_flow(among, wanted=[5, 5], given=[5, 5])


def test_a_better_place_comes_before_a_worse_one_of_a_choosier_class() -> None:
    takes = first_takes(cuts(ONE_BOTH), classes=[0, 1], quantities=[5, 5], given=[5, 1])
    assert takes == [5, 1]


def test_nobody_in_the_queue_takes_nothing() -> None:
    assert first_takes(cuts(EVERYBODY), classes=[], quantities=[], given=[9]) == []


def test_a_pair_leaves_enough_for_those_who_are_choosier() -> None:
    # Class 1 of buyers needs 3 of the 5 of class 0 of sellers: class 0 of buyers may take 2.
    room = Room(cuts(ONE_BOTH), ONE_BOTH, wanted=[4, 3], given=[5, 2])
    assert room.left(row=0, column=0) == 2
    assert room.left(row=0, column=1) == 7  # nobody else may trade with them
    assert room.left(row=1, column=0) == 7
    room.use(2, row=0, column=0)
    assert room.left(row=0, column=0) == 0
    room.use(3, row=1, column=0)
    assert room.left(row=0, column=0) == 0


def test_a_room_in_which_somebody_would_go_without_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        Room(cuts(APART), APART, wanted=[4, 3], given=[3, 4])
