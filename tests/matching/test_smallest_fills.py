"""Orders that accept too little are stepped over."""

from __future__ import annotations

import random
from typing import Final

import pytest

from matching import BookRules, OrderBook, OrderId, ParticipantId, Price, Quantity, Side, SizeTerms
from matching.ladder import Order, Terms
from matching.smallest_fills import Node, SmallestFills

FILLS: Final = (1, 2, 3, 5, 8)


def order(number: int) -> Order:
    return Order(OrderId(number), ParticipantId(1), Quantity(1), number, Terms())


def height_max(count: int) -> int:
    """The height of the thinnest balanced tree of `count` nodes: its sides differ by one."""
    fewest, next_fewest, height = 0, 1, 0
    while next_fewest <= count:
        fewest, next_fewest = next_fewest, fewest + next_fewest + 1
        height += 1
    return height


class Pair:
    """The tree, and a list of (order, fill) in the order in which they trade."""

    def __init__(self) -> None:
        self.fills = SmallestFills()
        self.rows: list[tuple[Order, int]] = []

    def add(self, number: int, fill: int, at: int) -> None:
        new = order(number)
        self.fills.add(new, fill, after=self.rows[at - 1][0] if at else None)
        self.rows.insert(at, (new, fill))

    def discard(self, at: int) -> None:
        gone, _ = self.rows.pop(at)
        self.fills.discard(gone)

    def change(self, at: int, fill: int) -> None:
        self.rows[at] = (self.rows[at][0], fill)
        self.fills.change(self.rows[at][0], fill)

    def check(self) -> None:
        rows, fills = self.rows, self.fills
        assert [(node.order, node.fill) for node in fills.nodes_in_order()] == rows
        assert fills.least == min((fill for _, fill in rows), default=0)
        assert set(fills.nodes) == {each.order_id for each, _ in rows}
        for quantity in (0, *FILLS):
            found = [each for each, fill in rows if fill <= quantity]
            assert fills.first(quantity) is (found[0] if found else None)
            following: Order | None = None
            for each, fill in reversed(rows):
                assert fills.first_after(each, quantity) is following
                if fill <= quantity:
                    following = each
        assert (0 if fills.root is None else fills.root.height) <= height_max(len(rows))


@pytest.mark.parametrize("seed", range(6))
def test_the_tree_answers_as_a_list_does(seed: int) -> None:
    draw, pair = random.Random(seed), Pair()
    for number in range(250):
        rows = pair.rows
        what = draw.random()
        if not rows or what < (0.7 if number % 100 < 60 else 0.3):
            # Last, first, in the middle: as at one price, at ever better ones, at any.
            at = {0: len(rows), 1: 0}.get(seed % 3, draw.randint(0, len(rows)))
            pair.add(number, draw.choice(FILLS), at)
        elif what < 0.85:
            pair.discard(draw.randrange(len(rows)))
        else:
            pair.change(draw.randrange(len(rows)), draw.choice(FILLS))
        pair.check()
    while pair.rows:
        pair.discard(draw.randrange(len(pair.rows)))
        pair.check()


def test_a_node_that_has_left_leads_nowhere() -> None:
    pair = Pair()
    for number in range(7):
        pair.add(number, 1, number)
    nodes = dict(pair.fills.nodes)
    # Without sides, with one, with two (where another order's node goes), and the root.
    for at in (0, 0, 2, 1):
        pair.discard(at)
    living = set(pair.fills.nodes.values())
    gone: list[Node] = [node for node in nodes.values() if node not in living]
    assert len(gone) == 4
    for node in gone:
        assert node.parent is node.better is node.worse is None


def test_those_that_it_steps_over_do_not_bring_the_search_to_its_limit() -> None:
    book = OrderBook(BookRules(candidates_examined_max=1))
    at = (ParticipantId(1), Side.SELL, Price(100))
    for number in range(50):
        terms = SizeTerms(minimum_quantity=9)
        book.place(OrderId(number), *at, Quantity(10), size_terms=terms)
    book.place(OrderId(90), *at, Quantity(2), size_terms=SizeTerms(minimum_quantity=1))
    events = book.place(OrderId(91), ParticipantId(2), Side.BUY, Price(100), Quantity(8))
    assert [type(event).__name__ for event in events] == ["Filled", "Rested"]
    book.check()
