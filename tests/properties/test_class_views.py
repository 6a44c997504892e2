"""What a class of counterparties sees of the book is what it can trade with, and never crossed."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from matching import (
    BookRules,
    CounterpartyMatrix,
    Filled,
    OrderBook,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    Rested,
    Side,
    Viewer,
)

LEVELS_ALL = 1_000
NEW_ID = OrderId(1_000)
NEW_PARTICIPANT = ParticipantId(99)
Viewed: TypeAlias = tuple[OrderBook, Viewer]


@st.composite
def viewed_books(draw: st.DrawFn) -> Viewed:
    """A book of plain orders, of up to three classes a side, and somebody who looks at it."""
    columns = draw(st.integers(1, 3))
    row = st.tuples(*[st.booleans()] * columns)
    rows = draw(st.lists(row, min_size=1, max_size=3))
    book = OrderBook(BookRules(matrix=CounterpartyMatrix(tuple(rows))))
    class_counts = {Side.BUY: len(rows), Side.SELL: columns}
    sides = st.sampled_from(Side)
    places = st.lists(st.tuples(sides, st.integers(1, 8), st.integers(1, 9)), max_size=25)
    for number, (side, price, quantity) in enumerate(draw(places)):
        book.place(
            *(OrderId(number), ParticipantId(number % 5), side, Price(price), Quantity(quantity)),
            counterparty_class=draw(st.integers(0, class_counts[side] - 1)),
        )
    side = draw(sides)
    return book, (side, draw(st.integers(0, class_counts[side] - 1)))


@given(viewed_books())
def test_a_class_view_is_never_crossed(viewed: Viewed) -> None:
    book, viewer = viewed
    bid, ask = (book.best(side, seen_by=viewer) for side in Side)
    assert bid is None or ask is None or bid[0] < ask[0]


@given(viewed_books())
def test_a_class_can_take_all_that_it_sees_of_the_other_side(viewed: Viewed) -> None:
    book, viewer = viewed
    side, counterparty_class = viewer
    shown = book.depth(side.opposite, LEVELS_ALL, seen_by=viewer)
    taken: dict[int, int] = {}
    for event in book.place_market(
        NEW_ID, NEW_PARTICIPANT, side, Quantity(10**9), counterparty_class=counterparty_class
    ):
        if isinstance(event, Filled):
            taken[event.price] = taken.get(event.price, 0) + event.quantity
    assert [(price, quantity) for price, quantity, _ in shown] == list(taken.items())
    assert book.best(side.opposite, seen_by=viewer) is None


@given(viewed_books(), st.integers(1, 8))
def test_an_order_worse_than_what_its_class_sees_rests_and_is_seen(
    viewed: Viewed, price: int
) -> None:
    book, viewer = viewed
    side, counterparty_class = viewer
    best = book.best(side.opposite, seen_by=viewer)
    before = {level[0]: level[1] for level in book.depth(side, LEVELS_ALL, seen_by=viewer)}
    events = book.place(
        *(NEW_ID, NEW_PARTICIPANT, side, Price(price), Quantity(5)),
        counterparty_class=counterparty_class,
    )
    sign = 1 if side is Side.BUY else -1
    would_trade = best is not None and price * sign >= best[0] * sign
    assert would_trade == isinstance(events[0], Filled)
    if not would_trade:
        assert isinstance(events[0], Rested)
        after = {level[0]: level[1] for level in book.depth(side, LEVELS_ALL, seen_by=viewer)}
        # A class that may trade with nobody sees nothing, not even itself.
        before[Price(price)] = before.get(Price(price), 0) + 5
        assert not after or after == before


@given(viewed_books())
def test_the_whole_book_is_the_sum_of_its_orders(viewed: Viewed) -> None:
    book, _ = viewed
    for side in Side:
        levels: dict[int, tuple[int, int]] = {}
        for order in book.orders(side):
            quantity, order_count = levels.get(order.price, (0, 0))
            levels[order.price] = (quantity + order.quantity, order_count + 1)
        expected = [(price, *level) for price, level in levels.items()]
        assert expected == book.depth(side, LEVELS_ALL)
