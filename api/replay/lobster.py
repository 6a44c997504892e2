"""LOBSTER's files of NASDAQ order flow: messages, and the book after each of them.

The files are the reader's own: their terms forbid passing them on, so none come with the project.

    type   what happened                    what the book is told
    1      a new limit order                place
    2      part of an order was cancelled   reduce, or cancel if nothing is left
    3      an order was deleted             cancel
    4      a visible order was executed     an immediate-or-cancel order from the other side
    5 6 7  hidden execution, cross, halt    nothing: the visible book does not change

A file of N levels knows nothing of orders that rest before it starts, nor of what happens below
level N. The first row of the book can stand in for the former: one order a level, of which messages
about unknown orders at that price take their quantity.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final

from api.replay.recording import RecordingError, reading
from matching import (
    Filled,
    OrderBook,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    Side,
    TimeInForce,
)

NEW: Final = 1
PARTLY_CANCELLED: Final = 2
DELETED: Final = 3
EXECUTED: Final = 4
BOOK_UNCHANGED: Final = frozenset({5, 6, 7})
NOBODY: Final = ParticipantId(0)  # the feed names no participants

# What a row of the book has where there is no level.
ABSENT_QUANTITY: Final = 0
COLUMNS_PER_LEVEL: Final = 4  # ask price, ask quantity, bid price, bid quantity

Depth = list[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; the side, price and id are those of the order that rests."""

    kind: int
    order_id: OrderId
    quantity: Quantity
    price: Price
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRow:
    """The book after a message: price and quantity of each level, best first."""

    levels_max: int
    asks: Depth
    bids: Depth


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAgreement:
    """How many rows of the book are those of the file."""

    row_count: int
    best_equal_count: int  # the best level of both sides
    depth_equal_count: int  # every level that is compared
    executed_count: int
    maker_equal_count: int  # executions of the order, price and quantity that the file says


def read_messages(path: Path) -> Iterator[Message]:
    """The messages of the file, in order.

    Raises:
        RecordingError: a row is malformed.
    """
    for row in _rows(path):
        try:
            _, kind, order_id, quantity, price, direction = map(str.strip, row[:6])
            yield Message(
                kind=int(kind),
                order_id=OrderId(int(order_id)),
                quantity=Quantity(int(quantity)),
                price=Price(int(price)),
                side=Side.BUY if int(direction) == 1 else Side.SELL,
            )
        except ValueError as error:
            raise RecordingError(f"{path.name}: malformed message {row}") from error


def read_book_rows(path: Path) -> Iterator[BookRow]:
    """The rows of the orderbook file, in order.

    Raises:
        RecordingError: a row is malformed.
    """
    for row in _rows(path):
        if len(row) % COLUMNS_PER_LEVEL != 0:
            raise RecordingError(f"{path.name}: not four columns a level: {row}")
        try:
            numbers = [int(text) for text in row]
        except ValueError as error:
            raise RecordingError(f"{path.name}: malformed row {row}") from error
        asks = list(zip(numbers[0::COLUMNS_PER_LEVEL], numbers[1::COLUMNS_PER_LEVEL], strict=True))
        bids = list(zip(numbers[2::COLUMNS_PER_LEVEL], numbers[3::COLUMNS_PER_LEVEL], strict=True))
        yield BookRow(
            levels_max=len(asks),
            asks=[level for level in asks if level[1] != ABSENT_QUANTITY],
            bids=[level for level in bids if level[1] != ABSENT_QUANTITY],
        )


def read_steps(messages: Path, *, book_rows: Path) -> Iterator[tuple[Message, BookRow]]:
    """Each message of the one file with the row of the other that is the book after it.

    Raises:
        RecordingError: a row is malformed, or the files are not equally long.
    """
    for message, row in zip_longest(read_messages(messages), read_book_rows(book_rows)):
        if message is None or row is None:
            raise RecordingError(f"{messages.name} and {book_rows.name} are not equally long")
        yield message, row


