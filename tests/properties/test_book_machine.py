"""The real book and the naive one, side by side: Hypothesis to find, a seeded loop for volume.

After every command: the same events, the same book from every side from which it can be read, every
invariant (B1..B6), and the same depth folded from the events alone.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import assert_never

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from matching import (
    BookEvent,
    Cancelled,
    Expired,
    Filled,
    OrderBook,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    Reduced,
    Refused,
    Replaced,
    Rested,
    Side,
    TimeInForce,
)
from tests.model.book import ModelBook

SOAK_STEPS = int(os.environ.get("TRUSTEX_SOAK_STEPS", "6000"))
LEVELS_ALL = 1_000

# Few ids and few prices, so that ids meet again, prices cross and queues grow long.
ORDER_IDS = [OrderId(number) for number in range(1, 41)]
PRICES = [Price(number) for number in (0, *range(95, 106), 2**62, 2**62 + 1)]
QUANTITIES = [Quantity(number) for number in (-1, 0, *range(1, 10), 30, 2**62, 2**62 + 1)]
EXPIRIES = [None, None, None, 0, *range(1, 20), 2**62, 2**62 + 1]


class DepthFold:
    """The depth of the book, kept from its events alone."""

    def __init__(self) -> None:
        self.levels: dict[tuple[Side, Price], tuple[int, int]] = {}

    def change(self, side: Side, price: Price, *, quantity: int, order_count: int) -> None:
        old_quantity, old_count = self.levels.pop((side, price), (0, 0))
        if old_count + order_count > 0:
            self.levels[side, price] = (old_quantity + quantity, old_count + order_count)
        else:
            assert (old_quantity + quantity, old_count + order_count) == (0, 0)

    def apply(self, event: BookEvent) -> None:
        match event:
            case Rested():
                self.change(event.side, event.price, quantity=event.quantity, order_count=1)
            case Filled():
                gone = -1 if event.maker_remaining == 0 else 0
                maker_side = event.taker_side.opposite
                self.change(maker_side, event.price, quantity=-event.quantity, order_count=gone)
            case Reduced():
                self.change(
                    event.side, event.price, quantity=-event.quantity_removed, order_count=0
                )
            case Replaced():
                self.change(
                    event.side, event.old_price, quantity=-event.old_quantity, order_count=-1
                )
            case Cancelled():
                if event.was_resting:
                    self.change(event.side, event.price, quantity=-event.quantity, order_count=-1)
            case Expired():
                self.change(event.side, event.price, quantity=-event.quantity, order_count=-1)
            case Refused():
                pass
            case _:
                assert_never(event)

    def depth(self, side: Side) -> list[tuple[Price, int, int]]:
        prices = [price for at_side, price in self.levels if at_side is side]
        prices.sort(reverse=side is Side.BUY)
        return [(price, *self.levels[side, price]) for price in prices]


class SideBySide:
    """The real book and the model under the same commands."""

    def __init__(self) -> None:
        self.book = OrderBook()
        self.model = ModelBook()
        self.fold = DepthFold()
        self.fill_count = 0

    def place(
        self,
        order_id: OrderId,
        side: Side,
        price: Price,
        quantity: Quantity,
        time_in_force: TimeInForce,
        *,
        post_only: bool,
        expires_at_ns: int | None,
    ) -> None:
        participant_id = ParticipantId(order_id % 5)
        self.compare(
            self.model.place(
                order_id,
                participant_id,
                side,
                price,
                quantity,
                time_in_force,
                post_only=post_only,
                expires_at_ns=expires_at_ns,
            ),
            self.book.place(
                order_id,
                participant_id,
                side,
                price,
                quantity,
                time_in_force,
                post_only=post_only,
                expires_at_ns=expires_at_ns,
            ),
        )

    def cancel(self, order_id: OrderId) -> None:
        self.compare(self.model.cancel(order_id), self.book.cancel(order_id))

    def reduce(self, order_id: OrderId, quantity: Quantity) -> None:
        self.compare(self.model.reduce(order_id, quantity), self.book.reduce(order_id, quantity))

    def replace(self, order_id: OrderId, price: Price, quantity: Quantity) -> None:
        self.compare(
            self.model.replace(order_id, price, quantity),
            self.book.replace(order_id, price, quantity),
        )

    def expire(self, now_ns: int, *, expired_max: int) -> None:
        self.compare(
            self.model.expire(now_ns, expired_max=expired_max),
            self.book.expire(now_ns, expired_max=expired_max),
        )

    def restore(self) -> None:
        orders = [*self.book.orders(Side.SELL), *self.book.orders(Side.BUY)]
        self.book = OrderBook.restore(orders)

    def compare(self, expected: list[BookEvent], actual: list[BookEvent]) -> None:
        assert expected == actual
        for event in actual:
            self.fold.apply(event)
            self.fill_count += isinstance(event, Filled)
        if any(isinstance(event, Refused) for event in actual):
            assert len(actual) == 1

    def check(self) -> None:
        self.book.check()
        for side in Side:
            expected = self.model.depth(side)
            assert expected == self.book.depth(side, LEVELS_ALL)
            assert expected[:3] == self.book.depth(side, 3)
            assert expected == self.fold.depth(side)
            assert (expected[0][:2] if expected else None) == self.book.best(side)
            assert self.model.orders(side) == list(self.book.orders(side))
        assert len(self.model.resting) == len(self.book)
        assert self.model.next_expiry_ns == self.book.next_expiry_ns
        for order_id in ORDER_IDS:
            found = self.model.find(order_id)
            assert (found is not None) == (order_id in self.book)
            assert (found.view() if found else None) == self.book.order(order_id)


class BookMachine(RuleBasedStateMachine):
    """Every command, in every order that Hypothesis thinks of."""

    def __init__(self) -> None:
        super().__init__()
        self.books = SideBySide()

    @rule(
        order_id=st.sampled_from(ORDER_IDS),
        side=st.sampled_from(Side),
        price=st.sampled_from(PRICES),
        quantity=st.sampled_from(QUANTITIES),
        time_in_force=st.sampled_from(TimeInForce),
        post_only=st.booleans(),
        expires_at_ns=st.sampled_from(EXPIRIES),
    )
    def place_any(
        self,
        order_id: OrderId,
        side: Side,
        price: Price,
        quantity: Quantity,
        time_in_force: TimeInForce,
        *,
        post_only: bool,
        expires_at_ns: int | None,
    ) -> None:
        self.books.place(
            order_id,
            side,
            price,
            quantity,
            time_in_force,
            post_only=post_only,
            expires_at_ns=expires_at_ns,
        )

    @rule(
        order_id=st.sampled_from(ORDER_IDS),
        side=st.sampled_from(Side),
        price=st.sampled_from(PRICES[1:-2]),
        quantity=st.sampled_from(QUANTITIES[2:-3]),
    )
    def place_plain(self, order_id: OrderId, side: Side, price: Price, quantity: Quantity) -> None:
        self.books.place(
            order_id,
            side,
            price,
            quantity,
            TimeInForce.GOOD_TILL_CANCELLED,
            post_only=False,
            expires_at_ns=None,
        )

    @rule(order_id=st.sampled_from(ORDER_IDS))
    def cancel(self, order_id: OrderId) -> None:
        self.books.cancel(order_id)

    @rule(order_id=st.sampled_from(ORDER_IDS), quantity=st.sampled_from(QUANTITIES))
    def reduce(self, order_id: OrderId, quantity: Quantity) -> None:
        self.books.reduce(order_id, quantity)

    @rule(
        order_id=st.sampled_from(ORDER_IDS),
        price=st.sampled_from(PRICES),
        quantity=st.sampled_from(QUANTITIES),
    )
    def replace(self, order_id: OrderId, price: Price, quantity: Quantity) -> None:
        self.books.replace(order_id, price, quantity)

    @rule(now_ns=st.integers(0, 20), expired_max=st.integers(1, 5))
    def expire(self, now_ns: int, expired_max: int) -> None:
        self.books.expire(now_ns, expired_max=expired_max)

    @rule()
    def restore(self) -> None:
        self.books.restore()

    @invariant()
    def the_books_agree(self) -> None:
        self.books.check()


TestBookMachine = BookMachine.TestCase


def step(books: SideBySide, draw: random.Random) -> None:
    """One command of a mix in which most are valid."""
    order_id = draw.choice(ORDER_IDS)
    valid = draw.random() < 0.97
    price = draw.choice(PRICES[1:-2] if valid else PRICES)
    quantity = draw.choice(QUANTITIES[2:-3] if valid else QUANTITIES)
    commands: list[tuple[int, Callable[[], None]]] = [
        (
            50,
            lambda: books.place(
                order_id,
                draw.choice(list(Side)),
                price,
                quantity,
                draw.choices(list(TimeInForce), (8, 1, 1))[0],
                post_only=draw.random() < 0.1,
                expires_at_ns=draw.choice(EXPIRIES) if draw.random() < 0.2 else None,
            ),
        ),
        (10, lambda: books.cancel(order_id)),
        (10, lambda: books.reduce(order_id, quantity)),
        (20, lambda: books.replace(order_id, price, quantity)),
        (2, lambda: books.expire(draw.randrange(20), expired_max=draw.randint(1, 5))),
        (1, books.restore),
    ]
    draw.choices([run for _, run in commands], [weight for weight, _ in commands])[0]()


@pytest.mark.parametrize("seed", range(2))
def test_a_long_run_of_commands_agrees_with_the_model(seed: int) -> None:
    books = SideBySide()
    draw = random.Random(seed)
    for _ in range(SOAK_STEPS):
        step(books, draw)
        books.check()
    assert books.fill_count > SOAK_STEPS // 20
