"""The book while an auction gathers: what would trade now, and the uncross.

Orders with size terms stay where they are and take no part. The rules of the price are
`matching.auction`'s, which knows no book.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from typing import Final, TypeAlias

from matching.auction import AuctionOrder, Clearing, clear
from matching.events import BookEvent, Cancelled, CancelReason, Filled, Rested, Uncrossed
from matching.ladder import Ladder, Order, as_limit
from matching.state import BookState
from matching.types import (
    AUCTION,
    BUY,
    MARKET_TO_LIMIT,
    SELL,
    OrderId,
    Price,
    Quantity,
    SelfTradePrevention,
)

NO_LIMIT: Final = Price(0)
Turn: TypeAlias = tuple[int, int, Order]
"""An order with its key and its sequence, which no two orders share: what trades first is less."""


def crosses(state: BookState) -> bool:
    """Whether an auction of what rests now would trade anything. O(lanes x lanes)."""
    for route in state.buy_routes:
        bids, any_bids = route.own.plain.best, route.own.gathered.best
        for lane in route.opposite:
            asks, any_asks = lane.plain.best, lane.gathered.best
            if bids is not None and asks is not None and bids.price >= asks.price:
                return True
            if any_bids is not None and (asks is not None or any_asks is not None):
                return True
            if any_asks is not None and bids is not None:
                return True
    return False


def has_trade_undone(state: BookState) -> bool:
    """Whether continuous trading would begin with a trade that should have come before it.

    Out of an auction: with one that an uncross would do. Out of a halt or a close, where nobody
    gathered: with two plain orders that cross and that nothing keeps apart. One owner's in a book
    that passes those over, and two with a veto, may go on standing crossed as they did.

    Cost: O(lanes x lanes), and O(pairs that cross x lanes), `candidates_examined_max` pairs at
    most: where there are more, the answer is yes.
    """
    if state.phase is AUCTION or not crosses(state):
        return crosses(state)
    pairs_left = state.rules.candidates_examined_max
    for key, _, bid in merge(*_bids_that_cross(state)):
        route = state.buy_routes[bid.terms.counterparty_class]
        for _, _, ask in merge(*[_up_to(ladder, -key) for ladder in route.plain]):
            if pairs_left == 0 or not _is_kept_apart(state, bid=bid, ask=ask):
                return True
            pairs_left -= 1
    return False


def clearing(
    state: BookState, *, reference_price: Price, pressure_limit_percent: int | None
) -> Clearing:
    """What an uncross would do now; nothing does. Cost: that of `auction.clear`."""
    taking_part: list[AuctionOrder] = []
    for order in state.orders.values():
        terms, level = order.terms, order.level
        assert level is not None, order.order_id
        if terms.size_terms is None:
            taking_part.append(
                AuctionOrder(
                    order.order_id,
                    level.ladder.side,
                    terms.kind,
                    level.price,
                    order.quantity,
                    terms.counterparty_class,
                    order.sequence,
                )
            )
    return clear(
        taking_part,
        matrix=state.rules.matrix,
        reference_price=reference_price,
        pressure_limit_percent=pressure_limit_percent,
    )


def uncross(
    state: BookState,
    *,
    reference_price: Price,
    pressure_limit_percent: int | None,
    events: list[BookEvent],
) -> None:
    """Let trade all that gathered, until nothing that may trade crosses.

    Everybody to whom the same price applies is done in the first round. With restricted classes
    two that had no part in its price may still cross: they get a round, and a price, of their own.

    Cost: rounds x that of `auction.clear`; each round trades.
    """
    is_first_round = True
    while is_first_round or crosses(state):
        outcome = clearing(
            state,
            reference_price=reference_price,
            pressure_limit_percent=pressure_limit_percent,
        )
        price = outcome.price
        if price is not None:
            events.append(Uncrossed(price, outcome.volume, outcome.surplus))
            for buy_order_id, sell_order_id, quantity in outcome.fills:
                pair = (buy_order_id, sell_order_id)
                events.append(_fill(state, pair, price=price, quantity=quantity))
        else:
            assert is_first_round, outcome.volume
        if is_first_round:
            settle_gathered(state, price, events)
        is_first_round = False


def settle_gathered(state: BookState, price: Price | None, events: list[BookEvent]) -> None:
    """The auction is over: no order without a price may go on resting. O(orders that gathered).

    Args:
        price: that of the auction, at which what is left of market-to-limit orders now rests.
    """
    gathered = [
        (order.sequence, order, side)
        for side in (BUY, SELL)
        for lane in state.lanes(side)
        for level in lane.gathered.best_first()
        for order in level.orders()
    ]
    gathered.sort(key=lambda each: each[0])
    for _, order, side in gathered:
        state.remove(order)
        is_to_limit = order.terms.kind is MARKET_TO_LIMIT
        if is_to_limit and price is not None:
            limit = Order(
                order.order_id, order.participant_id, order.quantity, 0, as_limit(order.terms)
            )
            state.rest(limit, side, price)
            events.append(Rested(order.order_id, order.participant_id, side, price, order.quantity))
        else:
            reason = CancelReason.NO_PRICE if is_to_limit else CancelReason.AUCTION_ENDED
            events.append(Cancelled(order.order_id, side, NO_LIMIT, order.quantity, reason))


def _bids_that_cross(state: BookState) -> list[Iterator[Turn]]:
    # For each lane of buyers its bids that cross some seller.
    bids: list[Iterator[Turn]] = []
    for route in state.buy_routes_by_lane:
        keys = [ladder.best.key for ladder in route.plain if ladder.best is not None]
        if keys:
            bids.append(_up_to(route.own_plain, -min(keys)))
    return bids


def _up_to(ladder: Ladder, limit_key: int) -> Iterator[Turn]:
    for level in ladder.best_first():
        if level.key > limit_key:
            return
        for order in level.orders():
            yield level.key, order.sequence, order


def _is_kept_apart(state: BookState, *, bid: Order, ask: Order) -> bool:
    # The elder is the candidate, as when the other came.
    if state.rules.self_trade is SelfTradePrevention.SKIP and bid.owner == ask.owner:
        return True
    if state.veto is None:
        return False
    elder, later = (bid, ask) if bid.sequence < ask.sequence else (ask, bid)
    return state.veto(elder.view(), later.view(), min(bid.quantity, ask.quantity))


def _fill(
    state: BookState, pair: tuple[OrderId, OrderId], *, price: Price, quantity: Quantity
) -> Filled:
    # The later order is the taker: it is the one whose coming made the trade possible.
    buy, sell = state.orders[pair[0]], state.orders[pair[1]]
    maker, taker, taker_side = (
        (buy, sell, SELL) if buy.sequence < sell.sequence else (sell, buy, BUY)
    )
    maker_left = state.trade(maker, quantity)
    taker_left = state.trade(taker, quantity)
    return Filled(
        maker.order_id, taker.order_id, price, quantity, maker_left, taker_left, taker_side,
        maker.participant_id, taker.participant_id,
    )  # fmt: skip
