"""The call auction: orders gather, and then one price for all. It knows orders, and no order book.

`clear` says what an uncross would do; it changes nothing, so it is also the indicative price. The
price is the limit of an order that takes part, or the reference price, by the first rule that
leaves one:

    1  VOLUME      most can be executed
    2  SURPLUS     least is left over on the larger side
    3  PRESSURE    buyers left over at all remaining prices: the highest; sellers: the lowest
    4  REFERENCE   nearest to the reference price, of two equally near the higher

What can be executed at a price is a maximum flow between classes of buyers and of sellers
(`matching.flow`). Who trades: market orders first, then the better limit, then the lower sequence;
buyers in this order get as much as any maximum flow gives them, sellers likewise (there is always
a flow that does both: Mendelsohn and Dulmage 1958), and then buyer after buyer is paired with the
first sellers whom he may trade with, unless that would leave somebody behind unserved.

Sources: the four rules and their order are those of the ASX (How opening and closing prices are
calculated) and of the periodic auction of BNB Beacon Chain (BEP 19, match examples 1 to 5.2). The
price of a market with market orders only is the reference price, and market orders come first, in
Deutsche Börse's Xetra market model (price determination in auctions) and in Euronext's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from enum import Enum
from itertools import accumulate
from typing import Final, final

from matching.flow import Cut, Room, cuts, first_takes
from matching.types import (
    BUY,
    LIMIT,
    PRICE_MAX,
    QUANTITY_MAX,
    SELL,
    CounterpartyMatrix,
    OrderId,
    OrderKind,
    Price,
    Quantity,
    Side,
)


class AuctionRule(Enum):
    """What settled the price of an auction: the first rule that left one price."""

    VOLUME = 1  # the only price at which so much can be executed
    SURPLUS = 2  # of those, the only one with so little left over
    PRESSURE = 3  # of those, the furthest on the way of the side that is left over
    REFERENCE = 4  # of those, the nearest to the reference price


@final
class AuctionOrder:
    """An order that takes part. A market or market-to-limit order has the price 0."""

    __slots__ = (
        "counterparty_class",
        "kind",
        "order_id",
        "price",
        "quantity",
        "sequence",
        "side",
    )

    order_id: Final[OrderId]
    side: Final[Side]
    kind: Final[OrderKind]
    price: Final[Price]
    quantity: Final[Quantity]
    counterparty_class: Final[int]
    sequence: Final[int]

    def __init__(
        self,
        order_id: OrderId,
        side: Side,
        kind: OrderKind,
        price: Price,
        quantity: Quantity,
        counterparty_class: int,
        sequence: int,
    ) -> None:
        assert 1 <= quantity <= QUANTITY_MAX, (order_id, quantity)
        if kind is LIMIT:
            assert 1 <= price <= PRICE_MAX, (order_id, price)
        else:
            assert price == 0, (order_id, price)
        self.order_id = order_id
        self.side = side
        self.kind = kind
        self.price = price
        self.quantity = quantity
        self.counterparty_class = counterparty_class
        self.sequence = sequence


@final
class AuctionRow:
    """What an auction at `price` would do: a row of the table that the price is chosen from."""

    __slots__ = ("bought", "executable", "price", "sold")

    price: Final[Price]
    bought: Final[int]  # by market orders and by limits at this price or higher
    sold: Final[int]  # by market orders and by limits at this price or lower
    executable: Final[int]

    def __init__(self, price: Price, *, bought: int, sold: int, executable: int) -> None:
        self.price = price
        self.bought = bought
        self.sold = sold
        self.executable = executable

    @property
    def surplus(self) -> int:
        """What the larger side is left with: positive for buyers, negative for sellers.

        Where both sides are equally large and classes keep them apart, as many buyers as sellers
        are left; that is told as a surplus of buyers.
        """
        if self.bought >= self.sold:
            return self.bought - self.executable
        return self.executable - self.sold


@final
class Clearing:
    """The outcome of an auction; `price` and `decided_by` are None when nothing can trade."""

    __slots__ = ("decided_by", "fills", "price", "surplus", "volume")

    price: Final[Price | None]
    volume: Final[int]
    surplus: Final[int]  # at the price: of buyers if positive, of sellers if negative
    decided_by: Final[AuctionRule | None]
    fills: Final[list[tuple[OrderId, OrderId, Quantity]]]  # buy order, sell order, quantity

    def __init__(
        self,
        *,
        price: Price | None,
        volume: int,
        surplus: int,
        decided_by: AuctionRule | None,
        fills: list[tuple[OrderId, OrderId, Quantity]],
    ) -> None:
        self.price = price
        self.volume = volume
        self.surplus = surplus
        self.decided_by = decided_by
        self.fills = fills


def clear(
    orders: Sequence[AuctionOrder],
    *,
    matrix: CounterpartyMatrix,
    reference_price: Price,
    pressure_limit_percent: int | None = None,
) -> Clearing:
    """The price, the volume and the fills of an auction of these orders, in any order given.

    Args:
        matrix: which class of buyers may trade with which class of sellers.
        reference_price: 1..PRICE_MAX; a candidate itself, so that market orders have a price.
        pressure_limit_percent: the pressure rule moves the price no further than this from the
            reference price: of the remaining prices within the limit it takes the highest or the
            lowest, and when none is within, the one nearest to the reference price (of two the
            higher). In the case 5.2 of BNB's page sellers are left over at 94, 93 and 92; the
            limit of 5 percent around 100 ends at 95, so the price is 94 and not 92. In 5.1 all
            remaining prices, 95 to 97, are above 84, 5 percent over the reference price of 80, and
            the price is 95. The limit counts exactly, without rounding to a whole tick.
    Cost: O(orders x log orders + orders x 2 ** classes) at worst. A price is looked at in full
        only where all buyers and all sellers together, classes aside, could trade as much as was
        found possible; pairs cost O(cuts of the matrix) each, and a matrix that lets everybody
        trade has one that matters.
    """
    assert 1 <= reference_price <= PRICE_MAX, reference_price
    assert pressure_limit_percent is None or pressure_limit_percent >= 0, pressure_limit_percent
    limits = {order.price for order in orders if order.kind is LIMIT}
    limits.add(reference_price)
    curves = _Curves(orders, matrix=matrix, prices=sorted(limits))
    rows = curves.fullest()
    if not rows:
        return Clearing(price=None, volume=0, surplus=0, decided_by=None, fills=[])
    row, rule = _decide(
        rows, reference_price=reference_price, pressure_limit_percent=pressure_limit_percent
    )
    fills = _fills(orders, curves.may_trade, price=row.price)
    assert sum([quantity for _, _, quantity in fills]) == row.executable, row.price
    return Clearing(
        price=row.price,
        volume=row.executable,
        surplus=row.surplus,
        decided_by=rule,
        fills=fills,
    )


def tabulate(
    orders: Sequence[AuctionOrder], *, matrix: CounterpartyMatrix, prices: Sequence[Price]
) -> list[AuctionRow]:
    """What an auction at each of these prices, lowest first, would do.

    Cost: O(orders x log prices + prices x 2 ** classes).
    """
    curves = _Curves(orders, matrix=matrix, prices=list(prices))
    return [curves.row(index) for index in range(len(prices))]


@final
class _Curves:
    """Supply and demand: what each class buys and sells at each price, lowest price first."""

    __slots__ = (
        "_bought",
        "_bought_total",
        "_cuts",
        "_prices",
        "_sold",
        "_sold_total",
        "may_trade",
    )

    def __init__(
        self, orders: Sequence[AuctionOrder], *, matrix: CounterpartyMatrix, prices: list[Price]
    ) -> None:
        self._prices = prices
        count = len(prices)
        buy_class_count, sell_class_count = len(matrix.rows), len(matrix.rows[0])
        self._bought = [[0] * count for _ in range(buy_class_count)]
        self._sold = [[0] * count for _ in range(sell_class_count)]
        for order in orders:
            if order.side is BUY:
                is_limit = order.kind is LIMIT
                index = bisect_right(prices, order.price) - 1 if is_limit else count - 1
                if index >= 0:
                    self._bought[order.counterparty_class][index] += order.quantity
            else:
                index = bisect_left(prices, order.price)  # the 0 of a market order is the first
                if index < count:
                    self._sold[order.counterparty_class][index] += order.quantity
        for row in range(buy_class_count):
            self._bought[row] = list(accumulate(reversed(self._bought[row])))[::-1]
        for column in range(sell_class_count):
            self._sold[column] = list(accumulate(self._sold[column]))
        self._bought_total: list[int] = [sum(each) for each in zip(*self._bought, strict=True)]
        self._sold_total: list[int] = [sum(each) for each in zip(*self._sold, strict=True)]
        # A class without orders trades with nobody: fewer cuts.
        has_buyers = [any(quantities) for quantities in self._bought]
        has_sellers = [any(quantities) for quantities in self._sold]
        self.may_trade = [
            [
                matrix.rows[row][column] and has_buyers[row] and has_sellers[column]
                for column in range(sell_class_count)
            ]
            for row in range(buy_class_count)
        ]
        self._cuts = cuts(self.may_trade)

    def row(self, index: int) -> AuctionRow:
        return AuctionRow(
            self._prices[index],
            bought=self._bought_total[index],
            sold=self._sold_total[index],
            executable=self._executable(index, enough=0),
        )

    def _executable(self, index: int, *, enough: int) -> int:
        """The maximum flow at a price, or something below `enough` if it is."""
        least = self._bought_total[index]
        for number, cut in enumerate(self._cuts):
            quantity = 0
            for row in cut.outside:
                quantity += self._bought[row][index]
            for column in cut.reached:
                quantity += self._sold[column][index]
            if quantity < least:
                least = quantity
                if least < enough:
                    # It will say so of the next price too: asked first, it saves asking the others.
                    self._cuts[number] = self._cuts[0]
                    self._cuts[0] = cut
                    break
        return least

    def fullest(self) -> list[AuctionRow]:
        """The prices at which most can be executed, lowest first; none when nothing can."""
        bought, sold = self._bought_total, self._sold_total
        count = len(self._prices)
        # No flow is larger than the smaller side, which is largest here and falls on both ways.
        middle = sum([1 for index in range(count) if sold[index] < bought[index]])
        most = 1
        indexes: list[int] = []
        for way in (range(middle, count), range(middle - 1, -1, -1)):
            for index in way:
                if min(bought[index], sold[index]) < most:
                    break
                executable = self._executable(index, enough=most)
                if executable > most:
                    most = executable
                    indexes.clear()
                if executable == most:
                    indexes.append(index)
        return [self.row(index) for index in sorted(indexes)]


def _decide(
    rows: list[AuctionRow], *, reference_price: Price, pressure_limit_percent: int | None
) -> tuple[AuctionRow, AuctionRule]:
    """The row that the rules choose of the fullest ones, lowest price first, and the last rule."""
    if len(rows) == 1:
        return rows[0], AuctionRule.VOLUME
    least = min([abs(row.surplus) for row in rows])
    rows = [row for row in rows if abs(row.surplus) == least]
    if len(rows) == 1:
        return rows[0], AuctionRule.SURPLUS
    buyers = min([row.surplus for row in rows]) > 0
    sellers = max([row.surplus for row in rows]) < 0
    if not buyers and not sellers:
        return _nearest(rows, reference_price), AuctionRule.REFERENCE
    within = rows
    if pressure_limit_percent is not None:
        furthest = reference_price * pressure_limit_percent
        within = [row for row in rows if abs(row.price - reference_price) * 100 <= furthest]
    if not within:
        return _nearest(rows, reference_price), AuctionRule.PRESSURE
    return within[-1] if buyers else within[0], AuctionRule.PRESSURE


def _nearest(rows: list[AuctionRow], reference_price: Price) -> AuctionRow:
    nearest = rows[0]
    for row in rows:
        # Lowest price first: of two equally near the higher is the later one.
        if abs(row.price - reference_price) <= abs(nearest.price - reference_price):
            nearest = row
    return nearest


def _fills(
    orders: Sequence[AuctionOrder], may_trade: list[list[bool]], *, price: Price
) -> list[tuple[OrderId, OrderId, Quantity]]:
    """Who trades with whom at `price`: of all maximum flows the first in the order of priority."""
    buyers = [order for order in orders if order.side is BUY and _accepts(order, price)]
    sellers = [order for order in orders if order.side is SELL and _accepts(order, price)]
    buyers.sort(key=_priority)
    sellers.sort(key=_priority)
    turned: list[list[bool]] = [list(column) for column in zip(*may_trade, strict=True)]
    forth, back = cuts(may_trade), cuts(turned)
    wanted = _by_class(buyers, [order.quantity for order in buyers], class_count=len(may_trade))
    given = _by_class(sellers, [order.quantity for order in sellers], class_count=len(turned))
    takes = _takes(buyers, forth, given=given)
    gives = _takes(sellers, back, given=wanted)
    room = Room(
        forth,
        may_trade,
        wanted=_by_class(buyers, takes, class_count=len(may_trade)),
        given=_by_class(sellers, gives, class_count=len(turned)),
    )
    return _pairs(
        buyers=buyers, sellers=sellers, takes=takes, gives=gives, may_trade=may_trade, room=room
    )


def _accepts(order: AuctionOrder, price: Price) -> bool:
    if order.kind is not LIMIT:
        return True
    return order.price >= price if order.side is BUY else order.price <= price


def _priority(order: AuctionOrder) -> tuple[int, int]:
    """Market orders first, then the better limit, then the lower sequence: the smallest first."""
    if order.kind is not LIMIT:
        return -PRICE_MAX - 1, order.sequence
    return -order.price if order.side is BUY else order.price, order.sequence


def _by_class(
    orders: list[AuctionOrder], quantities: Sequence[int], *, class_count: int
) -> list[int]:
    totals = [0] * class_count
    for order, quantity in zip(orders, quantities, strict=True):
        totals[order.counterparty_class] += quantity
    return totals


def _takes(orders: list[AuctionOrder], among: list[Cut], *, given: list[int]) -> list[int]:
    return first_takes(
        among,
        classes=[order.counterparty_class for order in orders],
        quantities=[order.quantity for order in orders],
        given=given,
    )


def _pairs(
    *,
    buyers: list[AuctionOrder],
    sellers: list[AuctionOrder],
    takes: list[int],
    gives: list[int],
    may_trade: list[list[bool]],
    room: Room,
) -> list[tuple[OrderId, OrderId, Quantity]]:
    """Buyer after buyer with seller after seller, as much as lets all others still be served.

    Each pair is the last one of its buyer, or of its seller, or of their two classes, so there are
    fewer than orders + 64.
    """
    fills: list[tuple[OrderId, OrderId, Quantity]] = []
    # Of each class of sellers, the first one last; below them a number that never comes first.
    queues = [[len(sellers)] for _ in may_trade[0]]
    for number in range(len(sellers) - 1, -1, -1):
        if gives[number] > 0:
            queues[sellers[number].counterparty_class].append(number)
    for buyer, take in zip(buyers, takes, strict=True):
        row = buyer.counterparty_class
        still_open = take
        while still_open > 0:
            first, most = len(sellers), 0
            for column, queue in enumerate(queues):
                if may_trade[row][column] and queue[-1] < first:
                    left = room.left(row=row, column=column)
                    if left > 0:
                        first, most = queue[-1], left
            quantity = min(still_open, gives[first], most)
            column = sellers[first].counterparty_class
            room.use(quantity, row=row, column=column)
            still_open -= quantity
            gives[first] -= quantity
            if gives[first] == 0:
                queues[column].pop()
            fills.append((buyer.order_id, sellers[first].order_id, Quantity(quantity)))
    return fills
