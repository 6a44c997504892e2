"""The auction against its rules taken literally: every price and every way of trading is tried.

For small books the oracle lists all whole-number flows between orders and picks by the wording of
docs/decisions/0007: most volume, then what buyers get in priority, what sellers get in priority,
and the pairs in priority. Large books, with up to 8 classes a side, are asked what must hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import CounterpartyMatrix, OrderId, OrderKind, Price, Quantity, Side
from matching.auction import AuctionOrder, AuctionRule, Clearing, clear, tabulate

Flow: TypeAlias = tuple[int, ...]  # what each pair trades, buyer after buyer
KINDS = [OrderKind.LIMIT] * 6 + [OrderKind.MARKET, OrderKind.MARKET_TO_LIMIT]
EXAMPLES = settings().max_examples  # of the profile, of which a property may ask a multiple
PERCENTS = [None, 0, 10, 25, 34, 50, 100, 300]


@dataclass(frozen=True, slots=True, kw_only=True)
class Auction:
    """The arguments of `clear`."""

    orders: list[AuctionOrder]
    matrix: CounterpartyMatrix
    reference_price: Price
    pressure_limit_percent: int | None

    def clear(self) -> Clearing:
        return clear(
            self.orders,
            matrix=self.matrix,
            reference_price=self.reference_price,
            pressure_limit_percent=self.pressure_limit_percent,
        )


@st.composite
def matrices(draw: st.DrawFn, *, classes_max: int) -> CounterpartyMatrix:
    width = draw(st.integers(1, classes_max))
    row = st.tuples(*[st.booleans()] * width)
    return CounterpartyMatrix(tuple(draw(st.lists(row, min_size=1, max_size=classes_max))))


@st.composite
def auctions(
    draw: st.DrawFn, *, classes_max: int, side_max: int, price_max: int, quantity_max: int
) -> Auction:
    matrix = draw(matrices(classes_max=classes_max))
    orders: list[AuctionOrder] = []
    for side, class_count in (
        (Side.BUY, matrix.buy_class_count),
        (Side.SELL, matrix.sell_class_count),
    ):
        for _ in range(draw(st.integers(0, side_max))):
            kind = draw(st.sampled_from(KINDS))
            orders.append(
                AuctionOrder(
                    OrderId(100 + len(orders)),
                    side,
                    kind,
                    Price(draw(st.integers(1, price_max)) if kind is OrderKind.LIMIT else 0),
                    Quantity(draw(st.integers(1, quantity_max))),
                    draw(st.integers(0, class_count - 1)),
                    len(orders),
                )
            )
    return Auction(
        orders=draw(st.permutations(orders)),
        matrix=matrix,
        reference_price=Price(draw(st.integers(1, price_max + 1))),
        pressure_limit_percent=draw(st.sampled_from(PERCENTS)),
    )


small_auctions = auctions(classes_max=3, side_max=3, price_max=4, quantity_max=3)
large_auctions = auctions(classes_max=8, side_max=25, price_max=12, quantity_max=40)


def accepts(order: AuctionOrder, price: int) -> bool:
    if order.kind is not OrderKind.LIMIT:
        return True
    return order.price >= price if order.side is Side.BUY else order.price <= price


def in_priority(auction: Auction, side: Side, price: int) -> list[AuctionOrder]:
    eligible = [each for each in auction.orders if each.side is side and accepts(each, price)]
    better = -1 if side is Side.BUY else 1
    return sorted(
        eligible,
        key=lambda each: (each.kind is OrderKind.LIMIT, better * each.price, each.sequence),
    )


# Every flow


def every_flow(wants: list[int], has: list[int], may: list[list[bool]]) -> Iterator[Flow]:
    """All ways in which these buyers can trade with these sellers, in whole numbers."""

    def rest(cell: int, wants: list[int], has: list[int]) -> Iterator[Flow]:
        if cell == len(wants) * len(has):
            yield ()
            return
        buyer, seller = divmod(cell, len(has))
        most = min(wants[buyer], has[seller]) if may[buyer][seller] else 0
        for quantity in range(most + 1):
            wants[buyer] -= quantity
            has[seller] -= quantity
            for flow in rest(cell + 1, wants, has):
                yield quantity, *flow
            wants[buyer] += quantity
            has[seller] += quantity

    return rest(0, wants.copy(), has.copy())


def flows_at(
    auction: Auction, price: int
) -> tuple[list[AuctionOrder], list[AuctionOrder], list[Flow]]:
    """Who would trade at a price, and all ways in which they could trade most."""
    buyers = in_priority(auction, Side.BUY, price)
    sellers = in_priority(auction, Side.SELL, price)
    may = [
        [
            auction.matrix.rows[buyer.counterparty_class][seller.counterparty_class]
            for seller in sellers
        ]
        for buyer in buyers
    ]
    flows = list(
        every_flow([each.quantity for each in buyers], [each.quantity for each in sellers], may)
    )
    most = max(sum(flow) for flow in flows)
    return buyers, sellers, [flow for flow in flows if sum(flow) == most]


def by_buyer(flow: Flow, sellers_count: int) -> Flow:
    return tuple(
        sum(flow[start : start + sellers_count]) for start in range(0, len(flow), sellers_count)
    )


def by_seller(flow: Flow, sellers_count: int) -> Flow:
    return tuple(sum(flow[seller::sellers_count]) for seller in range(sellers_count))


def first_fills(auction: Auction, price: int) -> list[tuple[int, int, int]]:
    """The first of all maximum flows, by the wording of the rule."""
    buyers, sellers, flows = flows_at(auction, price)
    width = len(sellers)
    buyers_get = max(by_buyer(flow, width) for flow in flows)
    sellers_get = max(by_seller(flow, width) for flow in flows)
    first = max(
        flow
        for flow in flows
        if by_buyer(flow, width) == buyers_get and by_seller(flow, width) == sellers_get
    )
    return [
        (buyers[cell // width].order_id, sellers[cell % width].order_id, quantity)
        for cell, quantity in enumerate(first)
        if quantity > 0
    ]


# Every price


def volume_and_surplus(auction: Auction, price: int) -> tuple[int, int]:
    buyers, sellers, flows = flows_at(auction, price)
    volume = sum(flows[0])
    bought = sum(each.quantity for each in buyers)
    sold = sum(each.quantity for each in sellers)
    return volume, bought - volume if bought >= sold else volume - sold


def settled(auction: Auction) -> tuple[int | None, AuctionRule | None]:
    """The price and the rule that left it alone, one rule after the other."""
    reference = auction.reference_price
    limits = {each.price for each in auction.orders if each.kind is OrderKind.LIMIT}
    table = {price: volume_and_surplus(auction, price) for price in sorted(limits | {reference})}
    most = max(volume for volume, _ in table.values())
    if most == 0:
        return None, None
    left = [price for price, (volume, _) in table.items() if volume == most]
    if len(left) == 1:
        return left[0], AuctionRule.VOLUME
    least = min(abs(table[price][1]) for price in left)
    left = [price for price in left if abs(table[price][1]) == least]
    if len(left) == 1:
        return left[0], AuctionRule.SURPLUS
    nearest = min(left, key=lambda price: (abs(price - reference), -price))
    sides = {(surplus > 0) - (surplus < 0) for surplus in (table[price][1] for price in left)}
    if sides not in ({1}, {-1}):
        return nearest, AuctionRule.REFERENCE
    percent = auction.pressure_limit_percent
    if percent is not None:
        left = [price for price in left if 100 * abs(price - reference) <= percent * reference]
    if not left:
        return nearest, AuctionRule.PRESSURE
    return (max(left) if sides == {1} else min(left)), AuctionRule.PRESSURE


@given(auction=small_auctions)
@settings(max_examples=EXAMPLES * 10)
def test_an_auction_is_what_trying_everything_finds(auction: Auction) -> None:
    clearing = auction.clear()
    assert (clearing.price, clearing.decided_by) == settled(auction)
    if clearing.price is None:
        assert (clearing.volume, clearing.surplus, clearing.fills) == (0, 0, [])
    else:
        expected = volume_and_surplus(auction, clearing.price)
        assert (clearing.volume, clearing.surplus) == expected
        assert clearing.fills == first_fills(auction, clearing.price)


@given(auction=small_auctions)
def test_every_row_of_the_table_is_what_trying_everything_finds(auction: Auction) -> None:
    prices = [Price(price) for price in range(1, 7)]
    table = tabulate(auction.orders, matrix=auction.matrix, prices=prices)
    assert [(row.executable, row.surplus) for row in table] == [
        volume_and_surplus(auction, price) for price in prices
    ]


# Large auctions: what must hold


def largest_flow(auction: Auction, price: int) -> int:
    """Ford and Fulkerson between single orders: trade one unit more until there is no way."""
    buyers = in_priority(auction, Side.BUY, price)
    sellers = in_priority(auction, Side.SELL, price)
    wants = [int(each.quantity) for each in buyers]
    has = [int(each.quantity) for each in sellers]
    traded = [[0] * len(sellers) for _ in buyers]

    def one_more(buyer: int, seen: set[int]) -> bool:
        for seller in range(len(sellers)):
            row, column = buyers[buyer].counterparty_class, sellers[seller].counterparty_class
            if seller in seen or not auction.matrix.rows[row][column]:
                continue
            seen.add(seller)
            if has[seller] > 0:
                has[seller] -= 1
                traded[buyer][seller] += 1
                return True
            for other in range(len(buyers)):
                if traded[other][seller] > 0 and one_more(other, seen):
                    traded[other][seller] -= 1
                    traded[buyer][seller] += 1
                    return True
        return False

    volume = 0
    for buyer, quantity in enumerate(wants):
        for _ in range(quantity):
            if not one_more(buyer, set()):
                break
            volume += 1
    return volume


@given(auction=large_auctions)
def test_fills_keep_to_the_orders_and_to_the_matrix(auction: Auction) -> None:
    clearing = auction.clear()
    by_id = {each.order_id: each for each in auction.orders}
    filled = dict.fromkeys(by_id, 0)
    for buy_id, sell_id, quantity in clearing.fills:
        buy, sell = by_id[buy_id], by_id[sell_id]
        assert quantity >= 1
        assert clearing.price is not None
        assert (buy.side, sell.side) == (Side.BUY, Side.SELL)
        assert accepts(buy, clearing.price)
        assert accepts(sell, clearing.price)
        assert auction.matrix.may_trade(
            buy_class=buy.counterparty_class, sell_class=sell.counterparty_class
        )
        filled[buy_id] += quantity
        filled[sell_id] += quantity
    assert all(filled[order_id] <= each.quantity for order_id, each in by_id.items())
    assert clearing.volume == sum(quantity for _, _, quantity in clearing.fills)
    pairs = [(buy_id, sell_id) for buy_id, sell_id, _ in clearing.fills]
    assert len(pairs) == len(set(pairs))
    if clearing.price is not None:
        for side in Side:
            # Within a class nobody is served before somebody who comes first is served whole.
            short: set[int] = set()
            for each in in_priority(auction, side, clearing.price):
                assert filled[each.order_id] == 0 or each.counterparty_class not in short
                if filled[each.order_id] < each.quantity:
                    short.add(each.counterparty_class)


@given(auction=large_auctions)
@settings(max_examples=EXAMPLES // 2)
def test_no_price_would_let_more_trade(auction: Auction) -> None:
    limits = {each.price for each in auction.orders if each.kind is OrderKind.LIMIT}
    prices = sorted(limits | {auction.reference_price})
    table = tabulate(auction.orders, matrix=auction.matrix, prices=prices)
    assert [row.executable for row in table] == [largest_flow(auction, price) for price in prices]
    assert auction.clear().volume == max(row.executable for row in table)


@given(auction=large_auctions, seed=st.randoms(use_true_random=False))
def test_the_order_in_which_orders_are_given_is_all_the_same(
    auction: Auction, seed: Random
) -> None:
    shuffled = auction.orders.copy()
    seed.shuffle(shuffled)
    again = clear(
        shuffled,
        matrix=auction.matrix,
        reference_price=auction.reference_price,
        pressure_limit_percent=auction.pressure_limit_percent,
    )
    clearing = auction.clear()
    assert (clearing.price, clearing.volume) == (again.price, again.volume)
    assert (clearing.surplus, clearing.decided_by) == (again.surplus, again.decided_by)
    assert clearing.fills == again.fills