class LobsterReplay:
    """The book under the recorded messages, compared with the recorded book after each."""

    def __init__(self, *, levels: int) -> None:
        assert levels >= 1, levels
        self.book = OrderBook()
        self.levels = levels
        self._row_count = 0
        self._best_equal_count = 0
        self._depth_equal_count = 0
        self._executed_count = 0
        self._maker_equal_count = 0
        # Ids of our own count down from -1: the file's ids are positive.
        self._last_id = 0
        self._seeds: dict[tuple[Side, int], OrderId] = {}

    def seed(self, row: BookRow) -> None:
        """Start from `row`: one order for each of its levels."""
        for side, levels in ((Side.SELL, row.asks), (Side.BUY, row.bids)):
            for price, quantity in levels:
                order_id = self._own_id()
                self.book.place(order_id, NOBODY, side, Price(price), Quantity(quantity))
                self._seeds[side, price] = order_id

    def apply(self, message: Message) -> None:
        """Tell the book what the message says. Refusals are the book's answer, and stand."""
        order_id = message.order_id
        if order_id not in self.book:
            order_id = self._seeds.get((message.side, message.price), order_id)
        if message.kind == NEW:
            self.book.place(message.order_id, NOBODY, message.side, message.price, message.quantity)
        elif message.kind == EXECUTED:
            self._execute(message, order_id)
        elif message.kind == DELETED and order_id == message.order_id:
            self.book.cancel(order_id)
        elif message.kind in {PARTLY_CANCELLED, DELETED}:
            self._take_off(order_id, message.quantity)
        elif message.kind not in BOOK_UNCHANGED:
            raise RecordingError(f"unknown type of message: {message.kind}")

    def step(self, message_and_row: tuple[Message, BookRow]) -> None:
        """Tell the book what the message says and count whether it is then as the row says."""
        message, row = message_and_row
        self.apply(message)
        self.compare(row)

    def compare(self, row: BookRow) -> None:
        """Count whether the book is as `row` says."""
        asks = [level[:2] for level in self.book.depth(Side.SELL, self.levels)]
        bids = [level[:2] for level in self.book.depth(Side.BUY, self.levels)]
        self._row_count += 1
        self._best_equal_count += asks[:1] == row.asks[:1] and bids[:1] == row.bids[:1]
        self._depth_equal_count += (
            asks == row.asks[: self.levels] and bids == row.bids[: self.levels]
        )

    def agreement(self) -> RowAgreement:
        """What of the rows so far is as recorded."""
        return RowAgreement(
            row_count=self._row_count,
            best_equal_count=self._best_equal_count,
            depth_equal_count=self._depth_equal_count,
            executed_count=self._executed_count,
            maker_equal_count=self._maker_equal_count,
        )

    def _execute(self, message: Message, maker_order_id: OrderId) -> None:
        events = self.book.place(
            self._own_id(),
            NOBODY,
            message.side.opposite,
            message.price,
            message.quantity,
            TimeInForce.IMMEDIATE_OR_CANCEL,
        )
        fills = [
            (event.maker_order_id, event.price, event.quantity)
            for event in events
            if isinstance(event, Filled)
        ]
        self._executed_count += 1
        self._maker_equal_count += fills == [(maker_order_id, message.price, message.quantity)]

    def _take_off(self, order_id: OrderId, quantity: int) -> None:
        order = self.book.order(order_id)
        if order is None:
            return  # it rested before the file begins, or below its last level
        elif order.quantity > quantity:
            self.book.reduce(order_id, Quantity(order.quantity - quantity))
        else:
            self.book.cancel(order_id)

    def _own_id(self) -> OrderId:
        self._last_id -= 1
        return OrderId(self._last_id)


def _rows(path: Path) -> Iterator[list[str]]:
    with reading(path), path.open(encoding="ascii", newline="") as file:
        yield from filter(None, csv.reader(file))
