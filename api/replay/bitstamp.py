"""The recording of Bitstamp's BTC/USD book that the distribution `ob-analytics` carries.

Two files: every order that was created, changed or deleted, and every trade. The orders go through
the book; the trades that it makes are compared with the recorded ones. Nothing in the order feed
says in which order makers stand in line, so that agreement is evidence for price-time priority.

    row       what the book is told
    created   place; post-only, unless the order is the taker of a recorded trade
    changed   reduce to the volume of the row, if more than that is still open
    deleted   cancel, if it is still there

Two facts of the venue are not in the order feed: orders that cross and take nothing were post-only
orders that the venue refused, and two orders of the opening book lost their deletion in the
capture. How the feed writes what has no price or no volume is a third. 29 of the created rows are
such, and 14 of the trades hang on 7 of them:

    22 bids at price 0    under half a dollar, which whole dollars round away: no price that a book
                          takes, so it refuses them; no trade came near them
     5 asks at price 0    market orders to sell: placed as such
     2 bids at 999999999, market orders to buy for a sum of money, which is not recorded: placed as
       volume 0           market orders for the smallest volume, which shows whom they meet and at
                          what price. Theirs are the two trades whose quantity cannot agree.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from api.replay.recording import RecordingError, reading, whole_number
from matching import (
    BookEvent,
    Filled,
    OrderBook,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    RefusalReason,
    Refused,
    Side,
)

DISTRIBUTION: Final = "ob-analytics"
INSTALL: Final = f"pip install --no-deps {DISTRIBUTION}==0.1.0"
LOST_DELETIONS: Final = frozenset({2002347646152704, 2002347642003458})
VOLUME_DECIMALS: Final = 8
NOBODY: Final = ParticipantId(0)  # the feed names no participants
MARKET_PRICES: Final = {Side.BUY: Price(999_999_999), Side.SELL: Price(0)}
"""What the feed writes where an order that takes any price has none."""
VOLUME_UNKNOWN: Final = Quantity(0)
SMALLEST_VOLUME: Final = Quantity(1)

_SIDES: Final = {"bid": Side.BUY, "ask": Side.SELL}
_ACTIONS: Final = frozenset({"created", "changed", "deleted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One row of the order file. Prices are whole dollars, quantities hundred-millionths."""

    order_id: OrderId
    action: str
    side: Side
    price: Price
    quantity: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One trade, recorded by the venue or made by the book."""

    maker_order_id: OrderId
    taker_order_id: OrderId
    price: Price
    quantity: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeAgreement:
    """How many trades of the book are those of the venue."""

    recorded_count: int
    made_count: int
    equal_count: int  # maker, taker and price; a trade too many costs one
    quantity_equal_count: int  # and the quantity too
    in_sequence: bool  # makers, takers and prices came in the recorded order


@dataclass(slots=True, kw_only=True)
class Treated:
    """How many created rows were not placed as they are written, by what was done with them."""

    post_only_refused: int = 0  # they would have crossed, and the venue's trades have them nowhere
    deletion_lost: int = 0  # left out
    unpriced_refused: int = 0  # a price that whole dollars round to 0
    at_market: int = 0  # no price, and a recorded trade
    volume_unknown: int = 0  # of these: for a sum of money, placed with the smallest volume


def find_recording() -> tuple[Path, Path]:
    """The order file and the trade file of the installed distribution; it is not imported.

    Raises:
        RecordingError: it is not installed, or has no such files.
    """
    try:
        installed = metadata.files(DISTRIBUTION) or []
    except metadata.PackageNotFoundError as error:
        raise RecordingError(
            f"the recording is not installed; install it with: {INSTALL}"
        ) from error
    paths = {file.name: Path(str(file.locate())) for file in installed}
    try:
        return paths["orders.csv.gz"], paths["trades.csv"]
    except KeyError as error:
        raise RecordingError(
            f"this {DISTRIBUTION} has no {error}; install it with: {INSTALL}"
        ) from error


def read_orders(path: Path) -> Iterator[OrderRow]:
    """The rows of the order file, in the order of the file.

    Raises:
        RecordingError: a row is malformed.
    """
    with reading(path), gzip.open(path, "rt", encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            try:
                action = row["action"]
                if action not in _ACTIONS:
                    raise RecordingError(f"unknown action: {action!r}")
                yield OrderRow(
                    order_id=OrderId(int(row["id"])),
                    action=action,
                    side=_SIDES[row["direction"]],
                    price=Price(whole_number(row["price"], decimals=0)),
                    quantity=Quantity(whole_number(row["volume"], decimals=VOLUME_DECIMALS)),
                )
            except (KeyError, ValueError) as error:
                raise RecordingError(f"{path.name}: malformed row {row}") from error


def read_trades(path: Path) -> list[Trade]:
    """The recorded trades, in the order of the file.

    Raises:
        RecordingError: a row is malformed.
    """
    trades = []
    with reading(path), path.open(encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            try:
                buyer, seller = (
                    OrderId(int(row["buy_order_id"])),
                    OrderId(int(row["sell_order_id"])),
                )
                maker, taker = {"buy": (seller, buyer), "sell": (buyer, seller)}[row["side"]]
                price = Price(whole_number(row["price"], decimals=0))
                quantity = Quantity(whole_number(row["amount"], decimals=VOLUME_DECIMALS))
            except (KeyError, ValueError) as error:
                raise RecordingError(f"{path.name}: malformed row {row}") from error
            trades.append(
                Trade(maker_order_id=maker, taker_order_id=taker, price=price, quantity=quantity)
            )
    return trades


class BitstampReplay:
    """The book under the recorded orders, and the trades that it made of them."""

    def __init__(self, recorded: list[Trade]) -> None:
        self.book = OrderBook()
        self.recorded = recorded
        self.made: list[Trade] = []
        self.treated = Treated()
        self._takers = frozenset(trade.taker_order_id for trade in recorded)

    def apply(self, row: OrderRow) -> None:
        """Tell the book what the row says. Refusals are the book's answer, and stand."""
        if row.order_id in LOST_DELETIONS:
            self.treated.deletion_lost += row.action == "created"
            return
        for event in self._command(row):
            if isinstance(event, Filled):
                trade = Trade(
                    maker_order_id=event.maker_order_id,
                    taker_order_id=event.taker_order_id,
                    price=event.price,
                    quantity=event.quantity,
                )
                self.made.append(trade)

    def agreement(self) -> TradeAgreement:
        """What of the trades so far is as recorded."""
        made = [_without_quantity(trade) for trade in self.made]
        recorded = [_without_quantity(trade) for trade in self.recorded]
        too_many = max(0, len(made) - len(recorded))
        return TradeAgreement(
            recorded_count=len(recorded),
            made_count=len(made),
            equal_count=(Counter(made) & Counter(recorded)).total() - too_many,
            quantity_equal_count=(Counter(self.made) & Counter(self.recorded)).total() - too_many,
            in_sequence=made == recorded,
        )

    def _command(self, row: OrderRow) -> list[BookEvent]:
        if row.action == "created":
            return self._place(row)
        if row.action == "deleted" or row.quantity == 0:
            return self.book.cancel(row.order_id)
        # Where the change was a fill, the book has already made it, and refuses to do it again.
        return self.book.reduce(row.order_id, row.quantity)

    def _place(self, row: OrderRow) -> list[BookEvent]:
        is_taker = row.order_id in self._takers
        if is_taker and row.price == MARKET_PRICES[row.side]:
            self.treated.at_market += 1
            quantity = row.quantity
            if quantity == VOLUME_UNKNOWN:
                self.treated.volume_unknown += 1
                quantity = SMALLEST_VOLUME
            return self.book.place_market(row.order_id, NOBODY, row.side, quantity)
        events = self.book.place(
            row.order_id, NOBODY, row.side, row.price, row.quantity, post_only=not is_taker
        )
        for event in events:
            if isinstance(event, Refused):
                crosses = event.reason is RefusalReason.POST_ONLY_WOULD_CROSS
                self.treated.post_only_refused += crosses
                self.treated.unpriced_refused += event.reason is RefusalReason.INVALID_PRICE
        return events


def _without_quantity(trade: Trade) -> tuple[OrderId, OrderId, Price]:
    return (trade.maker_order_id, trade.taker_order_id, trade.price)
