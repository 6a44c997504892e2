"""The commands that every order book gets, drawn from a seed and kept in a file.

Half of the commands rest, 35 in a hundred cancel an order that rests, 15 cross and are filled whole
by what rests: so the number of resting orders stays what it was. To know what rests, the stream is
drawn beside an `OrderBook`; what it holds are numbers alone, which any order book can read.

Resting orders lie at `levels` prices a side and never cross. A crossing order accepts any of them.
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

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
    SizeTerms,
)

MIDDLE: Final = 1_000_000
QUANTITY_MAX: Final = 100
RESTING_SHARE: Final = 0.50
CANCEL_SHARE: Final = 0.35
PARTICIPANTS: Final = 1_000
SIZED_SHARE: Final = 0.10
LEVELS: Final = 100
FRONT_ORDERS: Final = 100_000

# Which of two classes of buyers may trade with which of three of sellers: no two rows and no two
# columns are equal, so that no two classes may share anything.
MATRIX: Final = ((True, True, False), (True, False, True))


class Row(NamedTuple):
    """One command: an order, or the cancel of one when `quantity` is 0."""

    product: int
    order_id: int
    is_buy: int
    price: int
    quantity: int
    counterparty_class: int
    terms: int  # a number of `terms_of`


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """What a stream is drawn from; equal markets give equal streams."""

    name: str
    commands: int
    resting: int
    levels: int = LEVELS  # a side
    products: int = 1
    restricted: bool = False  # classes of counterparties, by MATRIX
    sized: bool = False  # SIZED_SHARE of the orders carry a size constraint
    front: int = 0  # orders before all others that most crossing orders may not trade with

    def book(self) -> OrderBook:
        """An empty book with the rules of this market."""
        if self.restricted:
            return OrderBook(BookRules(matrix=CounterpartyMatrix(MATRIX)))
        else:
            return OrderBook()


def terms_of(number: int, quantity: int) -> SizeTerms | None:
    """The size constraint with that number, of an order over `quantity`; 0 is none."""
    match number:
        case 0:
            return None
        case 1:
            return SizeTerms(all_or_none=True)
        case 2:
            return SizeTerms(minimum_quantity=(quantity + 1) // 2)
        case 3:
            return SizeTerms(whole_only=True)
        case _:
            return SizeTerms(residual_minimum=min(10, quantity))


@dataclass(slots=True)
class _Live:
    # The orders that rest, any of which can be drawn or removed at once.
    order_ids: list[int] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)

    def add(self, order_id: int) -> None:
        self.places[order_id] = len(self.order_ids)
        self.order_ids.append(order_id)

    def remove(self, order_id: int) -> None:
        at, last = self.places.pop(order_id), self.order_ids.pop()
        if last != order_id:
            self.order_ids[at] = last
            self.places[last] = at


class _Drawing:
    # The state from which the next command is drawn.

    def __init__(self, market: Market, seed: int) -> None:
        self.market = market
        self.draw = random.Random(seed)
        self.books = [market.book() for _ in range(market.products)]
        self.live = [_Live() for _ in range(market.products)]
        self.order_id = 0

    def loading(self) -> Iterator[Row]:
        for _ in range(self.market.front):
            yield self.placed(self.front_order())
        for number in range(self.market.resting):
            yield self.placed(self.resting(number % self.market.products))

    def next_command(self) -> Row:
        chance = self.draw.random()
        product = self.draw.randrange(self.market.products)
        order_ids = self.live[product].order_ids
        if chance < RESTING_SHARE or not order_ids:
            return self.placed(self.resting(product))
        elif chance < RESTING_SHARE + CANCEL_SHARE:
            order_id = self.draw.choice(order_ids)
            self.books[product].cancel(OrderId(order_id))
            self.live[product].remove(order_id)
            return Row(product, order_id, 0, 0, 0, 0, 0)
        else:
            return self.placed(self.crossing(product))

    def resting(self, product: int) -> Row:
        away = self.draw.randint(1, self.market.levels)
        return self.order(product, away=away, is_crossing=False)

    def crossing(self, product: int) -> Row:
        return self.order(product, away=-self.market.levels - 1, is_crossing=True)

    def order(self, product: int, *, away: int, is_crossing: bool) -> Row:
        self.order_id += 1
        is_buy = self.draw.randrange(2)
        quantity = self.draw.randint(1, QUANTITY_MAX)
        number = 0
        if self.market.sized and self.draw.random() < SIZED_SHARE:
            # A buyer who crosses and wants it all in one piece might rest for ever, crossed.
            number = self.draw.choice((1, 2, 4) if is_crossing else (1, 2, 3, 4))
        price = MIDDLE - away if is_buy else MIDDLE + away
        which = self.class_of(is_buy=bool(is_buy), is_crossing=is_crossing)
        return Row(product, self.order_id, is_buy, price, quantity, which, number)

    def class_of(self, *, is_buy: bool, is_crossing: bool) -> int:
        if not self.market.restricted:
            return 0
        elif not self.market.front:
            return self.draw.randrange(2 if is_buy else 3)
        # Nothing that rests or sells may take the orders in front; half of those who buy may.
        return self.draw.randrange(2) if is_crossing or not is_buy else 0

    def front_order(self) -> Row:
        self.order_id += 1
        if self.market.restricted:
            # Below the best buyers even, who may not trade with this class of sellers.
            price = MIDDLE + self.draw.randint(-self.market.levels, 0)
            return Row(0, self.order_id, 0, price, self.draw.randint(1, QUANTITY_MAX), 2, 0)
        else:
            return Row(0, self.order_id, 0, MIDDLE, QUANTITY_MAX * QUANTITY_MAX, 0, 1)

    def placed(self, row: Row) -> Row:
        book = self.books[row.product]
        events = book.place(*place_arguments(row), **place_options(row))
        live = self.live[row.product]
        for event in events:
            if isinstance(event, Filled):
                # Of an all-or-none order that is tried again, the taker had rested too.
                if event.maker_remaining == 0:
                    live.remove(event.maker_order_id)
                if event.taker_remaining == 0 and event.taker_order_id in live.places:
                    live.remove(event.taker_order_id)
            elif isinstance(event, Rested):
                live.add(event.order_id)
        return row


PlaceArguments = tuple[OrderId, ParticipantId, Side, Price, Quantity]


def place_arguments(row: Row) -> PlaceArguments:
    """What `OrderBook.place` is given by position for the order of a row."""
    return (
        OrderId(row.order_id),
        ParticipantId(row.order_id % PARTICIPANTS),
        Side.BUY if row.is_buy else Side.SELL,
        Price(row.price),
        Quantity(row.quantity),
    )


def place_options(row: Row) -> dict[str, Any]:
    """What it is given by name, for an order that is not a plain one."""
    options: dict[str, Any] = {}
    if row.counterparty_class:
        options["counterparty_class"] = row.counterparty_class
    if row.terms:
        options["size_terms"] = terms_of(row.terms, row.quantity)
    return options


def write_stream(market: Market, file: Path, *, seed: int = 1) -> None:
    """Draw the stream of a market into a file: how many rows come first, then all rows."""
    drawing = _Drawing(market, seed)
    numbers = array("q", [market.front + market.resting])
    for row in drawing.loading():
        numbers.extend(row)
    for _ in range(market.commands):
        numbers.extend(drawing.next_command())
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        numbers.tofile(stream)


def read_stream(file: Path) -> tuple[list[Row], list[Row]]:
    """The rows that fill the books, and the rows that are measured."""
    numbers = array("q")
    numbers.frombytes(file.read_bytes())
    loading, columns = numbers[0], len(Row._fields)
    rows = list(map(Row._make, zip(*(iter(numbers[1:]),) * columns, strict=True)))
    return rows[:loading], rows[loading:]
