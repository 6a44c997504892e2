"""What a call auction comes to, by brute force: every price tried, a textbook flow for every share.

It shares with matching/auction.py only the words. Nothing is sorted out beforehand and no sum is
carried from one price to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from matching.types import CounterpartyMatrix, OrderId, OrderKind, Price, Quantity, Side
from tests.model.book_order import ModelOrder, may_trade

Pair: TypeAlias = tuple[OrderId, OrderId, Quantity]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtPrice:
    """What could trade at one price."""

    price: int
    buys: int  # all that accept the price
    sells: int
    volume: int

    @property
    def surplus(self) -> int:
        """What the larger side has too much; below zero if it is the sellers'."""
        if self.buys >= self.sells:
            return self.buys - self.volume
        return self.volume - self.sells


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelClearing:
    """The price at which all trade, who with whom, and the rule that left this price alone."""

    price: Price
    volume: int
    surplus: int
    decided_by: str
    fills: list[Pair]


def takes_part(order: ModelOrder) -> bool:
    return not order.is_constrained


def may_meet(matrix: CounterpartyMatrix, one: ModelOrder, other: ModelOrder) -> bool:
    """Whether the two would trade in an auction, at some price."""
    if one.side is other.side or not may_trade(matrix, one, other):
        return False
    if OrderKind.LIMIT is one.kind is other.kind:
        return one.crosses(other)
    return True


def priority(order: ModelOrder) -> tuple[bool, int]:
    """What orders of a side are sorted by, before time: market orders first, then the price."""
    price = -order.price if order.side is Side.BUY else order.price
    return (order.kind is OrderKind.LIMIT, price)


def clear(
    orders: Sequence[ModelOrder],
    *,
    matrix: CounterpartyMatrix,
    reference_price: int,
    pressure_limit_percent: int | None = None,
) -> ModelClearing | None:
    """The auction of `orders`, which stand in the order of time; None if nothing can trade."""
    taking_part = [order for order in orders if takes_part(order)]
    prices = {order.price for order in taking_part if order.kind is OrderKind.LIMIT}
    rows = [
        at_price(taking_part, price, matrix=matrix) for price in sorted({*prices, reference_price})
    ]
    chosen, decided_by = choose(
        rows, reference_price=reference_price, pressure_limit_percent=pressure_limit_percent
    )
    if chosen.volume == 0:
        return None
    return ModelClearing(
        price=Price(chosen.price),
        volume=chosen.volume,
        surplus=chosen.surplus,
        decided_by=decided_by,
        fills=share_out(taking_part, chosen, matrix=matrix),
    )


def eligible(orders: Sequence[ModelOrder], side: Side, price: int) -> list[ModelOrder]:
    """Who of a side accepts the price, first in price and time."""
    found = [order for order in orders if order.side is side and order.accepts_price(price)]
    return sorted(found, key=priority)


def at_price(orders: Sequence[ModelOrder], price: int, *, matrix: CounterpartyMatrix) -> AtPrice:
    buys, sells = eligible(orders, Side.BUY, price), eligible(orders, Side.SELL, price)
    return AtPrice(
        price=price,
        buys=sum(order.quantity for order in buys),
        sells=sum(order.quantity for order in sells),
        volume=most_volume(buys, sells, matrix=matrix),
    )


def choose(
    rows: Sequence[AtPrice], *, reference_price: int, pressure_limit_percent: int | None
) -> tuple[AtPrice, str]:
    """The row that the rules leave, and the first rule that left only one."""
    most = max(row.volume for row in rows)
    rows = [row for row in rows if row.volume == most]
    if len(rows) == 1:
        return rows[0], "VOLUME"
    least = min(abs(row.surplus) for row in rows)
    rows = [row for row in rows if abs(row.surplus) == least]
    if len(rows) == 1:
        return rows[0], "SURPLUS"
    buyers_press = all(row.surplus > 0 for row in rows)
    sellers_press = all(row.surplus < 0 for row in rows)
    if not buyers_press and not sellers_press:
        return nearest(rows, reference_price), "REFERENCE"
    within = [
        row
        for row in rows
        if pressure_limit_percent is None
        or abs(row.price - reference_price) * 100 <= reference_price * pressure_limit_percent
    ]
    if not within:
        return nearest(rows, reference_price), "PRESSURE"
    return within[-1 if buyers_press else 0], "PRESSURE"


def nearest(rows: Sequence[AtPrice], reference_price: int) -> AtPrice:
    """The row nearest to the reference price, of two the higher."""
    distance = min(abs(row.price - reference_price) for row in rows)
    return [row for row in rows if abs(row.price - reference_price) == distance][-1]


def share_out(
    orders: Sequence[ModelOrder], chosen: AtPrice, *, matrix: CounterpartyMatrix
) -> list[Pair]:
    """Who trades with whom: of all ways to trade the volume, the first in price and time."""
    buys = eligible(orders, Side.BUY, chosen.price)
    sells = eligible(orders, Side.SELL, chosen.price)
    # A flow that gives the first buyers the most can always be made a largest flow that still
    # does: an augmenting path takes nothing away from whoever has something already.
    bought = [
        most_volume(buys[: place + 1], sells, matrix=matrix)
        - most_volume(buys[:place], sells, matrix=matrix)
        for place in range(len(buys))
    ]
    sold = [
        most_volume(buys, sells[: place + 1], matrix=matrix)
        - most_volume(buys, sells[:place], matrix=matrix)
        for place in range(len(sells))
    ]
    assert sum(bought) == sum(sold) == chosen.volume
    open_pairs = [
        [may_trade(matrix, buy, sell) for sell in sells] for buy in buys
    ]  # those about which nothing is settled yet
    fills: list[Pair] = []
    for row, buy in enumerate(buys):
        for column, sell in enumerate(sells):
            if not open_pairs[row][column]:
                continue
            most = min(bought[row], sold[column])
            quantity = largest(most, settles_the_rest(bought, sold, open_pairs, (row, column)))
            bought[row] -= quantity
            sold[column] -= quantity
            open_pairs[row][column] = False
            if quantity > 0:
                fills.append((buy.order_id, sell.order_id, Quantity(quantity)))
    assert not any(bought)
    assert not any(sold)
    return fills


def settles_the_rest(
    bought: Sequence[int],
    sold: Sequence[int],
    open_pairs: Sequence[Sequence[bool]],
    pair: tuple[int, int],
) -> Callable[[int], bool]:
    """Whether, when the pair trades at least so much, everybody still comes to his share."""

    def settles(quantity: int) -> bool:
        buys, sells = list(bought), list(sold)
        buys[pair[0]] -= quantity
        sells[pair[1]] -= quantity
        return most_flow(buys, sells, open_pairs) == sum(buys)

    return settles


def largest(most: int, is_possible: Callable[[int], bool]) -> int:
    """The largest possible number of 0..most, where what is possible is so for all below too."""
    low, high = 0, most
    while low < high:
        middle = high if high == most else (low + high + 1) // 2
        if is_possible(middle):
            low = middle
        else:
            high = middle - 1
    return low


def most_volume(
    buys: Sequence[ModelOrder], sells: Sequence[ModelOrder], *, matrix: CounterpartyMatrix
) -> int:
    """How much the two groups can trade; orders of one class are as one."""
    buy_classes, sell_classes = range(len(matrix.rows)), range(len(matrix.rows[0]))
    return most_flow(
        [of_class(buys, number) for number in buy_classes],
        [of_class(sells, number) for number in sell_classes],
        matrix.rows,
    )


def of_class(orders: Sequence[ModelOrder], number: int) -> int:
    return sum(order.quantity for order in orders if order.counterparty_class == number)


def most_flow(sources: Sequence[int], sinks: Sequence[int], pipes: Sequence[Sequence[bool]]) -> int:
    """The maximum flow from sources to sinks through unbounded pipes (Ford and Fulkerson 1956)."""
    supply, demand = list(sources), list(sinks)
    flow = [[0] * len(sinks) for _ in sources]
    total = 0
    while (path := shortest_path(supply, demand, flow, pipes)) is not None:
        there = list(zip(path[0::2], path[1::2], strict=True))  # source to sink
        back = list(zip(path[2::2], path[1::2], strict=False))  # flow taken back on the way
        amount = min(
            supply[path[0]], demand[path[-1]], *(flow[source][sink] for source, sink in back)
        )
        for source, sink in there:
            flow[source][sink] += amount
        for source, sink in back:
            flow[source][sink] -= amount
        supply[path[0]] -= amount
        demand[path[-1]] -= amount
        total += amount
    return total


def shortest_path(
    supply: Sequence[int],
    demand: Sequence[int],
    flow: Sequence[Sequence[int]],
    pipes: Sequence[Sequence[bool]],
) -> list[int] | None:
    """Source, sink, source, sink ...: how more can flow, through what already flows if it must."""
    paths = [[source] for source, left in enumerate(supply) if left > 0]
    seen_sources, seen_sinks = {path[0] for path in paths}, set[int]()
    while paths:
        path = paths.pop(0)
        for sink, is_open in enumerate(pipes[path[-1]]):
            if not is_open or sink in seen_sinks:
                continue
            seen_sinks.add(sink)
            if demand[sink] > 0:
                return [*path, sink]
            for source, row in enumerate(flow):
                if row[sink] > 0 and source not in seen_sources:
                    seen_sources.add(source)
                    paths.append([*path, sink, source])
    return None
